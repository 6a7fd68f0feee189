"""Ways to make the charged scalar, beside public figures."""

import numpy as np
import pytest

from tools import check_charged_scalar as check
from trigger_ad.events.particles import CLASSES, SLOTS, Particles


def events(*slots):
    values = np.zeros((len(slots), 19, 4), np.float32)
    for event, objects in zip(values, slots, strict=True):
        for slot, (pt, eta) in objects.items():
            event[slot, :2] = pt, eta
            event[slot, 3] = next(
                CLASSES[kind] for kind, s in SLOTS.items() if slot in range(19)[s]
            )
    return values


def sample(values, clusters=None):
    identity = np.arange(len(values)) if clusters is None else np.asarray(clusters)
    return Particles(values, np.zeros(len(values), np.uint8), identity)


@pytest.mark.parametrize(
    ("slots", "count"),
    [
        ({9: (31, 2.5)}, 1),
        ({9: (30, 0)}, 0),
        ({9: (99, -2.7)}, 0),
        ({0: (99, 0)}, 0),
        ({1: (31, 2.4), 5: (31, 0), 9: (40, 0), 18: (31, 0)}, 4),
        ({1: (29, 0)}, 0),
    ],
)
def test_jets_are_those_of_the_public_sample(slots, count):
    assert check.jets(events(slots)).tolist() == [count]


def test_events_of_one_parton_level_event_count_once():
    values = np.repeat([1.0, 0.0], 50)
    assert check.mean(values, np.arange(100)) == pytest.approx((0.5, 0.05))
    assert check.mean(values, np.repeat(np.arange(20), 5)) == pytest.approx((0.5, 0.5 / 20**0.5))


def test_the_factor_is_that_of_the_controls():
    samples = {name: sample(events({9: (40, 0)})) for name in check.CONTROLS}
    ratios = [check.PUBLIC[name].jets for name in check.CONTROLS]
    assert check.factor(samples) == pytest.approx((np.mean(ratios), np.std(ratios, ddof=1)))


def test_a_row_has_the_public_figures_of_its_sample():
    values = events({1: (50, 0), 9: (40, 0)}, {1: (70, 0), 9: (40, 0)}, {5: (200, 0)})
    rows = list(check.spectra({"leptoquark": sample(values), "with_top": sample(values)}, (0.9, 0)))
    for row, public in zip(rows[2:], ("2.24", "2.75"), strict=True):
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[1] == "1.67 ± 0.27"
        assert cells[2:4] == ["1.50 ± 0.24", public]
        assert cells[4] == "60.0 ± 7.1"
        assert cells[6] == "33.3 ± 27.2 %"


def test_areas_tell_hard_events_from_soft_ones():
    soft = sample(events(*[{5: (24 + i, 0)} for i in range(20)]))
    hard = sample(events(*[{5: (60 + i, 0), 9: (90, 0)} for i in range(20)]))
    rows = list(check.areas(soft, {"leptoquark": hard, "pair": soft}, "double_ae"))
    first, second = ([cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:])
    assert first[:2] == ["leptoquark", "100.0 ± 0.0"]
    assert second[1].startswith("50.0 ± ")
    assert first[-2:] == ["95.3", "94.1"]
    assert second[-2:] == ["95.6", "94.8"]


def test_ways_differ_in_production_only():
    settings = [set(generator.settings) for generator in check.WAYS.values()]
    common = set.intersection(*settings)
    assert {"37:m0 = 60", "37:onMode = off", "37:onIfMatch = 15 16"} <= common
    assert all(own - common for own in settings)
    assert len({frozenset(own) for own in settings}) == len(settings)
