"""Tries: words with what each stands for, laid out so that compiled code walks them letter by letter."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    Integers = array[int]

# Characters that a word may have: ASCII.
CHARS = 128
MAX_NODES = 1 << 16


class Trie(NamedTuple):
    """A trie. The node that a character leads to is `cells[node * width + symbols[character]]`, 0 where none does.

    Node 0 is the root, symbol 0 stands for all characters that no word has. `meanings` has for each node what the word
    that ends there stands for, 0 where none ends.
    """

    symbols: Integers
    width: int
    cells: Integers
    meanings: Integers


def build_trie(words: Mapping[str, int]) -> Trie:
    """The trie of these words. Raises ValueError for a word that is empty or not ASCII, and for too many words."""
    chars = sorted(set("".join(words)))
    if not all(words) or (chars and chars[-1] >= chr(CHARS)):
        raise ValueError("a word of a trie is ASCII, and not empty")
    numbers = {char: number for number, char in enumerate(chars, start=1)}
    edges: list[dict[str, int]] = [{}]
    meanings = [0]
    for word, meaning in words.items():
        node = 0
        for char in word:
            following = edges[node].setdefault(char, len(edges))
            if following == len(edges):
                edges.append({})
                meanings.append(0)
            node = following
        meanings[node] |= meaning
    if len(edges) > MAX_NODES:
        raise ValueError(f"{len(edges)} nodes: a trie numbers them with 16 bits")
    width = len(chars) + 1
    cells = array("H", bytes(2 * width * len(edges)))
    for node, following_nodes in enumerate(edges):
        for char, following in following_nodes.items():
            cells[node * width + numbers[char]] = following
    symbols = array("B", [numbers.get(chr(code), 0) for code in range(CHARS)])
    return Trie(symbols, width, cells, array("q", meanings))
