"""The lines of one part in Markdown: text in which no sign means anything, with marks, links and tables around it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby

from .parts import CODE, EMPHASIS, STRONG, Cell, Part, Span, append_span

# What has a meaning inside a line. Brackets have one in the text of a link, and elsewhere before one of the signs of a
# link; what follows the end of a span is not known.
REFERENCE = r"&(?=\#\d{1,7};|\#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};%s)"
SIGNS = r"[\\`*~]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?]|$)|" + REFERENCE % "|[#A-Za-z0-9]*$"
TEXT, LABEL = re.compile(SIGNS + r"|\](?=[(\[:]|$)"), re.compile(SIGNS + r"|[\[\]]")
REFERENCES = re.compile(REFERENCE % "")
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
    known: list[Span] = []
    for span in spans:
        append_span(known, span.text, span.marks & MARKS, span.link)
    out = ""
    for link, group in groupby(known, key=lambda span: span.link):
        if not link:
            out = _marked(out, list(group), TEXT)
        else:
            if out.endswith("!"):
                out = f"{out[:-1]}\\!"
            out += f"[{_marked('', list(group), LABEL)}]({_destination(link)})"
    return out.replace("\n", "\\\n")


def _marked(out: str, spans: list[Span], signs: re.Pattern[str]) -> str:
    """Append spans to what is written. Marks that Markdown could not read there are left out."""
    is_closed = False  # what is written ends with a mark, which another one would continue
    for number, span in enumerate(spans):
        delimiter = "*" * (2 * bool(span.marks & STRONG) + bool(span.marks & EMPHASIS))
        following = spans[number + 1].text if number + 1 < len(spans) else ""
        if span.marks & CODE:
            before, text, after = "", _code(span.text), ""
            if not (_opens(out[-1:], text[0]) and _opens(following[:1], text[-1])):
                delimiter = ""
        elif delimiter:
            before, text, after = _trimmed(span.text, out[-1:], following[:1])
            before, text, after = (signs.sub(_escaped, piece) for piece in (before, text, after))
        else:
            before, text, after = "", signs.sub(_escaped, span.text), ""
        if is_closed and not before:
            delimiter = ""
        out += f"{before}{delimiter}{text}{delimiter}{after}" if text else before + after
        is_closed = bool(delimiter) and not after
    return out


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
    is_headed = all(cell.is_header for cell in rows[0])
    head, body = (rows[0], rows[1:]) if is_headed else ((), rows)
    return [_row(head, width), f"|{' --- |' * width}", *(_row(row, width) for row in body)]


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


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"
