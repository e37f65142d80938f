"""`boiloff explain`: its options, how it finds the page that is asked for, and what it prints."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from shlex import quote
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import click
from rich.console import Console

from ..display import is_web_address, one_line
from .options import (
    PATH,
    STANDARD,
    Command,
    SiteNaming,
    config_option,
    option,
    path_option,
    site_options,
    templates_option,
)
from .pipe import echo_text
from .run_log import print_notice

if TYPE_CHECKING:  # Beam takes a second to import, which --help must not wait for
    from ..clean import Cleaner
    from ..inspect.explain import Explanation
    from ..output.manifest import FinishedRun
    from ..reading.lookup import Found

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
# Exit status where no block has the words, or where the page gives no article.
NOT_FOUND = 1
# Characters of an address in a message.
URL_CHARS = 200
AS_GIVEN = "as the page that --url gives an address"


@click.command(cls=Command, epilog=EXAMPLES)
@click.argument("file", metavar="FILE", type=PATH)
@option(
    "--url",
    section="Page",
    default="",
    help="Address of the page, or a part that no other address contains. Also sets the address of a page without one.",
)
@option("--id", "id_", section="Page", default="", metavar="ID", help="Id of the page in the records.")
@option(
    "--why", "words", section="Show", metavar="WORDS", help="Show only blocks that contain WORDS, with all details."
)
@option("--kept", section="Show", is_flag=True, help="Show only kept blocks.")
@option("--removed", section="Show", is_flag=True, help="Show only removed blocks.")
@option("--text", "as_text", section="Show", is_flag=True, help="Print only the text of the article.")
@option("--json", "as_json", section="Show", is_flag=True, help="Print JSON lines, one per block.")
@path_option("--html", section="Show", default="", metavar="PATH", help="Write an HTML page to PATH instead.")
@config_option("Cleaning")
@templates_option("Use the site memory in STORE, for example the site-memory.boiloff of a run.")
@site_options
def explain(
    file: str,
    url: str,
    id_: str,
    words: str | None,
    kept: bool,
    removed: bool,
    as_text: bool,
    as_json: bool,
    html: str,
    config: str,
    templates: str,
    sites: SiteNaming,
) -> None:
    """Show all blocks of a page, and for each removed block the rule and the evidence.

    FILE is a page, an archive or JSON lines with many pages, a folder, a quoted glob, or - for standard input. If no
    address is exactly --url, boiloff ignores differences in scheme, www., a final slash and the fragment. If several
    captures have the address, it shows the first one with an article. FILE may also be the folder of a finished run:
    boiloff then reads the page from the inputs of the run, and cleans it with the site memory of the run.

    On a terminal, the output is a table; in a pipe, one line per block. The exit status is 1 if no block contains
    WORDS, or if --text finds no article.
    """
    from ..clean import Cleaner
    from ..config import load_configuration
    from ..inspect import explain as show
    from ..inspect.pages import write_pages

    if kept and removed:
        raise click.UsageError("--kept and --removed together leave nothing to show; leave one of them out")
    if words is not None and not show.fold(words):
        raise click.UsageError(f"--why needs words, and {words!r} contains none")
    others = {"--why": words, "--kept": kept, "--removed": removed, "--json": as_json, "--html": html}
    for name in (name for name, value in others.items() if as_text and value):
        raise click.UsageError(f"--text shows only the text of the article; leave --text or {name} out")
    configuration = load_configuration(config).naming(*sites)
    page = find_page(file, url.strip(), id_.strip(), Cleaner.of(configuration, templates))
    console = Console()
    if as_text:
        if page.rejected:
            click.echo(f"boiloff: {show.no_article(page)}", err=True)
            raise click.exceptions.Exit(NOT_FOUND)
        text = page.cleaner.article(page.page).text
        echo_text(text)
        return
    blocks = [block for block in page.view.blocks if not (removed if block.is_kept else kept)]
    if words:
        blocks = [blocks[number] for number in show.positions_of(words, [block.text for block in blocks])]
        if not blocks:
            what = "kept block" if kept else "removed block" if removed else "block"
            click.echo(f"boiloff: {show.nowhere(words, page, what)}", err=True)
            raise click.exceptions.Exit(NOT_FOUND)
    if html:
        tally = show.tally(page) if len(blocks) < len(page.view.blocks) else ""
        write_pages([replace(page.view, blocks=tuple(blocks), tally=tally)], html)
        click.echo(f"written: {html}", err=True)
    elif not (as_json or words) and console.is_terminal:
        show.print_table(page, blocks, console)
    else:
        if as_json:
            lines = (show.why_json_lines if words else show.json_lines)(page, blocks)
        elif words:
            lines = show.why_lines(page, blocks, console.width if console.is_terminal else 0)
        else:
            lines = show.plain_lines(page, blocks)
        for line in lines:
            click.echo(line)


def find_page(name: str, url: str, id: str, cleaner: Cleaner) -> Explanation:
    """Find the capture with this address or id, or the only one, and clean it.

    Of several captures it takes the first with an article. Raises UsageError if there is none, InputError if there is
    no such file, RunError if a step fails.
    """
    from ..output.manifest import is_finished_run, open_finished_run
    from ..reading.ranges import expand_inputs

    if url and id:
        raise click.UsageError("--url and --id both name the page; leave one of them out")
    if is_finished_run(name):
        return _find_in_run(open_finished_run(name), url, id, cleaner)
    with _as_file(name) as path:
        limit = cleaner.configuration.limits.max_body_bytes
        found = _found(name, expand_inputs([path], print_notice), url, id, limit)
    if not found.matches.captures:
        raise click.UsageError(_not_found(name, url or id, found))
    if path != name:
        found.matches.captures = [replace(capture, source_file=name) for capture in found.matches.captures]
    return _first_article(found, cleaner)


@contextmanager
def _as_file(name: str) -> Iterator[str]:
    """Yield the path to read: `name`, or for `-` a temporary file with standard input, since a pipe cannot seek."""
    if name != STANDARD:
        yield name
        return
    with NamedTemporaryFile(prefix="boiloff-stdin-") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        yield file.name


def _find_in_run(run: FinishedRun, url: str, id: str, cleaner: Cleaner) -> Explanation:
    """Find a page that a run has read.

    It is cleaned for the kinds of page that the run kept. The run's site memory serves a cleaner without a store.
    """
    from ...transforms.site_memory.store import open_store
    from ..inspect.explain import look_up_in_run, memory_of

    if not (url or id):
        raise click.UsageError(f"{run.folder!r} is a finished run; choose one of its pages with --url or --id")
    found = look_up_in_run(run, url, id, max_body_bytes=cleaner.configuration.limits.max_body_bytes)
    if not found.matches.captures:
        raise click.UsageError(_not_found(run.folder, url or id, found))
    if cleaner.store is None and (memory := memory_of(run)):
        cleaner = replace(cleaner, store=open_store(memory))
    if kinds := run.summary.get("kinds"):
        cleaner = replace(cleaner, configuration=replace(cleaner.configuration, kinds=tuple(kinds)))
    page = _first_article(found, cleaner)
    if run.summary.get("config_sha256") == cleaner.config_sha256:
        return page
    differs = "the run used another configuration; name it with --config"
    return replace(page, note="; ".join(filter(None, [page.note, differs])))


def _found(name: str, files: list[str], url: str, id: str, limit: int) -> Found:
    from ..reading.lookup import look_up, look_up_id, only_capture

    if id:
        return look_up_id(files, id, max_body_bytes=limit)
    if url:
        found = look_up(files, url, max_body_bytes=limit)
        if found.matches or found.seen != 1:
            return found
        return _with_address(name, only_capture(files, max_body_bytes=limit), url, found)
    found = only_capture(files, max_body_bytes=limit)
    if found.matches.count > 1:
        captures = found.matches.captures
        first = next((one_line(held.url, URL_CHARS) for held in captures if held.url), "")
        name_id = quote(one_line(captures[0].record_id(), URL_CHARS))
        hint = f"--url, such as --url {quote(first)}" if first else f"--id, such as --id {name_id}"
        raise click.UsageError(
            f"{name!r} contains many captures; name a file with one page, or choose a page with {hint}"
        )
    return found


def _with_address(name: str, only: Found, url: str, searched: Found) -> Found:
    """Give a single capture without an address the one of --url. Raises UsageError if that is not an address."""
    from ..reading.lookup import Found, Matches

    if len(only.matches.captures) != 1 or only.matches.captures[0].url:
        return searched
    if not is_web_address(url):
        raise click.UsageError(
            f"{name!r} is one page without an address. --url sets its address, but {one_line(url, URL_CHARS)!r} is not "
            "an address: use a whole address, such as https://…, or leave --url out"
        )
    return Found(Matches([replace(only.matches.captures[0], url=url)], count=1), AS_GIVEN, seen=1)


def _not_found(name: str, wanted: str, found: Found) -> str:
    """Return why there is no page to explain, and what to ask for instead."""
    from ..reading.lookup import MOST_NAMED

    if found.matches.rejected:
        dead = found.matches.rejected[0]
        what = f"the capture of {wanted!r} in {name!r}" if wanted else repr(name)
        return f"{what} is not a page: {dead.reason}: {one_line(dead.error)}"
    if not found.seen:
        return f"{name!r} contains no capture of a page"
    near = ", ".join(repr(one_line(address, URL_CHARS)) for address in found.addresses[:MOST_NAMED])
    if found.ambiguous:
        more = ", …" if len(found.addresses) > MOST_NAMED else ""
        several = f"{one_line(wanted, URL_CHARS)!r} is a part of several addresses: {near}{more}"
        return f"{several}; use a longer part of the address"
    what = f"{name!r} contains no capture of {one_line(wanted, URL_CHARS)!r} among {found.seen:,}"
    return f"{what}; the most similar addresses: {near}" if near else f"{what}, and no similar address"


def _first_article(found: Found, cleaner: Cleaner) -> Explanation:
    """Explain the first capture that has an article; where none has, the first."""
    from ...transforms.core.base import StepError
    from ..engine import RunError
    from ..inspect.explain import Explanation

    captures = found.matches.captures
    explained: list[Explanation] = []
    failure: StepError | None = None
    for capture in captures:
        try:
            explained.append(Explanation.of(capture, cleaner))
        except StepError as error:
            failure = failure or error
            continue
        if next(explained[-1].page.kept(), None) is not None:
            return replace(explained[-1], note=_note(found, explained[-1], "the first with an article"))
    if not explained:
        raise RunError(f"{captures[0].source_file}: {one_line(str(failure))}") from failure
    return replace(explained[0], note=_note(found, explained[0], "none with an article was found"))


def _note(found: Found, page: Explanation, which: str) -> str:
    """Return which of several captures this is, and how it differs from what was asked for."""
    from ..reading.lookup import AS_ONLY_ONE, BY_ID, simplified

    matches, dead = found.matches, found.matches.reasons.total()
    shared = {BY_ID: "with this id", AS_ONLY_ONE: "beside it"}.get(found.how, "of this address")
    notes = []
    if matches.count > 1:
        number = matches.captures.index(page.capture) + 1
        notes.append(f"capture {number} of {matches.count:,} {shared}: {which}")
    if dead:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(matches.reasons.items()))
        notes.append(f"{dead:,} {shared} gave no page ({reasons})")
    if found.how.startswith(("except", "as the only address")):
        notes.append(f"matched {found.how}")
    own = page.page.metadata.canonical_url
    if found.how == AS_GIVEN and own and simplified(own) != simplified(page.capture.url):
        notes.append(f"the address is from --url; the page itself declares {own}")
    return "; ".join(notes)
