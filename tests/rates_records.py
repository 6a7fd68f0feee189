"""Whole records ``rates.json`` with registers of one's own."""

from pathlib import Path

import trigger_ad
from trigger_ad.rates.record import RatesRecord
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import PrescaleRule, Rule

_SHIPPED = Path(trigger_ad.__file__).parents[1] / "models/double_ae/rates.json"


def rates_record(registers: Registers, rule: Rule = Rule.CMS_COUNTER, **other) -> RatesRecord:
    """Record of the shipped model but for its registers, their rule, and what is named."""
    shipped = RatesRecord.read(_SHIPPED)
    prescales = PrescaleRule.of(registers, rule=rule)
    rows = {
        region: row.model_copy(update={"prescale": prescales.realised[region]})
        for region, row in shipped.regions.items()
    }
    given = {"registers": registers, "rule": prescales, "regions": rows}
    return shipped.model_copy(update=given | other)
