"""The page that `boiloff explain` was asked for: found in a file, a folder or a glob, and cleaned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from shlex import quote

import click

from ....transforms.step_error import StepError
from ...cleaning import Cleaner
from ...explaining import Explanation
from ...reading.inputs import expand_inputs
from ...reading.lookup import MOST_HELD, MOST_NAMED, Found, Matches, look_up, look_up_id, only_capture
from ...running import RunError
from ..shown.printable import one_line

# Characters of an address in a message.
URL_CHARS = 200


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
    files = expand_inputs([name])
    limit = cleaner.configuration.limits.max_body_bytes
    if id:
        found = look_up_id(files, id, max_body_bytes=limit)
    elif url:
        found = look_up(files, url, max_body_bytes=limit)
        if not found.matches and found.seen == 1:
            found = _with_address(only_capture(files, max_body_bytes=limit), url, found)
    else:
        found = only_capture(files, max_body_bytes=limit)
        if found.matches.count > 1:
            first = next((one_line(held.url, URL_CHARS) for held in found.matches.captures if held.url), "")
            way_out = f"--url, such as --url {quote(first)}" if first else f"--id, such as --id {_first_id(found)}"
            raise click.UsageError(f"{name!r} holds many captures; choose one with {way_out}")
    if not found.matches.captures:
        raise click.UsageError(_not_found(name, url or id, found))
    return _first_article(found, cleaner)


def _with_address(only: Found, url: str, searched: Found) -> Found:
    """A single capture that has no address has the one it was asked for by."""
    if len(only.matches.captures) == 1 and not only.matches.captures[0].url:
        return Found(Matches([replace(only.matches.captures[0], url=url)], count=1), seen=1)
    return searched


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
            return Asked(explanation, _note(found, captures.index(capture), "the first with an article"))
    if not explained:
        raise RunError(f"{captures[0].source_file}: {one_line(str(failure))}") from failure
    return Asked(explained[0], _note(found, captures.index(explained[0].capture), "none with an article was found"))


def _note(found: Found, number: int, which: str) -> str:
    """Which of several captures this is, and that it is not quite what was asked for."""
    count, dead = found.matches.count, len(found.matches.rejected)
    notes = []
    if count > 1:
        notes.append(f"capture {number + 1} of {count:,} of this address: {which}")
    if dead:
        reasons = ", ".join(sorted({rejected.reason for rejected in found.matches.rejected}))
        how_many = f"{dead} or more" if dead == MOST_HELD else str(dead)
        notes.append(f"{how_many} of this address gave no page ({reasons})")
    if found.how.startswith(("but", "as the only address")):
        notes.append(f"matched {found.how}")
    return "; ".join(notes)
