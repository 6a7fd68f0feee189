"""The operations by name."""

from __future__ import annotations

from trigger_ad.ir.operations.aligned import ADD, MAXIMUM, MINIMUM, SUBTRACT
from trigger_ad.ir.operations.bits import OFFSET, SATURATE, SHORTEN
from trigger_ad.ir.operations.constant import CONSTANT
from trigger_ad.ir.operations.extremes import (
    ARGUMENT_OF_MAXIMUM,
    LARGEST,
    SEGMENT_MAXIMUM,
    SMALLEST,
)
from trigger_ad.ir.operations.fitted import CONDITIONAL, DENSITY, TAIL
from trigger_ad.ir.operations.gather import JOIN, TAKE
from trigger_ad.ir.operations.logarithm import LOG2
from trigger_ad.ir.operations.lookup import TABLE
from trigger_ad.ir.operations.operation import Operation
from trigger_ad.ir.operations.periodic import WRAP
from trigger_ad.ir.operations.presence import FILLED
from trigger_ad.ir.operations.products import DOT, MULTIPLY, SQUARE
from trigger_ad.ir.operations.rank import RANK
from trigger_ad.ir.operations.sums import ABSOLUTE, SEGMENT_SUM, SUM
from trigger_ad.ir.operations.variance import KL_OF_VARIANCE

__all__ = ["OPERATIONS"]

#: One line an operation; the file it comes from is all that knows about it.
OPERATIONS: dict[str, Operation] = {
    "add": ADD,
    "subtract": SUBTRACT,
    "multiply": MULTIPLY,
    "maximum": MAXIMUM,
    "minimum": MINIMUM,
    "dot": DOT,
    "absolute": ABSOLUTE,
    "square": SQUARE,
    "sum": SUM,
    "offset": OFFSET,
    "kl_of_variance": KL_OF_VARIANCE,
    "rank": RANK,
    "shorten": SHORTEN,
    "saturate": SATURATE,
    "table": TABLE,
    "constant": CONSTANT,
    "wrap": WRAP,
    "log2": LOG2,
    "filled": FILLED,
    "take": TAKE,
    "join": JOIN,
    "largest": LARGEST,
    "smallest": SMALLEST,
    "argument_of_maximum": ARGUMENT_OF_MAXIMUM,
    "segment_sum": SEGMENT_SUM,
    "segment_maximum": SEGMENT_MAXIMUM,
    "density": DENSITY,
    "tail": TAIL,
    "conditional": CONDITIONAL,
}
