"""What the layers of a network become in hardware, by name: the forms of each, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.hardware import Form
from trigger_ad.layers.node import INPUT
from trigger_ad.quantize.names import SCALED_NAME, Named, named_nodes
from trigger_ad.scorers.float_model import Weights

__all__ = ["Step", "steps_of"]


@dataclass(frozen=True)
class Step:
    """One hardware layer.

    Parameters
    ----------
    name : str
        That of the layer for the last step; the others have a number behind it.
    form : Form
    sources : tuple of str
        Names of what it reads.
    """

    name: str
    form: Form
    sources: tuple[str, ...]


def steps_of(network: Architecture, weights: Weights) -> Iterator[tuple[Named, tuple[Step, ...]]]:
    """Steps of each layer of a network; what quantises the last one follows.

    Parameters
    ----------
    network : Architecture
    weights : mapping of str to ndarray
        Unrounded, by full name.
    """
    made = {INPUT: SCALED_NAME}
    for named in named_nodes(network):
        node = named.node
        own = {name: weights[f"{named.key}.{name}"] for name in network.weights(node)}
        forms = node.kind.hardware(network.sources(node), own)
        yield named, _steps(named, forms, [made[source] for source in node.sources])
        made[node.name] = named.last


def _steps(named: Named, forms: Sequence[Form], sources: list[str]) -> tuple[Step, ...]:
    # hls4ml merges two sources: those of more are taken in one after the other.
    merge, *others = forms
    further = sources[2:]
    count = 1 + len(further) + len(others)
    names = [f"{named.key}_{number}" for number in range(1, count)] + [named.layer]
    steps = [Step(names[0], merge, tuple(sources[:2]))]
    for source in further:
        steps.append(Step(names[len(steps)], merge, (steps[-1].name, source)))
    for form in others:
        steps.append(Step(names[len(steps)], form, (steps[-1].name,)))
    return tuple(steps)
