"""Whole records ``rates.json`` with registers of one's own."""

from pathlib import Path

import trigger_ad
from trigger_ad.rates.record import RatesRecord
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import PrescaleRule, Rule

_SHIPPED = Path(trigger_ad.__file__).parents[1] / "models/double_ae/rates.json"


def rates_record(registers: Registers, rule: Rule = Rule.CMS_COUNTER, **other) -> RatesRecord:
    """Record of the shipped model but for its registers, their rule, and what is named."""
    given = {"registers": registers, "rule": PrescaleRule.of(registers, rule=rule)}
    return RatesRecord.read(_SHIPPED).model_copy(update=given | other)
