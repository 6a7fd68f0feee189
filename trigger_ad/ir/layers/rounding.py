"""Casts that round away more bits than their source has.

What comes out is always 0, since half of the new LSB is more than the source can hold. The HLS
headers know that too, but look first at the bit below the new LSB, of a source that has none there:
their simulation then ends the whole process by an assertion.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trigger_ad.ir.fixed import FixedPoint, Overflow, Rounding
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.merge import How, Merge
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.layers.table import Layer

__all__ = ["ShortSource", "bits_to_round", "short_sources"]


@dataclass(frozen=True)
class ShortSource:
    """A cast whose source has too few bits.

    Parameters
    ----------
    layer : Layer
        Whose output is cast.
    source : FixedPoint
        What it is cast from: the accumulator of sums, the sum of sources, or the type of a source.
    of : str
        Whose type that is, or what is added: the layer itself, or a source.
    bits : int
        Width that the source must have; of a sum, the sum.
    """

    layer: Layer
    source: FixedPoint
    of: str
    bits: int


def bits_to_round(kind: FixedPoint, fraction: int) -> int:
    """Bits that a source with a fraction must have for the HLS headers to round it to a type."""
    return 0 if kind.rounding is Rounding.DOWN else max(fraction - kind.fraction, 0)


def short_sources(network: HardwareNetwork) -> Iterator[ShortSource]:
    """Every cast of a network whose source has too few bits."""
    for layer in network.layers:
        for of, source in _cast_from(layer, network):
            bits = bits_to_round(layer.output, source.fraction)
            if source.width < bits:
                yield ShortSource(layer, source, of, bits)


def _cast_from(layer: Layer, network: HardwareNetwork) -> Iterator[tuple[str, FixedPoint]]:
    if isinstance(layer, Linear):
        yield layer.name, layer.accumulator
        return
    kinds = {source: network.type_of(source) for source in layer.sources}
    if isinstance(layer, Merge) and layer.how is How.ADD:
        wrapping = [name for name in kinds if kinds[name].overflow is Overflow.WRAP]
        yield (wrapping or layer.sources)[0], _sum(list(kinds.values()))
        return
    yield from kinds.items()


def _sum(kinds: Sequence[FixedPoint]) -> FixedPoint:
    """Type that the HLS headers give a sum of two, before they cast it."""
    signed = any(kind.signed for kind in kinds)
    integer = max(kind.integer + (signed and not kind.signed) for kind in kinds) + 1
    fraction = max(kind.fraction for kind in kinds)
    return FixedPoint(integer + fraction, integer, signed)
