"""Readers' comments and the widgets they are written in: threads, forms, counters, prompts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

from .core.base import PageTransform, transform
from .core.page import Page, Removal
from .matching.boilerplate import Container, container_removals, signed_containers
from .matching.comment_threads import MIN_ARTICLE_PROSE, mark_by_words
from .matching.outline import Outline, looks_of, outline_of
from .matching.thread_shapes import mark_by_shape


def mark_comment_widgets(page: Page) -> Page:
    """Mark comment threads, the forms they are written in, counters and prompts.

    By markup first: the containers of known comment systems, and those that are named for comments and follow an
    article. Then by words, for the rest and for text captures (see `comment_threads`). An article that
    quotes comments stays whole: a container that is only named for comments stays between paragraphs.
    """
    if not page.is_text:
        page = page.mark(_by_markup(page))
        page = page.mark(mark_by_shape(page))
    return page.mark(mark_by_words(page))


def _by_markup(page: Page) -> dict[int, Removal]:
    if not signed_containers(page, "comments"):
        return {}
    outline = outline_of(page)
    own = _prose_outside_threads(page, outline)

    def admits(container: Container) -> bool:
        if container.certain or not container.prose:
            return True
        first, last = outline.first[container.element], outline.last[container.element]
        parent = page.columns.parents[container.element]
        after = own[outline.last[parent] + 1] - own[last + 1]
        return own[first] >= MIN_ARTICLE_PROSE and after < MIN_ARTICLE_PROSE

    return container_removals(page, "comments", "comment_widgets", admits)


def _prose_outside_threads(page: Page, outline: Outline) -> list[int]:
    """Sum up the prose before each block, without the prose inside comment containers.

    Those are the ones with a certain name, and the boxes of single comments, which look alike side by side.
    """
    inside: set[int] = set()
    end = -1
    signed = signed_containers(page, "comments")
    looks = looks_of(page.columns).looks
    row = Counter((page.columns.parents[index], looks[index]) for index in signed)
    for index, sign in signed.items():
        is_one_of_several = row[page.columns.parents[index], looks[index]] > 1
        if (sign.certain or is_one_of_several) and outline.last[index] > end:
            inside.update(outline.blocks_in(index))
            end = outline.last[index]
    own = list(outline.block_prose)
    for position in inside:
        own[position] = 0
    return [0, *accumulate(own)]


@transform
@dataclass
class RemoveCommentWidgets(PageTransform):
    """Take readers' comments, and the widgets they are written in, out of the article."""

    def clean(self, page: Page) -> Page:
        """Mark the comment widgets of a page; see `mark_comment_widgets`."""
        return mark_comment_widgets(page)
