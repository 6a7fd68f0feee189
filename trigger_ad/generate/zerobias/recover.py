"""The collisions behind the crossings of an event file, from its seed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from os import PathLike
from typing import Any

import h5py

from trigger_ad.errors import EventFileError
from trigger_ad.events.readers.adc2021 import count
from trigger_ad.generate.zerobias.draws import Draws, Pileup, draw
from trigger_ad.generate.zerobias.library import Composition

__all__ = ["SCHEMA", "Recipe", "identities", "recipe"]

SCHEMA = "zero_bias/1"


@dataclass(frozen=True)
class Recipe:
    """All that the collisions of the crossings depend on.

    Parameters
    ----------
    pileup : Pileup
    composition : Composition
    seed : int
    library : str
        SHA-256 of the library.
    strata : dict or None
        The file of strata, where crossings were drawn in them.
    """

    pileup: Pileup
    composition: Composition
    seed: int
    library: str
    strata: dict[str, Any] | None = None

    def to_record(self) -> dict[str, Any]:
        """As JSON, with its schema; lists for tuples."""
        record: dict[str, Any] = json.loads(json.dumps({"schema": SCHEMA, **asdict(self)}))
        if self.strata is None:
            del record["strata"]
        return record

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Recipe:
        """Inverse of `to_record`; a ValueError, KeyError or TypeError for anything else."""
        if record["schema"] != SCHEMA:
            raise ValueError(record["schema"])
        pileup, composition = (
            {name: tuple(values) for name, values in record[key].items()}
            for key in ("pileup", "composition")
        )
        return cls(
            Pileup(**pileup),
            Composition(**composition),
            int(record["seed"]),
            record["library"],
            record.get("strata"),
        )


def recipe(path: str | PathLike[str]) -> Recipe:
    """What the crossings of a zero-bias file were drawn from.

    Raises
    ------
    EventFileError
        If the file does not say.
    """
    count(path)
    with h5py.File(path) as file:
        text = file.attrs.get(SCHEMA.partition("/")[0])
    try:
        return Recipe.from_record(json.loads(text))
    except (TypeError, ValueError, KeyError, AttributeError):
        raise EventFileError(
            path,
            f"must have a record {SCHEMA} of its draws",
            None if text is None else "a broken one",
            "use a file that trigger-ad generate zerobias wrote",
        ) from None


def identities(path: str | PathLike[str], start: int = 0, stop: int | None = None) -> Draws:
    """Numbers in the library of all collisions of the crossings `start` to `stop` of a file.

    Raises
    ------
    EventFileError
        If the file does not say what it was drawn from, or was drawn in strata.
    """
    made = recipe(path)
    if made.strata is not None:
        raise EventFileError(
            path,
            "must have crossings that were drawn alike",
            "crossings of strata",
            "use a sample without strata: classes of collisions are those of the library",
        )
    return draw(
        made.pileup, made.composition, made.seed, start, count(path) if stop is None else stop
    )
