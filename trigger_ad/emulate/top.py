"""The trigger top in C simulation, crossing by crossing, with its state after each."""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.hls.compile import find_csim
from trigger_ad.hls.top import FOLDER
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.state import State
from trigger_ad.trigger.stream import Stream, columns, decision_signals, signals

__all__ = ["BITS", "TopSimulation"]

#: Signals of the top without prescalers, besides the scores.
BITS = ("out_valid", "fire", "region")

#: Crossings handed over at once.
CHUNK = 16_384

Integers = NDArray[np.int64]


class TopSimulation:
    """The compiled C simulation of a trigger top.

    Every instance has a state of its own, which `run` carries on and `reset` renews.

    Parameters
    ----------
    project : Path
        Folder of the HLS project, its top written by `trigger_ad.hls.top.write_top` and
        compiled by `trigger_ad.hls.compile.build_csim` with folder ``trigger``.

    Raises
    ------
    ConversionError
        If it was not compiled of the sources that lie there.
    """

    def __init__(self, project: Path) -> None:
        self.interface = TopInterface.load(project / FOLDER)
        library = find_csim(project, FOLDER)
        if library is None:
            raise ConversionError(
                f"the trigger top of {project}",
                "must be compiled of the sources beside it",
                "absent or of others",
                "compile it again",
            )
        loaded = ctypes.CDLL(str(library.resolve()))
        pointer, number = ctypes.c_void_p, ctypes.c_int64
        loaded.create.restype = pointer
        loaded.create.argtypes = []
        for name, arguments in (
            ("prepare", [ctypes.c_char_p]),
            ("destroy", [pointer]),
            ("reset", [pointer, pointer]),
            ("run", [pointer, pointer, number, pointer]),
            ("run_bits", [pointer, pointer, number, pointer]),
        ):
            function = getattr(loaded, name)
            function.restype, function.argtypes = None, arguments
        loaded.prepare(bytes((project / "firmware" / "weights").resolve()))
        self._library = loaded
        self._state = loaded.create()
        weakref.finalize(self, loaded.destroy, self._state)

    def reset(self, state: State | None = None) -> None:
        """Reset the top: registers closed, no load waited for, and the counters of `state`.

        Parameters
        ----------
        state : State, optional
            All counters 0 and the pseudo-random number 1 if not given, as in hardware.

        Raises
        ------
        ConversionError
            If it has counters of another number of regions.
        """
        regions = self.interface.regions.regions
        state = State.reset(regions) if state is None else state
        if len(state.counter) != regions:
            raise ConversionError(
                "the state of the trigger top",
                f"must have the counters of {regions} regions",
                len(state.counter),
                "give one for each region",
            )
        counters = state.counter, state.before, state.after
        latched = state.latched_before, state.latched_after
        values = np.array([*chain(*counters, *latched), state.random], dtype=np.int64)
        self._library.reset(self._state, values.ctypes.data)

    def run(self, stream: Stream, states: bool = False) -> dict[str, Integers]:
        """Simulate crossings.

        Parameters
        ----------
        stream : Stream
        states : bool
            Whether the state after every crossing is wanted.

        Returns
        -------
        dict of ndarray of int64
            ``out_valid``, ``fire``, ``accept``, ``region`` and the scores, ``score1`` and on,
            each (n,); ``fire`` and ``accept`` with a bit for each region, bit 0 for A; all 0
            where nothing was decided. With `states` also ``prescale_counter``, ``count_before``,
            ``count_after``, ``latched_before`` and ``latched_after``, each (n, regions), and
            ``random``, (n,).

        Raises
        ------
        ConversionError
            If a word or a threshold does not fit its port. Then nothing has happened.
        """
        regions = self.interface.regions
        every = signals(regions)
        names, width = every if states else decision_signals(regions), sum(every.values())
        return columns(self._run(self._library.run, stream, width, sum(names.values())), names)

    def algorithm_bits(self, stream: Stream) -> dict[str, Integers]:
        """Simulate crossings of the top without prescalers.

        Only the thresholds of the registers matter. A load is ignored as in `run`, with
        which this shares the state.

        Returns
        -------
        dict of ndarray (n,) of int64
            `BITS` and the scores.

        Raises
        ------
        ConversionError
            If a word or a threshold does not fit its port. Then nothing has happened.
        """
        names = dict.fromkeys((*BITS, *self.interface.regions.score_names), 1)
        return columns(self._run(self._library.run_bits, stream, len(names), len(names)), names)

    def _run(
        self, function: Callable[..., None], stream: Stream, width: int, kept: int
    ) -> Integers:
        """Rows of `width` numbers, of which the first `kept` are returned."""
        self.interface.check(stream)
        result = np.empty((len(stream), kept), dtype=np.int64)
        start = 0
        for piece in stream.pieces(CHUNK):
            inputs = self.interface.inputs(piece)
            rows = np.empty((len(inputs), width), dtype=np.int64)
            function(self._state, inputs.ctypes.data, len(inputs), rows.ctypes.data)
            result[start : start + len(inputs)] = rows[:, :kept]
            start += len(inputs)
        return result
