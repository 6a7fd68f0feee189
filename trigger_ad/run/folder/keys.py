"""Keys of stages: hashes of everything that a result depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from trigger_ad.config import Config

__all__ = ["at", "key_of", "tree"]


def tree(config: Config) -> dict[str, Any]:
    """A configuration as plain values by key, as keys of stages are made of it."""
    return dict(json.loads(config.model_dump_json(by_alias=True)))


def at(config: Mapping[str, Any], dotted: str) -> Any:
    """Section of such a tree, by its dotted name."""
    part: Any = config
    for name in dotted.split("."):
        part = part[name]
    return part


def key_of(made_of: Mapping[str, Any]) -> str:
    """Key of a stage.

    Parameters
    ----------
    made_of : mapping
        Everything that its result depends on, plain values by name.
    """
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
