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
    """A double-array trie (Aoe, "An efficient digital search algorithm by using a double-array structure", 1989).

    From a node a character leads to `node_after = offsets[node] + symbols[character]`, where `parents[node_after]` is
    the node; else it leads nowhere. The root is 0, and its own parent; symbol 0 stands for all characters that no word
    has. `meanings` has for each node what the word that ends there stands for, 0 where none ends. It is a few kilobytes
    that stay in a processor's cache, where a table of all nodes and characters takes hundreds.
    """

    symbols: Integers
    offsets: Integers
    parents: Integers
    meanings: Integers


def build_trie(words: Mapping[str, int]) -> Trie:
    """The trie of these words. Raises ValueError for a word that is empty or not ASCII, and for too many words."""
    chars = sorted(set("".join(words)))
    if not all(words) or (chars and chars[-1] >= chr(CHARS)):
        raise ValueError("a word of a trie is ASCII, and not empty")
    numbers = {char: number for number, char in enumerate(chars, start=1)}
    layout = _Layout(len(numbers))
    # Nodes that are to be laid out: where each lies, and the words that lead through it, as far as they go on.
    waiting: list[tuple[int, list[tuple[str, int]]]] = [(0, list(words.items()))]
    for node, through in waiting:
        following: dict[str, list[tuple[str, int]]] = {}
        for rest, meaning in through:
            if rest:
                following.setdefault(rest[0], []).append((rest[1:], meaning))
            else:
                layout.meanings[node] = meaning
        if following:
            offset = layout.place(node, sorted(numbers[char] for char in following))
            waiting.extend((offset + numbers[char], going_on) for char, going_on in following.items())
    symbols = array("B", [numbers.get(chr(code), 0) for code in range(CHARS)])
    return Trie(symbols, array("H", layout.offsets), array("H", layout.parents), array("q", layout.meanings))


class _Layout:
    """Where the nodes lie. The arrays go on a symbol's width beyond the last node, so that no step leaves them."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.offsets: list[int] = []
        # A node cannot be the parent of one that it does not lead to: a free place has itself.
        self.parents: list[int] = []
        self.meanings: list[int] = []
        self.is_free: list[bool] = []
        self.first_free = 1
        self._grow(1 + most)
        self.is_free[0] = False

    def place(self, node: int, symbols: list[int]) -> int:
        """Lay out the nodes that these symbols lead to from a node; where they begin."""
        while not self.is_free[self.first_free]:
            self.first_free += 1
            self._grow(self.first_free + 1)
        offset = max(self.first_free - symbols[0], 0)
        self._grow(offset + 2 * self.most + 1)
        while not all(self.is_free[offset + symbol] for symbol in symbols):
            offset += 1
            self._grow(offset + 2 * self.most + 1)
        self.offsets[node] = offset
        for symbol in symbols:
            self.is_free[offset + symbol] = False
            self.parents[offset + symbol] = node
        return offset

    def _grow(self, size: int) -> None:
        if size > MAX_NODES:
            raise ValueError(f"{size} nodes: a trie numbers them with 16 bits")
        for node in range(len(self.offsets), size):
            self.offsets.append(0)
            self.parents.append(node)
            self.meanings.append(0)
            self.is_free.append(True)
