"""Prescales of the support regions for the bandwidth that a configuration gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.prescales import for_bandwidth
from trigger_ad.config import Trigger
from trigger_ad.rates.normalisation import input_rate
from trigger_ad.rates.record import BandwidthRecord
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run_folder import BACKGROUND
from trigger_ad.trigger.decide import region_of
from trigger_ad.trigger.registers import REGIONS, Registers
from trigger_ad.trigger.rule import Rule

__all__ = ["within_bandwidth"]

#: The split that all choices of the working point are made on.
_SPLIT = "threshold"


def within_bandwidth(
    settings: Trigger,
    registers: Registers,
    data: Dataset,
    scores: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[Registers, BandwidthRecord | None]:
    """Registers with the prescales of the bandwidth; as they are where none is given.

    Parameters
    ----------
    settings : config.Trigger
    registers : Registers
        With the thresholds of the run.
    data : Dataset
        Of the run.
    scores : tuple of 2 ndarray (n_events,) of int64
        Of the background of the threshold split.

    Raises
    ------
    NormalisationError
        If the background has no rate in Hz.
    WorkingPointError
        If region A alone takes the bandwidth, or a region is empty.
    """
    if settings.bandwidth_hz is None:
        return registers, None
    region = region_of(*scores, *registers.pair)
    # Of events in strata these are the numbers that as many plain events would have.
    expected = np.bincount(region, data.weights(_SPLIT), minlength=len(registers.regions))
    hz = input_rate(data.origin(BACKGROUND), settings.rate).hz / len(region)
    choice = for_bandwidth(
        expected.tolist(),
        hz,
        settings.bandwidth_hz,
        Rule(settings.rule),
        settings.readout or REGIONS,
        settings.yields == "counters",
    )
    record = BandwidthRecord(
        wanted_hz=settings.bandwidth_hz,
        threshold_hz=sum(choice.read) * hz,
        precision=choice.precision,
    )
    return replace(registers, prescale=choice.prescale), record
