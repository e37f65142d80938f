"""Boilerplate by markup and by words: containers that are named for a widget, and short blocks with phrases of
widgets.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from ..compiled.elements import blocks_of_tag, holders
from ..compiled.names import topic_names
from ..compiled.signs import READINGS, USES, SignReader, owner_meaning
from ..core.columns import ATTRIBUTE_NUMBERS, KEPT_ATTRIBUTES, KIND_NUMBERS, Columns
from ..core.page import REASONS, Page, Reason, Removal
from ..core.rows import TAG_NUMBERS, TAGS
from ..data import read_data
from .names import BODY, GROUP_BITS, HTML, NAMING_ATTRIBUTES, TOPICS, UNNAMED_TAGS, Trie, build_trie, page_names
from .outline import Outline, outline_of, tokens_of
from .phrases import Found, Phrase, phrases_of
from .wording import block_measures, normalise

WIDGETS = ("catalogue/widgets", "names/rating_widgets")
# Their ids are made of the heading's words.
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Types of an element that is declared to be a reader's comment.
COMMENT_TYPES = ("/Comment", "/UserComments")
# Names of the element that contains the article's text and nothing else.
BODY_NAMES = frozenset({"articleBody", "reviewBody"})
CERTAIN, LIKELY = 1.0, 0.8
# Style sheets of utility classes give an element dozens: the ledger shows the first.
SHOWN_CLASSES = 4
# The reasons that words in any name can give, each the name of a group as well. A type gives the first.
WORD_REASONS: tuple[Reason, ...] = ("comments", "sharing", "sign-up", "cookie-notice", "advert")
# The other reasons are given by the names of systems alone. The number of a reason's bit is its place here.
ALL_REASONS = (*WORD_REASONS, *(reason for reason in REASONS if reason not in WORD_REASONS))
# How compiled code reads an element's names, by its tag's number, and its attributes.
READINGS_OF_TAGS = array("B", bytes(len(TAGS)))
for tags, reading in ((HEADINGS, "without id"), (UNNAMED_TAGS, "unread")):
    for tag in tags:
        READINGS_OF_TAGS[TAG_NUMBERS[tag]] = READINGS[reading]
USES_OF_ATTRIBUTES = array("B", [USES["name"] if key in NAMING_ATTRIBUTES else 0 for key in KEPT_ATTRIBUTES])
USES_OF_ATTRIBUTES[ATTRIBUTE_NUMBERS["itemtype"]] = USES["type"]

# A small part that contains more is more than a part.
MAX_PART_WIDTH = 400
# Parts of one topic that hold more of the page's prose between them are what the page is made of.
MAX_PARTS_PROSE = 0.2
HELD_APART = frozenset({KIND_NUMBERS["code"], KIND_NUMBERS["table"]})

# A block of one short line; longer ones are sentences, in which a phrase may be part of what an article says.
MAX_LINE_WIDTH = 90
# What a phrase is worth, by strength, whether it fills the block, and whether the block is a short line. A strong
# label that fills its line is enough by itself; a sentence needs a second piece of evidence. The weights were
# set by hand on half of the evaluation sets and checked on the other half.
WHOLE, PART, PART_OF_SENTENCE = 0.8, 0.6, 0.4
WEAK_WHOLE, WEAK_PART, WEAK_PART_OF_SENTENCE = 0.3, 0.2, 0.1
# What circumstances are worth: another phrase, each neighbour that has one, controls or a container that is named
# for the same, links, standing before the first or after the last running text.
SECOND, SECOND_IN_SENTENCE, NEIGHBOUR, MAX_NEIGHBOURS = 0.3, 0.15, 0.15, 0.45
CONTROL, LINK, EDGE = 0.3, 0.1, 0.1
BESIDE = (-2, -1, 1, 2)
# The last of several names follows one joining word; a clause has more words in lower case.
MIN_CLAUSE_WORDS = 2
# A control or a named container is looked for in so many elements around a block.
NEAR = 4
CONTROLS = {TAG_NUMBERS[tag]: tag for tag in ("button", "form", "label", "fieldset", "legend", "dialog")}
ARTICLE = TAG_NUMBERS["article"]
MIN_LINK_DENSITY = 0.3
NOUNS: dict[Reason, str] = {
    "comments": "comment widgets",
    "sharing": "share bars",
    "sign-up": "sign-up prompts",
    "cookie-notice": "cookie notices",
    "advert": "adverts",
}


class Sign(NamedTuple):
    """The name that shows a container to be boilerplate: as in the markup, whose it is, and whether it is certain."""

    name: str
    system: str
    certain: bool


SCHEMA_COMMENT = Sign("itemtype", "schema.org comment", True)


class Container(NamedTuple):
    """An element whose name gives a reason, for the rule of a transform that decides whether it goes."""

    page: Page
    outline: Outline
    element: int
    reason: Reason
    sign: Sign

    @property
    def certain(self) -> bool:
        """Return True for a name that means nothing else."""
        return self.sign.certain

    @property
    def tag(self) -> str:
        """The name of the element's tag."""
        columns = self.page.columns
        return columns.tag_name(columns.element_tags[self.element])

    @property
    def size(self) -> int:
        """The width of all its text."""
        return self.outline.size[self.element]

    @property
    def prose(self) -> int:
        """The width of its running text."""
        return self.outline.prose[self.element]

    def has_phrase(self) -> bool:
        """Return True where a short block inside has a phrase of such boilerplate."""
        found = phrases_of(self.page, self.reason)
        return bool(found) and any(position in found for position in self.outline.blocks_in(self.element))


Admits = Callable[[Container], bool]


@cache
def widget_systems() -> dict[str, Any]:
    """Read the widget systems by title: the reason that their names give, ids, and classes."""
    return {title: system for name in WIDGETS for title, system in read_data(name)["systems"].items()}


@cache
def sign_reader() -> SignReader:
    """Make the reader of signs, with the names of all systems."""
    reasons = array("i", [1 << ALL_REASONS.index(system["reason"]) for system in widget_systems().values()])
    groups = array("q", [GROUP_BITS[reason] for reason in WORD_REASONS])
    return SignReader(_owners("ids"), _owners("classes"), reasons, groups)


def _owners(kind: str) -> Trie:
    """Return the owners of all names, or beginnings of names, of a kind."""
    whole: dict[str, int] = {}
    prefixes: dict[str, int] = {}
    for number, system in enumerate(widget_systems().values(), start=1):
        for name in system[kind]:
            shelf = prefixes if name.endswith("*") else whole
            shelf.setdefault(name.rstrip("*"), number)
    names = {*whole, *prefixes}
    return build_trie({name: owner_meaning(whole.get(name, 0), prefixes.get(name, 0)) for name in names})


def signed_containers(page: Page, reason: Reason) -> dict[int, Sign]:
    """Return every container whose names give a reason, outer ones first; computed once for all reasons."""
    return page.columns.derive("signs", _by_reason)[reason]


def _by_reason(columns: Columns) -> dict[Reason, dict[int, Sign]]:
    """Return by reason the surest name of each element.

    The names of known systems count, and words in any name, unless the name is a sentence or a state. The id of a
    heading does not count, as it is made of the heading's words, nor do names of elements in code.
    """
    found: dict[Reason, dict[int, Sign]] = {reason: {} for reason in ALL_REASONS}
    titles, pool = ("", *widget_systems()), columns.pool
    names, tokens = page_names(columns), tokens_of(columns)
    signs = sign_reader().signs(columns, names, tokens, READINGS_OF_TAGS, USES_OF_ATTRIBUTES, COMMENT_TYPES)
    for element, reason, name, owner in signs:
        sign = Sign(pool[name], titles[owner], owner > 0) if name >= 0 else SCHEMA_COMMENT
        found[ALL_REASONS[reason]][element] = sign
    return found


def body_holders(page: Page) -> set[int]:
    """Return the elements that hold the page's main heading, or what is declared to be the article's body."""
    return page.columns.derive("body holders", lambda columns: _body_holders(columns, page.head.title))


def _body_holders(columns: Columns, title: str) -> set[int]:
    inner = [columns.elements[position] for position in _main_headings(columns, title)]
    return holders(columns, inner, ATTRIBUTE_NUMBERS["itemprop"], BODY_NAMES)


def _main_headings(columns: Columns, title: str) -> list[int]:
    """List the headings with words of the page's title, or else the first of the highest level."""
    headings = blocks_of_tag(columns, TAG_NUMBERS["h1"])
    if not headings:
        return []
    words = normalise(title)
    return [position for position in headings if normalise(columns.block_text(position)) in words] or headings[:1]


def mark_widgets(
    page: Page, reason: Reason, rule: str, admits: Admits, *, min_score: float, max_prose_share: float = 1.0
) -> Page:
    """Mark widgets of one sort: containers by their names (`container_removals`), then blocks by `word_removals`."""
    page = page.mark(container_removals(page, reason, rule, admits, max_prose_share))
    return page.mark(word_removals(page, reason, rule, min_score))


def container_removals(
    page: Page, reason: Reason, rule: str, admits: Admits, max_prose_share: float = 1.0
) -> dict[int, Removal]:
    """Return removals for the blocks inside every container whose names give a reason, if `admits` is true for it.

    A container with the main heading or the article's body is never removed; the containers inside it may be.
    Where those removed for a general name hold more than `max_prose_share` of the page's prose between them, the name
    means something else on this page, and none of them that contains prose is removed.
    """
    outline, holders = outline_of(page), body_holders(page)
    removed: dict[int, Sign] = {}
    end = -1
    for index, sign in signed_containers(page, reason).items():
        if outline.last[index] > end and index not in holders and admits(Container(page, outline, index, reason, sign)):
            removed[index] = sign
            end = outline.last[index]
    doubtful = sum(outline.prose[index] for index, sign in removed.items() if not sign.certain)
    if doubtful > max_prose_share * outline.prose[0]:
        removed = {index: sign for index, sign in removed.items() if sign.certain or not outline.prose[index]}
    removals: dict[int, Removal] = {}
    for index, sign in removed.items():
        score = CERTAIN if sign.certain else LIKELY
        removal = Removal(reason, f"{rule}.markup", _evidence(page, index, sign), score)
        removals.update((i, removal) for i in outline.blocks_in(index) if page.removals[i] is None)
    return removals


def _evidence(page: Page, index: int, sign: Sign) -> str:
    """Describe a container for the ledger: its start tag, and whose it is."""
    tag = f"inside {page.columns.start_tag(index, max_classes=SHOWN_CLASSES)}"
    return f"{tag} ({sign.system})" if sign.system else f'{tag} (named "{sign.name}")'


def small_parts(page: Page, topic: str) -> dict[int, str]:
    """Return the blocks inside small elements named for a topic of `data/names/small_parts.json`, with the name.

    A name is one of the topic if it ends with words of it, or goes on with words for a box only. Elements that hold the
    page's main heading, code or a table are left alone, and so are all of a topic that hold much of the page's prose.
    """
    if page.is_text:
        return {}
    named = page.columns.derive("small parts", _parts_by_topic).get(topic)
    if not named:
        return {}
    outline, holders, kinds = outline_of(page), body_holders(page), page.columns.kinds
    found: dict[int, str] = {}
    for index, name in named:
        inside = outline.blocks_in(index)
        if index in holders or outline.size[index] > MAX_PART_WIDTH or any(kinds[i] in HELD_APART for i in inside):
            continue
        found.update((i, name) for i in inside if i not in found)
    prose = outline.block_prose
    return found if sum(prose[i] for i in found) <= MAX_PARTS_PROSE * sum(prose) else {}


def _parts_by_topic(columns: Columns) -> dict[str, list[tuple[int, str]]]:
    """Return the elements that a name gives a topic, with the name, by topic.

    A longer name than `compiled.names` reads is a path through a template, or a sentence.
    """
    found: dict[str, list[tuple[int, str]]] = {}
    for mask, element, name in topic_names(columns, page_names(columns).facts, HTML, BODY):
        for number, topic in enumerate(TOPICS):
            if mask >> number & 1:
                found.setdefault(topic, []).append((element, columns.pool[name]))
    return found


def word_removals(page: Page, reason: Reason, rule: str, min_score: float) -> dict[int, Removal]:
    """Return removals for the blocks whose words, and what is around them, score at least `min_score`.

    A strong label that fills its block is enough by itself; a phrase in a sentence needs more evidence. The score is a
    sum of weights, 0 to 1.
    """
    own = phrases_of(page, reason)
    if not own:
        return {}
    first, last = page.columns.derive("prose edges", _prose_edges)
    removals = {}
    for position in own:
        if page.removals[position] is not None:
            continue
        score, circumstances = _score(page, position, own, reason)
        if not first <= position <= last:
            score += EDGE
        if score >= min_score:
            phrase = _quoted(own[position], page.columns.block_text(position))
            removals[position] = Removal(reason, f"{rule}.words", phrase + circumstances, round(min(score, 1.0), 2))
    return removals


def _prose_edges(columns: Columns) -> tuple[int, int]:
    """Return the positions of the first and the last running text.

    Without any, the first lies beyond the last block, and the last before the first.
    """
    _, prose = block_measures(columns)
    first = next((i for i, size in enumerate(prose) if size), len(prose))
    return first, next((i for i in range(len(prose) - 1, -1, -1) if prose[i]), -1)


def _quoted(found: Found, text: str) -> str:
    """Quote the strongest phrase, for the ledger."""
    best = max(found, key=_rank)
    words = best.words.rstrip("*") if best.place != "whole" else " ".join(text.split())[:60]
    language = f" ({best.language})" if best.language else ""
    return f'"{words}" is a phrase of such {NOUNS[best.reason]}{language}'


def _rank(phrase: Phrase) -> tuple[bool, bool, int]:
    """Rank a phrase: strong above weak, the whole block above a part of it, long above short."""
    return phrase.strength == "strong", phrase.place == "whole", len(phrase.words.rstrip("*"))


def _score(page: Page, position: int, own: dict[int, Found], reason: Reason) -> tuple[float, str]:
    columns, found = page.columns, own[position]
    is_line = block_measures(columns)[0][position] <= MAX_LINE_WIDTH
    notes = []
    score = 0.0
    for phrase in found:
        runs_on = is_line and phrase.place == "starts" and _runs_on(columns.block_text(position))
        score = max(score, _worth(phrase, is_line and not runs_on))
    if _has_two_phrases(found):
        score += SECOND if is_line else SECOND_IN_SENTENCE
    company = _count_company(position, own)
    if company:
        score += min(company * NEIGHBOUR, MAX_NEIGHBOURS)
        notes.append("beside others")
    control = _control(page, columns.elements[position], reason)
    if control:
        score += CONTROL
        notes.append(control)
    if columns.link_chars[position] / columns.block_length(position) >= MIN_LINK_DENSITY:
        score += LINK
    return score, f", {' and '.join(notes)}" if notes else ""


def _runs_on(text: str) -> bool:
    """Return True for a line with more than names behind a comma: "Follow us on Facebook, says the mayor"."""
    words = text.partition(",")[2].split()
    return sum(word[0].islower() for word in words) >= MIN_CLAUSE_WORDS


def _count_company(position: int, own: dict[int, Found]) -> int:
    """Count the neighbours with a phrase of weight; none where all have the same words, as cells of a table do."""
    near = [own[position + offset] for offset in BESIDE if position + offset in own]
    if not near:
        return 0
    weighty = [found for found in near if any(one.place == "whole" or one.strength == "strong" for one in found)]
    words = {phrase.words for phrase in own[position]}
    return len(weighty) if any(phrase.words not in words for found in weighty for phrase in found) else 0


def _has_two_phrases(found: Found) -> bool:
    """Return True for two phrases of which neither is part of the other; weak labels must be three."""
    if len(found) == 1:
        return False
    words = {phrase.words.rstrip("*") for phrase in found}
    words -= {one for one in words for other in words if one != other and one in other}
    enough = 3 if all(phrase.place == "whole" and phrase.strength == "weak" for phrase in found) else 2
    return len(words) >= enough


def _worth(phrase: Phrase, is_line: bool) -> float:
    strong = phrase.strength == "strong"
    if phrase.place == "whole":
        return WHOLE if strong else WEAK_WHOLE
    if is_line:
        return PART if strong else WEAK_PART
    return PART_OF_SENTENCE if strong else WEAK_PART_OF_SENTENCE


def _control(page: Page, element: int, reason: Reason) -> str:
    """Describe the control around a block, or the container named for the reason; `""` without either."""
    columns, holders, signs = page.columns, body_holders(page), signed_containers(page, reason)
    for _ in range(NEAR):
        if element < 0 or element in holders:
            break
        tag = columns.element_tags[element]
        if tag in CONTROLS:
            return f"inside <{CONTROLS[tag]}>"
        if element in signs and tag != ARTICLE:
            return _evidence(page, element, signs[element])
        element = columns.parents[element]
    return ""
