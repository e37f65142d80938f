# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Elements whose names say that they are furniture: a widget's own names, or words in any name.

`columns` are a page's (see `core.columns.Columns`), tries those of `matching.names`.
"""

from __future__ import annotations

from array import array

import cython

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.names import FACTS, STATE, WORDS
    from cython.cimports.boiloff.transforms.compiled.page_columns import ElementColumns
else:
    from .names import FACTS, STATE, WORDS
    from .page_columns import ElementColumns

# What a name of a widget system means, in a trie: the number of its owner from 1 on, for a whole name and, shifted, for
# a beginning. Of several beginnings the first owner's counts.
PREFIX_SHIFT = cython.declare(cython.int, 20)
OWNER_MASK = cython.declare(cython.longlong, (1 << 20) - 1)
# No word of a name speaks for a reason if there are more, or if one means a state.
MAX_NAME_WORDS = cython.declare(cython.int, 5)
# How an attribute's value is read: as a name, or as a type that may declare a reader's comment.
NAME = cython.declare(cython.int, 1)
TYPE = cython.declare(cython.int, 2)
# How an element's names are read: all, without the id, not at all.
WITHOUT_ID = cython.declare(cython.int, 1)
UNREAD = cython.declare(cython.int, 2)
# The same numbers for those who lay attributes and tags out for a `SignReader`.
USES = {"name": NAME, "type": TYPE}
READINGS = {"without id": WITHOUT_ID, "unread": UNREAD}


def owner_meaning(whole: int = 0, prefix: int = 0) -> int:
    """Return what a name means in a trie of owners: the numbers of the owner of the name, and of names that begin with
    it.
    """
    return whole | prefix << PREFIX_SHIFT


@cython.final
@cython.cclass
class OwnerNames:
    """Names that only known systems give their elements, in a trie whose meanings are those of `owner_meaning`.

    A 0 in a name of the trie stands for any number.
    """

    symbols: cython.uchar[::1]
    offsets: cython.ushort[::1]
    parents: cython.ushort[::1]
    meanings: cython.longlong[::1]

    def __init__(self, trie: object) -> None:
        self.symbols = trie.symbols
        self.offsets = trie.offsets
        self.parents = trie.parents
        self.meanings = trie.meanings

    @cython.cfunc
    def owner(self, name: str) -> cython.longlong:
        """Return the number of a name's owner, 0 where it has none."""
        found: cython.longlong = 0
        meant: cython.longlong
        node: cython.int = 0
        after: cython.int
        code: cython.int
        was_digit: cython.bint = False
        at: cython.Py_ssize_t
        for at in range(len(name)):
            code = ord(name[at])
            if 48 <= code <= 57 or (code >= 128 and name[at].isdecimal()):
                if was_digit:
                    continue
                was_digit = True
                code = 48
            else:
                was_digit = False
                if code >= 128:
                    return found
            after = self.offsets[node] + self.symbols[code]
            if self.parents[after] != node or not after:
                return found
            node = after
            meant = self.meanings[node] >> PREFIX_SHIFT
            if meant and (meant < found or not found):
                found = meant
        meant = self.meanings[node] & OWNER_MASK
        return meant if meant else found


@cython.final
@cython.cclass
class SignReader:
    """Finds signs. `reasons` has for each owner, from number 1 on, a bit for the reason that its names speak for, and
    `groups` for each of these bits, from the lowest on, the mask of the group whose words speak for the same.
    """

    ids: OwnerNames
    classes: OwnerNames
    reasons: cython.int[::1]
    groups: cython.longlong[::1]
    any_group: cython.longlong

    def __init__(self, ids: object, classes: object, reasons: cython.int[::1], groups: cython.longlong[::1]) -> None:
        self.ids = OwnerNames(ids)
        self.classes = OwnerNames(classes)
        self.reasons = reasons
        self.groups = groups
        self.any_group = 0
        number: cython.Py_ssize_t
        for number in range(len(groups)):
            self.any_group |= groups[number]

    def signs(
        self,
        columns: object,
        names: object,
        tokens: cython.uchar[::1],
        readings: cython.uchar[::1],
        uses: cython.uchar[::1],
        comment_types: tuple,
    ) -> list:
        """Return every sign of a page, in the order of elements: the element, the number of the reason's bit, that of
        the name in the pool, and that of its owner; 0 where words of the name speak, -1 for both for a type.

        Of an element and a reason the first name of an owner counts, then the first that speaks in words. `names` are
        the page's (see `matching.names.PageNames`); `tokens` has 1 for each element that is a highlighter's, or is
        empty; `readings` says for each tag, and `uses` for each kept attribute, how it is read.
        """
        page: PageSigns = PageSigns(self, columns, names, uses, comment_types)
        found: list = []
        element: cython.Py_ssize_t
        reading: cython.int
        for element in range(len(page.ids)):
            reading = readings[page.element_tags[element]] if page.element_tags[element] < len(readings) else 0
            if reading != UNREAD and not (len(tokens) and tokens[element]):
                page.read(element, reading == WITHOUT_ID, found)
        return found


@cython.final
@cython.cclass
class PageSigns(ElementColumns):
    """The names of one page while signs are read from them."""

    reader: SignReader
    uses: cython.uchar[::1]
    comment_types: tuple
    groups: cython.longlong[::1]
    facts: cython.int[::1]
    owners: cython.int[::1]  # of each name as a class name; -1 until it is looked up
    list_reasons: cython.int[::1]  # of each list of class names the bits of all reasons
    chosen: dict  # the places of names that speak, by list and reason

    def __init__(
        self, reader: SignReader, columns: object, names: object, uses: cython.uchar[::1], comment_types: tuple
    ) -> None:
        super().__init__(columns)
        self.reader = reader
        self.uses = uses
        self.comment_types = comment_types
        self.groups = names.groups
        self.facts = names.facts
        self.chosen = {}
        self.owners = array("i", [-1]) * len(self.pool)
        self.list_reasons = array("i", bytes(4)) * (len(self.class_firsts) - 1)
        number: cython.Py_ssize_t
        place: cython.Py_ssize_t
        name: cython.Py_ssize_t
        for number in range(len(self.list_reasons)):
            for place in range(self.class_firsts[number], self.class_firsts[number + 1]):
                name = self.class_names[place]
                self.list_reasons[number] |= self._spoken(name) | self._of_owner(self._class_owner(name))

    @cython.cfunc
    def _spoken(self, name: cython.Py_ssize_t) -> cython.int:
        """Return the reasons that the words of a name speak for; nothing if it is a sentence, or means a state."""
        found: cython.int = 0
        number: cython.Py_ssize_t
        if not self.groups[name] & self.reader.any_group or self.groups[name] < 0:
            return 0
        if self.facts[name * FACTS + WORDS] > MAX_NAME_WORDS or self.facts[name * FACTS + STATE]:
            return 0
        for number in range(len(self.reader.groups)):
            if self.groups[name] & self.reader.groups[number]:
                found |= 1 << number
        return found

    @cython.cfunc
    def _class_owner(self, name: cython.Py_ssize_t) -> cython.int:
        text: str
        if self.owners[name] < 0:
            text = self.pool[name]
            self.owners[name] = cython.cast(cython.int, self.reader.classes.owner(text))
        return self.owners[name]

    @cython.cfunc
    def _of_owner(self, owner: cython.int) -> cython.int:
        return self.reader.reasons[owner - 1] if owner else 0

    @cython.cfunc
    def read(self, element: cython.Py_ssize_t, without_id: cython.bint, found: list) -> cython.int:
        """Find the signs of one element."""
        name: cython.Py_ssize_t = 0 if without_id else self.ids[element]
        number: cython.Py_ssize_t = self.class_lists[element]
        reasons: cython.int = self.list_reasons[number]
        place: cython.Py_ssize_t
        use: cython.int
        owner: cython.int = 0
        text: str
        for place in range(self.attribute_firsts[element], self.attribute_firsts[element + 1]):
            use = self.uses[self.attribute_keys[place]]
            if use == NAME:
                reasons |= self._spoken(self.attribute_values[place])
            elif use == TYPE:
                text = self.pool[self.attribute_values[place]]
                if text.endswith(self.comment_types):
                    found.append((element, 0, -1, -1))
                    return 0
        if name:
            text = self.pool[name]
            owner = cython.cast(cython.int, self.reader.ids.owner(text))
            reasons |= self._spoken(name) | self._of_owner(owner)
        reason: cython.int = 0
        while reasons:
            if reasons & 1:
                self._choose(element, reason, name, owner, found)
            reasons >>= 1
            reason += 1
        return 0

    @cython.cfunc
    def _choose(
        self, element: cython.Py_ssize_t, reason: cython.int, name: cython.Py_ssize_t, owner: cython.int, found: list
    ) -> cython.int:
        """Find the name of an element that speaks for a reason; `name` is its id, of which `owner` is the owner."""
        bit: cython.int = 1 << reason
        spoken: cython.Py_ssize_t = -1
        place: cython.Py_ssize_t
        if name and self._of_owner(owner) & bit:
            found.append((element, reason, name, owner))
            return 0
        if name and self._spoken(name) & bit:
            spoken = name
        if self.list_reasons[self.class_lists[element]] & bit:
            place = self._chosen(self.class_lists[element], reason)
            name = self.class_names[place]
            owner = self._class_owner(name)
            if self._of_owner(owner) & bit:
                found.append((element, reason, name, owner))
                return 0
            if spoken < 0:
                spoken = name
        for place in range(self.attribute_firsts[element], self.attribute_firsts[element + 1]):
            if spoken < 0 and self.uses[self.attribute_keys[place]] == NAME:
                name = self.attribute_values[place]
                if self._spoken(name) & bit:
                    spoken = name
        found.append((element, reason, spoken, 0))
        return 0

    @cython.cfunc
    def _chosen(self, number: cython.Py_ssize_t, reason: cython.int) -> cython.Py_ssize_t:
        """Return the place of the name in a list that speaks for a reason: the first of an owner, or the first."""
        key: cython.longlong = cython.cast(cython.longlong, number) << 32 | reason
        bit: cython.int = 1 << reason
        place: cython.Py_ssize_t
        spoken: cython.Py_ssize_t = -1
        known: object = self.chosen.get(key)
        if known is None:
            for place in range(self.class_firsts[number], self.class_firsts[number + 1]):
                if self._of_owner(self._class_owner(self.class_names[place])) & bit:
                    spoken = place
                    break
                if spoken < 0 and self._spoken(self.class_names[place]) & bit:
                    spoken = place
            known = self.chosen[key] = spoken
        return known
