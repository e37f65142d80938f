"""A page as columns: flat arrays of numbers, one text and one pool of names, and rows made only when asked for.

A page has some 700 elements and 250 blocks. To make a Python object of each costs more than everything that is then
asked about them, so parsers write numbers, compiled code reads them, and `blocks[i]` and `elements[i]` make the named
tuple of one row. Columns are never changed once they are made.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from .rows import KIND_NAMES, TAG_NUMBERS, TAGS, UNKNOWN_TAG, Block, Element, Run

Row = TypeVar("Row")
Derived = TypeVar("Derived")

if TYPE_CHECKING:
    Integers = array[int]

# The attributes that rules read, besides id and class. Their numbers in columns are their places here.
KEPT_ATTRIBUTES = (
    "aria-label", "content", "data-component", "data-module", "data-name", "data-qa", "data-testid", "data-type",
    "datetime", "href", "itemprop", "itemtype", "rel", "role", "title",
)  # fmt: skip
# Deeper elements are not distinguished: real pages stay below 100, hostile ones nest 100,000 deep.
MAX_DEPTH = 256
ATTRIBUTE_NUMBERS = {name: number for number, name in enumerate(KEPT_ATTRIBUTES)}
KIND_NUMBERS = {kind: number for number, kind in enumerate(KIND_NAMES)}
# Makes a named tuple in half the time that its own constructor takes.
new = tuple.__new__


class Columns:
    """The elements, blocks and runs of a page. Numbers are 32 bits wide; indices of rows begin at 0.

    `text` contains the texts of all blocks, one behind the other, `pool` each name and value once, `""` first.

    A block `b` has the text `text[starts[b]:starts[b + 1]]`, in code points; `kinds[b]` is a place in
    `rows.KIND_NAMES`, `tags[b]` the number of a tag (see `tags.TAGS`), `elements[b]` the innermost element that has
    it, `link_chars[b]` how much of it is inside links, `gaps[b]` 1 after a blank line. Its runs are those from
    `run_firsts[b]` to `run_firsts[b + 1]`, of which `run_starts` and `run_ends` are places in the block's own text and
    `run_elements` elements; its links those from `link_firsts[b]` to `link_firsts[b + 1]` in `links`, as numbers of
    `pool`.

    An element `e` has `element_tags[e]`, `parents[e]` (smaller than e; -1 at a root), `ids[e]` in the pool, `hidden[e]`
    1 or 0, `class_lists[e]`, the number of a list of class names that lies in `class_names` from `class_firsts` to
    the next (0 is the empty list), and attributes from `attribute_firsts[e]` to the next in `attribute_keys` (places in
    KEPT_ATTRIBUTES) and `attribute_values` (numbers of `pool`).
    """

    ELEMENT_ARRAYS = (
        "element_tags", "parents", "ids", "class_lists", "hidden",
        "class_firsts", "class_names", "attribute_firsts", "attribute_keys", "attribute_values",
    )  # fmt: skip
    ARRAYS = (
        "starts", "kinds", "tags", "elements", "link_chars", "gaps",
        "run_firsts", "run_starts", "run_ends", "run_elements", "link_firsts", "links",
        *ELEMENT_ARRAYS,
    )  # fmt: skip
    __slots__ = (*ARRAYS, "_block_cache", "_derived", "_element_cache", "pool", "text")

    text: str
    pool: list[str]
    starts: Integers
    kinds: Integers
    tags: Integers
    elements: Integers
    link_chars: Integers
    gaps: Integers
    run_firsts: Integers
    run_starts: Integers
    run_ends: Integers
    run_elements: Integers
    link_firsts: Integers
    links: Integers
    element_tags: Integers
    parents: Integers
    ids: Integers
    class_lists: Integers
    hidden: Integers
    class_firsts: Integers
    class_names: Integers
    attribute_firsts: Integers
    attribute_keys: Integers
    attribute_values: Integers
    _block_cache: dict[int, Block]
    _element_cache: dict[int, Element]
    _derived: dict[str, Any]

    def __init__(self, text: str, pool: list[str], **arrays: Integers) -> None:
        self.text, self.pool = text, pool
        for name in self.ARRAYS:
            setattr(self, name, arrays[name])
        self._begin()

    def _begin(self) -> None:
        self._block_cache, self._element_cache, self._derived = {}, {}, {}

    @property
    def block_rows(self) -> Rows[Block]:
        """The blocks, each made when it is asked for."""
        return Rows(len(self.kinds), self._block, self._block_cache)

    @property
    def element_rows(self) -> Rows[Element]:
        """The elements, likewise."""
        return Rows(len(self.parents), self._element, self._element_cache)

    @classmethod
    def from_rows(cls, blocks: Iterable[Block], elements: Iterable[Element]) -> Columns:
        """Make the columns of plain rows, as tests and other parsers have them."""
        writer = ColumnWriter()
        for element in elements:
            writer.element(element)
        for block in blocks:
            writer.block(block)
        return writer.columns()

    def with_blocks(self, blocks: Iterable[Block]) -> Columns:
        """Make columns with the same elements and other blocks."""
        writer = ColumnWriter(self)
        for block in blocks:
            writer.block(block)
        return writer.columns()

    def extended(self, blocks: Iterable[Block]) -> Columns:
        """Make columns with more blocks behind the last."""
        return self.with_blocks((*self.block_rows, *blocks))

    def without_caches(self) -> Columns:
        """Return the same columns without rows and values that were made of them."""
        return Columns(self.text, self.pool, **{name: getattr(self, name) for name in self.ARRAYS})

    def derive(self, name: str, make: Callable[[Columns], Derived]) -> Derived:
        """Return the result of `make` for the columns. It is computed once and cached under a name."""
        try:
            kept: Derived = self._derived[name]
        except KeyError:
            kept = self._derived[name] = make(self)
        return kept

    def block_text(self, position: int) -> str:
        """Return the text of one block."""
        return self.text[self.starts[position] : self.starts[position + 1]]

    def block_length(self, position: int) -> int:
        """Return the length of one block's text, in code points."""
        return self.starts[position + 1] - self.starts[position]

    def tag_name(self, number: int) -> str:
        """Return the name of a tag by its number."""
        return TAGS[number] if number < UNKNOWN_TAG else self.pool[number - UNKNOWN_TAG]

    def tagged(self, tags: Iterable[str]) -> list[int]:
        """List the positions of the blocks with one of these tags."""
        numbers = {TAG_NUMBERS[tag] for tag in tags}
        return [position for position, tag in enumerate(self.tags) if tag in numbers]

    def classes(self, number: int) -> tuple[str, ...]:
        """Return the class names of a list by its number."""
        names = self.class_names[self.class_firsts[number] : self.class_firsts[number + 1]]
        return tuple([self.pool[name] for name in names])

    def start_tag(self, element: int, *, max_classes: int | None = None, with_id: bool = True) -> str:
        """Write an element's tag, id and class names as HTML does, of the classes `max_classes` at most.

        >>> Columns.from_rows((), [Element("div", id="main", classes=("story", "wide"))]).start_tag(0, max_classes=1)
        '<div id="main" class="story …">'
        """
        tag, identity = self.tag_name(self.element_tags[element]), self.pool[self.ids[element]] if with_id else ""
        classes = self.classes(self.class_lists[element])
        more = " …" if max_classes is not None and len(classes) > max_classes else ""
        shown_id = f' id="{identity}"' if identity else ""
        shown_classes = f' class="{" ".join(classes[:max_classes])}{more}"' if classes else ""
        return f"<{tag}{shown_id}{shown_classes}>"

    def _block(self, position: int) -> Block:
        text = self.block_text(position)
        pool = self.pool
        first, last = self.run_firsts[position], self.run_firsts[position + 1]
        spans = zip(self.run_starts[first:last], self.run_ends[first:last], self.run_elements[first:last], strict=True)
        links = self.links[self.link_firsts[position] : self.link_firsts[position + 1]]
        row = (
            text,
            KIND_NAMES[self.kinds[position]],
            self.tag_name(self.tags[position]),
            self.elements[position],
            self.link_chars[position],
            tuple([pool[link] for link in links]),
            tuple([new(Run, span) for span in spans]),
            self.gaps[position] == 1,
        )
        return new(Block, row)

    def _element(self, index: int) -> Element:
        pool = self.pool
        first, last = self.attribute_firsts[index], self.attribute_firsts[index + 1]
        pairs = zip(self.attribute_keys[first:last], self.attribute_values[first:last], strict=True)
        row = (
            self.tag_name(self.element_tags[index]),
            self.parents[index],
            pool[self.ids[index]],
            self.classes(self.class_lists[index]),
            tuple([(KEPT_ATTRIBUTES[key], pool[value]) for key, value in pairs]),
            self.hidden[index] == 1,
        )
        return new(Element, row)

    def __repr__(self) -> str:
        return f"<Columns of {len(self.kinds)} blocks and {len(self.parents)} elements>"

    def __eq__(self, other: object) -> bool:
        """Return True for columns of the same rows, in whatever order their pools hold the names."""
        if not isinstance(other, Columns):
            return NotImplemented
        if self is other:
            return True
        return self.block_rows == other.block_rows and self.element_rows == other.element_rows

    __hash__ = None  # type: ignore[assignment]  # as every value that is compared by content and large

    def __getstate__(self) -> tuple[Any, ...]:
        return (self.text, self.pool, *(getattr(self, name) for name in self.ARRAYS))

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.text, self.pool, *arrays = state
        for name, column in zip(self.ARRAYS, arrays, strict=True):
            setattr(self, name, column)
        self._begin()


class Rows(Sequence[Row], Generic[Row]):
    """The rows of a page as a sequence. Each row is created when it is first used."""

    __slots__ = ("_count", "_make", "_rows")

    def __init__(self, count: int, make: Callable[[int], Row], made: dict[int, Row]) -> None:
        self._count = count
        self._make = make
        self._rows = made

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, index: int | slice) -> Row | tuple[Row, ...]:
        try:
            return self._rows[index]  # type: ignore[index]  # only numbers are keys
        except (KeyError, TypeError):
            pass
        if isinstance(index, slice):
            return tuple([self[place] for place in range(*index.indices(self._count))])
        place = index + self._count if index < 0 else index
        if not 0 <= place < self._count:
            raise IndexError(f"row {index} of {self._count}")
        row = self._rows[place] = self._make(place)
        return row

    def __iter__(self) -> Iterator[Row]:
        return map(self.__getitem__, range(self._count))

    def __eq__(self, other: object) -> bool:
        """Return True for any sequence of the same rows."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # like a list

    def __repr__(self) -> str:
        return repr(tuple(self))


class ColumnWriter:
    """Writes columns row by row; with the elements and names of others, if these are given."""

    def __init__(self, of: Columns | None = None) -> None:
        self._texts: list[str] = []
        self._arrays = {name: array("i") for name in Columns.ARRAYS}
        for name in ("starts", "run_firsts", "link_firsts", "class_firsts", "attribute_firsts"):
            self._arrays[name].append(0)
        self._pool = {"": 0}
        self._class_lists: dict[tuple[str, ...], int] = {}
        if of is None:
            self._class_list(())
        else:
            self._pool = {name: number for number, name in enumerate(of.pool)}
            self._arrays.update((name, getattr(of, name)) for name in of.ELEMENT_ARRAYS)

    def element(self, element: Element) -> None:
        """Write one element. Raises ValueError unless its parent was written before."""
        columns = self._arrays
        if not -1 <= element.parent < len(columns["parents"]):
            raise ValueError(f"{element!r:.80}: its parent is not an element before it, nor -1")
        columns["element_tags"].append(self._tag(element.tag))
        columns["parents"].append(element.parent)
        columns["ids"].append(self._name(element.id))
        columns["class_lists"].append(self._class_list(tuple(element.classes)))
        columns["hidden"].append(element.hidden)
        for key, value in element.attributes:
            if key in ATTRIBUTE_NUMBERS:  # no rule reads the others
                columns["attribute_keys"].append(ATTRIBUTE_NUMBERS[key])
                columns["attribute_values"].append(self._name(value))
        columns["attribute_firsts"].append(len(columns["attribute_keys"]))

    def block(self, block: Block) -> None:
        """Write one block. Raises ValueError where it names an element that was not written, or more than it has."""
        columns = self._arrays
        length, count = len(block.text), len(columns["parents"])
        if any(not 0 <= element < count for element in (block.element, *(run.element for run in block.runs))):
            raise ValueError(f"{block!r:.80}: it names an element that the page does not have")
        if not 0 <= block.link_chars <= length or any(not 0 <= run.start <= run.end <= length for run in block.runs):
            raise ValueError(f"{block!r:.80}: its links or runs reach beyond its text")
        if block.kind not in KIND_NUMBERS:
            raise ValueError(f"{block!r:.80}: kind {block.kind!r} is not known; valid are {', '.join(KIND_NAMES)}")
        self._texts.append(block.text)
        columns["starts"].append(columns["starts"][-1] + len(block.text))
        columns["kinds"].append(KIND_NUMBERS[block.kind])
        columns["tags"].append(self._tag(block.tag))
        columns["elements"].append(block.element)
        columns["link_chars"].append(block.link_chars)
        columns["gaps"].append(block.gap)
        for run in block.runs:
            columns["run_starts"].append(run.start)
            columns["run_ends"].append(run.end)
            columns["run_elements"].append(run.element)
        columns["run_firsts"].append(len(columns["run_starts"]))
        columns["links"].extend(map(self._name, block.links))
        columns["link_firsts"].append(len(columns["links"]))

    def columns(self) -> Columns:
        """Return all that was written."""
        return Columns("".join(self._texts), list(self._pool), **self._arrays)

    def _name(self, name: str) -> int:
        return self._pool.setdefault(name, len(self._pool))

    def _tag(self, tag: str) -> int:
        return TAG_NUMBERS[tag] if tag in TAG_NUMBERS else UNKNOWN_TAG + self._name(tag)

    def _class_list(self, classes: tuple[str, ...]) -> int:
        number = self._class_lists.setdefault(classes, len(self._class_lists))
        names, firsts = self._arrays["class_names"], self._arrays["class_firsts"]
        if number == len(firsts) - 1:
            names.extend(map(self._name, classes))
            firsts.append(len(names))
        return number
