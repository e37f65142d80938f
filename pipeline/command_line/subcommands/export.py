"""`boiloff export`: a run's articles in the forms of other tools."""

from __future__ import annotations

import click

from ..options import Place

EXAMPLES = """\b
Examples:
  boiloff export out/ --to datatrove --output corpus/
  boiloff export out/ --to dolma --output crawl-2024-07/
  boiloff export out/ --to schema.org --output json-ld/ --gzip
"""


@click.command(epilog=EXAMPLES)
@click.argument("run", metavar="RUN", type=Place("dir"))
@click.option(
    "--to",
    "form",
    required=True,
    type=click.Choice(["datatrove", "dolma", "schema.org"]),
    help="datatrove's Documents, Dolma's documents (always gzipped), or Articles as JSON-LD.",
)
@click.option(
    "--output",
    required=True,
    metavar="DIR",
    type=Place("dir"),
    help="Folder for the documents; must be empty or new.",
)
@click.option("--gzip", is_flag=True, help="Compress the documents.")
def export(run: str, form: str, output: str, gzip: bool) -> None:
    """Write the articles of RUN, the output folder of a finished run, to DIR, one document a line of JSON.

    There is one file for each of the run's files of articles, in the same order. What is in DIR is never overwritten.
    """
    from ...export.forms import FORMS
    from ...export.job import export as write
    from ...finished_run import open_finished_run
    from ...telling import counted

    done = write(open_finished_run(run), FORMS[form], output, "jsonl.gz" if gzip else FORMS[form].format)
    click.echo(f"{counted(done.documents, 'document')} in {counted(done.files, 'file')}: {output}")
