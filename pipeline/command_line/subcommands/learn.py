"""`boiloff learn`: how it is called. What it does is beside, and is imported when it is done."""

from __future__ import annotations

from typing import Any

import click

from ..options import Command, Place, config_option, option, own_flags, run_options, since_option

EXAMPLES = """\b
Examples:
  boiloff learn crawl/ --templates memory.boiloff
  boiloff learn 'crawl/2024-06/*.warc.gz' --templates memory.boiloff --update
  boiloff learn east.boiloff west.boiloff --merge --templates memory.boiloff
"""


@click.command(cls=Command, context_settings={"ignore_unknown_options": True}, epilog=EXAMPLES)
@click.argument("words", nargs=-1, metavar="INPUT...", type=Place())
@option(
    "--templates",
    "store",
    section="Store",
    required=True,
    metavar="STORE",
    type=Place(),
    help="The file for what is learned; must be new.",
)
@option("--update", section="Store", is_flag=True, help="Merge into STORE what it does not know yet.")
@option(
    "--merge",
    "merging",
    section="Store",
    is_flag=True,
    help="INPUT are stores that were learned apart; make one of them.",
)
@config_option("Learning")
@since_option
@run_options
@click.pass_context
def learn(context: click.Context, /, **given: Any) -> None:
    """Learn from the captures of INPUT what repeats on each site, and keep it in STORE.

    INPUT is what `boiloff clean` takes, and --config what it will clean with. An interrupted run leaves STORE as it
    was.

    Every Beam option passes through, for example --runner=FlinkRunner.
    """
    from ..calls.learn import learn_sites

    learn_sites(own_flags(context), **given)
