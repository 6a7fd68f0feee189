"""The configuration reference, made from the schema itself."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import pydantic
from pydantic.json_schema import models_json_schema

from trigger_ad.config import Config
from trigger_ad.config.tables import TABLES
from trigger_ad.sections.named import ByName, held_by
from trigger_ad.sections.section import Section

__all__ = ["json_schema", "markdown"]

#: Limits of a value, as pydantic names them, in words.
_LIMITS: Mapping[str, str] = types.MappingProxyType(
    {
        "gt": "above {}",
        "ge": "from {}",
        "lt": "and below {}",
        "le": "to {}",
        "min_length": "with {}",
        "max_length": "to {} entries",
        "pattern": "matching `{}`",
    }
)


def markdown() -> str:
    """Markdown page with a table for every section of the configuration."""
    lines = [
        "# Configuration reference",
        "",
        "Every key of the YAML file, made from the schema by `trigger-ad schema`.",
        "Keys that are left out take their default. A section that is told apart by a name has a",
        "table for each name; the keys of one are not those of another.",
    ]
    for title, section in _sections("", Config):
        rows = [
            _row(field.alias or name, field)
            for name, field in section.model_fields.items()
            if _mark(field.annotation) or held_by(field) is None
        ]
        if rows:
            summary = (section.__doc__ or "").split("\n")[0].replace("``", "`")
            lines += ["", f"## {title or 'top level'}", "", summary, ""]
            lines += ["| key | type | default | meaning |", "|---|---|---|---|", *rows]
    return "\n".join(lines)


def json_schema() -> dict[str, Any]:
    """JSON Schema of a configuration."""
    choices = {table: list(_choices(ByName(table))) for table in TABLES}
    models: list[tuple[type[pydantic.BaseModel], Literal["validation"]]] = [(Config, "validation")]
    models += [(section, "validation") for found in choices.values() for _, section in found]
    places, definitions = models_json_schema(models)
    of_tables = {
        table: [places[section, "validation"] for _, section in found]
        for table, found in choices.items()
    }
    return {**_chosen(definitions, of_tables), **places[Config, "validation"]}


def _chosen(schema: Any, of_tables: Mapping[str, list[Any]]) -> Any:
    """Put the sections of a table where a schema has its name, see `ByName`."""
    if isinstance(schema, list):
        return [_chosen(item, of_tables) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("table") in of_tables and schema.get("type") == "object":
        return {"anyOf": of_tables[schema["table"]]}
    return {key: _chosen(value, of_tables) for key, value in schema.items()}


def _sections(
    key: str, section: type[Section], choice: str = "", around: tuple[str, ...] = ()
) -> Iterator[tuple[str, type[Section]]]:
    """Sections by their key and choice; a table that is in one of its own is told once."""
    yield key + choice, section
    for name, field in section.model_fields.items():
        held = held_by(field)
        below = f"{key}.{field.alias or name}".lstrip(".") + _mark(field.annotation)
        if isinstance(held, ByName) and held.table not in around:
            for chosen, inner in _choices(held):
                words = f", `{held.key}: {chosen}`"
                yield from _sections(below, inner, words, (*around, held.table))
        elif isinstance(held, type):
            yield from _sections(below, held, around=around)


def _choices(mark: ByName) -> Iterator[tuple[str, type[Section]]]:
    for name in TABLES[mark.table].names():
        section = TABLES[mark.table].find(name)
        if section is not None:
            yield name, section


def _mark(annotation: object) -> str:
    """What stands behind the key of a list, or of a mapping of names to lists."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _mark(typing.get_args(annotation)[0])
    if origin is dict:
        inside = _mark(typing.get_args(annotation)[1])
        return f".NAME{inside}" if inside else ""
    return "[]" * (origin is tuple)


def _row(name: str, field: pydantic.fields.FieldInfo) -> str:
    if field.is_required():
        default = "required"
    else:  # YAML is a superset of JSON
        default = f"`{json.dumps(field.get_default(call_default_factory=True, validated_data={}))}`"
    kind = _spell(field.annotation, _limits(field.metadata)).replace("|", "or")
    return f"| `{name}` | {kind} | {default} | {field.description or ''} |"


def _spell(annotation: object, limits: str = "") -> str:
    """Type in words, with its limits; those of a choice belong to its first type."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _spell(
            arguments[0],
            "".join(_limits(getattr(found, "metadata", ())) for found in arguments[1:]),
        )
    if origin is typing.Literal:
        return " or ".join(f"`{choice}`" for choice in arguments)
    if origin in (typing.Union, types.UnionType):
        first, *others = arguments
        return ", or ".join([_spell(first, limits), *(_spell(other) for other in others)])
    if origin is tuple:
        count = "" if arguments[-1] is Ellipsis else f"{len(arguments)} "
        if typing.get_origin(arguments[0]) is typing.Literal:
            return f"list of {count}{_spell(arguments[0])}" + limits
        kind, _, rest = _spell(arguments[0]).partition(" ")
        return f"list of {count}{kind}s {rest}".rstrip() + limits
    if origin is dict:
        return f"mapping of {_spell(arguments[0])} to {_spell(arguments[1])}"
    names = {int: "integer", float: "number", str: "text", bool: "true or false", Any: "any value"}
    if annotation is type(None):
        return "null"
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return "section"
    return names.get(typing.cast(type, annotation), str(annotation)) + limits


def _limits(metadata: Sequence[object]) -> str:
    """What a value must satisfy, in words that follow its type."""
    found: dict[str, str] = {}
    for item in metadata:
        for key, words in _LIMITS.items():
            value = getattr(item, key, None)
            if value is not None:
                shown = f"{value:.12g}" if isinstance(value, float) else value
                found[key] = words.format(shown)
    if "max_length" in found and "min_length" not in found:
        found["max_length"] = f"with up {found['max_length']}"
    return "".join(f" {found[key]}" for key in _LIMITS if key in found)
