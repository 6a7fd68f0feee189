"""Configurations of an earlier schema, brought to the present one.

In ``config/1`` every scorer, member and teacher had the keys of all, and the single autoencoder
beside a trigger borrowed ``hidden``, ``bias`` and ``difference`` of the scorer. Now these are keys
of ``baselines.single``, and a key that its scorer does not use is an error. Where that changes
nothing, ``config/1`` is still read: what the single autoencoder borrowed is given to it, and
unused keys may have the value that every written configuration had of them.
"""

from __future__ import annotations

import copy
import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pydantic
from ruamel.yaml.comments import Comment, CommentedMap, CommentedSeq, Format, LineCol

from trigger_ad.config.schema import SCHEMA, Config
from trigger_ad.config.tables import TABLES
from trigger_ad.errors import ConfigError
from trigger_ad.sections import yaml12

__all__ = ["EARLIER", "Change", "config_of", "read_as_present", "to_present"]

EARLIER = "config/1"

#: Keys that the single autoencoder borrowed of the scorer.
_BORROWED = ("hidden", "bias", "difference")

#: Keys that every scorer and member could have, and every teacher, with their defaults.
_OF_SCORERS: Mapping[str, Any] = types.MappingProxyType(
    {
        "hidden": [16, 8],
        "bias": True,
        "difference": "absolute",
        "latent": 4,
        "latent_score": "mu_squared",
        "beta": 0.1,
        "target": 3,
        "members": [],
        "combine": "and",
        "teacher": None,
        "learn": "rank",
        "fidelity": None,
    }
)
_OF_TEACHERS: Mapping[str, Any] = types.MappingProxyType(
    {"size": "small", "epochs": None, "combine": "avg"}
)


@dataclass(frozen=True)
class Change:
    """What a configuration has lost or gained on its way to the present schema.

    Parameters
    ----------
    key : str
        Dotted, as it was.
    line : int
        In the file.
    what : str
        Has become of it.
    section : str
        Name of the scorer or teacher that does not use it; empty where the value is kept.
    known : tuple of str
        Keys that it uses.
    lost : bool
        Whether a value was lost that somebody wrote, not the one that it had anyway.
    """

    key: str
    line: int
    what: str
    section: str = ""
    known: tuple[str, ...] = ()
    lost: bool = False

    def __str__(self) -> str:
        """One line: ``scorer.beta of line 7 is dropped: svdd does not use it``."""
        return f"{self.key} of line {self.line} {self.what}"


def read_as_present(tree: CommentedMap, source: str) -> None:
    """Bring a configuration to the present schema where that changes nothing.

    Raises
    ------
    ConfigError
        If a value would be lost.
    """
    for change in to_present(tree):
        if change.lost:
            raise ConfigError(
                f"key {change.key!r} at {source}:{change.line}",
                f"must be a key of {change.section}",
                repr(change.key.rpartition(".")[2]),
                f"choose from {', '.join(change.known)}; trigger-ad migrate {source} drops it",
            )


def to_present(tree: CommentedMap) -> list[Change]:
    """Bring a configuration of schema `EARLIER` to the present one; another one is left as it is.

    Parameters
    ----------
    tree : CommentedMap
        From `yaml12.read`; changed in place, comments and lines are kept.

    Returns
    -------
    list of Change
        What was moved, copied or dropped.
    """
    if tree.get("schema") != EARLIER:
        return []
    found = [Change("schema", yaml12.line_of(tree, ("schema",)), f"is now {SCHEMA}")]
    tree["schema"] = SCHEMA
    scorer = _alone(tree.get("scorer"))
    if isinstance(scorer, CommentedMap):
        tree["scorer"] = scorer
        found += [*_lend(tree, scorer), *_without_unused(tree, ("scorer",), "double_ae")]
    return found


def config_of(sections: Mapping[str, Any]) -> Config | None:
    """Configuration with these sections, recorded in the earlier schema.

    Parameters
    ----------
    sections : mapping of str to section
        By dotted name.

    Returns
    -------
    Config or None
        With defaults for all others. None if a value would be lost, or is refused by now.
    """
    tree = CommentedMap({"schema": EARLIER, "name": "recorded"})
    for dotted, values in sections.items():
        *above, last = dotted.split(".")
        inside = tree
        for part in above:
            inside = inside.setdefault(part, CommentedMap())
        inside[last] = _commented(values)
    if any(change.lost for change in to_present(tree)):
        return None
    try:
        return Config.model_validate_json(json.dumps(tree), context=TABLES)
    except pydantic.ValidationError:
        return None


def _alone(node: Any) -> Any:
    """A section that shares nothing with another one through anchors, with comments and lines."""
    if isinstance(node, CommentedMap):
        alone: Any = CommentedMap({key: _alone(value) for key, value in node.items()})
    elif isinstance(node, CommentedSeq):
        alone = CommentedSeq([_alone(value) for value in node])
    else:
        return node
    for kept in (Comment.attrib, Format.attrib, LineCol.attrib):
        if hasattr(node, kept):
            setattr(alone, kept, getattr(node, kept))
    return alone


def _commented(values: Any) -> Any:
    if isinstance(values, Mapping):
        return CommentedMap({key: _commented(value) for key, value in values.items()})
    return [_commented(value) for value in values] if isinstance(values, list) else values


def _lend(tree: CommentedMap, scorer: CommentedMap) -> Iterator[Change]:
    """Give the single autoencoder what it borrowed, and the published network its distance."""
    baselines = _below(tree, "baselines", tree, "scorer")
    if not isinstance(baselines, CommentedMap) or "single" in baselines:
        return
    own = _keys(scorer, "scorers", "double_ae")
    for key in _BORROWED:
        if key not in scorer or own is None:
            continue
        line = yaml12.line_of(tree, ("scorer", key))
        single = _below(baselines, "single", scorer, key)
        _copy(scorer, single, key)
        if key == "difference" and scorer[key] != _OF_SCORERS[key]:
            published = _below(baselines, "published", scorer, key)
            if isinstance(published, CommentedMap):
                _copy(scorer, published, key)
        kept = key in own
        if not kept:
            del scorer[key]
        what = "is given to" if kept else "is now"
        yield Change(f"scorer.{key}", line, f"{what} baselines.single.{key}")
    if not baselines:
        del tree["baselines"]


def _without_unused(
    tree: CommentedMap, where: tuple[int | str, ...], default: str | None
) -> Iterator[Change]:
    """Drop what a scorer, its members and teachers do not use."""
    section: Any = tree
    for part in where:
        section = section[part]
    if not isinstance(section, CommentedMap):
        return
    teacher = where[-1] == "teacher"
    defaults = _OF_TEACHERS if teacher else _OF_SCORERS
    own = _keys(section, "teachers" if teacher else "scorers", default)
    for key in [key for key in section if own is not None and key in defaults and key not in own]:
        line = yaml12.line_of(tree, (*where, key))
        name, dotted = section.get("name", default), ".".join(map(str, (*where, key)))
        what, lost = f"is dropped: {name} does not use it", section[key] != defaults[key]
        yield Change(dotted, line, what, name, own or (), lost)
        del section[key]
    members = section.get("members")
    for index in range(len(members)) if isinstance(members, list) else ():
        yield from _without_unused(tree, (*where, "members", index), "single_ae")
    if "teacher" in section:
        yield from _without_unused(tree, (*where, "teacher"), None)


def _keys(section: CommentedMap, table: str, default: str | None) -> tuple[str, ...] | None:
    """Keys that a section uses; None if nobody knows its name."""
    name = section.get("name", default)
    found = TABLES[table].find(name) if isinstance(name, str) else None
    return None if found is None else tuple(found.model_fields)


def _copy(source: CommentedMap, target: CommentedMap, key: str) -> None:
    """Copy a value, with its line."""
    target[key] = copy.deepcopy(source[key])
    _place(target, key, source, key)


def _below(tree: CommentedMap, name: str, source: CommentedMap, key: str) -> Any:
    """Section of a tree; a new one has the line of a key elsewhere."""
    if name not in tree:
        tree[name] = CommentedMap()
        tree.fa.set_block_style()  # room for comments that come along
        _place(tree, name, source, key)
    return tree[name]


def _place(target: CommentedMap, name: str, source: CommentedMap, key: str) -> None:
    if key in (source.lc.data or {}):
        target.lc.add_kv_line_col(name, source.lc.data[key])
