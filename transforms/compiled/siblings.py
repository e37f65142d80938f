# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Blocks that a page sets side by side: entries of one list, equal parts of entries, headings of their sections.

Siblings are elements with text inside one parent that look alike, three of them or more. The blocks of one path (see
`matching.outline.Looks`) in the same row of siblings are a column: all titles of the entries, or all dates.
"""

from __future__ import annotations

from array import array

import cython

# Fewer elements that look alike are no row, and fewer blocks no column.
LEAST = cython.declare(cython.int, 3)
# Entries have fewer sorts of parts; further ones are left as they are.
MAX_COLUMNS = cython.declare(cython.int, 16)
# An entry with so many kept paragraphs is a whole post, where other entries of the row have as many.
POST_PARAGRAPHS = cython.declare(cython.int, 3)


@cython.final
@cython.cclass
class Siblings:
    """The rows of siblings of a page, found once. `columns` and `outline` are the page's, `paths` has its looks.

    Systems write what each post is about into its names, so elements of the tag `entry` are a row whatever their looks.
    """

    elements: cython.int[::1]
    paths: cython.int[::1]
    tags: cython.int[::1]
    kinds: cython.int[::1]
    starts: cython.int[::1]
    link_chars: cython.int[::1]
    prose: cython.int[::1]
    first: cython.int[::1]
    last: cython.int[::1]
    row: cython.int[::1]  # of each element, the number of its row
    item: cython.int[::1]  # the nearest sibling around each element, or itself; -1 where there is none
    blocks: cython.int

    def __init__(self, columns: object, outline: object, paths: object, entry: cython.int) -> None:
        self.elements, self.paths, self.tags = columns.elements, paths, columns.element_tags
        self.kinds, self.starts, self.link_chars = columns.kinds, columns.starts, columns.link_chars
        self.prose, self.first, self.last = outline.block_prose, outline.first, outline.last
        self.blocks = cython.cast(cython.int, len(self.elements))
        parents: cython.int[::1] = columns.parents
        count: cython.int = cython.cast(cython.int, len(parents))
        self.row = array("i", [-1]) * count
        self.item = array("i", [-1]) * count
        held: cython.int[::1] = array("i", [0]) * count
        # Elements of one path with one parent stand together among those of this path.
        last_row: cython.int[::1] = array("i", [-1]) * (count + 2)
        last_parent: cython.int[::1] = array("i", [-1]) * (count + 2)
        entry_row: cython.int[::1] = array("i", [-1]) * count  # of the elements of this tag in each element
        rows: cython.int = 0
        element: cython.int
        path: cython.int
        for element in range(1, count):
            if self.first[element] > self.last[element] or parents[element] < 0:
                continue
            path = self.paths[element]
            if self.tags[element] == entry:
                if entry_row[parents[element]] < 0:
                    entry_row[parents[element]] = rows
                    rows += 1
                self.row[element] = entry_row[parents[element]]
                held[self.row[element]] += 1
                continue
            if last_row[path] < 0 or last_parent[path] != parents[element]:
                last_row[path] = rows
                last_parent[path] = parents[element]
                rows += 1
            self.row[element] = last_row[path]
            held[last_row[path]] += 1
        for element in range(1, count):
            if self.row[element] >= 0 and held[self.row[element]] >= LEAST:
                self.item[element] = element
            elif parents[element] >= 0:
                self.item[element] = self.item[parents[element]]

    def keep_alike(
        self,
        article: cython.double[::1],
        marks: cython.uchar[::1],
        threshold: cython.double,
        chance: cython.double,
        items: cython.uchar[::1],
    ) -> None:
        """Raise the probabilities of a column to the threshold where most of it reaches it: those from `chance` on.

        `items` has 1 for the numbers of the tags whose elements count as siblings. Marked blocks do not count.
        """
        self._check(article, marks)
        block: cython.int
        column: cython.int
        count: cython.int = 0
        own: cython.int[::1] = array("i", [-1]) * self.blocks
        heads: cython.int[::1] = array("i", [-1]) * len(self.row)
        following: cython.int[::1] = array("i", [-1]) * self.blocks
        path_of: cython.int[::1] = array("i", [-1]) * self.blocks
        total: cython.int[::1] = array("i", [0]) * self.blocks
        kept: cython.int[::1] = array("i", [0]) * self.blocks
        for block in range(self.blocks):
            item: cython.int = self.item[self.elements[block]]
            if marks[block] or item < 0 or self.tags[item] >= len(items) or not items[self.tags[item]]:
                continue
            row: cython.int = self.row[item]
            path: cython.int = self.paths[self.elements[block]]
            column = heads[row]
            tried: cython.int = 0
            while column >= 0 and path_of[column] != path:
                column = following[column]
                tried += 1
            if column < 0:
                if tried >= MAX_COLUMNS:
                    continue
                column = count
                count += 1
                path_of[column] = path
                following[column] = heads[row]
                heads[row] = column
            own[block] = column
            total[column] += 1
            kept[column] += article[block] >= threshold
        for block in range(self.blocks):
            column = own[block]
            if column < 0 or total[column] < LEAST or 2 * kept[column] < total[column]:
                continue
            if chance <= article[block] < threshold:
                article[block] = threshold

    def headings(
        self,
        article: cython.double[::1],
        marks: cython.uchar[::1],
        threshold: cython.double,
        chance: cython.double,
        heading: cython.int,
        longest: cython.int,
        linked: cython.bint,
    ) -> list:
        """Return the headings below the threshold that open what is kept, from the last one to the first.

        Something is kept above such a heading, and the next block is kept, or is such a heading. Its probability is
        `chance` at least, or it is in one of several whole posts. Longer ones than `longest` characters are left out,
        and links unless `linked` or in such a post.
        """
        self._check(article, marks)
        found: list = []
        block: cython.int
        start: cython.int = 0
        item: cython.int
        is_post: cython.bint
        posts: cython.int[::1] = array("i", [0]) * len(self.row)
        paragraphs: cython.int[::1] = array("i", [0]) * (self.blocks + 1)
        for block in range(self.blocks):
            paragraphs[block + 1] = paragraphs[block] + (
                self.prose[block] > 0 and not marks[block] and article[block] >= threshold
            )
        for item in range(len(self.row)):
            if self.item[item] == item and self._is_post(item, paragraphs):
                posts[self.row[item]] += 1
        while start < self.blocks and (marks[start] or article[start] < threshold):
            start += 1
        next_kept: cython.bint = False
        block = self.blocks - 1
        while block >= 0:
            length: cython.int = self.starts[block + 1] - self.starts[block]
            is_kept: cython.bint = not marks[block] and article[block] >= threshold
            if next_kept and not is_kept and not marks[block] and self.kinds[block] == heading and length <= longest:
                item = self.item[self.elements[block]]
                is_post = item >= 0 and posts[self.row[item]] >= LEAST and self._is_post(item, paragraphs)
                if is_post or (
                    block > start and article[block] >= chance and (linked or 2 * self.link_chars[block] < length)
                ):
                    found.append(block)
                    is_kept = True
            next_kept = is_kept
            block -= 1
        return found

    @cython.cfunc
    def _is_post(self, item: cython.int, paragraphs: cython.int[::1]) -> cython.bint:
        """Return whether an entry holds the paragraphs of a post. `paragraphs` has the sums over all blocks before."""
        return paragraphs[self.last[item] + 1] - paragraphs[self.first[item]] >= POST_PARAGRAPHS

    @cython.cfunc
    def _check(self, article: cython.double[::1], marks: cython.uchar[::1]) -> cython.void:
        if len(article) != self.blocks or len(marks) != self.blocks:
            raise ValueError(f"{len(article)} probabilities and {len(marks)} marks for {self.blocks} blocks")
