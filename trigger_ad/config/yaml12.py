"""YAML 1.2 with the line of every key: what a configuration may be written in."""

from __future__ import annotations

import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from trigger_ad.errors import ConfigError

__all__ = ["line_of", "read"]

#: Configurations are shallow; more is a mistake, or an alias that holds itself.
MAX_DEPTH = 16

_OTHER_VERSION = re.compile(r"^%YAML\s+(?!1\.2\s*$)(?P<version>.*)$", re.MULTILINE)

_KINDS = {"NoneType": "nothing", "CommentedSeq": "a list"}


def read(text: str, source: str) -> CommentedMap:
    """Read one document of keys and values.

    Parameters
    ----------
    text : str
    source : str
        Names the text in errors.

    Raises
    ------
    ConfigError
        If the text is no YAML 1.2, repeats a key, has tags, keys that are not text, or is
        nested too deeply.
    """
    other = _OTHER_VERSION.search(text)
    if other is not None:
        line = text.count("\n", 0, other.start()) + 1
        raise ConfigError(
            f"{source}:{line}", "must be YAML 1.2", f"YAML {other['version']}", "remove the line"
        )
    tree = _load(text, source)
    if not isinstance(tree, CommentedMap):
        kind = type(tree).__name__
        raise ConfigError(
            f"{source}:1",
            "must hold keys and values",
            _KINDS.get(kind, "one value"),
            "start from models/double_ae/config.yaml",
        )
    _check(tree, source, 1, 0)
    return tree


def _load(text: str, source: str) -> Any:
    yaml = YAML(typ="rt", pure=True)
    yaml.version = (1, 2)
    try:
        return yaml.load(text)
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1
        key = str(error.problem).split('"')[1]
        raise ConfigError(
            f"key {key!r} at {source}:{line}", "must be given once", "twice", "remove one of them"
        ) from None
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = mark.line + 1 if mark else 1
        problem = str(getattr(error, "problem", None) or "unreadable text").lower()
        raise ConfigError(
            f"{source}:{line}",
            "must be YAML 1.2",
            problem.removeprefix("but found "),
            "mend this line or the one above",
        ) from None
    except RecursionError:
        raise _too_deep(source, 1) from None


def _check(node: Any, source: str, line: int, depth: int) -> None:
    """Refuse what JSON has no words for: tags, odd keys, endless nesting."""
    if depth > MAX_DEPTH:
        raise _too_deep(source, line)
    tag = getattr(getattr(node, "tag", None), "value", None)
    if tag is not None:
        raise ConfigError(f"{source}:{line}", "must have no tags", tag, "write the plain value")
    if isinstance(node, CommentedMap):
        for key, value in node.items():
            below = node.lc.key(key)[0] + 1 if key in (node.lc.data or {}) else line
            if not isinstance(key, str):
                raise ConfigError(
                    f"a key at {source}:{below}", "must be text", repr(key), "write a known key"
                )
            _check(value, source, below, depth + 1)
    elif isinstance(node, CommentedSeq):
        for index, value in enumerate(node):
            _check(value, source, node.lc.item(index)[0] + 1, depth + 1)


def _too_deep(source: str, line: int) -> ConfigError:
    return ConfigError(
        f"{source}:{line}",
        f"must be nested at most {MAX_DEPTH} deep",
        None,
        "write keys and values only",
    )


def line_of(tree: Any, where: tuple[int | str, ...]) -> int:
    """Line of the deepest part of a location that the text has, counted from 1."""
    line = 0
    for part in where:
        if isinstance(tree, CommentedMap) and part in (tree.lc.data or {}):
            line = tree.lc.key(part)[0]
        elif isinstance(tree, CommentedSeq) and isinstance(part, int) and part < len(tree):
            line = tree.lc.item(part)[0]
        else:
            break
        tree = tree[part]
    return int(line) + 1
