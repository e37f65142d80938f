"""Markdown in text from other extractors: detect it by its syntax, and render it as HTML for the parser.

markdown-it renders CommonMark and tables. It renders inline HTML only if the type of the capture declares Markdown.
Plain text with one or two Markdown characters stays plain text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ..core.rows import Head

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

# Longer texts are read as lines: rendering takes a second a megabyte.
MAX_CHARS = 500_000
SEEN_CHARS = 50_000
# How much each sign says, by how often it must stand in the text. A text of MIN_SCORE is Markdown: one sign alone, such
# as a "#" before a line, is in plain text too. Every class excludes what may follow it, so no pattern backtracks.
SIGNS = (
    (2, 1, re.compile(r"\[[^\[\]\n]{1,300}\]\((?:https?://|/|#|\.|mailto:)[^()\s]{0,500}\)")),  # a link
    (2, 1, re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\s]{1,500}\)")),  # an image
    (2, 2, re.compile(r"^(?:```|~~~)", re.MULTILINE)),  # a fence of code
    (2, 1, re.compile(r"^\|?[ ]?:?-{3,}:?[ ]?\|[ :|-]*$", re.MULTILINE)),  # the rule of a table
    (1, 1, re.compile(r"^#{1,6} \S", re.MULTILINE)),  # a heading
    (1, 1, re.compile(r"^\S[^\n]{2,200}\n(?:={3,}|-{3,})$", re.MULTILINE)),  # an underlined heading
    (1, 2, re.compile(r"(?<![\w*])\*\*[^*\s][^*\n]{0,200}\*\*(?![\w*])")),  # strong emphasis
)
MIN_SCORE = 2
FENCE_SIGN = re.compile("```|~~~")
# Shorter lines are items, headings or rows.
MIN_LINE = 60
# Lines of the form "key: value" that converters set above their Markdown, and the keys that say so.
FIELD = re.compile(r"([A-Za-z][A-Za-z _-]{1,30}):[ \t]*(.*)")
MARKDOWN_FOLLOWS = "markdown content"
MAX_FIELDS = 40
FENCE = "---"
KEYS = {
    "title": "og:title", "description": "description", "author": "author", "date": "article:published_time",
    "published time": "article:published_time", "url source": "og:url", "url": "og:url",
}  # fmt: skip


class Markdown(NamedTuple):
    """A text that is Markdown: as HTML, and the head that its front matter or first heading gives."""

    html: str
    head: Head


@cache
def _renderer(breaks: bool, html: bool) -> MarkdownIt:
    """Make a renderer; `breaks` keeps line feeds inside paragraphs, `html` takes tags for what they are."""
    from markdown_it import MarkdownIt  # few texts need it

    return MarkdownIt("commonmark", {"html": html, "breaks": breaks}).enable("table")


def read_markdown(text: str, *, is_wrapped: bool, is_declared: bool = False) -> Markdown | None:
    """Render a text that is Markdown; return None for any other text.

    Args:
        text: The whole text.
        is_wrapped: Whether its paragraphs are broken at a fixed width, so that their line feeds mean nothing.
        is_declared: Whether its type or its name says that it is Markdown. It needs no signs then, and may hold HTML.
    """
    fields, body = _front_matter(text)
    if len(text) > MAX_CHARS or not (fields or is_declared or (is_markdown(body) and _has_paragraphs(body))):
        return None
    meta = tuple((KEYS[key], value) for key, value in fields.items() if key in KEYS and value)
    title = fields.get("title", "") or _first_heading(body)
    return Markdown(_renderer(not is_wrapped, is_declared).render(body), Head(title=title, meta=meta))


def is_markdown(text: str) -> bool:
    r"""Return whether the signs in a text make it Markdown.

    >>> is_markdown("# Tides\n\nSee [the table](/tides)."), is_markdown("# 3 of 5 boats\n- Hello, he said.")
    (True, False)
    """
    seen = text[:SEEN_CHARS]
    score = 0
    for worth, times, sign in SIGNS:
        score += worth * any(number == times for number, _ in enumerate(sign.finditer(seen), 1))
        if score >= MIN_SCORE:
            return True
    return False


def _has_paragraphs(text: str) -> bool:
    """Return whether blank lines separate paragraphs, as in Markdown. Plain text often has a paragraph on each line."""
    blank, single, is_code, before = 0, 0, False, ""
    for line in text[:SEEN_CHARS].split("\n"):
        if FENCE_SIGN.match(line):
            is_code = not is_code
        elif not is_code and len(line) >= MIN_LINE:
            blank += before == ""
            single += len(before) >= MIN_LINE
        before = line.strip()
    return blank >= single


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """Split off the fields above the Markdown: between rules, or before a line that says that Markdown follows."""
    lines = text.lstrip("\ufeff\n").split("\n")
    fields: dict[str, str] = {}
    is_fenced = lines[0].strip() == FENCE
    for number, line in enumerate(lines[:MAX_FIELDS]):
        line = line.strip()
        if is_fenced and number and line == FENCE:
            return fields, "\n".join(lines[number + 1 :])
        found = FIELD.fullmatch(line)
        if found and found[1].lower() == MARKDOWN_FOLLOWS:
            return fields, "\n".join([found[2], *lines[number + 1 :]])
        if found:
            fields[found[1].lower()] = found[2].strip().strip("\"'")
        elif line and line != FENCE and not is_fenced:
            break
    return {}, text


def _first_heading(text: str) -> str:
    found = re.match(r"\s*# ([^\n]{1,300})", text)
    return re.sub(r"[*_`]|\[([^\[\]]{1,300})\]\([^()\s]{0,500}\)", r"\1", found[1]).strip(" #") if found else ""
