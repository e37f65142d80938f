"""The reasons for a page's kind, in words: each piece of evidence as what the page does or has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import expm1

# So many of the names that speak for a kind are listed.
MAX_NAMED = 3

# By the sort of evidence; the kind of page, or what og:type says, stands in the braces.
DECLARED: Mapping[str, str] = {
    "type": "declares types of {} pages",
    "types": "declares types of {} pages several times",
    "og:type": "says in og:type that it is of the type {}",
    "generator": "is made by a system for {} pages",
    "system": "has the names that systems give to {} pages",
    "names": "names its elements as {} pages do",
    "address": "has an address like those of {} pages",
    "ends": "has an address that ends like those of {} pages",
    "host": "stands on a host for {} pages",
    "title": "has a title like those of {} pages",
}
# The kinds whose own name would say too little.
KIND_NAMES = {"other": "service and company", "person": "personal"}
# By feature; the number, its count where its logarithm is taken, or a share stands in the braces.
OTHERS: Mapping[str, str] = {
    "published": "has a date of publication",
    "address: root": "is the start of its site",
    "address: depth": "lies {value:,.0f} levels deep",
    "address: words": "has {value:,.0f} words in the last part of its address",
    "address: number": "has a number in its address",
    "address: date": "has a date in its address",
    "count: blocks": "has {count:,.0f} blocks",
    "count: text": "has {count:,.0f} letters",
    "count: times": "has {count:,.0f} times of day or dates",
    "count: code": "has {count:,.0f} blocks of code",
    "count: tables": "has {count:,.0f} rows of tables",
    "count: prices": "has {count:,.0f} prices",
    "count: headings": "has headings in {share} of its blocks",
    "count: labels discussion": "has {count:,.0f} lines as discussions have them",
    "count: labels listing": "has {count:,.0f} lines as listings have them",
    "count: labels other": "has {count:,.0f} lines as pages of people and companies have them",
    "prose in best container": "has an element with {count:,.0f} letters of running text",
    "share of prose in best container": "has {share} of its text in one element, as running text",
    "shape: width": "has blocks of {value:,.0f} letters on average",
    "shape: words": "has blocks of {value:,.0f} words on average",
    "shape: same_text": "has each text {value:,.1f} times on average",
    "shape: title_overlap": "has {share} of its words in its title",
    "shape: links": "has {value:,.1f} links in a block on average",
    "shape: commas": "has {value:,.1f} commas in a block on average",
    "shape: digits": "has digits as {share} of its signs",
    "shape: upper": "has capitals as {share} of its signs",
    "shape: quotes": "has quotation marks as {share} of its signs",
    "shape: blocks since heading": "has {value:,.0f} blocks between a text and the heading above it on average",
    "shape: depth": "has its text inside {value:,.0f} elements on average",
    "shape: parent: share of prose": "has {share} of its running text around a block on average",
    "shape: parent: mean size": "has blocks of {value:,.0f} letters beside a block on average",
    "shape: same path: blocks": "has {value:,.0f} blocks that look alike on average",
    "shape: same path: prose": "has {value:,.0f} letters of running text in blocks that look alike on average",
    "shape: same path: links": "has links in {share} of what looks alike",
    "shape: page: share of best container": "has {share} of its running text in one element",
    "shape: page: prose": "has {value:,.0f} letters of running text",
    "shape: page: links": "has {share} of its text in links",
}
# By what the feature of a block is: where that share of a page's text stands.
PLACES: Mapping[str, str] = {
    "is_prose": "in sentences",
    "bold": "in bold or in italics",
    "link_density": "in links",
    "ends_sentence": "in blocks that end as a sentence does",
    "ends_colon": "in blocks that end with a colon",
    "ends_question": "in blocks that end with a question mark",
    "opening_mark": "in blocks that begin with a sign",
    "tag p": "in paragraphs",
    "tag li": "in list items",
    "tag div": "in boxes without a meaning of their own",
    "tag h3": "in small headings",
    "tag td": "in cells of tables",
    "inner tag a": "in blocks that are one link",
    "inner tag small": "in small print",
    "in best container": "in the element with most paragraphs",
}
# "1 words" is written "1 word".
ONE = re.compile(r"\b(1 (?:word|level|block|letter|time|price|element))s\b")
INSIDE = ("somewhere inside ", "inside ")


def in_words(feature: str, value: float, read_from: Iterable[str] = ()) -> str:
    """Describe one piece of evidence, by its value and the names that it was read from.

    >>> in_words("shape: tag li", 0.41)
    'has 41% of its text in list items'
    """
    if feature in OTHERS:
        template = OTHERS[feature]
        words = template.format(value=value, count=expm1(value) if "{count" in template else 0, share=_share(value))
        return ONE.sub(r"\1", words)
    sort, _, about = feature.partition(" ")
    if sort == "shape:":
        return f"has {_share(value)} of its text {_place(about)}"
    names = ", ".join(sorted(set(read_from))[:MAX_NAMED])
    return DECLARED[sort].format(KIND_NAMES.get(about, about)) + (f" ({names})" if names else "")


def _share(value: float) -> str:
    share = f"{value:.0%}"
    return {"0%": "none", "100%": "all"}.get(share, share)


def _place(about: str) -> str:
    if about in PLACES:
        return PLACES[about]
    name = about.removeprefix(INSIDE[0]).removeprefix(INSIDE[1])
    return f"inside a {name}" if name.startswith("<") else f"inside elements named for {name}"
