"""Ten random networks of every kind of layer, as cases of the ladder."""

import numpy as np

from tests.hls.networks import Sketch
from tests.ladder.table import Case
from tests.layers.random_networks import architecture
from tests.layouts import signed_numbers
from trigger_ad import config
from trigger_ad.ir.expression import port
from trigger_ad.layers.architecture import Architecture
from trigger_ad.trigger.rule import Rule

#: Shapes of inputs: images that are not square, particles, and a vector of both particles and
#: numbers of the event, which are merged.
SHAPES = ((24,), (5, 4, 1), (6, 3), (4, 6, 1), (7, 2))

#: By seed: shape, scale of the weights, fewest and most of their bits.
DRAWN = {
    4: (4, 1.0, (2, 4)),
    5: (0, 1.0, (3, 8)),
    6: (1, 1.0, (4, 8)),
    10: (0, 1.0, (4, 8)),
    11: (1, 0.25, (8, 16)),
    12: (2, 1.0, (2, 4)),
    14: (4, 1.0, (4, 8)),
    16: (1, 1.0, (2, 4)),
    17: (2, 16.0, (3, 8)),
    19: (4, 0.25, (8, 16)),
}

#: Those of every ``make test``; every kind is in one of them.
QUICK = (6, 10, 14)


def drawn(seed: int) -> Case:
    """The case of a seed."""
    return case(seed, *DRAWN[seed])


def case(seed: int, shape: int, scale: float, widths: tuple[int, int]) -> Case:
    """A random network with random bits, one layer dead, or a few that drop most of their sums."""
    rng = np.random.default_rng(seed)
    network = architecture("net", SHAPES[shape], seed)
    layout = signed_numbers(network.inputs)
    sketch = Sketch(
        network,
        _bits(network, rng, widths),
        scale,
        kept=float(rng.choice([0.6, 1.0])),
        zero=str(rng.choice(network.layers[:-2])) if seed % 3 == 0 else "",
        coarse={str(rng.choice(network.layers)): 4} if seed % 3 == 1 else {},
    )
    score1 = port("net").square().sum()
    score2 = port("input").sum().add(port("net").sum())
    rule = tuple(Rule)[seed % 3]
    return Case(layout, (sketch,), score1, score2, rule, ("240mhz", "40mhz")[seed % 2], seed)


def _bits(
    network: Architecture, rng: np.random.Generator, widths: tuple[int, int]
) -> config.Quantize:
    typed = sum(node.kind.typed for node in network.nodes)
    return config.Quantize(
        weight_bits=tuple(
            int(bits) for bits in rng.integers(*widths, len(network.layers), endpoint=True)
        ),
        activation_bits=tuple(int(bits) for bits in rng.integers(8, 14, typed - 1, endpoint=True)),
        output_bits=14,
        bias_bits=int(rng.integers(4, 12)),
    )
