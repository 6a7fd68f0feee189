"""Damage to files, by seed: what transfers, disks and editors do to them."""

from collections.abc import Callable, Iterator

import numpy as np

#: What becomes of a file's bytes, chosen by the seed.
_KINDS: tuple[Callable[[bytearray, np.random.Generator], bytes], ...]


def damaged(whole: bytes, seed: int) -> bytes:
    """The bytes of a file after one kind of damage; the same for the same seed.

    Parameters
    ----------
    whole : bytes
        Of an undamaged file, not empty.
    seed : int
    """
    rng = np.random.default_rng(seed)
    return _KINDS[seed % len(_KINDS)](bytearray(whole), rng)


def damages(whole: bytes, count: int, first_seed: int = 0) -> Iterator[tuple[int, bytes]]:
    """So many damaged forms of a file, with their seeds."""
    for seed in range(first_seed, first_seed + count):
        yield seed, damaged(whole, seed)


def _flip_bits(file: bytearray, rng: np.random.Generator) -> bytes:
    for place in rng.integers(len(file), size=rng.integers(1, 9)):
        file[place] ^= 1 << int(rng.integers(8))
    return bytes(file)


def _other_bytes(file: bytearray, rng: np.random.Generator) -> bytes:
    for place in rng.integers(len(file), size=rng.integers(1, 33)):
        file[place] = int(rng.integers(256))
    return bytes(file)


def _cut_short(file: bytearray, rng: np.random.Generator) -> bytes:
    return bytes(file[: rng.integers(len(file))])


def _zeros(file: bytearray, rng: np.random.Generator) -> bytes:
    start = int(rng.integers(len(file)))
    stop = min(len(file), start + int(rng.integers(1, 513)))
    file[start:stop] = bytes(stop - start)
    return bytes(file)


def _without_a_piece(file: bytearray, rng: np.random.Generator) -> bytes:
    start = int(rng.integers(len(file)))
    del file[start : start + int(rng.integers(1, 65))]
    return bytes(file)


def _twice_a_piece(file: bytearray, rng: np.random.Generator) -> bytes:
    start = int(rng.integers(len(file)))
    piece = file[start : start + int(rng.integers(1, 65))]
    file[start:start] = piece
    return bytes(file)


def _large_numbers(file: bytearray, rng: np.random.Generator) -> bytes:
    """Lengths and offsets in headers become huge."""
    for place in rng.integers(min(len(file), 4096), size=rng.integers(1, 3)):
        file[place : place + 4] = b"\xff\xff\xff\x7f"
    return bytes(file)


_KINDS = (
    _flip_bits,
    _other_bytes,
    _cut_short,
    _zeros,
    _without_a_piece,
    _twice_a_piece,
    _large_numbers,
)
