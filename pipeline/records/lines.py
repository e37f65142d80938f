"""Records as lines of JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any

from ...transforms.core.page import Page

# What JSON lets stand as it is, and what nobody should get who only looks at a file: DEL and the C1 controls, which
# drive terminals, and what turns the direction of the text around it. Some readers take U+0085, U+2028 and U+2029 for
# ends of lines. One class of characters, so it cannot backtrack.
DRIVING = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_json_line(record: Mapping[str, Any]) -> bytes:
    """One record as UTF-8 JSON without the line end. Lone surrogates, which UTF-8 cannot hold, become `?`."""
    return without_driving(ENCODER.encode(record)).encode("utf-8", "replace")


def without_driving(document: str) -> str:
    """JSON with escapes in place of what drives a terminal: the same value. Inside of strings is all that has it."""
    if document.isascii() and "\x7f" not in document:
        return document
    return DRIVING.sub(lambda found: f"\\u{ord(found[0]):04x}", document)


def json_string(text: str) -> str:
    """A text as a string of JSON, quotation marks and all."""
    return without_driving(encode_basestring(text))


def ledger_lines(page: Page) -> tuple[bytes, int]:
    """The ledger of a marked page as JSON lines, and how many there are.

    The same bytes as `to_json_line` of each record of `ledger(page)`, in a third of the time: a page has two hundred
    of them, which share its id and address, and few are not in ASCII.
    """
    text, starts = page.columns.text, page.columns.starts
    head = f'{{"id":{json_string(page.provenance.id)},"url":{json_string(page.url)},"position":'
    lines = []
    for position, removal in enumerate(page.removals):
        if removal is not None:
            reason, rule, evidence, score = removal
            said = text[starts[position] : starts[position + 1]]
            lines.append(
                f'{head}{position},"reason":"{reason}","rule":{json_string(rule)},"evidence":{json_string(evidence)},'
                f'"score":{round(float(score), 4)!r},"text":{json_string(said)}}}\n'
            )
    return "".join(lines).encode("utf-8", "replace"), len(lines)
