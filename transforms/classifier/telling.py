"""Evidence in words: what a feature's value says of a block, as a person would say it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial

from .place import CONTAINER, FAR
from .table import OFFSETS

Teller = Callable[[float], str]

# By feature: what a number says, with the number in it.
NUMBERS = {
    "width": "{:,.0f} letters long",
    "same_text": "its text stands {:,.0f} times on the page",
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
    "position": "{:.0%} of the page's blocks stand before it",
    "blocks before": "{:,.0f} blocks of the page stand before it",
    "blocks after": "{:,.0f} blocks from here to the page's end",
    "prose before": "{:.0%} of the page's prose stands before it",
    "depth": "inside {:,.0f} elements",
    "steps from best container": "{:,.0f} levels away from the element with most paragraphs",
    "before best container": "{:,.0f} blocks before the element with most paragraphs",
    "after best container": "{:,.0f} blocks after the element with most paragraphs",
    "same path: blocks": "{:,.0f} blocks of the page are in elements like its own",
    "same path: prose": "{:,.0f} letters of prose in the mean block of elements like its own",
    "same path: links": "{:.0%} of what is in elements like its own is links",
    "place in parent": "{:.0%} of its container's blocks stand before it",
    "page: blocks": "the page has {:,.0f} blocks",
    "page: prose": "the page has {:,.0f} letters of prose",
    "page: links": "{:.0%} of the page's text is links",
    "page: share of best container": "one element holds {:.0%} of the page's prose",
}
# Numbers that read better as words.
EXACT: dict[tuple[str, float], str] = {
    ("same_text", 1): "its text stands on the page once",
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
}
HELD = dict(zip(CONTAINER, (
    "{where} holds {value:,.0f} letters", "{where} holds {value:.0%} of the page's prose",
    "{value:.0%} of what {where} holds is prose", "{value:.0%} of what {where} holds is links",
    "{where} holds {value:,.0f} blocks", "{value:,.0f} letters in the mean block of {where}",
), strict=True))  # fmt: skip
WHERE = {"parent": "its container", "grandparent": "the element around its container"}
# By feature: what yes and no say.
ANSWERS = {
    "is_prose": ("reads as prose", "does not read as prose"),
    "bold": ("in bold or in italics", "in plain type"),
    "ends_sentence": ("ends as a sentence does", "does not end as a sentence does"),
    "ends_colon": ("ends with a colon", "does not end with a colon"),
    "ends_question": ("ends with a question mark", "does not end with a question mark"),
    "starts_lower": ("begins with a small letter", "does not begin with a small letter"),
    "opening_mark": ("begins with a sign", "begins with a letter or digit"),
    "in best container": ("inside the element with most paragraphs", "outside the element with most paragraphs"),
    "hidden": ("hidden by its markup", "not hidden by its markup"),
}
# By feature: what is looked for before the block, or behind it.
SOUGHT = {
    "blocks since prose": ("prose", "before it"),
    "blocks until prose": ("prose", "after it"),
    "blocks since h1": ("an <h1>", "before it"),
    "blocks since heading": ("a heading", "before it"),
}
# By the first words of a feature, the rest being a tag or what names stand for: what yes and no say.
NAMED = {
    "tag": ("is {}", "is no {}"),
    "inner tag": ("all of it in one {}", "not all of it in one {}"),
    "inside": ("close inside {}", "no {} close around it"),
    "somewhere inside": ("inside {}", "no {} around it"),
    "marked": ("taken for {}", "not taken for {}"),
}
# What is told as a number of these is told of one of them too.
ONE = re.compile(r"\b(1 (?:letter|word|link|end|comma|block|level|element|piece|line break|time))s\b")
BESIDE = {-2: "two blocks before", -1: "the block before", 1: "the block after", 2: "two blocks after"}


def told(feature: str, value: float) -> str:
    """What a value of a feature (`table.FEATURES`) says of the block.

    >>> told("block +1: link_density", 0.534)
    'the block after: 53% of its text is links'
    """
    return _teller(feature)(value)


@cache
def _teller(feature: str) -> Teller:
    """What puts the values of one feature into words: a page asks for dozens."""
    for offset in OFFSETS:
        name = feature.removeprefix(f"block {offset:+d}: ")
        if name != feature:
            return partial(_beside, BESIDE[offset], _teller(name))
    if feature in NUMBERS:
        exact = {value: words for (name, value), words in EXACT.items() if name == feature}
        return partial(_numbered, NUMBERS[feature], exact)
    if feature in ANSWERS:
        return partial(_answered, *ANSWERS[feature])
    if feature in SOUGHT:
        return partial(_sought, *SOUGHT[feature])
    place, _, held = feature.partition(": ")
    if place in WHERE:
        return partial(_numbered, HELD[held].replace("{where}", WHERE[place]).replace("{value:", "{:"), {})
    return partial(_answered, _named(feature, is_so=True), _named(feature, is_so=False))


def _beside(where: str, teller: Teller, value: float) -> str:
    return f"{where}: {'none' if value < 0 else teller(value)}"


def _numbered(words: str, exact: dict[float, str], value: float) -> str:
    if value in exact:
        return exact[value]
    said = words.format(value)
    return ONE.sub(r"\1", said) if "1 " in said else said


def _answered(yes: str, no: str, value: float) -> str:
    return yes if value else no


def _sought(what: str, side: str, value: float) -> str:
    blocks = int(value)
    if blocks == 0:
        return f"{what} itself"
    if blocks >= FAR:
        return f"no {what.removeprefix('an ').removeprefix('a ')} in the {FAR} blocks {side}"
    return f"{what} {blocks} {'block' if blocks == 1 else 'blocks'} {side}"


def _named(feature: str, *, is_so: bool) -> str:
    kind = next(kind for kind in sorted(NAMED, key=len, reverse=True) if feature.startswith(f"{kind} "))
    name = feature.removeprefix(f"{kind} ")
    if "tag" in kind:
        name = f"<{name}>"
    elif "inside" in kind and not name.startswith("<"):
        name = f"{'an ' if is_so else ''}element whose name says {name}"
    return NAMED[kind][not is_so].format(name)
