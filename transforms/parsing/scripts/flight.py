"""React's flight format: rows of JSON and text, cut into strings that a page pushes onto a list, script by script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

FLIGHT_CALL = re.compile(r"__next_f\s?(?:=[^;]{0,80})?\.push\(")
# The number of a row, then what kind it is: `T`, a length in bytes, and text; or JSON after a few capitals, or none.
ROW = re.compile(rb"\s{0,9}([0-9a-f]{1,8}):(?:T([0-9a-f]{1,8}),|[A-Z]{0,2})")
REFERENCE = re.compile(r"\$([0-9a-f]{1,8})")
TEXT_CHUNK = 1

_DECODER = json.JSONDecoder(strict=False)


def flight_values(pushed: Iterable[Any]) -> Iterator[Any]:
    """The values of the rows in what was pushed, text rows put in where other rows name them.

    Values that were pushed onto other lists, and rows that are not JSON, are handed on or left out.
    """
    chunks: list[str] = []
    for value in pushed:
        match value:
            case [int(kind), str(chunk)] if kind == TEXT_CHUNK:
                chunks.append(chunk)
            case _:
                yield value
    texts: dict[str, str] = {}
    values = []
    for number, row in _rows("".join(chunks).encode("utf-8", "replace")):
        if isinstance(row, str):
            texts[number] = row
        else:
            values.append(row)
    for value in values:
        yield _resolved(value, texts)
    yield from texts.values()


def _rows(stream: bytes) -> Iterator[tuple[str, Any]]:
    at = 0
    while (found := ROW.match(stream, at)) is not None:
        number = found[1].decode()
        if found[2]:
            at = found.end() + int(found[2], 16)
            yield number, stream[found.end() : at].decode("utf-8", "replace")
            continue
        end = stream.find(b"\n", found.end())
        at = end if end >= 0 else len(stream)
        if stream[found.end() : found.end() + 1] in (b"{", b"["):
            try:
                yield number, json.loads(stream[found.end() : at])
            except (ValueError, RecursionError):
                continue


def _resolved(value: Any, texts: dict[str, str]) -> Any:
    """The value, changed in place: each string that names a text row is that text, once."""
    open_values = [value]
    while open_values:
        holder = open_values.pop()
        for key, item in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            if isinstance(item, (dict, list)):
                open_values.append(item)
            elif isinstance(item, str) and (named := REFERENCE.fullmatch(item)) and named[1] in texts:
                holder[key] = texts.pop(named[1])
    return value
