"""Clean the names of authors, in any form that sources give them, and choose who signs an article.

People come first; without any, the organisation that signs, then the editorial office.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from ..core.page import Page
from .values import Claims, host_of, letters, months, words

_MOST = 20
_LONGEST_NAME = 80
_MOST_WORDS = 7
# Names in a script without spaces: with a pen name and an office, and without words of a sentence.
_LONGEST_UNSPACED, _SHORTEST_CLAUSE = 24, 9

# One alternative per separator; the classes are single characters: linear.
_SEPARATOR = re.compile(r"[;|•·\n]| [/–—-] |\t")
_COMMA = re.compile(r"[,，、]")
# Bounded, and each starts at its own character.
_ADDRESS = re.compile(r"\S{1,80}@\S{1,80}|https?://\S{1,200}")
# Names do not contain these.
_SENTENCE_MARKS = frozenset('!?:…()[]{}=<>%$€"“”')
# These set names off from the rest of a line. Single characters: linear.
_MARK = re.compile(r"[|•·⋅∙●/»]|\s[–—-]\s")
# In brackets are addresses and employers; a name goes on behind "(Liv)". Bounded.
_BRACKETS = re.compile(r"[(\[][^()\[\]]{0,100}[)\]](?! ?[^\W\d_]{2})|\[[^\[\]]{0,100}\]")
_OPENING, _CLOSING = frozenset("[【（(〔"), frozenset("]】）)〕")
# An account behind a name.
_HANDLE = re.compile(r"(?<=\w )@\w{1,40}")
_MARKS = " -–—:*\"“”„'【】■●▲◆"
_ABBREVIATIONS = frozenset({"jr.", "sr.", "st.", "inc.", "ltd.", "co.", "corp."})
# "By" in an element of its own, right before a name.
_GLUED_BY = r"(?-i:By|Por|Door)(?=(?-i:[A-Z])[\w.’'-]{1,30} (?-i:[A-Z]))"
# A name of a script without spaces, and a number right behind it.
_GLUED = re.compile(r"(?<=[\u3040-\u9fff\uac00-\ud7af])(?=\d)|(?<=[^\W\d_]{2})(?=\d{1,4}[./-]\d)")
# What parts the words of a name, or two names on one line. Single characters: linear.
_BETWEEN = re.compile(r"[\s/,;|()]+")
_FIRST_UNSPACED = "\u2e80"
# Signs that stand between sentences, and in no name.
_WITHIN_SENTENCES = re.compile("[!?;！？；。]")
# The end of a label, as in "design: Ann Roe".
_LABEL = re.compile("[:：] ?[^ ]")
_DIGIT = re.compile(r"\d")
# An acronym has so many capitals.
_ACRONYM = re.compile(r"[A-ZÄÖÜČİ]{3,6}")


def clean_authors(raw: Iterable[str]) -> tuple[str, ...]:
    """Return names without "By", roles, addresses and repetition, in the order given.

    A value that joins several people ("Ann Roe and Bo Li", "Roe, Ann; Li, Bo") is split at commas only if each side
    looks like a whole name. Organisations stay: see `choose_signers`. Values other than names ("admin", a date,
    a sentence) are dropped.
    """
    found: dict[str, str] = {}
    for value in raw:
        for name in _split(value):
            key = letters(name)
            if key and key not in found and not _is_nobody(name):
                found[key] = name
    names = list(found.values())[:_MOST]
    if len(names) < 2:
        return tuple(names)
    names = [name for name in names if not _is_long_job_title(name)] or names
    initials = {"".join(part[0] for part in name.split()) for name in names if " " in name}
    return tuple([name for name in names if name not in initials])


def signatures(raw: Iterable[str]) -> tuple[str, ...]:
    """Find names in visible lines, which hold more than names: dates, minutes to read, roles, a first sentence.

    Each line is cut where its names end, and dropped unless the rest looks like names. Of a name and the same name with
    something after it, the shorter stays.
    """
    cut = [name for line in raw if (name := _signature(line))]
    names = [name for name in clean_authors(cut) if looks_like_names(name) or _may_be_account(name)]
    if any(" " in name for name in names):
        names = [name for name in names if " " in name or not name.isascii() or is_organisation(name)]
    return tuple(name for name in names if not any(name.startswith(f"{other} ") for other in names))


def _may_be_account(name: str) -> bool:
    """Return True for a single word, unless it has small letters that no account has: "дом"."""
    return " " not in name and (name.isascii() or not name.islower())


def looks_like_names(text: str) -> bool:
    """Return whether the first, the last and half of all words start as names do: not with a small letter.

    Scripts without capitals pass. Marks that end a sentence or enclose something do not occur in names.
    """
    parts = [part for part in text.split() if part not in ("&", "-")]
    if not parts or len(parts) > 10 or not _SENTENCE_MARKS.isdisjoint(text):
        return False
    small = [part[0].islower() for part in parts]
    return not small[0] and not small[-1] and sum(small) * 2 <= len(parts)


def opens_byline(text: str) -> bool:
    """Return whether a line begins with a "by" of several words ("Written by") or a colon, unlike any sentence."""
    if text[:30].partition(" ")[0].casefold() in words("not the author"):
        return False
    match = _by().match(text)
    return match is not None and (" " in match[0].strip() or "/" in match[0] or match[0].endswith((":", "：")))


@cache
def byline_openers() -> frozenset[str]:
    """Return the first words of each "by" of several words. `opens_byline` needs one of these, or a colon."""
    return frozenset(known.partition(" ")[0] for known in words("by") if " " in known or "/" in known)


@cache
def byline_firsts() -> frozenset[str]:
    """Return the first words of all phrases for "by", up to the first space."""
    return frozenset(known.partition(" ")[0] for known in words("by"))


def split_at_marks(line: str) -> list[str]:
    """Split a line at bullets, bars and dashes."""
    return [part.strip() for part in _MARK.split(line)]


def _signature(line: str) -> str:
    """Cut a line where its names end."""
    kept: list[str] = []
    bare = _GLUED.sub(" ", line[:300].strip())
    line = without_by(bare).lstrip("/／")
    first, *others = _MARK.split(line, maxsplit=1)
    if others and " " not in first.strip() and line == bare and _DIGIT.search(line) is None:
        named = others[0].strip()  # behind a section: "Harbours · Ann Roe"
        first = named if " " in named and looks_like_names(named) else first
    parts = without_by(first).split()
    for word, following in zip(parts, (*parts[1:], ""), strict=False):
        bare = word.casefold().strip(".,:;()")
        is_particle = len(bare) == 2 and word.istitle() and following.istitle() and bool(kept)
        if any(map(str.isdigit, word)) or (bare in words("ends a byline") and not is_particle):
            return _before_role(kept) if bare in words("role") else _bare(kept)
        if bare in months("") and any(map(str.isdigit, following)):  # else it is a name: Jan, April, June
            break
        kept.append(word)
    return _bare(kept)


def _bare(parts: list[str]) -> str:
    return " ".join(parts).strip(" ,;:-–—")


def _before_role(parts: list[str]) -> str:
    """Remove the words of a role behind the last comma: "Ann Roe, Harbour" before "Correspondent"."""
    named = next((i for i in range(len(parts) - 1, 0, -1) if parts[i].endswith(",")), 0)
    return _bare(parts[: named + 1]) if named else _bare(parts)


def without_by(text: str) -> str:
    """Remove a leading "By" in any language, and the marks after it."""
    match = _by().match(text)
    return text[match.end() :].lstrip(" :–—-") if match else text


@cache
def _by() -> re.Pattern[str]:
    """Compile a leading "by". Longest first, so that each alternative is tried once, at the start of the text only.

    Words with one first letter form a group behind it: `re` tries alternatives one by one, and there are hundreds.
    `re` takes letters that differ in case alone for one, as it does "i" and "ı".
    """
    groups: dict[str, list[str]] = {}
    for word in sorted(words("by"), key=len, reverse=True):
        groups.setdefault(word[0].upper(), []).append(word)
    known = "|".join(map(_one_of, groups.values()))
    return re.compile(rf"\W{{0,3}}(?:(?-i:By(?=by ))?(?:{known})|{_GLUED_BY})", re.IGNORECASE)


def _one_of(known: list[str]) -> str:
    first = known[0][0]
    if any(word[0] != first for word in known):
        return "|".join(map(_ended, known))
    return re.escape(first) + "(?:" + "|".join(_ended(word).removeprefix(re.escape(first)) for word in known) + ")"


def _ended(word: str) -> str:
    return re.escape(word) + (r"(?!\w)" if word.isascii() or (word[-1].isalpha() and ord(word[-1]) < 0x3000) else "")


@cache
def _and() -> re.Pattern[str]:
    known = "|".join(re.escape(word) for word in sorted(words("and")))
    return re.compile(rf",? (?:{known}) ", re.IGNORECASE)


def _split(value: str) -> Iterator[str]:
    value = value[:600].strip()
    if value[:1] in _OPENING and value[-1:] in _CLOSING:
        value = value[1:-1]
    if "(" in value or "[" in value:
        value = _BRACKETS.sub(" ", value)
    if "@" in value or "://" in value:
        value = _ADDRESS.sub(" ", value)
    if not value.isascii():
        value = _place_of_report().sub("", value)
    for part in _SEPARATOR.split(without_by(value.strip())):
        for joined in _at_and(_without_job_titles(part)):
            yield from _at_commas(_without_job_titles(joined))


def _at_and(part: str) -> list[str]:
    """Split at "and" where every side has two words: "Maria & Katerina" may be one signature."""
    if part.count(" ") < 2:  # as most
        return [part]
    sides = _and().split(part)
    return sides if all(len(side.split()) > 1 for side in sides) else [part]


def _at_commas(part: str) -> Iterator[str]:
    pieces = _with_degrees([_without_and(piece.strip()) for piece in _COMMA.split(part)])
    names = [name for piece in pieces if piece and not _is_role(piece) and (name := without_by(piece).strip())]
    if len(names) == 2 and _is_inverted(*names) and not any(map(is_organisation, names)):
        yield f"{names[1]} {names[0]}"
        return
    names = names if len(names) < 2 else _without_places(names)
    yield from (_trimmed(" ".join(_without_title(name))) for name in names)


def _without_and(piece: str) -> str:
    first, _, rest = piece.partition(" ")
    return rest if rest and first in words("and") and not first.isupper() else piece


def _without_places(names: list[str]) -> list[str]:
    """Remove single words beside a whole name or an organisation: "Ann Roe, London", "LONDON, Ann Roe"."""
    whole = [" " in name or is_organisation(name) for name in names]
    first = whole.index(True) if True in whole else len(names)
    return [
        name
        for i, name in enumerate(names)
        if whole[i] or not (i > first or (first < len(names) and name.isupper())) or not name[0].isupper()
    ]


@cache
def _place_of_report() -> re.Pattern[str]:
    """Compile the place that East Asian lines have behind the name: "王小明／台北報導". Bounded, between two signs."""
    ends = "|".join(map(re.escape, sorted(words("after a place"))))
    return re.compile(rf"[／/][^／/\s]{{1,12}}(?:{ends})$")


def _with_degrees(pieces: list[str]) -> list[str]:
    """Join degrees to the name before them, as the page writes it: "Ann Roe, PhD, RN"."""
    joined: list[str] = []
    for piece in pieces:
        if joined and " " in joined[-1] and (piece.casefold() in words("degree") or piece.endswith(("®", "™"))):
            joined[-1] = f"{joined[-1]}, {piece}"
        else:
            joined.append(piece)
    return joined


def _trimmed(name: str) -> str:
    """Remove marks around a name. The full stop of an initial stays, and that of an abbreviation."""
    bare = (_HANDLE.sub("", name) if "@" in name else name).strip(_MARKS)
    last = bare.rpartition(" ")[2]
    if " " in bare and last.endswith(".") and (len(last) == 2 or "." in last[:-1] or last.casefold() in _ABBREVIATIONS):
        return bare
    return bare.strip(f"{_MARKS}.")


def _is_inverted(first: str, second: str) -> bool:
    """Return whether two parts are a family name and the given names: "Roe, Ann", and "Vries, Bo de"."""
    if first[-1:] > _FIRST_UNSPACED or second[-1:] > _FIRST_UNSPACED:
        return False
    given = second.split()
    is_given = len(given) == 1 or given[-1].islower() or (len(given) == 2 and len(given[-1].rstrip(".")) == 1)
    return len(first.split()) == 1 and is_given


def _without_title(name: str) -> list[str]:
    """Return the words of a name without the "reporter" that some languages write after it, and without a place."""
    parts = name.split()
    for i in range(2, min(len(parts) - 1, 4)):
        is_place = parts[i].casefold() in words("before a place") and parts[i + 1][0].isupper()
        if is_place and looks_like_names(" ".join(parts[:i])) and not is_organisation(" ".join(parts[:i])):
            return parts[:i]
    parts = _without_employer(parts)
    return parts[:-1] if len(parts) > 1 and parts[-1] in words("after a name") else parts


def _without_employer(parts: list[str]) -> list[str]:
    """Remove an agency or a newspaper right behind a name: "Ann Roe AP Sports Writer", "ANN ROE The Harbour Ledger"."""
    for i in range(2, min(len(parts), _MOST_WORDS)):
        said = " ".join(parts[i : i + 2]).casefold()
        is_agency = parts[i].isupper() and parts[i].casefold() in words("agency")
        if (is_agency or parts[i] == "The" or said in words("agency")) and looks_like_names(" ".join(parts[:i])):
            return parts if is_organisation(" ".join(parts[:i])) else parts[:i]
    return parts


def _without_job_titles(part: str) -> str:
    """Remove job titles behind a comma: "Ann Roe, Head of Tides & Reef Editor"."""
    first, *others = _COMMA.split(part)
    if not others or len(first.split()) < 2:  # a name, a family name, or a list of signatures
        return part
    return ", ".join((first, *(piece for piece in others if not all(map(_is_job_title, _and().split(piece))))))


def _is_job_title(text: str) -> bool:
    """Return whether several words end with a role, or hold a word that names never hold."""
    parts = text.casefold().split()
    return len(parts) > 1 and (parts[-1].strip(".:-") in words("role") or not words("in a role").isdisjoint(parts[1:]))


def _is_long_job_title(name: str) -> bool:
    """Return whether three words and more end with a role: "Certified Tide Consultant". Beside names it is none."""
    parts = name.casefold().split()
    return len(parts) > 2 and parts[-1] in words("role") and not is_organisation(name)


def _is_role(text: str) -> bool:
    known = words("role")
    return all(word.strip(".:-") in known or word in known for word in text.casefold().split())


def _is_nobody(name: str) -> bool:
    """Return whether a value cannot be a name."""
    return (
        (name.count(".") > 2 and " " not in name)  # a variable of a template
        or name[:4].casefold() == "www."
        or "{{" in name
        or "+" in name
        or _LABEL.search(name) is not None
        or _WITHIN_SENTENCES.search(name) is not None
        or name.count("«") != name.count("»")
        or not 1 < len(name) <= _LONGEST_NAME
        or (first := name.partition(" ")[0].casefold().strip(":")) in words("account")
        or first in words("not the author")
        or len(name.split()) > _MOST_WORDS
        or _is_clause(name)
        or (said := name.casefold()) in words("nobody")
        or said in words("published")
        or (name.islower() and "-" in name and " " not in name)  # the last part of an address
        or not any(map(str.isalpha, name))
        or (digits := sum(map(str.isdigit, name))) > 3
        or (digits > 0 and not months("").keys().isdisjoint(name.casefold().split()))
    )


def _is_clause(name: str) -> bool:
    """Return True for a clause in a script without spaces: it is long, and has words that no long name has."""
    if len(name) < _SHORTEST_CLAUSE or name.isascii() or name[-1] < _FIRST_UNSPACED or is_organisation(name):
        return False
    return len(name) > _LONGEST_UNSPACED or not words("in a clause").isdisjoint(name)


def is_organisation(name: str) -> bool:
    """Return True for the name of a news agency, and for a name with a word that no person has in theirs.

    >>> is_organisation("Harbour News Agency"), is_organisation("dpa"), is_organisation("Ann Roe")
    (True, True, False)
    """
    said = name.casefold()
    if said in words("agency") or (said.startswith("the ") and " " in said):
        return True
    if name[-1:] > _FIRST_UNSPACED:
        return name.endswith(_ends())
    parts = _BETWEEN.split(said)
    if len(parts) > 1 and not words("word of an organisation").isdisjoint(parts):
        return True
    if _ACRONYM.search(name) is None:  # as most
        return False
    return any(_ACRONYM.fullmatch(part) and part.casefold() in words("agency") for part in _BETWEEN.split(name))


def is_crowd(name: str) -> bool:
    """Return True for all who wrote on a wiki or in a repository: "Harbour Wiki contributors"."""
    said = name.casefold()
    return any(phrase in said for phrase in words("contributors"))


def is_staff(name: str) -> bool:
    """Return True for the sign of an editorial office: "Redaktion", "Staff Writer"."""
    return name.casefold() in words("staff")


@cache
def _ends() -> tuple[str, ...]:
    return tuple(words("end of an organisation") | words("agency"))


_NOBODY, _SITE, _ORGANISATION, _PERSON = range(4)


class Signers(NamedTuple):
    """Who signs an article.

    `authors` are people. If no person is named, they are the organisation that signs, or the editorial office.
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


def choose_signers(
    page: Page,
    declared: Sequence[Claims],
    below: Callable[[Sequence[str]], tuple[str, ...]],
    visible: Iterable[Claims],
) -> Signers:
    """Take the names of the first source that has people in it.

    The name of the site does not count as a person's, unless no source has another: a site of one person has their
    name. A single name that a source declares gives way to the whole name that the page shows, and the account that
    put the page on the site to the byline.

    Args:
        page: The page.
        declared: What JSON-LD and meta tags claim, best first.
        below: Reads a byline right below the headline that gives other people than those named, or more.
        visible: What the page shows, surest first; the next is asked for only if those before it gave no person.
    """
    sites = _site_keys(page, declared)
    organisations: dict[str, str] = {}
    best, is_person = _Signed((), _NOBODY), False
    sources = [*declared]
    for claims in declared:
        if is_person and (not claims.authors or claims.authors[0] == best.names[-1]):  # as most
            continue
        found = _found(claims, sites)
        if is_person:
            best = found.signed if _has_more(found.people, best.names) else best
            continue
        best, is_person = max(best, found.signed, key=_rank), bool(found.people)
        organisations |= _by_letters(found.organisations)
    if is_person and (shown_names := below(best.names)):
        best = _Signed(shown_names, _PERSON)
    is_short = is_person and len(best.names) == 1 and " " not in best.names[0] and best.names[0].isascii()
    shows = iter(visible)
    while not is_person or is_short:
        shown = next(shows, None)
        if shown is None:
            break
        sources.append(shown)
        if is_short:
            longer = _extended(best.names[0], shown)
            best, is_short = _Signed((longer,) if longer else best.names, _PERSON), not longer
            if is_short and _is_login(best.names[0]):
                people = _found(shown, sites).people
                if people and all(" " in name for name in people) and not shown.is_guess:
                    best, is_short = _Signed(people, _PERSON), False
            continue
        found = _found(shown, sites)
        organisations |= _by_letters(found.organisations)
        if not best.names or (_may_replace(best, found.signed) and not shown.is_guess):
            best = max(best, found.signed, key=_rank)
        is_person = bool(found.people)
    return Signers(best.names or _staff(sources), tuple(organisations.values())[:_MOST])


def _has_more(names: Sequence[str], others: Sequence[str]) -> bool:
    """Return True for whole names that are all of the others and more: one source may have the first author alone."""
    return set(others) < set(names) and all(" " in name or not name.isascii() for name in names)


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
    organisations = [name for name in names if is_crowd(name)]
    names = tuple([name for name in names if name not in organisations]) if organisations else names
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


def _is_login(name: str) -> bool:
    """Return True for the name of an account: "ann.roe", "ann_roe"."""
    return name.islower() and ("." in name or "_" in name)


def _staff(sources: Iterable[Claims]) -> tuple[str, ...]:
    """Return the first sign of an editorial office, as nothing better is there."""
    said = (without_by(value.strip()).strip() for claims in sources for value in claims.authors)
    return tuple([value for value in said if is_staff(value)][:1])


def _is_site(name: str, sites: set[str]) -> bool:
    mine = letters(name)
    return mine in sites or any(len(site) > 2 and len(mine) > 2 and mine.startswith(site) for site in sites)


def _site_keys(page: Page, declared: Iterable[Claims]) -> set[str]:
    """Return the letters of the names that the site gives itself, of its host, and of the host's labels.

    An author with the host in brackets is the site: "Harbour Wave (www.wave.example)".
    """
    host = host_of(page.url)
    named = [claims.site_name for claims in declared]
    if host:
        named += [
            name for claims in declared for raw in claims.authors if f"www.{host})" in raw for name in _split(raw)
        ]
    return set(map(letters, named)) - {""} | _host_keys(host)


@lru_cache(maxsize=256)
def _host_keys(host: str) -> frozenset[str]:
    return frozenset(map(letters, (*host.split(".")[:-1], host))) - {""}
