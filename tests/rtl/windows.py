"""Random hardware networks of all kinds of layers, over images, sequences and particles."""

from dataclasses import replace

import numpy as np

from trigger_ad.ir.fixed import FixedPoint, Overflow, Rounding
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.interval import Interval, through
from trigger_ad.ir.layers.linear import Linear, accumulator_needed
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.merge import How, Merge
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.layers.places import NOTHING
from trigger_ad.ir.layers.table import Layer

#: Rows, columns and channels of an input; a sequence has one row.
IMAGES = ((3, 5, 1), (4, 3, 2), (5, 4, 1), (1, 9, 2), (1, 6, 3), (6, 3, 1))


def places_of(image: tuple[int, int, int], kernel: tuple[int, int], stride: int, same: bool):
    """Table (windows, rows x columns of the kernel, channels), and the shape of the windows.

    Written by coordinates, as Keras defines them: of an odd number of padded lines the larger half
    comes last.
    """
    outs, firsts = [], []
    for size, taps in zip(image, kernel, strict=False):
        out = -(-size // stride) if same else (size - taps) // stride + 1
        outs.append(out)
        firsts.append(-(max((out - 1) * stride + taps - size, 0) // 2) if same else 0)
    rows, columns, channels = image
    table = np.full((*outs, *kernel, channels), NOTHING)
    for r, c, i, j, channel in np.ndindex(table.shape):
        y, x = firsts[0] + r * stride + i, firsts[1] + c * stride + j
        if 0 <= y < rows and 0 <= x < columns:
            table[r, c, i, j, channel] = (y * columns + x) * channels + channel
    return table.reshape(-1, kernel[0] * kernel[1], channels).astype(np.int32), tuple(outs)


class Builder:
    """Layers one after the other, with types taken from their intervals."""

    def __init__(self, rng: np.random.Generator, image: tuple[int, int, int], port: FixedPoint):
        self.rng, self.port = rng, port
        self.layers: list[Layer] = []
        self.images = {"x": image}
        size = int(np.prod(image))
        ends = (np.full(size, port.minimum), np.full(size, port.maximum))
        self.intervals = {"x": Interval(*ends, port.fraction)}

    def add(self, layer: Layer, image: tuple[int, int, int], *, exact: bool = False) -> str:
        """Give a layer its output type: all that it computes, or a random one."""
        found = layer.exact(*(self.intervals[source] for source in layer.sources))
        low, high = int(found.minimum.min()), int(found.maximum.max())
        whole = FixedPoint.holding(low, high, found.fraction)
        layer = replace(layer, output=whole if exact else self.narrower(whole))
        self.layers.append(layer)
        self.images[layer.name] = image
        self.intervals[layer.name] = through(layer.output, found)
        return layer.name

    def narrower(self, whole: FixedPoint) -> FixedPoint:
        """Up to 9 bits, which keep most of the upper ones, or less; seldom bits below the last."""
        rng = self.rng
        signed = bool(rng.random() < 0.7)
        width = int(rng.integers(1 + signed, 10))
        integer = whole.integer - int(rng.integers(-1, 3))
        modes = (list(Rounding)[rng.integers(3)], list(Overflow)[rng.integers(2)])
        return FixedPoint(width, integer, signed, *modes)

    def name(self, kind: str) -> str:
        return f"{kind}_{len(self.layers)}"

    def linear(self, source: str, places, outs: tuple[int, int], weights, weight_type) -> str:
        """A layer of these weights with a random bias, its accumulator just wide enough."""
        rng, channels = self.rng, weights.shape[1]
        bits = int(rng.integers(2, 13))
        fraction = weight_type.fraction + self.intervals[source].fraction
        bias_type = FixedPoint(bits, bits - fraction + int(rng.integers(-3, 3)))
        bias = rng.integers(bias_type.minimum, bias_type.maximum + 1, channels)
        bias *= rng.random(channels) < 0.8
        overflow = list(Overflow)[rng.integers(2)]
        loose = FixedPoint(60, 30, overflow=overflow)
        name = self.name("linear" if places is not None else "dense")
        layer = Linear(name, source, weights, weight_type, bias, bias_type, loose, loose, places)
        needed = accumulator_needed(layer, self.intervals[source])
        layer = replace(layer, accumulator=replace(needed, overflow=overflow))
        return self.add(layer, (*outs, channels), exact=bool(rng.random() < 0.3))

    def weights(self, shape: tuple[int, int]):
        """Pruned here and there; an output may be dead, and so may be all."""
        rng = self.rng
        bits = int(rng.integers(2, 17))
        kind = FixedPoint(bits, int(rng.integers(-3, bits + 4)))
        values = rng.integers(kind.minimum, kind.maximum + 1, shape)
        values *= rng.random(shape) < rng.choice([0.3, 0.7, 1.0])
        values[:, rng.random(shape[1]) < 0.15] = 0
        return values * (rng.random() < 0.97), kind

    def convolution(self, source: str) -> str:
        rows, columns, channels = self.images[source]
        kernel = tuple(int(self.rng.integers(1, min(3, size) + 1)) for size in (rows, columns))
        stride, same = int(self.rng.integers(1, 3)), bool(self.rng.random() < 0.6)
        places, outs = places_of(self.images[source], kernel, stride, same)
        weights = self.weights((kernel[0] * kernel[1] * channels, int(self.rng.integers(1, 4))))
        return self.linear(source, places.reshape(len(places), -1), outs, *weights)

    def shared(self, source: str) -> str:
        rows, columns, channels = self.images[source]
        places = np.arange(rows * columns * channels, dtype=np.int32).reshape(-1, channels)
        weights = self.weights((channels, int(self.rng.integers(1, 4))))
        return self.linear(source, places, (rows, columns), *weights)

    def dense(self, source: str) -> str:
        size = int(np.prod(self.images[source]))
        weights = self.weights((size, int(self.rng.integers(1, 7))))
        return self.linear(source, None, (1, 1), *weights)

    def average(self, source: str) -> str:
        """Of windows of 2 or 4 places: weights are the LSB of a type that says their number."""
        rows, columns, channels = self.images[source]
        kernel = (1 + (rows > 1 and self.rng.random() < 0.6), 1 + (columns > 1))
        places, outs = places_of(self.images[source], kernel, 2, same=False)
        taps = kernel[0] * kernel[1]
        weights = np.tile(np.eye(channels, dtype=np.int64), (taps, 1))
        kind = FixedPoint(1, 1 - int(np.log2(taps)), signed=False)
        return self.linear(source, places.reshape(len(places), -1), outs, weights, kind)

    def maximum(self, source: str) -> str:
        rows, columns, channels = self.images[source]
        kernel = (min(rows, int(self.rng.integers(1, 4))), min(columns, 2))
        stride, same = int(self.rng.integers(1, 3)), bool(self.rng.random() < 0.5)
        places, outs = places_of(self.images[source], kernel, stride, same)
        table = places.transpose(0, 2, 1).reshape(-1, kernel[0] * kernel[1])
        layer = Maximum(self.name("maximum"), source, np.ascontiguousarray(table), self.port)
        return self.add(layer, (*outs, channels))

    def cast(self, source: str) -> str:
        size, relu = int(np.prod(self.images[source])), bool(self.rng.random() < 0.5)
        layer = Cast(self.name("cast"), source, size, self.port, relu)
        return self.add(layer, self.images[source])

    def concatenate(self, *sources: str) -> str:
        size = sum(int(np.prod(self.images[source])) for source in sources)
        layer = Merge(self.name("concatenate"), sources, How.CONCATENATE, size, self.port)
        return self.add(layer, (1, 1, size), exact=bool(self.rng.random() < 0.5))

    def sum(self, *sources: str) -> str:
        size = int(np.prod(self.images[sources[0]]))
        layer = Merge(self.name("add"), sources, How.ADD, size, self.port)
        return self.add(layer, self.images[sources[0]], exact=bool(self.rng.random() < 0.5))


WINDOWED = ("convolution", "shared", "average", "maximum", "cast")


def windowed_network(seed: int) -> HardwareNetwork:
    """Two branches from one image, some of whose layers are added, then joined and dense."""
    rng = np.random.default_rng(seed)
    bits = int(rng.integers(2, 9))
    port = FixedPoint(bits, int(rng.integers(-3, bits + 1)))  # as words can be scaled to
    builder = Builder(rng, IMAGES[seed % len(IMAGES)], port)
    ends = []
    for branch in range(2):
        name = "x"
        for step in range(int(rng.integers(1, 4))):
            kind = WINDOWED[(seed + branch) % 4 if step == 0 else rng.integers(5)]
            before, name = name, getattr(builder, kind)(name)
            if builder.images[name] == builder.images[before] and rng.random() < 0.5:
                name = builder.sum(name, before)
        ends.append(name)
    joined = builder.concatenate(*ends, *(["x"] if rng.random() < 0.3 else []))
    last = builder.dense(builder.cast(joined))
    layers = tuple(builder.layers)
    size = int(np.prod(builder.images["x"]))
    return HardwareNetwork("windows", "x", size, port, layers, (*dict.fromkeys(ends), last))


def by_hand(network: HardwareNetwork, event: list[int]) -> dict[str, list[int]]:
    """Every layer of one event in Python's integers, one number after the other."""
    values, fractions = {network.input_name: event}, {}
    fractions[network.input_name] = network.input_type.fraction
    for layer in network.layers:
        sources = [values[source] for source in layer.sources]
        known = [fractions[source] for source in layer.sources]
        fraction = max(known)
        if isinstance(layer, Linear):
            found, fraction = _sums(layer, sources[0], known[0])
        elif isinstance(layer, Maximum):
            found = [max(sources[0][i] for i in row if i >= 0) for row in layer.places.tolist()]
        elif isinstance(layer, Cast):
            found = [max(value, 0) for value in sources[0]] if layer.relu else sources[0]
        else:
            aligned = [
                [value << (fraction - own) for value in source]
                for source, own in zip(sources, known, strict=True)
            ]
            found = [value for source in aligned for value in source]
            if layer.how is How.ADD:
                found = [sum(terms) for terms in zip(*aligned, strict=True)]
        values[layer.name] = [assigned(value, fraction, layer.output) for value in found]
        fractions[layer.name] = layer.output.fraction
    return values


def _sums(layer: Linear, source: list[int], fraction: int) -> tuple[list[int], int]:
    products = layer.weight_type.fraction + fraction
    finest = max(products, layer.bias_type.fraction)
    weights, bias = layer.weights.tolist(), layer.bias.tolist()
    places = [list(range(len(source)))] if layer.places is None else layer.places.tolist()
    found = []
    for row in places:
        for channel in range(len(bias)):
            total = bias[channel] << (finest - layer.bias_type.fraction)
            for i, place in enumerate(row):
                if place >= 0:
                    total += (weights[i][channel] * source[place]) << (finest - products)
            found.append(total)
    return found, finest


def assigned(value: int, fraction: int, kind: FixedPoint) -> int:
    """Round and bring into range, as the Xilinx manual says it (UG1399, AP_TRN to AP_SAT)."""
    shift = fraction - kind.fraction
    if shift <= 0:
        value <<= -shift
    else:
        floor, rest = divmod(value, 1 << shift)
        up = {
            Rounding.DOWN: False,
            Rounding.HALF_UP: 2 * rest >= 1 << shift,
            Rounding.HALF_EVEN: 2 * rest > 1 << shift or (2 * rest == 1 << shift and floor % 2),
        }
        value = floor + bool(up[kind.rounding])
    if kind.overflow is Overflow.SATURATE:
        return min(max(value, kind.minimum), kind.maximum)
    return (value - kind.minimum) % (1 << kind.width) + kind.minimum


def extremes(network: HardwareNetwork) -> np.ndarray:
    """All inputs at one end, each alone, and those that drive each element of a layer furthest.

    Which those are is told by the weights of the way from the input, casts and maxima left out.
    """
    kind, size = network.input_type, network.input_size
    slopes = {network.input_name: np.eye(size)}
    for layer in network.layers:
        sources = [slopes[source] for source in layer.sources]
        if isinstance(layer, Linear):
            found = np.einsum("ic,wix->wcx", layer.weights, layer.window(sources[0]))
            slopes[layer.name] = found.reshape(layer.size, size)
        elif isinstance(layer, Maximum):
            slopes[layer.name] = sources[0][layer.inside].sum(axis=1)
        elif isinstance(layer, Merge) and layer.how is How.CONCATENATE:
            slopes[layer.name] = np.concatenate(sources)
        else:
            slopes[layer.name] = np.sum(sources, axis=0)
    signs = np.unique(np.sign(np.concatenate(list(slopes.values()))), axis=0)
    signs = np.concatenate([signs, -signs])
    ends = np.where(signs > 0, kind.maximum, np.where(signs < 0, kind.minimum, 0))
    same = np.repeat([[kind.minimum], [kind.maximum]], size, axis=1)
    return np.concatenate([same, ends]).astype(np.int32)
