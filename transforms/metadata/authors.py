"""Clean the names of authors, in whatever form sources give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from .values import letters, months, words

_MOST = 20
_LONGEST_NAME = 80
_MOST_WORDS = 7

# One alternative per separator; the classes are single characters: linear.
_SEPARATOR = re.compile(r"[;|•·\n]| [/–—-] |\t")
_COMMA = re.compile(r"[,，、]")
# Bounded, and each starts at its own character.
_ADDRESS = re.compile(r"\S{1,80}@\S{1,80}|https?://\S{1,200}")
# Names do not contain these.
_SENTENCE_MARKS = frozenset('!?:…()[]{}=<>%$€"“”')
# These set names off from the rest of a line. Single characters: linear.
_MARK = re.compile(r"[|•·⋅∙●/»]|\s[–—-]\s")
_BRACKETS = re.compile(r"[(\[][^()\[\]]{0,100}[)\]]")


def clean_authors(raw: Iterable[str]) -> tuple[str, ...]:
    """Return names without "By", roles, addresses and repetition, in the order given.

    A value that joins several people ("Ann Roe and Bo Li", "Roe, Ann; Li, Bo") is split at commas only if each side
    looks like a whole name. Organisations stay: a news agency signs its work. Values other than names ("admin", a date,
    a sentence) are dropped.
    """
    found: dict[str, str] = {}
    for value in raw:
        for name in _split(value):
            key = letters(name)
            if key and key not in found and not _is_nobody(name):
                found[key] = name
    return tuple(found.values())[:_MOST]


def signatures(raw: Iterable[str]) -> tuple[str, ...]:
    """Find names in visible lines, which hold more than names: dates, minutes to read, roles, a first sentence.

    Each line is cut where its names end, and dropped unless the rest looks like names. Of a name and the same name with
    something after it, the shorter stays.
    """
    cut = [name for line in raw if (name := _signature(line))]
    names = [name for name in clean_authors(cut) if " " not in name or looks_like_names(name)]
    if any(" " in name for name in names):
        names = [name for name in names if not name.islower() and not name.startswith("@")]
    return tuple(name for name in names if not any(name.startswith(f"{other} ") for other in names))


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
    return match is not None and (" " in match[0].strip() or match[0].endswith((":", "：")))


@cache
def byline_openers() -> frozenset[str]:
    """Return the first words of each "by" of several words. `opens_byline` needs one of these, or a colon."""
    return frozenset(known.partition(" ")[0] for known in words("by") if " " in known)


def split_at_marks(line: str) -> list[str]:
    """Split a line at bullets, bars and dashes."""
    return [part.strip() for part in _MARK.split(line)]


def _signature(line: str) -> str:
    """Cut a line where its names end."""
    kept: list[str] = []
    parts = without_by(_MARK.split(line[:300].strip(), maxsplit=1)[0]).split()
    for word, following in zip(parts, (*parts[1:], ""), strict=False):
        bare = word.casefold().strip(".,:;()")
        if any(map(str.isdigit, word)) or bare in words("ends a byline"):
            break
        if bare in months("") and any(map(str.isdigit, following)):  # else it is a name: Jan, April, June
            break
        kept.append(word)
    return " ".join(kept).strip(" ,.;:-–—")


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
    return re.compile(r"\W{0,3}(?:" + "|".join(map(_one_of, groups.values())) + r")", re.IGNORECASE)


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
    value = value[:600]
    if "(" in value or "[" in value:
        value = _BRACKETS.sub(" ", value)
    if "@" in value or "://" in value:
        value = _ADDRESS.sub(" ", value)
    for part in _SEPARATOR.split(without_by(value.strip())):
        for joined in _at_and(_without_job_titles(part)):
            yield from _at_commas(_without_job_titles(joined))


def _at_and(part: str) -> list[str]:
    """Split at "and" where every side has two words: "Maria & Katerina" may be one signature."""
    sides = _and().split(part)
    return sides if all(len(side.split()) > 1 for side in sides) else [part]


def _at_commas(part: str) -> Iterator[str]:
    pieces = [piece.strip() for piece in _COMMA.split(part)]
    names = [without_by(piece) for piece in pieces if piece and not _is_role(piece)]
    if len(names) == 2 and _is_inverted(*names):
        yield f"{names[1]} {names[0]}"
        return
    yield from (" ".join(_without_title(name)).strip(" .-–—:*\"“”„'") for name in names)


def _is_inverted(first: str, second: str) -> bool:
    """Return whether two parts are a family name and the given names: "Roe, Ann", and "Vries, Bo de"."""
    given = second.split()
    return len(first.split()) == 1 and (len(given) == 1 or given[-1].islower())


def _without_title(name: str) -> list[str]:
    """Return the words of a name without the "reporter" that some languages write after it."""
    parts = name.split()
    return parts[:-1] if len(parts) > 1 and parts[-1] in words("after a name") else parts


def _without_job_titles(part: str) -> str:
    """Remove job titles behind a comma: "Ann Roe, Head of Tides & Reef Editor"."""
    first, *others = _COMMA.split(part)
    if len(first.split()) < 2:  # a family name, or a list of signatures
        return part
    return ", ".join((first, *(piece for piece in others if not all(map(_is_job_title, _and().split(piece))))))


def _is_job_title(text: str) -> bool:
    """Return whether several words end with a role, or hold a word that names never hold."""
    parts = text.casefold().split()
    return len(parts) > 1 and (parts[-1].strip(".:-") in words("role") or not words("in a role").isdisjoint(parts[1:]))


def _is_role(text: str) -> bool:
    known = words("role")
    return all(word.strip(".:-") in known or word in known for word in text.casefold().split())


def _is_nobody(name: str) -> bool:
    """Return whether a value cannot be a name."""
    return (
        not 1 < len(name) <= _LONGEST_NAME
        or name.partition(" ")[0].casefold() in words("account")
        or len(name.split()) > _MOST_WORDS
        or name.casefold() in words("nobody")
        or (name.islower() and "-" in name and " " not in name)  # the last part of an address
        or sum(map(str.isdigit, name)) > 3
        or not any(map(str.isalpha, name))
    )
