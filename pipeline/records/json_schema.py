"""The JSON Schemas of the records, and of captures as JSON lines, which ship with the package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

NAMES = ("articles", "removed", "rejected", "captures")
BIGQUERY_TYPES = {"string": "STRING", "integer": "INTEGER", "number": "FLOAT", "object": "RECORD"}


def json_schema(name: str) -> dict[str, Any]:
    """The schema (draft 2020-12) of a record of `articles`, `removed` or `rejected`, or of `captures`."""
    file = files(__package__) / "schemas" / f"{name}.json"
    schema: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return schema


def bigquery_schema(name: str) -> list[dict[str, Any]]:
    """The schema of a table that `bq load` fills with these records, in BigQuery's own form.

    Lists are REPEATED and all else is REQUIRED, since nothing in a record is null. See "Specifying a schema" and
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
