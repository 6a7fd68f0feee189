"""The networks of the ladder: what each has that others do not can be read off the table."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tests.hls.networks import Sketch, bits
from tests.hls.tops import FULL, SMALL
from tests.ir.operations.mixed import mixed
from tests.layouts import JET, PIXELS, SCALARS
from trigger_ad.features.layout import Layout
from trigger_ad.ir.expression import Expression, port
from trigger_ad.layers.architecture import chain
from trigger_ad.scorers.autoencoder import reconstruction
from trigger_ad.trigger.rule import Rule


@dataclass(frozen=True)
class Case:
    """A trigger of random weights.

    Parameters
    ----------
    layout : Layout
    branches : tuple of Sketch
    score1, score2 : Expression
    rule : Rule
    preset : str
        Of the RTL.
    seed : int
    refused : str
        What the RTL says before it is built, where it cannot hold a number.
    """

    layout: Layout
    branches: tuple[Sketch, ...]
    score1: Expression
    score2: Expression
    rule: Rule
    preset: str
    seed: int
    refused: str = ""


def branch(
    name: str,
    widths: tuple[int, ...],
    last: str = "linear",
    *,
    bias: bool = True,
    kept: float = 1.0,
    linear: tuple[int, ...] = (),
    scale: float = 1.0,
    coarse: Mapping[str, int] = MappingProxyType({}),
    **widths_in_bits: int | tuple[int, ...],
) -> Sketch:
    """A branch whose layers have ReLU but for those in `linear`; the last is as `last` says."""
    relu = [index not in linear for index in range(len(widths) - 2)]
    shape = chain(name, widths, (*relu, last == "relu"), bias)
    return Sketch(shape, bits(**widths_in_bits), scale, kept, coarse=coarse)


def scaled_to(width: int, fraction: int) -> Layout:
    """The small layout with other scaled inputs."""
    return dataclasses.replace(SMALL, input_bits=width, input_fraction=fraction)


def absolute(name: str) -> Expression:
    return reconstruction(name, "absolute")


def squared(name: str) -> Expression:
    return reconstruction(name, "squared")


COUNTER, UPDATE, RANDOM = Rule.CMS_COUNTER, Rule.CMS_COUNTER_2019, Rule.ATLAS_RANDOM

#: Layers 1 to 4; the first three networks have the three prescale rules and both presets.
CASES = {
    # Two autoencoders, absolute and squared, biases, a latent layer without ReLU, 30 % pruned.
    "pair": Case(
        SMALL,
        (branch("ae1", (9, 5, 3, 9), linear=(1,), kept=0.7), branch("ae2", (9, 4, 9), kept=0.7)),
        absolute("ae1"),
        squared("ae2"),
        COUNTER,
        "240mhz",
        1,
    ),
    # One layer, no bias, one branch that both scores read, one of them signed.
    "lone": Case(
        SMALL,
        (branch("only", (9, 9), bias=False),),
        port("input").subtract(port("only")).sum(),
        absolute("only"),
        UPDATE,
        "40mhz",
        2,
    ),
    # Four layers with other bits each, unsigned outputs; scores of outputs alone.
    "deep": Case(
        SMALL,
        (
            branch(
                "tall",
                (9, 7, 6, 5, 4),
                "relu",
                weight_bits=(4, 5, 6, 7),
                activation_bits=(6, 7, 8),
                output_bits=12,
            ),
            branch("brief", (9, 6, 4), weight_bits=(7, 3), activation_bits=5, output_bits=12),
        ),
        port("tall").square().sum(),
        port("tall").dot(port("brief")),
        RANDOM,
        "240mhz",
        4,
    ),
    # Words that are always there, many of them 0.
    "pixels": Case(
        PIXELS,
        (branch("image", (81, 4, 4), kept=0.3, scale=0.15, weight_bits=5, output_bits=14),),
        port("image").square().sum(),
        port("input").sum(),
        COUNTER,
        "40mhz",
        21,
    ),
    # Numbers with offsets, signs and other widths, one without wires.
    "scalars": Case(
        SCALARS,
        (branch("numbers", (6, 5, 6)),),
        squared("numbers"),
        port("numbers").dot(port("input")),
        UPDATE,
        "240mhz",
        22,
    ),
    # Objects whose words stand apart, with a presence that is not their first word.
    "jet": Case(
        JET,
        (branch("jet", (9, 6, 9), kept=0.7),),
        squared("jet"),
        port("input").dot(port("jet")),
        RANDOM,
        "240mhz",
        23,
    ),
    # Narrow weights and activations, one branch in two scores, pruned, no biases.
    "narrow": Case(
        SMALL,
        (
            branch(
                "ae",
                (9, 6, 9),
                bias=False,
                kept=0.7,
                weight_bits=2,
                activation_bits=3,
                output_bits=5,
            ),
        ),
        absolute("ae"),
        squared("ae"),
        RANDOM,
        "40mhz",
        4,
    ),
    # Wide everything, also the inputs.
    "wide": Case(
        scaled_to(12, 6),
        (
            branch(
                "a", (9, 4, 3), weight_bits=12, activation_bits=14, output_bits=14, bias_bits=16
            ),
            branch("b", (9, 3), weight_bits=14, output_bits=16, bias_bits=16),
        ),
        port("a").absolute().sum(),
        port("b").square().sum().shorten(6),
        UPDATE,
        "240mhz",
        5,
    ),
    # ReLU behind every layer, inputs without a fraction.
    "positive": Case(
        scaled_to(10, 0),
        (
            branch("one", (9, 8, 9), "relu", output_bits=9),
            branch("two", (9, 5, 9), "relu", output_bits=8, kept=0.7),
        ),
        squared("one"),
        absolute("two"),
        COUNTER,
        "40mhz",
        6,
    ),
    # No ReLU anywhere, three layers, signed scores.
    "linear": Case(
        SMALL,
        (
            branch("up", (9, 6, 5, 9), linear=(0, 1), kept=0.7, output_bits=12),
            branch("down", (9, 9), bias=False, weight_bits=3, output_bits=12),
        ),
        port("up").minimum(port("down")).sum(),
        port("up").multiply(port("down")).sum(),
        COUNTER,
        "240mhz",
        7,
    ),
    # Branches of unequal depth over one output each.
    "heads": Case(
        SMALL,
        (
            branch("one", (9, 8, 4, 1), output_bits=14),
            branch("two", (9, 1), "relu", output_bits=14, weight_bits=8),
        ),
        port("one").sum(),
        port("two").sum(),
        RANDOM,
        "240mhz",
        8,
    ),
    # Four layers, one branch, dense, saturated and shortened scores.
    "stack": Case(
        SMALL,
        (
            branch(
                "ae",
                (9, 8, 6, 8, 9),
                linear=(1,),
                weight_bits=(5, 4, 4, 5),
                activation_bits=(7, 6, 7),
            ),
        ),
        port("input").subtract(port("ae")).saturate(8).square().sum(),
        port("input").maximum(port("ae")).sum(),
        UPDATE,
        "40mhz",
        9,
    ),
    # All 57 words.
    "full": Case(
        FULL,
        (
            branch("ae1", (57, 4, 57), kept=0.7, weight_bits=4),
            branch("ae2", (57, 3, 57), kept=0.7, weight_bits=4),
        ),
        absolute("ae1"),
        squared("ae2"),
        COUNTER,
        "240mhz",
        10,
    ),
    # Weights and outputs below 2**-4, finer than all others; the widest weights.
    "fine": Case(
        scaled_to(12, 6),
        (
            branch(
                "a",
                (9, 6, 9),
                scale=2.0**-8,
                weight_bits=16,
                activation_bits=14,
                output_bits=16,
                bias_bits=16,
            ),
            branch(
                "b", (9, 5, 9), scale=2.0**-5, weight_bits=10, activation_bits=10, output_bits=12
            ),
        ),
        squared("a").shorten(12),
        absolute("b"),
        UPDATE,
        "40mhz",
        11,
    ),
    # Weights of up to 13 integer bits, the narrowest of 2 bits; binary points far on the right.
    "coarse": Case(
        scaled_to(12, 0),
        (
            branch(
                "a",
                (9, 6, 4, 3),
                scale=2.0**4,
                weight_bits=(2, 3, 5),
                activation_bits=(6, 10),
                output_bits=14,
            ),
            branch("b", (9, 3), bias=False, scale=2.0**12, weight_bits=6, output_bits=14),
        ),
        port("a").square().sum(),
        port("b").square().sum(),
        RANDOM,
        "40mhz",
        12,
    ),
    # A layer in front of a ReLU, and a last one, drop more bits than their sums have; nearly dead.
    "gone": Case(
        SMALL,
        (
            branch(
                "ae",
                (9, 6, 4, 9),
                "relu",
                kept=0.5,
                output_bits=6,
                activation_bits=6,
                coarse={"ae_0": 14, "ae_2": 3},
            ),
            branch("last", (9, 3, 9), linear=(0,), coarse={"last_1": 14}),
        ),
        squared("ae"),
        squared("last"),
        COUNTER,
        "240mhz",
        13,
    ),
    # Every operation of programs in a score.
    "mixed": Case(
        SMALL,
        (branch("ae1", (9, 6, 9), kept=0.7), branch("ae2", (9, 4, 9), kept=0.7)),
        mixed(port("input"), port("ae1"), 5),
        mixed(port("ae2"), port("input"), 5).add(mixed(port("ae1"), port("ae2"), 5)),
        RANDOM,
        "240mhz",
        15,
    ),
    # A score of 55 bits, which no float64 of the RTL's interpreter holds.
    "far": Case(
        scaled_to(12, 4),
        (
            branch(
                "a", (9, 6, 9), scale=2.0**-6.5, weight_bits=12, activation_bits=14, output_bits=16
            ),
        ),
        squared("a"),
        port("a").multiply(port("input")).sum(),
        COUNTER,
        "40mhz",
        14,
        "score score1 must fit 53 bits, not 55: shorten or saturate it",
    ),
}

#: Of `make test`; the others too in `make ladder`.
QUICK = ("pair", "lone", "deep")
