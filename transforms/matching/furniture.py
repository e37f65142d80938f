"""Page furniture by markup: which containers a widget's own names, or words in any name, say are not the article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Any, NamedTuple

from ..core.page import Block, Element, Page, Reason, Removal
from ..data import data_names, read_data
from .code import tokens_of
from .names import NAMING_ATTRIBUTES, STATE_WORDS, UNNAMED_TAGS, groups_of_names, words_of_name
from .outline import Outline, outline_of
from .phrases import phrases_of
from .wording import mask_digits, normalise

# A longer name is a sentence: an anchor made of a heading, or a category.
MAX_NAME_WORDS = 5
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
COMMENT_TYPES = ("/Comment", "/UserComments")
# Stands for the names of an element that is declared to be a comment.
COMMENT_TYPED = ("itemtype",)
# Names of the element that holds the article's text and nothing else.
BODY_NAMES = frozenset({"articleBody", "reviewBody"})
CERTAIN, LIKELY = 1.0, 0.8
# Style sheets of utility classes give an element dozens: the ledger shows the first.
SHOWN_CLASSES = 4
REASONS: frozenset[Any] = frozenset({"comments", "sharing", "sign-up", "cookie-notice", "advert"})


class Sign(NamedTuple):
    """What marks a container: the name as it stands in the markup, whose it is, and whether it can mean only that."""

    name: str
    system: str
    certain: bool


NOTHING: dict[Reason, Sign] = {}
SCHEMA_COMMENT: dict[Reason, Sign] = {"comments": Sign("itemtype", "schema.org comment", True)}


Owner = tuple[Reason, str]
Said = tuple[Reason, Sign]


class Widgets(NamedTuple):
    """Names of elements, and beginnings of names, that only known systems use: the reason and the system of each."""

    whole: dict[str, Owner]
    prefixes: dict[str, Owner]
    beginnings: tuple[str, ...]  # the prefixes once more, as `str.startswith` takes them


@cache
def widgets() -> tuple[Widgets, Widgets]:
    """What `data/widgets*.json` know: ids, and classes."""
    systems = {title: system for name in data_names("widgets") for title, system in read_data(name)["systems"].items()}
    return _widgets(systems, "ids"), _widgets(systems, "classes")


def _widgets(systems: dict[str, Any], kind: str) -> Widgets:
    whole: dict[str, Owner] = {}
    prefixes: dict[str, Owner] = {}
    for title, system in systems.items():
        for name in system[kind]:
            shelf = prefixes if name.endswith("*") else whole
            shelf.setdefault(name.rstrip("*"), (system["reason"], title))
    return Widgets(whole, prefixes, tuple(prefixes))


@lru_cache(maxsize=1 << 16)
def signs_of(identity: str, classes: tuple[str, ...], others: tuple[str, ...]) -> dict[Reason, Sign]:
    """What an element's names say, by reason; the surest name of each. Not to be changed by callers."""
    said = [*said_by_id(identity), *chain(*map(said_by_class, classes), *map(said_by_words, others))]
    if not said:
        return NOTHING
    signs: dict[Reason, Sign] = {}
    for reason, sign in sorted(said, key=lambda pair: not pair[1].certain):
        signs.setdefault(reason, sign)
    return signs


@lru_cache(maxsize=1 << 16)
def said_by_id(name: str) -> tuple[Said, ...]:
    """What an id says: whose it is, and what its words speak for."""
    return _said_by_owner(name, widgets()[0]) + said_by_words(name)


@lru_cache(maxsize=1 << 16)
def said_by_class(name: str) -> tuple[Said, ...]:
    """What a class name says, likewise."""
    return _said_by_owner(name, widgets()[1]) + said_by_words(name)


def _said_by_owner(name: str, known: Widgets) -> tuple[Said, ...]:
    """What a name says that one system alone gives its elements."""
    masked = mask_digits(name)
    owner = known.whole.get(masked)
    if owner is None and masked.startswith(known.beginnings):
        owner = next(owner for prefix, owner in known.prefixes.items() if masked.startswith(prefix))
    return ((owner[0], Sign(name, owner[1], True)),) if owner else ()


def said_by_words(name: str) -> tuple[Said, ...]:
    """What the words of a name speak for; nothing if it is a sentence, or tells a state."""
    reasons = REASONS & groups_of_names((name,))
    if not reasons:
        return ()
    words = words_of_name(name)
    if len(words) > MAX_NAME_WORDS or not STATE_WORDS.isdisjoint(words):
        return ()
    return tuple((reason, Sign(name, "", False)) for reason in reasons)


def signed_containers(page: Page, reason: Reason) -> dict[int, Sign]:
    """Every container whose names speak for a reason, outer ones first; computed once for all reasons."""
    return page.columns.derive("signs", lambda columns: _by_reason(columns.element_rows)).get(reason, {})


def _by_reason(elements: Sequence[Element]) -> dict[Reason, dict[int, Sign]]:
    found: dict[Reason, dict[int, Sign]] = {}
    tokens = tokens_of(elements)
    for index, (tag, _, identity, classes, attributes, _) in enumerate(elements):
        if tag in HEADINGS:
            identity = ""  # made of the heading's words
        others = _other_names(attributes) if attributes else ()
        if not (identity or classes or others) or tag in UNNAMED_TAGS or index in tokens:
            continue
        signs = SCHEMA_COMMENT if others is COMMENT_TYPED else signs_of(identity, classes, others)
        for reason, sign in signs.items():
            found.setdefault(reason, {})[index] = sign
    return found


def _other_names(attributes: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Names on other attributes than id and class; `COMMENT_TYPED` where one declares a reader's comment."""
    names: tuple[str, ...] = ()
    for key, value in attributes:
        if key in NAMING_ATTRIBUTES:
            names = (*names, value)
        elif key == "itemtype" and value.endswith(COMMENT_TYPES):
            return COMMENT_TYPED
    return names


def body_holders(page: Page) -> frozenset[int]:
    """Elements that hold the page's main heading, or what is declared to be the article's body."""
    return page.columns.derive("body holders", lambda columns: _body_holders(page))


def _body_holders(page: Page) -> frozenset[int]:
    inner = {block.element for block in _main_headings(page)}
    inner.update(
        index
        for index, element in enumerate(page.elements)
        if element.attributes and element.attribute("itemprop") in BODY_NAMES
    )
    holders: set[int] = set()
    for element in inner:
        while element >= 0 and element not in holders:
            holders.add(element)
            element = page.elements[element].parent
    return frozenset(holders)


def _main_headings(page: Page) -> list[Block]:
    """Headings that say what the page's title says, or the first of the highest level."""
    headings = [block for block in page.blocks if block.tag == "h1"]
    title = normalise(page.head.title)
    return [block for block in headings if normalise(block.text) in title] or headings[:1]


def furniture(
    page: Page, reason: Reason, rule: str, admits: Callable[[int, Sign], bool], max_prose_share: float = 1.0
) -> dict[int, Removal]:
    """Marks for the blocks inside every container whose names speak for a reason and which `admits` lets through.

    A container that holds the main heading or the article's body is never taken; the containers inside it may be.
    Where those taken on the word of a general name hold more than `max_prose_share` of the page's prose between
    them, the name means something else on this page, and none of them that holds prose is taken.
    """
    outline, holders = outline_of(page), body_holders(page)
    taken: dict[int, Sign] = {}
    end = -1
    for index, sign in signed_containers(page, reason).items():
        if outline.last[index] > end and index not in holders and admits(index, sign):
            taken[index] = sign
            end = outline.last[index]
    doubtful = sum(outline.prose[index] for index, sign in taken.items() if not sign.certain)
    if doubtful > max_prose_share * outline.prose[0]:
        taken = {index: sign for index, sign in taken.items() if sign.certain or not outline.prose[index]}
    return _removals(page, outline, taken, reason, rule)


def _removals(page: Page, outline: Outline, taken: dict[int, Sign], reason: Reason, rule: str) -> dict[int, Removal]:
    removals: dict[int, Removal] = {}
    for index, sign in taken.items():
        score = CERTAIN if sign.certain else LIKELY
        removal = Removal(reason, f"{rule}.markup", evidence(page.elements[index], sign), score)
        removals.update((i, removal) for i in outline.blocks_in(index) if page.removals[i] is None)
    return removals


def speaks_inside(page: Page, outline: Outline, container: int, reason: Reason) -> bool:
    """True where a short block inside the container says what such furniture says."""
    found = phrases_of(page, reason)
    return bool(found) and any(position in found for position in outline.blocks_in(container))


def evidence(element: Element, sign: Sign) -> str:
    """The container's start tag, and whose it is, in words for the ledger."""
    parts = [element.tag]
    if element.id:
        parts.append(f'id="{element.id}"')
    if element.classes:
        more = " …" if len(element.classes) > SHOWN_CLASSES else ""
        parts.append(f'class="{" ".join(element.classes[:SHOWN_CLASSES])}{more}"')
    tag = f"inside <{' '.join(parts)}>"
    return f"{tag} ({sign.system})" if sign.system else f'{tag} (named "{sign.name}")'
