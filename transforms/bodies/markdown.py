"""Markdown of an article: CommonMark with GitHub's tables, which renders to the same blocks, and holds no HTML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..core.page import Page
from .article_parts import article_parts
from .markdown_text import block_lines
from .parts import LIST_TAGS, Holder, Part

# The signs of a list, and of another list right behind one: without a change of signs the two would be one.
BULLETS, DELIMITERS = ("-", "*"), (".", ")")
# Parts that have blank lines around them inside a list, too.
LARGE = frozenset(["code", "table", "quote", "image"])
MAX_NUMBER = 999_999_999


def markdown_of(page: Page) -> str:
    r"""Return the article of a marked page as Markdown.

    >>> from boiloff.transforms import Capture, parse
    >>> markdown_of(parse(Capture("<h2>Tides</h2><ul><li>Ebb, at <b>noon</b></ul>")))
    '## Tides\n\n- Ebb, at **noon**'
    """
    return write_markdown(article_parts(page))


def write_markdown(parts: Iterable[Part]) -> str:
    """Write parts as Markdown, without a line feed at the end."""
    writer = _Writer()
    for part in parts:
        writer.add(part)
    return "\n".join(writer.lines)


@dataclass
class _Open:
    """A holder that is open: what further lines in it begin with; of a list, its sign and its next number."""

    holder: Holder
    indent: str = ""
    sign: str = ""
    number: int = 1


class _Writer:
    """Writes part after part, each inside the holders that it is in."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._open: list[_Open] = []
        self._terms: dict[int, int] = {}
        self._last: Part | None = None
        self._is_alone = False  # the last part is the only one of its item so far

    def add(self, part: Part) -> None:
        """Write a part behind the others."""
        holders = self._items(part.holders)
        common = 0
        while common < min(len(holders), len(self._open)) and holders[common] == self._open[common].holder:
            common += 1
        if self.lines and not self._is_close(part, holders, common):
            self.lines.append("".join(opened.indent for opened in self._open[:common]).rstrip())
        closed = self._open[common] if common < len(self._open) else None
        del self._open[common:]
        begin = "".join(opened.indent for opened in self._open)
        for holder in holders[common:]:
            begin += self._begin(holder, closed)
            closed = None
        rest = "".join(opened.indent for opened in self._open)
        for number, line in enumerate(block_lines(part)):
            before = rest if number else begin
            self.lines.append(f"{before}{line}" if line else before.rstrip())
        self._is_alone = len(holders) > common
        self._last = part

    def _items(self, holders: tuple[Holder, ...]) -> list[Holder]:
        """Return holders as Markdown has them: a term and its descriptions are one item."""
        found: list[Holder] = []
        for holder in holders:
            if holder.tag == "dt":
                self._terms[found[-1].element] = holder.element
            elif holder.tag == "dd":
                holder = holder._replace(element=self._terms.get(found[-1].element, holder.element))
            found.append(holder._replace(tag="li") if holder.tag in ("dt", "dd") else holder)
        return found

    def _is_close(self, part: Part, holders: list[Holder], common: int) -> bool:
        """Return whether a part, an item or a list in one, stands close to the one before it, without a blank line."""
        last = self._last
        if last is None or common == len(holders) or not common:
            return False
        if last.kind in LARGE or part.kind in LARGE or not self._is_alone:
            return False
        if holders[common - 1].tag in LIST_TAGS:
            return True
        begun = holders[common]
        return common == len(self._open) and begun.tag in LIST_TAGS and begun.number == 1

    def _begin(self, holder: Holder, closed: _Open | None) -> str:
        """Open a holder, where another one may just have been closed; return what its first line begins with."""
        if holder.tag == "blockquote":
            self._open.append(_Open(holder, "> "))
            return "> "
        if holder.tag in LIST_TAGS:
            signs = DELIMITERS if holder.tag == "ol" else BULLETS
            is_used = closed is not None and closed.sign == signs[0]
            self._open.append(_Open(holder, sign=signs[is_used], number=holder.number))
            return ""
        around = self._open[-1]
        marker = f"{around.sign} "
        if around.holder.tag == "ol":
            marker = f"{min(around.number, MAX_NUMBER)}{marker}"
            around.number += 1
        self._open.append(_Open(holder, " " * len(marker)))
        return marker
