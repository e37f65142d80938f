"""The headline out of what the page calls itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from .addresses import host_of
from .headings import Headings
from .plain import letters

# A mark with white space around it, or one that is no letter of any language. Each alternative is bounded.
_MARK = re.compile(r" {1,3}[-–—|:·•»«/~<>]{1,2} {1,3}| ?[|｜＿_»] ?|: {1,3}")
# One of these is in every mark.
_SIGNS = frozenset("-–—|:·•»«/~<>｜＿_")
# A part of a title has at least so many letters if it stands for the whole.
_LONG_ENOUGH = 12
_HEADLINE_WORDS = 4


def best_title(named: Sequence[str], page_title: str, headings: Headings, site_name: str, url: str) -> str:
    """The headline of the article, without the site's name.

    `named` are the headlines that metadata gives, best first. What readers see as the headline wins over what was
    written for search engines:

    1. the headline that metadata gives, where page title and main heading are one text and it was written by hand;
    2. the first heading that shows what metadata or the page's title says, word for word;
    3. a main heading that holds it or is a part of it;
    4. a main heading that shares most of its words, unless it is what metadata says but for one word;
    5. a lesser heading that holds it or is a part of it;
    6. what metadata says, then the page's title, then the heading.
    """
    sites = frozenset(map(letters, (site_name, *headings.site)))
    names = sites | names_of_host(url)
    told = [without_site(title, names) for title in named if title]
    main = [without_site(heading, names) for heading in headings.main]
    whole = without_site(page_title, names)
    first = main[0] if main else ""
    if by_hand := _by_hand(told, whole, first):
        return by_hand
    known = [title for title in (*told, whole) if title]
    lesser = [without_site(heading, names) for heading in headings.lesser]
    if found := _shown((*main, *lesser), known) or _agreeing(main, known):
        return found
    if letters(first) not in sites and any(_kindred(first, title) for title in known):
        return known[0] if _differ_by_a_word(first, known[0]) else first
    return _agreeing(lesser, known) or next(iter((*known, *main, *lesser, *headings.site)), "")


def same_title(one: str, other: str) -> bool:
    """Whether two titles are the same words, or one holds the other and both are long enough to tell."""
    one, other = letters(one), letters(other)
    if not one or not other:
        return False
    return one == other or (min(len(one), len(other)) > _LONG_ENOUGH and (one in other or other in one))


def _by_hand(told: Sequence[str], page_title: str, main: str) -> str:
    """The declared headline that differs from main heading and page title, where those two are the same.

    Then a machine copied them from one field, made for search engines. Another declared headline must bear
    witness, by saying the same as either; where there is none nothing is known, and the visible heading counts.
    """
    if len(told) < 2 or not main or not same_title(main, page_title):
        return ""
    other = [title for title in told if not same_title(title, main)]
    if not other or not all(same_title(title, other[0]) for title in other):
        return ""
    return other[0] if len(other[0].split()) > 2 else ""


def _shown(headings: Sequence[str], known: Sequence[str]) -> str:
    """The first heading that is one of the titles, letter for letter, or that title where a kicker stands before it.

    A kicker in an element of its own has no colon on the page; metadata has.
    """
    told = [(title, letters(title)) for title in known]
    for heading in headings:
        mine = letters(heading)
        if same := [title for title, theirs in told if theirs == mine]:
            return max(heading, *same, key=lambda title: title.count(": "))
        if held := [title for title, theirs in told if len(theirs) > _LONG_ENOUGH and mine.endswith(theirs)]:
            return held[0]
    return ""


def _agreeing(headings: Sequence[str], known: Sequence[str]) -> str:
    """The first heading that one of the titles holds, or is held by; with its kicker where that is all it lacks."""
    for heading in headings:
        if agreeing := [title for title in known if same_title(heading, title)]:
            return next((title for title in agreeing if _is_kicker_and(heading, title)), heading)
    return ""


def _is_kicker_and(heading: str, title: str) -> bool:
    kicker, colon, rest = title.partition(": ")
    return bool(colon) and len(kicker) <= 40 and letters(rest) == letters(heading)


def _kindred(heading: str, title: str) -> bool:
    """Whether a heading shares at least two in five of its longer words with a title.

    One of few words is a label or a site's name, unless the title begins with it; a single word, unless a mark
    follows it there.
    """
    words = heading.split()
    if len(words) == 1 and letters(heading) in map(letters, _before_marks(title)):
        return True
    if len(words) < _HEADLINE_WORDS and not letters(title).startswith(letters(heading)):
        return False
    mine = {letters(word) for word in words if len(word) > 2}
    return len(mine) > 1 and 5 * len(mine & {letters(word) for word in title.split()}) >= 2 * len(mine)


def _before_marks(title: str) -> list[str]:
    return [title[: mark.start()] for mark in _MARK.finditer(title[:500])]


def _differ_by_a_word(one: str, other: str) -> bool:
    """Whether two titles are the same but for one word that is no number: a template shortened it, or left it out."""
    mine, theirs = ([key for word in text.split() if (key := letters(word))] for text in (one, other))
    start = 0
    while start < min(len(mine), len(theirs)) and mine[start] == theirs[start]:
        start += 1
    end = 0
    while end < min(len(mine), len(theirs)) - start and mine[-1 - end] == theirs[-1 - end]:
        end += 1
    rest = (*mine[start : len(mine) - end], *theirs[start : len(theirs) - end])
    return start + end > 1 and max(len(mine), len(theirs)) - start - end <= 1 and not any(map(str.isdigit, rest))


def without_site(title: str, names: AbstractSet[str]) -> str:
    """The title without a site's name at its start or end, set off by a mark such as `|` or ` - `.

    `names` are the letters of what the site calls itself, and those that its host is made of (see `names_of_host`).
    Other parts stay: they may be the headline's own.
    """
    if _SIGNS.isdisjoint(title):
        return title
    marks = [mark for mark in _MARK.finditer(title[:500]) if not _is_quote(title, mark)]
    if not marks:
        return title
    for mark in reversed(marks):
        if _is_site(title[mark.end() :], names):
            return without_site(title[: mark.start()].strip(), names)
    if _is_site(title[: marks[0].start()], names):
        return title[marks[0].end() :].strip()
    return title


def _is_quote(title: str, mark: re.Match[str]) -> bool:
    """True for a mark that is half of «a quotation»."""
    return "»" in mark[0] and "«" in title


def _is_site(part: str, names: AbstractSet[str]) -> bool:
    mine = letters(part)
    return not mine or mine in names


def names_of_host(url: str) -> frozenset[str]:
    """The letters of an address's host, of the domains it is in, and of each label but the last; no short ones."""
    labels = [letters(label) for label in host_of(url).split(".")]
    names = (*labels[:-1], *("".join(labels[i:]) for i in range(len(labels) - 1)))
    return frozenset(name for name in names if len(name) > 2)
