"""The RTL of the trigger as an emulator: clocked crossing by crossing, integers in and out."""

from __future__ import annotations

import ctypes
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.rtl.project import RtlProject
from trigger_ad.rtl.simulate import find_simulation
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.stream import Stream, columns, decision_signals, signals

__all__ = ["RtlSimulation"]

Integers = NDArray[np.int64]

#: Bits of a strobe byte, as in the harness.
_VALID, _LOAD, _SECTION, _RESET = 1, 2, 4, 8

#: A pipeline is shorter than this, as loads come no closer.
_MOST_CLOCKS = 64


class RtlSimulation:
    """A simulated trigger top, whose state lasts from one stream to the next.

    After each stream the pipeline is emptied with clocks that carry nothing, so that every
    decision comes back with the stream it belongs to. Such clocks change no state, but they
    count towards `LOAD_GAP`.

    Parameters
    ----------
    folder : Path
        Of the RTL project, built by `trigger_ad.rtl.simulate.build_simulation`.

    Attributes
    ----------
    project : RtlProject
    interface : TopInterface
    latency : int
        Clocks from words to decision, measured: the clock edge that takes a crossing is the
        first, that after which its decision is there is the last.
    interval : int
        Clocks between the decisions on two crossings that came with consecutive clocks,
        measured: the initiation interval is 1.

    Raises
    ------
    ConversionError
        If it was not built of the sources that lie there, or two crossings do not give two
        decisions.
    """

    def __init__(self, folder: Path) -> None:
        self.project, self.interface = RtlProject.load(folder), TopInterface.load(folder)
        library = find_simulation(folder)
        if library is None:
            raise ConversionError(
                f"the simulation of {folder}",
                "must be built of the sources beside it",
                "absent or of others",
                "build it again",
            )
        self._library = ctypes.CDLL(str(library.resolve()))
        pointer, number = ctypes.c_void_p, ctypes.c_int64
        self._library.create.restype = pointer
        self._library.destroy.argtypes = [pointer]
        self._library.run.restype = None
        self._library.run.argtypes = [
            pointer,
            number,
            pointer,
            pointer,
            pointer,
            ctypes.c_bool,
            pointer,
        ]
        self._simulation: int | None = self._library.create()
        self.latency, self.interval = self._measure()
        self.reset()

    def close(self) -> None:
        """Free the simulation."""
        if self._simulation is not None:
            self._library.destroy(self._simulation)
            self._simulation = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def reset(self) -> None:
        """Hold the reset for as long as the pipeline is."""
        clocks = max(self.latency, 2)
        self._clock(self._quiet(clocks), np.full(clocks, _RESET, dtype=np.uint8))

    def run(
        self, stream: Stream, states: bool = False, reset: NDArray[np.bool_] | None = None
    ) -> dict[str, Integers]:
        """Clock crossings through the top, one a clock.

        Parameters
        ----------
        stream : Stream
            Words within the ranges of the ports; they also toggle in crossings without
            ``valid``.
        states : bool
            Whether the state after every crossing is wanted.
        reset : ndarray (n,) of bool, optional
            Crossings with the reset.

        Returns
        -------
        dict of ndarray of int64
            ``out_valid``, ``fire``, ``accept``, ``region`` and the scores, ``score1`` and on,
            each (n,); ``fire`` and ``accept`` with a bit for each region, bit 0 for A. With
            `states` also ``latched_before``, ``latched_after``, ``prescale_counter``,
            ``count_before`` and ``count_after``, each (n, regions), and ``random``, (n,), in the
            clock in which the crossing is decided.

        Raises
        ------
        ConversionError
            If a word or threshold does not fit its port. Then nothing has happened.
        """
        self.interface.check(stream)
        quiet = np.zeros(len(stream), dtype=np.bool_)
        strobes = np.zeros(len(stream), dtype=np.uint8)
        for bit, flags in (
            (_VALID, stream.valid),
            (_LOAD, stream.load),
            (_SECTION, stream.section),
            (_RESET, quiet if reset is None else reset),
        ):
            strobes |= np.uint8(bit) * flags
        drain = self.latency - 1
        rows = self._clock(
            np.concatenate([stream.words.astype(np.int32), self._quiet(drain)]),
            np.concatenate([strobes, np.zeros(drain, np.uint8)]),
            self.interface.writes(stream),
            states,
        )
        return columns(rows[drain:], self._names(states))

    def _measure(self) -> tuple[int, int]:
        """Clocks until the first of two crossings has come out, and from it to the second."""
        self.latency = _MOST_CLOCKS
        self.reset()
        strobes = np.zeros(_MOST_CLOCKS, dtype=np.uint8)
        strobes[:2] = _VALID
        rows = self._clock(self._quiet(_MOST_CLOCKS), strobes)
        out = np.flatnonzero(columns(rows, self._names(False))["out_valid"])
        if out.size != 2:
            raise ConversionError(
                "the simulated trigger",
                "must decide on two crossings one after the other",
                f"{out.size} times",
                "simulate it with a waveform and compare its strobes",
            )
        return int(out[0]) + 1, int(out[1] - out[0])

    def _quiet(self, clocks: int) -> NDArray[np.int32]:
        return np.zeros((clocks, len(self.interface.layout.fields)), dtype=np.int32)

    def _names(self, states: bool) -> dict[str, int]:
        return (signals if states else decision_signals)(self.interface.regions)

    def _clock(
        self,
        words: NDArray[np.int32],
        strobes: NDArray[np.uint8],
        writes: Integers | None = None,
        states: bool = False,
    ) -> Integers:
        rows = np.empty((len(words), sum(self._names(states).values())), dtype=np.int64)
        if writes is None:
            writes = np.zeros((1, self.interface.registers), dtype=np.int64)
        self._library.run(
            self._simulation,
            len(words),
            words.ctypes.data,
            strobes.ctypes.data,
            writes.ctypes.data,
            states,
            rows.ctypes.data,
        )
        return rows
