"""The JSON values that a page's scripts hold: whole scripts, assignments, arguments of calls, parts of a stream."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from json import decoder
from typing import Any

from .flight import FLIGHT_CALL, flight_values
from .indexed import expanded, is_indexed

# Both classes exclude their own end, and what comes before a match is scanned once: linear.
SCRIPT_OPENING = re.compile(r"<script(?![\w-])([^<>]*)>", re.IGNORECASE)
SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
DATA_TYPE = re.compile(r"type\s{0,9}=\s{0,9}[\"']?[\w./+-]{0,40}json", re.IGNORECASE)
# Where a JSON value can begin inside code: a bracket before what may stand in it, or a string that is a value.
# One character, a bounded run and a look ahead.
VALUE = re.compile(r"[\[{](?=\s{0,40}[\"{\[\d])|(?<=[:=(,\[])\s?\"")
# State written into HTML by Angular, which replaces the characters that HTML knows.
ANGULAR_SIGNS = {"&q;": '"', "&s;": "'", "&l;": "<", "&g;": ">", "&a;": "&"}

# A script is code, not data, when so many of its brackets begin no value. Each costs a look at what stands before it.
MAX_FAILURES = 300
# A string that stands alone in code is of use only when it may be a whole article, or JSON that holds one.
MIN_LITERAL_CHARS = 400
MAX_SCRIPTS_CHARS = 2_500_000
# JSON inside a string of JSON: once is common, twice happens.
MAX_NESTING = 2

# The decoder of one JSON string; typeshed does not list it.
SCAN_STRING: Callable[[str, int, bool], tuple[str, int]] = vars(decoder)["scanstring"]
_DECODER = json.JSONDecoder(strict=False)  # raw newlines in strings are common, and harmless


def script_values(html: str) -> Iterator[Any]:
    """Every JSON value in the page's scripts, in document order.

    Scripts that are data are read as such. In code, a value is whatever reads as JSON from a bracket on, and a long
    string by itself; expressions, and objects whose keys are not quoted, are passed over. Each character is read a
    bounded number of times, and what is nested too deep to be read is left out.
    """
    stream: list[str] = []
    for is_data, script in _scripts(html):
        if not is_data and FLIGHT_CALL.search(script):
            stream.append(script)
            continue
        for value in _values(script, is_data):
            yield expanded(value) if is_indexed(value) else value
    yield from flight_values(value for script in stream for value in _values(script, is_data=False))


def nested_value(text: str) -> Any:
    """The object or list that a string holds as JSON, or None."""
    if text[:1] not in "{[" or '"' not in text[:100]:
        return None
    try:
        value, _ = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return value


def _scripts(html: str) -> Iterator[tuple[bool, str]]:
    """Whether a script is data, and its text, as far as their number of characters is bearable."""
    left = MAX_SCRIPTS_CHARS
    at = 0
    while (opening := SCRIPT_OPENING.search(html, at)) is not None:
        end = SCRIPT_END.search(html, opening.end())
        at = end.start() if end else len(html)
        left -= at - opening.end()
        if left < 0:
            return
        if at - opening.end() >= MIN_LITERAL_CHARS or FLIGHT_CALL.search(html, opening.end(), at):
            yield DATA_TYPE.search(opening[1]) is not None, html[opening.end() : at]


def _values(script: str, is_data: bool) -> Iterator[Any]:
    if is_data and script.lstrip()[:4] in ("{&q;", "[&q;"):
        for sign, char in ANGULAR_SIGNS.items():
            script = script.replace(sign, char)
    failures = at = 0
    while failures < MAX_FAILURES and (found := VALUE.search(script, at)) is not None:
        start = found.end() - 1
        try:
            if script[start] == '"':
                value, at = SCAN_STRING(script, start + 1, False)
            else:
                value, at = _DECODER.raw_decode(script, start)
        except json.JSONDecodeError as error:
            failures += 1
            at = max(error.pos, start + 1)  # what was read up to the fault is not read again
        except (ValueError, RecursionError):  # a number or a nesting beyond all measure
            return
        else:
            if not isinstance(value, str) or len(value) >= MIN_LITERAL_CHARS:
                yield value
