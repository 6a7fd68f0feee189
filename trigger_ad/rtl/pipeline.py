"""A traced circuit cut into stages and written as Verilog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import alkaid.codegen.rtl.verilog as writer
from alkaid.codegen.rtl.verilog import fsm_logic_gen
from alkaid.trace import to_pipeline

from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.rtl.levels import with_levels
from trigger_ad.rtl.preset import Preset
from trigger_ad.rtl.trace import Circuit

__all__ = ["MODULE", "Bits", "Pipeline", "build_pipeline"]

#: Name of the module that scores.
MODULE = "scoring"


@dataclass(frozen=True)
class Bits:
    """Where a score lies in the output of the scoring module.

    Parameters
    ----------
    low, width : int
        First bit and number of bits; 0 bits are the number 0.
    signed : bool
    left : int
        Bits by which they are shifted to the LSB of the score.
    """

    low: int
    width: int
    signed: bool
    left: int

    @property
    def high(self) -> int:
        """Last bit."""
        return self.low + self.width - 1


@dataclass(frozen=True)
class Pipeline:
    """The scoring module.

    Parameters
    ----------
    files : mapping of str to str
        Verilog sources by file name.
    clocked : bool
        Whether it has a clock at all.
    cycles : int
        Registers between words and scores; a new crossing is taken with each clock.
    stages : int
    levels : float
        Of one stage, before a mapper: see `trigger_ad.rtl.levels`.
    widths : mapping of int to int
        Bits of each word that it takes, by index of the word, lowest bits first.
    scores : mapping of str to Bits
    """

    files: Mapping[str, str]
    clocked: bool
    cycles: int
    stages: int
    levels: float
    widths: Mapping[int, int]
    scores: Mapping[str, Bits]


def build_pipeline(circuit: Circuit, preset: Preset) -> Pipeline:
    """Cut a circuit into stages and write it as Verilog.

    Parameters
    ----------
    circuit : Circuit
    preset : Preset

    Returns
    -------
    Pipeline
    """
    logic = with_levels(circuit.logic)
    levels = float(logic.latency[1])
    stages = preset.stages(levels)
    machine = to_pipeline(
        logic,
        n_stages=stages,
        verbose=False,
        reg_inp=preset.register_words,
        reg_out=preset.register_scores,
    )
    files = {f"{name}.v": text for name, text in fsm_logic_gen(machine, MODULE).items()}
    (words,), (scores,) = machine.inp_signals, machine.out_signals
    return Pipeline(
        files | dict(_library()),
        any(signal.reg for signal in machine.signals.values()),
        preset.scoring_cycles(stages),
        stages,
        levels / stages,
        {
            word: sum(precision)
            for word, precision in zip(circuit.inputs, words.precisions, strict=True)
        },
        dict(_places(circuit.scores, scores.precisions)),
    )


def _library() -> Iterator[tuple[str, str]]:
    """Gates and choices that the written modules are made of; adders are our own.

    Before Verilator 5.008 one lint message had the name that two have now; the old name still
    stands for both.
    """
    for path in sorted((Path(writer.__file__).parent / "source").glob("*.v")):
        if path.stem == "shift_adder":  # in firmware/rtl, with one carry chain for any difference
            continue
        text = path.read_text(encoding="utf-8")
        for name in ("WIDTHTRUNC", "WIDTHEXPAND"):
            text = text.replace(name, "WIDTH")
        yield path.name, text


def _places(
    scores: Mapping[str, FixedPoint], precisions: tuple[Any, ...]
) -> Iterator[tuple[str, Bits]]:
    low = 0
    for (name, kind), (signed, integer, fraction) in zip(scores.items(), precisions, strict=True):
        width = int(signed) + integer + fraction
        yield name, Bits(low, width, bool(signed), kind.fraction - fraction if width else 0)
        low += width
