# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The words of ids and class names: each distinct name of a page is read once, letter by letter.

`columns` are a page's (see `core.columns.Columns`), tries those of `matching.tries`.
"""

from __future__ import annotations

from array import array

import cython

# What is kept of a name, at its number in the pool times FACTS: how many words it has (at most MANY), 1 if one of them
# tells a state, the node of its last word, where its first word begins and ends, its topics.
FACTS = cython.declare(cython.int, 6)
WORDS = cython.declare(cython.int, 0)
STATE = cython.declare(cython.int, 1)
LAST = cython.declare(cython.int, 2)
FIRST_START = cython.declare(cython.int, 3)
FIRST_END = cython.declare(cython.int, 4)
TOPICS = cython.declare(cython.int, 5)
# A name of so many words is a sentence, which has no topic and no sign.
MANY = cython.declare(cython.int, 6)
# What a word's meaning says besides its groups, which have the bits below: topics, for names of one or more words with
# spaces between them, then single words.
TOPIC_SHIFT = cython.declare(cython.int, 40)
STATE_BIT = cython.declare(cython.longlong, 1 << 56)
BOX_BIT = cython.declare(cython.longlong, 1 << 57)
TOPIC_END_BIT = cython.declare(cython.longlong, 1 << 58)
GROUP_MASK = cython.declare(cython.longlong, (1 << 40) - 1)
TOPIC_MASK = cython.declare(cython.longlong, (1 << 16) - 1)
# Kinds of characters.
OTHER = cython.declare(cython.int, 0)
LOWER = cython.declare(cython.int, 1)
UPPER = cython.declare(cython.int, 2)
DIGIT = cython.declare(cython.int, 3)


def meaning(groups: int = 0, topics: int = 0, state: bool = False, box: bool = False, topic_end: bool = False) -> int:
    """What a word stands for as a number: the bits of its groups and topics, and whether it tells a state, is a word
    for any box, or ends a topic's name.
    """
    if groups > GROUP_MASK or topics > TOPIC_MASK:
        raise ValueError("too many groups or topics")
    marks = (STATE_BIT if state else 0) | (BOX_BIT if box else 0) | (TOPIC_END_BIT if topic_end else 0)
    return groups | topics << TOPIC_SHIFT | marks


@cython.cfunc
@cython.inline
def _kind(char: cython.Py_UCS4) -> cython.int:
    if 97 <= char <= 122:
        return LOWER
    if 65 <= char <= 90:
        return UPPER
    return DIGIT if 48 <= char <= 57 else OTHER


@cython.cfunc
def _part_end(name: str, start: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Where the letters and digits from `start` end; negative if a program made them up: a letter follows a digit."""
    end: cython.Py_ssize_t = start
    is_made_up: cython.bint = False
    was_digit: cython.bint = False
    kind: cython.int
    while end < len(name):
        kind = _kind(name[end])
        if kind == OTHER:
            break
        if kind == DIGIT:
            was_digit = True
        elif was_digit:
            is_made_up = True
        end += 1
    return -end if is_made_up else end


@cython.cfunc
def _word_end(name: str, start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Where the word from `start` ends: small letters with an optional capital before them, or capitals of which the
    last is not the first letter of such a word.
    """
    at: cython.Py_ssize_t = start + 1
    if _kind(name[start]) == UPPER and at < end and _kind(name[at]) == UPPER:
        while at < end and _kind(name[at]) == UPPER:
            at += 1
        return at - 1 if at < end and _kind(name[at]) == LOWER else at
    while at < end and _kind(name[at]) == LOWER:
        at += 1
    return at


def words_of_name(name: str) -> tuple:
    """The words of one name, lower case."""
    words: list = []
    start: cython.Py_ssize_t = 0
    at: cython.Py_ssize_t
    end: cython.Py_ssize_t
    stop: cython.Py_ssize_t
    kind: cython.int
    while start < len(name):
        if _kind(name[start]) == OTHER:
            start += 1
            continue
        end = _part_end(name, start)
        at = start
        while at < end:
            kind = _kind(name[at])
            if kind == DIGIT:
                at += 1
                continue
            stop = _word_end(name, at, end)
            words.append(name[at:stop].lower())
            at = stop
        start = abs(end)
    return tuple(words)


@cython.final
@cython.cclass
class NameReader:
    """Reads names with a trie of words, whose meanings are those of `meaning`."""

    symbols: cython.uchar[::1]
    width: cython.int
    cells: cython.ushort[::1]
    meanings: cython.longlong[::1]
    # What is known of the name that was read last.
    places: cython.int[::1]  # where its first words begin and end
    words: cython.int
    has_state: cython.bint
    last: cython.int
    topics: cython.int

    def __init__(self, trie: object) -> None:
        self.symbols = trie.symbols
        self.width = trie.width
        self.cells = trie.cells
        self.meanings = trie.meanings
        self.places = array("i", bytes(4 * 2 * MANY))

    @cython.cfunc
    def _follow(self, node: cython.int, name: str, start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.int:
        """The node that a word leads to from another, 0 where none does."""
        code: cython.int
        at: cython.Py_ssize_t
        for at in range(start, end):
            code = cython.cast(cython.int, name[at])
            if 65 <= code <= 90:
                code += 32
            node = self.cells[node * self.width + self.symbols[code]]
            if node == 0:
                return 0
        return node

    @cython.cfunc
    def _read(self, name: str) -> cython.longlong:
        """The groups of a name."""
        found: cython.longlong = 0
        told: cython.longlong = 0
        words: cython.int = 0
        node: cython.int = 0
        following: cython.int
        start: cython.Py_ssize_t = 0
        place: cython.Py_ssize_t
        end: cython.Py_ssize_t
        stop: cython.Py_ssize_t
        while start < len(name):
            if _kind(name[start]) == OTHER:
                start += 1
                continue
            end = _part_end(name, start)
            place = start
            while place < end:
                if _kind(name[place]) == DIGIT:
                    place += 1
                    continue
                stop = _word_end(name, place, end)
                if node:
                    following = self._follow(node, name, place, stop)
                    found |= self.meanings[following] & GROUP_MASK
                node = self._follow(0, name, place, stop)
                told = self.meanings[node]
                found |= told
                if words < MANY:
                    self.places[2 * words] = place
                    self.places[2 * words + 1] = stop
                    words += 1
                place = stop
            start = abs(end)
        self.words = words
        self.has_state = found & STATE_BIT != 0
        self.last = node
        self.topics = self._topics(name, words) if words < MANY and told & (BOX_BIT | TOPIC_END_BIT) else 0
        return found & GROUP_MASK

    @cython.cfunc
    def _topics(self, name: str, words: cython.int) -> cython.int:
        """The topics that the name ends with, or ends with before words for a box."""
        found: cython.longlong = 0
        meant: cython.longlong = 0
        end: cython.int = words
        first: cython.int
        word: cython.int
        node: cython.int
        while end > 0:
            for first in range(end):
                node = 0
                for word in range(first, end):
                    if word > first:
                        node = self.cells[node * self.width + self.symbols[32]]
                        if node == 0:
                            break
                    node = self._follow(node, name, self.places[2 * word], self.places[2 * word + 1])
                    if node == 0:
                        break
                meant = self.meanings[node]
                found |= meant >> TOPIC_SHIFT & TOPIC_MASK
            if not meant & BOX_BIT:  # of the last word alone
                break
            end -= 1
        return cython.cast(cython.int, found)

    def groups_of_names(self, names: tuple) -> int:
        """The groups that these names speak for together."""
        found: cython.longlong = 0
        node: cython.int = 0
        name: str
        for name in names:
            found |= self._read(name)
            if self.words:
                if node:
                    node = self._follow(node, name, self.places[0], self.places[1])
                    found |= self.meanings[node] & GROUP_MASK
                node = self.last
        return found

    def read(self, columns: object, uses: cython.uchar[::1], html: cython.int, body: cython.int) -> tuple:
        """All names of a page: groups of each element, then of each name of the pool, and facts about each name.

        `uses` has for each kept attribute 2 where its values speak for the element's groups (its role), 1 where they
        are names that signs may be read from, else 0. The elements `html` and `body` speak for nothing.
        """
        page: PageNames = PageNames(self, columns, uses)
        page.read_lists()
        return page.read_elements(html, body), page.group_array, page.fact_array


@cython.final
@cython.cclass
class PageNames:
    """The names of one page while they are read."""

    reader: NameReader
    uses: cython.uchar[::1]
    pool: list
    element_tags: cython.int[::1]
    ids: cython.int[::1]
    class_lists: cython.int[::1]
    class_firsts: cython.int[::1]
    class_names: cython.int[::1]
    attribute_firsts: cython.int[::1]
    attribute_keys: cython.int[::1]
    attribute_values: cython.int[::1]
    group_array: object
    fact_array: object
    groups: cython.longlong[::1]
    facts: cython.int[::1]
    list_groups: cython.longlong[::1]
    list_edges: cython.int[::1]  # of each list the first name with words, -1 for none, and the node of its last word

    def __init__(self, reader: NameReader, columns: object, uses: cython.uchar[::1]) -> None:
        self.reader = reader
        self.uses = uses
        self.pool = columns.pool
        self.element_tags = columns.element_tags
        self.ids = columns.ids
        self.class_lists = columns.class_lists
        self.class_firsts = columns.class_firsts
        self.class_names = columns.class_names
        self.attribute_firsts = columns.attribute_firsts
        self.attribute_keys = columns.attribute_keys
        self.attribute_values = columns.attribute_values
        self.group_array = array("q", [-1]) * len(self.pool)
        self.fact_array = array("i", bytes(4 * FACTS)) * len(self.pool)
        self.groups = self.group_array
        self.facts = self.fact_array
        self.list_groups = array("q", bytes(8)) * (len(self.class_firsts) - 1)
        self.list_edges = array("i", [-1, 0]) * (len(self.class_firsts) - 1)

    @cython.cfunc
    @cython.inline
    def _groups(self, name: cython.Py_ssize_t) -> cython.longlong:
        """The groups of a name of the pool."""
        if self.groups[name] < 0:
            self._read(name)
        return self.groups[name]

    @cython.cfunc
    def _read(self, name: cython.Py_ssize_t) -> cython.int:
        text: str = self.pool[name]
        self.groups[name] = self.reader._read(text)
        self.facts[name * FACTS + WORDS] = self.reader.words
        self.facts[name * FACTS + STATE] = self.reader.has_state
        self.facts[name * FACTS + LAST] = self.reader.last
        self.facts[name * FACTS + FIRST_START] = self.reader.places[0]
        self.facts[name * FACTS + FIRST_END] = self.reader.places[1]
        self.facts[name * FACTS + TOPICS] = self.reader.topics
        return 0

    @cython.cfunc
    def _joined(self, node: cython.int, name: cython.Py_ssize_t) -> cython.longlong:
        """The groups of a word that leads to `node` and the first word of a name, as one word."""
        at: cython.Py_ssize_t = name * FACTS
        text: str
        if not node:
            return 0
        text = self.pool[name]
        node = self.reader._follow(node, text, self.facts[at + FIRST_START], self.facts[at + FIRST_END])
        return self.reader.meanings[node] & GROUP_MASK

    @cython.cfunc
    def read_lists(self) -> cython.int:
        """Read each list of class names."""
        number: cython.Py_ssize_t
        place: cython.Py_ssize_t
        name: cython.Py_ssize_t
        node: cython.int
        found: cython.longlong
        for number in range(len(self.class_firsts) - 1):
            found = 0
            node = 0
            for place in range(self.class_firsts[number], self.class_firsts[number + 1]):
                name = self.class_names[place]
                found |= self._groups(name)
                if not self.facts[name * FACTS + WORDS]:
                    continue
                if self.list_edges[2 * number] < 0:
                    self.list_edges[2 * number] = name
                else:
                    found |= self._joined(node, name)
                node = self.facts[name * FACTS + LAST]
            self.list_groups[number] = found
            self.list_edges[2 * number + 1] = node
        return 0

    @cython.cfunc
    def read_elements(self, html: cython.int, body: cython.int) -> object:
        """Read the other names of each element; the groups of each."""
        found_array = array("q", bytes(8)) * len(self.ids)
        found: cython.longlong[::1] = found_array
        groups: cython.longlong
        element: cython.Py_ssize_t
        number: cython.Py_ssize_t
        place: cython.Py_ssize_t
        name: cython.Py_ssize_t
        node: cython.int
        for element in range(len(self.ids)):
            name = self.ids[element]
            number = self.class_lists[element]
            groups = self.list_groups[number]
            node = self.list_edges[2 * number + 1]
            if name:
                groups |= self._groups(name)
                if self.facts[name * FACTS + WORDS]:
                    if self.list_edges[2 * number] >= 0:
                        groups |= self._joined(self.facts[name * FACTS + LAST], self.list_edges[2 * number])
                    else:
                        node = self.facts[name * FACTS + LAST]
            for place in range(self.attribute_firsts[element], self.attribute_firsts[element + 1]):
                if not self.uses[self.attribute_keys[place]]:
                    continue
                name = self.attribute_values[place]
                if self.uses[self.attribute_keys[place]] == 1:
                    self._groups(name)
                    continue
                groups |= self._groups(name)
                if self.facts[name * FACTS + WORDS]:
                    groups |= self._joined(node, name)
                    node = self.facts[name * FACTS + LAST]
            if self.element_tags[element] != html and self.element_tags[element] != body:
                found[element] = groups
        return found_array


def topic_names(columns: object, facts: cython.int[::1], html: cython.int, body: cython.int) -> list:
    """Where ids and class names tell topics: the mask of the topics, the element and the number of the name."""
    element_tags: cython.int[::1] = columns.element_tags
    ids: cython.int[::1] = columns.ids
    class_lists: cython.int[::1] = columns.class_lists
    class_firsts: cython.int[::1] = columns.class_firsts
    class_names: cython.int[::1] = columns.class_names
    of_lists: cython.int[::1] = array("i", bytes(4)) * (len(class_firsts) - 1)
    found: list = []
    element: cython.Py_ssize_t
    number: cython.Py_ssize_t
    place: cython.Py_ssize_t
    name: cython.Py_ssize_t
    for number in range(len(of_lists)):
        for place in range(class_firsts[number], class_firsts[number + 1]):
            of_lists[number] |= facts[class_names[place] * FACTS + TOPICS]
    for element in range(len(ids)):
        name = ids[element]
        number = class_lists[element]
        if not (facts[name * FACTS + TOPICS] | of_lists[number]):
            continue
        if element_tags[element] == html or element_tags[element] == body:
            continue
        if facts[name * FACTS + TOPICS]:
            found.append((facts[name * FACTS + TOPICS], element, name))
        for place in range(class_firsts[number], class_firsts[number + 1]):
            name = class_names[place]
            if facts[name * FACTS + TOPICS]:
                found.append((facts[name * FACTS + TOPICS], element, name))
    return found
