"""The registers of a run before its thresholds are known."""

from __future__ import annotations

from trigger_ad.config import Prescales, Trigger
from trigger_ad.trigger.registers import REGIONS, Registers

__all__ = ["planned"]


def planned(settings: Trigger) -> Registers:
    """Registers with the prescales of a configuration, the thresholds left open.

    Nothing else of a run reads prescales of the configuration: they become the registers in
    `rates.record.RatesRecord`, and menu, emulators, reports and scans take them from there.

    Parameters
    ----------
    settings : config.Trigger
        Where they give a bandwidth, all prescales are 1 until `bandwidth.within_bandwidth` has
        chosen them; those of regions that are not read out are 0.
    """
    on = {region: float(region in (settings.readout or REGIONS)) for region in REGIONS}
    prescales = settings.prescale or Prescales(**on)
    return Registers.from_prescales((0, 0), prescales)
