"""Rates of a finished run's trigger on event files of any size."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from trigger_ad import config as configuration
from trigger_ad.config import Normalisation
from trigger_ad.errors import ConfigError, RunFolderError, SchemaError
from trigger_ad.events.origin import Origin
from trigger_ad.events.readers.reader import Settings
from trigger_ad.events.readers.sample import opened
from trigger_ad.events.units import Units
from trigger_ad.menu import table
from trigger_ad.menu.scan import ScannedFile, ScanRecord
from trigger_ad.rates.counters import RunningSum
from trigger_ad.rates.normalisation import INPUT_RATES, InputRate, input_rate, with_live_fraction
from trigger_ad.rates.record import RatesRecord
from trigger_ad.run import pool
from trigger_ad.run.counting import PART_SCHEMA, Setup, Task, count_task, load_setup
from trigger_ad.run.freshness import require_fresh
from trigger_ad.run.outside import check_output
from trigger_ad.run.scan import scan_record
from trigger_ad.run_folder import RunFolder
from trigger_ad.storage.files import digest, read_json, write_json
from trigger_ad.storage.outputs import check_folder, full_disk

__all__ = ["CHUNK", "SCAN_SCHEMA", "parts_folder", "scan"]

#: Of what `scan` writes.
SCAN_SCHEMA = ScanRecord.SCHEMA

#: Events of a piece.
CHUNK = 65_536

Progress = Callable[[float, str], None]


def parts_folder(out: Path) -> Path:
    """Where the counts of finished pieces are until the scan is whole."""
    return out.with_name(f"{out.name}.parts")


def scan(
    folder: Path,
    inputs: str | Path | Sequence[str | Path],
    out: Path,
    *,
    beside: Sequence[Path] = (),
    menu: Path | None = None,
    prescales: tuple[Path, str] | None = None,
    others: Sequence[Path] = (),
    split: str = "",
    rate: Normalisation | None = None,
    live_fraction: float | None = None,
    in_hz: bool = False,
    units: Units = None,
    scheduler: str = "local",
    workers: int = 1,
    chunk_events: int = CHUNK,
    progress: Progress = lambda part, note: None,  # noqa: ARG005
) -> ScanRecord:
    """Count events through the trigger of a run and write its rates.

    Files are cut into pieces, each piece becomes integers, and these add up: the result is the
    same for any scheduler and number of workers. Finished pieces are kept beside `out` until
    it is written, and taken from there when the scan is started again.

    Parameters
    ----------
    folder : Path
        A finished run.
    inputs : str, Path or sequence of these
        Paths or patterns of event files of one origin, or ``packaged:NAME``; a `Path` is no
        pattern.
    out : Path
        JSON file.
    beside : sequence of Path
        Other files that are to be written of the result, looked at before the work as `out` is.
    menu : Path, optional
        Menu file, whose seeds are counted besides the regions.
    prescales : (Path, str), optional
        Prescale table and its column, in place of the prescales of the menu file.
    others : sequence of Path
        Files that were read for what is given here, and which no output may replace.
    split : str
        Of the run's background: only its events are counted, so that a trigger is not judged
        on events that it was trained on.
    rate : config.Normalisation, optional
        Taken in place of the run's own; what is given must fit the origin of the events.
    live_fraction : float, optional
        Declared; multiplies the rates in Hz after prescale.
    in_hz : bool
        Whether a missing normalisation is an error.
    units : {"GeV", "MeV"}, optional
        Of the momenta; without it they are GeV, and files that look like MeV are refused.
    scheduler : str
        ``local``, or ``dask://host:port``.
    workers : int
        Local processes; 1 counts in this one.
    chunk_events : int
        Events of a piece. The counts do not depend on it.
    progress : callable
        Takes the part done and a note.

    Returns
    -------
    ScanRecord
        What was written.

    Raises
    ------
    EventFileError
        If a pattern matches nothing, or a file cannot be read.
    NormalisationError
        If a rate in Hz was asked for that the sample does not have, or a live fraction cannot be.
    ConfigError
        If the scheduler is unknown or does not answer, or the files have several origins.
    OutputError
        If `out` cannot be written, or is an input or a file of the run.
    """
    place = _place(scheduler)
    require_fresh(folder)
    table_file = (prescales[0],) if prescales else ()
    sample = opened(inputs, Settings(units))
    read = [*sample.paths, *sample.behind(), *filter(None, (menu,)), *table_file, *others]
    for target in (out, *beside):
        check_output(folder, target, read)
    check_folder(parts_folder(out))
    seeds = str(menu.absolute()) if menu else ""
    strata = replace(sample.strata, drawn=())
    setup = _prescaled(load_setup(folder, seeds, split, strata), prescales)
    input_hz = _input_rate(folder, sample.origin, rate, in_hz=in_hz)
    if live_fraction is not None:
        input_hz = with_live_fraction(input_hz, live_fraction)
    opened(sample.paths, Settings(units, setup.menu.bits if setup.menu else ())).check()
    files = [
        ScannedFile(
            path=str(one.path), events=one.count, sha256=digest(one.path), origin=one.origin.filter
        )
        for one in sample.sources
    ]
    parts, total = parts_folder(out), sum(file.events for file in files)
    sums, done = RunningSum(setup.zero()), 0

    def missing() -> Iterator[Task]:
        nonlocal done
        for task in _tasks(folder, setup, files, chunk_events, seeds, units):
            found = _finished(parts, task)
            if found is None:
                yield task
            else:
                sums.add(setup.read(found))
                done += task.stop - task.start

    with full_disk(out):
        for task, part in _run(place, workers, missing()):
            write_json(parts / f"{task.key}.json", part)
            sums.add(setup.read(part))
            done += task.stop - task.start
            progress(done / total, f"{done:,} events")
        chosen = RatesRecord.read(RunFolder(folder).rates)
        record = scan_record(setup, sums.total(), files, input_hz, chosen)
        record.write(out)
        shutil.rmtree(parts, ignore_errors=True)
    return record


def _prescaled(setup: Setup, prescales: tuple[Path, str] | None) -> Setup:
    """Give the menu other prescales, which no count depends on."""
    if prescales is None:
        return setup
    path, column = prescales
    if setup.menu is None:
        raise ConfigError(
            f"the prescale table {path}", "must belong to a menu", None, "give a menu, too"
        )
    return replace(setup, menu=table.applied(setup.menu, table.load(path), column))


def _input_rate(
    folder: Path, origin: Origin, given: Normalisation | None, *, in_hz: bool
) -> InputRate | None:
    """Normalisation that was given, or else the run's own if it fits; none otherwise."""
    if given is not None and given.model_dump(exclude_none=True):
        return input_rate(origin, given)
    own = configuration.load(RunFolder(folder).config).trigger.rate
    if in_hz or getattr(own, INPUT_RATES[origin.kind]) is not None:
        return input_rate(origin, own)
    return None


def _tasks(
    folder: Path, setup: Setup, files: list[ScannedFile], chunk_events: int, menu: str, units: Units
) -> Iterator[Task]:
    first = 0
    for file in files:
        for start in range(0, file.events, chunk_events):
            stop = min(start + chunk_events, file.events)
            name = f"{setup.model} {file.sha256} {start} {stop} {first + start} {units or 'GeV'}"
            key = hashlib.sha256(name.encode()).hexdigest()
            yield Task(
                str(folder.absolute()),
                setup.model,
                str(Path(file.path).absolute()),
                start,
                stop,
                first + start,
                key,
                menu,
                setup.split,
                units,
                json.dumps(setup.strata.to_json()) if len(setup.strata.names) > 1 else "",
            )
        first += file.events


def _finished(parts: Path, task: Task) -> dict[str, Any] | None:
    """Counts of a piece that an earlier scan left."""
    try:
        return read_json(parts / f"{task.key}.json", PART_SCHEMA)
    except (RunFolderError, SchemaError):
        return None


def _place(scheduler: str) -> str:
    """Where a scheduler is, nothing for the local one; refused before files are read for it."""
    if scheduler == "local":
        return ""
    kind, _, place = scheduler.partition("://")
    if kind != "dask" or not place:
        raise ConfigError(
            "the scheduler",
            "must be local or dask://host:port",
            repr(scheduler),
            "start dask scheduler and give its address",
        )
    pool.require_dask()
    return place


def _run(place: str, workers: int, tasks: Iterator[Task]) -> pool.Results:
    if place:
        return pool.distributed(count_task, tasks, f"tcp://{place}")
    if workers == 1:
        return pool.serial(count_task, tasks)
    return pool.local(count_task, tasks, workers)
