"""Small parts of a page that their names tell: calls to action, affiliate notices, feedback, captions, signatures."""

from __future__ import annotations

from ..compiled.names import topic_names
from ..core.columns import KIND_NUMBERS, Columns
from ..core.page import Page
from .furniture import body_holders
from .names import BODY, HTML, TOPICS, page_names
from .outline import outline_of

# A part that holds more is more than a part.
MAX_WIDTH = 400
# Parts of one topic that hold more of the page's prose between them are what the page is made of.
MAX_PROSE_SHARE = 0.2
HELD_APART = frozenset({KIND_NUMBERS["code"], KIND_NUMBERS["table"]})


def small_parts(page: Page, topic: str) -> dict[int, str]:
    """The blocks inside small elements that are named for a topic of `data/names/small_parts.json`, with the name.

    A name tells the topic if it ends with words of it, or goes on with words for a box only. Elements that hold the
    page's main heading, code or a table are left alone, and so are all of a topic that hold much of the page's prose.
    """
    if page.is_text:
        return {}
    named = _named(page).get(topic)
    if not named:
        return {}
    outline, holders, kinds = outline_of(page), body_holders(page), page.columns.kinds
    found: dict[int, str] = {}
    for index, name in named:
        inside = outline.blocks_in(index)
        if index in holders or outline.size[index] > MAX_WIDTH or any(kinds[i] in HELD_APART for i in inside):
            continue
        found.update((i, name) for i in inside if i not in found)
    prose = outline.block_prose
    return found if sum(prose[i] for i in found) <= MAX_PROSE_SHARE * sum(prose) else {}


def _named(page: Page) -> dict[str, list[tuple[int, str]]]:
    """The elements that a name gives a topic, with the name, by topic; computed once for a page.

    A longer name than `compiled.names` looks at is a path through a template, or a sentence.
    """
    return page.columns.derive("small parts", _by_topic)


def _by_topic(columns: Columns) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for mask, element, name in topic_names(columns, page_names(columns).facts, HTML, BODY):
        for number, topic in enumerate(TOPICS):
            if mask >> number & 1:
                found.setdefault(topic, []).append((element, columns.pool[name]))
    return found
