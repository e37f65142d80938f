"""`boiloff sites`: how it is called. What it shows is beside, and is imported when it is shown."""

from __future__ import annotations

import click

from ..options import Command, Place, option

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
def sites(store: str, site: str | None, as_json: bool) -> None:
    """Show the sites that STORE knows, or the templates and containers of one SITE.

    STORE is what `boiloff learn` keeps, or the site-memory.boiloff of a run.
    """
    from ..calls.sites import show_sites

    show_sites(store, site, as_json=as_json)
