"""Menus of recorded bits from columns of prescale tables, and what no sample stands for."""

import numpy as np
import pytest

from tests.menu.menus import LAYOUT
from trigger_ad.errors import ConfigError
from trigger_ad.menu.counts import PatternCounts
from trigger_ad.menu.file import parse
from trigger_ad.menu.from_table import menu_text, why_not_simulated
from trigger_ad.menu.integers import on_hardware
from trigger_ad.menu.rates import menu_rates
from trigger_ad.menu.record import MenuRatesRecord
from trigger_ad.menu.table import applied
from trigger_ad.menu.table import parse as table

#: The form of the tables of 2024 to 2026.
TABLE = table(
    "Index,Name,Emergency,2p0E34,1p8E34\n"
    "4,L1_SingleMu22,0,1,1\n"
    "9,L1_SingleJet35,0,1200.5,900\n"
    "20,L1_SingleEG5_BptxAND,0,30,0\n"
    "25,L1_UnpairedBunchBptxPlus,0,1,0\n"
    "26,L1_SingleJet20er2p5_NotBptxOR_3BX,0,1,2\n"
    "27,L1_ZeroBias,0,0,44000\n"
)

NOT_SIMULATED = """
L1_UnpairedBunchBptxMinus L1_NotBptxOR L1_SingleMuOpen_er1p4_NotBptxOR_3BX L1_BptxOR L1_BptxXOR
L1_BptxPlus L1_BPTX_BeamGas_B1_VME L1_IsolatedBunch L1_FirstBunchBeforeTrain
L1_SecondLastBunchInTrain L1_LastCollisionInTrain L1_FirstCollisionInOrbit L1_HCAL_LaserMon_Trig
L1_TOTEM_1 L1_AlwaysTrue
"""
SIMULATED = """
L1_SingleMu22 L1_ZeroBias L1_ZeroBias_copy L1_SingleEG5_BptxAND L1_MinimumBiasHF0_AND_BptxAND
L1_SingleMuCosmics L1_CDC_SingleMu_3_er1p2_TOP120_DPHI2p618_3p142 L1_AXO_Nominal L1_ETMHF100
"""


def test_what_no_sample_stands_for():
    assert all(map(why_not_simulated, NOT_SIMULATED.split()))
    assert not any(map(why_not_simulated, SIMULATED.split()))


def test_seeds_that_are_on_become_bits():
    found = parse(menu_text(TABLE, "2p0E34", "year"))
    assert found.name == "year"
    assert {seed.name: seed.hundredths for seed in found.seeds} == {
        name: value for name, value in TABLE.column("2p0E34").items() if value
    }
    assert all(seed.bit == seed.name for seed in found.seeds)
    assert [seed.name for seed in found.seeds if not seed.simulated] == [
        "L1_UnpairedBunchBptxPlus",
        "L1_SingleJet20er2p5_NotBptxOR_3BX",
    ]


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        ("Emergency", "column Emergency must switch a seed on: choose another column"),
        (
            "2026",
            "column 2026 must be in the prescale table: choose from Emergency, 2p0E34, 1p8E34",
        ),
    ],
)
def test_columns_that_make_no_menu(column, sentence):
    with pytest.raises(ConfigError) as caught:
        menu_text(TABLE, column, "m")
    assert str(caught.value) == sentence


def test_a_column_applies_to_seeds_that_are_not_simulated():
    menu = on_hardware(parse(menu_text(TABLE, "2p0E34", "m")), LAYOUT)
    assert menu.bits == ("L1_SingleMu22", "L1_SingleJet35", "L1_SingleEG5_BptxAND")
    with pytest.raises(ConfigError, match=r"^seed L1_ZeroBias of column 1p8E34 must be in menu m"):
        applied(menu, TABLE, "1p8E34")
    off = table(TABLE.text.replace("44000", "0"))
    assert applied(menu, off, "1p8E34").prescales == {
        "L1_SingleMu22": 100,
        "L1_SingleJet35": 90_000,
        "L1_SingleEG5_BptxAND": 0,
        "L1_UnpairedBunchBptxPlus": 0,
        "L1_SingleJet20er2p5_NotBptxOR_3BX": 200,
    }


def test_they_are_listed_and_counted_nowhere():
    """Rates are those of the menu without them."""
    menu = on_hardware(parse(menu_text(TABLE, "2p0E34", "m")), LAYOUT)
    patterns = np.random.default_rng(1).integers(0, 8, 3000).astype(np.uint64)
    counts = PatternCounts.of(patterns, menu, np.arange(3000))
    record = MenuRatesRecord.from_json(menu_rates(counts, menu).to_json(), "menu")
    assert [(seed.name, seed.prescale) for seed in record.not_simulated] == [
        ("L1_UnpairedBunchBptxPlus", "1"),
        ("L1_SingleJet20er2p5_NotBptxOR_3BX", "1"),
    ]
    without = on_hardware(
        parse(
            "schema: menu/1\nname: m\nseeds:\n"
            + "".join(
                f"  - {{name: {s.name}, bit: {s.name}, prescale: {s.prescale / 100}}}\n"
                for s in menu.seeds
            )
        ),
        LAYOUT,
    )
    same = MenuRatesRecord.from_json(menu_rates(counts, without).to_json(), "menu")
    assert same == record.model_copy(update={"not_simulated": ()})
    assert "\n  not simulated, not in the total: L1_Unpaired" in repr(record)
