"""Operations behind operations, at random: what one puts out is what the next is made for."""

import numpy as np

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import constant, port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.operations.extremes import (
    argument_of_maximum,
    largest,
    segment_maximum,
    smallest,
)
from trigger_ad.ir.operations.gather import join, take
from trigger_ad.ir.operations.logarithm import log2
from trigger_ad.ir.operations.periodic import wrap
from trigger_ad.ir.operations.presence import filled
from trigger_ad.ir.operations.sums import segment_sum
from trigger_ad.ir.program import Program
from trigger_ad.ir.typed import PortType, Typed

#: Wider than this nothing is used further, so that all programs are small.
BITS = 16


def random_ports(rng):
    """Types of all kinds, some elements constant, some of one sign."""
    ports = {}
    for name, size in (("a", 6), ("b", 6), ("c", 4)):
        kind = FixedPoint(int(rng.integers(1, 9)), int(rng.integers(-1, 8)), bool(rng.integers(2)))
        ends = np.sort(rng.integers(kind.minimum, kind.maximum + 1, (2, size)), axis=0)
        whole = rng.random(size) < 0.6
        low = np.where(whole, kind.minimum, ends[0])
        high = np.where(whole, kind.maximum, ends[1])
        ports[name] = PortType(kind, size, tuple(low.tolist()), tuple(high.tolist()))
    return ports


class Gardener:
    """Grows expressions, each from those before it."""

    def __init__(self, rng, ports):
        self.rng, self.typed = rng, Typed("a program", ports)
        self.grown = [port(name) for name in ports]

    def any(self, size=None):
        fits = [e for e in self.grown if size in (None, self.typed.signal(e).size)]
        return fits[self.rng.integers(len(fits))]

    def grow(self):
        """One more, where it can be and stays narrow; whatever is refused is left."""
        name = str(self.rng.choice(list(OPERATIONS)))
        x = self.any()
        signal = self.typed.signal(x)
        y = self.any(signal.size)
        try:
            found = OPERATIONS[name](self.rng, x, y, signal)
            if self.typed.signal(found).width <= BITS:
                self.grown.append(found)
        except FixedPointError:
            return


def _table(rng, x, y, signal):
    entries = rng.integers(-40, 40, min(signal.high - signal.low + 1, 1 << 10))
    return x.table(tuple(entries.tolist()), int(rng.integers(-1, 4)))


def _segment(rng, signal):
    return int(rng.choice([n for n in range(1, signal.size + 1) if signal.size % n == 0]))


OPERATIONS = {
    "add": lambda rng, x, y, s: x.add(y),
    "subtract": lambda rng, x, y, s: x.subtract(y),
    "multiply": lambda rng, x, y, s: x.multiply(y),
    "maximum": lambda rng, x, y, s: x.maximum(y),
    "minimum": lambda rng, x, y, s: x.minimum(y),
    "dot": lambda rng, x, y, s: x.dot(y),
    "absolute": lambda rng, x, y, s: x.absolute(),
    "square": lambda rng, x, y, s: x.square(),
    "sum": lambda rng, x, y, s: x.sum(),
    "absolute sum": lambda rng, x, y, s: x.subtract(y).absolute().sum(),
    "offset": lambda rng, x, y, s: x.offset(int(rng.integers(-20, 20))),
    "shorten": lambda rng, x, y, s: x.shorten(int(rng.integers(0, 4))),
    "saturate": lambda rng, x, y, s: x.saturate(int(rng.integers(2, 8))),
    "table": _table,
    "wrap": lambda rng, x, y, s: wrap(x, max(s.high - s.low, 2), s.fraction),
    "wrap more": lambda rng, x, y, s: wrap(x, int(rng.integers(2, 400)), s.fraction + 1),
    "log2": lambda rng, x, y, s: log2(x, int(rng.integers(0, 7))),
    "filled": lambda rng, x, y, s: filled(x),
    "take": lambda rng, x, y, s: take(x, rng.integers(0, s.size, rng.choice([4, 6])).tolist()),
    "join": lambda rng, x, y, s: take(join(x, y), rng.permutation(s.size).tolist()),
    "largest": lambda rng, x, y, s: largest(x),
    "smallest": lambda rng, x, y, s: smallest(x),
    "place": lambda rng, x, y, s: argument_of_maximum(x),
    "segment_sum": lambda rng, x, y, s: segment_sum(x, _segment(rng, s)),
    "segments": lambda rng, x, y, s: segment_sum(x.absolute(), _segment(rng, s)),
    "segment_maximum": lambda rng, x, y, s: segment_maximum(x, _segment(rng, s)),
    "spread": lambda rng, x, y, s: x.multiply(largest(y)),
    "constant": lambda rng, x, y, s: constant(rng.integers(-9, 9, s.size).tolist(), 1).add(x),
}


def random_program(seed, steps=40):
    """Every expression that has grown is an output."""
    rng = np.random.default_rng(seed)
    ports = random_ports(rng)
    garden = Gardener(rng, ports)
    for _ in range(steps):
        garden.grow()
    outputs = {f"y{i}": found for i, found in enumerate(garden.grown[len(ports) :])}
    return Program("prepare", ports, outputs)
