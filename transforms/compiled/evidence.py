# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Evidence about a page's blocks in the elements around them and in their place, written into a table.

`columns` are a page's (see `core.columns.Columns`), `outline` its outline. A table has a row for each feature and a
column for each block.
"""

from __future__ import annotations

from array import array

import cython

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.page_columns import BlockColumns
else:
    from .page_columns import BlockColumns

# A paragraph speaks for its parent and, with half the weight, for its grandparent; longer ones do not speak louder.
MAX_VOTE = cython.declare(cython.int, 600)
FOREIGN_VOTE = cython.declare(cython.double, 0.2)
# A name on an element that contains this share of the page's prose speaks of the page, not of one part of it.
WHOLE_PAGE_SHARE = cython.declare(cython.double, 0.5)
# What `_held` writes.
HELD = cython.declare(cython.int, 6)


@cython.final
@cython.cclass
class Layout:
    """Where a table has what, and what tags and masks mean. Tags are numbers of `core.tags`, known ones only.

    `tag_rows` and `inner_rows` give the row of each tag (-1: none), `region_marks` its mark, `is_block` whether it is
    block-level. Marks are masks: regions, then `groups_shift` bits up the groups of names; those of `foreign` are
    around what is not one. `near`, `around`, `place` and `neighbours` are the first rows of what they name, which is
    ordered as `markup.NAMES` and `place.NAMES` are; `shared` are the rows that are shown of the block at each of
    `offsets`, too. No block is farther than `far` away.
    """

    tag_rows: cython.int[::1]
    inner_rows: cython.int[::1]
    region_marks: cython.longlong[::1]
    is_block: cython.uchar[::1]
    groups_shift: cython.int
    foreign: cython.longlong
    near: cython.int
    around: cython.int
    place: cython.int
    neighbours: cython.int
    shared: cython.int[::1]
    offsets: cython.int[::1]
    h1: cython.int
    heading: cython.int
    far: cython.int

    def __init__(
        self,
        *,
        tag_rows: array,
        inner_rows: array,
        region_marks: array,
        is_block: bytearray,
        groups_shift: cython.int,
        foreign: cython.longlong,
        near: cython.int,
        around: cython.int,
        place: cython.int,
        neighbours: cython.int,
        shared: array,
        offsets: array,
        h1: cython.int,
        heading: cython.int,
        far: cython.int,
    ) -> None:
        self.tag_rows, self.inner_rows = tag_rows, inner_rows
        self.region_marks, self.is_block = region_marks, is_block
        self.groups_shift, self.foreign = groups_shift, foreign
        self.near, self.around, self.place, self.neighbours = near, around, place, neighbours
        self.shared, self.offsets = shared, offsets
        self.h1, self.heading, self.far = h1, heading, far

    def write(self, columns: object, outline: object, paths: array, table: cython.float[:, ::1]) -> None:
        """Write what is in a page's markup and in its blocks' places into a table of zeros."""
        writer: Writer = Writer(self, columns, outline, paths, table)
        writer.write()

    def write_neighbours(self, table: cython.float[:, ::1]) -> None:
        """Copy to each block what is shown of its neighbours; -1 where there is none."""
        count: cython.Py_ssize_t = table.shape[1]
        row: cython.Py_ssize_t = self.neighbours
        i: cython.Py_ssize_t
        k: cython.Py_ssize_t
        shift: cython.Py_ssize_t
        block: cython.Py_ssize_t
        for i in range(len(self.offsets)):
            shift = min(max(self.offsets[i], -count), count)
            for k in range(len(self.shared)):
                if shift > 0:
                    table[row, : count - shift] = table[self.shared[k], shift:]
                    for block in range(count - shift, count):
                        table[row, block] = -1
                else:
                    table[row, -shift:] = table[self.shared[k], : count + shift]
                    for block in range(-shift):
                        table[row, block] = -1
                row += 1


@cython.final
@cython.cclass
class Writer(BlockColumns):
    """The evidence of one page on its way into the table."""

    layout: Layout
    table: cython.float[:, ::1]
    hidden: cython.int[::1]
    paths: cython.int[::1]
    size: cython.longlong[::1]
    prose: cython.longlong[::1]
    links: cython.longlong[::1]
    own: cython.longlong[::1]  # of each element: what its own tag and names say
    around: cython.longlong[::1]  # what those of its ancestors say too
    container: cython.int[::1]  # what contains the nearest block-level element
    depth: cython.int[::1]
    is_foreign: cython.uchar[::1]

    def __init__(
        self, layout: Layout, columns: object, outline: object, paths: array, table: cython.float[:, ::1]
    ) -> None:
        super().__init__(columns, outline)
        self.layout, self.table, self.paths = layout, table, paths
        self.hidden = columns.hidden
        self.size, self.prose, self.links = outline.size, outline.prose, outline.links
        count: cython.Py_ssize_t = len(self.parents)
        self.own = array("q", [0]) * count
        self.around = array("q", [0]) * count
        self.container = array("i", [0]) * count
        self.depth = array("i", [0]) * count
        self.is_foreign = bytearray(count)

    def write(self) -> None:
        """Write all evidence about the page."""
        if self.blocks:
            self._carry_down()
            self._write_markup()
            self._write_place(self._best_container())
            self._write_like_paths()

    @cython.cfunc
    def _up(self, element: cython.int) -> cython.int:
        """Return the element around this one; a root is its own."""
        return self.parents[element] if self.parents[element] >= 0 else element

    @cython.cfunc
    def _carry_down(self) -> cython.void:
        """Carry facts about elements down to those inside: parents stand before their children."""
        layout: Layout = self.layout
        known: cython.int = cython.cast(cython.int, len(layout.region_marks))
        whole: cython.double = WHOLE_PAGE_SHARE * (self.prose[0] if self.prose[0] else 1)
        half: cython.double = self.prose[0] / 2.0
        element: cython.int
        parent: cython.int
        tag: cython.int
        own: cython.longlong
        nearest: cython.int[::1] = array("i", [0]) * len(self.parents)
        for element in range(len(self.parents)):
            parent = self.parents[element]
            tag = self.tags[element]
            own = self.groups[element] << layout.groups_shift
            if tag < known:
                own |= layout.region_marks[tag]
            self.own[element] = own
            self.is_foreign[element] = own & layout.foreign != 0 and self.prose[element] <= half
            nearest[element] = element
            if parent >= 0:
                self.depth[element] = self.depth[parent] + 1
                self.is_foreign[element] |= self.is_foreign[parent]
                self.around[element] = self.around[parent] | (own if self.prose[element] < whole else 0)
                if tag >= known or not layout.is_block[tag]:
                    nearest[element] = nearest[parent]
            self.container[element] = self._up(nearest[element])

    @cython.cfunc
    def _write_markup(self) -> cython.void:
        layout: Layout = self.layout
        block: cython.int
        element: cython.int
        parent: cython.int
        known: cython.int = cython.cast(cython.int, len(layout.tag_rows))
        for block in range(self.blocks):
            element = self.elements[block]
            parent = self._up(element)
            if self.block_tags[block] < known and layout.tag_rows[self.block_tags[block]] >= 0:
                self.table[layout.tag_rows[self.block_tags[block]], block] = 1
            if self.tags[element] < known and layout.inner_rows[self.tags[element]] >= 0:
                self.table[layout.inner_rows[self.tags[element]], block] = 1
            self._write_marks(layout.near, block, self.own[element] | self.own[parent] | self.own[self._up(parent)])
            self._write_marks(layout.around, block, self.around[element])

    @cython.cfunc
    def _write_marks(self, row: cython.int, block: cython.int, marks: cython.longlong) -> cython.void:
        while marks:
            if marks & 1:
                self.table[row, block] = 1
            marks >>= 1
            row += 1

    @cython.cfunc
    def _best_container(self) -> cython.int:
        """Return the element whose paragraphs speak loudest for it, as in Arc90's readability; 0, the root, if there
        are none.

        Of those that are equal the last one.
        """
        votes: cython.double[::1] = array("d", [0]) * len(self.parents)
        block: cython.int
        element: cython.int
        best: cython.int = 0
        vote: cython.double
        for block in range(self.blocks):
            if not self.block_prose[block]:
                continue
            vote = min(self.block_prose[block], MAX_VOTE)
            if self.is_foreign[self.elements[block]]:
                vote *= FOREIGN_VOTE
            element = self.container[self.elements[block]]
            votes[element] += vote
            votes[max(self.parents[element], 0)] += vote / 2
        for element in range(len(votes)):
            if votes[element] > 0 and votes[element] >= votes[best]:
                best = element
        return best

    @cython.cfunc
    def _write_place(self, best: cython.int) -> cython.void:
        """Write what is in a block's place: the rows of `place.NAMES` but those about looks, in their order."""
        layout: Layout = self.layout
        table: cython.float[:, ::1] = self.table
        block: cython.int
        row: cython.int
        element: cython.int
        parent: cython.int
        count: cython.int = self.blocks
        first: cython.int = self.first[best]
        last: cython.int = self.last[best]
        h1: cython.int = -layout.far
        heading: cython.int = -layout.far
        since: cython.int = -layout.far
        before: cython.double = 0
        total: cython.double = 0
        steps: cython.int[::1] = self._steps_from(best)
        for block in range(count):
            total += self.block_prose[block]
        total = max(total, 1.0)
        links: cython.double = cython.cast(cython.double, self.links[0]) / max(self.size[0], 1)
        share: cython.double = self.prose[best] / total
        for block in range(count):
            element = self.elements[block]
            parent = self.container[element]
            self._write_held(layout.place, block, parent)
            self._write_held(layout.place + HELD, block, self.container[self._up(parent)])
            row = layout.place + 2 * HELD
            table[row, block] = cython.cast(cython.double, block) / count
            table[row + 1, block] = block
            table[row + 2, block] = count - block
            table[row + 3, block] = before / total
            if self.block_prose[block]:
                since = block
            if self.block_tags[block] == layout.h1:
                h1 = block
            if self.kinds[block] == layout.heading:
                heading = block
            before += self.block_prose[block]
            table[row + 4, block] = min(block - since, layout.far)
            # The row behind counts from the end, see below.
            table[row + 6, block] = min(block - h1, layout.far)
            table[row + 7, block] = min(block - heading, layout.far)
            table[row + 8, block] = self.depth[element]
            table[row + 9, block] = first <= block <= last
            table[row + 10, block] = steps[element]
            table[row + 11, block] = max(first - block, 0)
            table[row + 12, block] = max(block - last, 0)
            # Three rows behind are about looks: `_write_like_paths`.
            table[row + 16, block] = cython.cast(cython.double, block - self.first[parent]) / max(
                self.last[parent] - self.first[parent] + 1, 1
            )
            table[row + 17, block] = self.hidden[element]
            table[row + 18, block] = count
            table[row + 19, block] = total
            table[row + 20, block] = links
            table[row + 21, block] = share
        since = count - 1 + layout.far
        row = layout.place + 2 * HELD + 5
        for block in range(count - 1, -1, -1):
            if self.block_prose[block]:
                since = block
            table[row, block] = min(since - block, layout.far)

    @cython.cfunc
    def _write_held(self, row: cython.int, block: cython.int, element: cython.int) -> cython.void:
        """Write what an element contains, in the order of `place.CONTAINER`."""
        size: cython.double = self.size[element]
        prose: cython.double = self.prose[element]
        blocks: cython.double = self.last[element] - self.first[element] + 1
        whole: cython.double = max(self.prose[0], 1)
        safe: cython.double = max(size, 1.0)
        self.table[row, block] = size
        self.table[row + 1, block] = prose / whole
        self.table[row + 2, block] = prose / safe
        self.table[row + 3, block] = self.links[element] / safe
        self.table[row + 4, block] = blocks
        self.table[row + 5, block] = size / max(blocks, 1.0)

    @cython.cfunc
    def _steps_from(self, start: cython.int) -> array:
        """Return for each element, how many steps up from the one given one must go to find a common ancestor."""
        found = array("i", [0]) * len(self.parents)
        steps: cython.int[::1] = found
        on_way: cython.uchar[::1] = bytearray(len(self.parents))
        element: cython.int = start
        while self.parents[element] >= 0:
            on_way[element] = 1
            element = self.parents[element]
        for element in range(len(self.parents)):
            steps[element] = self.depth[start]
            if self.parents[element] >= 0:
                steps[element] = steps[self.parents[element]] - on_way[element]
        return found

    @cython.cfunc
    def _write_like_paths(self) -> cython.void:
        """Return for each block: of all blocks whose path has the same looks, number, mean prose and mean share of
        links.
        """
        row: cython.int = self.layout.place + 2 * HELD + 13
        most: cython.Py_ssize_t = len(self.paths) + 1
        blocks: cython.int[::1] = array("i", [0]) * most
        prose: cython.double[::1] = array("d", [0]) * most
        links: cython.double[::1] = array("d", [0]) * most
        block: cython.int
        path: cython.int
        for block in range(self.blocks):
            path = self.paths[self.elements[block]]
            blocks[path] += 1
            prose[path] += self.block_prose[block]
            if self.link_chars[block]:
                links[path] += cython.cast(cython.double, self.link_chars[block]) / (
                    self.starts[block + 1] - self.starts[block]
                )
        for block in range(self.blocks):
            path = self.paths[self.elements[block]]
            self.table[row, block] = blocks[path]
            self.table[row + 1, block] = prose[path] / blocks[path]
            self.table[row + 2, block] = links[path] / blocks[path]
