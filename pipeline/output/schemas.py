"""The forms of records: keys and Python types, JSON's and BigQuery's schemas; and lines of JSON.

Lines and documents have no characters that control a terminal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from importlib.resources import files
from json.encoder import encode_basestring
from typing import Any, get_type_hints

from ...transforms.core.article import NO_KEYS, Article, Body, Rejected
from ...transforms.core.page import Page, Reason


def _fields_of(record: type) -> dict[str, Any]:
    hints = get_type_hints(record)
    return {field.name: hints[field.name] for field in fields(record) if field.name not in NO_KEYS}


# By the beginning of the files' names; keys in the order of the records.
FIELDS: Mapping[str, Mapping[str, Any]] = {
    "articles": _fields_of(Article),
    "removed": {
        "id": str,
        "url": str,
        "position": int,
        "reason": Reason,
        "rule": str,
        "evidence": str,
        "score": float,
        "text": str,
    },
    "rejected": _fields_of(Rejected),
}

# What describes the further key of articles that were asked for with this body.
BODY_KEYS: Mapping[Body, str] = {
    "markdown": "The kept blocks as Markdown: CommonMark and tables, no HTML.",
    "html": "The kept blocks as HTML, without anything that runs.",
}


def fields_of(name: str, body: Body = "text") -> dict[str, Any]:
    """Return the keys and types of records; `body` is what the articles were asked for with."""
    return {**FIELDS[name], **({body: str} if name == "articles" and body in BODY_KEYS else {})}


BIGQUERY_TYPES = {"string": "STRING", "integer": "INTEGER", "number": "FLOAT", "object": "RECORD"}


def json_schema(name: str, body: Body = "text") -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a record of `articles`, `removed`, `rejected` or `captures`."""
    file = files(__package__) / "json_schemas" / f"{name}.json"
    schema: dict[str, Any] = json.loads(file.read_text("utf-8"))
    if name == "articles" and body in BODY_KEYS:
        schema["properties"][body] = {"description": BODY_KEYS[body], "type": "string"}
        schema["required"].append(body)
    return schema


def bigquery_schema(name: str, body: Body = "text") -> list[dict[str, Any]]:
    """Return the schema of a BigQuery table for these records, for `bq load`.

    Lists are REPEATED and all other fields are REQUIRED, because no value of a record is null. See "Specifying a
    schema" and "Creating a JSON schema file" in BigQuery's documentation, cloud.google.com/bigquery/docs/schemas.

    >>> bigquery_schema("articles")[7]
    {'name': 'authors', 'type': 'STRING', 'mode': 'REPEATED', 'description': "Names, in the page's order."}
    """
    return _columns(json_schema(name, body)["properties"])


def _columns(properties: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_column(key, schema) for key, schema in properties.items()]


def _column(key: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    is_list = schema["type"] == "array"
    held = schema["items"] if is_list else schema
    column = {
        "name": key,
        "type": BIGQUERY_TYPES[held["type"]],
        "mode": "REPEATED" if is_list else "REQUIRED",
        "description": schema["description"],
    }
    return column | ({"fields": _columns(held["properties"])} if held["type"] == "object" else {})


# Characters that JSON does not escape, but that harm people who look at a file: DEL and the C1 controls, which control
# terminals, and marks that reverse the text around them. Some readers take U+0085, U+2028 and U+2029 for line ends. One
# class of characters, so the pattern cannot backtrack.
CONTROLLING = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_json_line(record: Mapping[str, Any]) -> bytes:
    """Return a record as UTF-8 JSON without line end. Lone surrogates, which UTF-8 cannot hold, become `?`."""
    return _escaped(ENCODER.encode(record)).encode("utf-8", "replace")


def to_json_document(document: Mapping[str, Any]) -> bytes:
    """Return an indented JSON document, with a line end."""
    return (_escaped(json.dumps(document, indent=2, ensure_ascii=False)) + "\n").encode("utf-8", "replace")


def _escaped(document: str) -> str:
    """Return JSON with escapes for characters that control terminals: the same value, as only strings hold them."""
    if document.isascii() and "\x7f" not in document:
        return document
    return CONTROLLING.sub(lambda found: f"\\u{ord(found[0]):04x}", document)


def json_string(text: str) -> str:
    """Return a text as a JSON string with its quotation marks."""
    return _escaped(encode_basestring(text))


def ledger_lines(page: Page, *, with_texts: bool = True) -> tuple[bytes, int]:
    """Return the ledger of a marked page as JSON lines, and the number of lines.

    The bytes are the same as those of `to_json_line` for each record of `ledger(page)`, in a third of the time. The
    reason is that a page has about two hundred records with the same id and address.
    """
    text, starts = page.columns.text, page.columns.starts
    head = f'{{"id":{json_string(page.provenance.id)},"url":{json_string(page.url)},"position":'
    lines = []
    for position, removal in enumerate(page.removals):
        if removal is not None:
            reason, rule, evidence, score = removal
            block = text[starts[position] : starts[position + 1]] if with_texts else ""
            lines.append(
                f'{head}{position},"reason":"{reason}","rule":{json_string(rule)},"evidence":{json_string(evidence)},'
                f'"score":{round(float(score), 4)!r},"text":{json_string(block)}}}\n'
            )
    return "".join(lines).encode("utf-8", "replace"), len(lines)
