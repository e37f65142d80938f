"""LearnTemplates for Beam YAML: rows of captures to a store of site memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from ...transforms.site_memory.sample import SiteSample
from ...transforms.site_memory.store import Content
from ..configuration import DEFAULT
from ..site_memory.learning import MergeBySite, SketchCaptures, SketchCapturesFn
from ..site_memory.writer import check_target, working_folder, write_store
from .cleaning import chosen_configuration, to_captures
from .rows import row_type

TOTALS = row_type({"store": str, "sites": int, "templates": int, "shared_contents": int})


@dataclass
class LearnTemplates(beam.PTransform):
    """Learn what repeats on each site, and keep it in a store, for `templates` of the transforms that clean.

    The input's rows are those that CleanCaptures takes. The output is one row, when the store is written: its path,
    and how many sites, templates and shared contents it holds. One worker writes the store, and the engine holds the
    samples until then: for thousands of sites. `boiloff learn` has no such bound.

    Args:
      templates: Path of the store.
      update: Whether to merge into a store that is there already.
      configuration: Name of the shipped configuration that will clean the pages, or path of a YAML file.
      steps: The steps themselves, instead of a configuration.
      parser: For `steps`: lexbor or beautifulsoup.
    """

    templates: str
    update: bool = False
    configuration: str = DEFAULT
    steps: Sequence[Mapping[str, Any]] | None = None
    parser: str = "lexbor"

    def __post_init__(self) -> None:
        super().__init__()
        self.chosen = chosen_configuration(self.configuration, self.steps, self.parser)

    def expand(self, rows: beam.PCollection[Any]) -> beam.PCollection[Any]:
        """Sketch in one fused stage, merge by site, write once. Raises StoreError for a store that must stay."""
        check_target(self.templates, update=self.update)
        learned = rows | "Captures" >> to_captures(rows, "LearnTemplates") | "Sketch" >> SketchCaptures(self.chosen)
        samples = learned["samples"] | "MergeBySite" >> MergeBySite()
        contents = learned[SketchCapturesFn.CONTENTS]
        write = beam.Map(_write, beam.pvalue.AsIter(samples), beam.pvalue.AsIter(contents))
        return rows.pipeline | beam.Create([self.templates]) | "Write" >> write.with_output_types(TOTALS)


def _write(path: str, samples: Iterable[tuple[str, SiteSample]], contents: Iterable[Content]) -> beam.Row:
    """Merges into the store: a second attempt, after one that failed late, changes nothing."""
    with working_folder(path) as folder, write_store(path, folder) as writer:
        for _, sample in samples:
            writer.add_sample(sample)
        writer.add_contents(contents)
    totals = writer.totals()
    return beam.Row(
        store=path,
        sites=totals["sites"],
        templates=totals["templates"],
        shared_contents=totals["shared_contents"],
    )
