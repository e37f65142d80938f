"""The last lines of an article that name people: who edited it, and where its reporter or author is reached."""

from __future__ import annotations

import re
from functools import cache

from ..core.page import Block
from ..data import phrases
from .byline_words import count_words, is_cased
from .wording import SENTENCE_END, normalise, width

# "Responsible editor: Ann Roe", and a place, a reporter and an address.
MAX_LINE_WIDTH = 160
MAX_NAMES_WIDTH = 60
# The whole of an address at the end of a line. Classes parted by signs that they do not share: it cannot backtrack.
ADDRESS = re.compile(r"[(（<\[]?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}[)）>\]]?$")
HANDLE = re.compile(r"@\w{3,30}")
BRACKETS = "()（）[]【】 "
# What parts the people on a line: a sign that stands in no name.
PARTS = re.compile("[,，;；/|·•、]")
COLON = re.compile("[:：]")


def closing_line(block: Block, authors: tuple[str, ...]) -> str:
    """What a block below the article says of the people behind the article, or `""`.

    Lines go that hold nothing but labels of editors and translators with names, a reporter's name with an address, or
    a handle. A line with a verb of its own stays, as does an address that somebody else is reached at, and the author's
    life in sentences: publishers set it both inside and outside the article.
    """
    if block.kind in ("heading", "code", "table", "quote") or width(block.text) > MAX_LINE_WIDTH:
        return ""
    text = block.text.strip()
    if HANDLE.fullmatch(text):
        return "a handle alone"
    if _names_editors(text.strip(BRACKETS)):
        return "names who edited it"
    return "names the reporter and an address" if _is_reporter(text, authors) else ""


def _names_editors(text: str) -> bool:
    """True where every part of a line is a label of editors with a name behind a colon."""
    parts = [COLON.split(part) for part in PARTS.split(text) if part.strip()]
    if not parts or len(parts[0]) != 2:
        return False
    known = all(len(part) == 1 or (len(part) == 2 and normalise(part[0]) in _words("editors")) for part in parts)
    return known and all(_are_names(part[-1]) for part in parts)


def _are_names(text: str) -> bool:
    text = text.strip()
    if not text or width(text) > MAX_NAMES_WIDTH or SENTENCE_END.match(text[-1]):
        return False
    words = count_words(text)
    return not is_cased(text) or (words.names > 0 and not words.others and not words.numbers)


def _is_reporter(text: str, authors: tuple[str, ...]) -> bool:
    """True for a name and an address, where the name is an author's or a reporter's title stands beside it."""
    address = ADDRESS.search(text)
    before = text[: address.start()].strip(BRACKETS) if address else ""
    if not before or COLON.search(before) or width(before) > MAX_NAMES_WIDTH or SENTENCE_END.search(before):
        return False
    said = normalise(before)
    if not is_cased(before):
        return any(word in said for word in _words("reporters"))
    words = count_words(before)
    titled = not _words("reporters").isdisjoint(said.split())
    return titled or (not words.others and any(normalise(author) == said for author in authors))


@cache
def _words(topic: str) -> frozenset[str]:
    return frozenset(map(normalise, phrases("phrases/closing_lines", topic)))
