"""Tables of HTML's tags and attributes for the compiled parsing code.

The scanner (`compiled/scan.py`) looks up tags and attributes by their bytes, in one hash table. The tag reader
(`compiled/tags.py`) needs the effect of each tag on the tree around it, if the HTML standard defines it without
exceptions.
"""

from __future__ import annotations

import os
import re
from array import array

from ..core import rows as html
from ..core.columns import KEPT_ATTRIBUTES
from ..core.rows import BLOCK_TAGS, KIND_NAMES, TAG_KINDS, TAGS

SCRIPT_SIGN = re.compile(rb"<!--|-->|</?script[\s/>]", re.IGNORECASE)
# The attributes that the scanner reads of these elements of the head. A `<meta>` may have its content as a `value`, as
# the first guide to cards of shared links had it.
META_KEYS, LINK_KEYS = ("property", "name", "itemprop", "http-equiv", "content", "value"), ("rel", "href")
SCRIPT_KEYS, HTML_KEYS, TEMPLATE_KEYS = ("type",), ("lang",), ("shadowrootmode",)
# The attributes that the scanner reads of all elements. The number of a key is its index here.
KEYS = ("", *KEPT_ATTRIBUTES, "class", "id", "style", "hidden", "aria-hidden")
# The sets that a tag is in, as bits: they decide what the scanner does at the tag.
HEAD_TAGS = frozenset({"html", "link", "meta", "title"})
FLAG_TAGS = (
    BLOCK_TAGS, html.SKIPPED_TAGS, html.IMPLIED_TAGS, html.HEADED_TAGS, html.VOID_TAGS, html.RAW_TAGS, HEAD_TAGS,
)  # fmt: skip
BLOCK, SKIPPED, IMPLIED, HEADED, VOID, RAW, OF_HEAD = (1 << bit for bit in range(len(FLAG_TAGS)))
FLAGS = array("i", [sum((tag in tags) << bit for bit, tags in enumerate(FLAG_TAGS)) for tag in TAGS])
KIND_OF_TAG = array("i", [KIND_NAMES.index(TAG_KINDS[tag]) if tag in TAG_KINDS else -1 for tag in TAGS])

# Tags at their numbers, then the attributes that are not tags too.
WORDS = tuple(dict.fromkeys((*TAGS, *KEYS, *META_KEYS, *LINK_KEYS, *SCRIPT_KEYS, *HTML_KEYS, *TEMPLATE_KEYS)))
KEY_OF_WORD = array("i", [KEYS.index(word) if word in KEYS else 0 for word in WORDS])
META_PLACES, LINK_PLACES, SCRIPT_PLACES, HTML_PLACES, TEMPLATE_PLACES = (
    array("i", [keys.index(word) if word in keys else -1 for word in WORDS])
    for keys in (META_KEYS, LINK_KEYS, SCRIPT_KEYS, HTML_KEYS, TEMPLATE_KEYS)
)
# A hash table with open addressing: the words in one string, where each begins, and slots that hold their numbers.
WORD_TEXT = "".join(WORDS).encode()
WORD_STARTS = array("i", [len("".join(WORDS[:number])) for number in range(len(WORDS) + 1)])
WORD_SLOTS = array("i", bytes(4 * 1024))
# Each process draws its own seed, so that an attacker cannot write a page whose names collide.
SEED = int.from_bytes(os.urandom(3), "little")


def _hash(word: bytes) -> int:
    """Hash a word as the scanner does."""
    found = SEED
    for byte in word:
        found = ((found ^ byte) * 16777619) & 0x7FFFFFFF
    return found


for _number, _word in enumerate(WORDS[1:], 1):
    _slot = _hash(_word.encode())
    while WORD_SLOTS[_slot % len(WORD_SLOTS)]:
        _slot += 1
    WORD_SLOTS[_slot % len(WORD_SLOTS)] = _number


# From here on: names for the tag reader, by what a tag does to the tree around it.
FORMATTING_TAGS = frozenset(b"b big code em font i nobr s small strike strong tt u".split())
# Other rules close elements inside a drawing or a formula.
FOREIGN_TAGS = frozenset(b"svg math".split())
# Drawings and formulas end where one of these begins (HTML standard, 13.2.6.5).
NEVER_FOREIGN = frozenset(
    b"b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta "
    b"nobr ol p pre ruby s small span strong strike sub sup table tt u ul var".split()
)
# An end tag does not reach out of these.
BARRIERS = frozenset(b"applet annotation-xml desc foreignobject marquee object select svg math table template".split())
LIST_BARRIERS = BARRIERS | {b"ol", b"ul"}
# The end tag of an element that is not special does not reach through these.
BLOCK_NAMES = frozenset(tag.encode() for tag in BLOCK_TAGS)
SPECIAL_TAGS = BARRIERS | BLOCK_NAMES
# End tags that reach through special elements, and through an open paragraph. Those of drawings do so only by name.
SOLID_TAGS = SPECIAL_TAGS - {b"annotation-xml", b"desc", b"foreignobject"}
# Start tags that always close the open paragraph around them. Tables and forms may or may not.
PARAGRAPH_ENDS = frozenset(
    b"address article aside blockquote center dd details dir div dl dt fieldset figcaption figure footer h1 h2 h3 h4 "
    b"h5 h6 header hgroup hr li listing main menu nav ol p plaintext pre section summary ul xmp".split()
)
# An end tag of a paragraph does not reach out of these, nor do these start tags.
PARAGRAPH_BARRIERS = BARRIERS | {b"button"}
# The start tag of an item, or of a term or its description, closes its fellow, through ITEM_PASSES but through no other
# special element.
ITEM_TAGS, TERM_TAGS = frozenset([b"li"]), frozenset([b"dd", b"dt"])
ITEM_PASSES = frozenset([b"address", b"div"])
# Only one of each is ever open: a parser skips the next one, or closes the first.
LONE_TAGS = frozenset([b"a", b"form"])
# A page has one element of each. Further tags add attributes to it.
ROOT_TAGS = frozenset(b"html head body".split())
# The tag reader does not count these: they close each other, or hold nothing.
CLOSING_TAGS = frozenset(b"p tr td th tbody thead tfoot option colgroup caption".split())
VOID_TAGS = frozenset(
    b"area base basefont bgsound br col embed frame hr img image input keygen link meta param source track wbr".split()
)
# Their content is text, not markup, up to their own end tag.
RAW_TAGS = tuple(b"iframe noembed noframes noscript style textarea title xmp script".split())


def raw_end(markup: bytes, tag: bytes, begin: int) -> int:
    """Find the end tag of the raw text that begins at `begin`; the end of the markup if it has no end tag."""
    if tag == b"plaintext":
        end = markup.rfind(b"</plaintext>")
    else:
        end = markup.find(b"</" + tag + b">", begin)
        if tag == b"script" and end > begin and markup.find(b"<!--", begin, end) >= 0:
            end = _script_end(markup, begin)
    return end if end >= begin else len(markup)


def _script_end(markup: bytes, begin: int) -> int:
    """Find the end of a script with a comment, which may itself contain the end tag of a script."""
    escaped = double = False
    for sign in SCRIPT_SIGN.finditer(markup, begin):
        what = sign.group().lower()
        if what == b"<!--":
            escaped = True
        elif what == b"-->":
            escaped = double = False
        elif what[1:2] != b"/":
            double = escaped
        elif double:
            double = False
        elif sign.group() == b"</script>":
            return sign.start()
    return len(markup)
