"""The C simulation as an emulator: raw integers in, raw integers out."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.hls.compile import find_csim
from trigger_ad.hls.interface import Interface

__all__ = ["CSimulation"]

Integers = NDArray[np.int64]


class CSimulation:
    """The compiled C simulation of an HLS project.

    Weights are loaded once, before anything runs; after that the simulation has no state,
    so chunks of events run in threads.

    Parameters
    ----------
    project : Path
        Folder of the HLS project, compiled by `trigger_ad.hls.compile.build_csim`.
    threads : int
    chunk : int
        Events handed over at once.

    Raises
    ------
    ConversionError
        If it was not compiled of the sources that lie there.
    """

    def __init__(self, project: Path, threads: int = 2, chunk: int = 4096) -> None:
        self.interface = Interface.load(project)
        self.threads, self.chunk = threads, chunk
        library = find_csim(project)
        if library is None:
            raise ConversionError(
                f"the C simulation of {project}",
                "must be compiled of the sources beside it",
                "absent or of others",
                "compile it again",
            )
        loaded = ctypes.CDLL(str(library.resolve()))
        loaded.prepare.restype = None
        loaded.prepare.argtypes = [ctypes.c_char_p]
        loaded.prepare(bytes((project / "firmware" / "weights").resolve()))
        self._simulate = loaded.simulate
        self._simulate.restype = None
        self._simulate.argtypes = [ctypes.c_void_p, ctypes.c_int64, *[ctypes.c_void_p] * 2]

    def run(self, scaled: NDArray[Any]) -> dict[str, Mapping[str, Integers]]:
        """Simulate events.

        Parameters
        ----------
        scaled : ndarray (n_events, n_in) of int32
            Raw values of the input type.

        Returns
        -------
        dict
            ``outputs`` by branch, (n_events, size) int64, and ``scores`` by name,
            (n_events,) int64, all raw.

        Raises
        ------
        ConversionError
            If the shape is wrong or a value does not fit the input type.
        """
        inputs = self._check(scaled)
        events = len(inputs)
        outputs = {
            name: np.empty((events, size), np.int64)
            for name, size in self.interface.outputs.items()
        }
        scores = {name: np.empty(events, np.int64) for name in self.interface.scores}

        def part(start: int) -> None:
            stop = min(start + self.chunk, events)
            self._simulate(
                inputs[start:stop].ctypes.data,
                stop - start,
                _pointers(array[start:stop] for array in outputs.values()),
                _pointers(array[start:stop] for array in scores.values()),
            )

        with ThreadPoolExecutor(self.threads) as pool:
            for _ in pool.map(part, range(0, events, self.chunk)):
                pass
        return {"outputs": outputs, "scores": scores}

    def _check(self, scaled: NDArray[Any]) -> NDArray[np.int32]:
        size = self.interface.input_size
        if scaled.ndim != 2 or scaled.shape[1] != size or scaled.dtype.kind not in "iu":
            raise ConversionError(
                "the input of the C simulation",
                f"must be integers of shape (n, {size})",
                f"{scaled.dtype} of shape {scaled.shape}",
                "give one row for each event",
            )
        outside = (scaled < self.interface.minimum) | (scaled > self.interface.maximum)
        if np.any(outside):
            event, position = (int(index[0]) for index in np.nonzero(outside))
            low, high = (b[position] for b in (self.interface.minimum, self.interface.maximum))
            raise ConversionError(
                f"input {position} of event {event}",
                f"must be from {low} to {high}",
                scaled[event, position],
                "scale the words first",
            )
        return np.ascontiguousarray(scaled, dtype=np.int32)


def _pointers(arrays: Iterator[Integers]) -> Any:
    addresses = [array.ctypes.data for array in arrays]
    return (ctypes.c_void_p * len(addresses))(*addresses)
