# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The article's container, found by rule: whose paragraphs speak for it, and what inside it is named otherwise."""

from __future__ import annotations

from array import array

import cython

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.page_columns import BlockColumns
else:
    from .page_columns import BlockColumns

# A page with no more prose than this is short; its paragraphs may stand in so many wrappers each.
MOST_OF_SHORT = cython.declare(cython.longlong, 500)
WRAPPERS = cython.declare(cython.int, 3)
# A name on an element that holds this share of the page's prose is the name of a wrapper: a body inside
# "share-wrapper" or "has-sidebar" is still the body.
MAX_NAMED_SHARE = cython.declare(cython.double, 0.35)
# A sidebar with more text than a short article has less than this; what contains nearly all is not a sidebar.
MAX_REGION_SHARE = cython.declare(cython.double, 0.95)
# And where all elements with such a name hold this share between them, as teasers do on a page that lists stories,
# leaving them out would leave nothing.
MAX_GROUP_SHARE = cython.declare(cython.double, 0.7)
# Longer paragraphs do not speak louder, and each ancestor hears half of what the one below it heard.
MAX_VOTE = cython.declare(cython.int, 600)
ANCESTORS = cython.declare(cython.int, 3)
# The parts of a split body are joined when the parent holds this much more prose, in relation and in letters, ...
JOIN_RATIO = cython.declare(cython.double, 1.12)
JOIN_WIDTH = cython.declare(cython.int, 150)
# ... unless the part found already holds nearly all the page has.
ENOUGH_SHARE = cython.declare(cython.double, 0.9)
LINK_LIST_DENSITY = cython.declare(cython.double, 0.6)
LINK_LIST_WIDTH = cython.declare(cython.int, 160)
# How many blocks before the body a standfirst may stand, and behind a headline.
STANDFIRST_BLOCKS = cython.declare(cython.int, 12)
HEADLINE_BLOCKS = cython.declare(cython.int, 6)
MIN_STANDFIRST_WIDTH = cython.declare(cython.int, 50)
MAX_STANDFIRST_WIDTH = cython.declare(cython.int, 600)
# A list between two blocks of the article has at least so many items, and each at least this chance to be article.
LIST_ITEMS = cython.declare(cython.int, 2)
LIST_CHANCE = cython.declare(cython.double, 0.25)
# An item that is mostly a link has less: most lists of links do not belong to an article.
LINKED_CHANCE = cython.declare(cython.double, 0.05)
# A heading between two blocks of the article has less, because some boxes are named for what opens and closes them. A
# question has the least: the button that opens its answer is like any other button.
HEADING_CHANCE = cython.declare(cython.double, 0.2)
QUESTION_CHANCE = cython.declare(cython.double, 0.05)
# A style that cuts a text off and a name for a notice speak twice as much as a name for a caption.
CAPTION = cython.declare(cython.int, 1)
FIRM = cython.declare(cython.int, 2)
# The same number for those who read the flags.
CAPTION_NAME = CAPTION
COLONS = (":", "：")
QUESTION_MARKS = ("?", "？", "؟")
ANCHOR = "#"
MAX_STANDFIRST_LINK_DENSITY = cython.declare(cython.double, 0.3)


@cython.final
@cython.cclass
class Names:
    """What tags, kinds and the groups of names mean, as numbers and masks.

    `tagged` gives for each known tag the reason to leave its text out (0: none), `named` and `reasons` for groups, the
    most telling first; `caption_names`, `excerpt_names` and `notice_names` are three of them. `text_kinds` flags kinds
    of blocks that no picture holds, `containers` tags that paragraphs speak for. `regions` are the groups of what
    stands beside an article, `region_tags` flags its tags.
    """

    tagged: cython.int[::1]
    named: cython.longlong[::1]
    reasons: cython.int[::1]
    text_kinds: cython.uchar[::1]
    containers: cython.uchar[::1]
    title: cython.longlong
    article: cython.longlong
    of_post: cython.longlong
    regions: cython.longlong
    region_tags: cython.uchar[::1]
    article_tag: cython.int
    figure_tag: cython.int
    caption_tag: cython.int
    caption_names: cython.longlong
    excerpt_names: cython.longlong
    notice_names: cython.longlong
    h1: cython.int
    h2: cython.int
    caption: cython.int
    paragraph: cython.int
    heading: cython.int
    list_item: cython.int

    def __init__(
        self,
        *,
        tagged: array,
        named: array,
        reasons: array,
        text_kinds: bytearray,
        containers: bytearray,
        title: cython.longlong,
        article: cython.longlong,
        of_post: cython.longlong,
        caption_names: cython.longlong,
        excerpt_names: cython.longlong,
        notice_names: cython.longlong,
        regions: cython.longlong,
        region_tags: bytearray,
        tags: dict,
        kinds: dict,
    ) -> None:
        self.tagged, self.named, self.reasons = tagged, named, reasons
        self.text_kinds, self.containers = text_kinds, containers
        self.title, self.article, self.of_post = title, article, of_post
        self.caption_names, self.excerpt_names, self.notice_names = caption_names, excerpt_names, notice_names
        self.regions, self.region_tags = regions, region_tags
        self.article_tag, self.figure_tag, self.caption_tag = tags["article"], tags["figure"], tags["caption"]
        self.h1, self.h2 = tags["h1"], tags["h2"]
        self.caption, self.paragraph, self.heading = kinds["caption"], kinds["paragraph"], kinds["heading"]
        self.list_item = kinds["list-item"]


@cython.final
@cython.cclass
class Weighed(BlockColumns):
    """A page's containers, weighed once. `columns`, `outline` and `marks` are the page's, 0 for an unmarked block.

    `body` is the element that holds the article, -1 where neither prose nor a name shows it. `speakers` has for each
    element that one of it and its ancestors whose name or tag speaks against its text, -1 where none does, `reasons`
    the number of the reason. `regions` are the elements that are named for what stands beside an article, but hold so
    much of the page's prose that nothing speaks against them. Of blocks `held` flags those that the rule takes for
    part of the article, `linked` those that are mostly links, `captions` those below pictures. `apart` is `CAPTION` for
    paragraphs and items in an element that is only named for a caption, and `FIRM` where it is named for a notice or
    cut off after some lines. `summaries` are the blocks that may be standfirsts, by their place and length.
    """

    body = cython.declare(cython.int, visibility="readonly")
    speakers = cython.declare(object, visibility="readonly")
    reasons = cython.declare(object, visibility="readonly")
    regions = cython.declare(list, visibility="readonly")
    held = cython.declare(object, visibility="readonly")
    linked = cython.declare(object, visibility="readonly")
    captions = cython.declare(object, visibility="readonly")
    apart = cython.declare(object, visibility="readonly")
    summaries = cython.declare(object, visibility="readonly")
    names: Names
    text: str
    class_lists: cython.int[::1]
    block_width: cython.int[::1]
    marks: cython.uchar[::1]
    speaker: cython.int[::1]
    prose: cython.int[::1]  # of each block that is not marked
    total: cython.longlong
    prose_before: cython.longlong[::1]  # the sums of it
    own_before: cython.longlong[::1]  # the sums of what nothing speaks against

    def __init__(self, names: Names, columns: object, outline: object, marks: bytearray) -> None:
        super().__init__(columns, outline)
        self.names, self.marks = names, marks
        self.block_width = outline.block_width
        if len(self.marks) != self.blocks:
            raise ValueError(f"{len(self.marks)} marks for {self.blocks} blocks")
        self.text, self.class_lists = columns.text, columns.class_lists
        self._sum_prose()
        self._find_speakers()
        self.own_before = self._sums_of_own()
        self.body = self._find_body()
        self._find_kinds()
        self._find_held()
        self._find_summaries()

    def speakers_of(self, positions: list) -> list:
        """Return for each of these blocks the element that speaks against it, -1 where none does; -2 for a caption."""
        captions: cython.uchar[::1] = self.captions
        found: list = []
        i: cython.Py_ssize_t
        block: cython.int
        for i in range(len(positions)):
            block = positions[i]
            found.append(-2 if captions[block] else self.speaker[self.elements[block]])
        return found

    def keep_lists(self, article: cython.double[::1], threshold: cython.double, columns: object) -> None:
        """Raise the probabilities of lists between two blocks of the article to the threshold, unless they are small.

        In a short article one item counts, and at its end the second block is missing.
        No feature says that the paragraphs of a short page go on behind a list in a wrapper of its own. A list of links
        belongs to the article, too, if a line with a colon opens it, if it stands between other items, or if it is as
        likely as other lists; a table of contents does not.
        """
        block: cython.int
        item: cython.int
        linked: cython.uchar[::1] = self.linked
        items: cython.int = -1  # of the list behind a block of the article; -1 where there is no such block
        is_short: cython.bint = self.body >= 0 and self.total <= MOST_OF_SHORT
        last: cython.int = self.last[self.body] if is_short else -1
        fewest: cython.int = 1 if is_short else LIST_ITEMS
        if len(article) != self.blocks:
            raise ValueError(f"{len(article)} probabilities for {self.blocks} blocks")
        for block in range(self.blocks):
            if self.marks[block]:
                items = -1
            elif article[block] >= threshold:
                if items > 0 and self._belongs(block - items, block, fewest, article, columns):
                    for item in range(block - items, block):
                        article[item] = threshold
                items = 0
            elif items >= 0:
                least: cython.double = LINKED_CHANCE if linked[block] else LIST_CHANCE
                is_likely: cython.bint = article[block] >= least and self.speaker[self.elements[block]] < 0
                items = items + 1 if is_likely and self._is_of_list(block) else -1
                if block == last and items >= fewest and self._count_linked(block + 1 - items, block + 1) == 0:
                    for item in range(block + 1 - items, block + 1):
                        article[item] = threshold

    def keep_headings(self, article: cython.double[::1], threshold: cython.double) -> None:
        """Raise the probabilities of headings and questions between a block of the article and its running text.

        Linked headings point to other articles, and a headline repeats the title.
        """
        block: cython.int
        linked: cython.uchar[::1] = self.linked
        apart: cython.uchar[::1] = self.apart
        least: cython.double
        if len(article) != self.blocks:
            raise ValueError(f"{len(article)} probabilities for {self.blocks} blocks")
        for block in range(1, self.blocks - 1):
            if self.marks[block] or article[block] >= threshold or linked[block] or apart[block]:
                continue
            if self.marks[block - 1] or article[block - 1] < threshold or article[block + 1] < threshold:
                continue
            if not self.prose[block + 1] or self.starts[block] == self.starts[block + 1]:
                continue
            least = HEADING_CHANCE if self.kinds[block] == self.names.heading else 1
            if self.text[self.starts[block + 1] - 1] in QUESTION_MARKS:
                least = QUESTION_CHANCE
            if article[block] >= least and self.block_tags[block] != self.names.h1:
                article[block] = threshold

    @cython.cfunc
    def _is_of_list(self, block: cython.int) -> cython.bint:
        """Return True for an item, and for a line that announces a list with a colon and is not a link."""
        if self.kinds[block] == self.names.list_item:
            return True
        end: cython.int = self.starts[block + 1]
        if self.linked[block] or self.starts[block] == end:
            return False
        return self.text[end - 1] == ":" or self.text[end - 1] == "："

    @cython.cfunc
    def _count_linked(self, first: cython.int, end: cython.int) -> cython.int:
        """Count the blocks of a run that are mostly links."""
        linked: cython.uchar[::1] = self.linked
        block: cython.int
        links: cython.int = 0
        for block in range(first, end):
            links += linked[block] != 0
        return links

    @cython.cfunc
    def _belongs(
        self,
        first: cython.int,
        end: cython.int,
        fewest: cython.int,
        article: cython.double[::1],
        columns: object,
    ) -> cython.bint:
        """Return whether a run of likely list items between two blocks of the article is part of it."""
        linked: cython.uchar[::1] = self.linked
        block: cython.int
        is_likely: cython.bint = True
        if self._count_linked(first, end) == 0:
            return end - first >= fewest
        for block in range(first, end):
            if linked[block]:
                is_likely = is_likely and article[block] >= LIST_CHANCE
        is_among_items: cython.bint = (
            self.kinds[first - 1] == self.names.list_item and self.kinds[end] == self.names.list_item
        )
        if not (is_likely or is_among_items or columns.text[self.starts[first] - 1] in COLONS):
            return False
        targets: list = columns.links[columns.link_firsts[first] : columns.link_firsts[end]].tolist()
        return 2 * sum([ANCHOR in columns.pool[target] for target in targets]) <= len(targets)

    @cython.cfunc
    def _sum_prose(self) -> cython.void:
        block: cython.int
        self.prose = array("i", [0]) * self.blocks
        self.prose_before = array("q", [0]) * (self.blocks + 1)
        self.total = 0
        for block in range(self.blocks):
            if not self.marks[block]:
                self.prose[block] = self.block_prose[block]
            self.total += self.prose[block]
            self.prose_before[block + 1] = self.total

    @cython.cfunc
    def _inside(self, sums: cython.longlong[::1], element: cython.int) -> cython.longlong:
        """Return the part of running sums over the blocks that falls to those inside an element.

        It is minus all of it for one that holds no block but is a part of one, as a link is.
        """
        return sums[self.last[element] + 1] - sums[self.first[element]]

    @cython.cfunc
    def _groups_of_the_page(self) -> cython.longlong:
        """Return groups whose elements hold most of the page's prose between them: they name what the page is."""
        held: cython.longlong[::1] = array("q", [0]) * 64
        ends: cython.int[::1] = array("i", [-1]) * 64
        element: cython.int
        group: cython.int
        groups: cython.longlong
        prose: cython.longlong
        found: cython.longlong = 0
        bit: cython.longlong = 1
        for element in range(len(self.groups)):
            groups = self.groups[element]
            if not groups:
                continue
            prose = self._inside(self.prose_before, element)
            if not prose or prose > MAX_NAMED_SHARE * self.total:
                continue
            group = 0
            while groups:
                if groups & 1 and self.first[element] > ends[group]:
                    ends[group] = self.last[element]
                    held[group] += prose
                groups >>= 1
                group += 1
        for group in range(63):
            if held[group] > MAX_GROUP_SHARE * self.total:
                found |= bit << group
        return found

    @cython.cfunc
    def _find_speakers(self) -> cython.void:
        count: cython.Py_ssize_t = len(self.parents)
        self.speakers = array("i", [-1]) * count
        self.reasons = array("i", [0]) * count
        self.regions = []
        self.speaker = self.speakers
        reasons: cython.int[::1] = self.reasons
        believed: cython.longlong = ~self._groups_of_the_page()
        texts: cython.longlong[::1] = self._sums_of_texts()
        known: cython.int = cython.cast(cython.int, len(self.names.tagged))
        element: cython.int
        parent: cython.int
        for element in range(count):
            parent = self.parents[element]
            if parent >= 0 and self.speaker[parent] >= 0:
                self.speaker[element] = self.speaker[parent]
                reasons[element] = reasons[parent]
            elif self.groups[element] or (self.tags[element] < known and self.names.tagged[self.tags[element]]):
                reasons[element] = self._own_reason(element, believed, texts)
                if reasons[element]:
                    self.speaker[element] = element

    @cython.cfunc
    def _own_reason(self, element: cython.int, believed: cython.longlong, texts: cython.longlong[::1]) -> cython.int:
        names: Names = self.names
        tag: cython.int = self.tags[element]
        groups: cython.longlong = self.groups[element]
        i: cython.Py_ssize_t
        prose: cython.longlong = self._inside(self.prose_before, element)
        if prose > MAX_NAMED_SHARE * self.total:
            if prose <= MAX_REGION_SHARE * self.total and self._is_region(tag, groups):
                self.regions.append(element)
            return 0
        if tag < len(names.tagged) and names.tagged[tag]:
            # Content systems wrap tables, code and quotes in a figure, too.
            return 0 if tag == names.figure_tag and self._inside(texts, element) > 0 else names.tagged[tag]
        if groups & names.title:
            return 0
        if tag == names.article_tag:
            groups &= ~names.of_post
        if self.first[element] != self.last[element]:
            groups &= ~names.excerpt_names  # what a click unfolds, not the beginning of another text
        groups &= believed
        for i in range(len(names.named)):
            if groups & names.named[i]:
                return names.reasons[i]
        return 0

    @cython.cfunc
    def _is_region(self, tag: cython.int, groups: cython.longlong) -> cython.bint:
        if groups & (self.names.title | self.names.article):
            return False
        return (groups & self.names.regions) != 0 or (tag < len(self.names.region_tags) and self.names.region_tags[tag])

    @cython.cfunc
    def _sums_of_texts(self) -> array:
        """Return how many of the blocks before each one are of a kind that no picture holds."""
        found = array("q", [0]) * (self.blocks + 1)
        sums: cython.longlong[::1] = found
        block: cython.int
        for block in range(self.blocks):
            sums[block + 1] = sums[block] + self.names.text_kinds[self.kinds[block]]
        return found

    @cython.cfunc
    def _sums_of_own(self) -> array:
        found = array("q", [0]) * (self.blocks + 1)
        sums: cython.longlong[::1] = found
        block: cython.int
        for block in range(self.blocks):
            sums[block + 1] = sums[block] + (0 if self.speaker[self.elements[block]] >= 0 else self.prose[block])
        return found

    @cython.cfunc
    def _find_body(self) -> cython.int:
        votes: cython.double[::1] = array("d", [0]) * len(self.parents)
        block: cython.int
        element: cython.int
        heard: cython.int
        best: cython.int = -1
        known: cython.int = cython.cast(cython.int, len(self.names.containers))
        vote: cython.double
        most: cython.double = 0
        for block in range(self.blocks):
            element = self.elements[block]
            if not self.prose[block] or self.speaker[element] >= 0:
                continue
            vote = min(self.prose[block], MAX_VOTE)
            heard = 0
            if self.tags[element] < known and self.names.containers[self.tags[element]]:
                votes[element] += vote
                vote /= 2
                heard = 1
            while self.parents[element] >= 0 and heard < ANCESTORS:
                element = self.parents[element]
                votes[element] += vote
                vote /= 2
                heard += 1
        for element in range(len(votes)):
            if votes[element] > 0 and votes[element] >= most:
                best, most = element, votes[element]
        return self._around_twins(self._joined(best)) if best >= 0 else self._declared_body()

    @cython.cfunc
    def _declared_body(self) -> cython.int:
        """Return the element named for an article that holds most text, for a page without prose."""
        names: Names = self.names
        before: cython.longlong[::1] = array("q", [0]) * (self.blocks + 1)
        block: cython.int
        element: cython.int
        text: cython.longlong
        most: cython.longlong = 0
        best: cython.int = -1
        for block in range(self.blocks):
            text = 0
            if not self.marks[block] and self.speaker[self.elements[block]] < 0:
                text = self.starts[block + 1] - self.starts[block] - self.link_chars[block]
            before[block + 1] = before[block] + text
        for element in range(len(self.parents)):
            if self.speaker[element] >= 0:
                continue
            if self.tags[element] == names.article_tag or self.groups[element] & names.article:
                text = self._inside(before, element) if self.last[element] >= 0 else 0
                if text >= most:
                    best, most = element, text
        return best

    @cython.cfunc
    def _joined(self, body: cython.int) -> cython.int:
        """Climb while the parent holds more prose that nothing speaks against: the other parts of a split body."""
        inner: cython.longlong = self._inside(self.own_before, body)
        outer: cython.longlong
        element: cython.int = self.parents[body]
        while element > 0:
            outer = self._inside(self.own_before, element)
            if outer > JOIN_RATIO * inner and inner < ENOUGH_SHARE * self.total and outer - inner > JOIN_WIDTH:
                body, inner = element, outer
            element = self.parents[element]
        return body

    @cython.cfunc
    def _around_twins(self, body: cython.int) -> cython.int:
        """Climb on a short page to the parent of elements like the body: each of its paragraphs has its own wrapper."""
        element: cython.int = body
        if self.total > MOST_OF_SHORT:
            return body
        for _ in range(WRAPPERS):
            if self.parents[element] <= 0 or self.speaker[self.parents[element]] >= 0:
                break
            if self._has_twin(element):
                return self.parents[element]
            element = self.parents[element]
        return body

    @cython.cfunc
    def _has_twin(self, element: cython.int) -> cython.bint:
        """Return True where a sibling with the same tag and class names holds text that is not mostly links."""
        other: cython.int
        text: cython.longlong
        block: cython.int
        for other in range(len(self.parents)):
            if other == element or self.parents[other] != self.parents[element] or self.speaker[other] >= 0:
                continue
            if self.tags[other] != self.tags[element] or self.class_lists[other] != self.class_lists[element]:
                continue
            text = 0
            for block in range(self.first[other], self.last[other] + 1):
                text += self.starts[block + 1] - self.starts[block] - 2 * self.link_chars[block]
            if text > 0:
                return True
        return False

    @cython.cfunc
    def _link_density(self, block: cython.int) -> cython.double:
        if not self.link_chars[block]:
            return 0
        return cython.cast(cython.double, self.link_chars[block]) / (self.starts[block + 1] - self.starts[block])

    @cython.cfunc
    def _find_kinds(self) -> cython.void:
        """Flag link lists and captions. A table's own caption belongs to the table."""
        self.linked, self.captions = bytearray(self.blocks), bytearray(self.blocks)
        self.apart = bytearray(self.blocks)
        linked: cython.uchar[::1] = self.linked
        captions: cython.uchar[::1] = self.captions
        apart: cython.uchar[::1] = self.apart
        speaker: cython.int
        block: cython.int
        for block in range(self.blocks):
            linked[block] = self._link_density(block) > LINK_LIST_DENSITY
            captions[block] = (
                self.kinds[block] == self.names.caption and self.block_tags[block] != self.names.caption_tag
            )
            speaker = self.speaker[self.elements[block]]
            if speaker < 0:
                continue
            if self.kinds[block] == self.names.paragraph or self.kinds[block] == self.names.list_item:
                if self.groups[speaker] & (self.names.excerpt_names | self.names.notice_names):
                    apart[block] = FIRM
                elif self.groups[speaker] & self.names.caption_names and not self.groups[speaker] & self.names.article:
                    apart[block] = CAPTION

    @cython.cfunc
    def _find_held(self) -> cython.void:
        names: Names = self.names
        self.held = bytearray(self.blocks)
        held: cython.uchar[::1] = self.held
        linked: cython.uchar[::1] = self.linked
        captions: cython.uchar[::1] = self.captions
        block: cython.int
        first: cython.int
        last: cython.int
        if self.body < 0:
            return
        first, last = self.first[self.body], self.last[self.body]
        for block in range(self.blocks):
            if self.speaker[self.elements[block]] >= 0 or captions[block] or self.block_tags[block] == names.h1:
                continue
            if not first <= block <= last:
                held[block] = first - STANDFIRST_BLOCKS <= block < first and self._is_standfirst(block)
            elif linked[block] and self.block_width[block] < LINK_LIST_WIDTH:
                held[block] = self.kinds[block] != names.paragraph and self._is_among_prose(block)
            else:
                held[block] = 1

    @cython.cfunc
    def _is_among_prose(self, block: cython.int) -> cython.bint:
        """Return True between two paragraphs: a linked heading or list item there belongs to them."""
        before: cython.longlong = self.prose_before[block] - self.prose_before[max(block - 2, 0)]
        after: cython.longlong = self.prose_before[min(block + 3, self.blocks)] - self.prose_before[block + 1]
        return before > 0 and after > 0

    @cython.cfunc
    def _is_standfirst(self, position: cython.int) -> cython.bint:
        """Return True for prose below a headline."""
        block: cython.int
        if not self.block_prose[position]:
            return False
        for block in range(max(position - HEADLINE_BLOCKS, 0), position):
            if self.block_tags[block] == self.names.h1 or self.block_tags[block] == self.names.h2:
                return True
        return False

    @cython.cfunc
    def _find_summaries(self) -> cython.void:
        """Find the paragraphs right below a headline that are as long as a standfirst, wherever the body begins."""
        found: list = []
        block: cython.int
        headline: cython.int = -HEADLINE_BLOCKS - 1
        for block in range(self.blocks):
            if block - headline <= HEADLINE_BLOCKS and self._may_sum_up(block):
                found.append(block)
            if self.block_tags[block] == self.names.h1:
                headline = block
        self.summaries = found

    @cython.cfunc
    def _may_sum_up(self, block: cython.int) -> cython.bint:
        if self.kinds[block] != self.names.paragraph and self.kinds[block] != self.names.heading:
            return False
        if self._link_density(block) > MAX_STANDFIRST_LINK_DENSITY:
            return False
        return MIN_STANDFIRST_WIDTH <= self.block_width[block] <= MAX_STANDFIRST_WIDTH
