"""Random quantised models with every kind of layer, for tests of what converts and runs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from tests.ir.operations.mixed import mixed
from trigger_ad import config
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.merge import How, Merge
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import PortType, Score
from trigger_ad.layers.architecture import Architecture, chain
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.quantize.precision import LayerPrecision, Precision, calibrate, input_type
from trigger_ad.scorers.float_model import FloatModel


@dataclass(frozen=True)
class Sketch:
    """A random branch: its shape, and the bits of its layers.

    The binary point of an output of `coarse`, by the name of its layer, lies so many bits further
    right than it was calibrated, so that less of the sums is left, or nothing.
    """

    branch: Architecture
    bits: config.Quantize
    scale: float = 1.0
    kept: float = 0.6
    zero: str = ""
    coarse: Mapping[str, int] = field(default_factory=dict)


def quantised(
    sketches: tuple[Sketch, ...], seed: int, features: config.Features | None = None
) -> QuantizedModel:
    rng = np.random.default_rng(seed)
    kind = input_type(features or config.Features())
    weights, layers = {}, {}
    for sketch in sketches:
        branch = sketch.branch
        own = {}
        for node in branch.weighted:
            name, shapes = branch.layer(node), branch.weights(node)
            shape = shapes["kernel"]
            kernel = rng.normal(0, sketch.scale / np.sqrt(np.prod(shape[:-1])), shape) * (
                rng.random(shape) < sketch.kept
            )
            own[f"{name}.kernel"] = (kernel * (name != sketch.zero)).astype(np.float32)
            if "bias" in shapes:
                values = rng.normal(0, sketch.scale / 3, shapes["bias"])
                own[f"{name}.bias"] = values.astype(np.float32)
        inputs = np.clip(
            np.rint(rng.normal(0, 2.0 ** (kind.width - 4), (2000, branch.inputs))),
            kind.minimum,
            kind.maximum,
        ).astype(np.int64)
        found = calibrate(FloatModel((branch,), own), inputs, kind, sketch.bits).layers
        layers |= {name: coarser(one, sketch.coarse.get(name, 0)) for name, one in found.items()}
        weights |= own
    return QuantizedModel(tuple(s.branch for s in sketches), Precision(kind, layers), weights)


def coarser(kinds: LayerPrecision, by: int) -> LayerPrecision:
    return replace(kinds, output=replace(kinds.output, integer=kinds.output.integer + by))


def bits(**values: int) -> config.Quantize:
    return config.Quantize(**values)


#: Biased, without bias, narrow, wide, pruned, dead, huge and tiny weights; linear and ReLU; layers
#: that drop all their sums hold, and more.
ZOO = (
    Sketch(chain("plain", (7, 5, 3, 7), (True, False, False), True), bits()),
    Sketch(
        chain("pruned", (7, 6, 4), (True, True), False),
        bits(weight_bits=3, activation_bits=4, output_bits=5),
        kept=0.3,
    ),
    Sketch(
        chain("wide", (7, 4, 2), (False, False), True),
        bits(weight_bits=14, activation_bits=16, output_bits=16, bias_bits=16),
        kept=1.0,
    ),
    Sketch(chain("dead", (7, 3, 2), (True, False), True), bits(), zero="dead_0"),
    Sketch(
        chain("tiny", (7, 4, 3), (True, True), True), bits(weight_bits=5, bias_bits=3), scale=0.02
    ),
    Sketch(
        chain("huge", (7, 4, 2), (True, False), True),
        bits(weight_bits=2, activation_bits=4, output_bits=6),
        scale=90.0,
        kept=1.0,
    ),
    Sketch(
        chain("gone", (7, 4, 3, 2), (True, False, False), True),
        bits(),
        coarse={"gone_0": 16, "gone_2": 18},
    ),
)


def autoencoders(seed: int) -> QuantizedModel:
    shape = (57, 16, 8, 4, 8, 16, 57)
    relu = (True, True, False, True, True, False)
    return quantised(
        tuple(Sketch(chain(name, shape, relu, True), bits()) for name in ("ae1", "ae2")), seed
    )


def full_range(network: HardwareNetwork) -> tuple[np.ndarray, np.ndarray]:
    kind, size = network.input_type, network.input_size
    return np.full(size, kind.minimum), np.full(size, kind.maximum)


def ports(network: HardwareNetwork) -> dict[str, PortType]:
    """Every port of a network, with its whole range."""
    found = {network.input_name: PortType(network.input_type, network.input_size)}
    for name in network.outputs:
        found[name] = PortType(network.type_of(name), network.layer(name).size)
    return found


def every_operation(network: HardwareNetwork) -> dict[str, Score]:
    """Scores over the zoo that use each operation, with operands of either sign."""
    kinds = ports(network)
    x, plain, wide, tiny = port("input"), port("plain"), port("wide"), port("tiny")
    difference = x.subtract(plain)
    clipped = wide.saturate(5)
    signal = Score("clipped", clipped.sum(), {"wide": kinds["wide"]}).signal(clipped)
    first, last = min(signal.minimum), max(signal.maximum)
    table = clipped.table(tuple(v * v * (-1 if v % 2 else 1) for v in range(first, last + 1)))
    fraction = max(kind.type.fraction for kind in (kinds["input"], kinds["plain"]))
    expressions = {
        "mixed": mixed(x, plain, fraction),
        "absolute": difference.absolute().sum(),
        "dot": difference.dot(plain),
        "square": difference.square().sum().shorten(8).saturate(15),
        "shorten": difference.shorten(4).square().sum(),
        "maximum": x.maximum(plain).sum(),
        "minimum": plain.minimum(x).sum(),
        "multiply": x.multiply(plain).sum().shorten(5),
        "table": table.sum(),
        "constant": tiny.table(tuple(range(100, 100 + 2 ** kinds["tiny"].type.width))).sum(),
        "saturate": difference.saturate(6).sum(),
        "add": x.add(plain).add(difference).sum(),
        "nothing": port("gone").sum(),
        "offset": difference.offset(-3).square().sum().shorten(8).offset(2).saturate(15),
    }
    return {
        name: Score(name, expression, {p: kinds[p] for p in _used(expression)})
        for name, expression in expressions.items()
    }


def _used(expression) -> set[str]:
    if expression.operation == "port":
        return {expression.name}
    return set().union(*(_used(argument) for argument in expression.arguments))


def interpret(network: HardwareNetwork, scaled: np.ndarray) -> dict[str, np.ndarray]:
    """Every layer in int64, written down as the record says it."""
    values = {network.input_name: scaled.astype(np.int64)}
    for layer in network.layers:
        if isinstance(layer, Merge):
            values[layer.name] = _merged(layer, network, values)
            continue
        source, fraction = values[layer.source], network.type_of(layer.source).fraction
        if isinstance(layer, Linear):
            places = np.arange(source.shape[1])[None] if layer.places is None else layer.places
            parts = [_sums(layer, _window(source, window), fraction) for window in places]
            values[layer.name] = np.concatenate(parts, axis=1)
        elif isinstance(layer, Maximum):
            parts = [source[:, window[window >= 0]].max(axis=1) for window in layer.places]
            values[layer.name] = layer.output.cast(np.stack(parts, axis=1), fraction)
        else:
            source = np.maximum(source, 0) if layer.relu else source
            values[layer.name] = layer.output.cast(source, fraction)
    return values


def _window(source: np.ndarray, places: np.ndarray) -> np.ndarray:
    columns = [source[:, place] if place >= 0 else 0 * source[:, 0] for place in places]
    return np.stack(columns, axis=1)


def _sums(layer: Linear, source: np.ndarray, fraction: int) -> np.ndarray:
    fraction += layer.weight_type.fraction
    finest = max(fraction, layer.bias_type.fraction)
    total = (source @ layer.weights) << (finest - fraction)
    total = total + (layer.bias << (finest - layer.bias_type.fraction))
    total = layer.accumulator.cast(total, finest)
    return layer.output.cast(total, layer.accumulator.fraction)


def _merged(layer: Merge, network: HardwareNetwork, values: dict[str, np.ndarray]) -> np.ndarray:
    fractions = [network.type_of(source).fraction for source in layer.sources]
    finest = max(fractions)
    parts = [
        values[source] << (finest - fraction)
        for source, fraction in zip(layer.sources, fractions, strict=True)
    ]
    whole = np.concatenate(parts, axis=1) if layer.how is How.CONCATENATE else sum(parts)
    return layer.output.cast(whole, finest)


def fixed(text: str) -> FixedPoint:
    return FixedPoint.parse(text)
