"""Manifests of earlier schemas, brought to the present one: what is up to date stays so.

``manifest/1`` does not say what the key of a stage was made of. In ``manifest/2`` the parts of the
configuration are those of ``config/1``, in which the single autoencoder borrowed keys of the
scorer; see `trigger_ad.config.earlier`.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from typing import Any

from trigger_ad.config.earlier import config_of
from trigger_ad.run.folder.keys import at, key_of, tree

__all__ = ["MANIFESTS", "present"]

#: Schemas that are still read, the newest first.
MANIFESTS = ("manifest/2", "manifest/1")

_SINGLE: Mapping[str, tuple[str, ...]] = {"scorer": ("baselines.single",)}

#: Sections that a stage reads in place of one that it read then; the others are as they were.
_INSTEAD: Mapping[str, Mapping[str, tuple[str, ...]]] = types.MappingProxyType(
    {
        "train_single": _SINGLE,
        "quantize_single": _SINGLE,
        "convert_single": _SINGLE,
        "train_published": {"scorer": (), "baselines": ("baselines.published",)},
        "validate": {"scorer": ("scorer", "baselines.single")},
    }
)


def present(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Manifest whose stages are made of sections of the present configuration.

    Parameters
    ----------
    manifest : mapping
        Of any of `MANIFESTS`, or of the present schema.
    """
    if manifest["schema"] != MANIFESTS[0]:
        return dict(manifest)
    stages = {name: _entry(name, entry) for name, entry in manifest["stages"].items()}
    return {**manifest, "stages": stages}


def _entry(stage: str, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same stage; one whose sections mean nothing now is left, and repeated by a run."""
    if "made_of" not in entry:
        return entry
    then = entry["made_of"]
    config = config_of(then["sections"])
    if config is None:
        return entry
    now = tree(config)
    sections = {name: at(now, name) for name in _names(stage, then["sections"])}
    made_of = {**then, "sections": sections}
    key = key_of(made_of) if entry["key"] == key_of(then) else entry["key"]
    return {**entry, "made_of": made_of, "key": key}


def _names(stage: str, then: Iterable[str]) -> list[str]:
    instead = _INSTEAD.get(stage, {})
    return [now for name in then for now in instead.get(name, (name,))]
