"""What ends an article besides its text: lines that name its people, and the ending of a press release."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import Block, Page
from ..data import phrases
from .byline_words import count_words, is_cased
from .outline import outline_of
from .prose import kept_positions, kept_prose
from .wording import SENTENCE_END, UNSPACED, blocks_opening_with, normalise, width

# "Responsible editor: Ann Roe", and a place, a reporter and an address.
MAX_LINE_WIDTH = 160
MAX_NAMES_WIDTH = 60
# An author's life in a few sentences, and what begins an address or a handle in it.
MAX_LIFE_WIDTH = 400
CONTACT_SIGN = re.compile(r"@\w{3}")
# The whole of an address at the end of a line. Classes parted by signs that they do not share: it cannot backtrack.
ADDRESS = re.compile(r"[(（<\[]?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}[)）>\]]?$")
HANDLE = re.compile(r"@\w{3,30}")
BRACKETS = "()（）[]【】 "
# What parts the people on a line: a sign that stands in no name.
PARTS = re.compile("[,，;；/|·•、]")
COLON = re.compile("[:：]")

UNREAD_KINDS = frozenset(KIND_NUMBERS[kind] for kind in ("code", "table", "quote"))
# A label, with the company's name if it has one.
MAX_LABEL_WIDTH, MAX_NAME_WORDS = 80, 8
# So many paragraphs a company has on itself, and so many lines a contact; longer lines are sentences.
MAX_PARAGRAPHS, MAX_LINES, MAX_CONTACT_WIDTH = 3, 8, 140
# So many different signs make an ending.
MIN_SIGNS = 2
# Paragraphs that stand above it at least.
MIN_ABOVE = 2
# "###", "# # #" and "-30-". Anchored; single classes with at most one space between.
SIGNS_ONLY = re.compile(r"#(?: ?#){2,4}|[-–—] ?30 ?[-–—]")
# What stands around the word for an end, in place of a full stop.
FRAME = "-–—#*()[]（）【】<>＜＞ "
MARK, ABOUT, CONTACT, SOURCE = "a mark of its end", "the company on itself", "a contact for the press", "its source"


def closing_line(block: Block, authors: tuple[str, ...], *, is_text: bool) -> str:
    """Return the evidence for a block below the article about the people behind it, or `""`.

    Lines go that hold nothing but labels of editors and translators with names, a reporter's name with an address, or
    a handle. A line with a verb of its own stays, as does an address that somebody else is reached at. The author's
    life in sentences goes from text captures (`is_text`); in markup, its container says whether it is the article's.
    """
    if block.kind in ("heading", "code", "table", "quote"):
        return ""
    text = block.text.strip()
    if is_text and _is_life(text, authors):
        return "begins with the author's name, and says who that is"
    if width(text) > MAX_LINE_WIDTH:
        return ""
    if HANDLE.fullmatch(text):
        return "a handle alone"
    if _names_editors(text.strip(BRACKETS)):
        return "names who edited it"
    return "names the reporter and an address" if _is_reporter(text, authors) else ""


def _names_editors(text: str) -> bool:
    """Return True where every part of a line is a label of editors with a name behind a colon."""
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


def _is_life(text: str, authors: tuple[str, ...]) -> bool:
    """Return True for sentences that begin with an author's full name and have a reporter's title or an address."""
    if width(text) > MAX_LIFE_WIDTH:
        return False
    said = normalise(text)
    if not any(" " in name and said.startswith(f"{name} ") for name in map(normalise, authors)):
        return False
    return not _words("reporters").isdisjoint(said.split()) or CONTACT_SIGN.search(text) is not None


def _is_reporter(text: str, authors: tuple[str, ...]) -> bool:
    """Return True for a name and an address, if the name is an author's or stands beside a reporter's title."""
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


def release_ending(page: Page) -> dict[int, str]:
    """Find the blocks that end a press release, each with its sort; none unless two different signs stand there.

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
    """Return the sign of an ending that the first line of a block is, or `""`."""
    if columns.kinds[position] in UNREAD_KINDS:
        return ""
    text = columns.block_text(position)
    if len(text) > MAX_LABEL_WIDTH and text.find("\n", 0, MAX_LABEL_WIDTH + 1) < 0:
        return ""
    line = text.partition("\n")[0].strip()
    if width(line) > MAX_LABEL_WIDTH:
        return ""
    if line == text and is_end_mark(line):
        return MARK
    label, _, rest = line.replace("：", ":").partition(":")
    said = normalise(label)
    if said in _words("contacts"):
        return CONTACT
    if line == text and line[:1].isupper() and line.partition(" ")[0].strip(":") in _sources():
        return SOURCE if len(line.split()) > 1 else ""
    is_label = not SENTENCE_END.match(line[-1:]) and not rest.strip()
    return ABOUT if is_label and _names_company(said) else ""


def is_end_mark(line: str) -> bool:
    """Return True for a line that only says that the text ends: "(END)", "###", "-30-"."""
    if SIGNS_ONLY.fullmatch(line):
        return True
    word = line.strip(FRAME)
    return normalise(word) in _words("ends") and (word != line or (len(word) > 2 and word.isupper()))


def _names_company(said: str) -> bool:
    """Return True for "about" and a few words, whichever comes first in the language."""
    if said.count(" ") > MAX_NAME_WORDS:
        return False
    return said.startswith(_open("introduces", "", " ")) or said.endswith(_open("introduces_behind", " ", ""))


def _announced(page: Page, label: int, following: list[int], sign: str) -> Iterator[int]:
    """List the blocks under a label: the company's paragraphs, or the lines of a contact."""
    prose = outline_of(page).block_prose
    if sign == ABOUT:
        if "\n" not in page.blocks[label].text:
            yield from following[:MAX_PARAGRAPHS]
    elif sign == CONTACT:
        for i in following[:MAX_LINES]:
            if prose[i] or width(page.blocks[i].text) > MAX_CONTACT_WIDTH:
                return
            yield i


@cache
def _open(topic: str, before: str, after: str) -> tuple[str, ...]:
    """List the entries of a topic as they begin or end a label, with a space where the script has spaces."""
    return tuple(
        word if UNSPACED.search(word) else f"{before}{word}{after}" for word in map(normalise, _entries(topic))
    )


@cache
def _first_words() -> frozenset[str]:
    """Return the first words of contacts and sources, normalised."""
    return frozenset(
        normalise(entry).partition(" ")[0] for topic in ("contacts", "sources") for entry in _entries(topic)
    )


@cache
def _words(topic: str) -> frozenset[str]:
    return frozenset(map(normalise, _entries(topic)))


@cache
def _sources() -> frozenset[str]:
    """Read the words before a source as they are written: their case counts."""
    return frozenset(_entries("sources"))


def _entries(topic: str) -> list[str]:
    return phrases("phrases/closing_lines", topic)
