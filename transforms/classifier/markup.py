"""Evidence in the elements around a block: what their tags are and what their names speak for."""

from __future__ import annotations

from ..matching.names import GROUP_BITS, GROUPS

TAGS = (
    "p", "div", "li", "h1", "h2", "h3", "h4", "td", "tr", "blockquote", "pre", "button", "figcaption", "dt", "dd",
    "section", "article", "header", "footer", "form",
)  # fmt: skip
INNER_TAGS = ("a", "strong", "b", "em", "i", "span", "time", "small", "label", "font")
REGIONS = (
    "nav", "header", "footer", "aside", "main", "article", "form", "figure", "table", "ul", "ol", "blockquote",
    "section", "a", "dl", "details", "button",
)  # fmt: skip
# An element's own marks are a mask with a bit for each of these.
MARKS = tuple(f"<{tag}>" for tag in REGIONS) + GROUPS
REGION_BITS = {tag: 1 << number for number, tag in enumerate(REGIONS)}

NAMES = (
    *(f"tag {tag}" for tag in TAGS),
    *(f"inner tag {tag}" for tag in INNER_TAGS),
    *(f"inside {mark}" for mark in MARKS),
    *(f"somewhere inside {mark}" for mark in MARKS),
)

FOREIGN = ("comments", "footer", "navigation", "related", "sidebar", "cookie-notice", "overlay", "advert")
FOREIGN_BITS = sum(GROUP_BITS[group] << len(REGIONS) for group in FOREIGN)
