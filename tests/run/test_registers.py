"""What a run does with its prescales follows the registers in its record."""

import shutil
from dataclasses import replace

from tests.rates_records import rates_record
from trigger_ad import config as configuration
from trigger_ad.menu.record import RunMenuRecord
from trigger_ad.rates.record import RatesRecord
from trigger_ad.run.counting import load_setup
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run.steps import menu


def test_menu_emulation_and_scans_have_the_prescales_of_the_registers(small_run, tmp_path):
    """Those of the record, were it another than the configuration once asked for."""
    copy = tmp_path / "run"
    shutil.copytree(small_run, copy)
    record = RatesRecord.read(copy / "rates.json")
    registers = replace(record.registers, prescale=(300, 200, 250, 1000))
    rates_record(registers, plane=record.plane).write(copy / "rates.json")
    config = configuration.load(copy / "config.yaml")
    assert config.trigger.prescale.A == 1
    menu.run(
        Context(
            config, copy, tmp_path / "new", tmp_path / "unfinished", False, lambda part, note: None
        )
    )
    found = RunMenuRecord.read(tmp_path / "new/menu.json")
    for place, prescale in enumerate(("3", "2", "2.5", "10"), -4):
        assert found.seeds[place].endswith(f"prescale {prescale}")
        assert found.rates.seeds[place].prescale == prescale
    assert load_trigger(copy).registers == load_setup(copy).trigger.registers == registers
