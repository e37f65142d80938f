"""Stray fragments: leftovers of a template whose fields were empty, and the labels of its buttons."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cache

from .core.base import PageTransform, transform
from .core.columns import KIND_NUMBERS, Columns
from .core.page import Block, Page, Removal
from .data import phrases
from .link_lists import labels
from .matching.boilerplate import small_parts
from .matching.outline import before_step, kept_lines, kept_prose, outline_of
from .matching.wording import SENTENCE_END, normalise
from .metadata.values import host_and_path

# Longer blocks say something. The longest label in the data has 24 characters.
MAX_CHARS = 32
MAX_JOINERS = 4
# A count ("0", "1000") has this many digits at most; the years of a chronology are not at an article's edge.
MAX_COUNT_DIGITS = 4
# Share buttons have a picture and a count each, all on one line.
MOST_COUNTS = 8
# More lines of a text capture that are numbers than this were a table or a listing.
MAX_NUMBERS = 2
WHOLE_KINDS = frozenset(KIND_NUMBERS[kind] for kind in ("code", "table", "list-item", "quote"))
PARAGRAPH, HEADING = KIND_NUMBERS["paragraph"], KIND_NUMBERS["heading"]
# Signs in a row ("* * *", "_____") part the sections of a story, brackets belong to code; stars in a row rate.
MAX_SIGNS = 2
STARS = frozenset("★☆⭐✩✭ ")
CODE_SIGNS = frozenset("{}[]()<>;*#")
NUMBER, JOINERS = "a number alone", "joining words without text to join"
LABEL = "the label of a button or a state"
ISLAND = "a short line above or below the article, between blocks that were removed"
MAX_ISLAND_CHARS = 60
CLOSING_QUOTES = "\"'”’“»›」』)"
# In a text capture, so many removed blocks below the article are a comment section, whose labels stand between them.
MIN_WIDGET_BLOCKS = 3
WIDGETS = frozenset({"comments", "sign-up", "sharing", "advert", "link-list", "disclaimer"})
# What was removed below a heading that goes with it.
ENDINGS = frozenset({"link-list", "navigation", "sharing", "advert"})
MAX_LABEL_WORDS = 4
WIDGET_LINE = "a short line below the article, among the labels of a comment section"
# What a template should have filled: "$$LEAD$$", "{{banner="top"}}". Each class is parted by a sign it does not hold.
PLACEHOLDER = re.compile(r"\$\$[A-Z][A-Z_]{3,40}\$\$|\{\{[\w-]{1,40}=\"[^\"{}]{0,80}\"\}\}")
PLACEHOLDER_SIGNS = ("$", "{")
CODE_TAGS = frozenset({"code", "pre", "kbd", "samp", "tt", "math"})
# A button's label that comes this often is printed by a template, even between paragraphs.
MIN_REPEATS = 3


@cache
def fragment_words(topic: str) -> frozenset[str]:
    """Read the phrases of a topic in all languages, normalised (`data/phrases/stray_fragments.json`)."""
    return frozenset(map(normalise, phrases("phrases/stray_fragments", topic)))


def mark_stray_fragments(page: Page) -> Page:
    """Mark blocks that are neither a sentence nor a heading: "in ,", "|", "Report", "0", "Loading…".

    Above the first and below the last paragraph of prose, and between two marked blocks, boiloff removes a block that
    contains only punctuation, a small number, joining words, or the label of a button. Between paragraphs it removes
    only text that a template repeats. It keeps text that ends like a sentence ("No.", "Why?"), lists, tables, code,
    quotations, lines of a verse or a dialogue, section breaks, and pages without prose.

    In pages with markup, boiloff also removes any short line without a sentence that is above or below the article and
    has marked blocks on both sides. Such a line is the heading of a removed list or box. There it also removes
    captions, if markup shows that they belong to the picture above, and placeholders that a template has not filled.
    Entries of a listing are short lines: of these, only labels go.
    """
    seen = before_step(page, "stray_fragments")
    prose = kept_prose(seen)
    if not prose:
        return page
    columns = page.columns
    short = [(i, columns.block_text(i)) for i in kept_lines(seen, MAX_CHARS) if columns.kinds[i] not in WHOLE_KINDS]
    repeated = _repeated(seen, short)
    numbers = sum(text.isdecimal() for _, text in short)
    found = {}
    for position, text in short:
        at_edge = not prose[0] < position < prose[-1]
        evidence = _fragment(text) if at_edge or _is_lone(seen, position) else None
        if not at_edge and evidence in (NUMBER, JOINERS):
            evidence = None
        if evidence == NUMBER and page.is_text and numbers > MAX_NUMBERS:
            evidence = None
        if page.kind == "listing" and evidence != LABEL:  # short lines may be of an entry
            evidence = None
        if evidence is None and _are_labels(normalise(text), "captions"):
            evidence = "the label of a picture's button"
        if evidence is None and text in repeated:
            evidence = f"the label of a button, {repeated[text]} times"
        if evidence is None or _in_verse(seen, position) or _heads(seen, position, text):
            continue
        found[position] = Removal("other", "stray_fragments", evidence, 0.8)
    if page.is_text:
        removal = Removal("comments", "stray_fragments.widgets", WIDGET_LINE, 0.7)
        return page.mark(found | {i: removal for i in _widget_lines(seen.mark(found), prose) if i not in found})
    islands = _islands(seen, prose)
    if page.kind == "listing":  # entries differ, and labels of theirs do not
        counts = Counter(map(columns.block_text, islands))
        islands = [position for position in islands if counts[columns.block_text(position)] >= MIN_REPEATS]
    for position in islands:
        found.setdefault(position, Removal("other", "stray_fragments", ISLAND, 0.7))
    last = {} if page.kind == "listing" else _last_labels(seen.mark(found), prose)
    found |= {i: removal for i, removal in last.items() if i not in found}
    return page.mark(_captions(seen) | _unfilled(seen) | found)


def _captions(page: Page) -> dict[int, Removal]:
    """Mark paragraphs in a small element named for a picture."""
    named = small_parts(page, "captions")
    return {
        i: Removal("other", "stray_fragments.captions", f'a caption, in a small container named "{name}"', 0.7)
        for i, name in named.items()
        if page.columns.kinds[i] == PARAGRAPH
    }


def _unfilled(page: Page) -> dict[int, Removal]:
    """Mark blocks that are a template's placeholder; in code it is an example of one."""
    columns = page.columns
    if not any(sign in columns.text for sign in PLACEHOLDER_SIGNS):
        return {}
    removal = Removal("other", "stray_fragments.unfilled", "a place that a template left unfilled", 0.9)
    starts = columns.starts
    found = (i for i in page.kept_positions() if PLACEHOLDER.fullmatch(columns.text, starts[i], starts[i + 1]))
    return {i: removal for i in found if not _is_code(page, page.blocks[i])}


def _is_code(page: Page, block: Block) -> bool:
    return block.kind == "code" or any(element.tag in CODE_TAGS for element in page.path(block.element))


def _fragment(text: str) -> str | None:
    """Return the sort of leftover that this text is, or None where it may be somebody's words."""
    said = normalise(text)
    if not said:
        return "punctuation without a word" if _is_leftover(text) else None
    if said.replace(" ", "").isdecimal():
        counts = said.split()
        return NUMBER if max(map(len, counts)) <= MAX_COUNT_DIGITS and len(counts) <= MOST_COUNTS else None
    if SENTENCE_END.match(text[-1]) and not text.endswith(("...", "…")):
        return None
    if _are_labels(said, "labels"):
        return LABEL
    words = said.split()
    if len(words) <= MAX_JOINERS and all(word in fragment_words("joiners") for word in words):
        return JOINERS
    return None


def _are_labels(said: str, topic: str) -> bool:
    """Return True for one label of a topic, or two on one line: "Show caption Hide caption"."""
    known = fragment_words(topic)
    if said in known:
        return True
    spaces = [place for place, sign in enumerate(said) if sign == " "]
    return any(said[:place] in known and said[place + 1 :] in known for place in spaces)


def _is_leftover(signs: str) -> bool:
    return STARS.issuperset(signs) or (len(signs) <= MAX_SIGNS and CODE_SIGNS.isdisjoint(signs))


def _is_lone(page: Page, position: int) -> bool:
    """Return True for a block between two marked ones: boilerplate on both sides."""
    marks = page.removals
    before = position == 0 or marks[position - 1] is not None
    after = position == len(marks) - 1 or marks[position + 1] is not None
    return before and after


def _last_labels(page: Page, prose: list[int]) -> dict[int, Removal]:
    """Mark what ends the article without a sentence: the heading of a removed list, and names of its topics."""
    found: dict[int, Removal] = {}
    kept = page.kept_positions()
    topics = _topics(page)
    for position in reversed(kept[bisect_right(kept, prose[-1]) :]):
        if not _is_brief(page.columns, position):
            break
        text = page.columns.block_text(position)
        after = page.removals[position + 1] if position + 1 < len(page.removals) else None
        if normalise(text) in topics:
            evidence = "the name of a topic of the article"
        elif after is not None and after.reason in ENDINGS and _announces(page.columns, position, text):
            evidence = "announces what was removed below it"
        else:
            break
        found[position] = Removal("link-list", "stray_fragments.last", evidence, 0.7)
    return found


def _announces(columns: Columns, position: int, text: str) -> bool:
    """Return True for a heading, or a few words and a colon; not above the article's own list, such as references."""
    if labels("own").match(normalise(text)):
        return False
    return columns.kinds[position] == HEADING or (text[-1] in ":：" and text.count(" ") < MAX_LABEL_WORDS)


def _topics(page: Page) -> frozenset[str]:
    """Return the names of the article's topics and sections, normalised: its tags, and the folders of its address."""
    folders = host_and_path(page.url)[1].split("/")[:-1]
    return frozenset(filter(None, map(normalise, (*page.metadata.tags, *folders))))


def _islands(page: Page, prose: list[int]) -> list[int]:
    """List short lines outside the article whose neighbours are marked, and which end no sentence."""
    kept = page.kept_positions()
    outside = kept[: bisect_left(kept, prose[0])] + kept[bisect_right(kept, prose[-1]) :]
    return [position for position in outside if _is_lone(page, position) and _is_brief(page.columns, position)]


def _widget_lines(page: Page, prose: list[int]) -> list[int]:
    """List short lines of a text capture that stand between removed blocks of a comment section.

    Lines above its first block stay: results, ingredients, a signature.
    """
    columns, start = page.columns, prose[-1] + 1
    reasons = {i: removal.reason for i, removal in enumerate(page.removals[start:], start) if removal is not None}
    removed = [i for i, reason in reasons.items() if reason in WIDGETS]
    if len(removed) < MIN_WIDGET_BLOCKS or "comments" not in reasons.values():
        return []
    return [i for i in range(removed[0], removed[-1]) if i not in reasons and _is_brief(columns, i)]


def _is_brief(columns: Columns, position: int) -> bool:
    if columns.kinds[position] not in (PARAGRAPH, HEADING) or columns.block_length(position) > MAX_ISLAND_CHARS:
        return False
    text = columns.block_text(position)
    last = text.rstrip(CLOSING_QUOTES)[-1:]  # speech ends inside its quotation marks
    return last == ":" or not SENTENCE_END.match(last)


def _in_verse(page: Page, position: int) -> bool:
    """Return True in a text capture for a line of a stanza: no blank line parts it from a short line that is kept."""
    if not page.is_text:
        return False
    gaps, marks, prose = page.columns.gaps, page.removals, outline_of(page).block_prose
    follows = position > 0 and not gaps[position] and marks[position - 1] is None and not prose[position - 1]
    after = position + 1
    leads = after < len(marks) and not gaps[after] and marks[after] is None and not prose[after]
    return follows or leads


def _heads(page: Page, position: int, text: str) -> bool:
    """Return True for a heading or a number ("1", "2") above text that is kept: a part of the article begins there."""
    after = position + 1
    if after == len(page.removals) or page.removals[after] is not None:
        return False
    kinds = page.columns.kinds
    return kinds[position] == HEADING or text[:1] == "#" or kinds[after] == HEADING


def _repeated(page: Page, short: list[tuple[int, str]]) -> dict[str, int]:
    """Count labels of buttons that stand there again and again. Text captures may quote a screenplay."""
    if page.is_text:
        return {}
    kinds = page.columns.kinds
    counts = Counter(text for position, text in short if kinds[position] == PARAGRAPH)
    known = fragment_words("labels")
    return {text: count for text, count in counts.items() if count >= MIN_REPEATS and normalise(text) in known}


@transform
@dataclass
class RemoveStrayFragments(PageTransform):
    """Remove leftovers of templates. Works better if other steps have marked boilerplate before."""

    def clean(self, page: Page) -> Page:
        """Mark the stray fragments of a page; see `mark_stray_fragments`."""
        return mark_stray_fragments(page)
