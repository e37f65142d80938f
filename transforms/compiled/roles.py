# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""What elements say that their text is in the article: who wrote it, when, its headline, its keywords.

`columns` are a page's (see `core.columns.Columns`), tries those of `matching.names`.
"""

from __future__ import annotations

from array import array

import cython

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.page_columns import ElementColumns
else:
    from .page_columns import ElementColumns

# The number of a role is its place here. Below `person` are those that no text has: none, part of something else than
# the article, a name that belongs to who is around it.
ROLES = ("", "others", "name", "person", "author", "byline", "headline", "published", "modified", "tag", "time", "date")
NO_ROLE = cython.declare(cython.int, 0)
OTHERS = cython.declare(cython.int, 1)
NAME = cython.declare(cython.int, 2)
PERSON = cython.declare(cython.int, 3)
AUTHOR = cython.declare(cython.int, 4)
BYLINE = cython.declare(cython.int, 5)
TAG = cython.declare(cython.int, 9)
TIME = cython.declare(cython.int, 10)
DATE = cython.declare(cython.int, 11)
UNREAD = cython.declare(cython.int, 255)
# What a word of a class name means, in a trie.
WORD_OF_OTHERS = cython.declare(cython.int, 1)
WORD_FOR_FOOT = cython.declare(cython.int, 2)  # of something else, unless it is an entry's
WORD_OF_ENTRY = cython.declare(cython.int, 4)
WORD_OF_AUTHORS = cython.declare(cython.int, 8)
WORD_INSIDE = cython.declare(cython.int, 16)
WORD_OF_DATES = cython.declare(cython.int, 32)
WORD_FOR_NAME = cython.declare(cython.int, 64)
WORD_OF_NAMES = cython.declare(cython.int, 128)  # its element has a name, whatever it is in
WORD_FOR_WIDGET = cython.declare(cython.int, 256)  # of something else, unless a page builder calls all its parts so
WORD_OF_BUILDERS = cython.declare(cython.int, 512)
# How an attribute is read.
ITEMPROP = cython.declare(cython.int, 1)
REL = cython.declare(cython.int, 2)
HREF = cython.declare(cython.int, 3)
VALUE = cython.declare(cython.int, 4)
# How an element is read: as a link, as a time, as one that contains the page whatever its names are.
LINK = cython.declare(cython.int, 1)
TIMED = cython.declare(cython.int, 2)
WHOLE = cython.declare(cython.int, 3)

# The same numbers for those who lay words, attributes and tags out for a `RoleReader`.
MEANINGS = {
    "others": WORD_OF_OTHERS, "foot": WORD_FOR_FOOT, "entry": WORD_OF_ENTRY, "authors": WORD_OF_AUTHORS,
    "inside": WORD_INSIDE, "dates": WORD_OF_DATES, "name": WORD_FOR_NAME, "names": WORD_OF_NAMES,
    "widget": WORD_FOR_WIDGET, "builders": WORD_OF_BUILDERS,
}  # fmt: skip
USES = {"itemprop": ITEMPROP, "rel": REL, "href": HREF, "datetime": VALUE, "content": VALUE}
READINGS = {"a": LINK, "time": TIMED, "html": WHOLE, "body": WHOLE, "main": WHOLE, "article": WHOLE}

MOST_NAMES = cython.declare(cython.int, 12)
LONGEST_NAME = cython.declare(cython.int, 80)
LONGEST_ADDRESS = cython.declare(cython.int, 300)
MOST_AROUND = cython.declare(cython.int, 1000)
MOST_HOLDERS = cython.declare(cython.int, 3)
MOST_RUNS = cython.declare(cython.int, 200)


@cython.final
@cython.cclass
class RoleReader:
    """Finds roles. `words` is a trie of the words of class names, `folders` one of the folders that authors' addresses
    have, with a slash at both ends; `address` is a pattern for the same.

    `itemprops` has the role of an itemprop; `uses` says for each kept attribute, and `readings` for each tag, how it
    is read.
    """

    symbols: cython.uchar[::1]
    offsets: cython.ushort[::1]
    parents: cython.ushort[::1]
    meanings: cython.longlong[::1]
    folder_symbols: cython.uchar[::1]
    folder_offsets: cython.ushort[::1]
    folder_parents: cython.ushort[::1]
    folder_meanings: cython.longlong[::1]
    address: object
    itemprops: dict
    uses: cython.uchar[::1]
    readings: cython.uchar[::1]

    def __init__(
        self,
        words: object,
        folders: object,
        address: object,
        itemprops: dict,
        uses: cython.uchar[::1],
        readings: cython.uchar[::1],
    ) -> None:
        self.symbols = words.symbols
        self.offsets = words.offsets
        self.parents = words.parents
        self.meanings = words.meanings
        self.folder_symbols = folders.symbols
        self.folder_offsets = folders.offsets
        self.folder_parents = folders.parents
        self.folder_meanings = folders.meanings
        self.address = address
        self.itemprops = itemprops
        self.uses = uses
        self.readings = readings

    @cython.cfunc
    def of_class(self, name: str) -> cython.int:
        """Return the role that a class name's words mean; the last word counts most: `author-photo` is a photo."""
        length: cython.Py_ssize_t = min(len(name), LONGEST_NAME)
        at: cython.Py_ssize_t = 0
        code: cython.int
        words: cython.int = 0
        node: cython.int
        after: cython.int
        meant: cython.longlong = 0
        last: cython.longlong = 0
        while at < length:
            code = ord(name[at])
            if 65 <= code <= 90 and at + 1 < length and "a" <= name[at + 1] <= "z":
                code += 32
            elif not 97 <= code <= 122:
                at += 1
                continue
            node = 0
            words += 1
            while True:
                if node >= 0:
                    after = self.offsets[node] + self.symbols[code]
                    node = after if self.parents[after] == node and after else -1
                at += 1
                if at >= length or not "a" <= name[at] <= "z":
                    break
                code = ord(name[at])
            last = self.meanings[node] if node > 0 else 0
            meant |= last
        if meant & WORD_OF_OTHERS or (meant & WORD_FOR_FOOT and not meant & WORD_OF_ENTRY):
            return OTHERS
        if meant & WORD_FOR_WIDGET and not meant & WORD_OF_BUILDERS:
            return OTHERS
        if words == 1 and meant & WORD_FOR_NAME:
            return NAME
        if meant & WORD_OF_AUTHORS and (last & WORD_OF_NAMES or not meant & WORD_INSIDE):
            return BYLINE
        return DATE if last & WORD_OF_DATES else NO_ROLE

    @cython.cfunc
    def is_authors(self, address: str) -> cython.bint:
        """Return True for an address with a folder for authors and something in it."""
        length: cython.Py_ssize_t = min(len(address), LONGEST_ADDRESS)
        start: cython.Py_ssize_t = 0
        at: cython.Py_ssize_t
        code: cython.int
        node: cython.int
        after: cython.int
        while True:
            start = address.find("/", start, length)
            if start < 0:
                return False
            node = 0
            at = start
            start += 1
            while at < length:
                code = ord(address[at])
                if code >= 128:  # some are one letter with others when case is left out
                    return self.address.search(address, 0, LONGEST_ADDRESS) is not None
                if 65 <= code <= 90:
                    code += 32
                after = self.folder_offsets[node] + self.folder_symbols[code]
                if self.folder_parents[after] != node or not after:
                    break
                node = after
                at += 1
                if self.folder_meanings[node]:
                    if at < length and address[at] != "/" and address[at] != "?" and address[at] != "#":
                        return True
                    break

    def read(self, columns: object, most: cython.int, prose: object, headlines: list, site: str) -> PageRoles:
        """Return the roles of the first `most` elements.

        Elements that hold most of the `prose`, or one of the `headlines`, belong to the article with any name. The
        authors that links to another site than `site` name are not the article's.
        """
        page: PageRoles = PageRoles(self, columns, site)
        if len(page.parents):
            page.read(min(most, len(page.parents)), prose, headlines)
        return page


@cython.final
@cython.cclass
class PageRoles(ElementColumns):
    """The roles of one page's elements."""

    reader: RoleReader
    known: cython.uchar[::1]  # of each name of the pool its role as itemprop, as rel and as class name
    known_lists: cython.uchar[::1]
    roles: cython.uchar[::1]
    holder: cython.int[::1]  # for each element the innermost one with a role that it is in, -1 for none
    has_any: cython.bint
    site: str

    def __init__(self, reader: RoleReader, columns: object, site: str) -> None:
        super().__init__(columns)
        self.reader = reader
        self.site = site
        self.known = bytearray(b"\xff") * (3 * len(self.pool))
        self.known_lists = bytearray(b"\xff") * (len(self.class_firsts) - 1)
        self.roles = bytearray(len(self.parents))
        self.holder = array("i", [-1]) * len(self.parents)
        self.has_any = False

    @cython.cfunc
    def read(self, most: cython.Py_ssize_t, prose: object, headlines: list) -> cython.int:
        """Find the role of each element; nothing inside another part of the page has one."""
        around: set = self._around(prose, headlines)
        element: cython.Py_ssize_t
        parent: cython.Py_ssize_t
        role: cython.int
        inherited: cython.int
        reading: cython.int
        tag: cython.int
        for element in range(len(self.parents)):
            parent = self.parents[element]
            if parent >= 0:
                self.holder[element] = self.holder[parent]
            if element >= most:
                continue
            inherited = self.roles[parent] if parent >= 0 else NO_ROLE
            if inherited == OTHERS:
                self.roles[element] = OTHERS
                continue
            tag = self.element_tags[element]
            reading = self.reader.readings[tag] if tag < len(self.reader.readings) else 0
            role = self._own(element, reading)
            if role == NO_ROLE:
                continue
            if role == NAME:
                role = PERSON if PERSON <= inherited <= BYLINE else NO_ROLE
            elif role == BYLINE:
                role = NO_ROLE if reading == WHOLE else BYLINE
            elif role == OTHERS:
                role = NO_ROLE if reading == WHOLE or element in around else OTHERS
            self.roles[element] = role
            if role > OTHERS:
                self.holder[element] = element
                self.has_any = True
        return 0

    @cython.cfunc
    def _around(self, prose: object, headlines: list) -> set:
        """Return the elements that hold a headline or most of the prose.

        `has-sidebar` is not a side bar, and some blogs call all their parts `widget`.
        """
        found: set = {0}
        element: cython.Py_ssize_t
        held: cython.longlong[::1] = prose if isinstance(prose, array) and prose.typecode == "q" else array("q", prose)
        for element in range(len(self.parents)):
            if 2 * held[element] > held[0]:
                found.add(element)
        for element in headlines:
            if len(found) >= MOST_AROUND:
                break
            while element >= 0 and element not in found:
                found.add(element)
                element = self.parents[element]
        return found

    @cython.cfunc
    def _own(self, element: cython.Py_ssize_t, reading: cython.int) -> cython.int:
        """Return the role that an element's attributes and class names mean."""
        role: cython.int
        use: cython.int
        value: cython.Py_ssize_t
        place: cython.Py_ssize_t
        text: str
        first: cython.Py_ssize_t = self.attribute_firsts[element]
        last: cython.Py_ssize_t = self.attribute_firsts[element + 1]
        for place in range(first, last):
            use = self.reader.uses[self.attribute_keys[place]]
            value = self.attribute_values[place]
            role = NO_ROLE
            if use == ITEMPROP:
                if self.known[3 * value] == UNREAD:
                    text = self.pool[value]
                    self.known[3 * value] = self._of_itemprop(text)
                role = self.known[3 * value]
            elif use == REL:
                if self.known[3 * value + 1] == UNREAD:
                    text = self.pool[value]
                    self.known[3 * value + 1] = self._of_rel(text)
                role = self.known[3 * value + 1]
            elif use == HREF and reading == LINK:
                text = self.pool[value]
                if self.reader.is_authors(text) and self._is_of_site(text):
                    role = AUTHOR
            if role:
                return role
        if reading == TIMED:
            return TIME if self.class_lists[element] or last > first else NO_ROLE
        role = self._of_classes(self.class_lists[element]) if self.class_lists[element] else NO_ROLE
        return role if role or not self.ids[element] else self._of_id(self.ids[element])

    @cython.cfunc
    def _of_id(self, value: cython.Py_ssize_t) -> cython.int:
        """Return the role that an id means, read as a class name, for a byline or a date."""
        text: str
        if self.known[3 * value + 2] == UNREAD:
            text = self.pool[value]
            self.known[3 * value + 2] = self.reader.of_class(text)
        return self.known[3 * value + 2] if self.known[3 * value + 2] in (BYLINE, DATE) else NO_ROLE

    @cython.cfunc
    def _is_of_site(self, address: str) -> cython.bint:
        """Return False for an address that names another site: a profile there says nothing about this page."""
        end: cython.Py_ssize_t = address.find("/", 8)
        if not address.startswith(("http:", "https:", "//")):
            return True
        return address.find(self.site, 0, end if end > 0 else len(address)) >= 0

    @cython.cfunc
    def _of_itemprop(self, value: str) -> cython.int:
        words: list = value.casefold().split()
        for word in words:
            if word in self.reader.itemprops:
                return self.reader.itemprops[word]
        return NAME if "name" in words else NO_ROLE

    @cython.cfunc
    def _of_rel(self, value: str) -> cython.int:
        words: list = value.casefold().split()
        return AUTHOR if "author" in words else TAG if "tag" in words else NO_ROLE

    @cython.cfunc
    def _of_classes(self, number: cython.Py_ssize_t) -> cython.int:
        """Return the role of the first class name that has one."""
        first: cython.Py_ssize_t
        place: cython.Py_ssize_t
        name: cython.Py_ssize_t
        text: str
        role: cython.int = NO_ROLE
        if self.known_lists[number] == UNREAD:
            first = self.class_firsts[number]
            for place in range(first, min(first + MOST_NAMES, self.class_firsts[number + 1])):
                name = 3 * cython.cast(cython.Py_ssize_t, self.class_names[place]) + 2
                if self.known[name] == UNREAD:
                    text = self.pool[self.class_names[place]]
                    self.known[name] = self.reader.of_class(text)
                role = self.known[name]
                if role:
                    break
            self.known_lists[number] = role
        return self.known_lists[number]

    def valued(self) -> list:
        """Return the elements with a role whose attributes have the value that a reader sees."""
        found: list = []
        element: cython.Py_ssize_t
        place: cython.Py_ssize_t
        for element in range(len(self.roles)):
            if self.roles[element] <= OTHERS:
                continue
            for place in range(self.attribute_firsts[element], self.attribute_firsts[element + 1]):
                if self.reader.uses[self.attribute_keys[place]] == VALUE and self.attribute_values[place]:
                    found.append(element)
                    break
        return found

    def role(self, element: cython.Py_ssize_t) -> str:
        """Return the role of an element."""
        return ROLES[self.roles[element]]

    def held_blocks(self, columns: object, removals: tuple) -> list:
        """Return the blocks that are kept and of which an element with a role has text, each with the one kept before
        it.
        """
        run_firsts: cython.int[::1] = columns.run_firsts
        run_elements: cython.int[::1] = columns.run_elements
        found: list = []
        block: cython.Py_ssize_t
        run: cython.Py_ssize_t
        before: cython.Py_ssize_t = -1
        if not self.has_any:
            return found
        for block in range(len(run_firsts) - 1):
            if removals[block] is not None:
                continue
            for run in range(run_firsts[block], run_firsts[block + 1]):
                if self.holder[run_elements[run]] >= 0:
                    found.append((block, before))
                    break
            before = block
        return found

    def held(self, columns: object, block: cython.Py_ssize_t) -> dict:
        """Return the text that each element with a role has in a block, without labels for screen readers.

        Of the elements that a text is in, the innermost three with a role have it. Alike neighbours without a mark get
        one: two people.
        """
        text: str = columns.text
        starts: cython.int[::1] = columns.starts
        run_firsts: cython.int[::1] = columns.run_firsts
        run_starts: cython.int[::1] = columns.run_starts
        run_ends: cython.int[::1] = columns.run_ends
        run_elements: cython.int[::1] = columns.run_elements
        hidden: cython.int[::1] = columns.hidden
        base: cython.Py_ssize_t = starts[block]
        first: cython.Py_ssize_t = run_firsts[block]
        end: cython.Py_ssize_t = min(first + MOST_RUNS, cython.cast(cython.Py_ssize_t, run_firsts[block + 1]))
        is_all_hidden: cython.bint = True
        texts: dict = {}
        last_runs: dict = {}
        holders: list
        run: cython.Py_ssize_t
        last: cython.Py_ssize_t
        gap: str
        piece: str
        for run in range(first, end):
            if not hidden[run_elements[run]]:
                is_all_hidden = False
        for run in range(first, end):
            if hidden[run_elements[run]] and not is_all_hidden:
                continue
            holders = self._holders(run_elements[run])
            piece = text[base + run_starts[run] : base + run_ends[run]]
            for holder in holders:
                if holder not in texts:
                    texts[holder] = [piece]
                else:
                    last = last_runs[holder]
                    gap = text[base + run_ends[last] : base + run_starts[run]]
                    if run_elements[last] != run_elements[run] and (not gap or gap.isspace()):
                        if self._are_alike(run_elements[last], run_elements[run]):
                            gap = "; "
                        elif not gap and _is_seam(text, base, base + run_starts[run], starts[block + 1]):
                            gap = ", "
                    texts[holder].append(gap)
                    texts[holder].append(piece)
                last_runs[holder] = run
        return {holder: "".join(pieces) for holder, pieces in texts.items()}

    @cython.cfunc
    def _holders(self, element: cython.Py_ssize_t) -> list:
        """Return the elements with a role that an element is in; at most three, innermost last."""
        found: list = []
        at: cython.Py_ssize_t = self.holder[element]
        while at >= 0 and len(found) < MOST_HOLDERS:
            found.append(at)
            at = self.holder[self.parents[at]] if self.parents[at] >= 0 else -1
        found.reverse()
        return found

    @cython.cfunc
    def _are_alike(self, one: cython.Py_ssize_t, other: cython.Py_ssize_t) -> cython.bint:
        """Return whether two neighbours are made as entries of a list are; a first and a last name are not."""
        tag: cython.int = self.element_tags[one]
        names: cython.Py_ssize_t = self.class_lists[one]
        others: cython.Py_ssize_t = self.class_lists[other]
        first: cython.Py_ssize_t = self.class_firsts[names]
        second: cython.Py_ssize_t = self.class_firsts[others]
        count: cython.Py_ssize_t = self.class_firsts[names + 1] - first
        place: cython.Py_ssize_t
        if tag != self.element_tags[other] or self.class_firsts[others + 1] - second != count:
            return False
        for place in range(count):
            if self.class_names[first + place] != self.class_names[second + place]:
                return False
        return names != 0 or (tag < len(self.reader.readings) and self.reader.readings[tag] == LINK)


@cython.cfunc
def _is_seam(text: str, start: cython.Py_ssize_t, at: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.bint:
    """Return True where two elements meet without a space, and a word with a capital begins: "Ann RoeReporter"."""
    return start < at < end and text[at - 1].islower() and text[at].isupper()


def first_value(columns: object, element: cython.Py_ssize_t, attribute: cython.int) -> str:
    """Return the value of an element's attribute, by its number; `""` where it has none."""
    firsts: cython.int[::1] = columns.attribute_firsts
    keys: cython.int[::1] = columns.attribute_keys
    values: cython.int[::1] = columns.attribute_values
    place: cython.Py_ssize_t
    for place in range(firsts[element], firsts[element + 1]):
        if keys[place] == attribute:
            return columns.pool[values[place]]
    return ""
