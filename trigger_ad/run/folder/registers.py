"""The registers of a run before its thresholds are known."""

from __future__ import annotations

from trigger_ad.config import Prescales, Trigger
from trigger_ad.trigger.registers import Registers

__all__ = ["planned"]


def planned(settings: Trigger) -> Registers:
    """Registers with the prescales of a configuration, the thresholds left open.

    Nothing else of a run reads prescales of the configuration: they become the registers in
    `rates.record.RatesRecord`, and menu, emulators, reports and scans take them from there.

    Parameters
    ----------
    settings : config.Trigger
        Where they give a bandwidth, all prescales are 1 until `bandwidth.within_bandwidth` has
        chosen them.
    """
    prescales = settings.prescale or Prescales(A=1, B=1, C=1, D=1)
    return Registers.from_prescales((0, 0), prescales)
