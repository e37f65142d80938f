"""What a site's memory says about the blocks of one of its pages: the site prior, and which are templates.

The site prior is log-odds, container by container, that the classifier adds to the page's own evidence. Templates are
texts that many articles of the site carry. Articles repeat texts of their own, too: "Ingredients", "Pros", an author's
farewell. Four sorts of evidence tell these from templates: how many articles have the text, where it is in them,
what is below it, and how sure the pages themselves are that it is article.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import Page
from ..matching.wording import block_measures, block_prints, is_prose, normalise, width
from .derive import SHORT_CHARS, WHOLE_PAGE, Container, SiteMemory, Template
from .sketch import SEPARATOR, box_of, container_paths, enclosing, tag_of

LogOdds = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intc]
Flags = npt.NDArray[np.bool_]

# The weight of a container's record on the site's other pages, beside the evidence of this page: PRIOR_WEIGHT times
# its mean log-odds for many pages, half of that for HALF_WEIGHT_PAGES pages. Chosen on sixteen sites whose pages were
# scored by trees trained without the site. From 1 to 2 and from 3 to 8 no figure moves by more than .002.
PRIOR_WEIGHT = 1.4
HALF_WEIGHT_PAGES = 3
# Means are cut off at this value.
MAX_LOG_ODDS = 6.0
# A mean nearer to 0 says only that the site's pages disagree about the container: a box below the article, a table of
# contents. Then the page decides alone.
UNDECIDED_LOG_ODDS = 1.2
# Short blocks are compared with the short blocks of their container, if so many articles have some. A date beside the
# paragraphs of an article says nothing that they say.
MIN_SHORT_ARTICLES = 2
# The record of an outer container counts less for an unknown one inside it.
UNKNOWN_INSIDE = 0.5
# Below the body, the container that has the site's articles, are boxes: the data of a product, the life of an author.
# So these log-odds, for many pages, replace a record there that is unclear, or in favour but not sure.
BELOW_BODY_LOG_ODDS = -3.0
MIN_SURE_LOG_ODDS = 2.5


class Prior(NamedTuple):
    """The log-odds that one container's record adds to a block in it, and the record.

    `is_below_body` is true where the record is undecided and the place of the block, below the site's articles, speaks.
    """

    log_odds: float
    container: Container
    is_below_body: bool = False


def container_priors(page: Page) -> list[Prior | None]:
    """Look up, for each block, its container in the site's memory, or the nearest one around it.

    Returns:
        One entry for each block. None if the memory knows only the whole page around it, or if rules before main
        content remove all that its container has; and where its container speaks for a text that several articles
        carry, but their own evidence speaks against. None for every block if the page has no site memory, or one of
        too few articles.
    """
    memory = page.site_memory
    elements = page.columns.elements
    if memory is None or not memory.is_believed:
        return [None] * len(elements)
    paths = container_paths(page)
    numbers = np.asarray(paths.numbers)[elements]
    is_short = np.diff(page.columns.starts) < SHORT_CHARS
    # A key is the number of the path, and whether the block is below the site's articles, and short.
    keys = (4 * numbers + 2 * _below_body(paths.distinct, numbers, memory.body) + is_short).tolist()
    of_key = {key: _prior(paths.distinct[key // 4], key % 2 == 1, key // 2 % 2 == 1, memory) for key in set(keys)}
    priors = [of_key[key] for key in keys]
    exact, boxes = block_prints(page.columns)[0], [box_of(path) for path in paths.distinct]
    for position in page.kept_positions():
        prior = priors[position]
        if prior is not None and prior.log_odds > 0 and exact[position]:
            found = memory.template(exact[position], boxes[numbers[position]])
            if found is not None and _is_doubted(found):
                priors[position] = None
    return priors


def _below_body(paths: Sequence[str], numbers: Numbers, body: str) -> Flags:
    """Return whether each block, of the container with this number, is below the last one of the site's `body`."""
    inside = body + SEPARATOR
    is_inside = np.array([bool(body) and (path + SEPARATOR).startswith(inside) for path in paths], dtype=np.bool_)
    places = np.flatnonzero(is_inside[numbers])
    return np.arange(len(numbers)) > (places[-1] if len(places) else len(numbers))


def _prior(path: str, is_short: bool, is_below: bool, memory: SiteMemory) -> Prior | None:
    """Return what the container with this path adds to a block, which is short or not, and below the body or not."""
    known, weight = memory.container(path), 1.0
    while known is None and (path := enclosing(path)):
        known, weight = memory.container(path), UNKNOWN_INSIDE
    if known is None or known.marked == 1 or tag_of(path) in WHOLE_PAGE:
        return None
    articles, mean = known.articles, known.log_odds
    is_own_kind = known.short_articles >= MIN_SHORT_ARTICLES and abs(known.short_log_odds) >= UNDECIDED_LOG_ODDS
    if is_short and is_own_kind:
        articles, mean = known.short_articles, known.short_log_odds
    confidence = articles / (articles + HALF_WEIGHT_PAGES)
    # The record of what is around the body is the body's.
    is_sure = mean >= MIN_SURE_LOG_ODDS and not memory.body.startswith(path + SEPARATOR)
    if is_below and mean > -UNDECIDED_LOG_ODDS and not is_sure:
        return Prior(BELOW_BODY_LOG_ODDS * confidence, known, True)
    if abs(mean) < UNDECIDED_LOG_ODDS:
        return Prior(0.0, known)
    return Prior(PRIOR_WEIGHT * weight * confidence * min(max(mean, -MAX_LOG_ODDS), MAX_LOG_ODDS), known)


def prior_log_odds(priors: list[Prior | None]) -> LogOdds:
    """Return the log-odds of each block's prior; 0 for a block without one."""
    return np.array([prior.log_odds if prior else 0.0 for prior in priors])


# A text is a template if at least so many articles carry it, and so large a share of those that have its box.
MIN_CARRIERS = 4
MIN_SHARE = 0.7
# Its place. A template whose copies mostly stand near the edges of articles may be of any length; inside an article it
# is as long as a sentence, or it is set in.
MIN_EDGE_SHARE = 0.5
MIN_SENTENCE_WIDTH = 30
# A label that is set into articles, a badge over an advert or "View at the shop" below each product, is on so large a
# share of them. It heads nothing, and the pages themselves doubt it, or it is nothing but a link.
MIN_SET_IN_SHARE = 0.5
MIN_LINK_SHARE = 0.9
# A paragraph that a site puts below a part of its articles, a call to comment: on so many of them and so large a share,
# always at the edge, and longer than a sentence. Authors repeat shorter ones.
MIN_CLOSING_CARRIERS = 8
MIN_CLOSING_SHARE = 1 / 3
MIN_CLOSING_EDGE_SHARE = 0.9
MIN_CLOSING_WIDTH = 60
# In texts, so many lines in a row that most articles carry are a menu.
MIN_MENU_LINES = 3
# Blocks of these kinds hold no sentences.
LINE_KINDS = frozenset(KIND_NUMBERS[kind] for kind in ("heading", "code", "table"))
# Blocks of these kinds belong to the line above them.
HEADED_KINDS = frozenset(KIND_NUMBERS[kind] for kind in ("code", "table", "list-item"))
PARAGRAPH = KIND_NUMBERS["paragraph"]


def repeated_texts(page: Page, memory: SiteMemory) -> dict[int, Template]:
    """Return the template of each kept block whose text is one, by the block's position.

    With its digits masked, a text is a template only if it is not prose, and only at the edges of articles or set into
    them. "12 comments" comes back as "3 comments", but so do scores, the sections of a law, and reports by programs.
    """
    carried = dict(_carried(page, memory))
    menus = _menus(carried) if page.is_text else frozenset()
    repeated: dict[int, Template] = {}
    for position in reversed(carried):
        for found in carried[position]:
            if position in menus or _is_template(page, position, found, repeated):
                repeated[position] = found
                break
    return repeated


def carried_lines(page: Page) -> dict[int, Template]:
    """Return the template of each kept block that several articles of the site carry word for word, by its position.

    They may still be few: enough to know that the line is not a headline. Empty for a page without site memory.
    """
    if page.site_memory is None or not page.site_memory.is_believed:
        return {}
    carried = _carried(page, page.site_memory)
    return {position: found[0] for position, found in carried if not found[0].is_masked}


def _carried(page: Page, memory: SiteMemory) -> Iterator[tuple[int, list[Template]]]:
    """Yield the position of each kept block that enough articles carry, with the text's templates: exact, masked."""
    columns, paths = page.columns, container_paths(page)
    boxes = [box_of(path) for path in paths.distinct]
    exact, masked = block_prints(columns)
    for position in page.kept_positions():
        if exact[position]:
            box = boxes[paths.numbers[columns.elements[position]]]
            found = [memory.template(exact[position], box)]
            if masked[position] not in (0, exact[position]):
                found.append(memory.template(masked[position], box, is_masked=True))
            templates = [one for one in found if one is not None and one.articles >= MIN_CARRIERS]
            if templates and templates[-1].is_masked and not _is_counter(columns.block_text(position)):
                templates.pop()
            if templates:
                yield position, templates


def _menus(carried: Mapping[int, Sequence[Template]]) -> frozenset[int]:
    """Return the positions of the lines of a text that most texts have in a row: menus, boxes, footers."""
    lines = [position for position, found in carried.items() if any(one.share >= MIN_SHARE for one in found)]
    # Positions that follow each other differ from their places in the list by the same number.
    runs = groupby(enumerate(lines), key=lambda line: line[1] - line[0])
    menus = [[position for _, position in run] for _, run in runs]
    return frozenset(position for menu in menus if len(menu) >= MIN_MENU_LINES for position in menu)


def _is_counter(text: str) -> bool:
    return any(map(str.isalpha, normalise(text))) and not is_prose(text)


def _is_template(page: Page, position: int, found: Template, below: Collection[int]) -> bool:
    if found.share >= MIN_SHARE and _edge_share(found) >= MIN_EDGE_SHARE:
        return True
    if found.is_masked:
        return _is_set_in(page, position, found, below)
    return (
        (found.share >= MIN_SHARE and _is_sentence(page.columns, position))
        or _is_closing(page.columns, position, found)
        or _is_set_in(page, position, found, below)
    )


def _is_doubted(found: Template) -> bool:
    """Return True for a text at the edges of several articles whose own pages take it for no part of them."""
    is_at_edges = _edge_share(found) >= MIN_EDGE_SHARE
    return is_at_edges and found.articles >= MIN_CARRIERS and found.log_odds <= -UNDECIDED_LOG_ODDS


def _edge_share(found: Template) -> float:
    placed = found.head + found.body + found.tail
    return (found.head + found.tail) / placed if placed else 0.0


def _is_sentence(columns: Columns, position: int) -> bool:
    return columns.kinds[position] not in LINE_KINDS and width(columns.block_text(position)) >= MIN_SENTENCE_WIDTH


def _is_closing(columns: Columns, position: int, found: Template) -> bool:
    return (
        found.articles >= MIN_CLOSING_CARRIERS
        and found.share >= MIN_CLOSING_SHARE
        and _edge_share(found) >= MIN_CLOSING_EDGE_SHARE
        and columns.kinds[position] == PARAGRAPH
        and width(columns.block_text(position)) >= MIN_CLOSING_WIDTH
    )


def _is_set_in(page: Page, position: int, found: Template, below: Collection[int]) -> bool:
    """Return True for a label that is set into articles; `below` has the positions of the templates below it."""
    columns = page.columns
    if found.share < MIN_SET_IN_SHARE or columns.kinds[position] in LINE_KINDS:
        return False
    heads = _headed(page, position + 1, below)
    is_link = columns.link_chars[position] >= MIN_LINK_SHARE * columns.block_length(position)
    if is_link and found.share >= MIN_SHARE:
        return not heads.lines
    return not heads.lines and not heads.prose and found.log_odds < UNDECIDED_LOG_ODDS


class _Headed(NamedTuple):
    """What is below a label and may belong to it: `lines` of a list, a table or code, or running text."""

    lines: bool
    prose: bool


def _headed(page: Page, after: int, below: Collection[int]) -> _Headed:
    if after >= len(page.removals) or page.removals[after] is not None or after in below:
        return _Headed(lines=False, prose=False)
    # A text capture does not show which lines are a list.
    is_headed = page.is_text or page.columns.kinds[after] in HEADED_KINDS
    return _Headed(is_headed, bool(block_measures(page.columns)[1][after]))
