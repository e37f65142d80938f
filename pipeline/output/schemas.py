"""The schemas of the records: keys and Python types, from these Arrow's, and the JSON and BigQuery schemas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from importlib.resources import files
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pyarrow as pa

from ...transforms.core.article import Article
from ...transforms.core.page import Reason
from ..reading.accept import Rejected


def _fields_of(record: type) -> dict[str, Any]:
    hints = get_type_hints(record)
    return {field.name: hints[field.name] for field in fields(record)}


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


PLAIN_TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64()}


def arrow_schema(name: str) -> pa.Schema:
    """Return the Arrow schema of the `articles`, `removed` or `rejected`; nothing in it is ever null.

    >>> arrow_schema("articles").field("authors").type
    ListType(list<element: string not null>)
    """
    return pa.schema(_arrow_fields(FIELDS[name]))


def _arrow_fields(types: Mapping[str, Any]) -> list[pa.Field]:
    return [pa.field(key, _arrow_type(hint), nullable=False) for key, hint in types.items()]


def _arrow_type(hint: Any) -> pa.DataType:
    if get_origin(hint) is tuple:
        # The name that Parquet gives the items of a list.
        return pa.list_(pa.field("element", _arrow_type(get_args(hint)[0]), nullable=False))
    if get_origin(hint) is Literal:
        return pa.string()
    if hasattr(hint, "_fields"):
        return pa.struct(_arrow_fields(get_type_hints(hint)))
    return PLAIN_TYPES[hint]


BIGQUERY_TYPES = {"string": "STRING", "integer": "INTEGER", "number": "FLOAT", "object": "RECORD"}


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a record of `articles`, `removed`, `rejected` or `captures`."""
    file = files(__package__) / "json_schemas" / f"{name}.json"
    schema: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return schema


def bigquery_schema(name: str) -> list[dict[str, Any]]:
    """Return the schema of a table that `bq load` fills with these records, in BigQuery's form.

    Lists are REPEATED and everything else is REQUIRED, since nothing in a record is null. See "Specifying a schema" and
    "Creating a JSON schema file" in BigQuery's documentation, cloud.google.com/bigquery/docs/schemas.

    >>> bigquery_schema("articles")[7]
    {'name': 'authors', 'type': 'STRING', 'mode': 'REPEATED', 'description': "Names, in the page's order."}
    """
    return _columns(json_schema(name)["properties"])


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
