"""`boiloff report`: a finished run on one HTML page."""

from __future__ import annotations

import click

from ..options import Command, Place

EXAMPLES = """\b
Examples:
  boiloff report out/
  boiloff clean crawl/ --output out/ --report
"""


@click.command(cls=Command, epilog=EXAMPLES)
@click.argument("folder", metavar="DIR", type=Place("dir"))
def report(folder: str) -> None:
    """Write DIR/report.html: the finished run in DIR as one page to look at.

    It has the totals, what was removed and why, the sites with what comes back on their pages, languages, lengths,
    rejected captures, times, and a sample of pages with every block and its fate. It is one file below 3 MB that loads
    nothing from elsewhere; an earlier report is replaced.
    """
    from ...finished_run import open_finished_run
    from ...report.report import write_report

    click.echo(write_report(open_finished_run(folder)))
