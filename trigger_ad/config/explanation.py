"""What is wrong with a configuration, as one sentence that names the key and its line."""

from __future__ import annotations

import json
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from trigger_ad.config import yaml12
from trigger_ad.errors import ConfigError

__all__ = ["explain"]


def explain(error: ValidationError, root: type[BaseModel], tree: Any, source: str) -> ConfigError:
    """Turn what pydantic found into the error that a user reads.

    Parameters
    ----------
    error : pydantic.ValidationError
    root : type
        Of the whole configuration.
    tree : tree of dict and list
        From `yaml12.read`, which knows the lines.
    source : str
        Name of the file.
    """
    places = [(_place(found["loc"]), found) for found in error.errors()]
    first = places[0][0]
    # Alternatives of one key each have an error; the one that looked deepest says most.
    rivals = [place for place in places if place[0][: len(first)] == first]
    where, found = max(rivals, key=lambda place: len(place[0]))
    return _sentence(found, where, root, tree, source)


def _place(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Location without the alternatives of a union, which pydantic adds and no file has."""
    tags = ("constrained-", "tuple[")
    kinds = {"int", "float", "str", "[key]"}
    return tuple(
        part
        for part in location
        if not (isinstance(part, str) and (part in kinds or part.startswith(tags)))
    )


def _section(where: tuple[int | str, ...], root: type[BaseModel]) -> type[BaseModel]:
    """Section of the configuration that holds the last part of a location."""
    section = root
    for part in where[:-1]:
        for name, field in section.model_fields.items():
            if part in (name, field.alias):
                for kind in (field.annotation, *get_args(field.annotation)):  # or a list of them
                    if isinstance(kind, type) and issubclass(kind, BaseModel):
                        section = kind
    return section


def _sentence(
    error: Any, where: tuple[int | str, ...], root: type[BaseModel], tree: Any, source: str
) -> ConfigError:
    dotted = ".".join(str(part) for part in where)
    name = f"key {dotted!r} at {source}:{yaml12.line_of(tree, where)}"
    value = json.dumps(error["input"], default=str)
    remedy = "give such a value"
    match error["type"]:
        case "extra_forbidden":
            known = [f.alias or n for n, f in _section(where, root).model_fields.items()]
            return ConfigError(
                name, "must be a known key", repr(where[-1]), "choose from " + ", ".join(known)
            )
        case "missing":
            return ConfigError(name, "must be given", None, f"add {where[-1]}")
        case "value_error":
            rule, _, value = str(error["ctx"]["error"]).partition(", not ")
            return ConfigError(f"{name}:", rule, value or None, remedy)
        case "model_type" | "model_attributes_type" | "dict_type":
            return ConfigError(name, "must hold keys and values", value, "indent them below it")
        case "too_short" | "too_long":
            limits = error["ctx"]
            few = "min_length" in limits
            rule = f"must have at {'least' if few else 'most'} "
            rule += f"{limits['min_length' if few else 'max_length']} entries"
            return ConfigError(name, rule, limits["actual_length"], remedy)
        case "string_pattern_mismatch":
            rule = f"must match {error['ctx']['pattern'].strip('^$')}"
            return ConfigError(name, rule, value, remedy)
    rule = error["msg"].removeprefix("Input should be ")
    return ConfigError(name, f"must be {rule}", value, remedy)
