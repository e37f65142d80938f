"""Find the headline of a page with markup, among its visible headings and what the page declares as its title."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, cached_property, lru_cache
from itertools import islice

from ..compiled.elements import blocks_of_tag
from ..core.columns import KIND_NUMBERS
from ..core.page import Page
from ..core.rows import TAG_NUMBERS
from ..matching.headlines import MIN_WIDTH, SENTENCE_STOPS, beginnings, endings, reads_like_headline
from ..matching.wording import block_measures, normalise, reading_size
from .headline_lines import LONGEST_NAME, in_address, is_entry, is_like_host, line_above_article, names_site, word_parts
from .values import (
    absolute,
    home_of,
    host_and_path,
    host_of,
    is_front_page,
    letters,
    plain,
    same_page,
    visible_text,
    words,
)

# A mark with white space around it, or one that is not a letter of any language. Each alternative is bounded. Each
# begins with a literal, so that `re` finds its candidates at once.
_MARK = re.compile(r" (?: {0,2}[-–—|:·•»«/~<>]{1,2} {1,3}|[|｜＿_»ㅣ丨│] ?)|[|｜＿_»ㅣ丨│] ?|: {1,3}")
_SPACED_MARK = re.compile(r" [-–—|·•»/] ")
# Each mark has one of these.
_SIGN = re.compile("[-–—|:·•»«/~<>｜＿_ㅣ丨│,]")
# What a template writes around values that are missing. Single signs, each with a space.
_EMPTY_PARTS = re.compile(r"^(?:[,;|:·•] )+|(?: [,;|:·•–—-])+$")
# The name of a section that stands before the site's, in scripts that set it off without spaces. Bounded. As text,
# because few pages need it, and to compile it takes 2 ms.
_SECTION = r"(?<=[\u2e80-\ud7ff])[-_－](?=[\u2e80-\ud7ff])[^-_－\s]{2,6}$"
# The number of a page stands in so many code points at the end of a title.
_LONGEST_NUMBER = 24
# A part of a title may stand for the whole if it has more letters than this.
_LONG_ENOUGH = 12
_HEADLINE_WORDS = 4
# A heading has so many of its words in the address; so long is the label of a front page.
_MOSTLY, _LONGEST_LABEL = 0.6, 20
_SHORTEST_WORD = 4

# Lesser headings count within so many blocks from the top of the page, or from a main heading.
_NEAR_TOP = 60
_NEAR_MAIN = 30
_MOST = 10
_LONGEST = 400
_LONGEST_TITLE = 200
_ALL_LINK = 0.9
# A site's name and a headline are so much of a title together.
_NEARLY = 0.75
# A line that is a part of the title has at least so many letters, and prose follows it within so many blocks.
_SHORTEST_PART = 8
_ABOVE_PARAGRAPH = 5
# Signs of a link to the heading itself.
_ANCHORS = " ¶🔗"
_H1, _H2, _H3, _HEADING = (*(TAG_NUMBERS[tag] for tag in ("h1", "h2", "h3")), KIND_NUMBERS["heading"])


class Headings:
    """The visible headings of a page that may be its headline.

    Removed headings ("12 comments on …") do not count, nor do entries of navigation and of lists: many newspapers put a
    title for search engines into an `h1` at the end of the breadcrumbs, and show their headline further down.

    `main` has the texts of `h1`, in the order of the page. `lesser` has those of `h2` and `h3` near the top of the page
    or near a main heading; few pages need them, so they are read on first use. `site` has those that link to the site's
    front page: they name the site.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._lesser: list[int] = []
        main: list[int] = []
        site: list[int] = []
        columns, removals = page.columns, page.removals
        near, home = _NEAR_TOP, _home_of_other(page)
        for position in sorted([place for tag in (_H1, _H2, _H3) for place in blocks_of_tag(columns, tag)]):
            if columns.kinds[position] != _HEADING or removals[position] is not None:
                continue
            found = self._lesser
            if columns.tags[position] == _H1:
                found, near = main, max(near, position + _NEAR_MAIN)
            if position < near and columns.block_length(position) <= _LONGEST:
                (site if home and _leads_home(page, position, home) else found).append(position)
        self._main, self._site = main, site
        self.main = self._texts(main)
        self.site = self._texts(site)

    @property
    def are_slogans(self) -> bool:
        """Whether the page is that of a company or a service."""
        return self._page.kind == "other"

    @cached_property
    def lesser(self) -> list[str]:
        """The texts of lesser headings. A page without any headings may set a line in large letters instead."""
        lesser = self._texts(self._lesser)
        return lesser if lesser or self.main or self.site else _lines_of_title(self._page)

    def beside_site_name(self, page_title: str) -> str:
        """Return the heading that is the page's title together with the site's name in a heading above it, or `""`."""
        above, names = (self._site, self.site) if self._site else (self._main, self.main)
        name = letters(names[0]) if names else ""
        if not 0 < len(name) <= LONGEST_NAME:
            return ""
        whole = letters(page_title)
        if name == whole or not (whole.startswith(name) or whole.endswith(name)):
            return ""
        columns = self._page.columns
        for position in sorted((*self._main, *self._lesser)):
            if position <= above[0] or is_entry(columns, position):
                continue
            mine = letters(columns.block_text(position))
            is_other_end = whole.endswith(mine) if whole.startswith(name) else whole.startswith(mine)
            is_whole = len(mine) > 2 and len(name) + len(mine) > _NEARLY * len(whole)
            if not is_whole or not is_other_end or mine == name:
                continue
            if above is self._site or names_site(self._page, above[0], position):
                return visible_text(columns.block_text(position)).rstrip(_ANCHORS)
        return ""

    def name_site(self, titles: Sequence[str]) -> bool:
        """Return True if all titles are one name, the page links its front page by it, and a main heading is another.

        Some sites give each of their pages their own name as its title.
        """
        page, name = self._page, letters(titles[0])
        is_one = 0 < len(name) <= LONGEST_NAME and all(letters(title) == name for title in titles[1:])
        if not is_one or not self.main or name in map(letters, self.main) or not (home := _home_of_other(page)):
            return False
        columns = page.columns
        place = columns.text.find(titles[0])
        position = bisect_right(columns.starts, place) - 1
        is_name = place >= 0 and letters(columns.block_text(position)) == name
        return is_name and position < self._main[0] and _leads_home(page, position, home)

    def as_written(self, title: str) -> str:
        """Return the main heading with the letters of a title if it names tags: "Ten years of <br>".

        Metadata may have markup in its titles, so tags are not read there.
        """
        return next((head for head in self.main if "<" in head and letters(plain(head)) == letters(title)), title)

    def above_article(self, named: Sequence[str], titles: Sequence[str], label: str) -> str:
        """Return the line above the article that is a better headline than these titles, or `""`."""
        return line_above_article(self._page, named, titles, label)

    def _texts(self, positions: Iterable[int]) -> list[str]:
        columns = self._page.columns
        own = islice((position for position in positions if not is_entry(columns, position)), _MOST)
        return [visible_text(columns.block_text(position)).rstrip(_ANCHORS) for position in own]


def best_title(named: Sequence[str], page_title: str, headings: Headings, site_name: str, url: str) -> str:
    """Choose the headline of the article, without the site's name.

    The headline that readers see wins over titles for search engines. The first of these that exists is the headline:

    1. the declared headline, if page title and main heading are the same text and another declared headline is not;
       the main heading, if it is the word that the address ends with and a title begins with;
    2. the first heading that has the same letters as a declared headline or the page's title;
    3. a main heading that contains one of them, or is a part of one;
    4. a main heading that shares most of its words, unless it differs from the declared headline by one word only;
    5. a lesser heading that contains one of them, or is a part of one;
    6. the declared headline, then the page's title, then the heading.

    Titles that are the site's name, as its link to the front page shows, do not count.

    Args:
        named: The headlines that metadata declares, best first.
        page_title: The text of `<title>`.
        headings: The visible headings.
        site_name: The name that the site gives itself, or `""`.
        url: The address of the page.
    """
    sites = frozenset(map(letters, (site_name, *headings.site)))
    names, is_front = sites | names_of_host(url), is_front_page(url)
    titles = {*named, *headings.main, page_title}
    bare = {title: without_site(without_page_number(title), names, keeps_front=is_front) for title in titles}
    declared = [bare[title] for title in named if title]
    main = [bare[heading] for heading in headings.main if not _is_front_label(heading)]
    main.sort(key=lambda heading: letters(heading) in names)
    whole = bare[page_title]
    first = main[0] if main else ""
    if by_hand := _by_hand(declared, whole, first):
        return by_hand
    known = [title for title in dict.fromkeys((*declared, whole)) if title]
    if known and all(map(_is_front_label, known)):
        known = [name for name in (site_name, *headings.site, _other_part(page_title, known[0])) if name][:1] or known
        return known[0]
    if known and headings.name_site(known):
        declared = known = []
    if found := headings.beside_site_name(page_title) or _shown_below(headings, declared, first):
        return found
    if found := _of_address(main, known, url) or ("" if declared else _heading_in_address(main, known, url)):
        return found
    has_slogans = is_front or headings.are_slogans
    found = _seen(headings, main, known, sites, names, url, is_declared=bool(declared), has_slogans=has_slogans)
    if found and (declared or reads_like_headline(found)):
        return found
    # A short heading may be the name of a section, and so may the page's title.
    if not (is_front and known) and (line := headings.above_article(declared, known, found)):
        return line
    lesser = [without_site(heading, names) for heading in headings.lesser]
    found = found or _part_shown(main, declared, names) or _agreeing(lesser, known, host_of(url))
    return found or next(iter((*known, *main, *lesser, *headings.site)), "")


def _is_front_label(title: str) -> bool:
    """Return True for "Home" or "Main Page": the name of the site says more."""
    return len(title) <= _LONGEST_LABEL and title.casefold() in words("front page")


def _other_part(page_title: str, label: str) -> str:
    """Return what a mark sets off from a label in the page's title: "Harbour Wiki" in "Main Page - Harbour Wiki"."""
    parts = [part.strip() for part in _MARK.split(page_title[:500])]
    return next((part for part in parts if letters(part) and letters(part) != letters(label)), "")


def _heading_in_address(main: Sequence[str], known: Sequence[str], url: str) -> str:
    """Return the main heading with most of its words in the address, if no title has half of its own there.

    Such a title is what the site says of itself on each page.
    """
    if not main or main[0].count(" ") < _HEADLINE_WORDS or in_address(main[0], url) < _MOSTLY:
        return ""
    return "" if any(2 * in_address(title, url) >= 1 for title in known) else main[0]


def _part_shown(main: Sequence[str], declared: Sequence[str], names: AbstractSet[str]) -> str:
    """Find the main heading that a mark sets off in a declared headline: a song's name beside its singer's."""
    for heading in main:
        said = normalise(heading)
        if letters(heading) not in names and any(said in (*beginnings(title), *endings(title)) for title in declared):
            return heading
    return ""


def _seen(
    headings: Headings,
    main: Sequence[str],
    known: Sequence[str],
    sites: AbstractSet[str],
    names: AbstractSet[str],
    url: str,
    *,
    is_declared: bool,
    has_slogans: bool,
) -> str:
    """Find the heading that one of the titles names: with its letters, in part, or with most of its words.

    The headings of a front page, and of the page of a company or a service, are slogans: only those count that have a
    title's letters.
    """
    if found := _shown(main, known):
        return found
    lesser = [without_site(heading, names) for heading in headings.lesser]
    if found := _shown(lesser, known) or _agreeing(main, known, host_of(url)) or _of_ends((*main, *lesser), known):
        return found
    first = main[0] if main else ""
    if letters(first) not in sites and any(_kindred(first, title) for title in known):
        return known[0] if has_slogans or (is_declared and _differ_by_a_word(first, known[0])) else first
    return ""


def _lines_of_title(page: Page) -> list[str]:
    """On a page without headings, find the line above a paragraph that is a part of the page's title.

    If the site's name is another part and stands at the top, the line below it counts.
    """
    columns, title = page.columns, plain(page.head.title)
    parts = {part for part in (*beginnings(title), *endings(title)) if len(part) >= _SHORTEST_PART}
    _, prose = block_measures(columns)
    found: list[str] = []
    for position in range(min(_NEAR_TOP, len(columns.kinds)) if parts else 0):
        has_links = columns.link_firsts[position] < columns.link_firsts[position + 1]
        if has_links or columns.block_length(position) > _LONGEST:
            continue
        text = columns.block_text(position)
        if normalise(text) in parts and any(prose[position + 1 : position + 1 + _ABOVE_PARAGRAPH]):
            found = [visible_text(text)]
    return found


def _home_of_other(page: Page) -> str:
    """Return the address of the front page, or `""` if this page is the front page."""
    home = home_of(page.url)
    return "" if same_page(page.url, home) else home


def _leads_home(page: Page, position: int, home: str) -> bool:
    """Return whether a heading is a link to the front page."""
    columns = page.columns
    links = columns.links[columns.link_firsts[position] : columns.link_firsts[position + 1]]
    if not links or columns.link_chars[position] < _ALL_LINK * columns.block_length(position):
        return False
    return all(same_page(absolute(columns.pool[link], page.url), home) for link in links)


def same_title(one: str, other: str) -> bool:
    """Return whether two titles are the same words, or one contains the other and both are long enough."""
    one, other = (letters(one), letters(other)) if one != other else (letters(one),) * 2
    if not one or not other:
        return False
    return one == other or (
        min(reading_size(one), reading_size(other)) > _LONG_ENOUGH and (one in other or other in one)
    )


def _by_hand(declared: Sequence[str], page_title: str, main: str) -> str:
    """Return the declared headline that differs from main heading and page title, if these two are the same.

    Then a machine copied these two from one field for search engines. This needs at least two declared headlines, and
    all that differ must agree; else the visible heading counts.
    """
    if len(declared) < 2 or not main or not same_title(main, page_title):
        return ""
    other = [title for title in declared if not same_title(title, main)]
    if any(
        title.endswith(SENTENCE_STOPS) or len(title) > _LONGEST_TITLE for title in other
    ):  # no headline, or half of one
        return ""
    if not other or not all(same_title(title, other[0]) for title in other):
        return ""
    return other[0] if len(other[0].split()) > 2 else ""


def _shown_below(headings: Headings, declared: Sequence[str], main: str) -> str:
    """Return the declared headline that a lesser heading shows, if the main heading has other words.

    Then the main heading is a title for search engines, too.
    """
    apart = [title for title in declared if not same_title(title, main) and reads_like_headline(title)] if main else []
    if not apart:
        return ""
    keys = set(map(letters, apart))
    return _shown([heading for heading in headings.lesser if letters(heading) in keys], apart)


def _shown(headings: Sequence[str], known: Sequence[str]) -> str:
    """Find the first heading that has the same letters as one of the titles, with or without a kicker before it.

    A kicker in an element of its own has no colon on the page, but in metadata it has. So the title with more colons
    is the result.
    """
    keys = [(title, letters(title)) for title in known]
    for heading in headings:
        mine = letters(heading)
        if same := [title for title, theirs in keys if theirs == mine]:
            return max(heading, *same, key=lambda title: title.count(": "))
        if held := [title for title, theirs in keys if reading_size(theirs) > _LONG_ENOUGH and mine.endswith(theirs)]:
            return held[0]
    return ""


def _agreeing(headings: Sequence[str], known: Sequence[str], host: str) -> str:
    """Find the first heading that contains one of the titles, or is a part of one; add its kicker if it lacks one."""
    for heading in headings:
        if agreeing := [title for title in known if same_title(heading, title)]:
            return next((title for title in agreeing if _is_kicker_and(heading, title, host)), heading)
    return ""


def _is_kicker_and(heading: str, title: str, host: str) -> bool:
    kicker, colon, rest = title.partition(": ")
    is_one = bool(colon) and len(kicker) <= 40 and letters(rest) == letters(heading)
    return is_one and not is_like_host(letters(kicker), host)


def _of_address(main: Sequence[str], known: Sequence[str], url: str) -> str:
    """Return the main heading if it is the last part of the address and the first word of a title: "Trails"."""
    last = letters(host_and_path(url)[1].rpartition("/")[2].partition(".")[0])
    mine = letters(main[0]) if main else ""
    is_same = len(mine) >= _SHORTEST_WORD and mine == last
    return main[0] if is_same and mine in [letters(title.partition(" ")[0]) for title in known] else ""


def _of_ends(headings: Sequence[str], known: Sequence[str]) -> str:
    """Find the heading that has what stands behind a mark in a title, if that is most of the title.

    The heading counts if it begins so: it may have a year more. If the name of who made it stands right before, the
    part of the title counts.
    """
    for title in known:
        whole = letters(title)
        for mark in _MARK.finditer(title[:500]):
            part = title[mark.end() :].strip()
            mine = letters(part)
            if reading_size(mine) <= _LONG_ENOUGH or 2 * len(mine) < len(whole):
                break
            for heading in headings:
                at = heading.find(part)
                if at == 0:
                    return heading
                if (
                    at > 0
                    and not heading[at - 1].isspace()
                    and letters(heading[:at]) not in letters(title[: mark.start()])
                ):
                    return part
    return ""


def _kindred(heading: str, title: str) -> bool:
    """Return whether a heading shares at least two in five of its longer words with a title.

    A heading of few words is a label or a site's name, unless the title begins with it. A single word counts only if a
    mark follows it in the title.
    """
    words = heading.split()
    is_spaced = reading_size(heading) < 2 * len(heading)
    if is_spaced and len(words) == 1 and letters(heading) in map(letters, _before_marks(title)):
        return True
    is_short = len(words) < _HEADLINE_WORDS if is_spaced else reading_size(heading) < MIN_WIDTH
    if is_short and not letters(title).startswith(letters(heading)) and not _shares_two_of_three(words, title):
        return False
    mine, theirs = ({part for word in text.split() for part in word_parts(letters(word))} for text in (heading, title))
    return len(mine) > 1 and 5 * len(mine & theirs) >= 2 * len(mine)


def _shares_two_of_three(words: Sequence[str], title: str) -> bool:
    """Return True for a heading of three words of which a title begins with the first and has one more.

    A title has all words of the site's name.
    """
    theirs = [key for word in title.split() if (key := letters(word))]
    mine = [key for word in words if (key := letters(word))]
    return len(mine) == len(set(mine)) == 3 and theirs[:1] == mine[:1] and sum(word in theirs for word in mine) == 2


def _before_marks(title: str) -> list[str]:
    return [title[: mark.start()] for mark in _MARK.finditer(title[:500])]


def _differ_by_a_word(one: str, other: str) -> bool:
    """Return whether two titles differ by one word that is not a number: a template shortened it, or left it out."""
    mine, theirs = ([key for word in text.split() if (key := letters(word))] for text in (one, other))
    start = 0
    while start < min(len(mine), len(theirs)) and mine[start] == theirs[start]:
        start += 1
    end = 0
    while end < min(len(mine), len(theirs)) - start and mine[-1 - end] == theirs[-1 - end]:
        end += 1
    rest = (*mine[start : len(mine) - end], *theirs[start : len(theirs) - end])
    if not (start and end) and min(len(mine), len(theirs)) == start + end:  # what follows may be the site's name
        return False
    return start + end > 1 and max(len(mine), len(theirs)) - start - end <= 1 and not any(map(str.isdigit, rest))


def without_site(title: str, names: AbstractSet[str], *, keeps_front: bool = False) -> str:
    """Remove a site's name from the start or end of a title, with the mark that sets it off, such as `|` or ` - `.

    `names` are the letters of the site's name, and those of its host (see `names_of_host`). Other parts stay: they may
    belong to the headline. With `keeps_front`, a name at the start stays, with what the site is about. Marks around a
    part that a template left empty go.
    """
    if _SIGN.search(title) is None:
        return title
    title = _EMPTY_PARTS.sub("", title)
    marks = [mark for mark in _MARK.finditer(title[:500]) if not _is_quote(title, mark)]
    if not marks:
        return title
    for mark in reversed(marks):
        before, behind = title[: mark.start()].strip(), title[mark.end() :]
        if _is_site(behind, names):
            if _is_site(before, names) and letters(behind):
                return title if keeps_front and before else behind
            return without_site(_headline_of(before), names, keeps_front=keeps_front)
        if "." in behind and _is_site(_SPACED_MARK.split(behind)[0], names):  # the host, and what it is about
            return without_site(before, names, keeps_front=keeps_front)
    if not keeps_front and _is_site(title[: marks[0].start()], names):
        return title[marks[0].end() :].strip()
    return title


def without_page_number(title: str) -> str:
    """Remove the number of the page from the title of an article on several pages: "（1/2 ページ）", " - Seite 2".

    A number without the word for a page may be that of a part in a series, so it stays.
    """
    if not any(map(str.isdigit, title[-_LONGEST_NUMBER:])):  # as most
        return title
    found = _page_number().search(title, max(0, len(title) - _LONGEST_NUMBER))
    return title[: found.start()].rstrip() if found and found.start() else title


@cache
def _page_number() -> re.Pattern[str]:
    """Compile a page's number in brackets, or behind a mark, at the end of a title. Each part is bounded."""
    known = "|".join(map(re.escape, sorted(words("page of several"), key=len, reverse=True)))
    count = r"\d{1,3}(?: ?(?:/|[^\W\d_]{1,4}) ?\d{1,3})?"
    number = rf"(?:(?:{known}) ?{count}|第? ?{count} ?(?:{known})目?)"
    return re.compile(rf"(?: ?[(（\[【] ?{number} ?[)）\]】]| [-–—|·:] {number})$", re.IGNORECASE)


def _headline_of(title: str) -> str:
    """Remove the section that stands between the headline and the site's name: "見出し-政治" before "｜新聞"."""
    return title if title.isascii() else re.sub(_SECTION, "", title)


def _is_quote(title: str, mark: re.Match[str]) -> bool:
    """Return whether a mark is half of «a quotation»."""
    return "»" in mark[0] and "«" in title


def _is_site(part: str, names: AbstractSet[str]) -> bool:
    mine = letters(part)
    return not mine or mine in names


def names_of_host(url: str) -> frozenset[str]:
    """Return the letters of an address's host, of the domains it is in, and of each label but the last, if long."""
    return _names_in(host_of(url))


@lru_cache(maxsize=256)
def _names_in(host: str) -> frozenset[str]:
    labels = [letters(label) for label in host.split(".")]
    names = (*labels[:-1], *("".join(labels[i:]) for i in range(len(labels) - 1)))
    return frozenset(name for name in names if len(name) > 2)
