"""Link lists: related articles, most read, previous and next, tags, "read also" lines, promoted headlines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from .core.base import PageTransform, transform
from .core.columns import KIND_NUMBERS, Columns
from .core.page import Block, Page, Removal
from .core.rows import TAG_NUMBERS
from .data import phrases
from .matching.headlines import is_cased, is_stamp, listed_headline, reads_like_headline, trailing_headlines
from .matching.outline import before_step, kept_lines, kept_positions, kept_prose, outline_of
from .matching.wording import SENTENCE_END, block_measures, blocks_opening_with, key_of_line, normalise

# Widths (see `wording.width`), set by hand: the longest label in the data has 39, the longest of 554 headlines 156.
MAX_LABEL = 60
MAX_LINE = 250
MAX_ITEM = 200
MAX_HEADLINE = 120
MAX_TAG = 32
MIN_ITEM_LINKS = 0.6
MIN_LINE_LINKS = 0.3
# "More from *" may name this many words.
MAX_OPEN_WORDS = 4
# A labelled container goes whole if it holds no more of the page's prose than this, and links make up that much of it.
MAX_PROSE_SHARE = 0.25
MIN_CONTAINER_LINKS = 0.5
UNREAD_KINDS = frozenset(KIND_NUMBERS[kind] for kind in ("table", "code"))
# Pages whose lists of links are content.
LISTED_KINDS = frozenset({"listing", "other"})
HEADING = KIND_NUMBERS["heading"]
LINK = TAG_NUMBERS["a"]
# What may part the words "Read also" from the headline they point to.
SEPARATOR = re.compile("[:：|»›>→–—]")
# What parts "Next: …" from "Previous: …" on one line, and the word from what it turns to.
TURN_BREAK = re.compile(r"[|·•/\n\]]")
TURN_END = re.compile("[:：«»‹›<>←→–—]")
BRACKETS = "[] "
MAX_TURN_WORDS = 3
# A list of short titles has at most so many.
MOST_TITLES = 20
# Signs around a label, and between tags; a tag on one line with others is a name of so many code points.
LEADING_SIGNS, REST_SIGNS = " #»«←→‹›<>|•·–—-", " :：»«←→‹›<>|•·–—-"
COLON = re.compile("[:：]")
TAG_BREAK, MAX_LINE_TAG = re.compile("[,،、·|/•]"), 40
# Titles of the articles before and after, each with an arrow; or one of them with its arrow. Anchored, no part repeats.
ARROWS = re.compile(r"[←→⟵⟶] ?\w|[^←→⟵⟶]{4,200} [→⟶]$")


class Labels(NamedTuple):
    """Phrases of one topic. `whole` are whole lines, `opening` are phrases that a name follows.

    `first_words` are the first words of all of them.
    """

    whole: frozenset[str]
    opening: tuple[str, ...]
    first_words: frozenset[str]

    def match(self, text: str) -> bool:
        """Return True if `text`, normalised, is a phrase of the topic."""
        if text in self.whole:
            return True
        return self.opens(text) and text.count(" ") <= 2 * MAX_OPEN_WORDS

    def opens(self, text: str) -> bool:
        """Return True if `text`, normalised, begins with a phrase and goes on."""
        return text.partition(" ")[0] in self.first_words and text.startswith(self.opening)


@cache
def labels(topic: str) -> Labels:
    """Read the phrases of a topic in all languages (`data/phrases/link_lists.json`)."""
    read = set(phrases("phrases/link_lists", topic))
    whole = frozenset(normalise(phrase) for phrase in read if not phrase.endswith("*"))
    opening = sorted(normalise(phrase) + " " for phrase in read if phrase.endswith("*"))
    return Labels(whole, tuple(opening), frozenset(phrase.partition(" ")[0] for phrase in (*whole, *opening)))


def mark_link_lists(page: Page, *, min_run: int) -> Page:
    """Mark links to other pages: lists with a label, "Read also: …" lines, page turns, and the run at the end.

    boiloff removes a label ("Related articles", in 30 languages) with the links or headline-like lines below it. It
    removes a line that begins with such a phrase, if the rest of the line is a link or a headline. It removes a run of
    headlines or links after the last paragraph of prose (see `headlines.trailing_headlines` for text without links). It
    keeps references, sources, steps, ingredients, lists inside the article without such a label, single last lines, and
    pages without prose. In text captures, a label also counts if site memory has removed it.
    """
    seen = before_step(page, "link_lists")
    found = _link_lists(seen, min_run)
    if page.is_text and (unlearned := before_step(seen, "site_memory")) is not seen:
        found = _link_lists(unlearned, min_run) | found
    return page.mark(found)


def _link_lists(page: Page, min_run: int) -> dict[int, Removal]:
    seen, prose = page, kept_prose(page)
    if not prose:
        return {}
    found: dict[int, Removal] = {}
    for rule in (_neighbours, _tag_lines, _filed_lines, _labelled_lists, _pointing_lines, _page_turns, _linked_run):
        marks = rule(seen, prose)
        seen = seen.mark(marks)
        found = marks | found
    return trailing_headlines(seen, prose, own=labels("own").match, min_run=min_run) | found


def _removals(positions: Iterable[int], evidence: str, score: float = 0.8) -> dict[int, Removal]:
    return {position: Removal("link-list", "link_lists", evidence, score) for position in positions}


def _labelled_lists(page: Page, prose: list[int]) -> dict[int, Removal]:
    """Mark labels with the lists below them."""
    columns = page.columns
    found: dict[int, Removal] = {}
    opening = blocks_opening_with(columns, kept_lines(page, MAX_LABEL), labels("headings").first_words)
    for position in reversed(opening):  # a label may stand over another one
        if not _is_label(columns, position):
            continue
        block = page.blocks[position]
        members = _container(page, position, prose) or _items(page, kept_positions(page, position + 1), prose)
        if members or _stands_alone(page, position, block, prose, found):
            found |= _removals([position, *members], f'under "{block.text}"' if members else "the label of a list")
    return found


def _is_label(columns: Columns, position: int) -> bool:
    if not labels("headings").match(key_of_line(columns, position)) or columns.kinds[position] in UNREAD_KINDS:
        return False
    return columns.text[columns.starts[position + 1] - 1] not in ".!?。"


def _container(page: Page, position: int, prose: list[int]) -> range | None:
    """Return the blocks after the label in the largest element that it opens, if that is mostly a list of links."""
    if page.is_text:
        return None
    outline = outline_of(page)
    sizes = outline.block_prose
    allowed = MAX_PROSE_SHARE * sum(sizes[i] for i in prose)
    element, best = page.blocks[position].element, None
    while element > 0 and outline.first[element] == position:
        if sum(sizes[i] for i in outline.blocks_in(element) if page.removals[i] is None) > allowed:
            break
        if outline.links[element] >= MIN_CONTAINER_LINKS * outline.size[element]:
            best = element
        element = page.elements[element].parent
    if best is None or outline.last[best] == position:
        return None
    return range(position + 1, outline.last[best] + 1)


def _items(page: Page, following: list[int], prose: list[int]) -> list[int]:
    """List the links right below a label, or the headlines where nothing is linked."""
    linked: list[int] = []
    for position in following:
        if not _is_linked_item(page.columns, position):
            break
        linked.append(position)
    return linked if linked or not page.is_text else _titles_below(page, following, prose)


def _is_linked_item(columns: Columns, position: int) -> bool:
    linked = columns.link_chars[position]
    if not linked:
        return False
    if linked / columns.block_length(position) < MIN_ITEM_LINKS:
        return _has_linked_lines(columns, position)
    return block_measures(columns)[0][position] <= MAX_ITEM


def _has_linked_lines(columns: Columns, position: int) -> bool:
    """Return True for several headlines in one block, each on a line with a link: only a part may be linked."""
    links = columns.link_firsts[position + 1] - columns.link_firsts[position]
    lines = [line for line in columns.block_text(position).split("\n") if any(map(str.isalnum, line))]
    return 1 < len(lines) <= links and all(len(line) <= MAX_HEADLINE and line[-1] not in ".。" for line in lines)


def _titles_below(page: Page, following: list[int], prose: list[int]) -> list[int]:
    """List the headline-like lines below a label; below the article also short titles, if nothing else follows them."""
    found = _headlines_below(page, following, prose)
    if found or not following or following[0] < prose[-1]:
        return found
    columns = page.columns
    ends = next(
        (i for i in range(following[0], len(page.removals)) if page.removals[i] is not None), len(page.removals)
    )
    titles = [i for i in following if i < ends]
    is_list = all(
        columns.block_length(i) <= MAX_HEADLINE and not SENTENCE_END.match(columns.block_text(i)[-1]) for i in titles
    )
    return titles if is_list and len(titles) <= MOST_TITLES else []


def _headlines_below(page: Page, following: list[int], prose: list[int]) -> list[int]:
    """List headline-like lines below a label. Before more prose the last may be a sub-heading, so it stays.

    Below the article they may be numbered; inside it numbers and bullets are the article's own.
    """
    lines: list[int] = []
    for position in following:
        text = page.columns.block_text(position)
        is_headline = listed_headline if position > prose[-1] else reads_like_headline
        if not is_headline(text) and not (lines and is_stamp(text)):
            break
        lines.append(position)
    if lines and lines[-1] < prose[-1] and not is_stamp(page.columns.block_text(lines[-1])):
        lines.pop()
    return lines


def _stands_alone(page: Page, position: int, block: Block, prose: list[int], found: dict[int, Removal]) -> bool:
    """Return True for a label whose list is removed already, or that is a call to read on and no heading."""
    said, after = normalise(block.text), position + 1
    if said not in labels("headings").whole and after not in found:
        return False
    if after == len(page.blocks) or page.removals[after] is not None or after in found:
        return position > prose[-1] or block.kind != "heading"
    return block.kind != "heading" and " " in said and said in labels("lines").whole


def _tag_lines(page: Page, prose: list[int]) -> dict[int, Removal]:
    """Mark the tags below a text capture's article: a label ("Filed under") and short lines, down to what was removed.

    Links show the tags of a page with markup.
    """
    if not page.is_text:
        return {}
    columns, found = page.columns, dict[int, Removal]()
    after = [i for i in kept_lines(page, MAX_LABEL) if i > prose[-1]]
    known = labels("tags").whole | labels("filed").whole
    for label in blocks_opening_with(columns, after, labels("tags").first_words | labels("filed").first_words):
        if key_of_line(columns, label) not in known:
            continue
        end = label + 1
        while end < len(page.removals) and page.removals[end] is None and _is_tag(columns, end):
            end += 1
        if end == len(page.removals) or page.removals[end] is not None:
            found |= _removals(range(label, end), f'under "{page.blocks[label].text}"')
    return found


def _is_tag(columns: Columns, position: int) -> bool:
    text = columns.block_text(position)
    return len(text) <= MAX_TAG and text.count(" ") < MAX_OPEN_WORDS and not SENTENCE_END.match(text[-1])


def _filed_lines(page: Page, prose: list[int]) -> dict[int, Removal]:
    """Mark lines below a text capture's article that are a label and the names of categories or tags.

    For example: "Categories Boats, Harbour Tags tide, mole". Above the article a line needs a label of two words.
    """
    if not page.is_text:
        return {}
    found: dict[int, Removal] = {}
    for position in _outside(page, prose):
        text = page.columns.block_text(position)
        label, rest = _label_and_rest(text, _openings("filed"))
        if not label or not rest or (position < prose[-1] and " " not in label):
            continue
        is_list = (
            " " in label
            or not label.isascii()
            or TAG_BREAK.search(rest)
            or COLON.search(text, len(label), len(text) - len(rest))
        )
        if is_list and _are_tags(rest):
            found |= _removals([position], f'starts with "{label}"')
    return found


def _are_tags(rest: str) -> bool:
    """Return True for the names of some categories, or for one name of few words."""
    if not rest or SENTENCE_END.match(rest[-1]):
        return False
    names = TAG_BREAK.split(rest)
    return all(len(name) <= MAX_LINE_TAG and name.count(" ") <= MAX_OPEN_WORDS for name in names)


def _neighbours(page: Page, prose: list[int]) -> dict[int, Removal]:
    """Mark lines of a text capture that turn to one other article: "Next post: …", "← … → …", or a label and a title.

    Links show these lines on a page with markup.
    """
    if not page.is_text:
        return {}
    columns, found = page.columns, dict[int, Removal]()
    known = _openings("neighbours")
    last = len(prose)  # a title may read like prose
    while last > 1 and _label_and_rest(columns.block_text(prose[last - 1])[:MAX_LINE], known)[0]:
        last -= 1
    prose = prose[:last]
    lines, unsure = _outside(page, prose), dict[int, Removal]()
    for position in lines:
        if position in found:
            continue
        text = columns.block_text(position)
        label, rest = _label_and_rest(text, known)
        if label and rest:
            (unsure if text[-1] == "." else found).update(_removals([position], f'starts with "{label}"'))
        elif label or _is_turn(key_of_line(columns, position), text):
            below = position + 1  # above the article this may be its own title
            has_title = position > prose[-1] and below in lines and columns.block_text(below)[-1] not in ".。"
            titles = [below] if has_title else []
            if label or titles:
                found |= _removals([position, *titles], "turns to the article before or to the next")
        elif position > prose[-1] and ARROWS.match(text):
            found |= _removals([position], "arrows turn to the articles before and after")
    return found | unsure if found else {}  # an author may say what the next article is about


def _is_turn(said: str, text: str) -> bool:
    return text[-1] not in ".。" and any(said in labels(topic).whole for topic in ("before", "after"))


def _outside(page: Page, prose: list[int]) -> list[int]:
    """List the kept lines above the first paragraph of prose and below the last one."""
    return [i for i in kept_lines(page, MAX_LINE) if not prose[0] <= i <= prose[-1]]


@cache
def _openings(topic: str) -> tuple[str, ...]:
    """Return the phrases of a topic in lower case, longest first."""
    return tuple(sorted({phrase.lower() for phrase in phrases("phrases/link_lists", topic)}, key=len, reverse=True))


def _label_and_rest(text: str, openings: tuple[str, ...]) -> tuple[str, str]:
    """Divide a line at the label that opens it, if the label begins like a name and its word ends there.

    A label may be glued to what follows: "Next ArticleThe mole".
    """
    bare = text.lstrip(LEADING_SIGNS)
    lower = bare.lower()
    if not lower.startswith(openings) or bare[0].islower() or len(lower) != len(bare):
        return "", ""
    label = next(phrase for phrase in openings if lower.startswith(phrase))
    behind = bare[len(label) : len(label) + 1]
    is_whole = not behind.isalpha() or behind.isupper() or (not label[-1].isascii() and not is_cased(label))
    return (bare[: len(label)], bare[len(label) :].strip(REST_SIGNS)) if is_whole else ("", "")


def _pointing_lines(page: Page, prose: list[int]) -> dict[int, Removal]:
    """Mark single lines that point elsewhere: "Read also: …" anywhere, "Headline: …" above the article."""
    found: dict[int, Removal] = {}
    second = prose[min(1, len(prose) - 1)]  # a promoted line may be long enough to pass for the first paragraph
    columns, kinds = page.columns, page.columns.kinds
    for position in kept_lines(page, MAX_LINE):
        opening = _opening(columns, position) if kinds[position] not in UNREAD_KINDS else ""
        if not opening:
            continue
        if labels("lines").match(opening) and _points(page.blocks[position], opening, position > prose[-1]):
            found |= _removals([position], f'starts with "{opening}"')
        elif position <= second and kinds[position] != HEADING and labels("promoted").match(opening):
            found |= _removals([position], f'promoted: starts with "{opening}"', 0.6)
    return found


def _opening(columns: Columns, position: int) -> str:
    """Return the text before the first link or the first mark, normalised, or `""`."""
    text, start, end = columns.text, columns.starts[position], columns.starts[position + 1]
    mark = SEPARATOR.search(text, start + 1, min(start + MAX_LABEL, end))
    ends = [mark.start()] if mark else []
    if 0 < columns.link_chars[position] < end - start and (before := _link_start(columns, position)):
        ends.append(start + before)
    if not ends or not text[min(ends) + 1 : end].strip():
        return ""
    return normalise(text[start : min(ends)])


def _link_start(columns: Columns, position: int) -> int:
    """Return the place where the first link of the block begins."""
    for run in range(columns.run_firsts[position], columns.run_firsts[position + 1]):
        start = columns.run_starts[run]
        if start > MAX_LABEL:
            break
        if _is_linked(columns, columns.run_elements[run]):
            return start
    return 0


def _is_linked(columns: Columns, element: int) -> bool:
    while element >= 0 and columns.element_tags[element] != LINK:
        element = columns.parents[element]
    return element >= 0


def _points(block: Block, opening: str, at_end: bool) -> bool:
    """Return True where the rest of a line is a link, or a headline without a full stop."""
    if block.link_density >= MIN_LINE_LINKS:
        return True
    if block.text[-1] in ".。" or block.links or (block.kind == "list-item" and not at_end):
        return False
    return at_end or " " in opening or not opening.isascii()


def _page_turns(page: Page, prose: list[int]) -> dict[int, Removal]:
    """Mark lines that turn both ways, outside the article: "Next poem: … | Previous: …"."""
    outside = (i for i in kept_lines(page, MAX_LINE) if not prose[0] < i < prose[-1])
    turning = [i for i in outside if _turns_both_ways(page.columns, i)]
    return _removals(turning, "turns to the page before and to the next")


def _turns_both_ways(columns: Columns, position: int) -> bool:
    parts = TURN_BREAK.split(columns.block_text(position).strip(BRACKETS), 2)
    if len(parts) != 2 or columns.kinds[position] in UNREAD_KINDS:
        return False
    openings = [normalise(next(filter(str.strip, TURN_END.split(part)), "")) for part in parts]
    if not all(openings):
        return False
    before, after = labels("before"), labels("after")
    first, second = openings
    return (_turns(first, before) and _turns(second, after)) or (_turns(first, after) and _turns(second, before))


def _turns(opening: str, to: Labels) -> bool:
    return opening.count(" ") < MAX_TURN_WORDS and (opening in to.whole or to.opens(opening))


def _linked_run(page: Page, prose: list[int]) -> dict[int, Removal]:
    """Mark two links or more that end the page.

    Keep them if they are the article's references, if one writes its address out, or if they outweigh the prose.
    """
    after = kept_positions(page, prose[-1] + 1)
    run: list[int] = []
    for position in reversed(after):
        if not _is_linked_item(page.columns, position):
            break
        run.insert(0, position)
    if len(run) < 2:
        return {}
    columns = page.columns
    size = sum(map(columns.block_length, run))
    above = next((page.blocks[i] for i in range(run[0] - 1, -1, -1) if page.removals[i] is None), None)
    announced = above is not None and (labels("own").match(normalise(above.text)) or above.text.endswith((":", "：")))
    # A system lists headlines. Only an author writes an address out.
    written_out = any("://" in columns.block_text(position) for position in run)
    if announced or written_out or size > sum(map(columns.block_length, prose)):
        return {}
    return _removals(run, f"{len(run)} links in a row end the page", 0.7)


@transform
@dataclass
class RemoveTrailingLinkLists(PageTransform):
    """Remove lists of other articles.

    `min_run` is the number of headline-like lines at the end of a page without links that count as headlines of other
    articles. After a comment widget, a disclaimer or another marked list, one such line is enough.
    """

    min_run: int = 3

    def clean(self, page: Page) -> Page:
        """Mark the link lists of a page; see `mark_link_lists`. Those of a listing are its entries."""
        return page if page.kind in LISTED_KINDS else mark_link_lists(page, min_run=self.min_run)
