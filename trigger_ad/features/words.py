"""Particles to hardware words, and words to the scaled integers that the networks see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import EventFileError, FixedPointError, SchemaError
from trigger_ad.features.layout import Field, Layout, Ports
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.program import INPUTS, WORDS
from trigger_ad.ir.typed import PortType

__all__ = [
    "Words",
    "check_words",
    "port_types",
    "present",
    "saturated",
    "scale",
    "scale_array",
    "scaled_range",
    "to_words",
]

#: Events in a block that stays in the cache.
BLOCK = 512

#: Column of each quantity in an array of particles.
QUANTITIES = {"pt": 0, "eta": 1, "phi": 2}

Integers = NDArray[np.int32]


@dataclass(frozen=True)
class Words:
    """Events as the trigger receives them.

    Parameters
    ----------
    values : ndarray (n_events, n_fields) of int32
        One word for each port; all words of an absent object are 0.
    layout_hash : str
        `Layout.hash` of the ports.
    """

    values: Integers
    layout_hash: str

    def __len__(self) -> int:
        return len(self.values)


def to_words(particles: NDArray[np.float32], layout: Ports) -> Words:
    """Convert particles to hardware words.

    Momenta are truncated to the LSB, as the calorimeter trigger does, and stop at the
    saturation code. Angles go to the nearest code, halves upwards: a code then stands for
    ``code * lsb``, which is how CMS software unpacks it, and comes back from that value.
    Phi is reduced to one turn as an integer, so that no code lies outside; eta stops at
    the ends of its port. A slot whose momentum code is 0 is empty: eta and phi become 0,
    whatever the file holds there.

    Parameters
    ----------
    particles : ndarray (n_events, n_slots, 3 or 4) of float32
        (pt in GeV, eta, phi in radians, optionally a class that is not read), slots in the
        order of the layout's objects; finite; empty where pt is 0.
    layout : Layout
        All of whose fields are pt, eta or phi of an object.

    Returns
    -------
    Words

    Raises
    ------
    FixedPointError
        If the layout is not one of particles, or has another number of them.
    """
    places = _places(layout)
    slots = len(layout.objects)
    if particles.ndim != 3 or particles.shape[1] != slots or particles.shape[2] < len(QUANTITIES):
        raise FixedPointError(
            f"the particles of layout {layout.name}",
            f"must have shape (n_events, {slots}, 3 or 4)",
            particles.shape,
            "read them with the slots of this layout",
        )
    values = np.empty((len(particles), len(layout.fields)), dtype=np.int32)
    for start in range(0, len(particles), BLOCK):
        block = slice(start, start + BLOCK)
        for index, (slot, column) in enumerate(places):
            real = particles[block, slot, column].astype(np.float64)
            values[block, index] = _codes(real, layout.fields[index])
        _clear(values[block], layout)
    return Words(values, layout.hash)


def _places(layout: Ports) -> list[tuple[int, int]]:
    """Slot and column of the particles for every field."""
    slots = {index: slot for slot, indices in enumerate(layout.objects) for index in indices}
    for index, field in enumerate(layout.fields):
        if index not in slots or field.quantity not in QUANTITIES:
            raise FixedPointError(
                f"field {field.name} of layout {layout.name}",
                "must be pt, eta or phi of an object to be made of particles",
                f"{field.quantity} of {field.kind}",
                "give the words themselves",
            )
    return [(slots[i], QUANTITIES[field.quantity]) for i, field in enumerate(layout.fields)]


def _codes(real: NDArray[np.float64], field: Field) -> NDArray[Any]:
    if field.width == 0:
        return np.zeros(len(real), dtype=np.int32)
    if field.quantity == "pt":
        codes = np.floor(real / field.lsb) + field.offset
        return np.where(real > 0, np.minimum(codes, field.maximum), 0.0)
    codes = np.floor(real / field.lsb + 0.5)
    if field.quantity == "phi":
        return np.asarray(codes % field.period)
    return np.asarray(np.clip(codes, field.minimum, field.maximum))


def check_words(
    values: NDArray[Any], layout: Ports, name: str = "the events", remedy: str | None = None
) -> None:
    """Refuse words that their ports cannot carry, before any of them is cast.

    Parameters
    ----------
    values : ndarray (n_events, n_fields) of integers
    layout : Ports
    name : str
        Of the events, for the sentence.
    remedy : str, optional

    Raises
    ------
    EventFileError
        If values are not integers of this shape, or one does not fit its port.
    """
    shape = (len(values), len(layout.fields))
    if values.dtype.kind not in "iu" or values.shape != shape:
        raise EventFileError(
            f"the words of {name}",
            f"must be integers of shape (n_events, {shape[1]}) for layout {layout.name}",
            f"{values.dtype} of shape {values.shape}",
            remedy or "make them with its layout",
        )
    if not len(values):
        return
    lowest, highest = values.min(axis=0), values.max(axis=0)
    if np.any((lowest < layout.minimum) | (highest > layout.maximum)):
        outside = (values < layout.minimum) | (values > layout.maximum)
        event, port = (int(index) for index in np.argwhere(outside)[0])
        field = layout.fields[port]
        raise EventFileError(
            name,
            f"must fit the {field.width} bits of {field.name}",
            f"{values[event, port]} in event {event}",
            remedy or "make the words with the layout of the trigger",
        )


def present(values: NDArray[Any], layout: Ports) -> NDArray[np.bool_]:
    """Which words belong to something that is there, by `Field.presence`.

    Parameters
    ----------
    values : ndarray (n_events, n_fields) of integers
    layout : Layout

    Returns
    -------
    ndarray (n_events, n_fields) of bool
    """
    result = np.ones(values.shape, dtype=np.bool_)
    for indices in layout.objects:
        first = layout.fields[indices[0]].presence
        result[:, indices] = (values[:, first] != 0)[:, None]
    return result


def saturated(values: NDArray[Any], layout: Ports) -> NDArray[np.bool_]:
    """Which words carry the code that stands for everything from there upwards.

    Parameters
    ----------
    values : ndarray (n_events, n_fields) of integers
    layout : Layout

    Returns
    -------
    ndarray (n_events, n) of bool
        For each field with such a code, in order.
    """
    found = [(i, f.saturation) for i, f in enumerate(layout.fields) if f.saturation is not None]
    ports, codes = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return np.asarray(values[:, ports] == codes)


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

    Each word becomes ``(word - offset) >> shift``, saturated to `input_bits`; those of an absent
    object (`Field.presence`) become 0.

    Parameters
    ----------
    values : ndarray (n_events, n_fields) of integers
        Within the ranges of the ports.
    layout : Layout
    out : ndarray (n_events, n_fields), optional
        Where to write; any numeric type that holds `input_bits`.

    Returns
    -------
    ndarray (n_events, n_fields) of int32, or `out`
        Raw integers of `Layout.input`, LSB ``2**-input_fraction``.
    """
    # (y << (s - k)) >> s equals y >> k: one shift for all columns, which vectorises.
    shift = int(layout.shift.max(initial=0))
    kind: type[np.signedinteger[Any]] = np.int32 if _fits(layout, shift) else np.int64
    factor = np.left_shift(np.int64(1), shift - layout.shift).astype(kind)
    factor[layout.maximum == layout.minimum] = 0
    factors = np.tile(factor, BLOCK)
    offsets = np.tile(np.multiply(layout.offset, factor, dtype=kind), BLOCK)
    low, high = layout.input.minimum, layout.input.maximum
    columns = len(layout.fields)
    work = np.empty(BLOCK * columns, dtype=kind)
    full = np.ones(BLOCK * columns, dtype=kind)
    stride = _stride(layout)
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
        if stride:
            mask = full[:size].reshape(-1, stride)
            np.not_equal(flat[::stride], 0, out=mask[:, 0], casting="unsafe")
            for column in range(1, stride):
                mask[:, column] = mask[:, 0]
        else:
            full[:size] = present(block, layout).reshape(-1)
        np.multiply(part, full[:size], out=part)
        result[start : start + BLOCK] = part.reshape(-1, columns)
    return result


def _fits(layout: Layout, shift: int) -> bool:
    """Whether words less their offsets, at the finest shift, fit int32."""
    bits = max((field.width + 1 + shift - field.shift for field in layout.fields), default=0)
    return bits < 31


def _stride(layout: Ports) -> int:
    """Fields of each object where all are alike and stand together, the presence first; or 0."""
    size = len(layout.objects[0]) if layout.objects else 0
    if not size or len(layout.fields) % size:
        return 0
    alike = all(field.presence == index - index % size for index, field in enumerate(layout.fields))
    return size if alike else 0


def _clear(values: Integers, layout: Ports) -> None:
    """Set all words of absent objects to 0."""
    stride = _stride(layout)
    if stride:
        objects = values.reshape(len(values), -1, stride)
        objects[objects[:, :, 0] == 0] = 0
    else:
        values *= present(values, layout)


def scaled_range(layout: Layout) -> tuple[Integers, Integers]:
    """Smallest and largest scaled value of every input, for any word its port can carry.

    Returns
    -------
    minimum, maximum : ndarray (n_fields,) of int32
        Attained bounds; both include the 0 of an absent object.
    """
    bounds = []
    for index, field in enumerate(layout.fields):
        # Word 0 of the presence means an absent object, so the smallest that is scaled is 1.
        first = 1 if field.presence == index and not field.signed else field.minimum
        ends = [
            (first - field.offset) >> field.shift,
            (field.maximum - field.offset) >> field.shift,
        ]
        if field.presence is not None:
            ends.append(0)
        bounds.append((0, 0) if field.width == 0 else (min(ends), max(ends)))
    low, high = np.array(bounds, dtype=np.int64).reshape(-1, 2).T
    kind = layout.input
    return (
        np.clip(low, kind.minimum, kind.maximum).astype(np.int32),
        np.clip(high, kind.minimum, kind.maximum).astype(np.int32),
    )


def port_types(layout: Layout) -> dict[str, PortType]:
    """What a preparation or a score can read of a layout: raw words, and scaled ones.

    Returns
    -------
    dict of str to PortType
        ``words``, each within the range of its port, and ``inputs``, within `scaled_range`.
    """
    low, high = (tuple(map(int, ends)) for ends in (layout.minimum, layout.maximum))
    kind = FixedPoint.holding(min(low), max(high), 0)
    scaled = (tuple(map(int, ends)) for ends in scaled_range(layout))
    size = len(layout.fields)
    return {WORDS: PortType(kind, size, low, high), INPUTS: PortType(layout.input, size, *scaled)}
