"""`boiloff clean`: how it is called. What it does is beside, and is imported when it is done."""

from __future__ import annotations

from typing import Any

import click

from ..options import Command, Place, config_option, option, own_flags, run_options, since_option, templates_option

EXAMPLES = """\b
Examples:
  boiloff clean crawl/ --output out/
  boiloff clean 'crawl/*.warc.gz' more.jsonl --output out/ --workers 2
  boiloff clean crawl/2024-07 --output july/ --templates memory.boiloff
  boiloff clean --retry july/ --output again/ --templates memory.boiloff
  boiloff clean crawl/ --output today/ --since 'runs/*'
"""


@click.command(cls=Command, context_settings={"ignore_unknown_options": True}, epilog=EXAMPLES)
@click.argument("words", nargs=-1, metavar="INPUT...", type=Place())
@option(
    "--output",
    section="Output",
    required=True,
    metavar="DIR",
    type=Place("dir"),
    help="Folder for the records; must be empty or new.",
)
@option(
    "--overwrite",
    section="Output",
    is_flag=True,
    help="Replace an earlier run in DIR; write beside what else lies there.",
)
@option(
    "--format",
    "records",
    section="Output",
    type=click.Choice(["jsonl", "parquet"]),
    default="jsonl",
    help="JSON lines, or Parquet, compressed with zstd.",
)
@option("--gzip", section="Output", is_flag=True, help="Compress JSON lines.")
@option("--report", section="Output", is_flag=True, help="Show the run on one page, DIR/report.html, as well.")
@config_option("Cleaning")
@templates_option("Use what STORE knows of sites; learn nothing from INPUT.")
@option(
    "--no-learn",
    section="Cleaning",
    is_flag=True,
    help="Learn nothing; without STORE, judge each page by itself.",
)
@option(
    "--retry",
    section="Input",
    multiple=True,
    metavar="LETTERS",
    type=Place(),
    help="Instead of INPUT: only what an earlier run rejected; its folder or its rejected-*.jsonl. Repeatable.",
)
@since_option
@run_options
@click.pass_context
def clean(context: click.Context, /, **given: Any) -> None:
    """Clean the captures of INPUT and write article records to DIR.

    INPUT is a file, a folder, a glob, or any path that Beam's filesystems open; WARC, WET, ARC, WACZ, JSON lines, HTML
    and text are told apart by content. What earlier runs have written in a folder is left out, which is told.

    What repeats over a site's pages is learned from INPUT first and kept in DIR, unless STORE or --no-learn is given.
    From LETTERS nothing is learned: what was rejected is no sample of a site. The STORE of the first run fits.

    The same run again does nothing, so that a scheduler may repeat it.

    Every Beam option passes through, for example --runner=FlinkRunner.
    """
    from ..calls.clean import clean_captures

    clean_captures(own_flags(context), **given)
