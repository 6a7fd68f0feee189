"""One score that uses every operation of programs."""

from trigger_ad.ir.expression import Expression, constant
from trigger_ad.ir.operations.extremes import (
    argument_of_maximum,
    largest,
    segment_maximum,
    smallest,
)
from trigger_ad.ir.operations.gather import element, join, take
from trigger_ad.ir.operations.logarithm import log2
from trigger_ad.ir.operations.periodic import wrap
from trigger_ad.ir.operations.presence import filled
from trigger_ad.ir.operations.sums import segment_sum


def mixed(x: Expression, y: Expression, fraction: int) -> Expression:
    """A number of two vectors of six elements or more, whose difference has so many bits.

    Differences are cut to 8 bits from -128 to 127 and brought into a period of 171.
    """
    six = range(6)
    x, y = take(x, six), take(y, six)
    angle = wrap(x.subtract(y).saturate(8), 171, fraction)
    height = log2(x.absolute(), 3)
    moments = segment_sum(height.multiply(angle), 3)
    peaks = join(segment_maximum(angle, 2), smallest(angle))
    place = argument_of_maximum(height).multiply(constant((5,), 1))
    total = moments.add(constant((3, -7), 2)).sum().add(peaks.sum())
    weight = filled(y).sum().maximum(element(height, 4).add(largest(height)))
    return total.add(place).multiply(weight)
