"""Configurations as text: read, checked with the line of every mistake, and written."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pydantic
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from trigger_ad.config import earlier
from trigger_ad.config.schema import Config
from trigger_ad.config.tables import TABLES
from trigger_ad.sections import yaml12
from trigger_ad.sections.explanation import explain
from trigger_ad.storage.files import read_text

__all__ = ["dump", "load", "migrated", "parse"]


def load(path: Path) -> Config:
    """Read and check a configuration file.

    Parameters
    ----------
    path : Path
        A YAML 1.2 file.

    Raises
    ------
    ConfigError
        With the key, its line, the rule, the value and the remedy.
    """
    return parse(read_text(path, "YAML"), str(path))


def parse(text: str, source: str = "configuration") -> Config:
    """Check a configuration given as YAML text; `source` names it in errors.

    Raises
    ------
    ConfigError
        With the key, its line, the rule, the value and the remedy.
    """
    tree = yaml12.read(text, source)
    earlier.read_as_present(tree, source)
    return _checked(tree, source)


def migrated(text: str, source: str = "configuration") -> tuple[str, list[earlier.Change]]:
    """Text of the present schema, and what has changed; comments stay where they are.

    Keys that nothing uses are dropped, whatever they say, with the comments beside them.

    Raises
    ------
    ConfigError
        As `parse`, for what is wrong besides.
    """
    tree = yaml12.read(text, source)
    changes = earlier.to_present(tree)
    _checked(tree, source)
    return yaml12.write(tree, text), changes


def dump(config: Config) -> str:
    """YAML text of every key with its value; `parse` reads it back to an equal record."""
    stream = StringIO()
    YAML().dump(json.loads(config.model_dump_json(by_alias=True)), stream)
    return stream.getvalue()


def _checked(tree: CommentedMap, source: str) -> Config:
    try:
        return Config.model_validate_json(json.dumps(tree, default=str), context=TABLES)
    except pydantic.ValidationError as error:
        raise explain(error, Config, tree, source, TABLES) from None
