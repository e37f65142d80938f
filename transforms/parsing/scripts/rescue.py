"""The article of a page that shows none, out of its scripts."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.page import Block, Element, Head
from ...matching.wording import MIN_PROSE_WIDTH, width
from ..decode import without_surrogates
from .bodies import article_body
from .identity import Identity
from .rendering import article_html
from .strings import Strings
from .values import script_values

Rows = tuple[list[Block], list[Element]]

FLAG = "text_from_script"
MAX_LINK_DENSITY = 0.5
# What these hold is said on every page of a site.
FURNITURE_TAGS = frozenset({"aside", "dialog", "footer", "nav"})


def shows_text(blocks: Sequence[Block], elements: Sequence[Element]) -> bool:
    """Whether a page has a paragraph of its own: a sentence's worth of letters, not mostly links.

    What stands in navigation, asides, dialogs and footers is not counted; what is hidden is, for scripts may show it.
    Ends of sentences are not asked for: some languages write none. An ordinary page is decided at its first paragraph.
    """
    for block in blocks:
        if len(block.text) * 3 < MIN_PROSE_WIDTH or block.link_density >= MAX_LINK_DENSITY:
            continue
        if width(block.text) >= MIN_PROSE_WIDTH and not _is_furniture(elements, block.element):
            return True
    return False


def _is_furniture(elements: Sequence[Element], index: int) -> bool:
    while index >= 0:
        if elements[index].tag in FURNITURE_TAGS:
            return True
        index = elements[index].parent
    return False


def article_in_scripts(html: str, head: Head) -> str:
    """The article that a page's scripts hold, as HTML; `""` where they hold none that is surely the page's own.

    Scripts are read as data (JSON, and strings in code), never run. The text is the one string or list of strings that
    holds most, whatever its key, of those that are about what the page's title and description say. Navigation,
    teasers, comments, translations and notices, and the articles of other pages, are left alone; so is a page
    that does not say what it is about.
    """
    strings = Strings(script_values(html))
    found = article_body(strings, Identity(head))
    return without_surrogates(article_html(strings, found)).replace("\0", "\ufffd") if found else ""


def joined(rows: Rows, article: Rows) -> Rows:
    """A page's blocks and elements with those of an article after them, inside the same root."""
    blocks, elements = rows
    shift = len(elements) - 1
    moved = [element._replace(parent=element.parent + shift if element.parent else 0) for element in article[1][1:]]
    return [*blocks, *(_moved(block, shift) for block in article[0])], [*elements, *moved]


def _moved(block: Block, shift: int) -> Block:
    runs = tuple(run._replace(element=run.element + shift if run.element else 0) for run in block.runs)
    return block._replace(element=block.element + shift if block.element else 0, runs=runs)
