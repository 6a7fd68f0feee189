"""A block of the trigger in integers: preparation, network, scores, and their join."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.features.words import scale_array
from trigger_ad.ir.program import INPUTS, WORDS
from trigger_ad.ir.score import Score
from trigger_ad.trigger.hardware import Block, Join

__all__ = ["BlockEmulator"]

Array = NDArray[Any]
Scores = dict[str, NDArray[np.int64]]

#: Events in a piece of what is computed outside of the network.
PIECE = 4096


class BlockEmulator:
    """Run a block on hardware words, bit for bit.

    Parameters
    ----------
    block : Block
    threads : int
        Of the network.
    """

    def __init__(self, block: Block, threads: int = 1) -> None:
        self.block, self.threads = block, threads

    @cached_property
    def plain(self) -> bool:
        """Whether all is computed by the emulator of a network that reads the scaled words."""
        return self.block.network is not None and not self.block.beside_read

    @cached_property
    def network(self) -> FastEmulator:
        """Emulator of the network, with the scores of a plain block."""
        scores = self.block.scores if self.plain else {}
        network, bounds = self.block.own_network, self.block.input_range
        return FastEmulator(network, scores, *bounds, threads=self.threads)

    def run(self, words: NDArray[np.int32]) -> Scores:
        """Score crossings.

        Parameters
        ----------
        words : ndarray (n, instances * n_fields) of int32
            Words of all instances, one after the other, within their ports.

        Returns
        -------
        dict of str to ndarray (n,) of int64
            Raw integers by the names that the trigger has for them.
        """
        block = self.block
        each = words.reshape(-1, len(block.layout.fields))
        found = self.instance(each)
        if block.instances == 1:
            return found
        return {
            own: values
            for name, raw in found.items()
            for own, values in _joined(block, name, raw.reshape(-1, block.instances))
        }

    def instance(self, words: NDArray[np.int32]) -> Scores:
        """Score words of one instance, (n, n_fields) of int32, by the names of the scores."""
        if self.plain:
            scaled = scale_array(words, self.block.layout)
            return dict(self.network.run(scaled, layers=()).scores)
        pieces = [self._piece(words[i : i + PIECE]) for i in range(0, max(len(words), 1), PIECE)]
        return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}

    def values(self, words: NDArray[np.int32]) -> dict[str, Array]:
        """Words, what is prepared of them, and scaled words that are read, (n, size) of int64."""
        values: dict[str, Array] = {WORDS: words.astype(np.int64)}
        if INPUTS in self.block.read:
            values[INPUTS] = scale_array(words, self.block.layout).astype(np.int64)
        if self.block.prepare is not None:
            values |= self.block.prepare.evaluate(values)
        return values

    def network_inputs(self, words: NDArray[np.int32]) -> Array:
        """What the network reads, (n, n_in) of int64."""
        name = INPUTS if self.block.prepare is None else self.block.own_network.input_name
        return self.values(words)[name]

    def _piece(self, words: NDArray[np.int32]) -> Scores:
        values = self.values(words)
        scores: Mapping[str, Score] = self.block.scores
        if self.block.network is not None:
            network = self.block.network
            if self.block.prepare is None:
                values[network.input_name] = values[INPUTS]
            ports = {name for score in scores.values() for name in score.ports}
            layers = [layer.name for layer in network.layers if layer.name in ports]
            values |= self.network.run(values[network.input_name], layers).outputs
        return {name: score.evaluate(values) for name, score in scores.items()}


def _joined(
    block: Block, name: str, values: NDArray[np.int64]
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Names and values that the scores (n, instances) of all instances give."""
    if block.join is Join.LARGEST:
        yield name, values.max(axis=1)
        return
    if block.join is Join.RANK:
        values = np.sort(values, axis=1)[:, ::-1]
    yield from zip(block.names_of(name), values.T, strict=True)
