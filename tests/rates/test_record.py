"""Registers are the one source of the prescales of a run."""

import json
import re
from pathlib import Path

import pytest

import trigger_ad
from tests.rates_records import rates_record
from trigger_ad.errors import RunFolderError
from trigger_ad.rates.record import RatesRecord
from trigger_ad.storage.files import read_json, write_json
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule

PACKAGE = Path(trigger_ad.__file__).parent
SHIPPED = sorted((PACKAGE.parent / "models").glob("*/rates.json"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_shipped_records_come_out_as_they_are(path, tmp_path):
    RatesRecord.read(path).write(tmp_path / "rates.json")
    then = json.loads(path.read_text())
    now = read_json(tmp_path / "rates.json", "rates/2")
    if then["schema"] == "rates/1":
        assert (now.pop("strata"), now.pop("schema"), then.pop("schema")) == (
            None,
            "rates/2",
            "rates/1",
        )
    assert now["abcd"].pop("corrected", None) is None  # came later
    then["registers"] = Registers.from_json(then["registers"]).to_json()
    assert now == json.loads(json.dumps(then))


@pytest.mark.parametrize("rule", Rule)
def test_rule_and_regions_have_the_prescales_of_the_registers(rule, tmp_path):
    registers = Registers((1, 2), (100, 250, 0, 3333), (True, False, True, True))
    rates_record(registers, rule).write(tmp_path / "rates.json")
    record = RatesRecord.read(tmp_path / "rates.json")
    assert (record.registers, record.rule.rule) == (registers, rule)
    assert [row.prescale for row in record.regions.values()][1:3] == [0.0, 0.0]


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree["registers"]["prescale"].__setitem__(1, 300),
        lambda tree: tree["registers"]["enable"].__setitem__(3, False),
        lambda tree: tree["rule"]["realised"].update(C=7.0),
        lambda tree: tree["regions"]["A"].update(prescale=2.0),
    ],
)
def test_a_second_prescale_is_refused(change, tmp_path):
    tree = read_json(SHIPPED[0], "rates/1")
    change(tree)
    write_json(tmp_path / "rates.json", tree)
    with pytest.raises(RunFolderError) as caught:
        RatesRecord.read(tmp_path / "rates.json")
    assert str(caught.value) == (
        f"{tmp_path}/rates.json must be a whole record, not one whose rule or regions have other "
        "prescales than its registers: run the stage that writes it again"
    )


def test_the_configuration_is_asked_for_prescales_once():
    """Before the thresholds are known; everything after reads the record."""
    asked = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(r"\.from_prescales\(|settings\.prescale", path.read_text(encoding="utf-8"))
    }
    assert asked == {"run/folder/registers.py"}
