"""`boiloff sites`: how it is called. What it shows is beside, and is imported when it is shown."""

from __future__ import annotations

import click

from ..options import Command, Number, Place, option

EXAMPLES = """\b
Examples:
  boiloff sites out/site-memory.boiloff
  boiloff sites memory.boiloff news.example
  boiloff sites memory.boiloff --json > sites.jsonl
"""


@click.command(cls=Command, epilog=EXAMPLES)
@click.argument("store", metavar="STORE", type=Place())
@click.argument("site", metavar="[SITE]", required=False)
@option("--json", "as_json", section="Show", is_flag=True, help="All that is known, as JSON lines: one site a line.")
@option(
    "--limit",
    section="Show",
    type=Number(1),
    metavar="N",
    help="Rows of each table. [20 on a terminal, all in a pipe]",
)
def sites(store: str, site: str | None, as_json: bool, limit: int | None) -> None:
    """Show the sites that STORE knows, or the templates and containers of one SITE.

    STORE is what `boiloff learn` keeps, or the site-memory.boiloff of a run. A terminal gets tables, a pipe lines with
    tabs between the columns.

    Articles are an estimate of how many distinct ones the site has, which is not how many were cleaned; everything else
    was counted on those that were sampled. Templates are texts that stand on several of these, each counted once,
    however many containers hold it.

    Of a container's text, `own` is the share that is neither repeated nor link, `repeats` what stands on two articles
    or more, `links` what is inside links. `log-odds` is what pages alone say of it: above 0 for article, below 0
    against.
    """
    from ..calls.sites import show_sites

    show_sites(store, site, as_json=as_json, limit=limit)
