"""What is wrong with a configuration, as one sentence that names the key and its line."""

from __future__ import annotations

import json
import types
from typing import Any

from pydantic import ValidationError

from trigger_ad.errors import ConfigError
from trigger_ad.sections import yaml12
from trigger_ad.sections.named import MISSING, UNKNOWN, ByName, Tables, held_by
from trigger_ad.sections.section import Section

__all__ = ["explain"]


#: Where no field is told apart by a name.
_NO_TABLES: Tables = types.MappingProxyType({})


def explain(
    error: ValidationError, root: type[Section], tree: Any, source: str, tables: Tables = _NO_TABLES
) -> ConfigError:
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
    tables : mapping of str to Choices
        Of sections that are told apart by a name.
    """
    places = [(_place(found["loc"]), found) for found in error.errors()]
    first = places[0][0]
    # Alternatives of one key each have an error; the one that looked deepest says most.
    rivals = [place for place in places if place[0][: len(first)] == first]
    where, found = max(rivals, key=lambda place: len(place[0]))
    section, chosen = _section(where, root, tree, tables)
    return _sentence(found, where, section, chosen, tree, source)


def _place(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Location without the alternatives of a union, which pydantic adds and no file has."""
    tags = ("constrained-", "tuple[")
    kinds = {"int", "float", "str", "[key]"}
    return tuple(
        part
        for part in location
        if not (isinstance(part, str) and (part in kinds or part.startswith(tags)))
    )


def _section(
    where: tuple[int | str, ...], root: type[Section], tree: Any, tables: Tables
) -> tuple[type[Section], str | None]:
    """Section that holds the last part of a location, and the name by which it was chosen."""
    section, chosen = root, None
    held: type[Section] | ByName | None = None
    for part in where[:-1]:
        tree = _inside(tree, part)
        if part in _keys(section):  # anything else is an entry of the list or mapping held
            held = _holder(part, section)
        if isinstance(held, ByName) and isinstance(name := held.name_in(tree), str):
            chosen = name
            section = tables[held.table].find(chosen) or section
        elif isinstance(held, type):
            section, chosen = held, None
    return section, chosen


def _inside(tree: Any, part: int | str) -> Any:
    try:
        return tree[part]
    except (KeyError, IndexError, TypeError):
        return None


def _keys(section: type[Section]) -> set[int | str]:
    fields = section.model_fields.items()
    return {*(name for name, _ in fields), *(field.alias or name for name, field in fields)}


def _holder(part: int | str, section: type[Section]) -> type[Section] | ByName | None:
    for name, field in section.model_fields.items():
        if part in (name, field.alias):
            return held_by(field)
    return None


def _sentence(
    error: Any,
    where: tuple[int | str, ...],
    section: type[Section],
    chosen: str | None,
    tree: Any,
    source: str,
) -> ConfigError:
    if error["type"] in (MISSING, UNKNOWN):
        where = (*where, error["ctx"]["key"])
    dotted = ".".join(str(part) for part in where)
    name = f"key {dotted!r} at {source}:{yaml12.line_of(tree, where)}"
    value = json.dumps(error["input"], default=str)
    remedy = "give such a value"
    match error["type"]:
        case "extra_forbidden":
            known = ", ".join(f.alias or n for n, f in section.model_fields.items())
            rule = "must be a known key" if chosen is None else f"must be a key of {chosen}"
            return ConfigError(name, rule, repr(where[-1]), f"choose from {known}")
        case "unknown_name":
            kind, found, names = (error["ctx"][key] for key in ("kind", "name", "names"))
            return ConfigError(name, f"must be a known {kind}", repr(found), f"choose from {names}")
        case "missing" | "missing_name":
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
