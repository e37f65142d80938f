"""Keys: the names that crawlers give the fields of a capture, in one table, and the capture of an object.

Objects come from JSON lines, JSON arrays, and the rows of Parquet and Arrow files. docs/inputs.md has the same table.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, Literal, NamedTuple

from ...transforms.core.capture import MARKDOWN_TYPE, Capture, Source
from ...transforms.parsing.decode import without_surrogates
from .accept import MAX_BODY_BYTES, Rejected, accept_body, accept_response, iso_8601, refused_status
from .http_message import Message
from .media import is_written

Form = Literal["html", "text", "markdown", "any"]

# boiloff's own keys. A value of another type is an error there, and nowhere else.
SOURCE_KEYS = ("id", "url", "captured_at", "content_type", "source")
OWN_BODIES = ("html", "text")
TEXT_KEYS = (*SOURCE_KEYS, *OWN_BODIES)

# The keys of each field, in the order in which they count; a dot leads into the object of that name.
FIELDS = {
    "url": (
        *("url", "metadata.url", "metadata.sourceURL", "metadata.source_url", "meta.url", "sourceURL", "source_url"),
        *("response.url", "request.url", "crawl.loadedUrl", "warc_headers.warc-target-uri"),
    ),
    "captured_at": (
        *("captured_at", "crawled_at", "fetched_at", "timestamp", "date_download", "metadata.timestamp"),
        *("meta.timestamp", "crawl.loadedTime", "warc_headers.warc-date"),
    ),
    "content_type": (
        *("content_type", "contentType", "metadata.contentType", "response.content_type", "crawl.contentType"),
        *("headers.content-type", "headers.Content-Type"),
        *("response.headers.content-type", "response.headers.Content-Type"),
    ),
    "status": (
        *("status", "status_code", "statusCode", "http_status", "metadata.statusCode", "metadata.status_code"),
        *("response.status", "response.status_code", "response.statusCode", "crawl.httpStatusCode"),
    ),
}
# The keys of a body, in the order in which they count, and its form; "any" is looked at.
BODIES: dict[str, Form] = {
    "html": "html",
    "text": "text",
    "raw_html": "html",
    "rawHtml": "html",
    "response.body": "any",
    "body": "any",
    "raw_content": "any",
    "markdown": "markdown",
    "content": "any",
}
# Keys beside a body, such as `encoding`, that say that the body is base64.
BASE64_FLAGS = ("base64", "is_base64", "isBase64", "base64Encoded", "isBase64Encoded")
BASE64_NAMES = ("encoding", "{}_encoding", "{}Encoding")
URL_SAFE = str.maketrans("-_", "+/")

# The types of JSON and Arrow, by the Python types that stand for them.
KINDS = {"NoneType": "null", "bool": "true or false", "int": "a number", "float": "a number", "str": "a string"}
KINDS |= {"list": "an array", "dict": "an object", "bytes": "bytes", "datetime": "a time", "date": "a date"}
MOST_NAMED = 12
NAMED_CHARS = 60
HTTP_STATUS = range(100, 600)
BLANK = " \t\r\n\f\0"
DIGITS_OF_STATUS = 3

Path = tuple[str, ...]


class RefusedError(ValueError):
    """An object without a capture: `reason` of its rejected record, then the message."""

    def __init__(self, reason: str, error: str) -> None:
        super().__init__(error)
        self.reason = reason


class _Body(NamedTuple):
    """A body that is not blank: its key, its form and its value."""

    key: str
    form: Form
    value: str | bytes


_FIELD_PATHS = {name: tuple(tuple(key.split(".")) for key in keys) for name, keys in FIELDS.items()}
# The first names of a field's keys, to skip most objects with one look.
_FIRST_NAMES = {name: frozenset(path[0] for path in paths) for name, paths in _FIELD_PATHS.items()}
_OTHER_BODIES = tuple((key, form, tuple(key.split("."))) for key, form in BODIES.items() if key not in OWN_BODIES)
# The names at the top level: the columns to read.
TOP_BODIES = frozenset(key.partition(".")[0] for key in BODIES)
TOP_KEYS = TOP_BODIES.union(
    SOURCE_KEYS,
    (key.partition(".")[0] for keys in FIELDS.values() for key in keys),
    BASE64_FLAGS,
    (name.format(key) for name in BASE64_NAMES for key in BODIES if "." not in key),
)


def capture_of(
    read: Callable[[], Any], where: str, source: Source, length: int, max_body_bytes: int = MAX_BODY_BYTES
) -> Capture | Rejected:
    """Return the capture of an object, or a rejected record with the reason.

    Args:
        read: Returns the object; raises RefusedError where there is none.
        where: How errors name the place of the object.
        source: The file and the offset.
        length: The object's bytes; -1 where they are not known.
        max_body_bytes: The largest body.
    """
    try:
        record = read()
        if not isinstance(record, dict):
            raise RefusedError("wrong-type", f"a JSON object is needed, this is {_kind(record)}")
        fields: dict[str, Any] = {key: _source_field(record, key) for key in SOURCE_KEYS}
        source = replace(source, **fields)
        item = _item(_body(record, max_body_bytes), _status(record), source, max_body_bytes)
    except RefusedError as refused:
        item = Rejected.of(source, refused.reason, str(refused))
    if isinstance(item, Rejected):
        return replace(item, error=f"{where}: {item.error}", length=length, captured_at=iso_8601(item.captured_at))
    return item


def unknown_keys(found: Iterable[str], noun: str = "keys") -> str:
    """Report that none of these keys holds a body, and which keys would."""
    names = sorted(repr(name[:NAMED_CHARS]) for name in found)
    more = f" and {len(names) - MOST_NAMED} more" if names[MOST_NAMED:] else ""
    others = ", ".join(f"`{key}`" for key, _, _ in _OTHER_BODIES)
    return f"neither `html` nor `text`; {noun}: {', '.join(names[:MOST_NAMED])}{more}; {others} would do as well"


def _item(found: _Body, status: int, source: Source, max_body_bytes: int) -> Capture | Rejected:
    if refused := refused_status(source, status, "", len(found.value)):
        return refused
    if found.form == "any" and isinstance(found.value, bytes):
        return accept_response(source, Message(0, {}, found.value), max_body_bytes)
    if found.form == "any":
        return accept_body(source, found.value)
    if found.form == "markdown":
        source = replace(source, content_type=MARKDOWN_TYPE)
    return Capture(body=found.value, media="html" if found.form == "html" else "text", **vars(source))


def _body(record: dict[str, Any], max_body_bytes: int) -> _Body:
    """Find the body that counts. A wrong type is an error under boiloff's own keys; other keys are skipped."""
    is_own = record.get("html") is not None or record.get("text") is not None
    found = None if is_own else _other_body(record)
    if not is_own and not found:
        raise RefusedError(*_why_none(record))
    for key in SOURCE_KEYS:
        value = record.get(key)
        if value is not None and not isinstance(value, str):
            _text(record, key)
    found = found or _own_body(record) or _other_body(record)
    if not found:
        raise RefusedError("empty-body", "`html` and `text` are empty")
    if len(found.value) > max_body_bytes:
        unit = "bytes" if isinstance(found.value, bytes) else "characters"
        raise RefusedError("too-large", f"`{found.key}` has {len(found.value)} {unit}")
    return found


def _own_body(record: dict[str, Any]) -> _Body | None:
    html, text = _value(record, "html", "html"), _value(record, "text", "text")
    if html and html.strip():
        return _Body("html", "html", html)
    return _Body("text", "text", text) if text and _is_written(text) else None


def _other_body(record: dict[str, Any]) -> _Body | None:
    for key, form, path in _OTHER_BODIES:
        holder = _holder(record, path)
        if isinstance(holder.get(path[-1]), str | bytes):
            value = _value(holder, path[-1], key)
            if _is_written(value):
                return _Body(key, form, value)
    return None


def _is_written(value: str | bytes) -> bool:
    return is_written(value) if isinstance(value, bytes) else bool(value.strip(BLANK))


def _why_none(record: dict[str, Any]) -> tuple[str, str]:
    """Return the reason and the message for an object whose body is blank, of a wrong type, or under another key."""
    values = {key: _holder(record, path).get(path[-1]) for key, _, path in _OTHER_BODIES}
    values = {key: value for key, value in values.items() if value is not None}
    for key, value in values.items():
        if isinstance(value, str | bytes):
            return "empty-body", f"`{key}` is empty"
    for key, value in values.items():
        return "wrong-type", f"`{key}` must be a string, this is {_kind(value)}"
    return "not-a-capture", unknown_keys(_names(record))


def _names(record: dict[str, Any]) -> Iterator[str]:
    """Yield the keys of an object, and those of the objects in it that may hold a body."""
    for key, value in record.items():
        yield key
        if isinstance(value, dict) and key in TOP_KEYS:
            yield from (f"{key}.{inner}" for inner in value)


def _source_field(record: dict[str, Any], key: str) -> str:
    """Read a field for the rejected record, whatever else is wrong with the object."""
    value = record.get(key)
    if isinstance(value, str):
        return _plain(value)
    if value is None:
        return "" if key not in FIELDS or _FIRST_NAMES[key].isdisjoint(record) else _under_other_keys(record, key)
    try:
        return _text(record, key)
    except RefusedError:
        return ""


def _under_other_keys(record: dict[str, Any], key: str) -> str:
    for value in _values(record, key):
        text = _plain(value[0] if isinstance(value, list) and value else value)
        text = iso_8601(text) if key == "captured_at" else text.strip()
        if text:
            return text
    return ""


def _status(record: dict[str, Any]) -> int:
    """Read the HTTP status, 0 if it is missing. Some tools write words and codes of their own under these keys."""
    if _FIRST_NAMES["status"].isdisjoint(record):
        return 0
    for value in _values(record, "status"):
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) == DIGITS_OF_STATUS:
            value = int(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and value in HTTP_STATUS:
            return int(value)
    return 0


def _values(record: dict[str, Any], field: str) -> Iterator[Any]:
    for path in _FIELD_PATHS[field]:
        if path[0] in record and (value := _holder(record, path).get(path[-1])) is not None:
            yield value


def _holder(record: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the object that has the last name of a path; an empty one if it is missing."""
    for name in path[:-1]:
        inner = record.get(name)
        if not isinstance(inner, dict):
            return {}
        record = inner
    return record


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if key == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str | bytes | date):
        raise RefusedError("wrong-type", f"`{key}` must be a string, this is {_kind(value)}")
    return _plain(value)


def _plain(value: Any) -> str:
    """Return a value as text that can be written; columns may hold bytes and times."""
    if not isinstance(value, str):
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        else:
            value = value.isoformat() if isinstance(value, date) else ""
    return without_surrogates(value.replace("\0", "\ufffd"))


def _value(holder: dict[str, Any], name: str, key: str) -> str | bytes:
    """Read a body, and decode base64 if a key beside it says so."""
    value = holder.get(name)
    if value is None or isinstance(value, bytes):
        return value or ""
    if not isinstance(value, str):
        raise RefusedError("wrong-type", f"`{key}` must be a string, this is {_kind(value)}")
    return _from_base64(value, key) if _is_base64(holder, name) else _plain(value)


def _is_base64(holder: dict[str, Any], name: str) -> bool:
    if len(holder) == 1 or _base64_keys(name).isdisjoint(holder):
        return False
    if any(holder.get(flag) is True for flag in BASE64_FLAGS):
        return True
    names = (holder.get(form.format(name)) for form in BASE64_NAMES)
    return any(isinstance(value, str) and value.lower() == "base64" for value in names)


@cache
def _base64_keys(name: str) -> frozenset[str]:
    return frozenset({*BASE64_FLAGS, *(form.format(name) for form in BASE64_NAMES)})


def _from_base64(value: str, key: str) -> bytes:
    written = "".join(value.split()).rstrip("=").translate(URL_SAFE)
    try:
        return b64decode(written + "=" * (-len(written) % 4), validate=True)
    except ValueError as error:
        raise RefusedError("undecodable", f"`{key}` is not the base64 that it is said to be: {error}") from None


def _kind(value: Any) -> str:
    return KINDS.get(type(value).__name__, "another type")
