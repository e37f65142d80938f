"""The structure of an article: for each kept block what it is a part of, and the spans of its text.

A page is rows of numbers until somebody asks for a body. Its runs then say which elements the words of a block come
from, and these say the rest: lists, quotations, levels of headings, links and emphasis. Only tables, pictures and a few
attributes need the markup itself, where the page has it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from ..core.page import Page
from ..core.rows import BLOCK_TAGS, KIND_NAMES, TAG_NUMBERS
from .attributes import CodeLanguages, Links, attributes_of
from .parts import (
    CODE,
    DELETED,
    EMPHASIS,
    LIST_TAGS,
    PLAIN,
    STRONG,
    SUBSCRIPT,
    SUPERSCRIPT,
    Holder,
    HolderTag,
    Part,
    Span,
    SpanWriter,
    with_marks,
)

MARKS = {
    TAG_NUMBERS[tag]: mark
    for tags, mark in (
        ("b strong", STRONG),
        ("dfn em i var", EMPHASIS),
        ("code kbd samp tt", CODE),
        ("del s strike", DELETED),
        ("sub", SUBSCRIPT),
        ("sup", SUPERSCRIPT),
    )
    for tag in tags.split()
}
LISTS: dict[int, HolderTag] = {
    TAG_NUMBERS["ul"]: "ul", TAG_NUMBERS["menu"]: "ul", TAG_NUMBERS["dir"]: "ul",
    TAG_NUMBERS["ol"]: "ol", TAG_NUMBERS["dl"]: "dl",
}  # fmt: skip
# Items, and the list that they belong to where they stand in none.
ITEMS: dict[int, tuple[HolderTag, HolderTag]] = {
    TAG_NUMBERS["li"]: ("li", "ul"), TAG_NUMBERS["dt"]: ("dt", "dl"), TAG_NUMBERS["dd"]: ("dd", "dl"),
}  # fmt: skip
LEVELS = {TAG_NUMBERS[f"h{level}"]: level for level in range(1, 7)}
BLOCKS = frozenset(TAG_NUMBERS[tag] for tag in BLOCK_TAGS)
A, LI, BLOCKQUOTE = (TAG_NUMBERS[tag] for tag in ("a", "li", "blockquote"))
HOLDERS = frozenset([BLOCKQUOTE, *LISTS, *ITEMS])
HEADING, CODE_BLOCK = KIND_NAMES.index("heading"), KIND_NAMES.index("code")
# A heading whose tag has none.
DEFAULT_LEVEL = 2
# Deeper holders are left out: readers of Markdown give up at some depth.
MAX_HOLDERS = 12
# How far back the item is looked for that stands before a list inside a list.
MAX_ROWS = 500
MAX_NUMBER_CHARS = 8
# More than a page has elements.
MANY = 1 << 31


class Structure:
    """Knows what the elements of one page mean for the text inside them. It looks at each once."""

    def __init__(self, page: Page, links: Links) -> None:
        self.page, self.links = page, links
        self._holders: dict[int, tuple[Holder, ...]] = {-1: ()}
        self._marks: dict[int, tuple[int, str]] = {-1: (0, "")}
        self._languages = CodeLanguages(page)

    def part(self, position: int) -> Part:
        """Return a block as a part."""
        columns = self.page.columns
        kind, element = columns.kinds[position], columns.elements[position]
        holders = self.holders(element, position)
        if kind == CODE_BLOCK:
            spans: tuple[Span, ...] = (Span(columns.block_text(position)),)
            return Part("code", (position,), holders, spans, language=self._languages.around(element))
        spans = self.spans(position, 0, columns.block_length(position))
        if kind == HEADING:
            spans = with_marks(spans, ~STRONG)
            return Part("heading", (position,), holders, spans, level=self._level(element))
        return Part(KIND_NAMES[kind], (position,), holders, spans)

    def spans(self, position: int, start: int, end: int) -> tuple[Span, ...]:
        """Return a stretch of a block's text as spans."""
        columns = self.page.columns
        text = columns.block_text(position)
        runs, last_run = columns.run_firsts[position], columns.run_firsts[position + 1]
        if start < end and all(self._marks_of(columns.run_elements[run]) == PLAIN for run in range(runs, last_run)):
            return (Span(text[start:end]),)  # most blocks
        writer = SpanWriter()
        done = start
        for run in range(bisect_right(columns.run_ends, start, runs, last_run), last_run):
            first, last = max(columns.run_starts[run], start), min(columns.run_ends[run], end)
            if first >= last:
                break
            if first > done:
                writer.add(text[done:first])
            writer.add(text[first:last], *self._marks_of(columns.run_elements[run]))
            done = last
        if done < end:
            writer.add(text[done:end])
        return writer.spans()

    def _marks_of(self, element: int) -> tuple[int, str]:
        """Return the marks and the link of the text inside an element, as far out as its block."""
        columns, known = self.page.columns, self._marks
        if element in known:
            return known[element]
        chain: list[int] = []
        while element not in known and columns.element_tags[element] not in BLOCKS:
            chain.append(element)
            element = columns.parents[element]
        marks, link = known.setdefault(element, (0, ""))
        for inner in reversed(chain):
            tag = columns.element_tags[inner]
            marks |= MARKS.get(tag, 0)
            if tag == A:
                link = self.links.target(self.page.elements[inner].attribute("href")) or link
            known[inner] = marks, link
        return marks, link

    def holders(self, element: int, number: int) -> tuple[Holder, ...]:
        """Return the quotations, lists and items around an element, outer ones first.

        What stands in a list and in no item of it becomes an item, which no element can be: the `number` names it.
        """
        found = self._holders_of(element)
        return (*found, Holder("li", -2 - MANY - number)) if found and found[-1].tag in LIST_TAGS else found

    def _holders_of(self, element: int) -> tuple[Holder, ...]:
        known, parents, tags = self._holders, self.page.columns.parents, self.page.columns.element_tags
        chain: list[int] = []
        while element not in known:
            chain.append(element)
            element = parents[element]
        found = known[element]
        for inner in reversed(chain):
            if tags[inner] in HOLDERS and len(found) < MAX_HOLDERS:
                found = (*found, *self._holders_at(inner, found[-1] if found else None))
            known[inner] = found
        return found

    def _holders_at(self, element: int, around: Holder | None) -> Iterator[Holder]:
        """Yield what an element is to the parts inside it; `around` is the innermost holder outside it."""
        columns = self.page.columns
        tag = columns.element_tags[element]
        is_in_list = around is not None and around.tag in LIST_TAGS
        if tag == BLOCKQUOTE:
            yield Holder("blockquote", element)
        elif tag in LISTS:
            if around is not None and is_in_list:  # the list belongs to the item before it
                yield Holder("li", self._item_before(element, around.element))
            yield Holder(LISTS[tag], element, self._first_number(element) if LISTS[tag] == "ol" else 1)
        elif tag in ITEMS:
            item, kind_of_list = ITEMS[tag]
            if not is_in_list:
                yield Holder(kind_of_list, -2 - columns.parents[element])
            yield Holder(item, element)

    def _item_before(self, element: int, around: int) -> int:
        """Return the item that stands before an element of a list; if there is none, a number that no element has."""
        columns = self.page.columns
        for other in range(element - 1, max(around, element - MAX_ROWS), -1):
            if columns.parents[other] == around and columns.element_tags[other] == LI:
                return other
        return -2 - element

    def _first_number(self, element: int) -> int:
        start = attributes_of(self.page, element).get("start", "")
        return int(start) if start.isdecimal() and start.isascii() and len(start) <= MAX_NUMBER_CHARS else 1

    def _level(self, element: int) -> int:
        columns = self.page.columns
        while element >= 0 and columns.element_tags[element] not in LEVELS:
            element = columns.parents[element]
        return LEVELS[columns.element_tags[element]] if element >= 0 else DEFAULT_LEVEL
