"""The kinds of layer by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pydantic

from trigger_ad.layers.add import Add
from trigger_ad.layers.average_pooling import AveragePooling
from trigger_ad.layers.concatenate import Concatenate
from trigger_ad.layers.convolution import Convolution
from trigger_ad.layers.dense import Dense
from trigger_ad.layers.kind import Kind
from trigger_ad.layers.maximum_pooling import MaximumPooling
from trigger_ad.layers.part import Part
from trigger_ad.layers.shared import Shared
from trigger_ad.storage.record import dataclass_of

__all__ = ["KINDS", "kind_of", "plain_layers"]

#: One line a kind; the file it comes from is all that knows about it.
KINDS: dict[str, type[Kind]] = {
    "dense": Dense,
    "convolution": Convolution,
    "shared": Shared,
    "average_pooling": AveragePooling,
    "maximum_pooling": MaximumPooling,
    "add": Add,
    "concatenate": Concatenate,
    "part": Part,
}


def kind_of(name: str, parameters: Mapping[str, Any]) -> Kind:
    """Kind of a name with its parameters.

    Parameters
    ----------
    name : str
    parameters : mapping of str to object
        As JSON has them: lists for tuples.

    Raises
    ------
    ValueError
        If nobody knows the kind, or a parameter is missing, unknown or of another type.
    """
    if name not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {name}")
    kind: Any = KINDS[name]
    known = [field.name for field in fields(kind)]
    if unknown := [parameter for parameter in parameters if parameter not in known]:
        choice = ", ".join(known) or "none"
        raise ValueError(f"parameters of {name} must be of {choice}, not {unknown[0]}")
    try:
        made: Kind = dataclass_of(kind, parameters)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        if first["type"] == "missing":
            raise ValueError(f"parameters of {name} must hold {place}") from None
        rule = first["msg"].removeprefix("Input should be ")
        raise ValueError(f"{place} of {name} must be {rule}, not {first['input']}") from None
    return made


def plain_layers() -> set[str]:
    """Names of the Keras layers that only copy, compare or add values, and round none."""
    return {"Reshape", *(name for kind in KINDS.values() for name in kind.plain)}
