"""Sketch an article: keep what learning needs of a page, some 2 KB instead of 80.

A sketch has fingerprints of the page's blocks, the containers that they stand in, and what the page alone says about
each. Rows are packed, so that a site's sample is a few hundred objects however long its pages are. All numbers are
little-endian: nothing depends on the machine.

Container paths name elements in the same way on every page of a site, so that sums over pages are possible. A path is
text: one step for each container from the root to the element, with `/` between them, and a step is tag, id and
classes, as in `html/body/div#main/article.story/div.story-body`. Without its last step it is the path of the element
around. A step leaves out names that differ from page to page: names with digits, names that a program made up, all
names of `<html>` and `<body>`, states ("has-thumbnail"), and the classes of a post that content systems write about its
subject (its tags, its author).
"""

from __future__ import annotations

import hashlib
import sys
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import numpy.typing as npt

from ..classifier.classify import ArticleContainer
from ..compiled.paths import BEGINNINGS, KINDS, PathReader
from ..compiled.sketches import masked_rows, opening_lines, sketch_rows
from ..core.columns import Columns
from ..core.page import Page
from ..core.rows import TAG_NUMBERS, TAGS
from ..matching.names import SUBJECTS, build_trie
from ..matching.wording import block_prints, normalise
from .article_keys import article_key, is_variant

if TYPE_CHECKING:
    Integers = array[int]

    Prints = array[int]


SEPARATOR = "/"
# Text-level elements are parts of a sentence, and so never containers.
TEXT_TAGS = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q rb ruby s samp small span "
    "strike strong sub sup time tt u var wbr".split()
)
# One paragraph each. Such an element with an id or class has a path of its own, but too few articles have a paragraph
# of the kind for a share: `box_of` looks past it.
PARAGRAPH_TAGS = frozenset(
    "address blockquote button caption dt figcaption h1 h2 h3 h4 h5 h6 label legend p pre summary".split()
)
# Parts of a list or table. With an id or class they are boxes of their own: a widget in a list of widgets, a column of
# a page whose layout is a table.
ITEM_TAGS = frozenset("dd li tbody td tfoot th thead tr".split())
UNNAMED_TAGS = frozenset({"html", "body"})
# Only nested threads and hostile pages go deeper.
MAX_STEPS = 24
MAX_STEP_CHARS = 100
# Around these the classes that name a post's subject are left out.
POST_TAGS, POST_CLASSES = frozenset({"article"}), frozenset({"hentry", "h-entry"})
# States differ from article to article and do not name the purpose of an element.
STATES = ("has-", "is-", "no-", "with-", "without-")


def _kinds() -> Integers:
    """Return the kind of each tag for a path, by the tag's number."""
    kinds = array("B", bytes(len(TAGS)))
    tags = {"text": TEXT_TAGS, "plain": PARAGRAPH_TAGS | ITEM_TAGS, "unnamed": UNNAMED_TAGS, "post": POST_TAGS}
    for kind, names in tags.items():
        for name in names:
            kinds[TAG_NUMBERS[name]] |= KINDS[kind]
    return kinds


@cache
def reader() -> PathReader:
    """Build the reader of a page's paths."""
    about_post = dict.fromkeys(SUBJECTS, BEGINNINGS["about post"])
    beginnings = build_trie(about_post | dict.fromkeys(STATES, BEGINNINGS["state"]))
    return PathReader(_kinds(), TAGS, beginnings, POST_CLASSES, MAX_STEPS, MAX_STEP_CHARS)


class ContainerPaths(Sequence[str]):
    """The path of each element's container: `distinct[numbers[element]]`."""

    __slots__ = ("distinct", "numbers")

    def __init__(self, columns: Columns) -> None:
        self.numbers, self.distinct = reader().read(columns)

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, element: int) -> str: ...
    @overload
    def __getitem__(self, element: slice) -> list[str]: ...
    def __getitem__(self, element: int | slice) -> str | list[str]:
        if isinstance(element, slice):
            return [self.distinct[number] for number in self.numbers[element]]
        return self.distinct[self.numbers[element]]

    def __iter__(self) -> Iterator[str]:
        return map(self.distinct.__getitem__, self.numbers)


def container_paths(page: Page) -> ContainerPaths:
    """Return the path of each element's container: the element itself, or the container that it is a part of.

    The container of a block is the container of its innermost element: the nearest element that is neither text-level
    nor a plain paragraph, heading, list item or table cell. Sites write templates at this level, for one line as for
    twenty. All items of a list have the same container, and so have all paragraphs of an article. The result is cached
    with the page's columns.
    """
    return page.columns.derive("container paths", ContainerPaths)


def enclosing(path: str) -> str:
    """Return the path of the container around this one, or `""`.

    >>> enclosing("html/body/div#main")
    'html/body'
    """
    return path.rpartition(SEPARATOR)[0]


@lru_cache(maxsize=1 << 14)
def box_of(path: str) -> str:
    """Return the innermost box of a path: its element, or if that is a single paragraph, the element around it.

    >>> box_of("html/body/div.story/p.lead")
    'html/body/div.story'
    """
    while tag_of(path) in PARAGRAPH_TAGS and enclosing(path):
        path = enclosing(path)
    return path


def last_step(path: str) -> str:
    """Return tag, id and classes of a path's own element.

    >>> last_step("html/body/div#main.wide")
    'div#main.wide'
    """
    return path.rpartition(SEPARATOR)[2]


def tag_of(path: str) -> str:
    """Return the tag of the last step.

    >>> tag_of("html/body/div#main.wide")
    'div'
    """
    return last_step(path).partition("#")[0].partition(".")[0]


Table = npt.NDArray[np.void]
LogOdds = npt.NDArray[np.float64]

# One row for each distinct block of the page, in document order: a block's text in its container. `fingerprint` is 0
# if the text has neither letters nor digits. `path` is an index into the sketch's `paths`. `chars` and `link_chars`
# are of one copy, of which the container has `times`. `log_odds` is the page's own evidence that the text is article,
# in steps of 1/16, or MARKED if a rule removed it before the main content was chosen.
ROWS = np.dtype([
    ("fingerprint", "<u8"), ("path", "<u2"), ("chars", "<u2"), ("link_chars", "<u2"), ("times", "u1"),
    ("log_odds", "i1"),
])  # fmt: skip
# The fingerprint of a row's text with its digits masked, if it has any.
MASKED = np.dtype([("fingerprint", "<u8"), ("row", "<u2")])
ODDS_STEP, MAX_ODDS_STEPS, MARKED = 1 / 16, 127, -128
# A longer page keeps its first and its last blocks: boilerplate is there.
MAX_BLOCKS = 1024
# Characters of the paths of all containers; blocks in further containers are left out. The largest of 1,400 real pages
# has 73,000. A page made to fill the memory has millions, and so would every article of its site.
MAX_PATHS_CHARS = 256 * 1024

TEXT_CHARS = 80
# Quick, and 8 % larger than the best: a sample keeps few of the texts, and compresses them again when they travel.
TEXTS_LEVEL = 1
# What Python adds to a sketch's packed bytes.
OBJECT_BYTES = 500
EPOCH = date(1970, 1, 1)
# One more than the last day that a date can have.
MAX_DAY = (date.max - EPOCH).days + 1
# The unit in which old articles lose weight, in days.
GENERATION_DAYS = 30


@dataclass(frozen=True, slots=True)
class ArticleSketch:
    """What learning keeps of one article.

    `key` is the hash of its address, `content` that of its text, `day` the day of its capture (days since 1970, 0
    unknown). `is_variant` is true for an AMP or print view, a later page, or a copy that declares another address.
    `paths` are the containers that its blocks stand in. `rows`, `masked` and `texts` are packed; see ROWS, MASKED and
    `sample_texts`.
    """

    key: int
    content: int
    day: int
    is_variant: bool
    paths: tuple[str, ...]
    rows: bytes
    masked: bytes
    texts: bytes = b""

    def table(self) -> Table:
        """Return the rows as an array."""
        return np.frombuffer(self.rows, dtype=ROWS)

    def masked_table(self) -> Table:
        """Return the digit-masked fingerprints as an array."""
        return np.frombuffer(self.masked, dtype=MASKED)

    def sample_texts(self) -> list[str]:
        """Return the beginning of each row's text, for display; all of them empty in a sketch without texts."""
        if not self.texts:
            return [""] * (len(self.rows) // ROWS.itemsize)
        return zlib.decompress(self.texts).decode("utf-8").split("\n")

    def check(self) -> None:
        """Raise ValueError, TypeError or zlib.error if the packed parts do not fit together. For sketches from other
        people.
        """
        rows, masked = self.table(), self.masked_table()
        if len(rows) and int(rows["path"].max()) >= len(self.paths):
            raise ValueError("a row of a container that is not in the sketch")
        if len(masked) and int(masked["row"].max()) >= len(rows):
            raise ValueError("a masked fingerprint of no row")
        if self.texts:
            decoder = zlib.decompressobj()
            lines = decoder.decompress(self.texts, 1 + len(rows) * (4 * TEXT_CHARS + 1)).decode("utf-8")
            if not decoder.eof or lines.count("\n") + 1 != max(1, len(rows)):
                raise ValueError("not one text for each row")

    def without_texts(self) -> ArticleSketch:
        """Return the sketch without its sample texts."""
        return replace(self, texts=b"") if self.texts else self

    @property
    def generation(self) -> int:
        """The month of its capture, counted in days from 1970."""
        return generation_of(self.day)

    def preference(self) -> tuple[Any, ...]:
        """Return a sort key for captures of one article, best first: later month, plain view, later day.

        The other parts of the key make the order total. So the result does not depend on the order of merging.
        """
        return (
            -self.generation, self.is_variant, -self.day, self.content, self.rows, self.masked, self.paths, self.texts,
        )  # fmt: skip

    @property
    def size(self) -> int:
        """Bytes that the sketch takes in memory, near enough to bound the memory of a worker."""
        return len(self.rows) + len(self.masked) + len(self.texts) + 8 * len(self.paths) + OBJECT_BYTES


def sketch_page(page: Page, log_odds: LogOdds) -> ArticleSketch | None:
    """Sketch a page. Nothing about the page is decided here: blocks keep their place and the evidence about them.

    Args:
        page: The page, with the removals of the steps before main content.
        log_odds: For each block the page's own evidence, nan if a rule removed it
            (`classifier.classify.article_log_odds`).

    Returns:
        The sketch, or None if the page has no words.
    """
    exact, masked = block_prints(page.columns)
    if not any(exact):
        return None
    paths, positions = container_paths(page), _sketched(len(exact))
    found, used, blocks = sketch_rows(
        page.columns, positions, exact, paths.numbers, paths.distinct, MAX_PATHS_CHARS, log_odds,
        ODDS_STEP, MAX_ODDS_STEPS, MARKED,
    )  # fmt: skip
    return ArticleSketch(
        key=article_key(page),
        content=content_key(page),
        day=day_of(page.provenance.captured_at),
        is_variant=is_variant(page),
        paths=tuple([sys.intern(paths.distinct[number]) for number in used]),  # the articles of a site share theirs
        rows=_little_endian(found),
        masked=masked_rows(masked, blocks),
        texts=pack_texts(opening_lines(page.columns, blocks, TEXT_CHARS)),
    )


def content_key(page: Page) -> int:
    """Hash the title and the text in the article container, or all text without one; return 0 for a page without words.

    Captures with one key have the same text, whatever their address and boilerplate. Removals make no difference, so
    that learning and cleaning find the same key at any point. Scoring single blocks instead would cost ten times as
    much, on every page of a crawl. Pages without such a container are equal if all their text is.
    """
    return page.columns.derive("content", lambda columns: _content_key(page))


def held_blocks(page: Page) -> Sequence[int]:
    """List the blocks in the article's container; of a text, all of them. Removals make no difference."""
    if page.is_text:
        return range(len(page.blocks))
    return page.columns.derive("held", lambda _: [*ArticleContainer(page, heeds_marks=False).held()])


def _content_key(page: Page) -> int:
    text = "\n".join(map(page.columns.block_text, held_blocks(page)))
    if not text and any(block_prints(page.columns)[0]):
        text = page.columns.text
    # On pages with little text the rule may find the same footer. Pages with the same text have the same title.
    titled = f"{normalise(page.head.title)}\n{text}"
    return _hash(titled.encode("utf-8", "surrogatepass")) if text else 0


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


def _sketched(count: int) -> Sequence[int]:
    half = MAX_BLOCKS // 2
    return range(count) if count <= MAX_BLOCKS else [*range(half), *range(count - half, count)]


def _little_endian(numbers: Prints) -> bytes:
    if sys.byteorder == "big":
        numbers = array("Q", numbers)
        numbers.byteswap()
    return numbers.tobytes()


def pack_texts(lines: list[str]) -> bytes:
    """Compress the beginnings of the rows' texts, one a line."""
    return zlib.compress("\n".join(lines).encode("utf-8", "replace"), TEXTS_LEVEL)


def generation_of(day: int) -> int:
    """Return the month of a day, counted in days from 1970."""
    return day // GENERATION_DAYS


def day_of(captured_at: str) -> int:
    """Return the day of an ISO 8601 time as days since 1970; 0 if there is none, or an impossible one.

    >>> day_of("1970-01-31T10:00:00Z")
    30
    """
    try:
        return max((date.fromisoformat(captured_at[:10]) - EPOCH).days, 0)
    except ValueError:
        return 0


def date_of(day: int) -> str:
    """Return the ISO date of a day, `""` for the unknown one.

    >>> date_of(30)
    '1970-01-31'
    """
    return (EPOCH + timedelta(days=day)).isoformat() if day else ""
