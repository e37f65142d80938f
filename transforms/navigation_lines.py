"""Remove navigation lines: menu labels above the title of a text capture, and breadcrumbs ("Home > News") above an
article.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from .core.base import PageTransform, transform
from .core.page import Page, Removal
from .data import phrases
from .matching.outline import before_step, kept_positions, kept_prose
from .matching.wording import normalise, width

# "Current issue", "About the museum": a label of more words may be a headline.
MAX_LABEL_WORDS = 3
MAX_LABEL_WIDTH = 30
LABEL_MARKS = frozenset(" &-'’")
# What parts the steps of a path. Single signs with at most one space on each side, so it cannot backtrack.
STEP = re.compile(r"\s?[>»›]\s?|\s/\s")
# "You are here: Home > News".
LEAD_IN = re.compile(r"[^:：>»›/]{1,30}[:：]\s")
MIN_STEPS = 2
# The rest of a row of links are the signs between them.
ROW_DENSITY = 0.7
MAX_PATH_WIDTH = 120
MIN_MENU_WORDS = 3
# So many blocks above the first paragraph are looked at.
MAX_ABOVE = 30


def mark_navigation_lines(page: Page) -> Page:
    """Mark the labels of a menu above the title of a text capture, and breadcrumbs above the first paragraph.

    A label is a few words without a number and without punctuation of a sentence ("News", "About us"). The step needs a
    title that is longer than a label. So it keeps the first line of a poem, and a title of two words. In pages with
    markup it removes only breadcrumbs, because other steps use containers. It keeps headings, list items and pages
    without prose.
    """
    seen = before_step(page, "navigation_lines")
    prose = kept_prose(seen)
    if not prose or not prose[0]:
        return page
    above = [i for i in kept_positions(seen) if i < prose[0]][-MAX_ABOVE:]
    marks = {i: Removal("navigation", "navigation_lines", "a path of labels", 0.85) for i in above if _is_path(page, i)}
    if page.is_text:
        for i in above:
            if _is_row_of_links(page, i):
                marks.setdefault(i, Removal("navigation", "navigation_lines", "a row of links above the article", 0.85))
        for i in _labels_above_title(seen, above):
            marks.setdefault(i, Removal("navigation", "navigation_lines", "a label above the title", 0.75))
    return page.mark(marks)


def _is_row_of_links(page: Page, position: int) -> bool:
    """Return True for a block of Markdown that is nothing but links, several of them."""
    block = page.blocks[position]
    return block.kind == "paragraph" and len(block.links) >= MIN_STEPS and block.link_density >= ROW_DENSITY


def is_label(text: str) -> bool:
    """Return True for a few words that begin like a name and are nothing else: "News", "About us".

    A number, the end of a sentence or a mark inside make a line something else: a date, a line of a table.
    """
    if not text or len(text) > MAX_LABEL_WIDTH or width(text) > MAX_LABEL_WIDTH or text[0].islower():
        return False
    return text.count(" ") < MAX_LABEL_WORDS and all(
        char in LABEL_MARKS or unicodedata.category(char)[0] in "LM" for char in text
    )


def is_menu(text: str) -> bool:
    """Return True for a line that is a whole menu: "Home News Sport Opinion".

    It opens with a word for the first page of a site, most of its words are of menus, and all begin like names: "Home
    Secretary Hails Business Deal" is a headline.
    """
    if len(text) > MAX_PATH_WIDTH or any(char.isdecimal() for char in text) or text[-1:] in ".!?。":
        return False
    words = [word for word in map(normalise, text.split()) if word]
    if len(words) < MIN_MENU_WORDS or words[0] not in _menu_words("home"):
        return False
    known = _menu_words("home") | _menu_words("sections")
    of_menus = sum(word in known for word in words)
    return of_menus >= MIN_MENU_WORDS and 2 * of_menus > len(words) and not any(w[0].islower() for w in text.split())


@cache
def _menu_words(topic: str) -> frozenset[str]:
    return frozenset(map(normalise, phrases("phrases/navigation", topic)))


def _is_path(page: Page, position: int) -> bool:
    block = page.blocks[position]
    if block.kind != "paragraph" or width(block.text) > MAX_PATH_WIDTH:
        return False
    text = LEAD_IN.sub("", block.text, count=1) if LEAD_IN.match(block.text) else block.text
    steps = [step for step in STEP.split(text) if step]
    return len(steps) >= MIN_STEPS and all(map(is_label, steps))


def _labels_above_title(page: Page, above: list[int]) -> list[int]:
    """List the labels of a menu, or one section's name if the page does not go on to others: a round-up names each."""
    title = page.metadata.title
    if title.count(" ") < MAX_LABEL_WORDS and width(title) <= MAX_LABEL_WIDTH:
        return []
    # The title itself is marked already where an earlier step takes its echo.
    place = next((i for i, block in enumerate(page.blocks) if " ".join(block.text.split()) == title), 0)
    found = [i for i in above if i < place and is_label(page.blocks[i].text)]
    alone = len(found) == 1 and any(is_label(block.text) for i, block in page.kept() if i > place)
    menus = [i for i in above if i < place and is_menu(page.blocks[i].text)]
    return menus if alone else found + menus


@transform
@dataclass
class RemoveNavigationLines(PageTransform):
    """Remove menus and breadcrumbs from the top of the article. Reads `page.metadata.title`."""

    def clean(self, page: Page) -> Page:
        """Mark the navigation lines of a page; see `mark_navigation_lines`."""
        return mark_navigation_lines(page)
