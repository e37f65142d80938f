"""Adverts and the lines that announce them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .core.base import PageTransform, transform
from .core.columns import KIND_NUMBERS, Columns
from .core.page import Page, Removal
from .matching.boilerplate import HEADINGS, Container, container_removals, small_parts, word_removals
from .matching.wording import block_measures

# The text of a placeholder or a product box; a longer text goes only if it has a phrase of adverts.
MAX_BOX_WIDTH = 400
# A shop's button has the price, then the shop: a currency's sign at a number, on either side. Single classes in a row.
PRICE = re.compile(r"(?:[$£€¥₹₩₽₺₪฿]\s?\d|\d[\d.,]{0,9}\s?(?:[$£€¥₹₩₽₺₪฿]|kr|zł|Kč|Ft|lei|EUR|USD)(?!\w))")
MAX_BUTTON_WIDTH = 60
MIN_LINKS = 0.9
PARAGRAPH = KIND_NUMBERS["paragraph"]
# The prices of these pages are what readers came for.
PRICED = frozenset({"listing", "product"})
# One such line may be a headline.
MIN_BUTTONS = 2


def mark_advert_markers(page: Page, *, min_score: float) -> Page:
    """Mark adverts, their labels, "story continues below" lines, and buttons of shops.

    boiloff removes the whole container of a known advert system. It removes a container that is only named for adverts
    if it has no running text and is not a heading ("adv-heading" is advanced), or if it contains a label of adverts. It
    removes a small container that is named for a call to action or for an affiliate notice. It keeps articles about
    advertising, because a label must be a line of its own. It also keeps prices in lists and tables, prices of products
    and listings, and a single linked line.
    """

    def admits(container: Container) -> bool:
        if container.certain:
            return True
        if container.tag not in HEADINGS and not container.prose and container.size <= MAX_BOX_WIDTH:
            return True
        return container.has_phrase()

    page = page.mark(container_removals(page, "advert", "advert_markers", admits, max_prose_share=0.2))
    buttons = {} if page.kind in PRICED else _shop_buttons(page)
    page = page.mark(_named_parts(page) | buttons)
    return page.mark(word_removals(page, "advert", "advert_markers", min_score))


def _named_parts(page: Page) -> dict[int, Removal]:
    named = small_parts(page, "calls") | small_parts(page, "affiliates")
    return {
        i: Removal("advert", "advert_markers.markup", f'in a small container named "{name}"', 0.8)
        for i, name in named.items()
    }


def _shop_buttons(page: Page) -> dict[int, Removal]:
    """Mark lines that are links and begin with a price, where a page has several."""
    columns, kinds = page.columns, page.columns.kinds
    linked = [i for i, chars in enumerate(columns.link_chars) if chars and kinds[i] == PARAGRAPH]
    found = [i for i in linked if _is_button(columns, i)]
    if len(found) < MIN_BUTTONS:
        return {}
    removal = Removal("advert", "advert_markers.buttons", f"a link that begins with a price, one of {len(found)}", 0.8)
    return dict.fromkeys(found, removal)


def _is_button(columns: Columns, position: int) -> bool:
    start, end = columns.starts[position], columns.starts[position + 1]
    if end - start > MAX_BUTTON_WIDTH or columns.link_chars[position] / (end - start) < MIN_LINKS:
        return False
    if PRICE.match(columns.text, start, end) is None:
        return False
    return block_measures(columns)[0][position] <= MAX_BUTTON_WIDTH


@transform
@dataclass
class RemoveAdvertMarkers(PageTransform):
    """Remove adverts and their labels.

    `min_score` is the score, from 0 to 1, that phrases must reach outside of a known container (see
    `boilerplate.word_removals`).
    """

    min_score: float = 0.6

    def clean(self, page: Page) -> Page:
        """Mark the adverts of a page; see `mark_advert_markers`."""
        return mark_advert_markers(page, min_score=self.min_score)
