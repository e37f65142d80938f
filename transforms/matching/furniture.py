"""Page furniture by markup: which containers a widget's own names, or words in any name, say are not the article."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from ..compiled.elements import blocks_of_tag, holders
from ..compiled.signs import READINGS, USES, SignReader, owner_meaning
from ..core.columns import ATTRIBUTE_NUMBERS, KEPT_ATTRIBUTES, Columns
from ..core.page import REASONS, Element, Page, Reason, Removal
from ..core.tags import TAG_NUMBERS, TAGS
from ..data import read_data
from .code import tokens_of
from .names import GROUP_BITS, NAMING_ATTRIBUTES, UNNAMED_TAGS, page_names
from .outline import Outline, outline_of
from .phrases import phrases_of
from .tries import Trie, build_trie
from .wording import normalise

WIDGETS = ("catalogue/widgets", "names/rating_widgets")
# Their ids are made of the heading's words.
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Types of an element that is declared to be a reader's comment.
COMMENT_TYPES = ("/Comment", "/UserComments")
# Names of the element that holds the article's text and nothing else.
BODY_NAMES = frozenset({"articleBody", "reviewBody"})
CERTAIN, LIKELY = 1.0, 0.8
# Style sheets of utility classes give an element dozens: the ledger shows the first.
SHOWN_CLASSES = 4
# The reasons that words in any name can speak for, each the name of a group as well. A type speaks for the first.
SPOKEN_REASONS: tuple[Reason, ...] = ("comments", "sharing", "sign-up", "cookie-notice", "advert")
# And those that only the names of systems speak for. The number of a reason's bit is its place here.
ALL_REASONS = (*SPOKEN_REASONS, *(reason for reason in REASONS if reason not in SPOKEN_REASONS))
# How compiled code reads an element's names, by its tag's number, and its attributes.
READINGS_OF_TAGS = array("B", bytes(len(TAGS)))
for tags, reading in ((HEADINGS, "without id"), (UNNAMED_TAGS, "unread")):
    for tag in tags:
        READINGS_OF_TAGS[TAG_NUMBERS[tag]] = READINGS[reading]
USES_OF_ATTRIBUTES = array("B", [USES["name"] if key in NAMING_ATTRIBUTES else 0 for key in KEPT_ATTRIBUTES])
USES_OF_ATTRIBUTES[ATTRIBUTE_NUMBERS["itemtype"]] = USES["type"]


class Sign(NamedTuple):
    """What marks a container: the name as it stands in the markup, whose it is, and whether it can mean only that."""

    name: str
    system: str
    certain: bool


SCHEMA_COMMENT = Sign("itemtype", "schema.org comment", True)


@cache
def systems() -> dict[str, Any]:
    """Read the widget systems by title: the reason that their names speak for, ids, and classes."""
    return {title: system for name in WIDGETS for title, system in read_data(name)["systems"].items()}


@cache
def sign_reader() -> SignReader:
    """What finds signs, with the names of all systems."""
    reasons = array("i", [1 << ALL_REASONS.index(system["reason"]) for system in systems().values()])
    groups = array("q", [GROUP_BITS[reason] for reason in SPOKEN_REASONS])
    return SignReader(_owners("ids"), _owners("classes"), reasons, groups)


def _owners(kind: str) -> Trie:
    """Who owns a name, or beginnings of names, for names of a kind."""
    whole: dict[str, int] = {}
    prefixes: dict[str, int] = {}
    for number, system in enumerate(systems().values(), start=1):
        for name in system[kind]:
            shelf = prefixes if name.endswith("*") else whole
            shelf.setdefault(name.rstrip("*"), number)
    names = {*whole, *prefixes}
    return build_trie({name: owner_meaning(whole.get(name, 0), prefixes.get(name, 0)) for name in names})


def signed_containers(page: Page, reason: Reason) -> dict[int, Sign]:
    """Every container whose names speak for a reason, outer ones first; computed once for all reasons."""
    return page.columns.derive("signs", _by_reason)[reason]


def _by_reason(columns: Columns) -> dict[Reason, dict[int, Sign]]:
    """By reason the surest name of each element.

    The names of known systems speak, and words in any name, unless it is a sentence or tells a state; not those of a
    heading's id, which is made of its words, nor of elements in code.
    """
    found: dict[Reason, dict[int, Sign]] = {reason: {} for reason in ALL_REASONS}
    titles, pool = ("", *systems()), columns.pool
    names, tokens = page_names(columns), tokens_of(columns)
    signs = sign_reader().signs(columns, names, tokens, READINGS_OF_TAGS, USES_OF_ATTRIBUTES, COMMENT_TYPES)
    for element, reason, name, owner in signs:
        sign = Sign(pool[name], titles[owner], owner > 0) if name >= 0 else SCHEMA_COMMENT
        found[ALL_REASONS[reason]][element] = sign
    return found


def body_holders(page: Page) -> set[int]:
    """Elements that hold the page's main heading, or what is declared to be the article's body."""
    return page.columns.derive("body holders", lambda columns: _body_holders(columns, page.head.title))


def _body_holders(columns: Columns, title: str) -> set[int]:
    inner = [columns.elements[position] for position in _main_headings(columns, title)]
    return holders(columns, inner, ATTRIBUTE_NUMBERS["itemprop"], BODY_NAMES)


def _main_headings(columns: Columns, title: str) -> list[int]:
    """Headings that say what the page's title says, or the first of the highest level."""
    headings = blocks_of_tag(columns, TAG_NUMBERS["h1"])
    if not headings:
        return []
    words = normalise(title)
    return [position for position in headings if normalise(columns.block_text(position)) in words] or headings[:1]


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
