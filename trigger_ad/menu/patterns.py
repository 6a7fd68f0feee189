"""Which seeds fired, as bits: patterns of any number of seeds in words of 64 bits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.events.split import splitmix64

__all__ = ["WORD", "Patterns", "as_words", "has", "pack", "union", "unpack", "words_for"]

#: Bits of a word.
WORD = 64

#: (n, words) of uint64: bit i of word j is seed 64 j + i.
Patterns = NDArray[np.uint64]

Integers = NDArray[np.int64]


def words_for(seeds: int) -> int:
    """Words that so many seeds need, at least one."""
    return max(1, -(-seeds // WORD))


def as_words(patterns: NDArray[Any]) -> Patterns:
    """Patterns as (n, words) of uint64; those of one word may come as (n,)."""
    values = np.asarray(patterns, dtype=np.uint64)
    return values[:, None] if values.ndim == 1 else values


def pack(fired: NDArray[np.bool_]) -> Patterns:
    """Patterns of fires by seed.

    Parameters
    ----------
    fired : ndarray (n, seeds) of bool
    """
    octets = np.zeros((len(fired), 8 * words_for(fired.shape[1])), dtype=np.uint8)
    bits = np.packbits(fired, axis=1, bitorder="little")
    octets[:, : bits.shape[1]] = bits
    return octets.view("<u8").astype(np.uint64, copy=False)


def unpack(patterns: Patterns, seeds: int) -> NDArray[np.bool_]:
    """Fires by seed: (n, seeds) of bool; undoes `pack`."""
    octets = np.ascontiguousarray(as_words(patterns), dtype="<u8").view(np.uint8)
    return np.unpackbits(octets, axis=1, count=seeds, bitorder="little").view(np.bool_)


def has(patterns: Patterns, seed: int) -> NDArray[np.bool_]:
    """(n,) of bool: patterns in which one seed fired."""
    word, bit = divmod(seed, WORD)
    return (patterns[:, word] & np.uint64(1 << bit)) > 0


def _keys(patterns: Patterns) -> NDArray[np.uint64]:
    """One number for each pattern, by which they are sorted: the word itself, or a hash of more."""
    key = patterns[:, 0]
    for word in range(1, patterns.shape[1]):
        key = splitmix64(key) ^ patterns[:, word]
    return key if patterns.shape[1] == 1 else splitmix64(key)


def union(parts: Sequence[Patterns]) -> tuple[Patterns, list[Integers]]:
    """Different patterns of several lists.

    Parameters
    ----------
    parts : sequence of ndarray (n, words) of uint64
        Of equally many words.

    Returns
    -------
    known : ndarray (m, words) of uint64
        In an order that depends on nothing but these patterns: that of a single word, or of a hash
        of several.
    places : list of ndarray (n,) of int64
        Where each pattern of each part is in it.
    """
    hashed = [_keys(part) for part in parts]
    keys = np.sort(np.concatenate(hashed))
    keys = keys[np.diff(keys, prepend=~keys[:1]) != 0]
    places = [np.searchsorted(keys, key) for key in hashed]
    if parts[0].shape[1] == 1:
        return keys[:, None], places
    known = np.zeros((len(keys), parts[0].shape[1]), dtype=np.uint64)
    for part, place in zip(parts, places, strict=True):
        known[place] = part
    pairs = list(zip(parts, places, strict=True))
    if all(_are(known, place, part) for part, place in pairs):
        return known, places
    return _sorted_out(parts)


def _are(known: Patterns, place: Integers, part: Patterns) -> bool:
    """Whether the patterns at these places are those of the part, word by word to spare memory."""
    words = range(part.shape[1])
    return all(np.array_equal(known[place, word], part[:, word]) for word in words)


def _sorted_out(parts: Sequence[Patterns]) -> tuple[Patterns, list[Integers]]:
    """Two patterns have one hash: compare whole patterns, which is slow."""
    known, place = np.unique(np.concatenate(parts), axis=0, return_inverse=True)
    order = np.argsort(_keys(known), kind="stable")
    after = np.empty(len(order), dtype=np.int64)
    after[order] = np.arange(len(order))
    ends = np.cumsum([len(part) for part in parts])[:-1]
    return known[order], np.split(after[place.reshape(-1)], ends)
