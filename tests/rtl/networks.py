"""Small random hardware networks, made without training, with every kind of cast."""

import numpy as np

from tests.ir.operations.mixed import mixed
from tests.words import full_range
from trigger_ad.config import Features
from trigger_ad.features.layout import Layout
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.words import scaled_range
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint, Overflow, Rounding
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.linear import Linear, accumulator_needed
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import PortType, Score


def small_layout(bits: int = 8) -> Layout:
    """Two slots whose words have an offset, and MET, which has a port without wires."""
    part = layout(Features()).part("small", (0, 1, 2, 3, 4, 5, 15, 16, 17))
    return Layout("small", part.fields, bits, 2)


def random_type(rng: np.random.Generator, low: int, high: int, fraction: int) -> FixedPoint:
    """A type that drops up to 4 bits of numbers in an interval and holds most of them or all."""
    whole = FixedPoint.holding(low, high, fraction)
    kept = fraction - int(rng.integers(0, 5))
    integer = whole.integer - int(rng.integers(-1, 3))
    signed = bool(rng.random() < 0.7)
    return FixedPoint(
        max(integer + kept, 1 + signed),
        max(integer, 1 + signed - kept),
        signed,
        list(Rounding)[rng.integers(3)],
        list(Overflow)[rng.integers(2)],
    )


class Builder:
    """Layers one after the other, with types taken from their intervals."""

    def __init__(self, rng: np.random.Generator, words: Layout, bits: int) -> None:
        self.rng, self.words, self.bits = rng, words, bits
        self.layers: list[Linear | Cast] = []

    def network(self, outputs: tuple[str, ...] = ()) -> HardwareNetwork:
        size = len(self.words.fields)
        return HardwareNetwork(
            "small", "input", size, self.words.input, tuple(self.layers), outputs
        )

    def intervals(self):
        low, high = scaled_range(self.words)
        return self.network().intervals(low.astype(np.int64), high.astype(np.int64))

    def dense(self, name: str, source: str, size: int, kept: float, exact: bool) -> None:
        known = self.intervals()[source]
        shape = (len(known.minimum), size)
        weight_type = FixedPoint(self.bits, int(self.rng.integers(0, 3)))
        weights = self.rng.integers(weight_type.minimum, weight_type.maximum + 1, shape)
        weights *= self.rng.random(shape) < kept
        bias_type = FixedPoint(self.bits + 2, int(self.rng.integers(1, 5)))
        bias = self.rng.integers(bias_type.minimum, bias_type.maximum + 1, size)
        bias *= self.rng.random() < 0.8
        loose = FixedPoint(60, 30)
        layer = Linear(name, source, weights, weight_type, bias, bias_type, loose, loose)
        accumulator = accumulator_needed(layer, known)
        self.layers.append(
            Linear(name, source, weights, weight_type, bias, bias_type, accumulator, accumulator)
        )
        if not exact:
            found = self.intervals()[name]
            output = random_type(
                self.rng, int(found.minimum.min()), int(found.maximum.max()), found.fraction
            )
            self.layers[-1] = Linear(
                name, source, weights, weight_type, bias, bias_type, accumulator, output
            )

    def cast(self, name: str, source: str, relu: bool) -> None:
        known = self.intervals()[source]
        low, high = int(known.minimum.min()), int(known.maximum.max())
        kind = random_type(self.rng, low, high, known.fraction)
        self.layers.append(Cast(name, source, len(known.minimum), kind, relu))


def small_network(
    seed: int, words: Layout | None = None, bits: int = 5, hidden: tuple[int, ...] = (5, 3)
) -> HardwareNetwork:
    """Two branches of the input's size that start from the same words."""
    rng = np.random.default_rng(seed)
    words = words or small_layout()
    builder = Builder(rng, words, bits)
    for branch in ("one", "two"):
        source = "input"
        kept = rng.choice([0.3, 0.7, 1.0])
        for i, size in enumerate(hidden):
            exact = bool(rng.random() < 0.6)
            builder.dense(f"{branch}_{i}", source, size, kept, exact)
            source = f"{branch}_{i}"
            if exact or rng.random() < 0.3:
                builder.cast(f"{branch}_{i}_cast", source, relu=bool(rng.random() < 0.6))
                source = f"{branch}_{i}_cast"
        builder.dense(branch, source, len(words.fields), kept, exact=False)
    return builder.network(("one", "two"))


def ports(network: HardwareNetwork, *names: str) -> dict[str, PortType]:
    size = network.input_size
    return {
        name: PortType(
            network.type_of(name), size if name == network.input_name else network.layer(name).size
        )
        for name in names
    }


def two_scores(network: HardwareNetwork) -> dict[str, Score]:
    """The double autoencoder's score of either kind; the second may be signed."""
    x = port("input")
    return {
        "score1": Score(
            "score1", x.subtract(port("one")).absolute().sum(), ports(network, "input", "one")
        ),
        "score2": Score("score2", x.subtract(port("two")).sum(), ports(network, "input", "two")),
    }


def every_operation(network: HardwareNetwork) -> dict[str, Score]:
    """Scores that use each operation, on operands of either sign."""
    x, one, two = port("input"), port("one"), port("two")
    difference = x.subtract(one)
    short = two.saturate(4)
    signal = Score("short", short.sum(), ports(network, "two")).signal(short)
    first, last = min(signal.minimum), max(signal.maximum)
    table = short.table(tuple(v * v * (-1 if v % 2 else 1) for v in range(first, last + 1)))
    fraction = max(network.type_of(name).fraction for name in ("input", "one"))
    expressions = {
        "mixed": mixed(x, one, fraction),
        "absolute": difference.absolute().sum(),
        "alone": one.absolute().maximum(two.absolute()).sum(),
        "square": difference.square().sum().shorten(3).saturate(12),
        "product": one.multiply(two).sum().shorten(2),
        "itself": one.multiply(one).sum(),
        "dot": difference.dot(two),
        "shorten": difference.shorten(2).square().sum(),
        "maximum": x.maximum(one).sum(),
        "minimum": two.minimum(x).sum(),
        "saturate": difference.saturate(5).sum(),
        "add": x.add(one).add(two).sum(),
        "offset": two.offset(-3).square().sum().shorten(2).offset(25).saturate(12),
        "table": table.sum(),
    }
    return {
        name: Score(name, expression, ports(network, *_used(expression)))
        for name, expression in expressions.items()
    }


def _used(expression) -> set[str]:
    if expression.operation == "port":
        return {expression.name}
    return set().union(*(_used(argument) for argument in expression.arguments))


def random_words(rng: np.random.Generator, words: Layout, count: int) -> np.ndarray:
    """Words over the whole range of each port, some slots empty."""
    return full_range(words, count, rng)


def extreme_words(rng: np.random.Generator, words: Layout, count: int) -> np.ndarray:
    """All at their ends, each alone at either end, and random ends."""
    ends = np.stack([words.minimum, words.maximum])
    alone = np.zeros((2 * len(words.fields), len(words.fields)), dtype=np.int32)
    alone[np.arange(len(alone)), np.arange(len(alone)) // 2] = ends.T.ravel()
    picked = ends[rng.integers(0, 2, (count, len(words.fields))), np.arange(len(words.fields))]
    return np.concatenate([ends, alone, picked]).astype(np.int32)
