"""The page that `boiloff explain` was asked for: found in a file, a folder or a glob, and cleaned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from shlex import quote

import click

from ....transforms.core.base import StepError
from ....transforms.site_memory.store import open_store
from ...cleaning import Cleaner
from ...explaining import Explanation
from ...finished_run import FinishedRun, is_finished_run, open_finished_run
from ...read_again import look_up_in_run, memory_of
from ...reading.inputs import expand_inputs
from ...reading.lookup import (
    AS_ONLY_ONE,
    BY_ID,
    MOST_NAMED,
    Found,
    Matches,
    look_up,
    look_up_id,
    only_capture,
    simplified,
)
from ...report.visible import is_web_address
from ...running import RunError
from ..shown.printable import one_line
from .sources import tell
from .standard_input import as_file

# Characters of an address in a message.
URL_CHARS = 200
AS_GIVEN = "as the page that --url gives an address"
# What captures that were found together share.
SHARED = {BY_ID: "with this id", AS_ONLY_ONE: "beside it"}


@dataclass(frozen=True)
class Asked:
    """The page explained, and how it was found, for people: `""` where there is nothing to say of that."""

    explanation: Explanation
    note: str = ""


def asked_page(name: str, url: str, id: str, cleaner: Cleaner) -> Asked:
    """The capture with this address or id, or the only one, cleaned. Of several with one address, the first that is an
    article. Raises UsageError when there is none, InputError when there is no such file, RunError when a step fails.
    """
    if url and id:
        raise click.UsageError("--url and --id both name the page; leave one of them out")
    if is_finished_run(name):
        return _asked_of_run(open_finished_run(name), url, id, cleaner)
    with as_file(name) as path:
        found = _found(name, expand_inputs([path], tell), url, id, cleaner.configuration.limits.max_body_bytes)
    if not found.matches.captures:
        raise click.UsageError(_not_found(name, url or id, found))
    if path != name:
        found.matches.captures = [replace(capture, source_file=name) for capture in found.matches.captures]
    return _first_article(found, cleaner)


def _asked_of_run(run: FinishedRun, url: str, id: str, cleaner: Cleaner) -> Asked:
    """A page that a run has read, with the run's site memory unless the cleaner has one."""
    if not (url or id):
        raise click.UsageError(f"{run.folder!r} is a finished run; choose one of its pages with --url or --id")
    found = look_up_in_run(run, url, id, max_body_bytes=cleaner.configuration.limits.max_body_bytes)
    if not found.matches.captures:
        raise click.UsageError(_not_found(run.folder, url or id, found))
    if cleaner.store is None and (memory := memory_of(run)):
        cleaner = replace(cleaner, store=open_store(memory))
    asked = _first_article(found, cleaner)
    if run.summary.get("config_sha256") == cleaner.config_sha256:
        return asked
    differs = "the run had another configuration; name it with --config"
    return replace(asked, note="; ".join(filter(None, [asked.note, differs])))


def _found(name: str, files: list[str], url: str, id: str, limit: int) -> Found:
    """What answers to the address or id, or where there is neither to "the only one"."""
    if id:
        return look_up_id(files, id, max_body_bytes=limit)
    if url:
        found = look_up(files, url, max_body_bytes=limit)
        if found.matches or found.seen != 1:
            return found
        return _with_address(name, only_capture(files, max_body_bytes=limit), url, found)
    found = only_capture(files, max_body_bytes=limit)
    if found.matches.count > 1:
        first = next((one_line(held.url, URL_CHARS) for held in found.matches.captures if held.url), "")
        way_out = f"--url, such as --url {quote(first)}" if first else f"--id, such as --id {_first_id(found)}"
        raise click.UsageError(f"{name!r} holds many captures; choose one with {way_out}")
    return found


def _with_address(name: str, only: Found, url: str, searched: Found) -> Found:
    """A single capture that has no address gets the one it was asked for by. Raises UsageError where that is none."""
    if len(only.matches.captures) != 1 or only.matches.captures[0].url:
        return searched
    if not is_web_address(url):
        raise click.UsageError(
            f"{name!r} is one page that does not come with its address; --url says what it is then, "
            f"and {one_line(url, URL_CHARS)!r} is none: give the whole, such as https://…, or leave --url out"
        )
    return Found(Matches([replace(only.matches.captures[0], url=url)], count=1), AS_GIVEN, seen=1)


def _first_id(found: Found) -> str:
    return quote(one_line(found.matches.captures[0].record_id(), URL_CHARS))


def _not_found(name: str, wanted: str, found: Found) -> str:
    """Why there is no page to explain, and what to ask for instead."""
    if found.matches.rejected:
        dead = found.matches.rejected[0]
        what = f"what {name!r} holds of {wanted!r}" if wanted else repr(name)
        return f"{what} is no page: {dead.reason}: {one_line(dead.error)}"
    if not found.seen:
        return f"{name!r} holds no capture of a page"
    near = ", ".join(repr(one_line(address, URL_CHARS)) for address in found.addresses[:MOST_NAMED])
    if found.ambiguous:
        more = ", …" if len(found.addresses) > MOST_NAMED else ""
        return f"{one_line(wanted, URL_CHARS)!r} is a part of several addresses: {near}{more}; give more of the one"
    what = f"{name!r} holds no capture of {one_line(wanted, URL_CHARS)!r} among {found.seen:,}"
    return f"{what}; the nearest: {near}" if near else f"{what}, and none with an address like it"


def _first_article(found: Found, cleaner: Cleaner) -> Asked:
    """The first of the captures found that has an article; where none has, the first."""
    captures = found.matches.captures
    explained: list[Explanation] = []
    failure: StepError | None = None
    for capture in captures:
        try:
            explanation = Explanation.of(capture, cleaner)
        except StepError as error:
            failure = failure or error
            continue
        explained.append(explanation)
        if next(explanation.page.kept(), None) is not None:
            return Asked(explanation, _note(found, explanation, "the first with an article"))
    if not explained:
        raise RunError(f"{captures[0].source_file}: {one_line(str(failure))}") from failure
    return Asked(explained[0], _note(found, explained[0], "none with an article was found"))


def _note(found: Found, explanation: Explanation, which: str) -> str:
    """Which of several captures this is, and that it is not quite what was asked for."""
    matches, dead = found.matches, found.matches.reasons.total()
    shared = SHARED.get(found.how, "of this address")
    notes = []
    if matches.count > 1:
        number = matches.captures.index(explanation.capture) + 1
        notes.append(f"capture {number} of {matches.count:,} {shared}: {which}")
    if dead:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(matches.reasons.items()))
        notes.append(f"{dead:,} {shared} gave no page ({reasons})")
    if found.how.startswith(("but", "as the only address")):
        notes.append(f"matched {found.how}")
    own = explanation.page.metadata.canonical_url
    if found.how == AS_GIVEN and own and simplified(own) != simplified(explanation.capture.url):
        notes.append(f"the address is --url's; the page itself names {own}")
    return "; ".join(notes)
