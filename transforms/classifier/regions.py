"""Regions that are not the article, though they hold as much running text: sidebars, footers, boxes about the author
beside a short post, and articles that a page loads below its own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..core.columns import Columns
from ..core.page import Page, Reason, Removal
from ..core.rows import TAG_NUMBERS
from ..matching.names import GROUP_BITS, name_words
from ..matching.outline import outline_of
from ..matching.wording import normalise
from .classify import NAMED, ArticleContainer
from .features import REASON_NUMBERS

# A post makes the names of regions believable if it has so much text outside of them that is not linked.
MIN_POST_TEXT = 100
# Of posts inside each other the innermost counts that has this share of what the outermost has.
NEARLY_ALL = 0.8
# A region is the article's wrapper if this share of its running text lies in posts. A teaser is shorter than a post.
MAX_POSTS, MIN_POST = 0.5, 600
# Regions stand in few wrappers of their own; only the outermost are looked at.
MAX_REGIONS = 12
# Words of names that no wrapper of an article has by chance. A "widget" or a "left column" may hold anything.
REGION_WORDS = frozenset(
    "aside author authorbio authorbox authorinfo authors auteur autor bio colophon complementary entrymeta footer "
    "header pagefooter postmeta rail secondary sidebar sidecolumn sitefooter tertiary".split()
)
ARTICLE, HEADER = GROUP_BITS["article"], GROUP_BITS["header"]
# Boxes with these names stand inside the post that they belong to; sidebars and footers stand beside it.
INSIDE_POSTS = GROUP_BITS["byline"] | GROUP_BITS["tags"]
BOILERPLATE = sum(GROUP_BITS[group] for group in NAMED if group not in ("caption", "disclaimer"))
# A page loads few more articles below its own, which has a few paragraphs. The entries of a live report are more.
MAX_APPENDED, MIN_OWN_PROSE = 3, 300
# A page with more h1 elements uses them for something other than headlines.
MAX_HEADLINES = 50
ARTICLE_TAG = TAG_NUMBERS["article"]
# What such a name marks holds no post.
CLOSED = [REASON_NUMBERS[reason] for reason in ("comments", "cookie-notice", "sharing", "sign-up", "advert")]

Numbers = npt.NDArray[np.int64]


class Regions(NamedTuple):
    """Elements, by index: `beside` are the regions, outermost only, and `post` is what they stand beside."""

    beside: list[int]
    post: int


def regions_beside_post(page: Page, container: ArticleContainer) -> Regions | None:
    """Find the regions that are named for a sidebar, a footer or an author, although they hold much of the prose.

    The container rule does not believe a name where an element holds much of a page's running text: a body inside
    "has-sidebar" is still the body. But a short post has less text than the sidebar beside it. The name is right where
    another element is named for a post, has text of its own, and the region has no post inside.
    """
    doubted = [element for element in container.weighed.regions[:MAX_REGIONS] if _is_named_region(page, element)]
    if not doubted:
        return None
    outline = container.outline
    first, last, groups = (np.array(values) for values in (outline.first, outline.last, outline.groups))
    is_open = np.frombuffer(container.removed, dtype=np.uint8) == 0
    is_post = (groups & ARTICLE != 0) & (groups & BOILERPLATE == 0) & (first <= last)
    prose = _sums(np.array(outline.block_prose) * is_open)
    regions = [region for region in doubted if not _holds_posts(region, is_post, first, last, prose)]
    own_text = _unlinked(page) * is_open
    for region in regions:
        own_text[first[region] : last[region] + 1] = 0
    own = _sums(own_text)
    is_post &= ~np.isin(np.array(container.weighed.reasons), CLOSED)
    posts = np.flatnonzero(is_post)
    sizes = own[last[posts] + 1] - own[first[posts]]
    most = sizes.max(initial=0)
    if most < MIN_POST_TEXT:
        return None
    post = int(posts[np.flatnonzero(sizes >= NEARLY_ALL * most)[-1]])
    start, end = first[post], last[post]
    beside: list[int] = []
    for region in regions:
        is_inside = start <= first[region] and last[region] <= end
        is_around = first[region] <= start and end <= last[region]
        is_behind_header = groups[region] & HEADER and last[region] >= start
        is_nested = beside and last[region] <= last[beside[-1]]
        if (not is_inside or groups[region] & INSIDE_POSTS) and not (is_around or is_behind_header or is_nested):
            beside.append(region)
    return Regions(beside, post) if beside else None


def removals_of(page: Page, regions: Regions) -> dict[int, Removal]:
    """Return removals for the blocks of these regions."""
    outline, post = outline_of(page), page.columns.start_tag(regions.post)
    marks: dict[int, Removal] = {}
    for region in regions.beside:
        evidence = f"inside {page.columns.start_tag(region)}, beside {post}"
        marks |= dict.fromkeys(outline.blocks_in(region), Removal(_reason(page, region), "main_content", evidence, 0.7))
    return marks


def appended_articles(page: Page) -> dict[int, Removal]:
    """Return removals for the articles below the page's own: each in an `<article>` with a headline of its own.

    The page's title names the first of them only.
    """
    columns = page.columns
    if page.is_text or not 1 < columns.tags.count(TAG_NUMBERS["h1"]) <= MAX_HEADLINES:
        return {}
    title = normalise(page.head.title)
    found = [(i, _article_around(columns, columns.elements[i])) for i in columns.tagged(["h1"])]
    named = [(said, element) for i, element in found if element >= 0 and (said := normalise(columns.block_text(i)))]
    own = next((element for said, element in named if said in title), -1)
    outline = outline_of(page)
    if own < 0 or outline.prose[own] < MIN_OWN_PROSE:
        return {}
    below = [(said, element) for said, element in named if outline.first[element] > outline.last[own]]
    if len(below) > MAX_APPENDED or any(said in title for said, _ in below):
        return {}
    marks: dict[int, Removal] = {}
    for _, element in below:
        evidence = f"inside {columns.start_tag(element)}, another article below the page's own"
        marks |= dict.fromkeys(outline.blocks_in(element), Removal("link-list", "main_content", evidence, 0.8))
    return marks


def _article_around(columns: Columns, element: int) -> int:
    """Return the innermost `<article>` around an element, or -1."""
    while element >= 0 and columns.element_tags[element] != ARTICLE_TAG:
        element = columns.parents[element]
    return element


def _is_named_region(page: Page, element: int) -> bool:
    """Return True for an element whose tag says that it is a region, or that has one of `REGION_WORDS` in a name."""
    row = page.elements[element]
    return row.tag in ("aside", "footer") or not REGION_WORDS.isdisjoint(name_words((row.id, *row.classes)))


def _reason(page: Page, element: int) -> Reason:
    groups = outline_of(page).group_names(element)
    return next((NAMED[group] for group in NAMED if group in groups), "navigation")


def _holds_posts(element: int, is_post: npt.NDArray[np.bool_], first: Numbers, last: Numbers, sums: Numbers) -> bool:
    """Return True if most of an element's running text lies in posts inside it."""
    in_posts, end = 0, -1
    for post in np.flatnonzero(is_post & (first >= first[element]) & (last <= last[element])).tolist():
        size = int(sums[last[post] + 1] - sums[first[post]])
        if first[post] > end and size >= MIN_POST:
            in_posts, end = in_posts + size, int(last[post])
    return in_posts >= MAX_POSTS * int(sums[last[element] + 1] - sums[first[element]])


def _unlinked(page: Page) -> Numbers:
    """Return for each block the width of its text outside of links."""
    columns = page.columns
    chars = np.maximum(np.diff(np.array(columns.starts)), 1)
    width: Numbers = (np.array(outline_of(page).block_width) * (1 - np.array(columns.link_chars) / chars)).astype(int)
    return width


def _sums(prose: Numbers) -> Numbers:
    sums: Numbers = np.concatenate(([0], np.cumsum(prose)))
    return sums
