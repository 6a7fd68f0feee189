"""Exact emulator of a hardware network: numpy in the narrowest arithmetic that is exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from trigger_ad.emulate.arithmetic import magnitude, plan, smallest
from trigger_ad.errors import ConversionError
from trigger_ad.ir.expression import Expression
from trigger_ad.ir.layers.interval import Interval
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import Score

__all__ = ["FastEmulator", "FastResult"]

Array = NDArray[Any]
Integers = NDArray[np.int64]

#: Of all values of a block of events; more would leave the cache between two layers.
BLOCK_BYTES = 16 << 20

#: Events that are turned to columns at once.
TURNED = 128


@dataclass(frozen=True)
class FastResult:
    """What the hardware puts out, as raw integers.

    Parameters
    ----------
    outputs : mapping of str to ndarray (n_events, size) of int64
        Of every layer that was asked for.
    scores : mapping of str to ndarray (n_events,) of int64
    """

    outputs: Mapping[str, Integers]
    scores: Mapping[str, Integers]


class FastEmulator:
    """Run a hardware network and its scores on integer inputs, bit for bit.

    Each layer uses float32, float64 or int64 matrix products: the first in which interval
    analysis proves every operand, product and partial sum exact. Powers of two between
    binary points are multiplied into the weights. Blocks of events stay in the cache;
    numpy releases the interpreter lock, so that threads share the blocks.

    Parameters
    ----------
    network : HardwareNetwork
    scores : mapping of str to Score
        Their ports name layers of the network or its input.
    minimum, maximum : ndarray (input_size,) of int64
        Raw bounds of each input; events outside are refused.
    threads : int
    block : int
        Most events in a block; fewer where a network holds more than `BLOCK_BYTES` of values.

    Raises
    ------
    ConversionError
        If an accumulator can wrap or round, or a port of a score does not fit what the
        network puts out.
    """

    def __init__(
        self,
        network: HardwareNetwork,
        scores: Mapping[str, Score],
        minimum: Array,
        maximum: Array,
        *,
        threads: int = 1,
        block: int = 4096,
    ) -> None:
        self.network, self.scores = network, dict(scores)
        self.threads = threads
        self._libraries = ThreadpoolController()
        self.minimum = np.asarray(minimum, dtype=np.int64)
        self.maximum = np.asarray(maximum, dtype=np.int64)
        self._intervals = network.intervals(self.minimum, self.maximum)
        for score in self.scores.values():
            _check_ports(score, network, self._intervals)
        self._input_dtype = smallest(magnitude(self._intervals[network.input_name]))
        ports = {port for score in self.scores.values() for port in score.ports}
        self._steps = plan(network, self._intervals, ports)
        self._score_dtypes = {name: smallest(s.largest) for name, s in self.scores.items()}
        held = sum((width + 1) * dtype.itemsize for width, dtype in self._shapes().values())
        self.block = max(1, min(block, BLOCK_BYTES // held))

    @property
    def arithmetic(self) -> dict[str, str]:
        """Arithmetic chosen for each layer and score: float32, float64 or int64."""
        steps = {name: step.dtype.name for name, step in self._steps.items()}
        return steps | {name: kind.name for name, kind in self._score_dtypes.items()}

    def run(self, scaled: Array, layers: Iterable[str] | None = None) -> FastResult:
        """Emulate events.

        Parameters
        ----------
        scaled : ndarray (n_events, input_size) of int32
            Raw inputs.
        layers : iterable of str, optional
            Layers to return; the network's outputs if not given, none if empty.

        Raises
        ------
        ConversionError
            If an input is not an integer, or outside the bounds the emulator was made for.
        """
        kept = tuple(self.network.outputs if layers is None else layers)
        self._check_inputs(scaled)
        n = len(scaled)
        outputs = {
            name: np.empty((n, self.network.layer(name).size), dtype=np.int64) for name in kept
        }
        scores = {name: np.empty(n, dtype=np.int64) for name in self.scores}
        blocks = -(-n // self.block)
        workers = max(1, min(self.threads, blocks))
        # As many blocks for each thread, of one size; a thread takes the next when it is free.
        size = max(1, -(-n // (workers * max(1, -(-blocks // workers)))))
        starts = iter(range(0, n, size))
        # The threads of the matrix library would wait for each other on such small products.
        with self._libraries.limit(limits=1, user_api="blas"):
            if workers == 1:
                self._work(starts, size, scaled, outputs, scores)
                return FastResult(outputs, scores)
            with ThreadPoolExecutor(workers) as pool:
                tasks = [
                    pool.submit(self._work, starts, size, scaled, outputs, scores)
                    for _ in range(workers)
                ]
                for task in tasks:
                    task.result()
        return FastResult(outputs, scores)

    def _check_inputs(self, scaled: Array) -> None:
        shape = (len(scaled), self.network.input_size)
        whole = scaled.dtype.kind in "iu" and np.can_cast(scaled.dtype, np.int64)
        if not whole or scaled.shape != shape:
            raise ConversionError(
                f"input {self.network.input_name}",
                f"must be integers of shape (n_events, {self.network.input_size})",
                f"{scaled.dtype} of shape {scaled.shape}",
                "give the scaled inputs",
            )

    def _check_bounds(self, block: Array, scaled: Array) -> None:
        """Compare a block (input_size, n) of the events; a bound stays exact in any float."""
        low, high = block.min(axis=1), block.max(axis=1)
        outside = np.flatnonzero((low < self.minimum) | (high > self.maximum))
        if outside.size:
            i = int(outside[0])
            raise ConversionError(
                f"input {i} of {self.network.input_name}",
                f"must lie from {self.minimum[i]} to {self.maximum[i]}",
                f"from {scaled[:, i].min()} to {scaled[:, i].max()}",
                "saturate it as the hardware does",
            )

    def _work(
        self,
        starts: Iterator[int],
        size: int,
        scaled: Array,
        outputs: Mapping[str, Integers],
        scores: Mapping[str, Integers],
    ) -> None:
        buffers = {  # the last row stays 1, where biases are read
            name: np.ones((width + 1, size), dtype)
            for name, (width, dtype) in self._shapes().items()
        }
        memory: dict[str, dict[Expression, Array]] = {name: {} for name in self.scores}
        for start in starts:
            stop = min(start + size, len(scaled))
            values = {name: buffer[:, : stop - start] for name, buffer in buffers.items()}
            inputs = values[self.network.input_name][:-1]
            _turn(scaled[start:stop], inputs)
            self._check_bounds(inputs, scaled)
            for name, step in self._steps.items():
                sources = [values[source] for source in step.layer.sources]
                step.run([s.astype(step.dtype, copy=False) for s in sources], values[name])
            for name, output in outputs.items():
                output[start:stop] = self._raw(name, values[name]).T
            for name, score in self.scores.items():
                ports = {port: values[port][:-1].T for port in score.ports}
                result = score.evaluate(ports, self._score_dtypes[name], memory[name])
                scores[name][start:stop] = result

    def _shapes(self) -> dict[str, tuple[int, np.dtype[Any]]]:
        """Size and type of the input and of every layer."""
        shapes = {self.network.input_name: (self.network.input_size, self._input_dtype)}
        return shapes | {name: (step.layer.size, step.dtype) for name, step in self._steps.items()}

    def _raw(self, name: str, values: Array) -> Array:
        step = self._steps[name]
        shift = step.layer.output.fraction - step.fraction
        return values[:-1] * step.dtype.type(2.0**shift) if shift else values[:-1]


def _turn(events: Array, inputs: Array) -> None:
    """Events (n, size) to inputs (size, n) of another type, of which both fit the nearest cache."""
    for first in range(0, len(events), TURNED):
        few = events[first : first + TURNED].astype(inputs.dtype)
        inputs[:, first : first + len(few)] = few.T


def _check_ports(score: Score, network: HardwareNetwork, intervals: Mapping[str, Interval]) -> None:
    for name, kind in score.ports.items():
        if name not in intervals:
            raise ConversionError(
                f"port {name} of score {score.name}",
                "must be a layer or the input of the network",
                "an unknown name",
                "choose from " + ", ".join(intervals),
            )
        found, signal = intervals[name], kind.signal
        fits = (
            found.fraction == signal.fraction
            and len(found.minimum) == len(signal.minimum)
            and bool(np.all(found.minimum >= signal.minimum))
            and bool(np.all(found.maximum <= signal.maximum))
        )
        if not fits:
            raise ConversionError(
                f"port {name} of score {score.name}",
                f"must be {len(found.minimum)} x {network.type_of(name)}, as the network gives",
                f"{kind.size} x {kind.type}",
                "build the score from the network's types",
            )
