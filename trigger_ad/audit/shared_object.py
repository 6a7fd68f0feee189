"""The shared object for an experiment's software, against the records it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from trigger_ad.errors import TriggerAdError
from trigger_ad.hls.emulator import contents_hash
from trigger_ad.hls.emulator_manifest import Manifest
from trigger_ad.ir.findings import Checked, Finding
from trigger_ad.trigger.hardware import HardwareTrigger

__all__ = ["check_shared_object"]

_REMEDY = "write the shared object again; do not edit its sources by hand"


def check_shared_object(folder: Path, trigger: HardwareTrigger) -> Checked:
    """Compare a shared object's folder with the records of a run.

    Parameters
    ----------
    folder : Path
        With ``manifest.json``, the object and its sources.
    trigger : HardwareTrigger

    Returns
    -------
    Checked
        Counts of ``manifest entries``, and of ``sources``, all of which must be those that the
        object was built of.
    """
    try:
        manifest = Manifest.load(folder)
    except TriggerAdError as error:
        return Checked({"manifest entries": 0}, (Finding.of(error),))
    kinds = {name: str(kind) for name, kind in trigger.scores.items()}
    entries = (
        ("network", manifest.network_hash[:12], contents_hash(trigger)[:12]),
        ("layout", manifest.layout_hash[:12], trigger.layout.hash[:12]),
        ("scores", _listed(manifest.scores), _listed(kinds)),
    )
    findings = [
        Finding(f"the {what} of {manifest.object}", f"must be {wanted}", found, _REMEDY)
        for what, found, wanted in entries
        if found != wanted
    ]
    if not manifest.fits(folder):
        findings.append(
            Finding(
                f"the folder of {manifest.object}",
                "must hold the sources that it was built of",
                "others",
                _REMEDY,
            )
        )
    counts = {"manifest entries": len(entries), "sources": len(manifest.sources)}
    return Checked(counts, tuple(findings))


def _listed(kinds: Mapping[str, str]) -> str:
    return ", ".join(f"{name} in {kind}" for name, kind in kinds.items())
