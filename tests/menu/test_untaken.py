"""What conventional seeds leave to the seed of region A."""

import numpy as np
import pytest

from trigger_ad.config import Features
from trigger_ad.errors import ConfigError
from trigger_ad.features.layouts.table import layout
from trigger_ad.menu import file
from trigger_ad.menu.fires import fires
from trigger_ad.menu.integers import on_hardware
from trigger_ad.menu.untaken import signal_seed, untaken, untaken_by

LAYOUT = layout(Features())


def menu(*seeds):
    return file.parse("schema: menu/1\nname: m\nseeds:\n" + "".join(f"  - {s}\n" for s in seeds))


JETS = "{name: J, object: jet, pt: 100, prescale: 4}", "{name: K, object: jet, pt: 200}"
MISSING = "{name: M, object: met, pt: 50, prescale: 2}"
OFF = "{name: O, object: met, pt: 1, prescale: 0}"
REGION = "{name: A, object: region, region: A}"


def words():
    names = [field.name for field in LAYOUT.fields]
    values = np.zeros((5, len(names)), np.int32)
    values[:, names.index("jet1_pt")] = [0, 100, 100, 200, 99]
    values[:, names.index("met_pt")] = [0, 0, 50, 50, 50]
    return values


def test_probability_that_no_conventional_seed_accepts():
    seeds = menu(*JETS, MISSING, OFF, REGION)
    assert untaken_by(seeds, words(), LAYOUT).tolist() == [1, 0.75, 0.375, 0, 0.5]
    chosen = on_hardware(seeds, LAYOUT, {"score1": 0, "score2": 0})
    pair = {"score1": np.zeros(5, np.int64), "score2": np.ones(5, np.int64)}
    assert untaken(fires(words(), chosen, pair), chosen).tolist() == [1, 0.75, 0.375, 0, 0.5]


def test_a_menu_without_conventional_seeds_takes_nothing():
    assert untaken_by(menu(REGION), words(), LAYOUT).tolist() == [1] * 5


def test_the_seed_of_region_a():
    assert signal_seed(menu(*JETS, REGION)).name == "A"
    with pytest.raises(ConfigError) as caught:
        signal_seed(menu(*JETS))
    assert str(caught.value) == (
        "menu m must have one seed of region A, not 0: let one seed have object: region and "
        "region: A"
    )
    with pytest.raises(ConfigError, match="must have one seed of region A, not 2"):
        signal_seed(menu(REGION, "{name: B, object: region, region: A}"))
    with pytest.raises(ConfigError) as caught:
        signal_seed(menu("{name: A, object: region, region: A, prescale: 0}"))
    assert str(caught.value) == (
        "seed A of menu m must be switched on, not prescale 0: "
        "switch its region on: trigger.prescale.A"
    )
