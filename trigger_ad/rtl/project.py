"""The RTL project of a trigger: generated modules, hand-written ones, and a record of both."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from trigger_ad.rtl.pipeline import build_pipeline
from trigger_ad.rtl.preset import CORE_CYCLES, Preset
from trigger_ad.rtl.top import TOP, core_sources, render_top
from trigger_ad.rtl.trace import Circuit, Solver, trace
from trigger_ad.storage.files import read_json, write_json, write_text
from trigger_ad.storage.outputs import disk_errors
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.interface import TopInterface

__all__ = ["FILE_LIST", "RtlProject", "write_project"]

SCHEMA = "rtl/1"

#: Sources in the order in which tools read them, relative to the folder.
FILE_LIST = "files.f"

_RECORD = "rtl.json"


@dataclass(frozen=True)
class RtlProject:
    """What a folder of RTL holds.

    Parameters
    ----------
    network : str
        Name of the network.
    preset : str
        Name of the preset it was built for.
    clock_mhz : int
        Clock of the preset; no timing analysis has seen it.
    cycles : int
        Clocks from words to decision, counted from the structure.
    scoring_cycles : int
        Of these, from words to scores.
    stages : int
        Of the scoring pipeline.
    levels : float
        Of logic in one of them, estimated: see `Preset.levels`.
    sources : tuple of str
        File names, in the order of the file list.
    """

    network: str
    preset: str
    clock_mhz: int
    cycles: int
    scoring_cycles: int
    stages: int
    levels: float
    sources: tuple[str, ...]

    def save(self, folder: Path) -> None:
        """Write the record beside the sources."""
        write_json(folder / _RECORD, {"schema": SCHEMA, **asdict(self)})

    @classmethod
    def load(cls, folder: Path) -> RtlProject:
        """Read what `save` wrote.

        Raises
        ------
        RunFolderError
            If there is no such record.
        SchemaError
            If it has another schema.
        """
        record = read_json(folder / _RECORD, SCHEMA)
        del record["schema"]
        record["sources"] = tuple(record["sources"])
        return cls(**record)


def write_project(
    folder: Path, trigger: HardwareTrigger, preset: Preset, solver: Solver | None = None
) -> tuple[RtlProject, Circuit]:
    """Write the RTL of a trigger.

    Parameters
    ----------
    folder : Path
        ``firmware/rtl`` of a run; sources of an earlier project in it are removed.
    trigger : HardwareTrigger
    preset : Preset
    solver : Solver, optional

    Returns
    -------
    RtlProject
    Circuit
        What the scoring modules were written from.

    Raises
    ------
    ConversionError
        If it cannot be traced.
    """
    interface = TopInterface.of(trigger)
    circuit = trace(trigger, solver)
    pipeline = build_pipeline(circuit, preset)
    cycles = pipeline.cycles + CORE_CYCLES
    files = {**core_sources(interface.regions), **pipeline.files}
    files[f"{TOP}.sv"] = render_top(interface, pipeline, cycles)
    project = RtlProject(
        trigger.name,
        preset.name,
        preset.clock_mhz,
        cycles,
        pipeline.cycles,
        pipeline.stages,
        pipeline.levels,
        tuple(files),
    )
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for old in (*folder.glob("*.v"), *folder.glob("*.sv")):
            old.unlink()
        for name, text in files.items():
            write_text(folder / name, text)
        write_text(folder / FILE_LIST, "".join(f"{name}\n" for name in files))
        project.save(folder)
        interface.save(folder)
    return project, circuit
