"""Random networks of any binary points: weights from 2**-9 to 2**11, layers nearly or wholly dead.

Other than the cases of the table they are not chosen; most of them are of no use to anyone.
"""

from collections.abc import Iterator

import numpy as np

from tests.hls.networks import Sketch, bits
from tests.ladder.table import scaled_to
from trigger_ad.features.layout import Layout
from trigger_ad.ir.expression import Expression, port
from trigger_ad.layers.architecture import Architecture, chain


def draw(seed: int) -> tuple[Layout, tuple[Sketch, ...], dict[str, Expression]]:
    """Layout, one or two branches of up to four layers, and two scores."""
    rng = np.random.default_rng(seed)
    width = int(rng.integers(6, 13))
    names = ("a", "b")[: rng.integers(1, 3)]
    branches = tuple(_branch(name, rng) for name in names)
    scores = {name: _score(branches, rng) for name in ("score1", "score2")}
    return scaled_to(width, int(rng.integers(0, 6))), branches, scores


def _branch(name: str, rng: np.random.Generator) -> Sketch:
    depth = int(rng.integers(1, 5))
    hidden = (int(size) for size in rng.integers(2, 8, depth - 1))
    branch = chain(
        name,
        (9, *hidden, int(rng.choice((9, 3, 1)))),
        tuple(bool(on) for on in rng.random(depth) < 0.5),
        bool(rng.random() < 0.7),
    )
    kind = bits(
        weight_bits=tuple(int(bits) for bits in rng.integers(2, 17, depth)),
        bias_bits=int(rng.integers(2, 17)),
        activation_bits=tuple(int(bits) for bits in rng.integers(2, 17, depth - 1)),
        output_bits=int(rng.integers(2, 17)),
    )
    moved = {layer: _moved(rng) for layer in branch.layers}
    return Sketch(
        branch,
        kind,
        scale=float(2.0 ** (1.2 * rng.integers(-12, 12) / depth)),
        kept=float(rng.choice((1.0, 0.7, 0.1), p=(0.5, 0.35, 0.15))),
        zero=branch.layers[0] if rng.random() < 0.1 else "",
        coarse=moved,
    )


def _moved(rng: np.random.Generator) -> int:
    """Mostly where the output was calibrated; or a few bits beside; or far off."""
    far = int(rng.integers(8, 24))
    return int(rng.choice((0, int(rng.integers(-3, 4)), far), p=(0.7, 0.2, 0.1)))


def _score(branches: tuple[Sketch, ...], rng: np.random.Generator) -> Expression:
    branch = branches[int(rng.integers(len(branches)))].branch
    return list(_scores(branch, int(rng.integers(1, 30))))[int(rng.integers(9))]


def _scores(branch: Architecture, dropped: int) -> Iterator[Expression]:
    """Nine scores of a branch; those that compare it with the input need as many outputs."""
    output, words = port(branch.name), port("input")
    yield from (output.sum(), output.absolute().sum(), output.square().sum())
    yield output.square().sum().shorten(dropped)
    other = words if branch.widths[-1] == branch.widths[0] else output
    yield from (other.subtract(output).absolute().sum(), other.subtract(output).square().sum())
    yield from (output.maximum(other).sum(), output.minimum(other).sum(), output.dot(other))
