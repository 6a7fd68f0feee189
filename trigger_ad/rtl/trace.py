"""Networks and scores as one circuit of adders, traced in alkaid's distributed arithmetic.

Words come in as the ports carry them. They are scaled as `trigger_ad.features.words` says; each
layer is a product with a constant matrix, which the solver turns into shared additions; casts and
scores follow as `FixedPoint` and `Score` define them. The traced circuit runs in alkaid's own
interpreter and is what the Verilog is written from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from alkaid.trace import FVariable
from alkaid.types import CombLogic
from numpy.typing import NDArray

from trigger_ad.features.layout import Field, Layout, Ports
from trigger_ad.ir.fixed import FixedPoint, Overflow
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.merge import How, Merge
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.layers.places import NOTHING
from trigger_ad.ir.program import INPUTS, WORDS
from trigger_ad.rtl.cast import cast, floor
from trigger_ad.rtl.check import check_traceable
from trigger_ad.rtl.gates import Wiring
from trigger_ad.rtl.intervals import followed
from trigger_ad.rtl.optimise import optimised
from trigger_ad.rtl.products import products
from trigger_ad.rtl.score import trace_program, trace_score
from trigger_ad.trigger.hardware import Block, HardwareTrigger, Join, Unit

__all__ = ["Circuit", "Solver", "trace"]

Vector = list[FVariable]

#: Weights of layers in scores, which add elements, and others of a unit that is some bits finer.
_IN_SCORES = (1.0, 2.0**-4)


@dataclass(frozen=True)
class Solver:
    """How a product with a constant matrix becomes additions.

    Parameters
    ----------
    method : {"wmc", "wmc-dc", "wmc-pdc", "mc", "mc-dc", "mc-pdc", "dummy"}
        Which common part of two sums is taken out first: the most common one, weighted with
        its width, with a limit on the depth. ``dummy`` shares nothing.
    depth : int
        Adders that a sum may be deeper than its minimum; -1 for no limit.
    decompose : bool
        Whether the matrix may be split into two, columns being written as differences of others.
    together : bool
        Whether layers that read the same source are solved as one matrix.
    """

    method: Literal["wmc", "wmc-dc", "wmc-pdc", "mc", "mc-dc", "mc-pdc", "dummy"] = "wmc"
    depth: int = -1
    decompose: bool = True
    together: bool = True

    def options(self) -> dict[str, Any]:
        """What alkaid's solver takes."""
        return {
            "method0": self.method,
            "hard_dc": self.depth,
            "search_all_decompose_dc": self.decompose,
            "decompose_dc": -2 if self.decompose else -1,
        }


@dataclass(frozen=True)
class Circuit:
    """A traced circuit from words to scores.

    Parameters
    ----------
    logic : CombLogic
        alkaid's program; its inputs are the words in the order of `inputs`, its outputs the
        scores, then the elements of the layers.
    layout : Ports
    inputs : tuple of int
        Words that have wires.
    scores : mapping of str to FixedPoint
        Types of the scores, in order.
    layers : mapping of str to tuple of (FixedPoint, int)
        Types and sizes of the layers that were asked for besides.
    """

    logic: CombLogic
    layout: Ports
    inputs: tuple[int, ...]
    scores: Mapping[str, FixedPoint]
    layers: Mapping[str, tuple[FixedPoint, int]]

    def run(self, words: NDArray[Any]) -> dict[str, NDArray[np.int64]]:
        """Interpret the circuit.

        Parameters
        ----------
        words : ndarray (n_events, len(layout.fields)) of integers
            Within the ranges of the ports.

        Returns
        -------
        dict of ndarray of int64
            Raw integers: scores (n_events,), layers (n_events, size).
        """
        inputs = np.ascontiguousarray(words[:, list(self.inputs)], dtype=np.float64)
        values = self.logic.predict(inputs, n_threads=1)
        result, start = {}, 0
        for name, kind in self.scores.items():
            result[name] = _raw(values[:, start], kind)
            start += 1
        for name, (kind, size) in self.layers.items():
            result[name] = _raw(values[:, start : start + size], kind)
            start += size
        return result


def trace(
    trigger: HardwareTrigger | Block, solver: Solver | None = None, layers: Sequence[str] = ()
) -> Circuit:
    """Trace blocks, from the words of a crossing to the scores.

    Parameters
    ----------
    trigger : HardwareTrigger or Block
        A block stands for a trigger of itself, which may have no scores.
    solver : Solver, optional
    layers : sequence of str
        Layers of the network of a block to put out besides the scores.

    Returns
    -------
    Circuit

    Raises
    ------
    ConversionError
        If the scores are another network's, an accumulator can wrap or round, or a number is
        wider than the traced representation carries.
    """
    if isinstance(trigger, Block):
        units: tuple[Unit, ...] = (Unit(trigger, 0, "", 0),)
        ports: Ports = trigger.layout
        kinds = {name: score.type for name, score in trigger.scores.items()}
    else:
        units, ports, kinds = trigger.units, trigger.layout, trigger.scores
    for block in {id(unit.block): unit.block for unit in units}.values():
        check_traceable(block)
    words = [_wire(field) for field in ports.fields]
    wired = tuple(i for i, field in enumerate(ports.fields) if field.width)
    scores, values = _scores(units, words, solver or Solver())
    outputs = list(scores.values())
    for name in layers:
        outputs += values[name]
    network = units[-1].block.network
    types = {n: network.type_of(n) for n in layers} if network is not None else {}
    return Circuit(
        optimised([words[i] for i in wired], outputs),
        ports,
        wired,
        kinds,
        {name: (types[name], len(values[name])) for name in layers},
    )


def _scores(
    units: Sequence[Unit], words: Vector, solver: Solver
) -> tuple[dict[str, FVariable], dict[str, Vector]]:
    """Scores of all blocks by name, and all values of the last unit."""
    found: dict[str, FVariable] = {}
    instances: dict[str, Vector] = {}
    values: dict[str, Vector] = {}
    for unit in units:
        block = unit.block
        if unit.index == 0:  # another block may have scores of the same names, joined otherwise
            instances = {}
        values = _values(block, words[unit.columns], solver)
        for name, score in block.scores.items():
            instances.setdefault(name, []).append(trace_score(score, values))
        if unit.index == block.instances - 1:
            for name in block.scores:
                found |= _joined(block, name, instances[name])
    return found, values


def _values(block: Block, words: Vector, solver: Solver) -> dict[str, Vector]:
    """Everything that a score can read, by name."""
    values: dict[str, Vector] = {}
    if WORDS in block.read:
        values[WORDS] = words
    if INPUTS in block.read:
        values[INPUTS] = _scale(block.layout, words)
    if block.prepare is not None:
        values |= trace_program(block.prepare, values)
    network = block.network
    if network is not None:
        if block.prepare is None:
            values[network.input_name] = values[INPUTS]
        _run_layers(network, values, solver)
        for layer in network.layers:
            values[layer.name] = followed(values[layer.name], _IN_SCORES)
    return values


def _joined(block: Block, name: str, values: Vector) -> dict[str, FVariable]:
    """What the scores of all instances give."""
    if block.instances == 1:
        return {name: values[0]}
    ranked, wiring = list(values), Wiring(values[0].hwconf)
    if block.join is not Join.NONE:
        # Each pass brings the largest of what is left to its place.
        for place in range(1 if block.join is Join.LARGEST else len(ranked) - 1):
            for other in range(place + 1, len(ranked)):
                first, second = ranked[place], ranked[other]
                ranked[place] = wiring.maximum(first, second)
                ranked[other] = wiring.minimum(first, second)
    kind = block.scores[name].type
    return {
        own: cast(value, kind) for own, value in zip(block.names_of(name), ranked, strict=False)
    }


def _wire(field: Field) -> FVariable:
    """A word of the whole range of its bits, as the optimiser takes it: else tables fit no more."""
    low, high = float(field.minimum), float(field.maximum)
    word = FVariable(low, high, 1.0, latency=0.0, hwconf=(1, 1, -1))
    if low == high:
        return word
    return FVariable.from_kif(*word.kif, latency=0.0, hwconf=word.hwconf)


def _scale(layout: Layout, words: Vector) -> Vector:
    """Words to the inputs of the network; see `trigger_ad.features.words.scale_array`."""
    scaled: Vector = []
    there: dict[int | None, FVariable] = {}
    for index, (field, word) in enumerate(zip(layout.fields, words, strict=True)):
        if field.presence is not None and field.presence not in there:
            there[field.presence] = words[field.presence].unary_bit_op("any")
        value = _scale_word(field, word, there.get(field.presence), field.presence == index)
        scaled.append(
            cast(value * layout.input.lsb, replace(layout.input, overflow=Overflow.SATURATE))
        )
    return scaled


def _scale_word(field: Field, word: FVariable, there: FVariable | None, own: bool) -> FVariable:
    """``(word - offset) >> shift``; that of an absent object stands at its offset and becomes 0.

    A word that is its own presence is 0 already where the object is absent.
    """
    offset, shift = field.offset, field.shift
    if offset % (1 << shift) == 0:  # the low bits take no part in the subtraction
        word, offset, shift = floor(word, -shift) * 2.0**-shift, offset >> shift, 0
    if there is not None and not (own and offset == 0):
        word = there.msb_mux(word, float(offset))
    return floor(word - offset, -shift) * 2.0**-shift


def _run_layers(network: HardwareNetwork, values: dict[str, Vector], solver: Solver) -> None:
    for layer in network.layers:
        if layer.name in values:
            continue
        sources = [values[source] for source in layer.sources]
        if isinstance(layer, Linear):
            group = [layer]
            if solver.together and layer.places is None:
                group = [
                    other
                    for other in network.layers
                    if isinstance(other, Linear) and other.source == layer.source
                    if other.places is None
                ]
            values |= _sums(group, sources[0], solver)
        else:
            relu = isinstance(layer, Cast) and layer.relu
            half = layer.output.lsb / 2
            together = followed([value for source in sources for value in source], added=(half,))
            sources = _parted(together, [len(source) for source in sources])
            values[layer.name] = [
                cast(value, layer.output, relu) for value in _before_cast(layer, sources)
            ]


def _parted(values: Vector, sizes: Sequence[int]) -> list[Vector]:
    ends = np.cumsum(sizes).tolist()
    return [values[end - size : end] for size, end in zip(sizes, ends, strict=True)]


def _before_cast(layer: Maximum | Merge | Cast, sources: Sequence[Vector]) -> Vector:
    if isinstance(layer, Maximum):
        return [_largest([sources[0][i] for i in row if i != NOTHING]) for row in layer.places]
    if isinstance(layer, Merge) and layer.how is How.ADD:
        wiring = Wiring(sources[0][0].hwconf)
        return [wiring.add_up(terms, ()) for terms in zip(*sources, strict=True)]
    return [value for source in sources for value in source]


def _largest(values: Vector) -> FVariable:
    """Neighbours against each other, and the winners again."""
    wiring = Wiring(values[0].hwconf)
    while len(values) > 1:
        winners = [wiring.maximum(a, b) for a, b in zip(values[::2], values[1::2], strict=False)]
        values = winners + values[len(values) - len(values) % 2 :]
    return values[0]


def _sums(group: Sequence[Linear], source: Vector, solver: Solver) -> dict[str, Vector]:
    """Layers of one source and the same windows, solved as one matrix for one window."""
    weights = np.hstack([layer.weight_type.decode(layer.weights) for layer in group])
    added = [layer.bias_type.decode(layer.bias) for layer in group]
    halves = [layer.output.lsb / 2 for layer in group]
    source = followed(source, weights.flat, [*np.concatenate(added), *halves])
    windows = _windows(group[0], source)
    found = products(windows, weights, np.concatenate(added), solver.options())
    totals = [_as_variable(total, source[0]) for total in found]
    channels = weights.shape[1]
    result, start = {}, 0
    for layer in group:
        own = len(layer.bias)
        result[layer.name] = [
            cast(totals[window * channels + start + c], layer.output)
            for window in range(len(windows))
            for c in range(own)
        ]
        start += own
    return result


def _windows(layer: Linear, source: Vector) -> list[Vector]:
    if layer.places is None:
        return [source]
    nothing = FVariable.from_const(0.0, source[0].hwconf)
    return [[nothing if i == NOTHING else source[i] for i in row] for row in layer.places]


def _as_variable(value: FVariable | float, like: FVariable) -> FVariable:
    if isinstance(value, FVariable):
        return value
    return FVariable.from_const(float(value), like.hwconf)


def _raw(values: NDArray[np.float64], kind: FixedPoint) -> NDArray[np.int64]:
    return np.ldexp(values, kind.fraction).astype(np.int64)
