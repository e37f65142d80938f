"""Page furniture by words: how much speaks for a short block being a prompt, a button's label or a notice."""

from __future__ import annotations

from ..core.columns import Columns
from ..core.page import Page, Reason, Removal
from ..core.tags import TAG_NUMBERS
from .furniture import body_holders, evidence, signed_containers
from .phrases import Found, Phrase, phrases_of
from .wording import block_measures

# A block of one short line; longer ones are sentences, in which a phrase may be part of what an article says.
MAX_LINE_WIDTH = 90
# What a phrase is worth, by strength, whether it fills the block, and whether the block is a short line. A strong
# label that fills its line is enough by itself; a sentence needs a second piece of evidence. The weights were
# set by hand on half of the evaluation sets and checked on the other half.
WHOLE, PART, PART_OF_SENTENCE = 0.8, 0.6, 0.4
WEAK_WHOLE, WEAK_PART, WEAK_PART_OF_SENTENCE = 0.3, 0.2, 0.1
# What circumstances are worth: another phrase, each neighbour that has one, controls or a container that speaks
# for the same, links, standing before the first or after the last running text.
SECOND, SECOND_IN_SENTENCE, NEIGHBOUR, MAX_NEIGHBOURS = 0.3, 0.15, 0.15, 0.45
CONTROL, LINK, EDGE = 0.3, 0.1, 0.1
BESIDE = (-2, -1, 1, 2)
# The word that joins the last of several names is one; a clause has more.
MIN_SAID_BEHIND_COMMA = 2
NEAR = 4
CONTROLS = {TAG_NUMBERS[tag]: tag for tag in ("button", "form", "label", "fieldset", "legend", "dialog")}
ARTICLE = TAG_NUMBERS["article"]
MIN_LINK_DENSITY = 0.3


def word_removals(page: Page, reason: Reason, rule: str, min_score: float) -> dict[int, Removal]:
    """Marks for the blocks whose words, and what stands around them, score at least `min_score` for a reason."""
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
            said = said_in_words(own[position], page.columns.block_text(position))
            removals[position] = Removal(reason, f"{rule}.words", said + circumstances, round(min(score, 1.0), 2))
    return removals


def _prose_edges(columns: Columns) -> tuple[int, int]:
    """The positions of the first and the last running text; beyond the last block and before the first without any."""
    _, prose = block_measures(columns)
    first = next((i for i, size in enumerate(prose) if size), len(prose))
    return first, next((i for i in range(len(prose) - 1, -1, -1) if prose[i]), -1)


def said_in_words(found: Found, text: str) -> str:
    """The strongest phrase, for the ledger."""
    best = max(
        found, key=lambda phrase: (phrase.strength == "strong", phrase.place == "whole", len(phrase.words.rstrip("*")))
    )
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
    if _says_two_things(found):
        score += SECOND if is_line else SECOND_IN_SENTENCE
    company = _company(position, own)
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
    """True for a line that says more behind a comma than names: "Follow us on Facebook, says the mayor"."""
    words = text.partition(",")[2].split()
    return sum(word[0].islower() for word in words) >= MIN_SAID_BEHIND_COMMA


def _company(position: int, own: dict[int, Found]) -> int:
    """How many neighbours have a phrase that tells; none where all say the same words: the marks of a table."""
    near = [own[position + offset] for offset in BESIDE if position + offset in own]
    if not near:
        return 0
    telling = [found for found in near if any(one.place == "whole" or one.strength == "strong" for one in found)]
    said = {phrase.words for phrase in own[position]}
    return len(telling) if any(phrase.words not in said for found in telling for phrase in found) else 0


def _says_two_things(found: Found) -> bool:
    """True for two phrases of which neither is part of the other; of weak labels it takes three."""
    if len(found) == 1:
        return False
    said = {phrase.words.rstrip("*") for phrase in found}
    said -= {one for one in said for other in said if one != other and one in other}
    enough = 3 if all(phrase.place == "whole" and phrase.strength == "weak" for phrase in found) else 2
    return len(said) >= enough


def _worth(phrase: Phrase, is_line: bool) -> float:
    strong = phrase.strength == "strong"
    if phrase.place == "whole":
        return WHOLE if strong else WEAK_WHOLE
    if is_line:
        return PART if strong else WEAK_PART
    return PART_OF_SENTENCE if strong else WEAK_PART_OF_SENTENCE


def _control(page: Page, element: int, reason: Reason) -> str:
    """What the block stands in that a reader can use, or that is named for the reason."""
    columns, holders, signs = page.columns, body_holders(page), signed_containers(page, reason)
    for _ in range(NEAR):
        if element < 0 or element in holders:
            break
        tag = columns.element_tags[element]
        if tag in CONTROLS:
            return f"inside <{CONTROLS[tag]}>"
        if element in signs and tag != ARTICLE:
            return evidence(page.elements[element], signs[element])
        element = columns.parents[element]
    return ""


NOUNS: dict[Reason, str] = {
    "comments": "comment widgets",
    "sharing": "share bars",
    "sign-up": "sign-up prompts",
    "cookie-notice": "cookie notices",
    "advert": "adverts",
}
