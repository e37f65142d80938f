"""The headline out of what the page calls itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .addresses import host_of
from .plain import letters

# A mark with white space around it, or one that is no letter of any language. Each alternative is bounded.
_MARK = re.compile(r" {1,3}[-–—|:·•»«/~<>]{1,2} {1,3}| ?[|｜＿_»] ?")


def best_title(named: Sequence[str], page_title: str, headings: Sequence[str], site_name: str, url: str) -> str:
    """The headline of the article, without the site's name.

    `named` are the headlines that metadata gives, best first; `headings` the visible headings near the top, the
    main one first. What readers see as the headline wins over what was written for search engines:

    1. the headline that metadata gives, where all other titles are one text and it alone was written by hand;
    2. the first heading that agrees with metadata or the page's title, with its kicker where metadata has one;
    3. a main heading that shares most of its words with them;
    4. what metadata says, then the page's title, then the heading.
    """
    told = [without_site(title, site_name, url) for title in named if title]
    whole = without_site(page_title, site_name, url)
    main = without_site(headings[0], site_name, url) if headings else ""
    if by_hand := _by_hand(told, whole, main):
        return by_hand
    known = [title for title in (*told, whole) if title]
    for heading in headings:
        if agreeing := [title for title in known if same_title(heading, title)]:
            return _with_kicker(without_site(heading, site_name, url), agreeing)
    if main and letters(main) != letters(site_name) and any(_kindred(main, title) for title in known):
        return main
    return next(iter(known), "") or main


def same_title(one: str, other: str) -> bool:
    """Whether two titles are the same words, or one holds the other and both are long enough to tell."""
    one, other = letters(one), letters(other)
    if not one or not other:
        return False
    return one == other or (min(len(one), len(other)) > 12 and (one in other or other in one))


def _by_hand(told: Sequence[str], page_title: str, main: str) -> str:
    """The one declared headline that differs, where main heading, page title and another headline are the same.

    Then a machine copied those three from one field, made for search engines. Without a third witness nothing
    is known, and the visible heading counts.
    """
    if not main or not same_title(main, page_title):
        return ""
    same = [title for title in told if same_title(title, main)]
    other = [title for title in told if not same_title(title, main)]
    return other[0] if same and other and len(other[0].split()) > 2 else ""


def _with_kicker(heading: str, titles: Sequence[str]) -> str:
    """The heading, or the title that sets a short kicker and a colon before it."""
    for title in titles:
        kicker, colon, rest = title.partition(": ")
        if colon and len(kicker) <= 40 and letters(rest) == letters(heading):
            return title
    return heading


def _kindred(heading: str, title: str) -> bool:
    """Whether a heading shares at least two in five of its longer words with a title."""
    mine = {letters(word) for word in heading.split() if len(word) > 2}
    return len(mine) > 1 and 5 * len(mine & {letters(word) for word in title.split()}) >= 2 * len(mine)


def without_site(title: str, site_name: str, url: str) -> str:
    """The title without a site's name at its start or end, set off by a mark such as `|` or ` - `.

    A part counts as the site's name if it is that name, or if the host is made of its letters. Other parts
    stay: they may be the headline's own.
    """
    marks = list(_MARK.finditer(title[:500]))
    if not marks:
        return title
    for mark in reversed(marks):
        if _is_site(title[mark.end() :], site_name, url):
            return without_site(title[: mark.start()].strip(), site_name, url)
    if _is_site(title[: marks[0].start()], site_name, url):
        return title[marks[0].end() :].strip()
    return title


def _is_site(part: str, site_name: str, url: str) -> bool:
    mine = letters(part)
    if not mine:
        return True
    host = host_of(url)
    return mine == letters(site_name) or (len(mine) > 2 and (mine == letters(host) or mine in _labels(host)))


def _labels(host: str) -> list[str]:
    return [letters(label) for label in host.split(".")[:-1]]
