"""The article of a page that shows none, out of its scripts."""

from __future__ import annotations

from ...core.columns import Columns
from ...core.page import Block, Head
from ...core.tags import TAG_NUMBERS
from ...matching.wording import MIN_PROSE_WIDTH, UNSPACED_WIDTH, width
from ..decode import without_surrogates
from .bodies import article_body
from .identity import Identity
from .rendering import article_html
from .strings import Strings
from .values import script_values

FLAG = "text_from_script"
MAX_LINK_DENSITY = 0.5
# What these hold is said on every page of a site.
BOILERPLATE_TAGS = frozenset(TAG_NUMBERS[tag] for tag in ("aside", "dialog", "footer", "nav"))


def shows_text(columns: Columns) -> bool:
    """Whether a page has a paragraph of its own: a sentence's worth of letters, not mostly links.

    What stands in navigation, asides, dialogs and footers is not counted; what is hidden is, for scripts may show it.
    Ends of sentences are not asked for: some languages write none. An ordinary page is decided at its first paragraph.
    """
    for position, links in enumerate(columns.link_chars):
        length = columns.block_length(position)
        if length * UNSPACED_WIDTH < MIN_PROSE_WIDTH or links >= MAX_LINK_DENSITY * length:
            continue
        if width(columns.block_text(position)) >= MIN_PROSE_WIDTH and not _is_boilerplate(columns, position):
            return True
    return False


def _is_boilerplate(columns: Columns, position: int) -> bool:
    index = columns.elements[position]
    while index >= 0:
        if columns.element_tags[index] in BOILERPLATE_TAGS:
            return True
        index = columns.parents[index]
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


def joined(page: Columns, article: Columns) -> Columns:
    """A page's blocks and elements with those of an article after them, inside the same root."""
    elements = page.element_rows
    shift = len(elements) - 1
    moved = [e._replace(parent=e.parent + shift if e.parent else 0) for e in article.element_rows[1:]]
    blocks = (_moved(block, shift) for block in article.block_rows)
    return Columns.from_rows([*page.block_rows, *blocks], [*elements, *moved])


def _moved(block: Block, shift: int) -> Block:
    runs = tuple(run._replace(element=run.element + shift if run.element else 0) for run in block.runs)
    return block._replace(element=block.element + shift if block.element else 0, runs=runs)
