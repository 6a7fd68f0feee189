"""A run folder or a shipped model, as one object that is asked for what it knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pydantic
from numpy.typing import NDArray

from trigger_ad import config as configuration
from trigger_ad.abcd.record import ClosureRecord
from trigger_ad.config import Config, Normalisation
from trigger_ad.display import Displayed, Table
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.errors import ConfigError, RunFolderError
from trigger_ad.events.units import Units
from trigger_ad.features.layout import Ports
from trigger_ad.ledger import rows
from trigger_ad.ledger.rows import ResourceRows
from trigger_ad.menu import file as menus
from trigger_ad.menu.record import RunMenuRecord
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.notebook.decided import Decided
from trigger_ad.notebook.figures import Figures
from trigger_ad.notebook.words import Events, words_of_events
from trigger_ad.rates.record import RatesRecord
from trigger_ad.report.numbers import load
from trigger_ad.run.folder import trigger as stored
from trigger_ad.run.freshness import require_fresh
from trigger_ad.run.rates import scan
from trigger_ad.run_folder import NAMES, RunFolder
from trigger_ad.sections.explanation import explain
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.state import State
from trigger_ad.validate.record import ValidationRecord

__all__ = ["Run"]


@dataclass(frozen=True, repr=False)
class Run(Displayed):
    """A run folder, or a shipped model, which has some of its files.

    Nothing is read before it is asked for, and then once. What the folder does not have is a
    `RunFolderError`.

    Parameters
    ----------
    folder : RunFolder
        Paths of its files.
    """

    folder: RunFolder

    @cached_property
    def config(self) -> Config:
        """The configuration with every key."""
        return configuration.load(self.folder.config)

    @cached_property
    def trigger(self) -> TriggerEmulator:
        """The emulated trigger, equal to the firmware bit for bit."""
        require_fresh(self.folder.root)
        return stored.load_trigger(self.folder.root)

    @property
    def hardware(self) -> HardwareTrigger:
        """The record of the hardware."""
        return self.trigger.hardware

    @property
    def layout(self) -> Ports:
        """Ports of the words."""
        return self.hardware.layout

    @property
    def registers(self) -> Registers:
        """Thresholds and prescales."""
        return self.trigger.registers

    @cached_property
    def test_rates(self) -> RatesRecord:
        """Registers, and rates by region on the test split."""
        return RatesRecord.read(self._there(self.folder.rates))

    @cached_property
    def closure(self) -> ClosureRecord:
        """Closure of the background estimate."""
        return ClosureRecord.read(self._there(self.folder.closure))

    @cached_property
    def validation(self) -> ValidationRecord:
        """Equality of the forms of the trigger, performance and fidelity."""
        return ValidationRecord.read(self._there(self.folder.validation))

    @cached_property
    def resources(self) -> ResourceRows:
        """Resources and latency by stage."""
        return rows.read(self._there(self.folder.resources))

    @cached_property
    def menu(self) -> RunMenuRecord:
        """Rates beside the seeds of a menu, where the configuration names one."""
        return RunMenuRecord.read(self._there(self.folder.menu))

    @cached_property
    def figures(self) -> Figures:
        """Figures of the report by name, drawn when asked for."""
        self._there(self.folder.scores)
        return Figures(load.load(self.folder.root))

    def _there(self, path: Path) -> Path:
        """A file of the folder; refused where the folder has none, as those of models."""
        if not path.is_file():
            raise RunFolderError(
                self.folder.root,
                f"must have {path.name}",
                None,
                "make a whole run of its configuration with trigger_ad.run_config",
            )
        return path

    def score(
        self, events: Events, *, real: bool = False, units: Units = None
    ) -> dict[str, NDArray[Any]]:
        """Score events as the firmware does.

        Parameters
        ----------
        events : path, pattern, ``packaged:NAME``, list of these, or events in memory
            In memory: a sample of `open_events`, a block of it, particles (n, 19, 3 or 4) of
            floats, words (n, n_ports) of integers, or `Words`.
        real : bool
            In units of the loss in place of counts.
        units : {"GeV", "MeV"}, optional
            Of the momenta of files and arrays; a sample and its blocks have theirs.

        Returns
        -------
        dict of ndarray (n_events,) of int64
            By score, in counts; with `real` float64.

        Raises
        ------
        EventFileError
            If events cannot be read, are impossible, or come in another form.
        """
        found: dict[str, NDArray[Any]] = self._scores(events, units)
        if not real:
            return found
        return {name: found[name] * kind.lsb for name, kind in self.hardware.scores.items()}

    def decide(self, events: Events, *, state: State | None = None, units: Units = None) -> Decided:
        """Score consecutive events, and say in which region each is and whether it is kept.

        Of a sample that was drawn in strata these are no parts of all events, and prescalers see an
        order that no data have; `rates` knows the strata.

        Parameters
        ----------
        events, units
            As for `score`.
        state : State, optional
            Of the prescalers before the first event; without it that of the start of a run.

        Raises
        ------
        ConfigError
            If the state is that of another trigger.
        """
        scores = self._scores(events, units)
        before = self.trigger.start() if state is None else state
        regions = self.hardware.regions.regions
        counters = getattr(before, "counter", ())
        if len(counters) != regions:
            raise ConfigError(
                "the state before the first event",
                f"must be a State of {regions} regions",
                before,
                "give that of an earlier decision of this run, or none",
            )
        decision, after = self.trigger.decide(scores, before)
        names = self.registers.regions
        return Decided(scores, decision.region, decision.accept, names, after)

    def _scores(self, events: Events, units: Units) -> dict[str, NDArray[np.int64]]:
        found = [
            self.trigger.scores_of_words(words)
            for words in words_of_events(events, self.layout, units)
        ]
        none = np.zeros(0, np.int64)
        return {
            name: np.concatenate([none, *(part[name] for part in found)])
            for name in self.hardware.scores
        }

    def rates(
        self,
        inputs: str | Path | Sequence[str | Path],
        *,
        menu: str | Path | None = None,
        split: str = "",
        colliding_bunches: int | None = None,
        input_rate_hz: float | None = None,
        live_fraction: float | None = None,
        units: Units = None,
        workers: int = 1,
        out: str | Path | None = None,
    ) -> ScanRecord:
        """Count the events of files of any size through the trigger, and give its rates.

        Parameters
        ----------
        inputs : path, pattern, ``packaged:NAME``, or list of these
        menu : str or Path, optional
            Menu file or ``packaged:small``, whose seeds are counted, too.
        split : str
            Of the run's background: only its events are counted.
        colliding_bunches : int, optional
            Pairs, for events of zero bias.
        input_rate_hz : float, optional
            Rate of the filter, for filtered events.
        live_fraction : float, optional
        units : {"GeV", "MeV"}, optional
        workers : int
            Processes.
        out : str or Path, optional
            JSON file to keep the record in; a job that is interrupted then goes on where it was.
        """
        given = {"colliding_bunches": colliding_bunches, "input_rate_hz": input_rate_hz}
        try:
            rate = Normalisation.model_validate(given)
        except pydantic.ValidationError as error:
            raise explain(error, Normalisation, given, "Run.rates") from None
        with TemporaryDirectory() as scratch:
            return scan(
                self.folder.root,
                inputs,
                Path(scratch) / NAMES.rates if out is None else Path(out),
                menu=None if menu is None else menus.find(str(menu)),
                split=split,
                rate=rate,
                live_fraction=live_fraction,
                units=units,
                workers=workers,
            )

    def _display(self) -> Table:
        known = (
            ("trigger", self.folder.rates),
            ("closure", self.folder.closure),
            ("validation", self.folder.validation),
            ("resources", self.folder.resources),
            ("menu", self.folder.menu),
            ("report", self.folder.report),
        )
        there = [name for name, path in known if path.is_file()]
        rows = [("folder", str(self.folder.root)), ("has", ", ".join(there) or "no record yet")]
        if "trigger" in there:
            rows += [("hardware", self.hardware.title), ("scores", ", ".join(self.hardware.scores))]
        return Table(f"run {self.config.name}", (), tuple(rows))
