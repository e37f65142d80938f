"""The tags of a page one by one, as the HTML standard's tokenizer sees them, and how much tree they make.

Whoever builds a tree closes elements for many reasons. The reader here knows only those that are certain, so that it
may take a tree for deeper than it is, never for much shallower. Elements that close each other (paragraphs, items,
rows, cells) are not counted: between two that are counted stand a few of them at most.
"""

from __future__ import annotations

import re

from ..limits import Limits
from .builder import BLOCK_TAGS

WS = rb"\t\n\f\r "
# One attribute. A name begins with a class that excludes what parts attributes, and ends before "=", so each byte
# belongs to one alternative; only a quotation mark without its fellow is read twice.
ATTRIBUTE = re.compile(rb"[^%b/>][^%b/>=]*(?:[%b]*=[%b]*(?:\"[^\"]*\"|'[^']*'|[^%b>\"'][^%b>]*)?)?" % ((WS,) * 6))
MAX_ATTRIBUTES = 1_000
# What follows a run never fails, so that nothing is tried twice; where there are more attributes, ">" is not in it.
ATTRIBUTES = rb"(?:[%b/]*%b){0,%d}[%b/]*" % (WS, ATTRIBUTE.pattern, MAX_ATTRIBUTES, WS)
MORE_ATTRIBUTES = re.compile(ATTRIBUTES)
TAG = re.compile(rb"<(?:(/?)([a-zA-Z][^%b/>]*)(%b)(>|)|(!--)|(!\[CDATA\[)|[!?/])" % (WS, ATTRIBUTES))
COMMENT_END = re.compile(rb"--!?>")
# In a script, "<!--" hides the end of the script behind another "<script".
SCRIPT_SIGN = re.compile(rb"<!--|-->|<(/?)script(?=[%b/>])" % WS, re.IGNORECASE)
SCRIPT_END = re.compile(rb"</script(?=[%b/>])" % WS, re.IGNORECASE)
RAW_END = {
    name: re.compile(rb"</%b(?=[%b/>])" % (name, WS), re.IGNORECASE)
    for name in b"iframe noembed noframes noscript style textarea title xmp".split()
}

FORMATTING_TAGS = frozenset(b"b big code em font i nobr s small strike strong tt u".split())
ROOT_TAGS = frozenset(b"html head body frameset".split())
# Not counted: they close each other, or hold nothing.
CLOSING_TAGS = frozenset(b"p li dt dd tr td th tbody thead tfoot option colgroup caption".split())
VOID_TAGS = frozenset(
    b"area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr".split()
)
# Inside a drawing or a formula these are elements like any other.
FOREIGN_TAGS = frozenset(b"svg math".split())
NEVER_FOREIGN = frozenset(b"p li dd dt br hr img embed meta".split())
# An end tag does not reach out of these.
BARRIERS = frozenset(b"applet annotation-xml desc foreignobject marquee object select svg math table template".split())
# An end tag of an element that is not special does not reach through these.
BLOCK_NAMES = frozenset(tag.encode() for tag in BLOCK_TAGS)
SPECIAL_TAGS = BARRIERS | BLOCK_NAMES
# How far an end tag looks for its element.
MAX_STEPS = 32
MAX_NAMES = 10_000
# So many hold no more different names of attributes than are bearable.
SAFE_ATTRIBUTE_BYTES = 300_000
MAX_ROOT_TAGS = 100
# Tags that are taken out cost no tree, only the time to read them.
MAX_PASSED = 200_000
# As many equal formatting elements stay open; the others are forgotten.
MAX_EQUAL = 3
# How often formatting elements may be opened again on a page: each time costs some 400 bytes.
MAX_REOPENED = 150_000
REOPENED = "too many formatting tags are never closed"


class TagReader:
    """Reads markup up to `end`, where `why` says what stopped it; `edited` gives it with too deep tags taken out."""

    def __init__(self, html: bytes, limits: Limits) -> None:
        self.end = len(html)
        self.why = ""
        self._html = html
        self._limits = limits
        self._edits: list[tuple[int, int, bytes]] = []
        self._open: list[tuple[bytes, bytes, bool]] = []  # name, the whole tag, and whether it is left in
        self._foreign = 0  # drawings and formulas that are open
        self._ambiguous = 0  # up to here it depends on what is open whether this is markup
        self._formatting: dict[bytes, int] = {}  # formatting elements that may be opened again
        self._active = 0
        self._reopened = 0
        self._names: dict[bytes, bytes] = {}  # each once, so that what is open holds no copies
        self._attribute_bytes = 0
        self._roots = 0
        self._passed = 0  # tags that are taken out

    def edited(self) -> bytes:
        """The markup that was read, with the edits made."""
        html = self._html[: self.end]
        if not self._edits:
            return html
        parts, at = [], 0
        for start, end, text in self._edits:
            parts += [html[at:start], text]
            at = end
        return b"".join([*parts, html[at:]])

    def read(self) -> None:
        """Read all tags, or as many as the limits allow."""
        html, at, tags = self._html, 0, 0
        while (found := TAG.search(html, at)) is not None:
            at = found.end()
            name = found[2]
            if name is None:
                at = self._after_markup(found)
            else:
                tags += 1
                at = self._tag_end(found)
                if at >= 0 and found[1]:
                    self._close(name.lower(), at, found)
                elif at >= 0:
                    at = self._start(name.lower(), at, found)
            if at < 0:
                return
            is_long = tags - self._passed > self._limits.max_tags or self._passed > MAX_PASSED
            if is_long or self._reopened > MAX_REOPENED:
                self.end = found.start()
                self.why = "beyond max_tags" if is_long else REOPENED
                return

    def _after_markup(self, found: re.Match[bytes]) -> int:
        """The end of a comment or a declaration; -1 where there is none."""
        if found[5]:
            end = COMMENT_END.search(self._html, found.start() + 2)
            return end.end() if end else -1
        if found[6]:  # text in a drawing, a comment elsewhere: made the same in both
            self._edits.append((found.start(), found.end(), b""))
            return found.end()
        return self._html.find(b">", found.end()) + 1 or -1

    def _tag_end(self, found: re.Match[bytes]) -> int:
        """The end of a tag, its attributes beyond the bearable taken out; -1 where the page ends in it."""
        at = found.end()
        if found[4]:
            return at
        while (more := MORE_ATTRIBUTES.match(self._html, at)) is not None and more.end() > at:
            at = more.end()
        if at == len(self._html):
            return -1
        self._edits.append((found.end(), at, b""))
        return at + 1

    def _start(self, name: bytes, end: int, found: re.Match[bytes]) -> int:
        """A start tag: what it opens, and where to read on; -1 where nothing more is markup."""
        self._attribute_bytes += len(found[3])
        if name not in self._names or self._attribute_bytes > SAFE_ATTRIBUTE_BYTES or name in ROOT_TAGS:
            self._count_names(name, found)
        if name in CLOSING_TAGS:
            self._reopened += self._active
        if name == b"plaintext" or name == b"script" or name in RAW_END:
            return self._after_raw(name, end, found)
        if self._counts(name, found[3]):
            self._push(name, end, found)
        return end

    def _count_names(self, name: bytes, found: re.Match[bytes]) -> None:
        """Take the attributes out of a tag that brings new names when a page has had too many: they say nothing."""
        self._names.setdefault(name, name)
        if found[3]:
            names = [one.partition(b"=")[0] for one in ATTRIBUTE.findall(found[3])]
            self._names.update(zip(names, names, strict=True))
        self._roots += name in ROOT_TAGS
        if len(self._names) > MAX_NAMES or self._roots > MAX_ROOT_TAGS:
            self._edits.append((found.start(3), found.end(3), b""))

    def _counts(self, name: bytes, attributes: bytes) -> bool:
        """Whether an element counts as one level of depth."""
        if name in ROOT_TAGS:
            return False
        if name not in CLOSING_TAGS and name not in VOID_TAGS:
            return not (self._foreign and attributes.endswith(b"/"))
        return self._foreign > 0 and name not in NEVER_FOREIGN and not attributes.endswith(b"/")

    def _push(self, name: bytes, end: int, found: re.Match[bytes]) -> None:
        tag = found.group() if name in FORMATTING_TAGS else b""
        stays = len(self._open) < self._limits.max_depth
        if not stays:
            self._passed += 1
            while self._edits and self._edits[-1][0] >= found.start():
                self._edits.pop()
            self._edits.append((found.start(), end, b"<hr>" if name in BLOCK_NAMES else b""))
        elif name in FORMATTING_TAGS:
            count = self._formatting.get(tag, 0)
            self._formatting[tag] = count + 1
            self._active += count < MAX_EQUAL
        self._foreign += name in FOREIGN_TAGS
        self._open.append((self._names.get(name, name), tag, stays))

    def _close(self, name: bytes, end: int, found: re.Match[bytes]) -> None:
        """An end tag: the elements that it certainly closes."""
        if end <= self._ambiguous:
            return
        depth = self._place(name)
        if depth < 0:
            return
        _, tag, stays = self._open[depth]
        if name in SPECIAL_TAGS:
            self._reopened += self._active
        elif name in FORMATTING_TAGS and stays:
            self._formatting[tag] -= 1
            self._active -= self._formatting[tag] < MAX_EQUAL
        if not stays:
            self._passed += 1
            self._edits.append((found.start(), end, b""))
        self._foreign -= sum(other in FOREIGN_TAGS for other, _, _ in self._open[depth:])
        if name == b"form":  # the elements inside stay open
            del self._open[depth]
        else:
            del self._open[depth:]

    def _place(self, name: bytes) -> int:
        """Where the element stands that an end tag closes, -1 where there is none for certain."""
        reached = SPECIAL_TAGS if name not in SPECIAL_TAGS else BARRIERS
        for depth in range(len(self._open) - 1, max(-1, len(self._open) - 1 - MAX_STEPS), -1):
            other = self._open[depth][0]
            if other == name:
                return depth
            if other in reached:
                break
        return -1

    def _after_raw(self, name: bytes, at: int, found: re.Match[bytes]) -> int:
        """The end of an element whose content is no markup; inside a drawing it may be some."""
        if name == b"plaintext":
            end = -1
        elif name == b"script":
            end = self._script_end(at)
        else:
            closing = RAW_END[name].search(self._html, at)
            end = closing.start() if closing else -1
        if not self._foreign:
            return end
        self._ambiguous = max(self._ambiguous, end if end >= 0 else len(self._html))
        self._push(name, at, found)
        return at

    def _script_end(self, at: int) -> int:
        """Where a script ends: at its first end tag, unless a comment inside it holds another script."""
        first = SCRIPT_END.search(self._html, at)
        if first is None or self._html.find(b"<!--", at, first.start()) < 0:
            return first.start() if first else -1
        escaped = doubly = False
        while (sign := SCRIPT_SIGN.search(self._html, at)) is not None:
            at = sign.end()
            if sign[1] is None:
                escaped = sign.group() == b"<!--"
                doubly = doubly and escaped
                at -= 2 if escaped else 0
            elif not sign[1]:
                doubly = escaped
            elif not doubly:
                return sign.start()
            else:
                doubly = False
        return -1
