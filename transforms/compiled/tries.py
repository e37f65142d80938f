# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""Where the nodes of a trie lie in its arrays; see `matching.names.Trie`."""

from __future__ import annotations

from array import array

import cython


def lay_out(words: list, meanings: list, symbols: cython.uchar[::1], most: cython.int, max_nodes: cython.int) -> tuple:
    """Return the offsets, the parents and the meanings of the nodes of a trie of these words, none of them empty.

    The words are bytes, in order and each once; `symbols` has the number of each byte, from 1 to `most`, in the same
    order. Raises ValueError where the nodes do not find room.
    """
    offsets_made = array("H", bytes(2 * max_nodes))
    parents_made = array("H", bytes(2 * max_nodes))
    meanings_made = array("q", bytes(8 * max_nodes))
    offsets: cython.ushort[::1] = offsets_made
    parents: cython.ushort[::1] = parents_made
    meant: cython.longlong[::1] = meanings_made
    is_taken: cython.uchar[::1] = bytearray(max_nodes)
    # Besides the root, each node is a byte of a word.
    most_nodes: cython.Py_ssize_t = 1 + sum([len(word) for word in words])
    # Of each node that is laid out, in order: where it lies, the words that lead through it, and how far they are read.
    nodes: cython.int[::1] = array("i", bytes(4 * most_nodes))
    firsts: cython.int[::1] = array("i", bytes(4 * (most_nodes + 1)))
    lasts: cython.int[::1] = array("i", bytes(4 * most_nodes))
    depths: cython.int[::1] = array("i", bytes(4 * most_nodes))
    # Of the node at work: the symbols that words go on with.
    following: cython.int[::1] = array("i", bytes(4 * (most + 1)))
    word: bytes
    known: cython.Py_ssize_t = 1
    at: cython.Py_ssize_t = 0
    place: cython.Py_ssize_t
    node: cython.int
    offset: cython.int
    count: cython.int
    k: cython.int
    depth: cython.int
    first_free: cython.int = 1
    size: cython.int = most + 1
    for node in range(max_nodes):
        parents[node] = node
    is_taken[0] = True
    lasts[0] = len(words)
    while at < known:
        node, place, depth = nodes[at], firsts[at], depths[at]
        word = words[place] if place < lasts[at] else b""
        if depth and len(word) == depth:
            meant[node] = meanings[place]
            place += 1
        count = 0
        while place < lasts[at]:
            word = words[place]
            k = symbols[word[depth]]
            if not count or following[count - 1] != k:
                if known + count >= max_nodes:
                    raise ValueError(f"{known + count} nodes: a trie numbers them with 16 bits")
                following[count] = k
                firsts[known + count] = cython.cast(cython.int, place)
                count += 1
            lasts[known + count - 1] = cython.cast(cython.int, place) + 1
            place += 1
        if count:
            while is_taken[first_free]:
                first_free += 1
            offset = max(first_free - following[0], 0)
            k = 0
            while k < count:
                if offset + most + 1 > max_nodes:
                    raise ValueError(f"{offset + most + 1} nodes: a trie numbers them with 16 bits")
                if is_taken[offset + following[k]]:
                    offset += 1
                    k = 0
                else:
                    k += 1
            offsets[node] = offset
            size = max(size, offset + most + 1)
            for k in range(count):
                is_taken[offset + following[k]] = True
                parents[offset + following[k]] = node
                nodes[known], depths[known] = offset + following[k], depth + 1
                known += 1
        at += 1
    return offsets_made[:size], parents_made[:size], meanings_made[:size]
