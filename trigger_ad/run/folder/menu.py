"""The menu that a run names, with the prescales of the run's own trigger."""

from __future__ import annotations

from pathlib import Path

from trigger_ad.config import Config, Trigger
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.errors import ConfigError
from trigger_ad.features.layouts.table import layout
from trigger_ad.menu import file
from trigger_ad.menu.file import Menu
from trigger_ad.menu.integers import IntegerMenu, on_hardware, thresholds_of
from trigger_ad.menu.prescale import text
from trigger_ad.menu.region_prescales import of_registers, with_prescales
from trigger_ad.menu.untaken import signal_seed
from trigger_ad.run.folder.registers import planned
from trigger_ad.trigger.registers import Registers

__all__ = ["check_menu", "menu_inside", "menu_of_trigger"]


def menu_inside(settings: Trigger, registers: Registers) -> Menu:
    """Menu of a run, its seeds of regions with the prescales of the trigger.

    Parameters
    ----------
    settings : config.Trigger
        That name one.
    registers : Registers
        Of the run, whose prescales the seeds of regions have.

    Raises
    ------
    ConfigError
        If it cannot be used, or a seed of a region has another prescale.
    """
    if settings.menu is None:
        raise TypeError("the menu of a run that names none")
    return with_prescales(file.load(file.find(settings.menu.file)), of_registers(registers))


def menu_of_trigger(trigger: TriggerEmulator, path: Path) -> IntegerMenu:
    """A menu file with the thresholds and the prescales of a finished run's trigger.

    Parameters
    ----------
    trigger : TriggerEmulator
    path : Path
        Of the menu.

    Raises
    ------
    ConfigError
        If it cannot be used, or a seed of a region has another prescale.
    """
    first, second = trigger.hardware.scores
    thresholds = thresholds_of(trigger.registers, (first, second))
    menu = with_prescales(file.load(path), of_registers(trigger.registers))
    return on_hardware(menu, trigger.layout, thresholds)


def check_menu(config: Config) -> None:
    """Refuse a menu that a later stage could not use; the thresholds are not known yet.

    Raises
    ------
    ConfigError
        As `menu_inside`, and if it has no seed of region A, a cut that no word reaches, a score
        that the run does not have, or a bit of event files, which a run does not keep.
    """
    if config.trigger.menu is not None and config.trigger.bandwidth_hz is not None:
        _without_prescales(file.load(file.find(config.trigger.menu.file)))
    menu = menu_inside(config.trigger, planned(config.trigger))
    signal_seed(menu)
    on_hardware(menu, layout(config.features), {"score1": 0, "score2": 0})
    for seed in menu.seeds:
        if seed.bit is not None:
            raise ConfigError(
                f"seed {seed.name} of menu {menu.name}",
                "must need no trigger bit of event files inside of a run",
                seed.bit,
                "leave it out here, and give the whole menu to trigger-ad rates",
            )
        if seed.score not in (None, "score1", "score2"):
            raise ConfigError(
                f"seed {seed.name} of menu {menu.name}",
                "must cut on score1 or score2",
                seed.score,
                "name a score that the run has",
            )


def _without_prescales(menu: Menu) -> None:
    """Refuse prescales of support regions, which a bandwidth will choose."""
    for seed in menu.seeds:
        if seed.region in ("B", "C", "D") and "prescale" in seed.model_fields_set:
            raise ConfigError(
                f"seed {seed.name} of menu {menu.name}",
                "must have no prescale of its own beside trigger.bandwidth_hz",
                text(seed.hundredths),
                "leave it out",
            )
