"""boiloff's transforms over rows, by the names that `providers.yaml` gives them in Beam YAML.

Beam YAML shows the `Args` of each docstring to its users.
"""

import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import apache_beam as beam
from apache_beam.coders import BytesCoder
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems
from apache_beam.typehints.arrow_type_compatibility import arrow_schema_from_beam_schema
from apache_beam.typehints.schemas import typing_to_runner_api

from ...configs import DEFAULT
from ...transforms.core.article import ledger
from ...transforms.core.page import Capture, Media
from ...transforms.site_memory.sample import SiteSample
from ...transforms.site_memory.store import Content
from ..clean import Cleaner
from ..clean_captures import CleanCaptures as CleanToArticles
from ..clean_captures import CleanCapturesFn
from ..config import Configuration, load_configuration, parse_configuration
from ..output.parquet import ROW_GROUP_BYTES
from ..output.schemas import to_json_line
from ..output.writer import MAX_SHARD_BYTES
from ..reading import read
from ..reading.ranges import expand_inputs
from ..site_memory.learning import MergeBySite, SketchCaptures, SketchCapturesFn
from ..site_memory.writer import check_target, working_folder, write_store
from .rows import (
    BODIES,
    CAPTURE,
    REJECTED,
    REMOVED,
    article_row,
    capture_row,
    field_names,
    fields_of,
    known_fields,
    row_capture,
    row_type,
    to_record,
    to_row,
)

__all__ = ["CleanCaptures", "CleanHtml", "CleanText", "LearnTemplates", "ReadCaptures", "WriteRecords"]

FORMATS = ("jsonl", "parquet")
TOTALS = row_type({"store": str, "sites": int, "templates": int, "shared_contents": int})


@dataclass
class ReadCaptures(beam.PTransform):
    """Read captures from WARC, WET, ARC, WACZ, JSON lines, HTML and text files, recognized by content.

    Outputs: `captures`, rows with `html` or `text`, decoded, and their address, time and place; and `rejected`, a row
    for each that could not be read.

    Args:
      inputs: Files, folders, globs, or any paths that Beam's filesystems open.
      error_handling: Names the output of rejected rows, which must then be used: `{output: NAME}`.
    """

    inputs: Sequence[str]
    error_handling: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        super().__init__()
        if isinstance(self.inputs, str):
            raise ValueError(f"inputs is a list of paths; write [{self.inputs}]")
        self.rejected = error_output(self.error_handling, "rejected")

    def expand(self, begin: beam.pvalue.PBegin) -> dict[str, beam.PCollection[Any]]:
        """Read the inputs. Raises InputError for an input that matches nothing, before anything runs."""
        found = begin | "Read" >> read.ReadCaptures(expand_inputs(self.inputs))
        return {
            "captures": found.captures | "CaptureRows" >> beam.Map(capture_row).with_output_types(CAPTURE),
            self.rejected: found[read.REJECTED]
            | "RejectedRows" >> beam.Map(lambda dead: to_row(dead.to_dict())).with_output_types(REJECTED),
        }


@dataclass
class CleanCaptures(beam.PTransform):
    """Turn captures into article records, with a ledger of everything that was removed.

    The input's rows have `html` or `text`, and perhaps `id`, `url`, `captured_at`, `content_type`, `source`,
    `source_file`, `source_offset`, `quality_flags`. Outputs: `articles`, `removed` (the ledger) and `rejected`, with
    the keys and types of the JSON lines that `boiloff clean` writes.

    Args:
      configuration: Name of a shipped configuration, or path of a YAML file.
      steps: The steps themselves, instead of a configuration, each with `type` and perhaps `config`; your own by
        import path.
      parser: For `steps`: lexbor or beautifulsoup.
      templates: Path of a store of site memory that `boiloff learn` has written.
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
        """Clean in one fused stage: pages never leave the worker."""
        captures = rows | "Captures" >> to_captures(rows, "CleanCaptures")
        cleaned = captures | "CleanCaptures" >> CleanToArticles(self.chosen, self.templates)
        removed = cleaned[CleanCapturesFn.PAGES] | "Ledger" >> beam.FlatMap(ledger)
        outputs = {
            "articles": (cleaned["articles"], lambda article: to_row(article.to_dict()), article_row(self.chosen.body)),
            "removed": (removed, to_row, REMOVED),
            self.rejected: (
                cleaned[CleanCapturesFn.REJECTED],
                lambda dead: to_row(dead.to_dict()),
                REJECTED,
            ),
        }
        return {
            name: records | f"Rows_{name}" >> beam.Map(function).with_output_types(schema)
            for name, (records, function, schema) in outputs.items()
        }


class AddArticleFn(beam.DoFn):
    """Adds the article of a page to its row; a row that fails leaves by the tag `errors`, or fails the pipeline."""

    ERRORS = "errors"

    def __init__(self, media: Media, transform: "_AddArticle") -> None:
        self.media = media
        self.configuration, self.templates = transform.chosen, transform.templates
        self.field, self.url_field, self.into = transform.field, transform.url_field, transform.output_field
        self.keeps_errors = bool(transform.errors)

    def setup(self) -> None:
        """Build the steps and open the store once per worker."""
        self.cleaner = Cleaner.of(self.configuration, self.templates)

    def process(self, row: Any) -> Iterator[Any]:
        """Yield one row with its article, or the row with the error."""
        try:
            yield beam.Row(**fields_of(row), **{self.into: self._article(row)})
        except Exception as error:
            if not self.keeps_errors:
                raise
            stack = "".join(traceback.format_exception(error))
            yield beam.pvalue.TaggedOutput(self.ERRORS, beam.Row(element=row, msg=str(error), stack=stack))

    def _article(self, row: Any) -> beam.Row:
        values = known_fields(row)
        body = values.get(self.field, "")
        if not isinstance(body, str | bytes):
            raise TypeError(f"{self.field} is {type(body).__name__}; a page is a string or bytes")
        page = self.cleaner.page(Capture(body=body, media=self.media, url=str(values.get(self.url_field, ""))))
        return to_row(self.cleaner.article(page).to_dict())


@dataclass
class _AddArticle(beam.PTransform):
    """What CleanHtml and CleanText share; a subclass sets the kind of its pages, and the default of `field`."""

    MEDIA: ClassVar[Media]

    field: str = ""
    url_field: str = "url"
    output_field: str = "article"
    configuration: str = DEFAULT
    steps: Sequence[Mapping[str, Any]] | None = None
    parser: str = "lexbor"
    templates: str = ""
    error_handling: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        super().__init__()
        self.errors = error_output(self.error_handling)
        self.chosen = chosen_configuration(self.configuration, self.steps, self.parser)

    def expand(self, rows: beam.PCollection[Any]) -> beam.PCollection[Any] | dict[str, beam.PCollection[Any]]:
        """Add one field to each row."""
        name = type(self).__name__
        known = field_names(rows, name)
        if self.field not in known:
            raise ValueError(f"{name}: rows have no field {self.field!r}, but {', '.join(known)}; set 'field'")
        if self.output_field in known:
            raise ValueError(f"{name}: rows have a field {self.output_field!r} already; set 'output_field'")
        schema = row_type({**known, self.output_field: article_row(self.chosen.body)})
        add = beam.ParDo(AddArticleFn(self.MEDIA, self))
        if not self.errors:
            return rows | "AddArticle" >> add.with_output_types(schema)
        added = rows | "AddArticle" >> add.with_outputs(AddArticleFn.ERRORS, main="output")
        failed = row_type({"element": rows.element_type, "msg": str, "stack": str})
        return {
            "output": added.output | "Rows" >> beam.Map(_same).with_output_types(schema),
            self.errors: added[AddArticleFn.ERRORS] | "ErrorRows" >> beam.Map(_same).with_output_types(failed),
        }


def _same(row: Any) -> Any:
    return row


@dataclass
class CleanHtml(_AddArticle):
    """Add to each row the article of its HTML page: a struct with the keys of an article record, text and metadata.

    The row's own fields stay as they are. A page without text, or with nothing but boilerplate, has an article with
    empty `text`.

    Args:
      field: The field that contains the page, a string or bytes.
      url_field: The field that contains its address, which resolves links and names the site; rows need not have it.
      output_field: The field to add.
      configuration: Name of a shipped configuration, or path of a YAML file.
      steps: The steps themselves, instead of a configuration.
      parser: For `steps`: lexbor or beautifulsoup.
      templates: Path of a store of site memory that `boiloff learn` has written.
      error_handling: Sends rows whose page a step fails on to an output of this name: `{output: NAME}`.
    """

    MEDIA = "html"

    field: str = "html"


@dataclass
class CleanText(_AddArticle):
    """Add to each row the article of its text, which was already extracted from a page: lines are its blocks.

    The row's own fields stay as they are. A text that is nothing but boilerplate has an article with empty `text`.

    Args:
      field: The field that contains the text.
      url_field: The field that contains its address, which names the site; rows need not have it.
      output_field: The field to add.
      configuration: Name of a shipped configuration, or path of a YAML file.
      steps: The steps themselves, instead of a configuration.
      parser: For `steps`: lexbor or beautifulsoup.
      templates: Path of a store of site memory that `boiloff learn` has written.
      error_handling: Sends rows whose page a step fails on to an output of this name: `{output: NAME}`.
    """

    MEDIA = "text"

    field: str = "text"


@dataclass
class LearnTemplates(beam.PTransform):
    """Learn what repeats on each site, and keep it in a store, for `templates` of the transforms that clean.

    The input's rows are those of CleanCaptures. The output is one row when the store is written: its path, and how many
    sites, templates and shared contents it holds. One worker writes the store, and the engine holds the samples until
    then: this is for thousands of sites. `boiloff learn` has no such limit.

    Args:
      templates: Path of the store.
      update: Whether to merge into an existing store.
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
        write = beam.Map(_write_store, beam.pvalue.AsIter(samples), beam.pvalue.AsIter(contents))
        return rows.pipeline | beam.Create([self.templates]) | "Write" >> write.with_output_types(TOTALS)


def _write_store(path: str, samples: Iterable[tuple[str, SiteSample]], contents: Iterable[Content]) -> beam.Row:
    """Merge into the store; a second attempt, after one that failed late, changes nothing."""
    with working_folder(path) as folder, write_store(path, folder) as writer:
        for _, sample in samples:
            writer.add_sample(sample)
        writer.add_contents(contents)
    return beam.Row(store=path, **{name: writer.totals()[name] for name in ("sites", "templates", "shared_contents")})


@dataclass
class WriteRecords(beam.PTransform):
    """Write rows to `folder/name-*.jsonl`, byte for byte as `boiloff clean` does, or to `folder/name-*.parquet`.

    Rows inside rows become objects, and bytes become text. Several inputs go into the same files; Beam YAML's Flatten
    would put the keys of their records in another order. Files of lines are limited by size, never set by number: that
    would shuffle every record. Parquet has the schema of the rows, compressed with zstd.

    Args:
      folder: The folder, on any of Beam's filesystems.
      name: How the names of the files begin.
      gzip: Whether to compress JSON lines.
      format: jsonl or parquet.
    """

    folder: str
    name: str
    gzip: bool = False
    format: str = "jsonl"

    def __post_init__(self) -> None:
        super().__init__()
        if self.format not in FORMATS:
            raise ValueError(f"WriteRecords: format {self.format!r} is not known; valid are {', '.join(FORMATS)}")
        if self.gzip and self.format == "parquet":
            raise ValueError(
                "WriteRecords: gzip is for JSON lines, Parquet compresses its columns itself; leave it out"
            )

    def expand(self, rows: beam.PCollection[Any] | Mapping[str, beam.PCollection[Any]]) -> beam.PCollection[str]:
        """Write the rows, and return the names of the files."""
        inputs = list(rows.values()) if isinstance(rows, Mapping) else [rows]
        fields = [field_names(each, "WriteRecords") for each in inputs]
        prefix = FileSystems.join(self.folder, self.name)
        if self.format == "jsonl":
            to_lines = beam.Map(lambda row: to_json_line(to_record(row))).with_output_types(bytes)
            return _joined(inputs, to_lines) | "Write" >> beam.io.WriteToText(
                prefix,
                file_name_suffix=".jsonl.gz" if self.gzip else ".jsonl",
                max_bytes_per_shard=MAX_SHARD_BYTES,
                coder=BytesCoder(),
                compression_type=CompressionTypes.GZIP if self.gzip else CompressionTypes.UNCOMPRESSED,
            )
        if any(each != fields[0] for each in fields):
            raise ValueError("WriteRecords: rows in one Parquet file need the same fields; write each input by itself")
        schema = typing_to_runner_api(row_type(fields[0])).row_type.schema
        return _joined(inputs, beam.Map(to_record)) | "Write" >> beam.io.WriteToParquet(
            prefix,
            arrow_schema_from_beam_schema(schema).remove_metadata(),
            row_group_buffer_size=ROW_GROUP_BYTES,
            codec="zstd",
            use_compliant_nested_type=True,
            file_name_suffix=".parquet",
        )


def _joined(inputs: Sequence[beam.PCollection[Any]], step: beam.PTransform) -> beam.PCollection[Any]:
    made = [each | f"Records_{number}" >> step for number, each in enumerate(inputs)]
    return made[0] if len(made) == 1 else made | beam.Flatten()


def to_captures(rows: beam.PCollection[Any], what: str) -> beam.PTransform:
    """Return the step from rows to captures. Raises ValueError if the rows have neither body."""
    known = field_names(rows, what)
    if not set(BODIES) & set(known):
        raise ValueError(f"{what} needs rows with 'html' or 'text'; these have {', '.join(known)}")
    return beam.Map(row_capture).with_output_types(Capture)


def chosen_configuration(name: str, steps: Sequence[Mapping[str, Any]] | None, parser: str) -> Configuration:
    """Return the named configuration, or the one that `steps` spell out. Raises ConfigurationError if it is invalid."""
    if steps is None:
        return load_configuration(name)
    return parse_configuration({"parser": parser, "steps": [dict(step) for step in steps]}, "steps")


def error_output(error_handling: Mapping[str, str] | None, default: str = "") -> str:
    """Return the name that `error_handling: {output: NAME}` gives, or `default` without it.

    Raises ValueError for anything else: an option that has no effect must not look as if it had.
    """
    if error_handling is None:
        return default
    if set(error_handling) != {"output"} or not isinstance(error_handling["output"], str):
        raise ValueError(f"error_handling is {{output: NAME}}, not {dict(error_handling)!r}")
    return error_handling["output"]
