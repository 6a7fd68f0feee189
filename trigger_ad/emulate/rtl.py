"""The RTL of the trigger as an emulator: clocked crossing by crossing, integers in and out."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.rtl.project import RtlProject
from trigger_ad.rtl.simulate import STATE_PORTS, find_simulation
from trigger_ad.trigger.registers import REGIONS, Registers
from trigger_ad.trigger.rule import prescale_ports

__all__ = ["RtlResult", "RtlSimulation"]

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Bits of a strobe byte, as in the harness.
_VALID, _LOAD, _SECTION, _RESET = 1, 2, 4, 8

#: Columns of the decisions, as in the harness.
_OUT_VALID, _FIRE, _ACCEPT, _REGION, _SCORES = 0, 1, 2, 3, slice(4, 6)


@dataclass(frozen=True)
class RtlResult:
    """What the trigger put out, one row for each clock of the input that it belongs to.

    Parameters
    ----------
    valid : ndarray (n,) of bool
        Whether a decision came out; the columns down to `scores` are its.
    region : ndarray (n,) of uint8
    fire, accept : ndarray (n, 4) of bool
        Before and after prescale, for A to D.
    scores : mapping of str to ndarray (n,) of int64
        Raw integers.
    state : mapping of str to ndarray (n, 4) of int64
        Counters after each clock, with ``random`` (n,); empty unless asked for.
    """

    valid: Flags
    region: NDArray[np.uint8]
    fire: Flags
    accept: Flags
    scores: Mapping[str, Integers]
    state: Mapping[str, Integers]


class RtlSimulation:
    """A simulated trigger top, whose state lasts from one stream to the next.

    After each stream the pipeline is emptied with clocks that carry nothing, so that every
    decision comes back with the stream it belongs to. Such clocks change no state, but they
    count towards `LOAD_GAP`.

    Parameters
    ----------
    folder : Path
        Of the RTL project, built by `trigger_ad.rtl.simulate.build_simulation`.
    chunk : int
        Clocks handed over at once.

    Attributes
    ----------
    project : RtlProject
    latency : int
        Clocks from words to decision, measured: the clock edge that takes a crossing is the
        first, that after which its decision is there is the last.

    Raises
    ------
    ConversionError
        If it was not built of the sources that lie there, or no decision ever comes out.
    """

    def __init__(self, folder: Path, chunk: int = 1 << 16) -> None:
        self.project, self.chunk = RtlProject.load(folder), chunk
        library = find_simulation(folder)
        if library is None:
            raise ConversionError(
                f"the simulation of {folder}", "must be built of the sources beside it",
                "absent or of others", "build it again",
            )  # fmt: skip
        self._library = ctypes.CDLL(str(library.resolve()))
        self._library.create.restype = ctypes.c_void_p
        self._library.destroy.argtypes = [ctypes.c_void_p]
        self._library.run.restype = None
        self._library.run.argtypes = [ctypes.c_void_p, ctypes.c_int64, *[ctypes.c_void_p] * 5]
        self._simulation: int | None = self._library.create()
        self.latency = self._measure()
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
        self._clock(self._quiet(clocks), np.full(clocks, _RESET, dtype=np.uint8), None, False)

    def run(
        self,
        words: NDArray[Any],
        valid: Flags | None = None,
        section: Flags | None = None,
        reset: Flags | None = None,
        loads: Mapping[int, Registers] | None = None,
        state: bool = False,
    ) -> RtlResult:
        """Clock a stream through the top, one row a clock.

        Parameters
        ----------
        words : ndarray (n, len(layout.fields)) of integers
            Within the ranges of the ports; they also toggle where `valid` is not set.
        valid, section, reset : ndarray (n,) of bool, optional
            Strobes; all crossings are valid if not given, the others never set.
        loads : mapping of int to Registers, optional
            Rows with the load strobe, and what the register ports carry there.
        state : bool
            Whether to return the counters after each clock.

        Returns
        -------
        RtlResult

        Raises
        ------
        ConversionError
            If the shape is wrong, or a word or threshold does not fit its port.
        """
        rows = len(words)
        inputs = self._check(words)
        strobes = np.zeros(rows, dtype=np.uint8)
        strobes |= _VALID * (np.ones(rows, np.uint8) if valid is None else valid.astype(np.uint8))
        for bit, flags in ((_SECTION, section), (_RESET, reset)):
            if flags is not None:
                strobes |= bit * flags.astype(np.uint8)
        order = sorted(loads or {})
        strobes[order] |= _LOAD
        ports = [self._ports(registers) for _, registers in sorted((loads or {}).items())]
        registers = np.array(ports, dtype=np.int64).reshape(-1, 7)
        drain = self.latency - 1
        decisions, states = self._clock(
            np.concatenate([inputs, self._quiet(drain)]),
            np.concatenate([strobes, np.zeros(drain, np.uint8)]),
            registers,
            state,
        )
        return self._result(decisions[drain:], states[drain:])

    def _result(self, decisions: Integers, states: Integers) -> RtlResult:
        bits = np.arange(len(REGIONS))
        scores = dict(zip(self.project.scores, decisions[:, _SCORES].T, strict=True))
        counters: dict[str, Integers] = {}
        if states.size:
            for i, name in enumerate(STATE_PORTS):
                counters[name] = states[:, 4 * i : 4 * i + 4]
            counters["random"] = states[:, -1]
        return RtlResult(
            decisions[:, _OUT_VALID].astype(np.bool_),
            decisions[:, _REGION].astype(np.uint8),
            (decisions[:, _FIRE, None] >> bits & 1).astype(np.bool_),
            (decisions[:, _ACCEPT, None] >> bits & 1).astype(np.bool_),
            {name: np.ascontiguousarray(column) for name, column in scores.items()},
            counters,
        )

    def _measure(self) -> int:
        """Clocks until a lone crossing has come out."""
        self.latency = _MOST_CLOCKS
        self.reset()
        strobes = np.zeros(_MOST_CLOCKS, dtype=np.uint8)
        strobes[0] = _VALID
        decisions, _ = self._clock(self._quiet(_MOST_CLOCKS), strobes, None, False)
        out = np.flatnonzero(decisions[:, _OUT_VALID])
        if out.size != 1:
            raise ConversionError(
                "the simulated trigger", "must decide once on one crossing", f"{out.size} times",
                "simulate it with a waveform and compare its strobes",
            )  # fmt: skip
        return int(out[0]) + 1

    def _quiet(self, clocks: int) -> NDArray[np.int32]:
        return np.zeros((clocks, len(self.project.layout.fields)), dtype=np.int32)

    def _clock(
        self,
        words: NDArray[np.int32],
        strobes: NDArray[np.uint8],
        registers: Integers | None,
        state: bool,
    ) -> tuple[Integers, Integers]:
        clocks = len(words)
        decisions = np.empty((clocks, 6), dtype=np.int64)
        states = np.empty((clocks if state else 0, 4 * len(STATE_PORTS) + 1), dtype=np.int64)
        ports = np.zeros((1, 7), dtype=np.int64) if registers is None else registers
        self._library.run(
            self._simulation,
            clocks,
            words.ctypes.data,
            strobes.ctypes.data,
            np.ascontiguousarray(ports).ctypes.data,
            decisions.ctypes.data,
            states.ctypes.data if state else None,
        )
        return decisions, states

    def _ports(self, registers: Registers) -> tuple[int, ...]:
        """Thresholds, prescales and enables as the ports carry them."""
        thresholds = (registers.threshold1, registers.threshold2)
        for number, threshold, (name, kind) in zip(
            (1, 2), thresholds, self.project.scores.items(), strict=True
        ):
            if not -(1 << kind.width) <= threshold < 1 << kind.width:
                raise ConversionError(
                    f"register threshold{number}",
                    f"must fit the {kind.width} bits of {name} and a sign", threshold,
                    "take a threshold in the range of the score",
                )  # fmt: skip
        enable = sum(int(on) << code for code, on in enumerate(registers.enable))
        return (*thresholds, *prescale_ports(registers, self.project.rule), enable)

    def _check(self, words: NDArray[Any]) -> NDArray[np.int32]:
        layout = self.project.layout
        shape = (len(words), len(layout.fields))
        if words.shape != shape or words.dtype.kind not in "iu":
            raise ConversionError(
                "the words of the simulation", f"must be integers of shape (n, {shape[1]})",
                f"{words.dtype} of shape {words.shape}", "give one row for each clock",
            )  # fmt: skip
        outside = (words < layout.minimum) | (words > layout.maximum)
        if np.any(outside):
            row, position = (int(index[0]) for index in np.nonzero(outside))
            field = layout.fields[position]
            raise ConversionError(
                f"word {field.name} of clock {row}",
                f"must be from {field.minimum} to {field.maximum}", words[row, position],
                "make the words from particles",
            )  # fmt: skip
        return np.ascontiguousarray(words, dtype=np.int32)


#: A pipeline is shorter than this, as loads come no closer.
_MOST_CLOCKS = 64
