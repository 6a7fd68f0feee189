"""Particles to hardware words, and words to the scaled integers that the networks see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import SchemaError
from trigger_ad.features.layout import Field, Layout

__all__ = ["Words", "saturated", "scale", "scale_array", "scaled_range", "to_words"]

#: Events in a block that stays in the cache.
BLOCK = 512

Integers = NDArray[np.int32]


@dataclass(frozen=True)
class Words:
    """Events as the trigger receives them.

    Parameters
    ----------
    values : ndarray (n_events, 57) of int32
        One word for each port; an empty slot is 0 in all its three words.
    layout_hash : str
        `Layout.hash` of the ports.
    """

    values: Integers
    layout_hash: str

    def __len__(self) -> int:
        return len(self.values)


def to_words(particles: NDArray[np.float32], layout: Layout) -> Words:
    """Convert particles to hardware words.

    Momenta are truncated to the LSB, as the calorimeter trigger does, and stop at the
    saturation code. Angles go to the nearest code, halves upwards: a code then stands for
    ``code * lsb``, which is how CMS software unpacks it, and comes back from that value.
    Phi is reduced to one turn as an integer, so that no code lies outside; eta stops at
    the ends of its port. A slot whose momentum code is 0 is empty: eta and phi become 0,
    whatever the file holds there.

    Parameters
    ----------
    particles : ndarray (n_events, 19, 3 or 4) of float32
        (pt in GeV, eta, phi in radians, optionally a class that is not read), slots in the
        order of the layout; finite; empty where pt is 0.
    layout : Layout

    Returns
    -------
    Words
    """
    values = np.empty((len(particles), len(layout.fields)), dtype=np.int32)
    for start in range(0, len(particles), BLOCK):
        block = slice(start, start + BLOCK)
        for index, field in enumerate(layout.fields):
            real = particles[block, index // 3, index % 3].astype(np.float64)
            values[block, index] = _codes(real, field)
        slots = values[block].reshape(-1, len(layout.fields) // 3, 3)
        slots[slots[:, :, 0] == 0] = 0
    return Words(values, layout.hash)


def _codes(real: NDArray[np.float64], field: Field) -> NDArray[Any]:
    if field.width == 0:
        return np.zeros(len(real), dtype=np.int32)
    if field.quantity == "pt":
        codes = np.floor(real / field.lsb) + field.offset
        return np.where(real > 0, np.minimum(codes, field.maximum), 0.0)
    codes = np.floor(real / field.lsb + 0.5)
    if field.quantity == "phi":
        return np.asarray(codes.astype(np.int64) % field.period)
    return np.asarray(np.clip(codes, field.minimum, field.maximum))


def saturated(values: NDArray[Any], layout: Layout) -> NDArray[np.bool_]:
    """Which momentum words carry the code that stands for everything from there upwards.

    Parameters
    ----------
    values : ndarray (n_events, 57) of integers
    layout : Layout

    Returns
    -------
    ndarray (n_events, 19) of bool
        By slot.
    """
    momenta = [(i, f.saturation) for i, f in enumerate(layout.fields) if f.quantity == "pt"]
    ports, codes = zip(*momenta, strict=True)
    highest = [-1 if code is None else code for code in codes]  # no momentum word is negative
    return np.asarray(values[:, ports] == np.array(highest))


def scale(words: Words, layout: Layout, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Scale words as the chip does; see `scale_array`.

    Raises
    ------
    SchemaError
        If the words were made with another layout.
    """
    if words.layout_hash != layout.hash:
        raise SchemaError(
            "hardware words",
            f"must have the layout {layout.hash[:12]} of the trigger",
            words.layout_hash[:12],
            "make the words again from the particles",
        )
    return scale_array(words.values, layout, out)


def scale_array(
    values: NDArray[Any], layout: Layout, out: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Scale hardware words to network inputs, exactly as the chip does.

    Each word becomes ``(word - offset) >> shift``, saturated to `input_bits`; all three
    numbers of a slot whose momentum word is 0 are 0.

    Parameters
    ----------
    values : ndarray (n_events, 57) of integers
        Within the ranges of the ports.
    layout : Layout
    out : ndarray (n_events, 57), optional
        Where to write; any numeric type that holds `input_bits`.

    Returns
    -------
    ndarray (n_events, 57) of int32, or `out`
        Raw integers of `Layout.input`, LSB ``2**-input_fraction``.
    """
    # (y << (s - k)) >> s equals y >> k: one shift for all columns, which vectorises.
    shift = int(layout.shift.max())
    factor = np.left_shift(1, shift - layout.shift).astype(np.int32)
    factor[layout.maximum == 0] = 0
    factors = np.tile(factor, BLOCK)
    offsets = np.tile(layout.offset * factor, BLOCK)
    low, high = layout.input.minimum, layout.input.maximum
    columns = len(layout.fields)
    work = np.empty(BLOCK * columns, dtype=np.int32)
    full = np.empty(BLOCK * columns, dtype=np.int32)
    result = np.empty(values.shape, dtype=np.int32) if out is None else out
    for start in range(0, len(values), BLOCK):
        block = values[start : start + BLOCK]
        flat = block.reshape(-1)
        size = flat.size
        part = work[:size]
        np.multiply(flat, factors[:size], out=part, casting="same_kind")
        np.subtract(part, offsets[:size], out=part)
        np.right_shift(part, shift, out=part)
        np.clip(part, low, high, out=part)
        mask = full[:size].reshape(-1, 3)
        np.not_equal(flat[::3], 0, out=mask[:, 0], casting="unsafe")
        mask[:, 1] = mask[:, 0]
        mask[:, 2] = mask[:, 0]
        np.multiply(part, full[:size], out=part)
        result[start : start + BLOCK] = part.reshape(-1, columns)
    return result


def scaled_range(layout: Layout) -> tuple[Integers, Integers]:
    """Smallest and largest scaled value of every input, for any word its port can carry.

    Returns
    -------
    minimum, maximum : ndarray (57,) of int32
        Attained bounds; both include the 0 of an empty slot.
    """
    bounds = []
    for field in layout.fields:
        # Word 0 of a momentum port means an empty slot, so the smallest that is scaled is 1.
        first = 1 if field.quantity == "pt" else field.minimum
        ends = (
            (first - field.offset) >> field.shift,
            (field.maximum - field.offset) >> field.shift,
        )
        bounds.append((0, 0) if field.width == 0 else (min(0, *ends), max(0, *ends)))
    low, high = np.array(bounds, dtype=np.int32).T
    kind = layout.input
    return np.clip(low, kind.minimum, kind.maximum), np.clip(high, kind.minimum, kind.maximum)
