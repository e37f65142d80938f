"""`boiloff diff`: how it is called. What it compares is beside, and is imported when it is compared."""

from __future__ import annotations

from typing import Any

import click

from ..options import Command, Number, Place, option, templates_option

EXAMPLES = """\b
Examples:
  What does my configuration change?
    boiloff diff default strict.yaml --on crawl/
  What does a site memory add?
    boiloff diff default memory.boiloff --on 'crawl/*.warc.gz'
  Is this month's memory better than last month's?
    boiloff diff june.boiloff july.boiloff --on crawl/ --sample 5000
  What do two versions of boiloff make of the same crawl?
    boiloff diff out-with-old/ out-with-new/
  The same to look at in a browser:
    boiloff diff out-with-old/ out-with-new/ --html changes.html
  Every change for a program, and a check for CI:
    boiloff diff default strict.yaml --on crawl/ --json > changes.jsonl
    boiloff diff default strict.yaml --on crawl/ --exit-code
"""


@click.command(cls=Command, epilog=EXAMPLES)
@click.argument("words", nargs=-1, metavar="A B", type=Place())
@option(
    "--on", section="Input", multiple=True, metavar="INPUT...", type=Place(), help="Files, folders or globs to clean."
)
@option(
    "--sample",
    section="Input",
    type=Number(1),
    metavar="N",
    help="At most N captures of INPUT, the same ones every time. [1000]",
)
@option(
    "--config", section="Cleaning", default="", metavar="NAME|FILE", type=Place(), help="For a side that is a store."
)
@templates_option("For a side that is a configuration.")
@option(
    "--examples", section="Show", default=3, type=Number(0), metavar="N", help="Examples of each kind of change. [3]"
)
@option(
    "--html",
    section="Show",
    default="",
    metavar="PATH",
    type=Place(),
    help="Also write the pages that change most, with their changes marked, for the browser.",
)
@option("--json", "as_json", section="Show", is_flag=True, help="JSON lines: every change, and at the end the counts.")
@option("--exit-code", section="Show", is_flag=True, help="End with status 1 where anything differs.")
def diff(**given: Any) -> None:
    """Show what changes from A to B: which blocks change fate, which articles appear or vanish, which metadata.

    A and B are told apart by what they are: a configuration (its name or a YAML file), a store of site memory, or the
    output folder of a finished run.

    Two runs are compared by their records, capture by capture. Otherwise a sample of the captures of INPUT is cleaned
    twice, in this process: nothing is learned, and nothing written. Without a store each page is judged by itself, as
    with `boiloff clean --no-learn`.
    """
    from ..calls.diff import show_differences

    show_differences(**given)
