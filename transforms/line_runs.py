"""Line runs: menus, sidebars and footers in text captures of whole pages, found by runs of short lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .core.base import PageTransform, transform
from .core.page import Page, Removal
from .link_lists import MAX_LABEL, labels
from .matching.headlines import reads_like_headline
from .matching.outline import before_step, outline_of
from .matching.whole_pages import (
    best_run,
    headline_position,
    is_copyright,
    is_label_line,
    line_scores,
    signs_of_whole_page,
)
from .matching.wording import normalise
from .stray_fragments import fragment_words

# A menu or a footer consists of so many labels and known boilerplate, as a share of its lines, and has so much of
# the article's score it may have at most: a teaser or a notice, never another section.
MIN_SHARE, MAX_GAIN_SHARE = 0.5, 0.25
# A footer has so many lines of known boilerplate.
MIN_KNOWN = 2


def mark_line_runs(page: Page, *, min_run: int) -> Page:
    """Mark the lines above and below the article in a text capture of a whole page, such as a WET record.

    The article is the run of lines with the highest sum of scores (see `line_scores`).

    Above the article: if the page's title shows the headline (`headline_position`), the lines above the headline are
    removed. Otherwise at least `min_run` labels are removed, down to the first line that may be a headline.

    Below the article: all lines are removed from the first line of known boilerplate on, if most of the following lines
    are labels or boilerplate. Known boilerplate is a label of the menu above, the heading of a link list, a button, a
    copyright line, or a line that another step has marked. If the title shows the headline, `min_run` or more labels at
    the end are also removed.

    Without evidence for a whole page the function removes nothing. It never removes a line inside the article, and
    keeps pages without prose: poems, lists, code.
    """
    if not page.is_text or not any(outline_of(page).block_prose):
        return page
    seen = before_step(page, "line_runs")
    scores = line_scores(seen)
    headline, article = _headline_and_article(seen, scores)
    signs = signs_of_whole_page(seen, headline, article)
    if not article or not signs:
        return page
    top = headline or _end_of_menu(seen, article, min_run)
    menu = {normalise(block.text) for block in seen.blocks[1:top] if is_label_line(block)}
    bottom = _start_of_footer(seen, article, menu, scores)
    if headline:
        bottom = _last_labels(seen, article.stop, bottom, min_run)
    above = Removal("navigation", "line_runs", f"above the article; {signs[0]}", 0.8)
    below = Removal("navigation", "line_runs", f"below the article; {signs[0]}", 0.8)
    first = 0 if headline else 1  # without a headline below it the first line may be the title
    return page.mark({**dict.fromkeys(range(first, top), above), **dict.fromkeys(range(bottom, len(scores)), below)})


def _headline_and_article(page: Page, scores: Sequence[float]) -> tuple[int | None, range]:
    """Find the headline by the page's title, and the lines from it on that score highest; or those of the page."""
    article = best_run(scores)
    headline = headline_position(page, article)
    if headline:
        below = best_run(scores, headline)
        return (headline, below) if below else (None, article)
    return None, article


def _end_of_menu(page: Page, article: range, min_run: int) -> int:
    """Return the end of a run of labels that begins below the first line, if it is long enough; else 0.

    A label that is inside the article again ends it: a table of contents begins.
    """
    inside = {normalise(page.blocks[i].text) for i in article if is_label_line(page.blocks[i])}
    count, end = 0, 1
    while end < article.start and _is_of_menu(page, end, inside):
        count += page.removals[end] is None
        end += 1
    return end if count >= min_run else 0


def _is_of_menu(page: Page, position: int, inside: set[str]) -> bool:
    if page.removals[position] is not None:
        return True
    block = page.blocks[position]
    return is_label_line(block) and not reads_like_headline(block.text) and normalise(block.text) not in inside


def _start_of_footer(page: Page, article: range, menu: set[str], scores: Sequence[float]) -> int:
    """Return the first known line of boilerplate below the article from which on labels and boilerplate prevail."""
    max_gain = MAX_GAIN_SHARE * sum(scores[i] for i in article if scores[i] > 0)
    found, known, boilerplate, gain = len(scores), 0, 0, 0.0
    for count, position in enumerate(range(len(scores) - 1, article.stop - 1, -1), 1):
        is_known = page.removals[position] is not None or _is_known(page.blocks[position].text, menu)
        known += is_known
        boilerplate += is_known or is_label_line(page.blocks[position])
        gain += max(0.0, scores[position])
        if is_known and known >= MIN_KNOWN and boilerplate >= MIN_SHARE * count and gain <= max_gain:
            found = position
    return found


def _last_labels(page: Page, start: int, end: int, min_run: int) -> int:
    """Return the start of the run of labels up to `end`, if it is long enough and nothing announces it; else `end`."""
    first = end
    while first > start and page.removals[first - 1] is None and is_label_line(page.blocks[first - 1]):
        first -= 1
    announced = page.blocks[first - 1].text.endswith((":", "："))
    return first if end - first >= min_run and not announced else end


def _is_known(text: str, menu: set[str]) -> bool:
    if is_copyright(text):
        return True
    if len(text) > MAX_LABEL:
        return False
    said = normalise(text)
    return said in menu or said in fragment_words("labels") or any(labels(t).match(said) for t in ("headings", "lines"))


@transform
@dataclass
class RemoveLineRuns(PageTransform):
    """Remove menus, sidebars and footers from text captures of whole pages, such as WET records.

    `min_run` is the number of labels in a row that make a menu, if the page's title does not show the headline.
    """

    min_run: int = 4

    def clean(self, page: Page) -> Page:
        """Mark the line runs of a page; see `mark_line_runs`."""
        return mark_line_runs(page, min_run=self.min_run)
