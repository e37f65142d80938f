"""The tags of a page one by one, as the HTML standard's tokenizer sees them, and how much tree they make.

Which elements are open tells `open_elements.py`. Those that close each other wherever they stand (paragraphs, rows,
cells) are not counted: between two that are counted stand a few of them at most.
"""

from __future__ import annotations

import re

from ..core.limits import Limits
from .open_elements import (
    BLOCK_NAMES,
    FOREIGN_TAGS,
    FORMATTING_TAGS,
    ITEM_FELLOWS,
    SPECIAL_TAGS,
    Element,
    OpenElements,
)

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

ROOT_TAGS = frozenset(b"html head body frameset".split())
# Not counted: they close each other, or hold nothing.
CLOSING_TAGS = frozenset(b"p tr td th tbody thead tfoot option colgroup caption".split())
VOID_TAGS = frozenset(
    b"area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr".split()
)
# Drawings and formulas end where one of these begins (HTML standard, 13.2.6.5).
NEVER_FOREIGN = frozenset(
    b"b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta "
    b"nobr ol p pre ruby s small span strong strike sub sup table tt u ul var".split()
)
MAX_NAMES = 10_000
# So many hold no more different names of attributes than are bearable.
SAFE_ATTRIBUTE_BYTES = 300_000
MAX_ROOT_TAGS = 100
# Tags that are taken out cost no tree, only the time to read them.
MAX_PASSED = 200_000
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
        self._open = OpenElements()
        self._ambiguous = 0  # up to here it depends on what is open whether this is markup
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
            self._edit(found.start(), found.end(), b"")
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
        self._edit(found.end(), at, b"")
        return at + 1

    def _start(self, name: bytes, end: int, found: re.Match[bytes]) -> int:
        """A start tag: what it opens, and where to read on; -1 where nothing more is markup."""
        self._attribute_bytes += len(found[3])
        if name not in self._names or self._attribute_bytes > SAFE_ATTRIBUTE_BYTES or name in ROOT_TAGS:
            self._count_names(name, found)
        if name in CLOSING_TAGS or name in ITEM_FELLOWS:
            self._reopened += self._open.active
        if name == b"plaintext" or name == b"script" or name in RAW_END:
            return self._after_raw(name, end, found)
        if name in ITEM_FELLOWS and end > self._ambiguous:
            self._end_item(name, found)
        if self._is_empty(name, end, found):
            return end
        if self._counts(name):
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
            self._edit(found.start(3), found.end(3), b"")

    def _end_item(self, name: bytes, found: re.Match[bytes]) -> None:
        """The item that another item's start tag closes."""
        depth = self._open.closed_by_item(name)
        if depth >= 0:
            _, end_tags = self._open.close(depth)
            self._edit(found.start(), found.start(), end_tags)

    def _is_empty(self, name: bytes, end: int, found: re.Match[bytes]) -> bool:
        """Whether a tag is the whole of an element, or may be: that depends on what is open. It is taken out then."""
        if name not in FOREIGN_TAGS and (not self._open.foreign or name in NEVER_FOREIGN):
            return False
        if not _ends_itself(found[3]):
            return False
        self._edit(found.start(), end, b"")
        return True

    def _counts(self, name: bytes) -> bool:
        """Whether an element counts as one level of depth."""
        if name in ROOT_TAGS:
            return False
        if name not in CLOSING_TAGS and name not in VOID_TAGS:
            return True
        return self._open.foreign > 0 and name not in NEVER_FOREIGN

    def _push(self, name: bytes, end: int, found: re.Match[bytes]) -> None:
        stays = len(self._open) < self._limits.max_depth
        if not stays:
            self._passed += 1
            self._edit(found.start(), end, b"<hr>" if name in BLOCK_NAMES else b"")
        tag = found.group() if stays and name in FORMATTING_TAGS else b""
        self._open.push(Element(self._names.get(name, name), tag, stays))

    def _close(self, name: bytes, end: int, found: re.Match[bytes]) -> None:
        """An end tag: the elements that it certainly closes."""
        if end <= self._ambiguous:
            return
        depth = self._open.closed_by_end(name)
        if depth < 0:
            return
        if name in SPECIAL_TAGS:
            self._reopened += self._open.active
        closed, end_tags = self._open.close(depth)
        if closed.stays:
            self._edit(found.start(), found.start(), end_tags)
        else:
            self._passed += 1
            self._edit(found.start(), end, end_tags)

    def _edit(self, start: int, end: int, text: bytes) -> None:
        """Put `text` in the place of a part of the tag that was read last; what was edited inside it goes with it."""
        if start == end and not text:
            return
        later = []
        while self._edits and self._edits[-1][1] > start:
            later.append(self._edits.pop())
        self._edits.append((start, end, text))
        self._edits += [edit for edit in reversed(later) if edit[0] >= end]

    def _after_raw(self, name: bytes, at: int, found: re.Match[bytes]) -> int:
        """The end of an element whose content is no markup; inside a drawing it may be some."""
        if name == b"plaintext":
            end = -1
        elif name == b"script":
            end = self._script_end(at)
        else:
            closing = RAW_END[name].search(self._html, at)
            end = closing.start() if closing else -1
        if not self._open.foreign:
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


def _ends_itself(attributes: bytes) -> bool:
    """Whether the "/" before the end of a tag is one: in a value without quotation marks it belongs to the value."""
    if not attributes.endswith(b"/"):
        return False
    *_, end = (0, *(one.end() for one in ATTRIBUTE.finditer(attributes)))
    return end < len(attributes)
