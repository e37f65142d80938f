"""Records and captures as rows with a schema, which other SDKs and SQL understand too, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

import apache_beam as beam
from apache_beam.typehints.row_type import RowTypeConstraint

from ...transforms.core.article import Body
from ...transforms.core.page import Capture, Media
from ...transforms.parsing.decode import decode, without_surrogates
from ..output.schemas import FIELDS
from ..output.schemas import fields_of as fields_of_record


def row_type(types: Mapping[str, Any]) -> RowTypeConstraint:
    """Return the schema of a row with these names and Python types."""
    return RowTypeConstraint.from_fields([(name, _field_type(hint)) for name, hint in types.items()])


def _field_type(hint: Any) -> Any:
    """Return a type that Beam's schemas know: tuples of one type are sequences, literals are strings."""
    if get_origin(hint) is tuple:
        return Sequence[_field_type(get_args(hint)[0])]  # type: ignore[misc]  # built while running
    if get_origin(hint) is Literal:
        return str
    if isinstance(hint, type) and hasattr(hint, "_fields"):
        return row_type(get_type_hints(hint))
    return hint


# Derived, so that rows and JSON lines have the same keys in the same order.
ARTICLE, REMOVED, REJECTED = (row_type(FIELDS[name]) for name in ("articles", "removed", "rejected"))
# The fields of a capture that are one string.
WORDS = ("id", "url", "captured_at", "content_type", "source", "source_file")
BODIES = ("html", "text")
CAPTURE = row_type({
    **dict.fromkeys((*BODIES, *WORDS), str),
    "source_offset": int,
    "quality_flags": tuple[str, ...],
})  # fmt: skip


def article_row(body: Body) -> RowTypeConstraint:
    """Return the schema of the row of an article; `body` is what it was asked for with."""
    return row_type(fields_of_record("articles", body))


def to_row(record: Mapping[str, Any]) -> beam.Row:
    """Return a record as a row: its lists of records become lists of rows.

    Lone surrogates, which neither a schema's strings nor UTF-8 can hold, become `?`, as in the JSON lines.
    """
    return beam.Row(**{key: _to_value(value) for key, value in record.items()})


def _to_value(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return to_row(value)
    if isinstance(value, list | tuple):
        return [_to_value(item) for item in value]
    return value


def to_record(row: Any) -> dict[str, Any]:
    """Return the record that `to_row` was given, of a row of any class that Beam's coders make."""
    return {key: _from_value(value) for key, value in fields_of(row).items()}


def fields_of(row: Any) -> dict[str, Any]:
    """Return a row's fields, one level deep: of a NamedTuple, a dataclass or a beam.Row."""
    return row._asdict() if isinstance(row, tuple) else dict(vars(row))  # type: ignore[attr-defined]  # a NamedTuple


def known_fields(row: Any) -> dict[str, Any]:
    """Return the fields that have a value. null is not a value, nor NaN, which pandas uses in place of null."""
    return {key: value for key, value in fields_of(row).items() if value is not None and value == value}


def _from_value(value: Any) -> Any:
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, beam.Row) or hasattr(value, "_asdict") or is_dataclass(value):
        return to_record(value)
    if isinstance(value, Mapping):
        return {key: _from_value(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Iterable):
        return [_from_value(item) for item in value]
    return value


def capture_row(capture: Capture) -> beam.Row:
    """Return a capture as a row, decoded and with its id: it gives the same record when it is cleaned as a row.

    One of `html` and `text` contains the body, the other is empty.
    """
    body, flags = capture.body, capture.quality_flags
    if isinstance(body, bytes):
        said = decode(body, capture.content_type)
        body, flags = said.text, (*flags, *said.flags())
    return to_row({
        **{media: without_surrogates(body) if media == capture.media else "" for media in BODIES},
        **{key: getattr(capture, key) for key in WORDS},
        "id": capture.record_id(),
        "source_offset": capture.source_offset,
        "quality_flags": flags,
    })  # fmt: skip


def row_capture(row: Any) -> Capture:
    """Return the capture of a row that has `html` or `text`, and perhaps other fields of a capture; null is unknown.

    `html` counts unless it is empty, as in JSON lines. Numbers and times become text; other fields are ignored.
    """
    values = known_fields(row)
    bodies = {media: body if isinstance(body := values.get(media, ""), bytes) else str(body) for media in BODIES}
    media: Media = "html" if bodies["html"].strip() or not bodies["text"] else "text"
    return Capture(
        body=bodies[media],
        media=media,
        source_offset=int(values.get("source_offset", -1)),
        quality_flags=tuple(values.get("quality_flags", ())),
        **{key: str(values[key]) for key in WORDS if key in values},
    )


def field_names(rows: beam.PCollection[Any], what: str) -> dict[str, Any]:
    """Return names and types of the fields of a collection's rows. Raises ValueError if they are not rows."""
    row = RowTypeConstraint.from_user_type(rows.element_type) or rows.element_type
    if not isinstance(row, RowTypeConstraint):
        raise ValueError(f"{what} needs rows with a schema, not {rows.element_type}; put a MapToFields before it")
    return dict(row._fields)
