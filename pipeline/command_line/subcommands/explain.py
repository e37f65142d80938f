"""`boiloff explain`: how it is called. What it shows is beside, and is imported when it is shown."""

from __future__ import annotations

from typing import Any

import click

from ..options import Command, Place, config_option, option, templates_option

EXAMPLES = """\b
Examples:
  boiloff explain page.html
  boiloff explain crawl.warc.gz --url https://news.example/tides
  boiloff explain 'crawl/*.warc.gz' --url news.example/tides --removed
  boiloff explain page.html --why "share this article"
  boiloff explain page.html --html page-explained.html
  boiloff explain page.html | grep link-list
  curl -s https://news.example/tides | boiloff explain - --text
"""


@click.command(cls=Command, epilog=EXAMPLES)
@click.argument("file", metavar="FILE", type=Place())
@option(
    "--url",
    section="Page",
    default="",
    help="Which page: its address, or a part that only its address has. Where it comes without: its address.",
)
@option("--id", "id_", section="Page", default="", metavar="ID", help="Which page: the id that its records have.")
@option("--why", "words", section="Show", metavar="WORDS", help="Only blocks with WORDS, and all about them.")
@option("--kept", section="Show", is_flag=True, help="Only blocks that are kept.")
@option("--removed", section="Show", is_flag=True, help="Only blocks that are removed.")
@option("--text", "as_text", section="Show", is_flag=True, help="The article's text and nothing else.")
@option("--json", "as_json", section="Show", is_flag=True, help="JSON lines, one block a line.")
@option(
    "--html", section="Show", default="", metavar="PATH", type=Place(), help="Write a page for the browser to PATH."
)
@config_option("Cleaning")
@templates_option("Use what STORE knows, such as the site-memory.boiloff of a run.")
def explain(**given: Any) -> None:
    """Show every block of a page with its fate: kept, or removed by which rule and on what evidence.

    FILE is a page, an archive or JSON lines of many, a folder or a quoted glob, or - for standard input. The address
    need not be exact: scheme, www., a slash at the end and a fragment do not count where nothing matches to the letter.
    Of many captures of one address the first with an article is shown. Of a finished run, whose folder FILE may be, the
    page is read again from where the run has read it, and cleaned with the run's site memory.

    On a terminal the blocks are a table, in a pipe one line each. Exit status: 1 where no block has the WORDS, or where
    --text finds no article.
    """
    from ..calls.explain import explain_page

    explain_page(**given)
