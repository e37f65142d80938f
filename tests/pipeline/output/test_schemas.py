"""The published schemas, held beside the types that the records are made of."""

import json
from typing import Literal, get_args, get_origin, get_type_hints

import pytest
from click.testing import CliRunner

from boiloff.pipeline.cli.records import NAMES
from boiloff.pipeline.cli.records import schema as command
from boiloff.pipeline.output.schemas import FIELDS, bigquery_schema, json_schema
from boiloff.pipeline.reading.json_captures import TEXT_KEYS
from boiloff.transforms.core.article import SCHEMA_VERSION

PLAIN_TYPES = {str: "string", int: "integer", float: "number"}


def type_of(hint):
    """Translate a Python type to JSON Schema, as far as it goes."""
    if get_origin(hint) is tuple:
        return {"type": "array", "items": type_of(get_args(hint)[0])}
    if get_origin(hint) is Literal:
        return {"type": "string", "enum": list(get_args(hint))}
    if hasattr(hint, "_fields"):
        return {"type": "object", "properties": {key: type_of(each) for key, each in get_type_hints(hint).items()}}
    return {"type": PLAIN_TYPES[hint]}


def bare(schema):
    """Drop from a schema what a type cannot express."""
    kept = {key: value for key, value in schema.items() if key in ("type", "items", "properties", "enum")}
    if "items" in kept:
        kept["items"] = bare(kept["items"])
    if "properties" in kept:
        kept["properties"] = {key: bare(value) for key, value in kept["properties"].items()}
    return kept


def without_words(type_):
    return {key: value for key, value in type_.items() if key != "enum"}


@pytest.mark.parametrize("name", FIELDS)
def test_a_schema_has_the_keys_and_types_of_the_records_in_their_order(name):
    schema = json_schema(name)
    assert list(schema["properties"]) == schema["required"] == list(FIELDS[name])
    assert schema["additionalProperties"] is False
    for key, hint in FIELDS[name].items():
        found, expected = bare(schema["properties"][key]), type_of(hint)
        # Reasons of rejected captures have no type of their own; `test_law_of_schemas` holds them.
        assert found == expected or (name == "rejected" and key == "reason" and without_words(found) == expected)


def test_the_schema_names_the_version_of_the_records():
    assert json_schema("articles")["properties"]["schema_version"]["const"] == SCHEMA_VERSION
    for name in NAMES:
        assert json_schema(name)["$id"] == f"urn:boiloff:schema:{name}:{SCHEMA_VERSION}"


def test_captures_have_the_keys_that_are_read():
    assert set(json_schema("captures")["properties"]) == set(TEXT_KEYS)


@pytest.mark.parametrize("name", FIELDS)
def test_a_table_of_bigquery_has_the_same_columns(name):
    columns = bigquery_schema(name)
    assert [column["name"] for column in columns] == list(FIELDS[name])
    assert {column["mode"] for column in columns} <= {"REQUIRED", "REPEATED"}
    assert {column["type"] for column in columns} <= {"STRING", "INTEGER", "FLOAT", "RECORD"}
    assert all(len(column["description"]) <= 1024 for column in columns)


def test_blocks_are_a_repeated_record_in_bigquery():
    (blocks,) = [column for column in bigquery_schema("articles") if column["name"] == "blocks"]
    assert (blocks["type"], blocks["mode"]) == ("RECORD", "REPEATED")
    assert [(field["name"], field["type"]) for field in blocks["fields"]] == [
        *(("start", "INTEGER"), ("end", "INTEGER"), ("kind", "STRING"))
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_command_prints_a_schema(name):
    assert json.loads(CliRunner().invoke(command, [name]).output) == json_schema(name)


def test_the_command_prints_the_schema_of_a_table():
    assert json.loads(CliRunner().invoke(command, ["--for", "bigquery"]).output) == bigquery_schema("articles")
    refused = CliRunner().invoke(command, ["captures", "--for", "bigquery"])
    assert refused.exit_code == 2
    assert "captures have no BigQuery schema" in refused.output
