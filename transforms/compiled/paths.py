# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The container paths of a page's elements, each distinct step and path written once.

`columns` are a page's (see `core.columns.Columns`).
"""

from __future__ import annotations

from array import array

import cython

if cython.compiled:
    from cython.cimports.boiloff.transforms.compiled.page_columns import ElementColumns
else:
    from .page_columns import ElementColumns

SEPARATOR = "/"
# What an element is to a path, in bits: nothing (part of a sentence), nothing unless it is named, a step without names,
# a post, whose classes name its subject.
TEXT = cython.declare(cython.int, 1)
PLAIN = cython.declare(cython.int, 2)
UNNAMED = cython.declare(cython.int, 4)
POST = cython.declare(cython.int, 8)
# These and numbers below for those who lay tags and names out for a `PathReader`.
KINDS = {"text": TEXT, "plain": PLAIN, "unnamed": UNNAMED, "post": POST}
# What a name is to a step, in bits: looked at; on other pages of the site as well; what is so of one article; what a
# post is about; the name of a post.
READ = cython.declare(cython.int, 1)
LASTING = cython.declare(cython.int, 2)
STATE = cython.declare(cython.int, 4)
ABOUT_POST = cython.declare(cython.int, 8)
POST_NAME = cython.declare(cython.int, 16)
BEGINNINGS = {"state": STATE, "about post": ABOUT_POST}
# A part of a name with so many humps was made up if it has fewer than two and a half letters for each.
MIN_HUMPS = cython.declare(cython.int, 3)
HUMP_HALF_CHARS = cython.declare(cython.int, 5)


@cython.cfunc
def _is_lasting(name: str) -> cython.bint:
    """Return True for an id or class that other pages of the site may have as well, and that can stand in a path.

    A digit means a number or a build's hash; many short humps a name that a style sheet's tool made up: "bdVaJa" has
    three, "sectionTitle" two.
    """
    at: cython.Py_ssize_t
    char: cython.Py_UCS4
    letters: cython.Py_ssize_t = 0  # of the part between signs that is read,
    humps: cython.Py_ssize_t = 0  # its humps,
    capitals: cython.Py_ssize_t = 0  # and how many capitals stand before this letter
    was_small: cython.bint = False
    for at in range(len(name)):
        char = name[at]
        if "a" <= char <= "z":
            if not was_small and capitals != 1:
                humps += 1
            letters += 1
            capitals = 0
            was_small = True
        elif "A" <= char <= "Z":
            if not capitals:
                humps += 1
            letters += 1
            capitals += 1
            was_small = False
        else:
            if _is_unusable(char) or _is_made_up(letters, humps):
                return False
            if char != "-" and char != "_" and not char.isprintable():
                return False
            letters = humps = capitals = 0
            was_small = False
    return len(name) > 0 and not _is_made_up(letters, humps)


@cython.cfunc
@cython.inline
def _is_unusable(char: cython.Py_UCS4) -> cython.bint:
    """Return True for a digit, white space, and what sets the parts of a path off."""
    if char == "-" or char == "_":
        return False
    return char == "/" or char == "#" or char == "." or char.isdecimal() or char.isspace()


@cython.cfunc
@cython.inline
def _is_made_up(letters: cython.Py_ssize_t, humps: cython.Py_ssize_t) -> cython.bint:
    return humps >= MIN_HUMPS and 2 * letters < HUMP_HALF_CHARS * humps


@cython.final
@cython.cclass
class PathReader:
    """Writes paths. `kinds` has for each of `tags` what an element is to a path; other tags are containers.

    `beginnings` is a trie of the beginnings of class names that describe one article or the subject of a post,
    `posts` the class names that declare a post.
    """

    kinds: cython.uchar[::1]
    tags: tuple
    symbols: cython.uchar[::1]
    offsets: cython.ushort[::1]
    parents: cython.ushort[::1]
    meanings: cython.longlong[::1]
    posts: frozenset
    most_steps: cython.int
    most_chars: cython.Py_ssize_t

    def __init__(
        self,
        kinds: cython.uchar[::1],
        tags: tuple,
        beginnings: object,
        posts: frozenset,
        most_steps: cython.int,
        most_chars: cython.Py_ssize_t,
    ) -> None:
        if len(kinds) != len(tags):
            raise ValueError("one kind for each tag is needed")
        self.kinds = kinds
        self.tags = tags
        self.symbols = beginnings.symbols
        self.offsets = beginnings.offsets
        self.parents = beginnings.parents
        self.meanings = beginnings.meanings
        self.posts = posts
        self.most_steps = most_steps
        self.most_chars = most_chars

    @cython.cfunc
    def name(self, name: str) -> cython.int:
        """Return what a name is to a step."""
        found: cython.int = READ
        at: cython.Py_ssize_t
        node: cython.int = 0
        after: cython.int
        code: cython.int
        if not _is_lasting(name):
            return found | POST_NAME if name in self.posts else found
        found |= LASTING
        if name in self.posts:
            found |= POST_NAME
        for at in range(len(name)):
            code = ord(name[at])
            if code >= 128:
                break
            after = self.offsets[node] + self.symbols[code]
            if self.parents[after] != node or not after:
                break
            node = after
            found |= self.meanings[node]
        return found

    def read(self, columns: object) -> tuple:
        """Return for each element the number of its container's path, and the paths by number, `""` first."""
        page: PagePaths = PagePaths(self, columns)
        numbers = array("i", bytes(4)) * len(page.parents)
        page.read(numbers)
        return numbers, page.paths


@cython.final
@cython.cclass
class PagePaths(ElementColumns):
    """The paths of one page while they are written."""

    reader: PathReader
    names: cython.uchar[::1]  # what each name of the pool is to a step
    lists: cython.uchar[::1]  # what the names of each list are together,
    class_steps: list  # what each list adds to a step, then to that of a post; None until it is written
    list_tags: cython.int[::1]  # the tag of the last element with it and no id, -1 for none,
    list_steps: cython.int[::1]  # and this element's step
    bare_steps: cython.int[::1]  # the step of each tag without names, -1 until it is written
    steps: list
    step_numbers: dict
    paths: list
    depths: cython.int[::1]  # how many steps each path has
    inner: dict  # numbers of paths, by the path around them and the step

    def __init__(self, reader: PathReader, columns: object) -> None:
        super().__init__(columns)
        self.reader = reader
        self.names = bytearray(len(self.pool))
        self.lists = bytearray(len(self.class_firsts) - 1)
        self.class_steps = [None] * (2 * len(self.lists))
        self.list_tags = array("i", [-1]) * (len(self.class_firsts) - 1)
        self.list_steps = array("i", bytes(4)) * (len(self.class_firsts) - 1)
        self.bare_steps = array("i", [-1]) * len(reader.kinds)
        self.steps = []
        self.step_numbers = {}
        self.paths = [""]
        self.depths = array("i", bytes(4)) * (len(self.parents) + 1)
        self.inner = {}

    @cython.cfunc
    def read(self, numbers: cython.int[::1]) -> cython.int:
        """Write each element's path, a parent's before its children's."""
        element: cython.Py_ssize_t
        outer: cython.int
        tag: cython.int
        kind: cython.int
        step: cython.int
        known: object
        key: cython.longlong
        last_key: cython.longlong = -1
        last: cython.int = 0
        path: str
        for element in range(len(self.parents)):
            outer = numbers[self.parents[element]] if self.parents[element] >= 0 else 0
            numbers[element] = outer
            tag = self.element_tags[element]
            kind = self.reader.kinds[tag] if tag < len(self.reader.kinds) else 0
            if kind & TEXT or self.depths[outer] >= self.reader.most_steps:
                continue
            step = self._step(element, tag, kind)
            if kind & PLAIN and outer and step == self.bare_steps[tag]:
                continue
            key = cython.cast(cython.longlong, outer) << 32 | step
            if key != last_key:
                last_key = key
                known = self.inner.get(key)
                if known is None:
                    path = self.steps[step]
                    if outer:
                        path = self.paths[outer] + SEPARATOR + path
                    known = self.inner[key] = len(self.paths) if path else 0
                    if path:
                        self.depths[len(self.paths)] = self.depths[outer] + 1
                        self.paths.append(path)
                last = known
            numbers[element] = last
        return 0

    @cython.cfunc
    def _step(self, element: cython.Py_ssize_t, tag: cython.int, kind: cython.int) -> cython.int:
        """Return the number of an element's step."""
        identity: cython.Py_ssize_t = 0 if kind & UNNAMED else self.ids[element]
        number: cython.Py_ssize_t = 0 if kind & UNNAMED else self.class_lists[element]
        is_known_tag: cython.bint = tag < len(self.bare_steps)
        found: cython.int
        if identity and not self._name(identity) & LASTING:
            identity = 0
        if is_known_tag and self.bare_steps[tag] < 0:
            self.bare_steps[tag] = self._number(self.reader.tags[tag])
        if not identity:
            if not number and is_known_tag:
                return self.bare_steps[tag]
            if self.list_tags[number] == tag:
                return self.list_steps[number]
        step: str = self._tag(tag)
        if identity:
            step = step + "#" + self.pool[identity]
        if number:
            step = step + self._classes(number, kind)
        found = self._number(step[: self.reader.most_chars])
        if not identity:
            self.list_tags[number] = tag
            self.list_steps[number] = found
        return found

    @cython.cfunc
    def _number(self, step: str) -> cython.int:
        """Return the number of a step."""
        known: object = self.step_numbers.get(step)
        if known is None:
            known = self.step_numbers[step] = len(self.steps)
            self.steps.append(step)
        return known

    @cython.cfunc
    @cython.inline
    def _name(self, name: cython.Py_ssize_t) -> cython.int:
        """Return what a name of the pool is to a step."""
        text: str
        if not self.names[name]:
            text = self.pool[name]
            self.names[name] = self.reader.name(text)
        return self.names[name]

    @cython.cfunc
    def _classes(self, number: cython.Py_ssize_t, kind: cython.int) -> str:
        """Return what a list of class names adds to a step, as far as a step can be long."""
        first: cython.Py_ssize_t = self.class_firsts[number]
        last: cython.Py_ssize_t = self.class_firsts[number + 1]
        place: cython.Py_ssize_t
        passing: cython.int = STATE
        name: cython.int
        known: cython.Py_ssize_t = 2 * number
        lasting: list
        if not self.lists[number]:
            self.lists[number] = READ
            for place in range(first, last):
                self.lists[number] |= self._name(self.class_names[place])
        if not self.lists[number] & LASTING:
            return ""
        if kind & POST or self.lists[number] & POST_NAME:
            passing |= ABOUT_POST
            known += 1
        if self.class_steps[known] is None:
            lasting = []
            for place in range(first, last):
                name = self._name(self.class_names[place])
                if name & LASTING and not name & passing:
                    lasting.append(self.pool[self.class_names[place]])
            lasting.sort()
            for place in range(1, len(lasting)):
                if lasting[place] == lasting[place - 1]:
                    lasting = sorted(set(lasting))
                    break
            lasting.insert(0, "")
            self.class_steps[known] = ".".join(lasting)[: self.reader.most_chars]
        return self.class_steps[known]

    @cython.cfunc
    def _tag(self, tag: cython.int) -> str:
        """Return the name of a tag as a step has it."""
        name: str
        at: cython.Py_ssize_t
        if tag < len(self.reader.tags):
            return self.reader.tags[tag]
        name = self.pool[tag - len(self.reader.tags)]
        for at in range(len(name)):
            if _is_unusable(name[at]):
                return "".join([sign for sign in name if sign.isalnum()]) or "unknown"
        return name
