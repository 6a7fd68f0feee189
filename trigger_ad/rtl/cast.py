"""Changes of type in a traced circuit, with exactly the rounding and overflow of `FixedPoint`.

A traced value carries its interval, so a rounding or a saturation costs logic only where the
interval says that it can happen. Rounding is an addition of half an LSB, which merges with a
bias, and for halves to even one more gate on the last bit. Saturation needs no comparison: the
bits above the range say whether a value lies outside.
"""

from __future__ import annotations

from dataclasses import replace

from alkaid.trace import FVariable

from trigger_ad.ir.fixed import FixedPoint, Overflow, Rounding
from trigger_ad.rtl.intervals import check_constant

__all__ = ["cast", "floor", "low_bits", "saturate"]


def cast(value: FVariable, kind: FixedPoint, relu: bool = False) -> FVariable:
    """Assign a value to a type, as `FixedPoint.cast` does.

    Parameters
    ----------
    value : FVariable
        A number with its interval, in units of 1 (not of its LSB).
    kind : FixedPoint
        With its rounding and overflow.
    relu : bool
        Whether ``max(value, 0)`` is taken first.

    Returns
    -------
    FVariable

    Raises
    ------
    ConversionError
        If a constant that was added last has more bits than alkaid keeps.
    """
    check_constant(value)
    if value.low < value.high:
        value = _round(value, kind.fraction, kind.rounding)
    if value.low == value.high:
        return _constant(value, kind, relu)
    if relu or (not kind.signed and kind.overflow is Overflow.SATURATE):
        value = value.relu()  # rounding is monotone and keeps 0, so this may come after it
    if kind.contains(*_raw(value, kind.fraction), kind.fraction):
        return value
    if kind.overflow is Overflow.SATURATE:
        return saturate(value, kind)
    return value.quantize(*kind.kif)


def floor(value: FVariable, fraction: int) -> FVariable:
    """Drop the bits below ``2**-fraction``, towards minus infinity."""
    signed, integer, _ = value.kif
    # One bit at least: a small negative number becomes -1 LSB, which a type of no bits would lose.
    return value.quantize(signed, max(integer, 1 - fraction), fraction)


def low_bits(value: FVariable, above: int, fraction: int) -> FVariable:
    """Bits from ``2**(above - 1)`` down to ``2**-fraction``, as an unsigned number."""
    if value.low == value.high:
        lsb = 2.0**-fraction
        return FVariable.from_const(value.low // lsb * lsb % 2.0**above, value.hwconf)
    return value.quantize(0, above, fraction)


def saturate(value: FVariable, kind: FixedPoint) -> FVariable:
    """Clip a value to the range of a type; its LSB must not be finer than the type's.

    An unsigned type takes values from 0 upwards only.
    """
    if value.low == value.high:
        return _constant(value, replace(kind, overflow=Overflow.SATURATE), relu=False)
    _, integer, fraction = kind.kif
    own = int(value.kif[1])
    lsb = 2.0**-fraction
    if value.low >= 0:
        kept = low_bits(value, integer, fraction)
        above = low_bits(value, own, -integer).unary_bit_op("any")
        return low_bits(kept | (-above * lsb), integer, fraction)
    # Inside the range all bits above it equal the sign; so do those of the limit outside it.
    sign = value.is_negative()
    upper = floor(value, -integer) ^ (-sign * 2.0**integer)
    outside = low_bits(upper, own, -integer).unary_bit_op("any")
    limit = (-sign * lsb) ^ (2.0**integer - lsb)
    return outside.msb_mux(limit, value.quantize(1, integer, fraction))


def _round(value: FVariable, fraction: int, rounding: Rounding) -> FVariable:
    own = int(value.kif[2])
    if own <= fraction:
        return value
    if rounding is Rounding.DOWN:
        return floor(value, fraction)
    value = value + 2.0 ** (-fraction - 1)
    rounded = floor(value, fraction)
    if rounding is Rounding.HALF_UP:
        return rounded
    # What was exactly half way has nothing left below the LSB, and goes to the even neighbour.
    lsb = 2.0**-fraction
    inexact = low_bits(value, -fraction, own).unary_bit_op("any") * lsb
    return floor(rounded, fraction - 1) + (low_bits(rounded, 1 - fraction, fraction) & inexact)


def _constant(value: FVariable, kind: FixedPoint, relu: bool) -> FVariable:
    """Cast of a constant, from its number: its LSB may be known in single precision only."""
    real = max(value.low, 0.0) if relu else value.low
    return FVariable.from_const(float(kind.decode(kind.encode(real))), value.hwconf)


def _raw(value: FVariable, fraction: int) -> tuple[int, int]:
    """Bounds in units of ``2**-fraction``, outwards."""
    low, high = (end * 2.0**fraction for end in (value.low, value.high))
    return int(low // 1), int(-(-high // 1))
