"""Small trigger tops, and random streams for them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.hls import networks
from tests.words import full_range
from trigger_ad import config
from trigger_ad.convert.binding import bind
from trigger_ad.convert.project import convert
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.features.layout import Layout
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.words import scaled_range
from trigger_ad.hls.top import write_top
from trigger_ad.ir.expression import Expression, port
from trigger_ad.layers.architecture import chain
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.scorers.autoencoder import reconstruction
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.registers import COUNTER_MAXIMUM, Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.stream import Stream

FULL = layout(config.Features())

#: Missing momentum, one muon and one jet: a port without wires, all widths, signs and offsets.
SMALL = FULL.part(
    "small",
    [i for i, f in enumerate(FULL.fields) if f.name.split("_")[0] in ("met", "muon0", "jet0")],
)


def sketch(ports: Layout, sketches: tuple[networks.Sketch, ...], seed: int) -> QuantizedModel:
    """Random networks for the words of a layout."""
    features = config.Features(input_bits=ports.input_bits, input_fraction=ports.input_fraction)
    return networks.quantised(sketches, seed, features)


def make(
    folder: Path,
    ports: Layout,
    name: str,
    quantized: QuantizedModel,
    expressions: dict[str, Expression],
    reuse: int = 1,
    rule: Rule = Rule.CMS_COUNTER,
) -> TriggerEmulator:
    """Convert networks into a project, and give what it computes."""
    settings = config.Convert(reuse_factor=reuse)
    # No C simulation minds that "small" is a word of SystemVerilog, which the schema refuses.
    network = convert(quantized, settings.model_copy(update={"namespace": name}), folder)
    branches = [branch.name for branch in quantized.branches]
    scores = bind(expressions, branches, network, *scaled_range(ports))
    return TriggerEmulator(HardwareTrigger.of(ports, network, scores, rule), Registers((0, 0)))


def write(
    folder: Path, ports: Layout, name: str, hidden: int = 2, reuse: int = 1
) -> TriggerEmulator:
    """Write a project with two tiny networks; the second score has either sign."""
    size = len(ports.fields)
    shapes = (("first", (size, hidden, size)), ("second", (size, 2)))
    sketches = tuple(
        networks.Sketch(
            chain(branch, shape, (True, False)[-len(shape) + 1 :], True), networks.bits()
        )
        for branch, shape in shapes
    )
    expressions = {"score1": reconstruction("first", "absolute"), "score2": port("second").sum()}
    return make(folder, ports, name, sketch(ports, sketches, 5), expressions, reuse)


def write_rule(folder: Path, trigger: TriggerEmulator, rule: Rule) -> None:
    write_top(folder, replace(trigger.hardware, rule=rule))


def scores(trigger: TriggerEmulator, stream: Stream) -> tuple[np.ndarray, ...]:
    return tuple(trigger.scores_of_words(stream.words).values())


def registers(scores: Sequence[np.ndarray], rng: np.random.Generator) -> Registers:
    """Thresholds that occur among the scores, and prescales of every kind."""
    kinds = (0, 100, 101, 150, 250, 1000, 20_000, COUNTER_MAXIMUM, int(rng.integers(100, 2**32)))
    regions = 2 ** len(scores)
    return Registers(
        tuple(int(rng.choice(score)) for score in scores),
        tuple(int(value) for value in rng.choice(kinds, regions)),
        tuple(bool(on) for on in rng.random(regions) < 0.85),
    )


def random_stream(trigger: TriggerEmulator, crossings: int, seed: int) -> Stream:
    """Gaps or none, few or many loads and sections, often in one crossing."""
    rng = np.random.default_rng(seed)
    found = full_range(trigger.layout, crossings, rng)
    valid, load, section = (
        rng.random(crossings) < rng.choice(rates)
        for rates in ((0.0, 0.3, 0.9, 1.0), (0.0, 0.01, 0.1, 1.0), (0.0, 0.01, 0.3))
    )
    section |= load & (rng.random(crossings) < 0.5)
    values = tuple(trigger.scores_of_words(found).values())
    values = tuple(values[axis] for axis in trigger.hardware.regions.axes)
    written = tuple(registers(values, rng) for _ in range(np.count_nonzero(load)))
    return Stream(found, valid, load, section, written)
