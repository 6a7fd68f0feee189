"""A workspace of pyhf with four regions, written and read back (extra ``stats``)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trigger_ad.abcd.kappa_record import Cut
from trigger_ad.abcd.likelihood import POI, FourRegions, specification
from trigger_ad.errors import ConfigError
from trigger_ad.storage.extras import require
from trigger_ad.storage.files import read_text, write_json
from trigger_ad.storage.json_text import NoJsonError, loads
from trigger_ad.trigger.registers import REGIONS

__all__ = ["read_workspace", "write_workspace"]

#: Version of the format of pyhf.
_VERSION = "1.0.0"


def write_workspace(path: Path, regions: FourRegions, cut: Cut) -> None:
    """Write a workspace whole.

    Channels are A, B, C and D, with one bin each. The background of A has the factors of B and C
    and a constrained one, kappa. The name of the measurement says what the counts are of, since
    the format has no other place.

    Parameters
    ----------
    path : Path
    regions : FourRegions
    cut : Cut
        Thresholds, scores and menu.
    """
    model = specification(regions)
    counts = zip(REGIONS, regions.counts, strict=True)
    write_json(
        path,
        {
            "channels": model["channels"],
            "observations": [{"name": name, "data": [float(n)]} for name, n in counts],
            "measurements": [
                {"name": _name(cut), "config": {"poi": POI, "parameters": model["parameters"]}}
            ],
            "version": _VERSION,
        },
    )


def read_workspace(path: Path, cut: Cut) -> FourRegions:
    """Read a workspace of the same thresholds, scores and menu.

    Parameters
    ----------
    path : Path
    cut : Cut

    Raises
    ------
    MissingDependencyError
        If there is no pyhf.
    ConfigError
        If it is no workspace, not one of `write_workspace`, or of something else.
    """
    require("a workspace of four regions", "stats", pyhf="pyhf")
    tree = _checked(path)
    names = [measurement["name"] for measurement in tree["measurements"]]
    if names != [_name(cut)]:
        raise _refused(
            path, f"must have the measurement {_name(cut)!r}", ", ".join(map(repr, names))
        )
    found = _regions(tree)
    if found is None or specification(found)["channels"] != tree["channels"]:
        raise _refused(path, "must have the channels A, B, C and D of this version", None)
    return found


def _name(cut: Cut) -> str:
    first, second = cut.thresholds
    menu = "none" if cut.menu is None else cut.menu[:12]
    return f"thresholds {first} and {second}, scores {cut.scores[:12]}, menu {menu}"


def _checked(path: Path) -> dict[str, Any]:
    """JSON that the schema of pyhf allows."""
    import pyhf

    try:
        tree = loads(read_text(path, "workspace"))
    except NoJsonError as error:
        raise _refused(path, "must be JSON", error) from None
    try:
        pyhf.schema.validate(tree, "workspace.json", version=_VERSION)
    except pyhf.exceptions.InvalidSpecification as error:
        reason = " ".join(str(error.args[0]).split())
        raise _refused(path, "must be a workspace of pyhf", reason) from None
    return dict(tree)


def _regions(tree: Mapping[str, Any]) -> FourRegions | None:
    """What the channels were made of; None where they are others."""
    observed = {one["name"]: one["data"] for one in tree["observations"]}
    channels = {one["name"]: one["samples"] for one in tree["channels"]}
    if tuple(channels) != REGIONS or tuple(observed) != REGIONS:
        return None
    samples = [{one["name"]: one["data"] for one in channels[name]} for name in REGIONS]
    if any({*own} != {"signal", "background"} for own in samples):
        return None
    spread = [one["data"] for one in channels["A"][-1]["modifiers"] if one["type"] == "normsys"]
    return FourRegions(
        tuple(int(observed[name][0]) for name in REGIONS),
        tuple(float(own["signal"][0]) for own in samples),
        tuple(float(own["background"][0]) for own in samples),
        float(spread[0]["hi"]) - 1 if spread else 0.0,
    )


def _refused(path: Path, rule: str, found: object) -> ConfigError:
    return ConfigError(path, rule, found, "write it with trigger-ad kappa --workspace")
