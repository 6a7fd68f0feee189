"""What the conventional seeds of a menu leave to an anomaly seed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError
from trigger_ad.features.layout import Ports
from trigger_ad.menu import expectation
from trigger_ad.menu.file import Menu, Seed
from trigger_ad.menu.fires import fires
from trigger_ad.menu.integers import IntegerMenu, on_hardware
from trigger_ad.menu.patterns import Patterns, union, unpack

__all__ = ["signal_seed", "untaken", "untaken_by"]


def untaken(patterns: Patterns, menu: IntegerMenu) -> NDArray[np.float64]:
    """Probability that no conventional seed accepts an event, after prescale.

    Parameters
    ----------
    patterns : ndarray (n_events, words) of uint64
        From `fires.fires`.
    menu : IntegerMenu

    Returns
    -------
    ndarray (n_events,) of float64
        Product of 1 - 1/PS over the conventional seeds that fired.
    """
    known, (index,) = union([patterns])
    kept = np.array([0.0 if seed.anomaly else seed.kept for seed in menu.seeds])
    return np.asarray(1 - expectation.total(unpack(known, len(kept)), kept)[index])


def untaken_by(menu: Menu, words: NDArray[Any], layout: Ports) -> NDArray[np.float64]:
    """The same from the words, for thresholds of scores that are not chosen yet.

    Parameters
    ----------
    menu : Menu
        Its anomaly seeds are left out.
    words : ndarray (n_events, n_fields)
        Hardware words.
    layout : Ports
        Of the words.

    Returns
    -------
    ndarray (n_events,) of float64

    Raises
    ------
    ConfigError
        If the menu does not fit the words.
    """
    conventional = tuple(seed for seed in menu.seeds if not seed.anomaly)
    if not conventional:
        return np.ones(len(words))
    seeds = on_hardware(menu.model_copy(update={"seeds": conventional}), layout)
    return untaken(fires(words, seeds), seeds)


def signal_seed(menu: Menu) -> Seed:
    """The seed of region A.

    Raises
    ------
    ConfigError
        If the menu does not have exactly one, or has it switched off.
    """
    found = [seed for seed in menu.seeds if seed.region == "A"]
    if len(found) != 1:
        raise ConfigError(
            f"menu {menu.name}",
            "must have one seed of region A",
            len(found),
            "let one seed have object: region and region: A",
        )
    if found[0].hundredths == 0:
        raise ConfigError(
            f"seed {found[0].name} of menu {menu.name}",
            "must be switched on",
            "prescale 0",
            "switch its region on: trigger.prescale.A",
        )
    return found[0]
