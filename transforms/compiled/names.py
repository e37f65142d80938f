# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The words of ids and class names: each distinct name of a page is read once, letter by letter.

`columns` are a page's (see `core.columns.Columns`), tries those of `matching.names`.
"""

from __future__ import annotations

from array import array

import cython

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.page_columns import ElementColumns
else:
    from .page_columns import ElementColumns

# What is kept of a name, at its number in the pool times FACTS: how many words it has (at most MANY), 1 if one of them
# means a state, the node of its last word, where its first word begins and ends, its topics, 1 if it is a sentence.
FACTS = 7
WORDS = 0
STATE = 1
LAST = cython.declare(cython.int, 2)
FIRST_START = cython.declare(cython.int, 3)
FIRST_END = cython.declare(cython.int, 4)
TOPICS = cython.declare(cython.int, 5)
SENTENCE = cython.declare(cython.int, 6)
# A name of so many words has no topic and no sign. It is a sentence if only one word in so many stands for groups, and
# it is written as an address is, small and with hyphens.
MANY = cython.declare(cython.int, 6)
FEW = cython.declare(cython.int, 6)
# What a word's meaning says besides its groups, which have the bits below: topics, for names of one or more words with
# spaces between them, then single words.
TOPIC_SHIFT = cython.declare(cython.int, 40)
STATE_BIT = cython.declare(cython.longlong, 1 << 56)
BOX_BIT = cython.declare(cython.longlong, 1 << 57)
TOPIC_END_BIT = cython.declare(cython.longlong, 1 << 58)
GROUP_MASK = cython.declare(cython.longlong, (1 << 40) - 1)
TOPIC_MASK = cython.declare(cython.longlong, (1 << 16) - 1)
# Where no letter leads. Not -1: Cython asks whether an exception is meant whenever a function returns it.
NOWHERE = cython.declare(cython.int, -2)
# Kinds of characters.
OTHER = cython.declare(cython.int, 0)
LOWER = cython.declare(cython.int, 1)
UPPER = cython.declare(cython.int, 2)
DIGIT = cython.declare(cython.int, 3)
UNDERSCORE = cython.declare(cython.int, 95)
# How the values of an attribute are read: as names that speak for the element's groups, or that may be signs.
SPEAKS = cython.declare(cython.int, 2)
READ = cython.declare(cython.int, 1)
# The same numbers for those who lay attributes out for a `NameReader`.
USES = {"speaks": SPEAKS, "read": READ}


def meaning(groups: int = 0, topics: int = 0, state: bool = False, box: bool = False, topic_end: bool = False) -> int:
    """Return what a word stands for as a number: the bits of its groups and topics, and whether it means a state, is a
    word for any box, or ends a topic's name.
    """
    if groups > GROUP_MASK or topics > TOPIC_MASK:
        raise ValueError("too many groups or topics")
    marks = (STATE_BIT if state else 0) | (BOX_BIT if box else 0) | (TOPIC_END_BIT if topic_end else 0)
    return groups | topics << TOPIC_SHIFT | marks


@cython.cfunc
@cython.inline
def _kind(code: cython.int) -> cython.int:
    if 97 <= code <= 122:
        return LOWER
    if 65 <= code <= 90:
        return UPPER
    return DIGIT if 48 <= code <= 57 else OTHER


@cython.cfunc
@cython.inline
def _lower(code: cython.int) -> cython.int:
    return code + 32 if 65 <= code <= 90 else code


@cython.final
@cython.cclass
class NameReader:
    """Reads names with a trie of words, whose meanings are those of `meaning`.

    Class names that begin with one of `subjects` say what a post is about where one of `posts` or a post's number
    stands beside them, or on an element with the tag `post_tag`: they speak for nothing but the groups of `harmless`.

    A heading (a tag of `headings`) that is named a header is one, and "adv-heading" is advanced: its class names do not
    speak for the groups of `unheaded`. Its id often has the words of its text, and speaks for nothing. So does any id
    that is a sentence, as it is made of a heading: "menu-ideas-for-a-long-summer-evening" is no menu.
    """

    symbols: cython.uchar[::1]
    offsets: cython.ushort[::1]
    parents: cython.ushort[::1]
    meanings: cython.longlong[::1]
    # What is known of the name that is read, up to its last word.
    groups: cython.longlong
    last_meaning: cython.longlong  # of the last word
    last: cython.int  # the last word's node, 0 where no word of the trie begins like it
    has_state: cython.bint
    topics: cython.int
    words: cython.Py_ssize_t
    telling: cython.Py_ssize_t  # how many words stand for groups, alone or with the word before them
    is_sentence: cython.bint
    places: cython.int[::1]  # where the first words begin and end
    ends: list  # where all words begin and end, for those who ask for them; else None
    posts: frozenset
    subjects: tuple
    post_tag: cython.int
    harmless: cython.longlong
    headings: cython.uchar[::1]  # a flag for each tag
    unheaded: cython.longlong

    def __init__(
        self,
        trie: object,
        posts: frozenset,
        subjects: tuple,
        post_tag: cython.int,
        harmless: cython.longlong,
        headings: bytearray,
        unheaded: cython.longlong,
    ) -> None:
        self.harmless = harmless
        self.headings = headings
        self.unheaded = unheaded
        self.posts = posts
        self.subjects = subjects
        self.post_tag = post_tag
        self.symbols = trie.symbols
        self.offsets = trie.offsets
        self.parents = trie.parents
        self.meanings = trie.meanings
        self.places = array("i", bytes(4 * 2 * MANY))
        self.ends = None

    @cython.cfunc
    @cython.inline
    def _step(self, node: cython.int, code: cython.int) -> cython.int:
        """Return the node that an ASCII letter or sign leads to from another; NOWHERE where none does."""
        after: cython.int
        if node < 0:
            return NOWHERE
        after = self.offsets[node] + self.symbols[code]
        return after if self.parents[after] == node and after else NOWHERE

    @cython.cfunc
    def _follow(self, node: cython.int, name: str, start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.int:
        """Return the node that a word leads to from another; NOWHERE where none does."""
        at: cython.Py_ssize_t
        for at in range(start, end):
            node = self._step(node, _lower(ord(name[at])))
            if node < 0:
                return NOWHERE
        return node

    @cython.cfunc
    def _end_word(
        self, node: cython.int, joined: cython.int, start: cython.Py_ssize_t, end: cython.Py_ssize_t
    ) -> cython.int:
        """Note a word that leads to `node`, and behind the word before it to `joined`."""
        self.last_meaning = 0
        self.last = 0
        if node > 0:
            self.last = node
            self.last_meaning = self.meanings[node]
            self.groups |= self.last_meaning & GROUP_MASK
            self.telling += self.last_meaning & GROUP_MASK != 0
            if self.last_meaning & STATE_BIT:
                self.has_state = True
        if joined > 0:
            self.groups |= self.meanings[joined] & GROUP_MASK
            self.telling += self.meanings[joined] & GROUP_MASK != 0
        if self.words < MANY:
            self.places[2 * self.words] = start
            self.places[2 * self.words + 1] = end
        if self.ends is not None:
            self.ends.append((start, end))
        self.words += 1
        return 0

    @cython.cfunc
    def _read(self, name: str) -> cython.longlong:
        """Return the groups of a name; the attributes hold the other facts about it.

        A word is small letters with an optional capital before them, or capitals of which the last is not the first
        letter of such a word. A part between signs is left out if a program made it up: a letter follows a digit.
        """
        length: cython.Py_ssize_t = len(name)
        at: cython.Py_ssize_t = -1
        start: cython.Py_ssize_t = 0
        capitals: cython.int = 0  # of the word that is read
        code: cython.int = 0
        code_before: cython.int
        kind: cython.int = OTHER
        kind_before: cython.int
        had_digit: cython.bint = False
        node: cython.int = NOWHERE  # where the word's letters lead to,
        joined: cython.int = NOWHERE  # and where they do behind the word before it,
        node_before: cython.int = NOWHERE  # and both one letter before
        joined_before: cython.int = NOWHERE
        # What was known where the part between signs began.
        groups: cython.longlong = 0
        meaning_before: cython.longlong = 0
        last: cython.int = 0
        words: cython.Py_ssize_t = 0
        telling: cython.Py_ssize_t = 0
        has_state: cython.bint = False
        is_slug: cython.bint = True
        self.groups = self.last_meaning = 0
        self.last = self.words = self.topics = self.telling = 0
        self.has_state = False
        while at < length:
            at += 1
            code_before = code
            kind_before = kind
            code = ord(name[at]) if at < length else 0
            kind = _kind(code)
            is_slug = is_slug and kind != UPPER and code != UNDERSCORE
            if kind == UPPER:
                code += 32
            if kind in (LOWER, UPPER):
                if had_digit:
                    self.groups, self.last_meaning, self.last, self.words = groups, meaning_before, last, words
                    self.has_state, self.telling = has_state, telling
                    if self.ends is not None:
                        del self.ends[words:]
                    while at < length and _kind(ord(name[at])) != OTHER:
                        at += 1
                    at -= 1
                    kind = OTHER
                    had_digit = False
                elif kind == LOWER and kind_before == UPPER and capitals > 1:
                    self._end_word(node_before, joined_before, start, at - 1)
                    start = at - 1
                    node = self._step(self._step(0, code_before), code)
                    joined = self._step(self._step(self.last, code_before), code) if self.last else NOWHERE
                elif (kind == LOWER and kind_before == LOWER) or kind_before == UPPER:
                    node_before = node
                    joined_before = joined
                    node = self._step(node, code)
                    joined = self._step(joined, code)
                    capitals += 1
                else:
                    if kind_before == LOWER:
                        self._end_word(node, joined, start, at)
                    start = at
                    capitals = 1
                    node = self._step(0, code)
                    joined = self._step(self.last, code) if self.last else NOWHERE
                continue
            if kind_before in (LOWER, UPPER):
                self._end_word(node, joined, start, at)
            if kind == DIGIT:
                had_digit = True
            else:
                groups, meaning_before, last, words = self.groups, self.last_meaning, self.last, self.words
                has_state, telling = self.has_state, self.telling
                had_digit = False
        if self.words < MANY and self.last_meaning & (BOX_BIT | TOPIC_END_BIT):
            self.topics = self._topics(name)
        self.is_sentence = is_slug and self.words >= MANY and FEW * self.telling <= self.words
        return self.groups

    @cython.cfunc
    def _topics(self, name: str) -> cython.int:
        """Return the topics that the name ends with, or ends with before words for a box."""
        found: cython.longlong = 0
        meant: cython.longlong = 0
        end: cython.Py_ssize_t = self.words
        first: cython.Py_ssize_t
        word: cython.Py_ssize_t
        node: cython.int
        while end > 0:
            for first in range(end):
                node = 0
                for word in range(first, end):
                    if word > first:
                        node = self._step(node, 32)
                    node = self._follow(node, name, self.places[2 * word], self.places[2 * word + 1])
                    if node < 0:
                        break
                meant = self.meanings[node] if node > 0 else 0
                found |= meant >> TOPIC_SHIFT & TOPIC_MASK
            if not meant & BOX_BIT:  # of the last word alone
                break
            end -= 1
        return cython.cast(cython.int, found)

    def words_of_name(self, name: str) -> tuple:
        """Return the words of one name, lower case."""
        self.ends = []
        self._read(name)
        words: list = [name[start:end].lower() for start, end in self.ends]
        self.ends = None
        return tuple(words)

    def groups_of_names(self, names: tuple) -> int:
        """Return the groups that these names speak for together."""
        found: cython.longlong = 0
        node: cython.int = 0
        name: str
        for name in names:
            found |= self._read(name)
            if self.words:
                if node:
                    node = self._follow(node, name, self.places[0], self.places[1])
                    found |= self.meanings[node] & GROUP_MASK if node > 0 else 0
                node = self.last
        return found

    def read(self, columns: object, uses: cython.uchar[::1], html: cython.int, body: cython.int) -> tuple:
        """Return all names of a page: groups of each element, then of each name of the pool, and facts about each name.

        `uses` says for each kept attribute how its values are read. The elements `html` and `body` speak for nothing.
        """
        page: PageNames = PageNames(self, columns, uses)
        page.pass_over_subjects()
        page.read_lists()
        return page.read_elements(html, body), page.group_array, page.fact_array


@cython.final
@cython.cclass
class PageNames(ElementColumns):
    """The names of one page while they are read."""

    reader: NameReader
    uses: cython.uchar[::1]
    group_array: object
    fact_array: object
    groups: cython.longlong[::1]
    facts: cython.int[::1]
    list_groups: cython.longlong[::1]
    list_edges: cython.int[::1]  # of each list the first name with words, -1 for none, and the node of its last word

    def __init__(self, reader: NameReader, columns: object, uses: cython.uchar[::1]) -> None:
        super().__init__(columns)
        self.reader = reader
        self.uses = uses
        self.group_array = array("q", [-1]) * len(self.pool)
        self.fact_array = array("i", bytes(4 * FACTS)) * len(self.pool)
        self.groups = self.group_array
        self.facts = self.fact_array
        self.list_groups = array("q", bytes(8)) * (len(self.class_firsts) - 1)
        self.list_edges = array("i", [-1, 0]) * (len(self.class_firsts) - 1)

    @cython.cfunc
    @cython.inline
    def _groups(self, name: cython.Py_ssize_t) -> cython.longlong:
        """Return the groups of a name of the pool."""
        if self.groups[name] < 0:
            self._read(name)
        return self.groups[name]

    @cython.cfunc
    def _read(self, name: cython.Py_ssize_t) -> cython.int:
        text: str = self.pool[name]
        self.groups[name] = self.reader._read(text)
        self.facts[name * FACTS + WORDS] = min(self.reader.words, MANY)
        self.facts[name * FACTS + STATE] = self.reader.has_state
        self.facts[name * FACTS + LAST] = self.reader.last
        self.facts[name * FACTS + FIRST_START] = self.reader.places[0]
        self.facts[name * FACTS + FIRST_END] = self.reader.places[1]
        self.facts[name * FACTS + TOPICS] = self.reader.topics
        self.facts[name * FACTS + SENTENCE] = self.reader.is_sentence
        return 0

    @cython.cfunc
    def _joined(self, node: cython.int, name: cython.Py_ssize_t) -> cython.longlong:
        """Return the groups of a word that leads to `node` and the first word of a name, as one word."""
        at: cython.Py_ssize_t = name * FACTS
        text: str
        if not node:
            return 0
        text = self.pool[name]
        node = self.reader._follow(node, text, self.facts[at + FIRST_START], self.facts[at + FIRST_END])
        return self.reader.meanings[node] & GROUP_MASK if node > 0 else 0

    @cython.cfunc
    def pass_over_subjects(self) -> cython.int:
        """Note of the class names that name the subject of a post that they speak for harmless groups alone."""
        element: cython.Py_ssize_t
        number: cython.Py_ssize_t
        place: cython.Py_ssize_t
        name: cython.Py_ssize_t
        text: str
        is_post: cython.uchar[::1] = bytearray(len(self.class_firsts) - 1)
        for element in range(len(self.class_lists)):
            if self.element_tags[element] == self.reader.post_tag:
                is_post[self.class_lists[element]] = 1
        for number in range(len(is_post)):
            for place in range(self.class_firsts[number], self.class_firsts[number + 1]):
                text = self.pool[self.class_names[place]]
                is_post[number] |= text in self.reader.posts or (text.startswith("post-") and text[5:].isdigit())
            for place in range(self.class_firsts[number], self.class_firsts[number + 1] * is_post[number]):
                name = self.class_names[place]
                text = self.pool[name]
                if text.startswith(self.reader.subjects):
                    self.groups[name] = self.reader._read(text) & self.reader.harmless  # and no words, no topics
        return 0

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
        tag: cython.Py_ssize_t
        is_heading: cython.bint
        for element in range(len(self.ids)):
            tag = self.element_tags[element]
            is_heading = 0 <= tag < len(self.reader.headings) and self.reader.headings[tag] != 0
            name = 0 if is_heading else self.ids[element]
            number = self.class_lists[element]
            groups = self.list_groups[number]
            node = self.list_edges[2 * number + 1]
            if name and self._groups(name) and self.facts[name * FACTS + SENTENCE]:
                name = 0
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
                if self.uses[self.attribute_keys[place]] == READ:
                    self._groups(name)
                    continue
                groups |= self._groups(name)
                if self.facts[name * FACTS + WORDS]:
                    groups |= self._joined(node, name)
                    node = self.facts[name * FACTS + LAST]
            if self.element_tags[element] != html and self.element_tags[element] != body:
                found[element] = groups & ~self.reader.unheaded if is_heading else groups
        return found_array


def topic_names(columns: object, facts: cython.int[::1], html: cython.int, body: cython.int) -> list:
    """Return where ids and class names name topics: the mask of the topics, the element and the number of the name.

    Of an element's names only those are given with another topic than those before them.
    """
    element_tags: cython.int[::1] = columns.element_tags
    ids: cython.int[::1] = columns.ids
    class_lists: cython.int[::1] = columns.class_lists
    class_firsts: cython.int[::1] = columns.class_firsts
    class_names: cython.int[::1] = columns.class_names
    of_lists: list = [None] * (len(class_firsts) - 1)  # names of each list with topics, or None
    topical: list
    found: list = []
    element: cython.Py_ssize_t
    number: cython.Py_ssize_t
    place: cython.Py_ssize_t
    name: cython.Py_ssize_t
    topics: cython.int
    known: cython.int
    for number in range(len(of_lists)):
        known = 0
        for place in range(class_firsts[number], class_firsts[number + 1]):
            topics = facts[class_names[place] * FACTS + TOPICS]
            if topics & ~known:
                known |= topics
                if of_lists[number] is None:
                    of_lists[number] = []
                of_lists[number].append(class_names[place])
    for element in range(len(ids)):
        name = ids[element]
        known = facts[name * FACTS + TOPICS]
        topical = of_lists[class_lists[element]]
        if (not known and topical is None) or element_tags[element] == html or element_tags[element] == body:
            continue
        if known:
            found.append((known, element, name))
        if topical is not None:
            for name in topical:
                topics = facts[name * FACTS + TOPICS]
                if topics & ~known:
                    known |= topics
                    found.append((topics, element, name))
    return found
