"""Values of the run-time registers, against the ports that carry them."""

from __future__ import annotations

from trigger_ad.ir.findings import Checked, Finding, bits_needed
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.registers import Registers

__all__ = ["check_registers"]


def check_registers(registers: Registers, trigger: HardwareTrigger) -> Checked:
    """Find thresholds that their ports, which have one bit more than the score, do not hold.

    Parameters
    ----------
    registers : Registers
        Their prescales were checked when they were made.
    trigger : HardwareTrigger

    Returns
    -------
    Checked
        Count of ``thresholds``.
    """
    findings = []
    regions, kinds = trigger.regions, list(trigger.scores.values())
    values = registers.thresholds
    if len(values) != len(regions.axes):
        wrong = Finding(
            "the registers",
            f"must have {len(regions.axes)} thresholds",
            str(len(values)),
            "derive them from the scores of this network",
        )
        return Checked({"thresholds": len(values)}, (wrong,))
    for number, value in zip(regions.numbers, values, strict=True):
        width = kinds[number - 1].width + 1
        needed = bits_needed(min(value, 0), max(value, 0), signed=True)
        if needed > width:
            findings.append(
                Finding(
                    f"register threshold{number}",
                    f"must fit its port of {width} bits, from {-(2 ** (width - 1))} to "
                    f"{2 ** (width - 1) - 1}",
                    f"{value}, which needs {needed} bits",
                    "derive it from the scores of this network",
                )
            )
    return Checked({"thresholds": len(values)}, tuple(findings))
