"""`boiloff report`, `export` and `schema`: show, convert and describe the records of a finished run."""

from __future__ import annotations

import json

import click

from ..display import counted
from .options import PATH, Command, complete_folders

REPORT_EXAMPLES = """\b
Examples:
  boiloff report out/
  boiloff clean crawl/ --output out/ --report
"""


@click.command(cls=Command, epilog=REPORT_EXAMPLES)
@click.argument("folder", metavar="DIR", type=PATH, shell_complete=complete_folders)
def report(folder: str) -> None:
    """Write DIR/report.html, an HTML page about the finished run in DIR.

    The page shows the totals, the removed text by reason, sites and their repeated texts, languages, lengths, rejected
    captures, times, and a sample of pages with the reason for each removed block. It is one file below 3 MB that loads
    nothing from the network. It replaces an earlier report.
    """
    from ..inspect.report import write_report
    from ..output.manifest import open_finished_run

    click.echo(write_report(open_finished_run(folder)))


EXPORT_EXAMPLES = """\b
Examples:
  boiloff export out/ --to datatrove --output corpus/
  boiloff export out/ --to dolma --output crawl-2024-07/
  boiloff export out/ --to schema.org --output json-ld/ --gzip
"""


# The names of `inspect.export.FORMS`, which imports Beam; help must not.
FORMS = ("datatrove", "dolma", "schema.org")


@click.command(epilog=EXPORT_EXAMPLES)
@click.argument("run", metavar="RUN", type=PATH, shell_complete=complete_folders)
@click.option(
    "--to",
    "form",
    required=True,
    type=click.Choice(FORMS),
    help="Format: Documents of datatrove, documents of Dolma (always gzipped), or Articles of schema.org as JSON-LD.",
)
@click.option(
    "--output",
    required=True,
    metavar="DIR",
    type=PATH,
    shell_complete=complete_folders,
    help="Folder for the documents; must be new or empty.",
)
@click.option("--gzip", is_flag=True, help="Compress the documents.")
def export(run: str, form: str, output: str, gzip: bool) -> None:
    """Write the articles of a finished run to DIR as JSON lines, in the format of another tool.

    RUN is the output folder of the run. boiloff writes one file for each file of articles, with the documents in the
    same order. It overwrites no file in DIR.
    """
    from ..inspect.export import FORMS
    from ..inspect.export import export as write
    from ..output.manifest import open_finished_run

    done = write(open_finished_run(run), FORMS[form], output, "jsonl.gz" if gzip else FORMS[form].format)
    click.echo(f"{counted(done.documents, 'document')} in {counted(done.files, 'file')}: {output}")


SCHEMA_EXAMPLES = """\b
Examples:
  boiloff schema articles > articles.schema.json
  boiloff schema articles --for bigquery > articles.bigquery.json
"""
NAMES = ("articles", "removed", "rejected", "captures")


@click.command(epilog=SCHEMA_EXAMPLES)
@click.argument("name", type=click.Choice(NAMES), default="articles", metavar="[articles|removed|rejected|captures]")
@click.option(
    "--for",
    "form",
    type=click.Choice(["json-schema", "bigquery"]),
    default="json-schema",
    help="JSON Schema (draft 2020-12), or the schema file of a BigQuery table. [json-schema]",
)
def schema(name: str, form: str) -> None:
    """Print the schema of one kind of record, or of the captures that boiloff reads as JSON lines."""
    if form == "bigquery" and name == "captures":
        raise click.UsageError(
            "captures have no BigQuery schema, because boiloff only reads them; name articles, removed or rejected"
        )
    from ..output.schemas import bigquery_schema, json_schema

    click.echo(json.dumps(bigquery_schema(name) if form == "bigquery" else json_schema(name), indent=2))
