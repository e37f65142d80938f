"""What a site's memory says about the blocks of one of its pages: container by container, and text by text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..core.page import Page
from ..matching.wording import fingerprint, is_prose, mask_digits, normalise, width
from .container_paths import box_of, container_paths, enclosing, tag_of
from .memory import Container, SiteMemory, Template

LogOdds = npt.NDArray[np.float64]

# How much a container's record on the site's other pages counts beside what this page shows: with many pages
# LOUDNESS times its mean log-odds, with HALF_HEARD pages half of that. Chosen on sixteen sites whose pages were judged
# by trees that had not seen the site; from 1 to 2 and from 3 to 8 no figure moves by more than .002.
LOUDNESS = 1.4
HALF_HEARD = 3
# These hold everything, furniture and article alike, so what they hold on the whole says nothing of a part.
WHOLE_PAGE = frozenset({"html", "body"})
# Means beyond these say no more.
MAX_LOG_ODDS = 6.0
# What only an outer container is known for counts less for what is in an unknown one inside it.
UNKNOWN_INSIDE = 0.5

# A text is a template where at least so many articles carry it, and so large a share of those that have its box.
MIN_CARRIERS = 4
MIN_SHARE = 0.7
# Inside an article short texts come back that belong to it: "Ingredients", "Pros", "Part two". There only what is as
# long as a sentence can be a template; nearer to its edges, where most copies stand, anything.
MIN_SENTENCE_WIDTH = 30
MIN_EDGE_SHARE = 0.5


class Voice(NamedTuple):
    """What one container's record adds to the log-odds of a block in it, and the record."""

    log_odds: float
    container: Container


def container_voices(page: Page) -> list[Voice | None]:
    """For each block what the site's memory knows of its container, or of the nearest one around it that it knows.

    None where it knows of none but the whole page, or where all that these hold is taken out by rules before main
    content; None for every block of a page that has no site memory, or one of too few articles.
    """
    memory = page.site_memory
    elements = page.columns.elements
    if memory is None or not memory.is_believed:
        return [None] * len(elements)
    paths = container_paths(page)
    numbers = {paths.numbers[element] for element in elements}
    of_path = {number: _voice(paths.distinct[number], memory) for number in numbers}
    return [of_path[paths.numbers[element]] for element in elements]


def _voice(path: str, memory: SiteMemory) -> Voice | None:
    known, weight = memory.container(path), 1.0
    while known is None and (path := enclosing(path)):
        known, weight = memory.container(path), UNKNOWN_INSIDE
    if known is None or known.marked == 1 or tag_of(path) in WHOLE_PAGE:
        return None
    heard = known.articles / (known.articles + HALF_HEARD)
    mean = min(max(known.log_odds, -MAX_LOG_ODDS), MAX_LOG_ODDS)
    return Voice(LOUDNESS * weight * heard * mean, known)


def log_odds_of(voices: list[Voice | None]) -> LogOdds:
    """The voices as numbers; 0 where nothing is known."""
    return np.array([voice.log_odds if voice else 0.0 for voice in voices])


def repeated_texts(page: Page, memory: SiteMemory) -> Iterator[tuple[int, Template]]:
    """The blocks that no step has marked and whose text is a template of the site, by position.

    A text with its digits masked is one only at the edges of the article and if it is no prose: "12 comments" comes
    back as "3 comments", but so do scores, prices, the sections of a law, and reports that a program writes.
    """
    paths = container_paths(page)
    boxes = [box_of(path) for path in paths.distinct]
    for position, block in page.kept():
        text = normalise(block.text)
        if not text:
            continue
        box = boxes[paths.numbers[block.element]]
        exact = memory.template(fingerprint(text), box)
        if exact is not None and _is_template(exact) and (_is_at_edge(exact) or _is_sentence(block.text, block.kind)):
            yield position, exact
            continue
        masked = mask_digits(text)
        if masked == text or not any(map(str.isalpha, masked)) or is_prose(block.text):
            continue
        digitless = memory.template(fingerprint(masked), box, is_masked=True)
        if digitless is not None and _is_template(digitless) and _is_at_edge(digitless):
            yield position, digitless


def _is_template(found: Template) -> bool:
    return found.articles >= MIN_CARRIERS and found.share >= MIN_SHARE


def _is_at_edge(found: Template) -> bool:
    placed = found.head + found.body + found.tail
    return placed > 0 and (found.head + found.tail) / placed >= MIN_EDGE_SHARE


def _is_sentence(text: str, kind: str) -> bool:
    return kind not in ("heading", "code", "table") and width(text) >= MIN_SENTENCE_WIDTH
