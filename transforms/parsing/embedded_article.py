"""Find the article of a page that shows none: in the JSON that the page's scripts hold.

The article is the one string, or list of strings, that contains most text and is about this page.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from html import escape
from itertools import groupby, islice, pairwise
from typing import NamedTuple

from ..core.columns import Columns
from ..core.rows import Block, Head
from ..matching.names import groups_of_names
from ..matching.wording import SENTENCE_END, UNSPACED, normalise
from .decode import without_surrogates
from .embedded_json import Strings, is_code, is_html, plain_text, prose_width, script_values, unescape_html

FLAG = "text_from_script"

# Parts of a title are the site's name and section; an article's own heading is most of it.
MIN_LIKENESS = 0.55
MIN_TITLE_WORDS = 2
MAX_TITLE_CHARS = 400
TITLE_KEYS = frozenset({"og:title", "twitter:title", "headline", "title"})
ABOUT_KEYS = frozenset({"og:description", "twitter:description", "description"})

# A shorter article looks like a teaser, a notice or a biography. So does a single string of plain text of less than
# twice this width, unless its key names a body.
MIN_BODY_WIDTH = 500
UNSTRUCTURED_COST = 0.5
# How many holders around a paragraph may be its list, and how many around a title may hold its article.
MAX_STEPS = 10
MAX_TITLE_STEPS = 2
# Each step away from the title leaves a candidate this share of its size: deeper objects are about something else.
STEP_COST = 0.85
UNTITLED_COST = 0.5
# The beginning of a body has these shares of the words of the page's title or description: a body beside the title, and
# any other. Only the beginning counts, as a long text has many words whatever it is about.
MIN_SHARE_TITLED = 0.3
MIN_SHARE_ALONE = 0.6
BEGINNING_CHARS = 2000
# A single string is a part of something larger if it has less than this share of the prose under its key.
MIN_SHARE_OF_KEY = 0.5
MOST_TRIED = 12
# Longer keys are data. Meanings of names are cached, so that names must be short.
MAX_KEY_CHARS = 60
# A string of fewer words beside an address is a name or a label.
MIN_WORDS = 3
# Groups of names (`matching.names`) that speak against a body, and keys of descriptions.
OTHER_GROUPS = frozenset(
    "advert byline caption comments cookie-notice disclaimer navigation related sharing sign-up standfirst tags".split()
)
DESCRIBING_KEYS = frozenset({"description", "desc", "metadescription"})

# What editors call parts other than paragraphs, in the words that interfaces share.
PART_TAGS = (
    (
        re.compile(r"h[1-6]|(?:sub)?head(?:er|ing|line)?(?:[-_]?(?:\d|one|two|three|four|five|six))?", re.IGNORECASE),
        "h2",
    ),
    (re.compile(r"(?:block|pull)?[-_]?quote", re.IGNORECASE), "blockquote"),
    (re.compile(r"li|(?:un|ordered[-_]?)?list[-_]?item", re.IGNORECASE), "li"),
)
MAX_NAME_CHARS = 30
# The name of a part is one of its first strings.
MAX_OWN = 20
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|br|code|em|i|mark|q|s|small|span|strong|sub|sup|u)\b[^<>]{0,2000}>", re.IGNORECASE
)


def find_article(html: str, head: Head) -> str:
    """Return the article that a page's scripts hold, as HTML; `""` if none is surely the page's own.

    The article is the one string, or list of strings, that contains most text, whatever its key, among those that are
    about the subject of the page's title and description. Navigation, teasers, comments, translations, notices and the
    articles of other pages do not qualify. Nothing does on a page without title and description.
    """
    strings = Strings(script_values(html))
    found = _find_body(strings, Subject(head))
    return without_surrogates(_article_html(strings, found)).replace("\0", "\ufffd") if found else ""


def append_article(page: Columns, article: Columns) -> Columns:
    """Append the blocks and elements of an article to those of a page, inside the same root."""
    elements = page.element_rows
    shift = len(elements) - 1
    moved = [e._replace(parent=e.parent + shift if e.parent else 0) for e in article.element_rows[1:]]
    blocks = (_shift(block, shift) for block in article.block_rows)
    return Columns.from_rows([*page.block_rows, *blocks], [*elements, *moved])


def _shift(block: Block, shift: int) -> Block:
    runs = tuple(run._replace(element=run.element + shift if run.element else 0) for run in block.runs)
    return block._replace(element=block.element + shift if block.element else 0, runs=runs)


def _words(text: str) -> frozenset[str]:
    """Return the words of a text; in scripts without spaces, every two adjacent characters."""
    words: set[str] = set()
    for word in normalise(text).split():
        if UNSPACED.search(word):
            words.update(map("".join, pairwise(word)))
        else:
            words.add(word)
    return frozenset(words)


class Subject:
    """What a page is about: the titles and descriptions in its head, as sets of words."""

    def __init__(self, head: Head) -> None:
        titles = [head.title, *(value for key, value in head.meta if key in TITLE_KEYS)]
        self._titles = _word_sets(titles)
        self._longest = max(map(len, titles), default=0) / MIN_LIKENESS
        self._shortest = min(map(len, filter(None, titles)), default=0) * MIN_LIKENESS * MIN_LIKENESS
        about = _word_sets(value for key, value in head.meta if key in ABOUT_KEYS)
        self._all = {*self._titles, *about}

    def is_title(self, text: str) -> bool:
        """Return whether a short string is a title of this page, or nearly."""
        if not self._shortest <= len(text) <= min(self._longest, MAX_TITLE_CHARS):
            return False
        words = _words(text)
        if len(words) < MIN_TITLE_WORDS:
            return False
        return any(len(words & title) >= MIN_LIKENESS * max(len(words), len(title)) for title in self._titles)

    def share_in(self, text: str) -> float:
        """Return the share of the words of the title, or of the description, that a text contains; the larger of the
        two.
        """
        if not self._all:
            return 0.0
        words = _words(text)
        return max(len(words & known) / len(known) for known in self._all)


def _word_sets(texts: Iterable[str]) -> set[frozenset[str]]:
    sets = (_words(text[:MAX_TITLE_CHARS]) for text in texts)
    return {words for words in sets if len(words) >= MIN_TITLE_WORDS}


class Body(NamedTuple):
    """A candidate: the strings under `key` inside `holder`, or the one string at `position` unless that is -1."""

    holder: int
    key: str
    position: int = -1


class Found(NamedTuple):
    """The article: the holder and key of its strings, and their positions, in order."""

    holder: int
    key: str
    positions: list[int]


def _find_body(strings: Strings, subject: Subject) -> Found | None:
    """Find the strings that are the article's text; None if no strings surely are.

    A body is one string, or those under one key in one list or object. The largest body wins that is beside the
    page's title and has words of the title or description, or that has most of these words. Entries with a date, a
    title or an address of their own are teasers, comments or questions, and not part of a body. Neither are strings
    whose keys name something else (`OTHER_GROUPS`).
    """
    sizes = {i: size for i, text in enumerate(strings.texts) if (size := prose_width(text))}
    candidates = _Candidates(strings, sizes, _distances_to_title(strings, subject))
    for body, is_titled in candidates.best():
        positions = candidates.positions(body)
        text = _beginning(strings, positions)
        if subject.share_in(text) >= (MIN_SHARE_TITLED if is_titled else MIN_SHARE_ALONE):
            return Found(body.holder, body.key, positions)
    return None


def _distances_to_title(strings: Strings, subject: Subject) -> dict[int, int]:
    """Map each object that has the page's title as a value, or is just around one, to its steps from the title."""
    titled: dict[int, int] = {}
    seen: dict[str, bool] = {}
    for text, place in zip(strings.texts, strings.places, strict=True):
        if text not in seen:
            seen[text] = subject.is_title(text)
        if not seen[text]:
            continue
        for steps, holder in enumerate(strings.around(place)):
            if steps > MAX_TITLE_STEPS or strings.is_list[holder]:
                break
            titled[holder] = min(steps, titled.get(holder, steps))
    return titled


class _Candidates:
    """The strings and holders that could be the article, and their scores."""

    def __init__(self, strings: Strings, sizes: dict[int, int], titled: dict[int, int]) -> None:
        self._strings = strings
        self._sizes = sizes
        self._titled = titled
        self._under_key: defaultdict[str, int] = defaultdict(int)
        self._worded: dict[int, int] = {}

    def best(self) -> Iterator[tuple[Body, bool]]:
        """Yield the candidates with the highest scores, and whether they stand beside the page's title."""
        held: defaultdict[Body, int] = defaultdict(int)
        for position, size in self._sizes.items():
            key, place = self._strings.keys[position], self._strings.places[position]
            held[Body(place, key, position)] = size
            self._under_key[key] += size
            for holder in self._around(place):
                if self._is_collection(holder):
                    held[Body(holder, key)] += size
        scores = {body: score for body, size in held.items() if (score := self._score(body, size))}
        for body in nlargest(MOST_TRIED, scores, key=scores.__getitem__):
            yield body, self._distance(body) is not None

    def positions(self, body: Body) -> list[int]:
        """List the strings of a body: those under its key that are not in entries of their own."""
        if body.position >= 0:
            return [body.position]
        strings = self._strings
        own = (i for i in strings.inside(body.holder) if strings.keys[i] == body.key)
        inside = (i for i in own if body.holder in self._around(strings.places[i]))
        return [i for i in inside if i in self._sizes or not is_code(plain_text(strings.texts[i]))]

    def _around(self, place: int) -> Iterator[int]:
        """Yield the holders around a string, out to the first that is an entry of its own, without the root."""
        for holder in islice(self._strings.around(place), MAX_STEPS):
            if not holder:
                return
            yield holder
            if self._is_entry(holder, place):
                return

    def _is_collection(self, holder: int) -> bool:
        """Return whether a holder is a list, or an object that has only objects as values, as a store has."""
        strings = self._strings
        return strings.is_list[holder] or holder not in strings.has_strings

    def _is_entry(self, holder: int, place: int) -> bool:
        """Return whether an object around a string is an entry of its own, as teasers, comments and questions are.

        It has a date, or a text beside the string, or the string's own object has an address and another text.
        """
        strings = self._strings
        if holder in strings.dated:
            return True
        if strings.is_list[holder]:
            return False
        known = self._worded.get(holder)
        if known is None:
            own = [strings.texts[i] for i in strings.inside(holder) if strings.places[i] == holder]
            known = self._worded[holder] = sum(len(text.split()) >= MIN_WORDS for text in own)
        return known > (holder == place) or (known > 0 and holder in strings.linked)

    def _distance(self, body: Body) -> int | None:
        """Count the steps from a body to the page's title; None if no object contains both."""
        for steps, holder in enumerate(islice(self._strings.around(body.holder), MAX_STEPS)):
            if holder in self._titled:
                return steps + self._titled[holder]
        return None

    def _score(self, body: Body, size: int) -> float:
        """Score a candidate, in letters; 0 if it is too small, a part, or named for something else."""
        if body.position >= 0 and not is_html(unescape_html(self._strings.texts[body.position])):
            size = round(size * (1 if "article" in groups_of_names((body.key,)) else UNSTRUCTURED_COST))
        if size < MIN_BODY_WIDTH or self._is_named_otherwise(body):
            return 0.0
        distance = self._distance(body)
        if distance is None and self._is_store(body):
            return 0.0
        if body.position >= 0 and self._is_part(body, distance):
            return 0.0
        return size * (UNTITLED_COST if distance is None else max(UNTITLED_COST, STEP_COST**distance))

    def _is_store(self, body: Body) -> bool:
        return body.position < 0 and not self._strings.is_list[body.holder]

    def _is_part(self, body: Body, distance: int | None) -> bool:
        """Return whether a single string is one of many: a little of the prose under its key, or an entry of a list."""
        is_little = self._sizes[body.position] < MIN_SHARE_OF_KEY * self._under_key[body.key]
        if distance is None:
            return is_little
        for holder in islice(self._strings.around(body.holder), MAX_STEPS):
            if holder in self._titled:
                return False
            if self._strings.is_list[holder]:
                return is_little
            if self._is_entry(holder, body.holder):
                return True
        return False

    def _is_named_otherwise(self, body: Body) -> bool:
        """Return whether the keys from the page's title to a body name something else."""
        keys = [body.key]
        for holder in islice(self._strings.around(body.holder), MAX_STEPS):
            if holder in self._titled:
                break
            keys.append(self._strings.names[holder])
        names = tuple(key[:MAX_KEY_CHARS] for key in reversed(keys))
        return body.key.lower() in DESCRIBING_KEYS or not OTHER_GROUPS.isdisjoint(groups_of_names(names))


def _beginning(strings: Strings, positions: list[int]) -> str:
    """Return the first letters of a body, without its markup."""
    texts: list[str] = []
    left = BEGINNING_CHARS
    for position in positions:
        if left <= 0:
            break
        texts.append(plain_text(strings.texts[position])[:left])
        left -= len(texts[-1])
    return " ".join(texts)


def _article_html(strings: Strings, found: Found) -> str:
    """Write the strings of an article as HTML: markup as it is, plain text as paragraphs, pieces of a line joined."""
    lines = _Lines(strings, found)
    parts = (lines.html(line, list(positions)) for line, positions in groupby(found.positions, lines.line_of))
    return f"<article>{''.join(parts)}</article>"


class _Lines:
    """The lines of a body. Editors cut a paragraph into strings at each link and each bold word."""

    def __init__(self, strings: Strings, found: Found) -> None:
        self._strings = strings
        self._found = found
        self._is_line: dict[int, bool] = {}

    def line_of(self, position: int) -> int:
        """Return the outermost list around the string that is a line; else the string, as a negative number."""
        lists = [i for i in self._inside(position) if self._strings.is_list[i]]
        return next((i for i in reversed(lists) if self._holds_line(i)), -position - 1)

    def html(self, line: int, positions: Sequence[int]) -> str:
        """Write the pieces of a line, or one string, as HTML."""
        texts = [unescape_html(self._strings.texts[i]) for i in positions]
        tag = next((tag for i in self._inside(positions[0]) if (tag := self._tag_of(i))), "p")
        if line < 0 and is_html(texts[0]):
            return texts[0] if tag == "p" else f"<{tag}>{texts[0]}</{tag}>"
        rows = _paragraphs("".join(map(_inline, texts)))
        return "".join(f"<{tag}>{row}</{tag}>" for row in rows)

    def _inside(self, position: int) -> Iterator[int]:
        """Yield the holders between a string and the body's own, innermost first."""
        for holder in self._strings.around(self._strings.places[position]):
            if holder == self._found.holder:
                return
            yield holder

    def _holds_line(self, holder: int) -> bool:
        """Return whether the strings in a list are one line: most end within a sentence, none within a word."""
        known = self._is_line.get(holder)
        if known is None:
            first, last = self._strings.first[holder], self._strings.last[holder]
            span = self._found.positions[
                bisect_left(self._found.positions, first) : bisect_right(self._found.positions, last)
            ]
            texts = [self._strings.texts[i] for i in span]
            pairs = [(one, other) for one, other in pairwise(texts) if one and other]
            ended = sum(SENTENCE_END.match(one.rstrip()[-1:]) is not None for one, _ in pairs)
            known = ended * 2 <= len(pairs) and all(_is_open(one[-1], other[0]) for one, other in pairs)
            self._is_line[holder] = known
        return known

    def _tag_of(self, holder: int) -> str:
        """Return the tag that an object's own strings name for it, or `""`."""
        strings = self._strings
        if strings.is_list[holder]:
            return ""
        for i in strings.inside(holder)[:MAX_OWN]:
            text = strings.texts[i]
            if strings.places[i] == holder and strings.keys[i] != self._found.key and len(text) <= MAX_NAME_CHARS:
                for names, tag in PART_TAGS:
                    if names.fullmatch(text):
                        return tag
        return ""


def _paragraphs(text: str) -> list[str]:
    """Split a text into paragraphs: at empty lines if it has any, else at each line."""
    lines = text.strip().splitlines()
    if all(map(str.strip, lines)):
        return lines
    groups = groupby(lines, key=lambda line: bool(line.strip()))
    return [" ".join(group) for is_text, group in groups if is_text]


def _is_open(last: str, first: str) -> bool:
    return not (last.isalnum() and first.isalnum()) or UNSPACED.match(last) is not None


def _inline(text: str) -> str:
    """Prepare a string for the inside of a paragraph: escape it unless it has markup or entities."""
    return text if INLINE_TAG.search(text) or ENTITY.search(text) else escape(text, quote=False)
