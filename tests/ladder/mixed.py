"""A trigger of everything: two blocks, one of them four times and without a network.

Nothing of it is of use to anyone. Block ``small`` has the words of an event, whose momenta become
logarithms and whose angles differences before a network reads them. Block ``jets`` has a jet of
eight constituents, four times in a crossing: its scores read a table of its height, and a sum over
pairs of constituents of products of momenta and distances.
"""

from pathlib import Path

import numpy as np

from tests.hls import networks, tops
from tests.layouts import JET, PIXELS, SCALARS
from trigger_ad import config
from trigger_ad.convert.binding import bind
from trigger_ad.convert.project import convert
from trigger_ad.features.layout import Field, Layout
from trigger_ad.features.words import port_types
from trigger_ad.ir.expression import constant, port
from trigger_ad.ir.operations.extremes import argument_of_maximum, segment_maximum
from trigger_ad.ir.operations.gather import join, take
from trigger_ad.ir.operations.logarithm import log2
from trigger_ad.ir.operations.periodic import wrap
from trigger_ad.ir.operations.presence import filled
from trigger_ad.ir.operations.sums import segment_sum
from trigger_ad.ir.program import INPUTS, WORDS, Program
from trigger_ad.ir.score import Score
from trigger_ad.layers.architecture import chain
from trigger_ad.trigger.hardware import Block, HardwareTrigger, Join
from trigger_ad.trigger.rule import Rule

EVENT = tops.SMALL
CONSTITUENTS = 8


def _constituent(number: int) -> tuple[Field, ...]:
    first = 1 + 3 * number
    return (
        Field(f"pt{number}", "constituent", "pt", 6, presence=first),
        Field(f"deta{number}", "constituent", "deta", 4, signed=True, presence=first),
        Field(f"dphi{number}", "constituent", "dphi", 5, presence=first),
    )


TALL_JET = Layout(
    "jet",
    (
        Field("pt", "jet", "pt", 9, shift=1),
        *(field for number in range(CONSTITUENTS) for field in _constituent(number)),
    ),
    9,
    0,
)


def event_program() -> Program:
    """Heights of the three momenta, and angles of muon and jet against MET.

    Their period is longer than a turn, for ports can carry more than a turn.
    """
    words, scaled = port(WORDS), port(INPUTS)
    heights = log2(take(words, (0, 3, 6)), 2)
    angles = take(scaled, (5, 8)).subtract(take(scaled, (2, 2)))
    turned = wrap(angles, 90, EVENT.input_fraction)
    return Program("prepare", port_types(EVENT), {"input": join(heights, turned)})


def jet_program() -> Program:
    """Momenta, distances from the axis (0 for an absent constituent), and heights of pairs."""
    words = port(WORDS)
    momenta, eta, phi = (
        take(words, tuple(range(first, 1 + 3 * CONSTITUENTS, 3))) for first in (1, 2, 3)
    )
    there = filled(momenta)
    around = wrap(phi, 31).multiply(there).absolute()
    distance = eta.multiply(there).absolute().add(around)
    outputs = {
        "moments": segment_sum(momenta.multiply(distance), 2),
        "heights": log2(momenta, 8),
        "hardest": argument_of_maximum(momenta),
    }
    return Program("prepare", port_types(TALL_JET), outputs)


def jet_scores(program: Program) -> dict[str, Score]:
    """One of products and a table, one of the raw words and the heights."""
    rng = np.random.default_rng(3)
    pt = take(port(WORDS), (0,)).shorten(4)
    table = pt.table(tuple(int(value) for value in rng.integers(0, 900, 32)), 0)
    wide = port("moments").sum().add(table)
    tall = segment_maximum(port("heights"), 2).sum().multiply(port("hardest").offset(1))
    raw = port_types(TALL_JET)
    return {
        "wide": Score("wide", wide, {"moments": program.ports["moments"], WORDS: raw[WORDS]}),
        "tall": Score("tall", tall, {n: program.ports[n] for n in ("heights", "hardest")}),
    }


def blocks(project: Path, join_by: Join = Join.LARGEST, instances: int = 4):
    """The quantised model of the network, converted into a project, and both blocks."""
    program = event_program()
    kind = program.type("input")
    features = config.Features(input_bits=kind.width, input_fraction=kind.fraction)
    sketch = networks.Sketch(chain("one", (5, 4, 5), (True, False), True), networks.bits())
    quantized = networks.quantised((sketch,), 5, features)
    settings = config.Convert().model_copy(update={"namespace": "small"})
    network = convert(quantized, settings, project)
    signal = program.ports["input"]
    bounds = np.array(signal.minimum), np.array(signal.maximum)
    each = port("input").subtract(port("one"))
    scores = bind({"loss": each.square().sum()}, ["one"], network, *bounds)
    jets = jet_program()
    return quantized, (
        Block(EVENT, network, scores, program),
        Block(TALL_JET, None, jet_scores(jets), jets, instances, join_by, label="jets"),
    )


def shapes() -> HardwareTrigger:
    """Pixels, single numbers, and objects whose words stand apart; no network at all."""
    scaled, words = port(INPUTS), port(WORDS)
    image = segment_maximum(scaled, 9).square().sum().add(scaled.sum())
    numbers = scaled.multiply(constant((3, -7, 0, 5, 60, -11), 0)).sum().add(words.sum())
    objects = scaled.absolute().sum().multiply(filled(words).sum()).add(words.square().sum())
    given = {"image": (PIXELS, image), "numbers": (SCALARS, numbers), "objects": (JET, objects)}
    found = []
    for name, (layout, expression) in given.items():
        raw = port_types(layout)
        used = {n: raw[n] for n in (WORDS, INPUTS) if n in str(expression)}
        found.append(
            Block(layout, None, {name: Score(name, expression, used)}, label=f"{name}_block")
        )
    return HardwareTrigger(tuple(found), Rule.ATLAS_RANDOM, label="shapes")
