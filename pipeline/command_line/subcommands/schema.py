"""`boiloff schema`: what a record looks like, for programs."""

from __future__ import annotations

import json

import click

from ...records.json_schema import NAMES, bigquery_schema, json_schema

EXAMPLES = """\b
Examples:
  boiloff schema articles > articles.schema.json
  boiloff schema articles --for bigquery > articles.bigquery.json
"""


@click.command(epilog=EXAMPLES)
@click.argument("name", type=click.Choice(NAMES), default="articles", metavar="[articles|removed|rejected|captures]")
@click.option(
    "--for",
    "form",
    type=click.Choice(["json-schema", "bigquery"]),
    default="json-schema",
    help="JSON Schema (draft 2020-12), or the schema file of a BigQuery table.",
)
def schema(name: str, form: str) -> None:
    """Print the schema of the records that a run writes, or of captures as JSON lines, which it reads."""
    if form == "bigquery" and name == "captures":
        raise click.UsageError("captures are what boiloff reads; for BigQuery name articles, removed or rejected")
    click.echo(json.dumps(bigquery_schema(name) if form == "bigquery" else json_schema(name), indent=2))
