"""What a written trigger top says of itself, against the records it was written from."""

from __future__ import annotations

from pathlib import Path

from trigger_ad.audit.text import REMEDY
from trigger_ad.errors import TriggerAdError
from trigger_ad.ir.findings import Checked, Finding
from trigger_ad.trigger.interface import TopInterface

__all__ = ["check_interface"]


def check_interface(folder: Path, where: str, wanted: TopInterface) -> Checked:
    """Compare ``interface.json`` of a trigger top in HLS or RTL with the records.

    Parameters
    ----------
    folder : Path
        With the sources of the top.
    where : str
        What it is called in findings.
    wanted : TopInterface
        Of the records.

    Returns
    -------
    Checked
        Count of ``interface entries``, 0 where there is no interface to read.
    """
    try:
        found = TopInterface.load(folder)
    except TriggerAdError as error:
        return Checked({"interface entries": 0}, (Finding.of(error),))
    entries = [(_entries(found)[name], text, name) for name, text in _entries(wanted).items()]
    findings = tuple(
        Finding(f"the {name} of {where}/interface.json", f"must be {text}", other, REMEDY)
        for other, text, name in entries
        if other != text
    )
    return Checked({"interface entries": len(entries)}, findings)


def _entries(interface: TopInterface) -> dict[str, str]:
    return {
        "network": interface.name,
        "layout": interface.layout.hash[:12],
        "scores": ", ".join(map(str, interface.scores)),
        "rule": interface.rule.value,
        "regions": f"those of the scores {', '.join(map(str, interface.regions.numbers))}",
    }
