"""The menu that a run names, with the prescales of the run's own trigger."""

from __future__ import annotations

from trigger_ad.config import Trigger
from trigger_ad.menu import file
from trigger_ad.menu.file import Menu
from trigger_ad.menu.region_prescales import of_registers, with_prescales
from trigger_ad.trigger.registers import Registers

__all__ = ["menu_inside"]


def menu_inside(settings: Trigger) -> Menu:
    """Menu of a run, its seeds of regions with the prescales of the trigger.

    Parameters
    ----------
    settings : config.Trigger
        That name one.

    Raises
    ------
    ConfigError
        If it cannot be used, or a seed of a region has another prescale.
    """
    if settings.menu is None:
        raise TypeError("the menu of a run that names none")
    registers = Registers.from_prescales(0, 0, settings.prescale)
    return with_prescales(file.load(file.find(settings.menu.file)), of_registers(registers))
