"""CleanCaptures for Beam YAML: rows of captures to rows of articles, ledger and rejected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from ...transforms.core.article import ledger
from ...transforms.core.capture import Capture
from .. import cleaning
from ..configuration import DEFAULT, Configuration, load_configuration, parse_configuration
from .errors import error_output
from .rows import ARTICLE, BODIES, REJECTED, REMOVED, field_names, row_capture, to_row


@dataclass
class CleanCaptures(beam.PTransform):
    """Take captures to article records, with a ledger of everything that was taken away.

    The input's rows have `html` or `text`, and perhaps `id`, `url`, `captured_at`, `content_type`, `source`,
    `source_file`, `source_offset`, `quality_flags`. Outputs: `articles`, `removed` (the ledger) and `rejected`, with
    the keys and types of the JSON lines that `boiloff clean` writes.

    Args:
      configuration: Name of a shipped configuration, or path of a YAML file.
      steps: The steps themselves, instead of a configuration, each with `type` and perhaps `config`; one's own by
        import path.
      parser: For `steps`: lexbor or beautifulsoup.
      templates: Path of a store of site memory that `boiloff learn` has made.
      error_handling: Names the output of rejected rows, which must then be used: `{output: NAME}`.
    """

    configuration: str = DEFAULT
    steps: Sequence[Mapping[str, Any]] | None = None
    parser: str = "lexbor"
    templates: str = ""
    error_handling: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        super().__init__()
        self.rejected = error_output(self.error_handling, "rejected")
        self.chosen = chosen_configuration(self.configuration, self.steps, self.parser)

    def expand(self, rows: beam.PCollection[Any]) -> dict[str, beam.PCollection[Any]]:
        """Rows to rows in one fused stage: pages never leave the worker."""
        captures = rows | "Captures" >> to_captures(rows, "CleanCaptures")
        cleaned = captures | "CleanCaptures" >> cleaning.CleanCaptures(self.chosen, self.templates)
        outputs = {
            "articles": (cleaned["articles"], lambda article: to_row(article.to_dict()), ARTICLE),
            "removed": (cleaned[cleaning.CleanCapturesFn.PAGES] | "Ledger" >> beam.FlatMap(ledger), to_row, REMOVED),
            self.rejected: (
                cleaned[cleaning.CleanCapturesFn.REJECTED],
                lambda rejected: to_row(rejected.to_dict()),
                REJECTED,
            ),
        }
        return {
            name: records | f"Rows_{name}" >> beam.Map(function).with_output_types(schema)
            for name, (records, function, schema) in outputs.items()
        }


def to_captures(rows: beam.PCollection[Any], what: str) -> beam.PTransform:
    """The step from rows to captures. Raises ValueError where the rows have neither body."""
    known = field_names(rows, what)
    if not set(BODIES) & set(known):
        raise ValueError(f"{what} needs rows with 'html' or 'text'; these have {', '.join(known)}")
    return beam.Map(row_capture).with_output_types(Capture)


def chosen_configuration(name: str, steps: Sequence[Mapping[str, Any]] | None, parser: str) -> Configuration:
    """The configuration that is named, or that `steps` spell out. Raises ConfigurationError for what is not valid."""
    if steps is None:
        return load_configuration(name)
    return parse_configuration({"parser": parser, "steps": [dict(step) for step in steps]}, "steps")
