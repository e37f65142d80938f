"""Markdown of an article: CommonMark with GitHub's tables, which renders to the same blocks, and contains no HTML.

The text of a part is escaped, so that no sign in it means anything; marks, links and tables are written around it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from ..core.page import Page
from .article_parts import article_parts
from .parts import CODE, EMPHASIS, LIST_TAGS, PLAIN, STRONG, Cell, Holder, Part, Span, with_marks

# What has a meaning inside a line. Brackets have one in the text of a link, and elsewhere before one of the signs of a
# link; what follows the end of a span is not known.
REFERENCE = r"&(?=\#\d{1,7};|\#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};%s)"
SIGNS = r"[\\`*~]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?]|$)|" + REFERENCE % "|[#A-Za-z0-9]*$"
TEXT, LABEL = re.compile(SIGNS + r"|\](?=[(\[:]|$)"), re.compile(SIGNS + r"|[\[\]]")
REFERENCES = re.compile(REFERENCE % "")
# What each of these begins with. Most texts have none, and one class is found in a tenth of the time.
ANY_SIGN = re.compile(r"[\\`*~_<&\[\]]")
# What has a meaning at the beginning of a line: a heading, a quotation, an item, a rule, an underline, the rule of a
# table, a box to tick.
LINE_SIGNS = re.compile(
    r"(?:\d{1,9}(?=[.)](?:\s|$)))?"
    r"(?P<sign>#(?=#{0,5}(?:\s|$))|>|[-+](?=\s|$)|[-=_+](?=[-=_+ ]*$)|[-:|](?=[-:| ]*$)|\[(?=[ xX]\](?:\s|$))"
    r"|(?<=\d)[.)])"
)
# A run of this sign at the end of a heading closes it.
CLOSING = re.compile(r"(?:(?<=\s)|^)#+$")
TICKS = re.compile("`+")
LANGUAGE = re.compile(r"[\w+#.-]{1,40}")
PARENTHESES = re.compile(r"[()]")
MARKS = STRONG | EMPHASIS | CODE
MAX_FILLED_CELLS = 20_000


def block_lines(part: Part) -> list[str]:
    """Return the lines of a part, without what its holders put before them."""
    if part.kind == "image":
        alt, title = LABEL.sub(_escaped, part.image.alt), part.image.caption
        quoted = REFERENCES.sub(_escaped, title.replace("\\", "\\\\").replace('"', '\\"'))
        titled = f' "{quoted}"' if title and title != part.image.alt else ""
        return [f"![{alt}]({_destination(part.image.source)}{titled})"]
    if part.kind == "code":
        text = "".join(span.text for span in part.spans).replace("\r", "\n")
        fence = "`" * max(3, _longest(text) + 1)
        language = part.language if LANGUAGE.fullmatch(part.language) else ""
        return [f"{fence}{language}", *text.split("\n"), fence]
    if part.kind == "table":
        return _table_lines(part.rows)
    text = inline(part.spans)
    if part.kind == "heading":
        line = CLOSING.sub(_escaped, text.replace("\\\n", " "))
        return [f"{'#' * part.level} {line}"]
    return [_line(line) for line in text.split("\n")]


def inline(spans: Sequence[Span]) -> str:
    r"""Return spans as Markdown. Line breaks are a backslash and a line feed.

    >>> inline([Span("1 * 2 is "), Span("two", STRONG), Span(", see "), Span("[1]", link="/a")])
    '1 \\* 2 is **two**, see [\\[1\\]](/a)'
    """
    if len(spans) == 1 and spans[0][1:] == PLAIN:  # most blocks
        return _escape(spans[0].text, TEXT).replace("\n", "\\\n")
    line = _Line()
    for link, group in groupby(with_marks(spans, MARKS), key=lambda span: span.link):
        if link:
            label = _Line()
            label.add(list(group), LABEL)
            line.add_link(label.text, link)
        else:
            line.add(list(group), TEXT)
    return line.text.replace("\n", "\\\n")


class _Line:
    """A line that is being written. `last` is its last character."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._is_closed = False  # it ends with a mark, which another one would continue

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    @property
    def last(self) -> str:
        return self._pieces[-1][-1] if self._pieces else ""

    def add_link(self, label: str, target: str) -> None:
        """Add a link. Behind an exclamation mark it would be a picture."""
        if self.last == "!":
            self._pieces[-1] = f"{self._pieces[-1][:-1]}\\!"
        self._put(f"[{label}]({_destination(target)})")

    def add(self, spans: list[Span], signs: re.Pattern[str]) -> None:
        """Add spans. Marks that Markdown could not read where they stand are left out."""
        for number, span in enumerate(spans):
            delimiter = "*" * (2 * bool(span.marks & STRONG) + bool(span.marks & EMPHASIS))
            following = spans[number + 1].text[:1] if number + 1 < len(spans) else ""
            before = after = ""
            if span.marks & CODE:
                text = _code(span.text)
                if not (_opens(self.last, "`") and _opens(following, "`")):
                    delimiter = ""
            elif delimiter:
                pieces = _trimmed(span.text, self.last, following)
                before, text, after = (_escape(piece, signs) for piece in pieces)
            else:
                text = _escape(span.text, signs)
            self._put(before)
            if delimiter and text and not self._is_closed:
                text = f"{delimiter}{text}{delimiter}"
                self._put(text)
                self._is_closed = True
            else:
                self._put(text)
            self._put(after)

    def _put(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self._is_closed = False


def _trimmed(text: str, before: str, after: str) -> tuple[str, str, str]:
    """Cut what marks cannot enclose from both ends of a text: punctuation beside a letter outside."""
    start, end = 0, len(text)
    while start < end and not _opens(before, text[start]):
        before = text[start]
        start += 1
    while end > start and not _opens(after, text[end - 1]):
        end -= 1
        after = text[end]
    return text[:start], text[start:end], text[end:]


def _opens(outside: str, inside: str) -> bool:
    """Return whether a mark between two characters is read as one: see "delimiter run" in CommonMark."""
    if inside.isspace():
        return False
    return not _is_sign(inside) or not outside or outside.isspace() or _is_punctuation(outside)


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] in "PSC"


def _is_punctuation(character: str) -> bool:
    is_ascii_sign = character.isascii() and not character.isalnum()
    return is_ascii_sign or unicodedata.category(character)[0] == "P"


def _code(text: str) -> str:
    """Return a span of code, between more backticks than it has in a row."""
    text = text.replace("\n", " ")
    ticks = "`" * (1 if "`" not in text else _longest(text) + 1)
    space = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _longest(text: str) -> int:
    return max(map(len, TICKS.findall(text)), default=0)


def _destination(address: str) -> str:
    """Return an address as the target of a link: parentheses only in pairs, and nothing that looks like a reference."""
    depth = 0
    for sign in PARENTHESES.findall(address):
        depth += 1 if sign == "(" else -1
        if not 0 <= depth <= 3:
            break
    if depth:
        address = address.replace("(", "%28").replace(")", "%29")
    return REFERENCES.sub("&amp;", address)


def _table_lines(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """Return a table; one without a row of headers has an empty one, which Markdown needs."""
    width = max(map(len, rows))
    # Readers fill up rows that are short. Large tables are left to them: one long row would make all others long.
    filled = width if width * len(rows) <= MAX_FILLED_CELLS else 0
    is_headed = all(cell.is_header for cell in rows[0])
    head, body = (rows[0], rows[1:]) if is_headed else ((), rows)
    return [_row(head, width), f"|{' --- |' * width}", *(_row(row, filled) for row in body)]


def _row(cells: Sequence[Cell], width: int) -> str:
    texts = [inline(cell.spans).replace("\\\n", " ").replace("|", "\\|") for cell in cells]
    return "".join(f"| {text} " for text in [*texts, *[""] * (width - len(texts))]) + "|"


def _line(line: str) -> str:
    """Return a line of text that begins with no sign."""
    found = LINE_SIGNS.match(line)
    if not found:
        return line
    place = found.start("sign")
    return f"{line[:place]}\\{line[place:]}"


def _escape(text: str, signs: re.Pattern[str]) -> str:
    return signs.sub(_escaped, text) if ANY_SIGN.search(text) else text


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


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
        if not part.holders and not self._open:  # most parts
            self.lines += ["", *block_lines(part)] if self.lines else block_lines(part)
            self._is_alone, self._last = False, part
            return
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
