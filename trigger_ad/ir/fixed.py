"""Fixed-point types: the only place that knows how ap_fixed, (k, i, f) and QKeras count bits."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trigger_ad.errors import FixedPointError

__all__ = ["MAX_WIDTH", "FixedPoint", "Overflow", "Rounding"]

#: Raw values are carried as int64; one bit is left for the rounding increment.
MAX_WIDTH = 62

Integers = NDArray[np.int64]


class Rounding(StrEnum):
    """What happens to bits below the LSB (names as in the HLS headers)."""

    DOWN = "TRN"
    HALF_UP = "RND"
    HALF_EVEN = "RND_CONV"


class Overflow(StrEnum):
    """What happens to values outside the range (names as in the HLS headers)."""

    WRAP = "WRAP"
    SATURATE = "SAT"


_TEXT = re.compile(
    r"(?:ap_)?(?P<unsigned>u?)fixed\s*<\s*(?P<width>\d+)\s*,\s*(?P<integer>-?\d+)\s*"
    r"(?:,\s*(?:AP_)?(?P<rounding>[A-Z_]+)\s*)?"
    r"(?:,\s*(?:AP_)?(?P<overflow>[A-Z_]+)\s*)?"
    r"(?:,\s*(?P<saturation_bits>\d+)\s*)?>"
)


@dataclass(frozen=True, slots=True)
class FixedPoint:
    """A binary fixed-point type; a raw integer ``r`` stands for ``r * 2**-fraction``.

    Parameters
    ----------
    width : int
        All bits, the sign included; 1 to 62.
    integer : int
        Bits left of the binary point, the sign included (as ap_fixed counts). May be
        negative or larger than `width`.
    signed : bool
        Two's complement if true.
    rounding : Rounding
        Applied by `cast` and `encode`.
    overflow : Overflow
        Applied by `cast` and `encode`.

    Raises
    ------
    FixedPointError
        If the width is outside 1 to 62.

    Examples
    --------
    >>> t = FixedPoint.parse("ap_fixed<8,3,AP_RND_CONV,AP_SAT>")
    >>> t.fraction, t.minimum, t.maximum
    (5, -128, 127)
    >>> print(t)
    ap_fixed<8,3,AP_RND_CONV,AP_SAT>
    """

    width: int
    integer: int
    signed: bool = True
    rounding: Rounding = Rounding.DOWN
    overflow: Overflow = Overflow.WRAP

    def __post_init__(self) -> None:
        if not 1 <= self.width <= MAX_WIDTH:
            raise FixedPointError(
                "the width of a fixed-point type",
                f"must be from 1 to {MAX_WIDTH} bits",
                self.width,
                "use fewer bits",
            )

    @classmethod
    def parse(cls, text: str) -> FixedPoint:
        """Read ``ap_fixed<W,I,...>`` or hls4ml's ``fixed<W,I,...>``, signed or unsigned.

        Raises
        ------
        FixedPointError
            If the text is no such type, or asks for a rounding or overflow mode that
            this project does not use.
        """
        match = _TEXT.fullmatch(text.strip())
        if match is None or int(match["saturation_bits"] or 0) != 0:
            raise FixedPointError(
                "a fixed-point type",
                "must look like ap_fixed<W,I,AP_TRN,AP_WRAP>",
                repr(text),
                "write the width and the integer bits",
            )
        try:
            rounding = Rounding(match["rounding"] or "TRN")
            overflow = Overflow(match["overflow"] or "WRAP")
        except ValueError:
            raise FixedPointError(
                "a fixed-point type",
                "must round by TRN, RND or RND_CONV and overflow by WRAP or SAT",
                repr(text),
                "choose one of these",
            ) from None
        return cls(
            int(match["width"]), int(match["integer"]), not match["unsigned"], rounding, overflow
        )

    def __str__(self) -> str:
        prefix = "ap_fixed" if self.signed else "ap_ufixed"
        modes = ""
        if (self.rounding, self.overflow) != (Rounding.DOWN, Overflow.WRAP):
            modes = f",AP_{self.rounding},AP_{self.overflow}"
        return f"{prefix}<{self.width},{self.integer}{modes}>"

    @classmethod
    def from_kif(cls, keep_negative: bool | int, integer: int, fraction: int) -> FixedPoint:
        """Type of an alkaid triple, whose integer bits do not count the sign."""
        sign = int(bool(keep_negative))
        return cls(sign + integer + fraction, integer + sign, bool(keep_negative))

    @property
    def kif(self) -> tuple[int, int, int]:
        """The alkaid triple (sign, integer bits without sign, fraction bits)."""
        return int(self.signed), self.integer - int(self.signed), self.fraction

    @classmethod
    def quantized_bits(cls, bits: int, integer: int) -> FixedPoint:
        """Type of QKeras ``quantized_bits(bits, integer, alpha=1)``: signed, sign not counted."""
        return cls(bits, integer + 1, True, Rounding.HALF_EVEN, Overflow.SATURATE)

    @classmethod
    def quantized_relu(cls, bits: int, integer: int) -> FixedPoint:
        """Type of QKeras ``quantized_relu(bits, integer)``: unsigned."""
        return cls(bits, integer, False, Rounding.HALF_EVEN, Overflow.SATURATE)

    @classmethod
    def holding(cls, minimum: int, maximum: int, fraction: int) -> FixedPoint:
        """Narrowest type with this fraction that holds every raw value of an interval.

        Parameters
        ----------
        minimum, maximum : int
            Raw values, in units of ``2**-fraction``.
        fraction : int
            Bits right of the binary point.
        """
        signed = minimum < 0
        bits = max((-1 - minimum).bit_length() if signed else 0, max(maximum, 0).bit_length())
        width = max(bits + int(signed), 1)
        return cls(width, width - fraction, signed)

    @property
    def fraction(self) -> int:
        """Bits right of the binary point; the LSB is ``2**-fraction``."""
        return self.width - self.integer

    @property
    def lsb(self) -> float:
        """Value of the least significant bit."""
        return float(2.0**-self.fraction)

    @property
    def minimum(self) -> int:
        """Smallest raw value."""
        return -(1 << (self.width - 1)) if self.signed else 0

    @property
    def maximum(self) -> int:
        """Largest raw value."""
        return (1 << (self.width - int(self.signed))) - 1

    def exact(self) -> FixedPoint:
        """Return the same type with truncation and wrapping, the modes of plain wires."""
        return replace(self, rounding=Rounding.DOWN, overflow=Overflow.WRAP)

    def contains(self, minimum: int, maximum: int, fraction: int) -> bool:
        """Whether every raw value of an interval is held without rounding or overflow."""
        shift = self.fraction - fraction
        if shift < 0:
            return False
        return minimum << shift >= self.minimum and maximum << shift <= self.maximum

    def cast(self, raw: ArrayLike, fraction: int) -> Integers:
        """Assign raw values of another type to this one, as the HLS headers do.

        Parameters
        ----------
        raw : array_like of int64
            Raw values in units of ``2**-fraction``.
        fraction : int
            Their bits right of the binary point.

        Returns
        -------
        ndarray of int64, same shape
            Raw values of this type.
        """
        values = np.asarray(raw, dtype=np.int64)
        shift = fraction - self.fraction
        if shift > 0:
            values = _shift_right(values, shift, self.rounding)
        elif shift < 0:
            values = self._shift_left(values, -shift)
        return self._overflow(values)

    def encode(self, values: ArrayLike) -> Integers:
        """Quantise real numbers to raw integers of this type.

        Parameters
        ----------
        values : array_like of float64
            Finite real numbers.

        Returns
        -------
        ndarray of int64, same shape

        Raises
        ------
        FixedPointError
            If a value is NaN or infinite.
        """
        scaled = np.ldexp(np.asarray(values, dtype=np.float64), self.fraction)
        if not np.all(np.isfinite(scaled)):
            raise FixedPointError(
                "a value to quantise", "must be finite", "NaN or infinity", "check where it is made"
            )
        if self.rounding is Rounding.HALF_EVEN:
            scaled = np.rint(scaled)
        elif self.rounding is Rounding.HALF_UP:
            floor = np.floor(scaled)
            scaled = floor + (scaled - floor >= 0.5)  # scaled + 0.5 could itself be rounded
        else:
            scaled = np.floor(scaled)
        if self.overflow is Overflow.SATURATE:
            scaled = np.clip(scaled, self.minimum, self.maximum)
        else:
            scaled = np.fmod(scaled, 2.0**self.width)  # exact, and within int64
        return self._overflow(scaled.astype(np.int64))

    def decode(self, raw: ArrayLike) -> NDArray[np.float64]:
        """Real values of raw integers, as float64 of the same shape."""
        return np.ldexp(np.asarray(raw, dtype=np.float64), -self.fraction)

    def _shift_left(self, values: Integers, shift: int) -> Integers:
        shift = min(shift, MAX_WIDTH)
        if self.overflow is Overflow.SATURATE:  # stay within int64, and outside the type
            values = np.clip(values, -(-self.minimum >> shift) - 1, (self.maximum >> shift) + 1)
        return values << shift

    def _overflow(self, values: Integers) -> Integers:
        if self.overflow is Overflow.SATURATE:
            return np.clip(values, self.minimum, self.maximum)
        wrapped = values & ((1 << self.width) - 1)
        if self.signed:
            sign = np.int64(1 << (self.width - 1))
            wrapped = (wrapped ^ sign) - sign
        return wrapped


def _shift_right(values: Integers, shift: int, rounding: Rounding) -> Integers:
    if shift > MAX_WIDTH:  # everything is below half an LSB of the result
        return np.where((values < 0) & (rounding is Rounding.DOWN), -1, 0).astype(np.int64)
    floor = values >> shift
    if rounding is Rounding.DOWN:
        return floor
    remainder = values - (floor << shift)
    half = 1 << (shift - 1)
    if rounding is Rounding.HALF_UP:
        up = remainder >= half
    else:
        up = (remainder > half) | ((remainder == half) & (floor & 1 == 1))
    return floor + up.astype(np.int64)
