"""Bylines: who wrote it, when, how long it takes to read, who took the picture; and the author's few lines of life."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from .core.base import PageTransform, transform
from .core.columns import KIND_NUMBERS
from .core.page import Block, Element, Page, Removal
from .core.rows import BLOCK_TAGS, TAG_NUMBERS
from .data import phrases
from .matching.headlines import byline_phrases, closes_letter, count_words, is_cased, without_counters
from .matching.names import name_words
from .matching.outline import before_step, kept_positions, kept_prose, outline_of
from .matching.wording import normalise, width

# In code points, set by hand: room for two names, their posts, and two dates with times.
MAX_CHARS = 140
# The lines below an entry go on with its categories and with how to answer.
MAX_ENTRY_CHARS = 700
MAX_DATE_WORDS = 14
MAX_UNCASED_WIDTH = 60
# A name in front of a date ("Ann Roe, Berlin | 3 May 2024") has this many words at most.
MAX_NAME_WORDS = 8
MAX_BY_WORDS = 4
# "Post author by will": a label of so many words needs no date, and no capital.
MIN_LABEL_WORDS = 3
# Bylines stand this near to the article, in blocks that are kept; beyond are threads and lists.
MAX_EDGE = 30
# An author's box holds no more than this share of the page's prose, unless it is named for an author's life and stands
# below the article: some lives are longer than a note.
MAX_BOX_SHARE = 0.2
MAX_BOX_WIDTH, MAX_LINE_WIDTH = 2000, 300
BY_TAGS = frozenset(TAG_NUMBERS[tag] for tag in ("address", "time"))
BLOCK_NUMBERS = frozenset(TAG_NUMBERS[tag] for tag in BLOCK_TAGS)
UNREAD_KINDS = frozenset(KIND_NUMBERS[kind] for kind in ("code", "table"))
BY_PROPERTIES = frozenset({"author", "datePublished", "dateModified"})
# Of the names for a byline, those that may stand over an author's life in sentences.
AUTHOR_NAMES = frozenset(
    "abh author authors authorbox authorbio authorinfo autor auteur autore bio contributor contributors saboxplugin "
    "vcard".split()
)
# Pairs of words that name nothing but such a life.
LIFE_NAMES = frozenset(
    "aboutauthor abhbox authorabout authorbio authorbiography authorbox authordescription authorinfo saboxplugindesc "
    "saboxpluginwrap".split()
)
# Brackets, bullets and dashes around a line.
STRIPPED = " ([)]—–-|•·*/"
CREDIT_MARK = re.compile("[:/©|：／]")
MAX_CREDIT_LABEL = 40
# A day, perhaps with a time, that opens a line; a year to which the day of a second date is glued. Bounded parts.
STAMP = re.compile(r"\d{4}([-/.年])\d{1,2}[-/.月]\d{1,2}日?(?:\s?\d{1,2}:\d{2}(?::\d{2})?)?\s?")
GLUED_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\d{1,2}(?:\D|$))")
# How "minutes" begins, in the scripts that have capitals.
MINUTES = ("min", "мин", "хв", "λεπ", "dak", "perc", "menit", "phút")


def mark_bylines(page: Page) -> Page:
    """Mark lines of names, dates and credits above the second paragraph of prose and below the last one.

    boiloff removes a line because of its words or because of its container. The words must be only names, dates and the
    words that introduce them ("By Ann Roe", "Stand: 3.5.2024, 16:11 Uhr", "4 min read"), a credit ("Photo: …"), or a
    call to follow the author. The container must be named for the byline or the author, or be `rel=author` or `<time>`.
    boiloff keeps a line with any other word ("By the time …", "Von vorn"), headings with a single name or year, lines
    inside the article, and pages without prose.
    """
    seen = before_step(page, "bylines")
    prose = kept_prose(seen)
    if not prose:
        return page
    signed = (*page.metadata.authors, *page.metadata.organisations)
    authors = [name for author in signed if (name := normalise(author))]
    containers = _Containers(page, prose)
    found = {}
    for position in _edges(seen, prose):
        evidence = None if page.is_text else containers.evidence(page.columns.elements[position])
        if evidence is None and _may_be_byline(page, position):
            evidence = _line(page.blocks[position], authors, position < prose[0], position > prose[-1])
        if evidence is None and _says_when_posted(page, position):
            evidence = "says when and where the entry was posted"
        if evidence is not None:
            found[position] = Removal("byline", "bylines", evidence, 0.8)
    if prose[-1] in found and not page.is_text:
        found |= _rest_of_box(seen, containers, prose[-1])
    return page.mark(found)


def _rest_of_box(page: Page, containers: _Containers, last: int) -> dict[int, Removal]:
    """Mark the blocks above the last paragraph that stand with it in an author's box."""
    found = {}
    kept = kept_positions(page)
    for position in reversed(kept[: bisect_left(kept, last)][-MAX_EDGE:]):
        evidence = containers.evidence(page.columns.elements[position])
        if evidence is None:
            break
        found[position] = Removal("byline", "bylines", evidence, 0.8)
    return found


def _may_be_byline(page: Page, position: int) -> bool:
    """Return False for code, tables and long blocks, and for the signature of a letter, which belongs to it."""
    columns = page.columns
    if columns.block_length(position) > MAX_CHARS or columns.kinds[position] in UNREAD_KINDS:
        return False
    return position == 0 or not closes_letter(columns.block_text(position - 1))


def _says_when_posted(page: Page, position: int) -> bool:
    """Return True for the lines that blog systems write below an entry ("This entry was posted …"), of any length."""
    start, end = page.columns.starts[position], page.columns.starts[position + 1]
    return end - start <= MAX_ENTRY_CHARS and page.columns.text.startswith(_entry_openings(), start)


@cache
def _entry_openings() -> tuple[str, ...]:
    return tuple(phrases("phrases/bylines", "entries"))


def _edges(page: Page, prose: list[int]) -> list[int]:
    """List the kept blocks nearest to the article: down to its second paragraph, and from its last one on."""
    top = prose[min(1, len(prose) - 1)]
    kept = kept_positions(page)
    above, below = bisect_right(kept, top), bisect_left(kept, prose[-1])
    return kept[max(0, above - MAX_EDGE) : above] + kept[max(above, below) : below + MAX_EDGE]


def _line(block: Block, authors: list[str], above: bool, at_end: bool) -> str | None:
    """Return the evidence in the line's own words, or None."""
    text = GLUED_YEAR.sub(r"\1 ", without_counters(block.text.strip(STRIPPED))).strip(STRIPPED)
    if not text:
        return "a counter of readers" if above and block.text.strip(STRIPPED) else None
    if text[-1] in "?!:…;,。" or (block.text[0] in '“"«„‹'):
        return None
    lower = text.lower()
    stamp = STAMP.match(text)
    behind = text[stamp.end() :].strip(STRIPPED) if stamp else ""
    if behind and CREDIT_MARK.split(behind, 1)[0].strip() in byline_phrases("sources"):
        return "a date and a source"
    if _is_credit(lower) or _closes_with_credit(block.text.strip().lower()):
        return "a line of credits"
    if at_end and _asks_to_follow(lower):
        return "asks to follow the author"
    if authors and _signed(text, authors):
        return "names the author"
    if text[-1] == "." and not lower.endswith((".m.", "jr.", "sr.", "min.", "hrs.")):
        return None
    if block.text[0] in "—–―":  # names the source of the quotation above it
        return None
    return _names_and_dates(text, block.kind, above)


def _names_and_dates(text: str, kind: str, above: bool) -> str | None:
    """Return the evidence for a line of nothing but names, dates and the words that introduce them, or None.

    Below the first paragraph, a place and a date may open or close a letter, so they stay.
    """
    introduced = _introduced(text)
    if not is_cased(text):
        return _uncased(text, introduced)
    words = count_words(introduced or text)
    if _names_user(text, introduced):
        return "the name of a user and a date"
    if introduced and " " not in introduced and len(text.split()) > MIN_LABEL_WORDS:
        return "a label and a name"
    if words.others or words.dates > MAX_DATE_WORDS:
        return None
    if introduced and 2 <= words.names <= MAX_NAME_WORDS and (words.dated or _is_name(introduced.lower())):
        return "a byline"
    if kind in ("heading", "list-item"):
        return None
    if words.dated and words.names <= (MAX_NAME_WORDS if above else 0):
        return "a name and a date" if words.names else "a date or a time"
    if words.numbers == 1 and words.dates > 1 and not words.names and any(unit in text.lower() for unit in MINUTES):
        return "a reading time"
    return None


def _names_user(text: str, introduced: str) -> bool:
    """Return True for "Posted by will / May 7, 2019": a date, and one word in small letters behind "by"."""
    words = count_words(text)
    if not words.dated or words.others != 1 or count_words(introduced or text).names:
        return False
    said = [word.rstrip(":：") for word in text.split()]
    by = [place for place, word in enumerate(said[:-1]) if word.lower() in byline_phrases("by")]
    users = introduced.split()[:1] + [said[place + 1] for place in by]
    return any(count_words(user).others == 1 for user in users)


def _uncased(text: str, introduced: str) -> str | None:
    """Do the same for a script without capitals: an introduction with a mark counts, or a day, and little besides."""
    if width(text) > MAX_UNCASED_WIDTH:
        return None
    if introduced and (":" in text or "：" in text):
        return "a byline"
    words = count_words(text)
    return "a date or a time" if words.numbers > 1 and words.dates and not words.names and not words.others else None


def _introduced(text: str) -> str:
    """Return the text behind the words that introduce a name ("By", "Ein Kommentar von", "作者："), or `""`."""
    words = text.split()
    bare = [word.rstrip(":：").lower() for word in words[:MAX_BY_WORDS]]
    for count in range(min(MAX_BY_WORDS, len(words) - 1), 0, -1):
        if " ".join(bare[:count]) in byline_phrases("by") or _is_posted_by(bare[:count]):
            return " ".join(words[count:])
    head, _, rest = text.replace("：", ":").partition(":")
    return rest.strip() if head.strip().lower() in byline_phrases("by") else ""


def _is_posted_by(words: list[str]) -> bool:
    """Return True for "Geplaatst door", "Publicado ayer por": words of dates, then one that introduces a name."""
    return words[-1] in byline_phrases("by") and all(word in byline_phrases("dates") for word in words[:-1])


def _is_name(lower: str) -> bool:
    """Return True for a name of two words or more: "By Design" and "By Land and Sea" are not bylines."""
    first = lower.replace(",", " and ").split()
    joiners = {"and", "und", "et", "y", "e", "en", "och", "og", "i", "и", "ve", "&"}
    end = next((i for i, word in enumerate(first) if word in joiners), len(first))
    return end >= 2


def _is_credit(lower: str) -> bool:
    """Return True for "photo: …", "foto de …/agency" and "… contributed to this report"."""
    mark = CREDIT_MARK.search(lower, 0, MAX_CREDIT_LABEL)
    label = lower[: mark.start()].strip(" (") if mark else ""
    if mark and label in byline_phrases("starts") and lower[mark.end() :].strip():
        return True
    words = lower.split()
    opening = {" ".join(words[:count]) for count in range(2, 1 + min(5, len(words)))}
    if not opening.isdisjoint(byline_phrases("starts")):
        return True
    return " ".join(words[-4:]).rstrip(".").endswith(_credit_endings())


@cache
def _credit_endings() -> tuple[str, ...]:
    return tuple(byline_phrases("ends"))


def _closes_with_credit(lower: str) -> bool:
    """Return True for "The bell on its cart (photo Rossi)"."""
    inside = lower[:-1].rpartition("(")[2] if lower.endswith(")") else ""
    first, _, name = inside.partition(" ")
    return 0 < len(name.split()) <= MAX_NAME_WORDS and first.rstrip(":") in byline_phrases("starts")


@cache
def _calls_to_follow() -> tuple[str, ...]:
    return tuple(byline_phrases("follow"))


def _asks_to_follow(lower: str) -> bool:
    if not lower.startswith(_calls_to_follow()):
        return False
    return not byline_phrases("platforms").isdisjoint(normalise(lower).split())


def _signed(text: str, authors: list[str]) -> bool:
    """Return True for an author's name with nothing but dates, introductions and capitals (a post) beside it."""
    said = normalise(text)
    if not any(author in said for author in authors):
        return False
    words = count_words(text)
    known = sum(len(author.split()) for author in authors)
    return words.others == 0 and words.names <= known + MAX_BY_WORDS


class _Containers:
    """The evidence for a byline in the elements around blocks; each element is looked at once."""

    def __init__(self, page: Page, prose: list[int]) -> None:
        self.page = page
        self.columns = page.columns
        self.prose = prose
        self.outline = outline_of(page)
        self.known: dict[int, str | None] = {0: None, -1: None}
        holders = {page.columns.elements[position] for position in prose}
        self.prose_names = {page.columns.class_lists[index] for index in holders if self._is_inline(index)}

    def evidence(self, index: int) -> str | None:
        """Return the evidence against what this element holds, or None. The innermost named element decides."""
        path = []
        while index not in self.known and self.outline.size[index] <= MAX_BOX_WIDTH:
            path.append(index)
            if self._is_named(index) and not self._is_around_words(index):
                element = self.page.elements[index]
                self.known[index] = _inside(element) if self._is_aside(index, element) else None
                break
            index = self.columns.parents[index]
        found = self.known.setdefault(index, None)
        self.known.update(dict.fromkeys(path, found))
        return found

    def _is_named(self, index: int) -> bool:
        if self.outline.has_group(index, "byline") or self.columns.element_tags[index] in BY_TAGS:
            return True
        if self.columns.attribute_firsts[index] == self.columns.attribute_firsts[index + 1]:
            return False
        element = self.page.elements[index]
        return element.attribute("rel") == "author" or element.attribute("itemprop") in BY_PROPERTIES

    def _is_inline(self, index: int) -> bool:
        """Return True for a named element that is part of a line."""
        return self.columns.class_lists[index] != 0 and self.columns.element_tags[index] not in BLOCK_NUMBERS

    def _is_around_words(self, index: int) -> bool:
        """Return True for an inline element with names that running text has, too: an editor marks who typed what."""
        return self._is_inline(index) and self.columns.class_lists[index] in self.prose_names

    def _is_aside(self, index: int, element: Element) -> bool:
        """Return True for a container without prose, or for a small author's box with the article on one side."""
        inside = self.outline.blocks_in(index)
        held = self.prose[bisect_left(self.prose, inside.start) : bisect_left(self.prose, inside.stop)]
        if not held:
            return self.outline.size[index] <= MAX_LINE_WIDTH
        words = name_words(element.names)
        if AUTHOR_NAMES.isdisjoint(words):
            return False
        is_below = held[-1] == self.prose[-1]
        if is_below and held[0] != self.prose[0] and not LIFE_NAMES.isdisjoint(map("".join, pairwise(words))):
            return True
        sizes = self.outline.block_prose
        share = sum(sizes[position] for position in held) / sum(sizes[position] for position in self.prose)
        return share <= MAX_BOX_SHARE and (is_below or held[0] == self.prose[0])


def _inside(element: Element) -> str:
    names = " ".join(element.names)
    return f'inside <{element.tag}> named "{names}"' if names else f"inside <{element.tag}>"


@transform
@dataclass
class RemoveBylines(PageTransform):
    """Remove bylines, dates, reading times, credits and author boxes. The metadata contains authors and dates.

    If `ExtractMetadata` runs before this step, the step knows the names of the authors.
    """

    def clean(self, page: Page) -> Page:
        """Mark the bylines of a page; see `mark_bylines`. Those of a listing belong to its entries."""
        return page if page.kind == "listing" else mark_bylines(page)
