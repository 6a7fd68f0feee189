"""Intervals that stay true through long sums.

alkaid keeps the interval of a value as a sum of multiples of those it was made from, and takes the
last bit of a multiple in single precision: of one of more than 24 bits it would lose the lower
ones, and the circuit with them. Where sums of sums come that far, values go on by themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from alkaid.trace import FVariable
from alkaid.trace.affine_interval import AffineInterval
from alkaid.types import QInterval

from trigger_ad.errors import ConversionError

__all__ = ["check_constant", "followed"]

#: Of the significand of a float32.
MOST_BITS = 24


def followed(
    values: Sequence[FVariable], weights: Iterable[float] = (1.0,), added: Iterable[float] = ()
) -> list[FVariable]:
    """Values whose weighted sums alkaid can follow: as they are, or as if they were inputs.

    Parameters
    ----------
    values : sequence of FVariable
    weights : iterable of float
        With any of which any value may be multiplied, before all are added.
    added : iterable of float
        Constants that come to these sums.
    """
    affine = [value._affine for value in values]  # noqa: SLF001 (nothing else tells it)
    multiples = _reach(c for one in affine for c in one.coeffs.values())
    biases = _reach(one.bias for one in affine)
    factors, constants = _reach(weights), _reach(added)
    if multiples is None or factors is None:
        return list(values)
    carry = (len(values) - 1).bit_length()
    longest = _length([_product(multiples, factors, carry)])
    if biases is not None:
        sums = [_product(biases, factors, carry), *([constants] if constants else [])]
        longest = max(longest, _length(sums))
    return list(values) if longest <= MOST_BITS else [_alone(value) for value in values]


def _product(first: tuple[int, int], second: tuple[int, int], carry: int) -> tuple[int, int]:
    return first[0] + second[0], first[1] + second[1] + carry


def _length(reaches: Sequence[tuple[int, int]]) -> int:
    return max(high for _, high in reaches) - min(low for low, _ in reaches)


def _reach(numbers: Iterable[float]) -> tuple[int, int] | None:
    """Exponents of the last bit of all, and of the one before the first; None without any bit."""
    found = [_exponents(number) for number in numbers if number]
    return (min(low for low, _ in found), max(high for _, high in found)) if found else None


def check_constant(value: FVariable) -> None:
    """Refuse a sum whose constant lost bits, before another constant hides that.

    Raises
    ------
    ConversionError
        If it has more bits than a float32.
    """
    if value.opr != "cadd" or value._data is None:  # noqa: SLF001 (nothing else tells it)
        return
    (parent,) = value._from  # noqa: SLF001
    number, shift = (_signed(value._data >> bits) for bits in (0, 32))  # noqa: SLF001
    factor = value._factor  # noqa: SLF001
    scale = factor / parent._factor  # noqa: SLF001
    added = value.low - scale * (parent.low if scale > 0 else parent.high)
    if number * 2.0**-shift * factor != added:
        raise ConversionError(
            "a constant of the circuit",
            f"must have at most {MOST_BITS} bits",
            added,
            "use narrower weights and biases",
        )


def _signed(bits: int) -> int:
    """The lowest 32 bits as a number."""
    low = bits & 0xFFFFFFFF
    return low - (low >> 31 << 32)


def _exponents(number: float) -> tuple[int, int]:
    above, below = abs(float(number)).as_integer_ratio()
    return (above & -above).bit_length() - below.bit_length(), math.frexp(number)[1]


def _alone(value: FVariable) -> FVariable:
    """The same value with an interval of its own."""
    if value.low == value.high:
        return value
    interval = QInterval(value.low, value.high, value.step)
    return value._with(_affine=AffineInterval.new(interval), renew_id=False)  # noqa: SLF001
