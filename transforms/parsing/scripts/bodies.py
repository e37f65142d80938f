"""Which strings of a page's state are the article: the one string or list that holds most, and is about this page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from heapq import nlargest
from itertools import islice
from typing import NamedTuple

from ...matching.names import groups_of_names
from .identity import Identity
from .strings import Strings, is_code, is_html, plain_text, prose_width, unescaped

# An article of fewer letters cannot be told from a teaser, a notice or a biography; nor can a single string of plain
# text of fewer than twice as many, unless its key names a body.
MIN_BODY_WIDTH = 500
UNSTRUCTURED_COST = 0.5
# How far around a paragraph lists are looked for, and how far around a title its article.
MAX_STEPS = 10
MAX_TITLE_STEPS = 2
# A step away from the title costs a candidate this share of its size: what is nested deeper is about something else.
STEP_COST = 0.85
UNTITLED_COST = 0.5
# Shares of the words of the page's title or description that the beginning of a body has: beside the title, and by
# itself. A long text has many words whatever it is about.
MIN_SHARE_TITLED = 0.3
MIN_SHARE_ALONE = 0.6
BEGINNING_CHARS = 2000
# A string that stands alone is a part of something when it has less than this share of the prose under its key.
MIN_SHARE_OF_KEY = 0.5
MOST_TRIED = 12
# Longer keys are data; what names mean is remembered, so that they must be short.
MAX_KEY_CHARS = 60
# A string of fewer words beside an address is a name or a label.
MIN_WORDS = 3
# What names of other things than bodies speak for (`matching.names`), and what describes an article.
OTHER_GROUPS = frozenset(
    "advert byline caption comments cookie-notice disclaimer navigation related sharing sign-up standfirst tags".split()
)
DESCRIBING_KEYS = frozenset({"description", "desc", "metadescription"})


class Body(NamedTuple):
    """A candidate: the strings under `key` inside `holder`, or the one string at `position` where that is not -1."""

    holder: int
    key: str
    position: int = -1


class Found(NamedTuple):
    """What was found: where, and the positions of the strings, in order."""

    holder: int
    key: str
    positions: list[int]


def article_body(strings: Strings, identity: Identity) -> Found | None:
    """The strings that are the article's text; None where none is surely that.

    A body is one string, or those under one key in one list or object; the largest counts that stands beside the
    page's title and has words of the title or description in it, or has most of these words. Entries that have a date,
    a title or an address of their own are teasers, comments or questions, and no part of a body; so is what its keys
    name for something else (`OTHER_GROUPS`).
    """
    sizes = {i: size for i, text in enumerate(strings.texts) if (size := prose_width(text))}
    candidates = _Candidates(strings, sizes, _titled(strings, identity))
    for body, is_titled in candidates.heaviest():
        positions = candidates.positions(body)
        text = _beginning(strings, positions)
        if identity.share_in(text) >= (MIN_SHARE_TITLED if is_titled else MIN_SHARE_ALONE):
            return Found(body.holder, body.key, positions)
    return None


def _titled(strings: Strings, identity: Identity) -> dict[int, int]:
    """Objects that have the page's title as a value, and those a step or two around them, with the steps."""
    titled: dict[int, int] = {}
    seen: dict[str, bool] = {}
    for text, place in zip(strings.texts, strings.places, strict=True):
        if text not in seen:
            seen[text] = identity.is_title(text)
        if not seen[text]:
            continue
        for steps, holder in enumerate(strings.around(place)):
            if steps > MAX_TITLE_STEPS or strings.is_list[holder]:
                break
            titled[holder] = min(steps, titled.get(holder, steps))
    return titled


class _Candidates:
    """The strings and holders that could be the article, and what speaks for each."""

    def __init__(self, strings: Strings, sizes: dict[int, int], titled: dict[int, int]) -> None:
        self._strings = strings
        self._sizes = sizes
        self._titled = titled
        self._under_key: defaultdict[str, int] = defaultdict(int)
        self._worded: dict[int, int] = {}

    def heaviest(self) -> Iterator[tuple[Body, bool]]:
        """The candidates of an article's size that weigh most, and whether they stand beside the page's title."""
        held: defaultdict[Body, int] = defaultdict(int)
        for position, size in self._sizes.items():
            key, place = self._strings.keys[position], self._strings.places[position]
            held[Body(place, key, position)] = size
            self._under_key[key] += size
            for holder in self._around(place):
                if self._is_collection(holder):
                    held[Body(holder, key)] += size
        weights = {body: weight for body, size in held.items() if (weight := self._weight(body, size))}
        for body in nlargest(MOST_TRIED, weights, key=weights.__getitem__):
            yield body, self._distance(body) is not None

    def positions(self, body: Body) -> list[int]:
        """The strings of a body: those under its key that nothing sets apart from it."""
        if body.position >= 0:
            return [body.position]
        strings = self._strings
        own = (i for i in strings.inside(body.holder) if strings.keys[i] == body.key)
        inside = (i for i in own if body.holder in self._around(strings.places[i]))
        return [i for i in inside if i in self._sizes or not is_code(plain_text(strings.texts[i]))]

    def _around(self, place: int) -> Iterator[int]:
        """The holders around a string, as far out as to the first that is set apart; the root is none."""
        for holder in islice(self._strings.around(place), MAX_STEPS):
            if not holder:
                return
            yield holder
            if self._is_apart(holder, place):
                return

    def _is_collection(self, holder: int) -> bool:
        """Whether a holder is a list, or an object that has other objects for all its values, as a store has."""
        strings = self._strings
        return strings.is_list[holder] or holder not in strings.has_strings

    def _is_apart(self, holder: int, place: int) -> bool:
        """Whether an object around a string is an entry of its own, as teasers, comments and questions are.

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
        """Steps from a body to the page's title, or None where they have nothing in common."""
        for steps, holder in enumerate(islice(self._strings.around(body.holder), MAX_STEPS)):
            if holder in self._titled:
                return steps + self._titled[holder]
        return None

    def _weight(self, body: Body, size: int) -> float:
        """What speaks for a candidate, in letters; 0 for what is too small, a part, or named for something else."""
        if body.position >= 0 and not is_html(unescaped(self._strings.texts[body.position])):
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
        """Whether a string alone is one of many: a little of the prose under its key, or an entry of a list."""
        is_little = self._sizes[body.position] < MIN_SHARE_OF_KEY * self._under_key[body.key]
        if distance is None:
            return is_little
        for holder in islice(self._strings.around(body.holder), MAX_STEPS):
            if holder in self._titled:
                return False
            if self._strings.is_list[holder]:
                return is_little
            if self._is_apart(holder, body.holder):
                return True
        return False

    def _is_named_otherwise(self, body: Body) -> bool:
        """Whether the keys that lead to a body, from the page's title on, are names of something else."""
        keys = [body.key]
        for holder in islice(self._strings.around(body.holder), MAX_STEPS):
            if holder in self._titled:
                break
            keys.append(self._strings.names[holder])
        names = tuple(key[:MAX_KEY_CHARS] for key in reversed(keys))
        return body.key.lower() in DESCRIBING_KEYS or not OTHER_GROUPS.isdisjoint(groups_of_names(names))


def _beginning(strings: Strings, positions: list[int]) -> str:
    """The first letters of a body, without its markup."""
    texts: list[str] = []
    left = BEGINNING_CHARS
    for position in positions:
        if left <= 0:
            break
        texts.append(plain_text(strings.texts[position])[:left])
        left -= len(texts[-1])
    return " ".join(texts)
