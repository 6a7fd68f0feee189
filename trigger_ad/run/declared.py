"""The part of a configuration and of a run folder that a stage declares; the rest is refused.

A step that reads more than its stage declares would not be repeated when that changes. This is a
fault of the program, not of the user, so the error is none of `trigger_ad.errors`.
"""

from __future__ import annotations

import errno
import os
import types
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

import pydantic

from trigger_ad.config import Config

__all__ = ["UndeclaredReadError", "declared_config", "declared_folder", "is_below"]

Record = TypeVar("Record", bound=pydantic.BaseModel)

if TYPE_CHECKING:
    _Path = Path
else:
    _Path = type(Path())  # the one of this system, which alone can be derived from


class UndeclaredReadError(Exception):
    """A step reads what its stage does not declare: it would be old, and nobody would notice."""


def declared_config(config: Config, keys: Iterable[str], stage: str) -> Config:
    """The configuration with some of its keys; to read another raises `UndeclaredReadError`.

    Parameters
    ----------
    config : Config
    keys : iterable of str
        Dotted; all that is below a key is kept.
    stage : str
        That declares them.
    """
    return _part(config, [tuple(key.split(".")) for key in keys], stage, ())


def _part(
    record: Record, keys: Sequence[tuple[str, ...]], stage: str, above: tuple[str, ...]
) -> Record:
    kept: dict[str, Any] = {}
    for name, key in _keys(type(record)).items():
        inside = [rest for first, *rest in keys if first == key]
        if [] in inside:
            kept[name] = getattr(record, name)
        elif inside:
            below = [tuple(rest) for rest in inside]
            kept[name] = _part(getattr(record, name), below, stage, (*above, key))
    part = record.model_copy()
    object.__setattr__(part, "__class__", _refusing(type(record), stage, above))
    vars(part).clear()
    vars(part).update(kept)
    return part


def _keys(section: type[pydantic.BaseModel]) -> dict[str, str]:
    """Key of each attribute as the user writes it."""
    return {name: field.alias or name for name, field in section.model_fields.items()}


def _refusing(section: type[Record], stage: str, above: tuple[str, ...]) -> type[Record]:
    """The same section, but what is not in it is a fault; others take it for the section itself."""
    known = _keys(section)

    def refuse(_: pydantic.BaseModel, name: str) -> NoReturn:
        if name in known:
            dotted = ".".join((*above, known[name]))
            raise UndeclaredReadError(
                f"stage {stage} reads {dotted} of the configuration without declaring it: name it "
                "among its sections in trigger_ad/run/pipelines.py"
            )
        raise AttributeError(name)

    body = {
        "__module__": section.__module__,
        "__getattr__": refuse,
        "model_config": {"defer_build": True},  # it is filled, never validated
    }
    made = types.new_class(section.__name__, (section,), exec_body=lambda space: space.update(body))
    return cast(type[Record], made)


def declared_folder(folder: Path, given: Sequence[str], absent: Sequence[str], stage: str) -> Path:
    """The path of a run folder, from which only some paths can be reached.

    Paths made of it are joined and printed as any other. Where one is handed to the system, to be
    opened, listed or asked whether it is there, it raises `UndeclaredReadError` unless it is
    declared. A path made anew of its text, or by ``Path(folder)``, is not seen: records of a run
    keep the object that they are given, and tests watch what is opened, too.

    Parameters
    ----------
    folder : Path
    given : sequence of str
        Files and folders below it that can be reached.
    absent : sequence of str
        Those which look as if they were not there.
    stage : str
        That declares them.
    """
    root = os.path.abspath(folder)  # noqa: PTH100 - as the system reads it, links left alone

    class Declared(_Path):
        """A path in or below the run folder."""

        __slots__ = ()

        def __fspath__(self) -> str:
            path = str(self)
            name = os.path.relpath(path, root)
            if is_below(name, absent):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
            if not (name.startswith("..") or is_below(name, given)):
                raise UndeclaredReadError(
                    f"stage {stage} reads {name} of the run folder without declaring it: name the "
                    "stage that writes it among its inputs in trigger_ad/run/pipelines.py"
                )
            return path

        def __reduce__(self) -> tuple[type[Path], tuple[str]]:
            return Path, (str(self),)

    return Declared(folder)


def is_below(name: str, places: Iterable[str]) -> bool:
    """Whether a path is one of these files or folders, or lies in one of them."""
    return any(PurePath(name).is_relative_to(place) for place in places)
