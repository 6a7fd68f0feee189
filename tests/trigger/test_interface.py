"""Ports of the trigger top: registers after reset, crossings in columns, what fits."""

import json

import numpy as np
import pytest

from trigger_ad import config
from trigger_ad.errors import ConversionError
from trigger_ad.features.layouts.table import layout
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.regions import PAIR, RegionRule
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.stream import Stream

FULL = layout(config.Features())
WORDS = FULL.part("muon", [i for i, f in enumerate(FULL.fields) if f.name.startswith("muon0")])
TOP = TopInterface(
    "net", WORDS, (FixedPoint(3, 3, False), FixedPoint(5, 5)), Rule.CMS_COUNTER, PAIR
)


def stream(crossings: int, loads: tuple[int, ...], *written: Registers) -> Stream:
    load = np.isin(np.arange(crossings), loads)
    words = np.arange(3 * crossings, dtype=np.int32).reshape(crossings, 3) % 8
    return Stream(words, ~load, load, np.zeros(crossings, bool), written)


def test_nothing_passes_after_reset():
    """Thresholds are the largest of their ports, which no signed score reaches."""
    assert TOP.reset == Registers((7, 31), (0, 0, 0, 0), (False, False, False, False))


def test_registers_stand_at_the_ports_up_to_their_load():
    """From the crossing after the load before; those of the last load stay."""
    first = Registers((1, 2), (100, 200, 300, 400), (True, False, False, True))
    second = Registers((3, -4), (500, 0, 700, 800), (False, True, False, False))
    given = stream(5, (1, 3), first, second)
    rows = TOP.inputs(given)
    assert rows.dtype == np.int64
    assert np.array_equal(rows[:, :3], given.words)
    assert rows[:, 3:6].tolist() == [[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 1, 0], [1, 0, 0]]
    one, two = [1, 2, 100, 200, 300, 400, 0b1001], [3, -4, 500, 0, 700, 800, 0b0010]
    assert rows[:, 6:].tolist() == [one, one, two, two, two]
    assert TOP.writes(given).tolist() == [one, two]


def test_ports_without_a_load_are_zero():
    assert not TOP.inputs(stream(2, ()))[:, 6:].any()


@pytest.mark.parametrize(
    ("number", "thresholds", "bits"),
    [(1, (8, 0), 4), (1, (-9, 0), 4), (2, (0, 32), 6), (2, (0, -33), 6)],
)
def test_thresholds_that_fit_no_port(number, thresholds, bits):
    """A threshold has one bit more than its score."""
    for border in ((7, 31), (-8, -32)):
        TOP.check(stream(1, (0,), Registers(tuple(border))))
    with pytest.raises(ConversionError) as caught:
        TOP.check(stream(1, (0,), Registers(tuple(thresholds))))
    assert str(caught.value) == (
        f"register threshold{number} must fit {bits} bits, not {thresholds[number - 1]}: "
        "derive it from the scores of this network"
    )


def test_words_that_fit_no_port():
    field = WORDS.fields[1]
    for value in (field.minimum - 1, field.maximum + 1):
        given = stream(2, ())
        given.words[:] = [[0, field.minimum, 0], [0, value, 0]]
        with pytest.raises(ConversionError) as caught:
            TOP.check(given)
        assert str(caught.value) == (
            f"word {field.name} of crossing 1 must be from {field.minimum} to {field.maximum}, "
            f"not {value}: make the words with the layout of the trigger"
        )
    given.words[1] = [0, field.maximum, 0]
    TOP.check(given)


def test_registers_of_other_regions_fit_no_port():
    with pytest.raises(ConversionError) as caught:
        TOP.check(stream(1, (0,), Registers((1, 2, 3))))
    assert str(caught.value) == (
        "the registers of the trigger top must have 2 thresholds, not 3: "
        "give one for each axis of its regions"
    )


@pytest.mark.parametrize("axes", [(0, 1, 2), (2, 0), (1,)], ids=str)
def test_ports_of_some_of_three_scores(axes, tmp_path):
    """A score that is no axis has no threshold; the others have one each, in their order."""
    kinds = (FixedPoint(3, 3, False), FixedPoint(5, 5), FixedPoint(4, 4, False))
    top = TopInterface("net", WORDS, kinds, Rule.CMS_COUNTER, RegionRule(3, axes))
    regions = 2 ** len(axes)
    largest = tuple((7, 31, 15)[axis] for axis in axes)
    assert top.reset == Registers(largest, (0,) * regions, (False,) * regions)
    enable = tuple(code % 3 == 0 for code in range(regions))
    written = Registers(tuple(range(len(axes))), tuple(range(100, 100 + regions)), enable)
    bits = sum(on << code for code, on in enumerate(enable))
    (row,) = top.writes(stream(1, (0,), written)).tolist()
    assert row == [*range(len(axes)), *range(100, 100 + regions), bits]
    assert top.inputs(stream(1, (0,), written)).shape == (1, 3 + top.controls)
    top.save(tmp_path)
    assert TopInterface.load(tmp_path) == top
    beyond = tuple(2 * (cut + 1) for cut in largest)
    with pytest.raises(ConversionError) as caught:
        top.check(stream(1, (0,), Registers(beyond)))
    assert str(caught.value).startswith(f"register threshold{axes[0] + 1} must fit ")


def test_the_record_of_two_scores_without_their_regions_is_read(tmp_path):
    TOP.save(tmp_path)
    record = json.loads((tmp_path / "interface.json").read_text())
    assert record.pop("regions") == {"scores": 2, "axes": [0, 1]}
    record["schema"] = "trigger_top/1"
    (tmp_path / "interface.json").write_text(json.dumps(record))
    assert TopInterface.load(tmp_path) == TOP
