"""What a written trigger top says of itself, against the records it was written from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from trigger_ad.audit.findings import Checked, Finding
from trigger_ad.audit.text import REMEDY
from trigger_ad.errors import TriggerAdError
from trigger_ad.features.layout import Layout
from trigger_ad.network import HardwareNetwork
from trigger_ad.score import Score
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.rule import Rule

__all__ = ["check_interface"]


def check_interface(
    folder: Path,
    where: str,
    network: HardwareNetwork,
    scores: Mapping[str, Score],
    layout: Layout,
    rule: Rule,
) -> Checked:
    """Compare ``interface.json`` of a trigger top in HLS or RTL with the records.

    Parameters
    ----------
    folder : Path
        With the sources of the top.
    where : str
        What it is called in findings.
    network : HardwareNetwork
    scores : mapping of str to Score
        The two of the plane, in order.
    layout : Layout
        Of the words.
    rule : Rule
        Of the prescalers.

    Returns
    -------
    Checked
        Count of ``interface entries``, 0 where there is no interface to read.
    """
    try:
        interface = TopInterface.load(folder)
    except TriggerAdError as error:
        return Checked({"interface entries": 0}, (Finding.of(error),))
    kinds = tuple(score.type for score in scores.values())
    entries = (
        ("network", interface.name, network.name),
        ("layout", interface.layout.hash[:12], layout.hash[:12]),
        ("scores", ", ".join(map(str, interface.scores)), ", ".join(map(str, kinds))),
        ("rule", interface.rule.value, rule.value),
    )
    findings = tuple(
        Finding(f"the {what} of {where}/interface.json", f"must be {wanted}", found, REMEDY)
        for what, found, wanted in entries
        if found != wanted
    )
    return Checked({"interface entries": len(entries)}, findings)
