"""Explanations of the classifier: why a block was removed or kept, in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from ..core.page import Page, Reason
from .classify import Classification, Flags
from .features import CONTAINER, FAR, OFFSETS

if TYPE_CHECKING:
    from ..site_memory.repeated_texts import Prior

RULE, SITE_RULE = "main_content", "main_content.site"
# Above this share of its text a container is known for what most of it is.
MOSTLY = 0.5
# Numbers of `compiled.container.Weighed.speakers_of` below 0 are not elements: this one stands for none, others for a
# caption.
NO_ELEMENT = -1
# So many features are listed on either side: those after them count for little.
MAX_LISTED = 4
# Several features are about one thing.
SUBJECTS = ("best container",)
# Contributions below this, in log-odds, are not listed: they move a probability by two hundredths at most.
FAINT = 0.1
# A block is compared with so many blocks of the other fate, spread over the page.
COMPARED = 16

Numbers = npt.NDArray[np.float64]
Describer = Callable[[float], str]
# Reason, rule and evidence of a removal.
Grounds = tuple[Reason, str, str]
CAPTION: Grounds = ("other", RULE, "a caption")

# By feature: words with the number in them.
NUMBERS = {
    "width": "{:,.0f} letters long",
    "same_text": "its text is on the page {:,.0f} times",
    "word_length": "its words have {:.1f} letters on average",
    "title_overlap": "{:.0%} of its words are in the page's title",
    "description_overlap": "{:.0%} of its words are in the page's description",
    "words": "{:,.0f} words long",
    "link_density": "{:.0%} of its text is links",
    "links": "{:,.0f} links in it",
    "sentences": "{:,.0f} ends of sentences in it",
    "commas": "{:,.0f} commas in it",
    "digits": "{:.0%} of its signs are digits",
    "upper": "{:.0%} of its signs are capitals",
    "quotes": "{:.0%} of its signs are quotation marks",
    "bars": "{:.0%} of its signs are separators, such as | and ›",
    "runs": "put together from {:,.0f} pieces of markup",
    "line_breaks": "{:,.0f} line breaks in it",
    "position": "{:.0%} of the page's blocks are before it",
    "blocks before": "{:,.0f} blocks of the page are before it",
    "blocks after": "{:,.0f} blocks from here to the page's end",
    "prose before": "{:.0%} of the page's prose is before it",
    "depth": "inside {:,.0f} elements",
    "steps from best container": "{:,.0f} levels away from the element with most paragraphs",
    "before best container": "{:,.0f} blocks before the element with most paragraphs",
    "after best container": "{:,.0f} blocks after the element with most paragraphs",
    "same path: blocks": "{:,.0f} blocks of the page are in elements like its own",
    "same path: prose": "{:,.0f} letters of prose in the mean block of elements like its own",
    "same path: links": "{:.0%} of the text in elements like its own is links",
    "place in parent": "{:.0%} of its container's blocks are before it",
    "page: blocks": "the page has {:,.0f} blocks",
    "page: prose": "the page has {:,.0f} letters of prose",
    "page: links": "{:.0%} of the page's text is links",
    "page: share of best container": "one element has {:.0%} of the page's prose",
    "list: items": "in a list of {:,.0f} items that look alike",
    "list: share of page": "in a list with {:.0%} of the page's text",
    "list: prose": "in a list of which {:.0%} is prose",
    "list: links": "in a list of which {:.0%} is links",
    "list: mean item": "in a list whose items have {:,.0f} letters on average",
    "list: blocks in item": "in a list item of {:,.0f} blocks",
    "log-odds of being article": "would be part of an article with log-odds of {:,.1f}",
    "place in item": "{:,.0f} blocks of its list item are before it",
    "blocks left in item": "{:,.0f} blocks of its list item are after it",
    "same path: items with it": "{:.0%} of the list's items have blocks in elements like its own",
    "same path: different texts": "{:.0%} of the texts in elements like its own differ",
    "same path: different but for numbers": "{:.0%} of the texts in elements like its own differ by more than numbers",
    "same path: share of page": "elements like its own have {:.0%} of the page's text",
    "same path: mean size": "{:,.0f} letters in the mean block of elements like its own",
}
# Numbers that read better as words.
EXACT: dict[tuple[str, float], str] = {
    ("same_text", 1): "its text is on the page once",
    ("links", 0): "no links in it",
    ("sentences", 0): "no end of a sentence in it",
    ("commas", 0): "no commas in it",
    ("link_density", 0): "none of its text is links",
    ("link_density", 1): "all of its text is links",
    ("title_overlap", 0): "none of its words are in the page's title",
    ("description_overlap", 0): "none of its words are in the page's description",
    ("runs", 1): "in one piece of markup",
    ("steps from best container", 0): "in the element with most paragraphs",
    ("before best container", 0): "not before the element with most paragraphs",
    ("after best container", 0): "not after the element with most paragraphs",
    ("same path: blocks", 1): "no other block of the page is in elements like its own",
    ("same path: prose", 0): "no prose in elements like its own",
    ("same path: links", 0): "no links in elements like its own",
    ("list: items", 0): "in no list of items that look alike",
    ("place in item", -1): "in no list of items that look alike",
    ("blocks left in item", -1): "in no list of items that look alike",
}
HOLDINGS = dict(zip(CONTAINER, (
    "{where} holds {value:,.0f} letters", "{where} has {value:.0%} of the page's prose",
    "{value:.0%} of the text in {where} is prose", "{value:.0%} of the text in {where} is links",
    "{where} holds {value:,.0f} blocks", "{value:,.0f} letters in the mean block of {where}",
), strict=True))  # fmt: skip
WHERE = {"parent": "its container", "grandparent": "the element around its container"}
# By feature: the words for yes and for no.
ANSWERS = {
    "is_prose": ("reads as prose", "does not read as prose"),
    "bold": ("in bold or in italics", "in plain type"),
    "ends_sentence": ("ends like a sentence", "does not end like a sentence"),
    "ends_colon": ("ends with a colon", "does not end with a colon"),
    "ends_question": ("ends with a question mark", "does not end with a question mark"),
    "starts_lower": ("begins with a small letter", "does not begin with a small letter"),
    "opening_mark": ("begins with a sign", "begins with a letter or digit"),
    "in best container": ("inside the element with most paragraphs", "outside the element with most paragraphs"),
    "hidden": ("hidden by its markup", "not hidden by its markup"),
    "held by the container rule": ("inside the container of an article", "outside the container of an article"),
}
# By feature: the thing whose distance it measures, and the side on which it is.
DISTANCES = {
    "blocks since prose": ("prose", "before it"),
    "blocks until prose": ("prose", "after it"),
    "blocks since h1": ("an <h1>", "before it"),
    "blocks since heading": ("a heading", "before it"),
}
# By the first words of a feature, of which the rest is a tag, a group of names or a reason: yes and no.
NAMED = {
    "tag": ("is {}", "is no {}"),
    "inner tag": ("all of it in one {}", "not all of it in one {}"),
    "inside": ("close inside {}", "no {} close around it"),
    "somewhere inside": ("inside {}", "no {} around it"),
    "marked": ("taken for {}", "not taken for {}"),
    "page is": ("on a page whose kind is {}", "on a page whose kind is not {}"),
}
# "1 words" is written "1 word".
ONE = re.compile(r"\b(1 (?:letter|word|link|end|comma|block|level|element|piece|line break|time|item))s\b")
BESIDE = {-2: "two blocks before", -1: "the block before", 1: "the block after", 2: "two blocks after"}


class RemovalGrounds:
    """Reason, rule and evidence for the blocks of one page that the classifier removes."""

    def __init__(self, page: Page, classification: Classification) -> None:
        self.page = page
        self.container, self.features = classification.container, classification.features
        self._first, self._last, self._outside = self._body()

    def by_element(self, elements: Iterable[int]) -> dict[int, Grounds]:
        """Return the grounds for blocks inside these elements, whose names or tags give a reason, and for captions.

        Elements are those of `compiled.container.Weighed.speakers_of`. A few of them hold many blocks.
        """
        return {
            element: self._inside(element) if element >= 0 else CAPTION for element in elements if element != NO_ELEMENT
        }

    def by_site(self, prior: Prior) -> Grounds:
        """Return the grounds for a block that its own features would keep and the other pages of its site remove."""
        from ..site_memory.sketch import last_step

        memory, known = self.page.site_memory, prior.container
        site, sampled, body = (memory.site, memory.sampled, memory.body) if memory else ("", 0, "")
        reason: Reason = "link-list" if known.linked > MOSTLY else "other"
        said = f"below the articles in <{last_step(body)}>" if prior.is_below_body else "mostly not article"
        where = f"inside <{last_step(known.path)}>, {said}"
        seen = f", last seen {known.last_seen}" if known.last_seen else ""
        return reason, SITE_RULE, f"{where} on the {known.articles} of {sampled} articles of {site} that have it{seen}"

    def by_feature(self, position: int, column: int, value: float) -> Grounds:
        """Return the grounds for another block: its links, its place, and the feature that counts most against it.

        `value` is that of the feature in this `column` of the table.
        """
        feature = self.features[column]
        strongest = f"strongest evidence: {describe(feature, value)}"
        if self.container.weighed.linked[position]:
            share = self.page.columns.link_chars[position] / self.page.columns.block_length(position)
            links = f"{share:.0%} of its text is links"
            return "link-list", RULE, links if feature == "link_density" else f"{links}; {strongest}"
        if not self._first <= position <= self._last:
            return "navigation", RULE, f"{self._outside}; {strongest}"
        return "other", RULE, f"unlike the article around it; {strongest}"

    def _inside(self, element: int) -> Grounds:
        found = self.container.named(element)
        assert found is not None  # its own name or tag gives the reason
        return found[0], RULE, f"inside {self.page.columns.start_tag(element)}"

    def _body(self) -> tuple[int, int, str]:
        """Return the first and last block of the body, and the words for a block outside it; without a body all."""
        body, outline = self.container.body, self.container.outline
        if body is None:
            return 0, len(self.page.blocks), ""
        outside = f"outside {self.page.columns.start_tag(body)}, which holds the article"
        return outline.first[body], outline.last[body], outside


class BlockExplanation(NamedTuple):
    """Why a block was kept or removed: its probability of being article, and what counts for and against it.

    Blocks below `threshold` are removed. `speaks_for` and `speaks_against` list how the block differs from the blocks
    of the other fate, what counts most first. `rule` and `memory` are what the rule about containers and the other
    pages of the site add, in log-odds.
    """

    probability: float
    threshold: float
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    rule: float
    memory: float


@dataclass(frozen=True)
class Scores:
    """The scores of a page's blocks, from which a threshold decides.

    `article` has the probabilities of being article, which decide for the blocks that are open (see
    `Classification`); `by_itself` those that the page alone gives; `priors` for each block what the other pages of the
    site say of its container. Open blocks below `threshold` are removed.
    """

    classification: Classification
    article: Numbers
    by_itself: Numbers
    priors: list[Prior | None]
    threshold: float

    def probabilities(self) -> dict[int, float]:
        """Return the probability of being article of each open block, by position."""
        positions = np.flatnonzero(self.classification.is_open).tolist()
        return {position: float(self.article[position]) for position in positions}

    def explain(self, position: int) -> BlockExplanation:
        """Explain the fate of one open block."""
        found, prior = self.classification, self.priors[position]
        own = found.table[position]
        columns, contributions = _contributions(found, position, self.article >= self.threshold)
        order = np.argsort(contributions, kind="stable")
        ranked = [(found.features[columns[i]], float(own[columns[i]]), float(contributions[i])) for i in order]
        rule = float(found.log_odds[position] - found.trees.log_odds(found.table[position : position + 1])[0])
        return BlockExplanation(
            float(self.article[position]),
            self.threshold,
            _described((name, value) for name, value, contribution in ranked[::-1] if contribution > FAINT),
            _described((name, value) for name, value, contribution in ranked if contribution < -FAINT),
            rule,
            prior.log_odds if prior else 0.0,
        )


def _described(features: Iterable[tuple[str, float]]) -> tuple[str, ...]:
    """Describe the first of these features; of those about one thing only the first."""
    by_subject: dict[str, str] = {}
    for name, value in features:
        subject = next((subject for subject in SUBJECTS if name.endswith(subject)), name)
        by_subject.setdefault(subject, describe(name, value))
    return tuple(dict.fromkeys(by_subject.values()))[:MAX_LISTED]


def _contributions(found: Classification, position: int, is_article: Flags) -> tuple[npt.NDArray[np.intp], Numbers]:
    """Return how much each feature adds to a block's log-odds: what the trees lose with the value of another block.

    That is the mean over blocks of the other fate. Features with the value that all of these have are left out.
    """
    own = found.table[position]
    others = found.table[found.is_open & (is_article != is_article[position])]
    others = others[np.unique(np.linspace(0, len(others) - 1, COMPARED).astype(int))] if len(others) else others
    asked = np.unique(found.trees.questions)
    columns = asked[(others[:, asked] != own[asked]).any(axis=0)]
    if not len(columns):
        return columns, np.zeros(0)
    changed = np.tile(own, (len(columns), len(others), 1))
    for number, column in enumerate(columns):
        changed[number, :, column] = others[:, column]
    log_odds = found.trees.log_odds(changed.reshape(-1, len(own)))
    as_is = found.trees.log_odds(found.table[position : position + 1])[0]
    contributions: Numbers = as_is - log_odds.reshape(len(columns), len(others)).mean(axis=1)
    return columns, contributions


def describe(feature: str, value: float) -> str:
    """Describe a block by a value of one of its features (see `features.FEATURES`).

    >>> describe("block +1: link_density", 0.534)
    'the block after: 53% of its text is links'
    """
    return _describer(feature)(value)


@cache
def _describer(feature: str) -> Describer:
    """Return the function that describes values of one feature: a page asks for dozens."""
    for offset in OFFSETS:
        name = feature.removeprefix(f"block {offset:+d}: ")
        if name != feature:
            return partial(_beside, BESIDE[offset], _describer(name))
    if feature in NUMBERS:
        exact = {value: words for (name, value), words in EXACT.items() if name == feature}
        return partial(_numbered, NUMBERS[feature], exact)
    if feature in ANSWERS:
        return partial(_answered, *ANSWERS[feature])
    if feature in DISTANCES:
        return partial(_distance, *DISTANCES[feature])
    place, _, held = feature.partition(": ")
    if place in WHERE:
        return partial(_numbered, HOLDINGS[held].replace("{where}", WHERE[place]).replace("{value:", "{:"), {})
    return partial(_answered, _named_feature(feature, is_so=True), _named_feature(feature, is_so=False))


def _beside(where: str, describer: Describer, value: float) -> str:
    return f"{where}: {'none' if value < 0 else describer(value)}"


def _numbered(words: str, exact: dict[float, str], value: float) -> str:
    if value in exact:
        return exact[value]
    described = words.format(value)
    return ONE.sub(r"\1", described) if "1 " in described else described


def _answered(yes: str, no: str, value: float) -> str:
    return yes if value else no


def _distance(what: str, side: str, value: float) -> str:
    blocks = int(value)
    if blocks == 0:
        return f"{what} itself"
    if blocks >= FAR:
        return f"no {what.removeprefix('an ').removeprefix('a ')} in the {FAR} blocks {side}"
    return f"{what} {blocks} {'block' if blocks == 1 else 'blocks'} {side}"


def _named_feature(feature: str, *, is_so: bool) -> str:
    kind = next(kind for kind in sorted(NAMED, key=len, reverse=True) if feature.startswith(f"{kind} "))
    name = feature.removeprefix(f"{kind} ")
    if "tag" in kind:
        name = f"<{name}>"
    elif "inside" in kind and not name.startswith("<"):
        name = f"{'an ' if is_so else ''}element whose name says {name}"
    return NAMED[kind][not is_so].format(name)
