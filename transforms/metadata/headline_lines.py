"""Find the headline of a page that shows none of its declared titles as a heading: the line above the article.

Old pages set their headlines in bold or in a class of their own, and give every page the site's name, or the section's,
as its title.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import Element, Page
from ..core.rows import TAG_NUMBERS
from ..matching.headlines import MIN_WIDTH, MIN_WORDS, beginnings, count_words, endings, reads_like_headline
from ..matching.names import name_words
from ..matching.outline import outline_of
from ..matching.wording import SENTENCE_END, normalise, reading_size
from .authors import without_by
from .values import absolute, host_of, letters, same_page, visible_text, words

# The headline stands this near above the article's first paragraph, in blocks.
_FAR, _DIRECTLY = 20, 2
# Paragraphs of an article stand this near to each other; the article is the group of them with most prose.
_NEAR = 8
_SHORTEST, _LONGEST = 8, 180
# So many of a line's words stand in the page's address.
_FEWEST_WORDS, _HARDLY, _MOST, _NEARLY_ALL = 3, 0.3, 0.6, 0.8
# Where scripts begin that write words together, or grammar at their ends.
_FIRST_UNSPACED = "\u0e00"
# A container around the headline holds little else.
_MOST_AROUND, _LEVELS = 400, 3
# A host's label says which site it is if it has so many letters.
_LONG_LABEL, LONGEST_NAME, _RANKS = 5, 40, 2
_BYLINE_WITHIN, _LONGEST_BYLINE = 2, 120
# More headings of one rank head the parts of a page.
_MOST_ALIKE = 2
_ALL_LINK = 0.9
_KINDS = frozenset(KIND_NUMBERS[kind] for kind in ("paragraph", "heading", "table"))
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BOLD = frozenset({"b", "strong", "big", "font"})
# A heading inside the first is an entry. Inside the second it is a heading of its own.
_ENTRIES = frozenset(TAG_NUMBERS[tag] for tag in ("nav", "li"))
_SECTIONS = frozenset(TAG_NUMBERS[tag] for tag in ("article", "section", "header", "main", "body"))
_H1, _A, _HEADING_KIND = TAG_NUMBERS["h1"], TAG_NUMBERS["a"], KIND_NUMBERS["heading"]
# The beginning of an article, in code points.
_BEGINNING = 3000
# Words that begin with so many equal letters are forms of one.
_STEM = 5
_WORD = re.compile(r"[^\W\d_]+")
# Signs between the entries of a trail or a list. Single characters: linear.
_TRAIL = re.compile("[>»|·•/›]")
# What parts a table's cells and a block's lines.
_LINE_END = re.compile("[\n\t]")
# Evidence, set by hand. A line needs `_ENOUGH`.
_NAMED, _HEADING, _IN_ADDRESS, _IS_PART, _IS_BOLD, _IS_ALIKE, _ENOUGH = 3, 3, 3, 3, 2, 1, 3


def line_above_article(page: Page, named: Sequence[str], titles: Sequence[str], label: str = "") -> str:
    """Return the line above the article with most evidence for a headline, or `""`. Of equal lines it returns the
    first.

    The evidence is: the tag of a heading, a class name for headlines, bold type, words that the line shares with a
    title or with the address, a byline or a date below it, and the length and form of a headline. If metadata declares
    a headline, or a title is about the article, another line can win only if it is a part of one of these or a main
    heading.

    Args:
        page: The page.
        named: The headlines that metadata declares.
        titles: These, and the text of `<title>`, without the name of the site.
        label: The short heading that one of the titles contains, if there is one. It may be the name of a section. Then
            the headline is below it, without a paragraph between them.
    """
    start = start_of_article(page)
    if start < 0:
        return ""
    known = [title for title in named if title] or [title for title in titles if title]
    is_known = any(named) or any(_speaks_of(page, title, start) for title in known if not _is_label(title))
    is_short = bool(label) or (bool(known) and all(map(_is_label, known)))
    first = _below(page, label, start) if label else max(0, start - _FAR)
    if label and (not first or _speaks_of(page, label, start)):
        return ""
    best, found = _ENOUGH - 1, ""
    ranks = _count_headings(page.columns, first, start)
    for position in range(first, start + 1):
        line = _line(page, position, is_article=position == start)
        if ranks[page.columns.tags[position]] > (1 if label else _MOST_ALIKE):  # several of one rank divide an article
            continue
        if not line or (is_known and not _is_better(page, position, line, known)):
            continue
        if is_short and not reads_like_headline(line) and _in_address(line, page.url) < 1:
            continue
        evidence = _evidence(page, position, line, known) + (start - position <= _DIRECTLY)
        if evidence - (not reads_like_headline(line)) > best:
            best, found = evidence, line
    return found


def _is_label(title: str) -> bool:
    """Return True for a title as short as the name of a section."""
    return reading_size(title) < MIN_WIDTH or (title.isascii() and title.count(" ") < MIN_WORDS - 1)


def _count_headings(columns: Columns, first: int, last: int) -> Counter[int]:
    """Count the headings from the first to the last of these positions by their tags."""
    return Counter(columns.tags[i] for i in range(first, last + 1) if columns.kinds[i] == _HEADING_KIND)


def _below(page: Page, label: str, start: int) -> int:
    """Return the position below the label, if no paragraph stands between it and the article; else 0."""
    columns, prose = page.columns, outline_of(page).block_prose
    for position in range(start - 1, max(-1, start - _FAR), -1):
        if prose[position]:
            break
        if columns.block_length(position) < 2 * len(label) and letters(columns.block_text(position)) == letters(label):
            return position + 1
    return 0


def _is_better(page: Page, position: int, line: str, titles: Sequence[str]) -> bool:
    """Return True for a part of a title, and for a main heading unless the address names the title and not it."""
    if _is_part(line, titles):
        return True
    if page.columns.tags[position] != _H1 or " " not in line:
        return False
    share = _in_address(line, page.url)
    if share == 1:
        return all(_in_address(title, page.url) < 1 for title in titles)
    return reads_like_headline(line) and (
        share >= _HARDLY or all(_in_address(title, page.url) < _NEARLY_ALL for title in titles)
    )


def _is_part(line: str, titles: Sequence[str]) -> bool:
    """Return True for a line of several words in one of the titles, and for what a mark sets off there."""
    mine, said = letters(line), normalise(line)
    several, is_apart = line.count(" ") >= _FEWEST_WORDS - 1, " " in line or not line.isascii()
    for title in titles:
        whole = letters(title)
        if mine == whole or mine not in whole:
            continue
        if several or (is_apart and 2 * len(mine) >= len(whole) and said in (*beginnings(title), *endings(title))):
            return True
    return False


def _speaks_of(page: Page, title: str, start: int) -> bool:
    """Return True if most of a title's longer words stand in the article's beginning, or in the page's address.

    Words count as the same if they begin alike. The address may name what a mark sets off in the title. It names
    sections, too, so it says nothing about a title of few words.
    """
    is_label = _is_label(title)
    if not is_label and any(
        part.count(" ") and _in_address(part, page.url) == 1 for part in (*beginnings(title), *endings(title))
    ):
        return True
    columns, host = page.columns, letters(host_of(page.url))
    at = columns.starts[start]
    text, path = columns.text[at : at + _BEGINNING].casefold(), "" if is_label else _path(page.url)
    said = frozenset(word[:_STEM] for word in _WORD.findall(text))
    longer = [part for word in _WORD.findall(title.casefold()) for part in word_parts(word, 4) if part not in host]
    known = sum(part[:_STEM] in said or part in path or (part >= _FIRST_UNSPACED and part in text) for part in longer)
    return 2 * known > len(longer) - (len(longer) > 2)


def word_parts(word: str, shortest: int = 3) -> Iterable[str]:
    """Return a word that is long enough, or each two neighbours in a script that writes words together."""
    if word < _FIRST_UNSPACED:
        return (word,) if len(word) >= shortest else ()
    return (word[i : i + 2] for i in range(len(word) - 1))


def _path(url: str) -> str:
    return letters(url.partition("://")[2].partition("/")[2])


def _in_address(line: str, url: str) -> float:
    """Return the share of a line's words of three letters or more in the page's address."""
    path = _path(url)
    keys = [key for word in line.split() if len(key := letters(word)) > 2]
    return sum(key in path for key in keys) / len(keys) if keys else 0.0


def start_of_article(page: Page) -> int:
    """Return the position of the first paragraph of the article; -1 without prose. See `bounds_of_article`."""
    return bounds_of_article(page)[0]


def bounds_of_article(page: Page) -> tuple[int, int]:
    """Return the positions of the first and the last paragraph of the group of paragraphs with most prose, or -1."""
    sizes = outline_of(page).block_prose
    prose = [i for i, size in enumerate(sizes) if size and page.removals[i] is None]
    if not prose:
        return -1, -1
    first, best_bounds = prose[0], (prose[0], prose[0])
    size = best = sizes[first]
    for before, position in pairwise(prose):
        if position - before > _NEAR:
            first, size = position, 0
        size += sizes[position]
        if size > best:
            best_bounds, best = (first, position), size
    return best_bounds


def _line(page: Page, position: int, *, is_article: bool) -> str:
    """Return the first line of a block if it may be a headline; of the article's first block only if others follow."""
    columns = page.columns
    if columns.kinds[position] not in _KINDS or page.removals[position] is not None or is_entry(columns, position):
        return ""
    text, more, _ = _first_line(columns.block_text(position))
    line = visible_text(text)
    if (is_article and not more) or not _SHORTEST <= reading_size(line) <= _LONGEST:
        return ""
    if line[-1] in ".:;,。，：" or (SENTENCE_END.search(line[:-1]) and not reads_like_headline(line)):
        return ""
    if ">" in line or len(_TRAIL.findall(line)) > 1:
        return ""
    is_link = columns.link_chars[position] > _ALL_LINK * columns.block_length(position)
    if is_link and (not _leads_here(page, position) or _is_entry_of_contents(columns, position)):
        return ""
    if not is_link and _has_label(page, position, len(text)):
        return ""
    said = count_words(line)
    if line.rpartition(" ")[2].casefold() in words("role"):
        return ""
    if said.dated or without_by(line) != line or not any(map(str.isalpha, line)):
        return ""
    return line


def _is_entry_of_contents(columns: Columns, position: int) -> bool:
    """Return True if a line that is no heading links to a place on the page."""
    links = columns.links[columns.link_firsts[position] : columns.link_firsts[position + 1]]
    return columns.kinds[position] != _HEADING_KIND and any(columns.pool[link].partition("#")[2] for link in links)


def _has_label(page: Page, position: int, length: int) -> bool:
    """Return True if the first `length` code points of a block are text and a link at its end: "Latest items more"."""
    columns = page.columns
    if not columns.link_chars[position]:
        return False
    runs = [run for run in page.blocks[position].runs if run.start < length and run.end > run.start]
    tags = [columns.element_tags[run.element] for run in runs]
    return len(tags) > 1 and tags[-1] == _A != tags[0]


def _first_line(text: str) -> tuple[str, str, str]:
    mark = _LINE_END.search(text)
    return (text[: mark.start()], mark[0], text[mark.end() :]) if mark else (text, "", "")


def _leads_here(page: Page, position: int) -> bool:
    columns = page.columns
    links = columns.links[columns.link_firsts[position] : columns.link_firsts[position + 1]]
    return any(same_page(absolute(columns.pool[link], page.url), page.url) for link in links)


def _evidence(page: Page, position: int, line: str, known: Sequence[str]) -> int:
    block = page.blocks[position]
    inner = [page.elements[run.element] for run in block.runs if run.start < len(line)] or [
        page.elements[block.element]
    ]
    around = _around(page, block.element)
    found = _HEADING * (block.tag in _HEADINGS or any(element.tag in _HEADINGS for element in around))
    found += _NAMED * any(map(_is_named_headline, (*inner, *around)))
    found += _IS_BOLD * (all(element.tag in _BOLD for element in inner) or any(e.tag in _BOLD for e in around))
    found += _IN_ADDRESS * (line.count(" ") >= _FEWEST_WORDS - 1 and _in_address(line, page.url) >= _MOST)
    found += _IS_PART * _is_part(line, known)
    found += _IS_ALIKE * reads_like_headline(line)
    found += _IS_ALIKE * _has_byline_below(page, position)
    return found


def _around(page: Page, index: int) -> list[Element]:
    """List an element and those around it that hold little more."""
    sizes = outline_of(page).size
    found: list[Element] = []
    while index > 0 and len(found) < _LEVELS and sizes[index] <= _MOST_AROUND:
        found.append(page.elements[index])
        index = page.elements[index].parent
    return found


def _is_named_headline(element: Element) -> bool:
    said = name_words(element.names)
    return bool(said) and not words("class of headlines").isdisjoint(said) and words("class of others").isdisjoint(said)


def _has_byline_below(page: Page, position: int) -> bool:
    below = range(position + 1, min(position + 1 + _BYLINE_WITHIN, len(page.removals)))
    lines = [_first_line(page.columns.block_text(position))[2], *(page.columns.block_text(i) for i in below)]
    return any(_is_byline(line) for line in lines if 0 < len(line) <= _LONGEST_BYLINE)


def _is_byline(line: str) -> bool:
    said = count_words(line)
    return said.dated or (without_by(line) != line and not said.others)


def names_site(page: Page, above: int, below: int) -> bool:
    """Return True if the upper of two headings is the site's name, and the lower one a headline, not a subtitle.

    Then the upper one has the name of the host, or its container is named for the site; or the lower one is named for a
    headline, leads to this page, or is of a lesser rank by two.
    """
    columns, host = page.columns, host_of(page.url)
    name = letters(columns.block_text(above))
    if len(name) > LONGEST_NAME or is_like_host(letters(columns.block_text(below)), host):
        return False
    if is_like_host(name, host) or _leads_here(page, below):
        return True
    ranks = [int(page.blocks[position].tag.removeprefix("h")) for position in (above, below)]
    upper, lower = (_around(page, columns.elements[position]) for position in (above, below))
    is_named = any(not words("class of a site").isdisjoint(name_words(element.names)) for element in upper)
    return ranks[1] - ranks[0] >= _RANKS or is_named or any(map(_is_named_headline, lower))


def is_like_host(name: str, host: str) -> bool:
    """Return True if a name contains a long label of the host, or is a part of one."""
    known = [key for label in host.split(".") if len(key := letters(label)) >= _LONG_LABEL]
    return any(key in name or (len(name) >= _LONG_LABEL and name in key) for key in known)


def is_entry(columns: Columns, position: int) -> bool:
    """Return whether a heading is an entry of navigation or of a list."""
    element = columns.elements[position]
    while element >= 0:
        tag = columns.element_tags[element]
        if tag in _ENTRIES:
            return True
        if tag in _SECTIONS:
            return False
        element = columns.parents[element]
    return False
