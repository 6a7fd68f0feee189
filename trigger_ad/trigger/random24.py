"""Pseudo-random numbers of 24 bits, as a shift register gives them in hardware.

The register has linear feedback from bits 24, 23, 22 and 17, which gives its maximal period of
2**24 - 1 and never 0. From one crossing to the next it moves on by 23 bits, so that numbers of
neighbouring crossings share only one; since 23 and the period have no common divisor, the
numbers have the same period.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["BITS", "LEAP", "TAPS", "after", "following", "sequence"]

#: Width of the register, its taps counted from 1, and its shifts between two crossings.
BITS, TAPS, LEAP = 24, (24, 23, 22, 17), 23

Words = NDArray[np.uint32]


def following(number: int) -> int:
    """Give the number of the next crossing.

    As many shifts at once as there are bits below the lowest tap: what is fed back in all of
    them is there from the beginning, in order.
    """
    left = LEAP
    while left:
        shifts = min(left, TAPS[-1])
        feedback = 0
        for tap in TAPS:
            feedback ^= number >> (tap - shifts)
        number = (number << shifts | feedback & (2**shifts - 1)) & (2**BITS - 1)
        left -= shifts
    return number


def after(number: int, crossings: int) -> int:
    """Give the number some crossings later."""
    numbers = np.array([number], dtype=np.uint32)
    for power in range(crossings.bit_length()):
        if crossings >> power & 1:
            numbers = _advance(numbers, power)
    return int(numbers[0])


def sequence(first: int, count: int) -> Words:
    """Numbers of `count` consecutive crossings, the first of them `first`.

    Parameters
    ----------
    first : int
        From 1 to 2**24 - 1.
    count : int

    Returns
    -------
    ndarray (count,) of uint32
    """
    result = np.empty(count, dtype=np.uint32)
    result[:1] = first
    done, power = 1, 0
    while done < count:
        more = min(done, count - done)
        result[done : done + more] = _advance(result[:more], power)
        done, power = done + more, power + 1
    return result


def _advance(numbers: Words, power: int) -> Words:
    """Numbers of 2**power crossings later."""
    low, middle, high = _tables(power)
    return np.asarray(
        low[numbers & 0xFF] ^ middle[numbers >> 8 & 0xFF] ^ high[numbers >> 16], dtype=np.uint32
    )


@cache
def _tables(power: int) -> tuple[Words, Words, Words]:
    """What each byte adds to the number of 2**power crossings later, which is linear in it."""
    if power == 0:
        images = [following(1 << bit) for bit in range(BITS)]
    else:
        ones = np.array([1 << bit for bit in range(BITS)], dtype=np.uint32)
        images = _advance(_advance(ones, power - 1), power - 1).tolist()
    byte = np.arange(256, dtype=np.uint32)
    tables = [np.zeros(256, dtype=np.uint32) for _ in range(3)]
    for bit, image in enumerate(images):
        tables[bit // 8] ^= (byte >> np.uint32(bit % 8) & np.uint32(1)) * np.uint32(image)
    low, middle, high = tables
    return low, middle, high
