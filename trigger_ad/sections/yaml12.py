"""YAML 1.2 with the line of every key: what a configuration may be written in."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from trigger_ad.errors import ConfigError
from trigger_ad.storage.border import ON_DAMAGE

__all__ = ["line_of", "read", "write"]

#: Configurations are shallow; more is a mistake, or an alias that holds itself.
MAX_DEPTH = 16

#: Characters of a text, and values in it, each alias counted as what it stands for; the largest
#: configuration or menu has a hundredth of either.
MAX_TEXT = 1 << 20
MAX_VALUES = 50_000

#: Brackets open at a time, also in remarks and quotes: the library's time grows with the square.
_OPEN = 100

#: Whole numbers have so many bits at most.
_BITS = 64

_OTHER_VERSION = re.compile(r"^%YAML\s+(?!1\.2\s*$)(?P<version>.*)$", re.MULTILINE)

#: A list that begins in the column of its key.
_FLUSH_LIST = re.compile(r"^( *)[^\s#-][^\n]*:[^\n]*\n\1- ", re.MULTILINE)

_SURROGATE = re.compile(r"[\ud800-\udfff]")

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
        If the text is no YAML 1.2, repeats a key, has tags, keys that are not text, endless
        numbers, is nested too deeply or too large.
    """
    if len(text) > MAX_TEXT:
        raise _too_large(source, f"have at most {MAX_TEXT:,} characters", f"{len(text):,}")
    if _brackets(text) > _OPEN:
        raise _too_deep(source, 1)
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
    _check(tree, source, 1, 0, itertools.count(1))
    return tree


def write(tree: CommentedMap, text: str) -> str:
    """Text of a document that was read and changed: comments, lists and line ends as in `text`.

    Parameters
    ----------
    tree : CommentedMap
    text : str
        It was read from.
    """
    yaml = YAML()
    yaml.width = MAX_TEXT  # no line is broken
    if not _FLUSH_LIST.search(text):
        yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(tree, stream)
    lines = stream.getvalue().replace("\r\n", "\n")
    return lines.replace("\n", "\r\n") if "\r\n" in text else lines


def _brackets(text: str) -> int:
    """Most brackets that are open at a time."""
    steps = (1 if found in "[{" else -1 for found in re.findall(r"[\[\]{}]", text))
    return max(itertools.accumulate(steps), default=0)


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
    except ON_DAMAGE:
        raise ConfigError(
            source, "must be YAML 1.2", "unreadable text", "write it again, key by key"
        ) from None


def _check(node: Any, source: str, line: int, depth: int, count: Iterator[int]) -> None:
    """Refuse what JSON has no words for: tags, odd keys and numbers, endless nesting."""
    if depth > MAX_DEPTH:
        raise _too_deep(source, line)
    if next(count) > MAX_VALUES:
        raise _too_large(source, f"hold at most {MAX_VALUES:,} values", "more")
    _scalar(node, source, line)
    tag = getattr(getattr(node, "tag", None), "value", None)
    if tag is not None:
        raise ConfigError(f"{source}:{line}", "must have no tags", tag, "write the plain value")
    if isinstance(node, CommentedMap):
        for key, value in node.items():
            below = node.lc.key(key)[0] + 1 if key in (node.lc.data or {}) else line
            _scalar(key, source, below)
            if not isinstance(key, str):
                raise ConfigError(
                    f"a key at {source}:{below}", "must be text", repr(key), "write a known key"
                )
            _check(value, source, below, depth + 1, count)
    elif isinstance(node, CommentedSeq):
        for index, value in enumerate(node):
            _check(value, source, node.lc.item(index)[0] + 1, depth + 1, count)


def _scalar(node: Any, source: str, line: int) -> None:
    if isinstance(node, str) and _SURROGATE.search(node):
        raise ConfigError(
            f"a text at {source}:{line}", "must be Unicode", ascii(node), "write the character"
        )
    if isinstance(node, int) and node.bit_length() > _BITS:
        raise ConfigError(
            f"a number at {source}:{line}",
            f"must have at most {_BITS} bits",
            node.bit_length(),
            "write a smaller one",
        )


def _too_large(source: str, rule: str, found: str) -> ConfigError:
    return ConfigError(source, f"must {rule}", found, "write keys and values only")


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
