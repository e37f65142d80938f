"""Names of tags and attributes as the scanner looks them up: by their bytes, in one table."""

from __future__ import annotations

import os
from array import array

from ..core.columns import KEPT_ATTRIBUTES
from ..core.rows import KIND_NAMES
from ..core.tags import BLOCK_TAGS, HEADED_TAGS, IMPLIED_TAGS, KINDS, RAW_TAGS, SKIPPED_TAGS, TAGS, VOID_TAGS

# What is read of these elements of the head.
META_KEYS, LINK_KEYS = ("property", "name", "itemprop", "http-equiv", "content"), ("rel", "href")
SCRIPT_KEYS, HTML_KEYS = ("type",), ("lang",)
# What is read of all elements; the number of a key is its place here.
KEYS = ("", *KEPT_ATTRIBUTES, "class", "id", "style", "hidden", "aria-hidden")
# What the scanner does at a tag, as bits.
HEAD_TAGS = frozenset({"html", "link", "meta", "title"})
FLAG_TAGS = (BLOCK_TAGS, SKIPPED_TAGS, IMPLIED_TAGS, HEADED_TAGS, VOID_TAGS, RAW_TAGS, HEAD_TAGS)
FLAGS = array("i", [sum((tag in tags) << bit for bit, tags in enumerate(FLAG_TAGS)) for tag in TAGS])
KIND_OF_TAG = array("i", [KIND_NAMES.index(KINDS[tag]) if tag in KINDS else -1 for tag in TAGS])

# Tags at their numbers, then the keys that do not stand for a tag.
WORDS = tuple(dict.fromkeys((*TAGS, *KEYS, *META_KEYS, *LINK_KEYS, *SCRIPT_KEYS, *HTML_KEYS)))
KEY_OF_WORD = array("i", [KEYS.index(word) if word in KEYS else 0 for word in WORDS])
META_PLACES, LINK_PLACES, SCRIPT_PLACES, HTML_PLACES = (
    array("i", [keys.index(word) if word in keys else -1 for word in WORDS])
    for keys in (META_KEYS, LINK_KEYS, SCRIPT_KEYS, HTML_KEYS)
)
# The words one behind the other, where each begins, and slots with their numbers: where the hash of a word leads, or
# behind that.
WORD_TEXT = "".join(WORDS).encode()
WORD_STARTS = array("i", [len("".join(WORDS[:number])) for number in range(len(WORDS) + 1)])
WORD_SLOTS = array("i", bytes(4 * 1024))
# Another in every process, so that no page can be made of names that collide.
SEED = int.from_bytes(os.urandom(3), "little")


def _hash(word: bytes) -> int:
    """The hash of a word, as the scanner makes it."""
    found = SEED
    for byte in word:
        found = ((found ^ byte) * 16777619) & 0x7FFFFFFF
    return found


for _number, _word in enumerate(WORDS[1:], 1):
    _slot = _hash(_word.encode())
    while WORD_SLOTS[_slot % len(WORD_SLOTS)]:
        _slot += 1
    WORD_SLOTS[_slot % len(WORD_SLOTS)] = _number
