"""Choose who signs an article: people first; without any, the organisation that signs, then the editorial office."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..core.page import Page
from .authors import clean_authors, is_organisation, is_staff, without_by
from .values import Claims, host_of, letters, words

_MOST = 20
_NOBODY, _SITE, _ORGANISATION, _PERSON = range(4)


class Signers(NamedTuple):
    """Who signs an article.

    `authors` are people. If nobody signs by name, they are the organisation that does, or the editorial office.
    `organisations` are the agencies, publishers and other organisations that sign, alone or beside people.
    """

    authors: tuple[str, ...]
    organisations: tuple[str, ...]


class _Signed(NamedTuple):
    """The names that sign, and the rank of the best of them."""

    names: tuple[str, ...]
    rank: int


class _Found(NamedTuple):
    """What the names of one source are. `signed` has the people or, without any, all names as the source has them."""

    people: tuple[str, ...]
    organisations: tuple[str, ...]
    signed: _Signed


_NOTHING_FOUND = _Found((), (), _Signed((), _NOBODY))


def choose_signers(page: Page, declared: Sequence[Claims], visible: Iterable[Callable[[], Claims]]) -> Signers:
    """Take the names of the first source that has people in it.

    The name of the site does not count as a person's, unless no source has another: a site of one person has their
    name. A single name that a source declares gives way to the whole name that the page shows.

    Args:
        page: The page.
        declared: What JSON-LD and meta tags claim, best first.
        visible: Read what the page shows; each is asked only if those before it gave no person.
    """
    sites = _site_keys(page, declared)
    organisations: dict[str, str] = {}
    best, is_person = _Signed((), _NOBODY), False
    sources = [*declared]
    for claims in declared:
        found = _found(claims, sites)
        best, is_person = max(best, found.signed, key=_rank), bool(found.people)
        organisations |= _by_letters(found.organisations)
        if is_person:
            break
    is_short = is_person and len(best.names) == 1 and " " not in best.names[0] and best.names[0].isascii()
    for show in visible:
        if is_person and not is_short:
            break
        sources.append(shown := show())
        if is_short:
            longer = _extended(best.names[0], shown)
            best, is_short = _Signed((longer or best.names[0],), _PERSON), not longer
            continue
        found = _found(shown, sites)
        organisations |= _by_letters(found.organisations)
        if not best.names or (_may_replace(best, found.signed) and not shown.is_guess):
            best = max(best, found.signed, key=_rank)
        is_person = bool(found.people)
    return Signers(best.names or _staff(sources), tuple(organisations.values())[:_MOST])


def _may_replace(signed: _Signed, shown: _Signed) -> bool:
    """Return True for whole names, and none that is the beginning of the one it would replace."""
    whole = all(" " in name or not name.isascii() for name in shown.names)
    return whole and not any(one.startswith(name) for one in signed.names for name in shown.names)


def _by_letters(names: Iterable[str]) -> dict[str, str]:
    return {letters(name): name for name in names}


def _rank(signed: _Signed) -> int:
    return signed.rank


def _found(claims: Claims, sites: set[str]) -> _Found:
    names = clean_authors(claims.authors) if claims.authors else ()
    if not names:
        return _NOTHING_FOUND
    typed = {letters(name) for name in claims.organisations}
    people: list[str] = []
    organisations: list[str] = []
    rank = _SITE
    for name in names:
        is_typed = bool(typed) and letters(name) in typed
        is_known = is_typed or is_organisation(name)
        is_site = _is_site(name, sites)
        rank = rank if is_site else _ORGANISATION
        if is_typed or is_site:
            organisations += (_sides(name) or [name]) if is_known else ()
        elif is_known or "/" in name:
            sides = _sides(name)
            people += [side for side in sides if not is_organisation(side) and not _is_site(side, sites)]
            organisations += [side for side in sides if is_organisation(side)] or [name] * is_known
            people += [name] * (not sides and not is_known)
        else:
            people.append(name)
    rank = _PERSON if people else rank
    return _Found(tuple(people), tuple(organisations), _Signed(tuple(people) or names, rank))


def _sides(name: str) -> tuple[str, ...]:
    """Divide "Ann Roe and Reuters", "Ann Roe/Reuters" at the sign or word before or behind an organisation."""
    parts = name.split()
    for i in range(2, len(parts) - 1):
        if parts[i].casefold() in words("and") and is_organisation(" ".join(parts[i + 1 :])):
            return " ".join(parts[:i]), " ".join(parts[i + 1 :])
    sides = tuple([side.strip() for side in name.split("/")])
    return sides if len(sides) == 2 and all(sides) and any(map(is_organisation, sides)) else ()


def _extended(name: str, shown: Claims) -> str:
    """Return the whole name that the page shows for a first name or an account: "Ann Roe" for "Ann" or "annroe"."""
    if shown.is_guess:
        return ""
    mine = letters(name)
    known = [found for found in clean_authors(shown.authors) if " " in found]
    return next((found for found in known if letters(found) == mine or letters(found.split()[0]) == mine), "")


def _staff(sources: Iterable[Claims]) -> tuple[str, ...]:
    """Return the first sign of an editorial office, as nothing better is there."""
    said = (without_by(value.strip()).strip() for claims in sources for value in claims.authors)
    return tuple([value for value in said if is_staff(value)][:1])


def _is_site(name: str, sites: set[str]) -> bool:
    mine = letters(name)
    return mine in sites or any(len(site) > 2 and len(mine) > 2 and mine.startswith(site) for site in sites)


def _site_keys(page: Page, declared: Iterable[Claims]) -> set[str]:
    """Return the letters of the names that the site gives itself, of its host, and of the host's labels."""
    return {letters(claims.site_name) for claims in declared if claims.site_name} - {""} | _host_keys(host_of(page.url))


@lru_cache(maxsize=256)
def _host_keys(host: str) -> frozenset[str]:
    return frozenset(map(letters, (*host.split(".")[:-1], host))) - {""}
