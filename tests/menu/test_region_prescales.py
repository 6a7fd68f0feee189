"""One prescale for a region: of the trigger, of its seeds in a menu, and of a table."""

import pytest

from tests.menu.menus import LAYOUT
from trigger_ad import config
from trigger_ad.errors import ConfigError
from trigger_ad.menu.file import parse
from trigger_ad.menu.integers import on_hardware
from trigger_ad.menu.region_prescales import of_registers, with_prescales
from trigger_ad.menu.table import PrescaleTable, Row, applied
from trigger_ad.run.folder.menu import menu_inside
from trigger_ad.run.folder.registers import planned
from trigger_ad.trigger.registers import Registers

TEXT = """\
schema: menu/1
name: toy
seeds:
  - {name: L1_A, object: region, region: A}
  - {name: L1_D, object: region, region: D%s}
  - {name: L1_Mu, object: muon, pt_gev: 22, prescale: 7}
"""
PRESCALES = {"A": 200, "B": 100, "C": 100, "D": 3300}


@pytest.mark.parametrize("given", ["", ", prescale: 33"])
def test_seeds_of_regions_have_the_prescales_of_the_trigger(given):
    found = with_prescales(parse(TEXT % given), PRESCALES)
    assert [seed.hundredths for seed in found.seeds] == [200, 3300, 700]


def test_a_second_truth_is_refused():
    with pytest.raises(ConfigError) as caught:
        with_prescales(parse(TEXT % ", prescale: 10"), PRESCALES)
    assert str(caught.value) == (
        "seed L1_D of menu toy must have the prescale of region D in the trigger, 33, not 10: "
        "leave its prescale out, or change trigger.prescale.D of the run"
    )


def test_a_region_that_is_off_is_off_in_the_menu():
    registers = Registers((1, 2), (100, 0, 300, 400), (True, True, False, True))
    assert of_registers(registers) == {"A": 100, "B": 0, "C": 0, "D": 400}


def test_a_run_refuses_it_before_any_work(tmp_path):
    (tmp_path / "menu.yaml").write_text(TEXT % ", prescale: 10")
    settings = config.parse(
        "schema: config/1\nname: toy\ntrigger: {prescale: {A: 1, B: 1, C: 1, D: 33}, "
        f"menu: {{file: {tmp_path}/menu.yaml}}}}\n"
    )
    with pytest.raises(ConfigError, match=r"^seed L1_D of menu toy must have the prescale of"):
        menu_inside(settings.trigger, planned(settings.trigger))


def test_a_table_has_the_prescales_of_regions_too():
    menu = on_hardware(
        with_prescales(parse(TEXT % ""), PRESCALES), LAYOUT, {"score1": 5, "score2": 6}
    )
    names = ("L1_A", "L1_D", "L1_Mu")

    def column(*cells):
        rows = tuple(
            Row(i, name, (cell,)) for i, (name, cell) in enumerate(zip(names, cells, strict=True))
        )
        return PrescaleTable(("2e34",), rows)

    found = applied(menu, column("2", "33", "5"), "2e34")
    assert [seed.prescale for seed in found.seeds] == [200, 3300, 500]
    with pytest.raises(ConfigError) as caught:
        applied(menu, column("2", "1", "5"), "2e34")
    assert str(caught.value) == (
        "seed L1_D of column 2e34 must have the prescale of region D in the trigger, 33, not 1: "
        "change the column, or trigger.prescale.D of the run"
    )
