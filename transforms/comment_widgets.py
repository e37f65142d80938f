"""Readers' comments and the widgets they are written in: threads, forms, counters, prompts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np

from .core.base import PageTransform, transform
from .core.page import Page, Removal
from .core.rows import TAG_NUMBERS
from .data import read_data
from .matching.boilerplate import Container, container_removals, signed_containers
from .matching.comment_threads import MIN_ARTICLE_PROSE, NUMBER, mark_by_words
from .matching.outline import Outline, looks_of, outline_of
from .matching.phrases import Phrase, phrases_of
from .matching.thread_shapes import mark_by_shape

# A form with more running text than this share of what stands before it is around posts.
MAX_FORM_SHARE = 0.25
FORM_SCORE = 0.8
# Remarks on the posts of a discussion hold less than the posts.
MIN_SHARE_OF_POSTS = 0.5
# A form that a call for comments opens begins within so many blocks.
NEAR_FORM = 8
MAX_CALL_CHARS = 60
# What so many entries of a listing have is a part of them: remarks on a paper, or how many posts a forum has.
MIN_ENTRIES = 3
# Pages have fewer calls and forms.
MAX_CALLS, MAX_FORMS = 10, 100


def mark_comment_widgets(page: Page) -> Page:
    """Mark comment threads, comment forms, counters and prompts.

    The function first uses markup: the containers of known comment systems, and containers that are named for comments
    and follow an article. Then it uses words, for the rest of the page and for text captures (see `comment_threads`).
    It keeps an article that quotes comments: it does not remove a container between paragraphs only because of its
    name.
    """
    if not page.is_text:
        page = page.mark(_by_markup(page))
        page = page.mark(mark_by_shape(page))
        page = page.mark(_comment_forms(page))
    return page.mark(mark_by_words(page))


def mark_around_posts(page: Page) -> Page:
    """Mark comments between the posts of a discussion, and the forms in which readers write.

    The posts of a discussion are content. But if the posts are answers to a question, short comments on the answers are
    not. Only markup shows these: words such as "asked 3 days ago" begin the question, too.
    """
    if not _names("answers").isdisjoint(page.columns.pool):
        remarked = page.mark(_by_markup(page))
        prose = outline_of(page).block_prose
        said, kept = (sum(prose[i] for i in seen.kept_positions()) for seen in (page, remarked))
        # What holds most of the text is the thread, whatever its name.
        if kept >= MIN_SHARE_OF_POSTS * said:
            page = remarked
    return page.mark(_reply_forms(page))


def _reply_forms(page: Page) -> dict[int, Removal]:
    """Return removals for the forms of a discussion.

    A form is one by its tag or its name. Some systems wrap all posts in one, so a form stays if it does not come after
    far more running text than it holds.
    """
    columns, outline = page.columns, outline_of(page)
    tags, ids = (np.frombuffer(numbers, dtype=np.intc) for numbers in (columns.element_tags, columns.ids))
    named = [number for number, name in enumerate(columns.pool) if name in _names("reply forms")]
    is_form = (
        (tags == TAG_NUMBERS["form"]) | np.isin(ids, named) | np.isin(columns.class_lists, _lists_with(page, named))
    )
    before = [0, *accumulate(outline.block_prose)]
    marks: dict[int, Removal] = {}
    for form in np.flatnonzero(is_form).tolist():
        if outline.prose[form] <= MAX_FORM_SHARE * before[outline.first[form]]:
            removal = Removal("comments", "comment_widgets.form", f"inside {columns.start_tag(form)}", FORM_SCORE)
            marks |= dict.fromkeys(outline.blocks_in(form), removal)
    return marks


def _comment_forms(page: Page) -> dict[int, Removal]:
    """Return removals for the forms behind an article that a call for comments opens: their rules, logins and fields.

    They follow the call, or each other, at a few blocks. What stands between goes with them, unless it looks like the
    article's paragraphs.
    """
    calls = [position for position, found in phrases_of(page, "comments").items() if any(map(_is_call, found))]
    forms = _forms(page) if calls else []
    if not forms:
        return {}
    columns, outline = page.columns, outline_of(page)
    prose, paths = outline.block_prose, looks_of(columns).paths
    before = [0, *accumulate(prose)]
    marks: dict[int, Removal] = {}
    for call in sorted(calls)[:MAX_CALLS]:
        if before[call] < MIN_ARTICLE_PROSE or call in marks or _has_number(page, call):
            continue
        own = {paths[columns.elements[i]] for i in range(call) if prose[i]}
        end = call
        for form in forms:
            first, last = outline.first[form], outline.last[form]
            if last <= end or first > end + NEAR_FORM or before[first] < MIN_ARTICLE_PROSE:
                continue
            between = {paths[columns.elements[i]] for i in range(end + 1, first) if prose[i]}
            if own.isdisjoint(between) and outline.prose[form] <= MAX_FORM_SHARE * before[first]:
                evidence = f'{columns.start_tag(form)} below "{columns.block_text(call)[:MAX_CALL_CHARS]}"'
                removal = Removal("comments", "comment_widgets.form", evidence, FORM_SCORE)
                marks |= dict.fromkeys(range(min(end, first), last + 1), removal)
                end = last
    return marks


def _forms(page: Page) -> list[int]:
    tags = np.frombuffer(page.columns.element_tags, dtype=np.intc)
    forms = np.flatnonzero((tags == TAG_NUMBERS["form"]) | (tags == TAG_NUMBERS["fieldset"]))
    found: list[int] = forms[:MAX_FORMS].tolist()
    return found


def _has_number(page: Page, position: int) -> bool:
    """Return whether a label has a number, of the comments on one of several articles perhaps."""
    return NUMBER.search(page.columns.block_text(position)) is not None


def _is_call(phrase: Phrase) -> bool:
    return phrase.strength == "strong" and phrase.place == "whole"


@cache
def _names(sort: str) -> frozenset[str]:
    return frozenset(read_data("names/page_kinds")[sort])


def _lists_with(page: Page, names: list[int]) -> list[int]:
    """Return the numbers of the lists of class names that hold one of these names."""
    firsts = page.columns.class_firsts
    places = np.flatnonzero(np.isin(page.columns.class_names, names))
    lists: list[int] = np.unique(np.searchsorted(firsts, places, side="right") - 1).tolist()
    return lists


def _by_markup(page: Page) -> dict[int, Removal]:
    if not signed_containers(page, "comments"):
        return {}
    outline = outline_of(page)
    own = _prose_outside_threads(page, outline)
    looks = looks_of(page.columns).looks
    alike = Counter(looks[index] for index in signed_containers(page, "comments") if page.kind == "listing")

    def admits(container: Container) -> bool:
        if not container.certain and alike[looks[container.element]] >= MIN_ENTRIES:
            return False
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
    """Remove readers' comments, and the widgets in which readers write them."""

    def clean(self, page: Page) -> Page:
        """Mark the comment widgets of a page; see `mark_comment_widgets`, and `mark_around_posts` for a discussion."""
        return mark_around_posts(page) if page.kind == "discussion" else mark_comment_widgets(page)
