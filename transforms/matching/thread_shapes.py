"""Comment threads by their structure, for pages without known names: similar parts, each with a date, a name
and text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache, cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

from ..compiled.threads import children_by_parent, find_stamps
from ..core.columns import KIND_NUMBERS
from ..core.page import Page, Removal
from ..data import topics
from .comment_threads import MIN_ARTICLE_PROSE, is_linked_counter
from .names import name_groups
from .outline import looks_of, outline_of
from .phrases import phrases_of
from .wording import SENTENCE_END, mask_digits, normalise

if TYPE_CHECKING:
    from array import array

    Integers = array[int]

# A stamp is a line with the date of a comment, and often its writer's name.
MAX_STAMP_CHARS = 90
MIN_COMMENTS = 2
# A comment has more words than its stamp: on average, so much width.
MIN_COMMENT_WIDTH = 15
# A label opens the thread that begins within so many blocks, and a form follows within as many.
NEAR = 6
MAX_NAME_WIDTH = 40
MAX_COMMENT_BLOCKS = 40
# More linked text than this is a list of other pages.
MAX_LINKED = 0.5
# Of the groups of stamps that look alike, so many are looked at, the largest first.
MAX_GROUPS = 20
# An article's own stamp may look like those of its comments; there are no more of them than this.
MOST_STRANGERS = 2
# What the evidence for a thread must add up to: an opening label, addresses or ids of single comments, names that
# differ from stamp to stamp and words of threads count 1 each; many comments and a form behind count a half.
ENOUGH = 2.0
MANY_COMMENTS = 4
# Above a thread without dates the article has so many paragraphs, and comments stand so near to each other.
MIN_PARAGRAPHS = 3
MOST_BETWEEN = 8
# Below so many labels it is looked for.
MOST_LABELS = 6
# What may stand behind the last sentence of a signed comment.
TAIL = re.compile(r"[.!?…]\s{1,3}([^.!?…\s][^.!?…]{1,30})\Z")
# The numbered ids and anchors of single comments, besides the words that name comments: linear, no repetition overlaps.
SHORT_MARKS = ("cmt", "com", "comm")
NUMBER = re.compile(r"\d{1,9}")
HEADING = KIND_NUMBERS["heading"]
WHOLE_BLOCK = 0


class Part(NamedTuple):
    """A stretch of blocks, `end` exclusive."""

    start: int
    end: int


def mark_by_shape(page: Page) -> dict[int, Removal]:
    """Return removals for the comment threads of a page that show by their shape alone.

    Such a thread is below the article. Its stamps look alike, and each belongs to a comment: either in a box of its
    own, which looks like its neighbours, or in turn with the comments' words. A list of dated articles has that
    shape, too, and so has a live blog: so there must be a label of comments above, an address or id of single comments,
    or a button that only comments have, and names that differ.
    """
    columns, prose = page.columns, outline_of(page).block_prose
    blocks, lines, floor = find_stamps(columns.text, columns.starts, prose, MIN_ARTICLE_PROSE, MAX_STAMP_CHARS)
    if not phrases_of(page, "comments") and len(blocks) < MIN_COMMENTS:
        return {}
    looks, parents = looks_of(columns).looks, columns.parents
    alike: dict[tuple[int, int, bool], list[int]] = defaultdict(list)
    for block, line in zip(blocks, lines, strict=True):
        if page.removals[block] is None:
            element = columns.elements[block]
            alike[looks[element], columns.element_tags[max(parents[element], 0)], line == WHOLE_BLOCK].append(block)
    removals: dict[int, Removal] = {}
    finder = _Finder(page, floor)
    groups = [(key, stamps) for key, stamps in alike.items() if len(stamps) >= MIN_COMMENTS]
    for (_, _, is_whole), stamps in sorted(groups, key=lambda group: -len(group[1]))[:MAX_GROUPS]:
        removals.update(finder.thread(stamps, is_whole))
    return removals or finder.signed()


class _Finder:
    """Looks for threads on one page, from the block `floor` on; `labels` are those that may open one."""

    def __init__(self, page: Page, floor: int) -> None:
        self.page = page
        self.columns = page.columns
        self.outline = outline_of(page)
        self.looks = looks_of(page.columns).looks
        self.floor = floor
        self.labels = sorted(i for i in phrases_of(page, "comments") if i >= floor and self._is_label(i))

    def thread(self, stamps: list[int], is_whole: bool) -> dict[int, Removal]:
        """Return removals for the thread that these stamps belong to, if they show one."""
        if not self._labels_in(0, stamps[-1]) and not self._has_marks(Part(stamps[0], stamps[-1] + 1), len(stamps)):
            return {}
        for _ in range(MOST_STRANGERS + 1):
            if self._labels_in(stamps[0] + 1, stamps[1]):
                stamps = stamps[1:]  # the article's own
                if len(stamps) < MIN_COMMENTS:
                    break
            part = self._boxes(stamps, is_whole) or (self._turns(stamps) if is_whole else None)
            if part is not None:
                said = self._evidence(part, stamps)
                if said:
                    removal = Removal("comments", "comment_widgets.shape", said, 0.8)
                    free = (i for i in range(self._label_above(part), part.end) if self.page.removals[i] is None)
                    return dict.fromkeys(free, removal)
            stamps = stamps[1:]
            if len(stamps) < MIN_COMMENTS:
                break
        return {}

    def signed(self) -> dict[int, Removal]:
        """Return removals for a thread without dates: paragraphs below a strong label, most of them signed.

        None of them looks like one of the article's, and none of the article's follows. Below a heading they need no
        names. A page may have several labels, of forms and of lists of other pages.
        """
        strong = (label for label in self.labels if self._is_strong(label))
        return next(filter(None, map(self._signed_below, islice(strong, MOST_LABELS))), {})

    def _signed_below(self, label: int) -> dict[int, Removal]:
        prose, columns = self.outline.block_prose, self.columns
        above = [i for i in range(label) if prose[i]]
        if len(above) < MIN_PARAGRAPHS:
            return {}
        paths = looks_of(columns).paths
        own = {paths[columns.elements[i]] for i in above}
        below = [i for i in range(label + 1, len(prose)) if prose[i] and self.page.removals[i] is None]
        if not below or below[0] > label + NEAR or any(paths[columns.elements[i]] in own for i in below):
            return {}
        if any(map(self._is_strong, self._labels_in(label + 1, below[0]))):
            return {}  # the nearer label has them
        path = paths[columns.elements[below[0]]]
        comments = [i for i in below if paths[columns.elements[i]] == path]
        for number, (one, other) in enumerate(pairwise(comments), start=1):
            if other > one + MOST_BETWEEN:
                comments = comments[:number]
                break
        end = comments[-1] + 1
        while end < len(prose) and paths[columns.elements[end]] == path:  # short ones are no prose
            end += 1
        part = Part(label + 1, end)
        if any(self._line(i) == self._line(label) for i in range(*part)):
            return {}  # one of several calls
        by_place = {place: len({sign for i in comments if (sign := self._signature(i, place))}) for place in (0, 1, -1)}
        place = max(by_place, key=by_place.__getitem__)
        signed = by_place[place]
        is_heading = columns.kinds[label] == HEADING and len(comments) >= MIN_COMMENTS
        if self._linked(part) > MAX_LINKED or not (is_heading or signed >= max(MIN_COMMENTS, len(comments) / 2)):
            return {}
        if place == 1 and self._signature(comments[-1], place):
            part = Part(part.start, part.end + 1)
        said = f'{len(comments)} comments, {signed} of them signed, below "{self._line(label)}"'
        removal = Removal("comments", "comment_widgets.shape", said, 0.7)
        return dict.fromkeys((i for i in range(*part) if self.page.removals[i] is None), removal)

    def _labels_in(self, start: int, end: int) -> list[int]:
        return self.labels[bisect_left(self.labels, start) : bisect_left(self.labels, end)]

    def _is_strong(self, block: int) -> bool:
        return any(phrase.strength == "strong" for phrase in phrases_of(self.page, "comments").get(block, ()))

    def _signature(self, block: int, place: int) -> str:
        """Return the name that a comment begins or ends with, or that is on the line below (1) or above it (-1).

        It may stand behind the last sentence, on the same line.
        """
        text = self.columns.block_text(block)
        if place == 0:
            lines = text.split("\n")
            found = (lines[0], lines[-1], lines[0].partition(":")[0], _tail_of(lines[-1]))
            return next((line for line in found if line != text and self._may_sign(line)), "")
        beside = block + place
        if beside >= len(self.columns.kinds) or self.columns.kinds[beside] == HEADING:
            return ""
        line = self.columns.block_text(beside)
        return line if self._may_sign(line) and not self._is_label(beside) and not self._is_button(beside) else ""

    @staticmethod
    def _may_sign(line: str) -> bool:
        return 1 < len(line) <= MAX_STAMP_CHARS // 2 and not SENTENCE_END.search(line)

    def _ancestor(self, stamps: list[int]) -> int:
        """Return the innermost element that has all of these blocks: of ancestors, parents come before children."""
        parents = self.columns.parents
        found = self.columns.elements[stamps[0]]
        for block in stamps[1:]:
            element = self.columns.elements[block]
            while element != found:
                if element > found:
                    element = parents[element]
                else:
                    found = parents[found]
                if min(element, found) < 0:
                    return 0
        return found

    def _child(self, container: int, block: int) -> int:
        """Return the child of a container that contains a block; the container itself for a block right inside it."""
        element = self.columns.elements[block]
        parents = self.columns.parents
        while element > container and parents[element] != container:
            element = parents[element]
        return element

    def _boxes(self, stamps: list[int], is_whole: bool) -> Part | None:
        """Return the blocks of a row of equal elements, each of which contains a stamp and words, or None."""
        container = self._ancestor(stamps)
        boxes = sorted({self._child(container, block) for block in stamps})
        if len(boxes) < MIN_COMMENTS or boxes[0] <= container:
            return None
        first, last, size = self.outline.first, self.outline.last, self.outline.size
        stamped = sum(map(self._width_of, stamps)) if is_whole else 0
        if sum(size[box] for box in boxes) - stamped < MIN_COMMENT_WIDTH * len(boxes):
            return None
        if any(last[box] == first[box] for box in boxes) and not self._are_texts(boxes):
            return None
        equals = [other for other in self._equals(container, boxes) if last[other] >= 0]
        if not equals:
            return None
        # Of posts in a forum the first is above all others.
        if first[equals[0]] < self.floor:
            return None
        return Part(first[equals[0]], max(last[other] for other in equals) + 1)

    def _equals(self, container: int, boxes: list[int]) -> list[int]:
        """Return the elements inside a container that are alike with these boxes; none where they are not alike.

        They have the same tag and the same names, or a name in common: others may be the writer's.
        """
        tags, names_of = self.columns.element_tags, looks_of(self.columns).names_of
        tag, look = tags[boxes[0]], self.looks[boxes[0]]
        if all(self.looks[box] == look for box in boxes):
            return [other for other in self._inside(container) if self.looks[other] == look]
        shared = frozenset.intersection(*(names_of(self.columns, box) for box in boxes))
        if not shared or any(tags[box] != tag for box in boxes):
            return []
        inside = self._inside(container)
        return [other for other in inside if tags[other] == tag and shared <= names_of(self.columns, other)]

    def _are_texts(self, boxes: list[int]) -> bool:
        """Return whether the boxes of one block have line breaks: a stamp and words."""
        first, last = self.outline.first, self.outline.last
        return all(last[box] > first[box] or "\n" in self.columns.block_text(first[box]) for box in boxes)

    def _inside(self, container: int) -> Integers:
        firsts, children = self._children
        return children[firsts[container + 1] : firsts[container + 2]]

    @cached_property
    def _children(self) -> tuple[Integers, Integers]:
        return children_by_parent(self.columns.parents)

    def _turns(self, stamps: list[int]) -> Part | None:
        """Return the blocks of comments whose stamps and words stand in turn, or None.

        The stamps stand above the words if there is no running text between the label and the first of them.
        """
        if any(after == stamp + 1 for stamp, after in pairwise(stamps)):
            return None
        container = self._ancestor(stamps)
        between = [i for stamp, after in pairwise(stamps) for i in range(stamp + 1, after)]
        if sum(map(self._width_of, between)) < MIN_COMMENT_WIDTH * (len(stamps) - 1):
            return None
        looks = {self.looks[self._child(container, i)] for i in between if self._is_in(container, i)}
        label = self._label(stamps[0], looks, container)
        start = self._start(stamps[0], looks, container) if label is None else label + 1
        if start < stamps[0]:  # the words stand above
            return Part(start, stamps[-1] + 1)
        end = stamps[-1] + 1
        while end < len(self.columns.kinds) and self._continues(container, end, looks):
            end += 1
        return Part(start, end)

    def _continues(self, container: int, block: int, looks: set[int]) -> bool:
        return (
            self._is_in(container, block)
            and self.columns.kinds[block] != HEADING
            and self.looks[self._child(container, block)] in looks
        )

    def _is_in(self, container: int, block: int) -> bool:
        return self.outline.first[container] <= block <= self.outline.last[container]

    def _start(self, stamp: int, looks: set[int], container: int) -> int:
        """Return where the comment begins whose stamp this is: at a numbered id of comments, or at the stamp."""
        start = block = stamp
        while block > self.floor and self._is_in(container, block - 1):
            child = self._child(container, block - 1)
            if child <= container or self.looks[child] not in looks:
                break
            block -= 1
            if self._is_mark(self.columns.pool[self.columns.ids[child]]):
                start = block
        return start

    def _label(self, stamp: int, looks: set[int], container: int) -> int | None:
        """Return the nearest label of comments above the first stamp: at its comment's words, or right above it."""
        place = bisect_left(self.labels, stamp)
        if place == 0:
            return None
        nearest = self.labels[place - 1]
        above = range(nearest + 1, stamp)
        if len(above) <= NEAR or all(self._continues(container, i, looks) for i in above):
            return nearest
        return None

    def _is_label(self, block: int) -> bool:
        """Return whether a block is a label that may open a thread.

        A weak one, such as "Comments", must be a heading, or named for comments.
        """
        found = phrases_of(self.page, "comments").get(block, ())
        if not found or is_linked_counter(self.columns, block):
            return False
        is_heading = self.columns.kinds[block] == HEADING or self.outline.has_group(
            self.columns.elements[block], "comments"
        )
        return any(
            phrase.strength == "strong" or (phrase.strength == "weak" and phrase.place == "whole" and is_heading)
            for phrase in found
        )

    def _evidence(self, part: Part, stamps: list[int]) -> str:
        """Return the evidence that a part of a page is a thread, in words for the ledger; `""` where it falls short."""
        stamps = [stamp for stamp in stamps if part.start <= stamp < part.end]
        is_long = part.end - part.start > MAX_COMMENT_BLOCKS * len(stamps)
        if len(stamps) < MIN_COMMENTS or is_long or self._linked(part) > MAX_LINKED:
            return ""
        said = []
        labels = self._labels_in(part.start - NEAR, part.start)
        inside = len(self._labels_in(stamps[0], stamps[-1]))
        if 2 * inside >= len(stamps) or (labels and self._counts_fewer(labels[-1], len(stamps))):
            return ""  # each of these articles has comments
        if any(mark is not None and mark.reason == "comments" for mark in self.page.removals[part.start : part.end]):
            return ""  # so has each of these posts, in a widget of its own
        if labels:
            said.append(f'below "{self._line(labels[-1])}"')
        if self._has_marks(part, len(stamps)):
            said.append("with addresses of comments")
        if not said:
            return ""
        if 2 * sum(self._is_button(i) for i in range(*part)) >= len(stamps):
            said.append("with words of threads")
        score = float(len(said))
        if self._has_names(part, stamps):
            said.append("with names")
            score += 1
        score += 0.5 * (len(stamps) >= MANY_COMMENTS)
        score += 0.5 * bool(self._labels_in(part.end, part.end + NEAR))
        if score < ENOUGH:
            return ""
        return f"{len(stamps)} comments alike, each with a date, {' and '.join(said)}"

    def _label_above(self, part: Part) -> int:
        """Return where a thread begins with its label, if that is right above it; else where its part begins."""
        return part.start - 1 if self._labels_in(part.start - 1, part.start) else part.start

    def _counts_fewer(self, label: int, comments: int) -> bool:
        """Return whether a label has the number of comments, and it is smaller than this one."""
        numbers = NUMBER.findall(self._line(label))
        return len(numbers) == 1 and int(numbers[0]) + 1 < comments

    def _line(self, block: int) -> str:
        return " ".join(self.columns.block_text(block).split())[:60]

    def _linked(self, part: Part) -> float:
        starts = self.columns.starts
        length = starts[part.end] - starts[part.start]
        return sum(self.columns.link_chars[part.start : part.end]) / max(length, 1)

    def _is_button(self, block: int) -> bool:
        return any(phrase.strength == "thread" for phrase in phrases_of(self.page, "comments").get(block, ()))

    def _has_marks(self, part: Part, comments: int) -> bool:
        """Return whether every other comment has an address or an id of its own."""
        columns = self.columns
        links = set(columns.links[columns.link_firsts[part.start] : columns.link_firsts[part.end]])
        anchors = {columns.pool[link].rpartition("#")[2] for link in links if "#" in columns.pool[link]}
        if 2 * sum(map(self._is_mark, anchors)) >= comments:
            return True
        ids = {columns.pool[columns.ids[element]] for element in self._elements(part) if columns.ids[element]}
        return 2 * sum(map(self._is_mark, anchors | ids)) >= comments

    def _elements(self, part: Part) -> Iterator[int]:
        """Iterate over the elements that the blocks of a part stand in, up to the one that contains the whole part."""
        seen: set[int] = set()
        for block in range(*part):
            element = self.columns.elements[block]
            while element >= 0 and element not in seen and self._lies_in(element, part):
                seen.add(element)
                element = self.columns.parents[element]
        yield from seen

    def _lies_in(self, element: int, part: Part) -> bool:
        return part.start <= self.outline.first[element] and self.outline.last[element] < part.end

    @staticmethod
    def _is_mark(name: str) -> bool:
        return bool(name) and _marks().fullmatch(name) is not None

    def _has_names(self, part: Part, stamps: list[int]) -> bool:
        """Return whether most stamps, with the short lines beside them, have words that few others have."""
        said = [self._names_beside(stamp, part) for stamp in stamps]
        counts = Counter(word for words in said for word in words)
        own = [any(2 * counts[word] <= max(len(said), 2) for word in words) for words in said]
        return 2 * sum(own) > len(own)

    def _names_beside(self, stamp: int, part: Part) -> set[str]:
        text = self.columns.block_text(stamp)
        lines = [line for line in text.split("\n") if len(line) <= MAX_STAMP_CHARS]
        for beside in (stamp - 1, stamp + 1):
            if part.start <= beside < part.end and self._width_of(beside) <= MAX_NAME_WIDTH:
                line = self.columns.block_text(beside)
                if not SENTENCE_END.search(line):
                    lines.append(line)
        words = {word for line in lines for word in normalise(line).split() if len(word) > 1 and not word.isdigit()}
        return {word for word in words if "0" not in mask_digits(word)} - _months()

    def _width_of(self, block: int) -> int:
        return self.outline.block_width[block]


def _tail_of(line: str) -> str:
    """Return the words behind the last sentence of a line, if they are few."""
    tail = TAIL.search(line, max(0, len(line) - MAX_NAME_WIDTH))
    return tail[1] if tail else ""


@cache
def _months() -> frozenset[str]:
    """Read the names of the months in all languages, in the form of `normalise`."""
    months = topics("phrases/months").values()
    return frozenset(normalise(name) for languages in months for names in languages.values() for name in names)


@cache
def _marks() -> re.Pattern[str]:
    """Compile the ids and anchors of single comments: "comment-12", "com12", "kommentar_12"."""
    words = [word for word, groups in name_groups().items() if "comments" in groups]
    named = "|".join(sorted((*words, *SHORT_MARKS)))
    return re.compile(rf"(?:[a-z]{{1,12}}[-_])?(?:{named})[-_]?\d{{1,20}}", re.IGNORECASE)
