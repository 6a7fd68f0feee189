"""The prescale of a region is one number, whether the trigger or a menu speaks of it."""

from __future__ import annotations

from collections.abc import Mapping

from trigger_ad.errors import ConfigError
from trigger_ad.menu.file import Menu, Seed
from trigger_ad.menu.prescale import text
from trigger_ad.trigger.registers import HUNDREDTHS, Registers

__all__ = ["of_registers", "with_prescales"]


def of_registers(registers: Registers) -> dict[str, int]:
    """Prescale of each region in hundredths; 0 for one that is off."""
    on = zip(registers.regions, registers.prescale, registers.active, strict=True)
    return {region: prescale if active else 0 for region, prescale, active in on}


def with_prescales(menu: Menu, prescales: Mapping[str, int]) -> Menu:
    """Give the seeds of regions the prescales that their regions have in the trigger.

    Parameters
    ----------
    menu : Menu
        Seeds of regions have no prescale of their own, or that of the trigger.
    prescales : mapping of str to int
        Of the trigger, by region, in hundredths.

    Raises
    ------
    ConfigError
        If a seed has another one: which of the two holds, nobody could tell.
    """
    return menu.model_copy(update={"seeds": tuple(_seed(menu, s, prescales) for s in menu.seeds)})


def _seed(menu: Menu, seed: Seed, prescales: Mapping[str, int]) -> Seed:
    if seed.region is None:
        return seed
    wanted = prescales[seed.region]
    if "prescale" in seed.model_fields_set and seed.hundredths != wanted:
        raise ConfigError(
            f"seed {seed.name} of menu {menu.name}",
            f"must have the prescale of region {seed.region} in the trigger, {text(wanted)}",
            text(seed.hundredths),
            f"leave its prescale out, or change trigger.prescale.{seed.region} of the run",
        )
    return seed.model_copy(update={"prescale": wanted / HUNDREDTHS})
