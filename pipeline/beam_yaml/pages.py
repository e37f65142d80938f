"""CleanHtml and CleanText for Beam YAML: articles beside the fields of other people's rows."""

import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import apache_beam as beam

from ...transforms.core.capture import Capture, Media
from ...transforms.site_memory.store import open_store
from ..cleaning import Cleaner
from ..configuration import DEFAULT, Configuration
from .cleaning import chosen_configuration
from .errors import error_output
from .rows import ARTICLE, field_names, fields_of, known_fields, row_type, to_row


class AddArticleFn(beam.DoFn):
    """Adds the article of a page to its row; what fails leaves by the tag `errors`, or fails the pipeline."""

    ERRORS = "errors"

    def __init__(self, media: Media, transform: "_AddArticle") -> None:
        self.media = media
        self.configuration = transform.chosen
        self.templates = transform.templates
        self.field, self.url_field, self.into = transform.field, transform.url_field, transform.output_field
        self.keeps_errors = bool(transform.errors)

    def setup(self) -> None:
        """Build the steps and open the store once per worker."""
        self.cleaner = Cleaner(self.configuration, open_store(self.templates) if self.templates else None)

    def process(self, row: Any) -> Iterator[Any]:
        """One row, with its article or, with the error, without."""
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
    """What CleanHtml and CleanText share; a subclass says what its pages are, and its field's default."""

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
        self.chosen: Configuration = chosen_configuration(self.configuration, self.steps, self.parser)

    def expand(self, rows: beam.PCollection[Any]) -> beam.PCollection[Any] | dict[str, beam.PCollection[Any]]:
        """Rows to rows with one field more."""
        name = type(self).__name__
        known = field_names(rows, name)
        if self.field not in known:
            raise ValueError(f"{name}: rows have no field {self.field!r}, but {', '.join(known)}; set 'field'")
        if self.output_field in known:
            raise ValueError(f"{name}: rows have a field {self.output_field!r} already; set 'output_field'")
        schema = row_type({**known, self.output_field: ARTICLE})
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

    The row's own fields stay as they are. A page without text, or nothing but boilerplate, has an article with empty
    `text`.

    Args:
      field: The field that holds the page, a string or bytes.
      url_field: The field that holds its address, which resolves links and names the site; rows need not have it.
      output_field: The field to add.
      configuration: Name of a shipped configuration, or path of a YAML file.
      steps: The steps themselves, instead of a configuration.
      parser: For `steps`: lexbor or beautifulsoup.
      templates: Path of a store of site memory that `boiloff learn` has made.
      error_handling: Sends rows whose page a step fails on to an output of this name: `{output: NAME}`.
    """

    MEDIA = "html"

    field: str = "html"


@dataclass
class CleanText(_AddArticle):
    """Add to each row the article of its text, which was already extracted from a page: lines are its blocks.

    The row's own fields stay as they are. A text that is nothing but boilerplate has an article with empty `text`.

    Args:
      field: The field that holds the text.
      url_field: The field that holds its address, which names the site; rows need not have it.
      output_field: The field to add.
      configuration: Name of a shipped configuration, or path of a YAML file.
      steps: The steps themselves, instead of a configuration.
      parser: For `steps`: lexbor or beautifulsoup.
      templates: Path of a store of site memory that `boiloff learn` has made.
      error_handling: Sends rows whose page a step fails on to an output of this name: `{output: NAME}`.
    """

    MEDIA = "text"

    field: str = "text"
