"""How a press release ends: a mark, the company on itself, whom the press may call, and who is the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import Page
from ..data import phrases
from .outline import outline_of
from .prose import kept_positions, kept_prose
from .wording import SENTENCE_END, UNSPACED, blocks_opening_with, normalise, width

UNREAD_KINDS = frozenset(KIND_NUMBERS[kind] for kind in ("code", "table", "quote"))
# A label, with the company's name if it has one.
MAX_LABEL_WIDTH, MAX_NAME_WORDS = 80, 8
# So many paragraphs a company has on itself, and so many lines a contact; longer lines are sentences.
MAX_PARAGRAPHS, MAX_LINES, MAX_LINE_WIDTH = 3, 8, 140
# So many different signs make an ending.
MIN_SIGNS = 2
# Paragraphs that stand above it at least.
MIN_ABOVE = 2
# "###", "# # #" and "-30-". Anchored; single classes with at most one space between.
SIGNS_ONLY = re.compile(r"#(?: ?#){2,4}|[-–—] ?30 ?[-–—]")
# What stands around the word for an end, in place of a full stop.
FRAME = "-–—#*()[]（）【】<>＜＞ "
MARK, ABOUT, CONTACT, SOURCE = "a mark of its end", "the company on itself", "a contact for the press", "its source"


def release_ending(page: Page) -> dict[int, str]:
    """The blocks that end a press release, each with what it is; nothing unless two different signs stand there.

    Signs are the mark of the end, a label “About …”, one for whom the press may call, and a line that names the
    source, below two paragraphs of prose or more; one of the last two has to be among them, since any article may have
    a part about something. What a label announces goes with it, up to the next sign. A page with a single sign stays
    whole, as does what follows a mark without a label.
    """
    prose = kept_prose(page)
    if len(prose) <= MIN_ABOVE:
        return {}
    kept = kept_positions(page, prose[MIN_ABOVE - 1] + 1)
    columns = page.columns
    likely = blocks_opening_with(columns, kept, _first_words())
    if not any(_sign(columns, i) in (CONTACT, SOURCE) for i in likely):
        return {}
    signs = {index: sign for index, i in enumerate(kept) if (sign := _sign(columns, i))}
    if len(set(signs.values())) < MIN_SIGNS:
        return {}
    found: dict[int, str] = {}
    for index, sign in signs.items():
        end = next((later for later in signs if later > index), len(kept))
        found.update((i, sign) for i in (kept[index], *_announced(page, kept[index], kept[index + 1 : end], sign)))
    return found


def _sign(columns: Columns, position: int) -> str:
    """Which sign of an ending the first line of a block is, or `""`."""
    if columns.kinds[position] in UNREAD_KINDS:
        return ""
    text = columns.block_text(position)
    if len(text) > MAX_LABEL_WIDTH and text.find("\n", 0, MAX_LABEL_WIDTH + 1) < 0:
        return ""
    line = text.partition("\n")[0].strip()
    if width(line) > MAX_LABEL_WIDTH:
        return ""
    if line == text and _is_mark(line):
        return MARK
    label, _, rest = line.replace("：", ":").partition(":")
    said = normalise(label)
    if said in _words("contacts"):
        return CONTACT
    if line == text and line[:1].isupper() and line.partition(" ")[0].strip(":") in _words("sources"):
        return SOURCE if len(line.split()) > 1 else ""
    is_label = not SENTENCE_END.match(line[-1:]) and not rest.strip()
    return ABOUT if is_label and _names_company(said) else ""


def _is_mark(line: str) -> bool:
    if SIGNS_ONLY.fullmatch(line):
        return True
    word = line.strip(FRAME)
    return normalise(word) in _words("ends") and (word != line or (len(word) > 2 and word.isupper()))


def _names_company(said: str) -> bool:
    """True for "about" and a few words, whichever comes first in the language."""
    if said.count(" ") > MAX_NAME_WORDS:
        return False
    return said.startswith(_open("introduces", "", " ")) or said.endswith(_open("introduces_behind", " ", ""))


def _announced(page: Page, label: int, following: list[int], sign: str) -> Iterator[int]:
    """What stands under a label: the company's paragraphs, or the lines of a contact."""
    prose = outline_of(page).block_prose
    if sign == ABOUT:
        if "\n" not in page.blocks[label].text:
            yield from following[:MAX_PARAGRAPHS]
    elif sign == CONTACT:
        for i in following[:MAX_LINES]:
            if prose[i] or width(page.blocks[i].text) > MAX_LINE_WIDTH:
                return
            yield i


@cache
def _open(topic: str, before: str, after: str) -> tuple[str, ...]:
    """The entries of a topic as they begin or end a label: parted by a space where the script has spaces."""
    return tuple(word if UNSPACED.search(word) else f"{before}{word}{after}" for word in map(normalise, _raw(topic)))


@cache
def _first_words() -> frozenset[str]:
    """What a contact or a source begins with, normalised."""
    return frozenset(normalise(entry).partition(" ")[0] for topic in ("contacts", "sources") for entry in _raw(topic))


@cache
def _words(topic: str) -> frozenset[str]:
    return frozenset(_raw(topic)) if topic == "sources" else frozenset(map(normalise, _raw(topic)))


def _raw(topic: str) -> list[str]:
    return phrases("phrases/closing_lines", topic)
