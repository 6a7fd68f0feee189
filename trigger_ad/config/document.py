"""The configuration reference, made from the schema itself."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterator, Mapping, Sequence

import pydantic

from trigger_ad.config import Config
from trigger_ad.sections.section import Section

__all__ = ["markdown"]

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
        "Keys that are left out take their default.",
    ]
    for title, section in _sections("", Config):
        rows = [
            _row(field.alias or name, field)
            for name, field in section.model_fields.items()
            if _section_of(field.annotation) is None or _is_list(field.annotation)
        ]
        if rows:
            summary = (section.__doc__ or "").split("\n")[0].replace("``", "`")
            lines += ["", f"## {title or 'top level'}", "", summary, ""]
            lines += ["| key | type | default | meaning |", "|---|---|---|---|", *rows]
    return "\n".join(lines)


def _sections(
    title: str, section: type[Section], around: tuple[type[Section], ...] = ()
) -> Iterator[tuple[str, type[Section]]]:
    """Sections by their key; one that can hold itself is told once."""
    yield title, section
    for name, field in section.model_fields.items():
        inner = _section_of(field.annotation)
        if inner is not None and inner not in (*around, section):
            key = f"{title}.{field.alias or name}".lstrip(".")
            yield from _sections(key + "[]" * _is_list(field.annotation), inner, (*around, section))


def _is_list(annotation: object) -> bool:
    return typing.get_origin(annotation) is tuple


def _section_of(annotation: object) -> type[Section] | None:
    """Section that a field holds, if it may be left out, too."""
    for kind in (annotation, *typing.get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, Section):
            return kind
    return None


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
        return _spell(arguments[0], "".join(_limits(found.metadata) for found in arguments[1:]))
    if origin is typing.Literal:
        return " or ".join(f"`{choice}`" for choice in arguments)
    if origin in (typing.Union, types.UnionType):
        first, *others = arguments
        return ", or ".join([_spell(first, limits), *(_spell(other) for other in others)])
    if origin is tuple:
        count = "" if arguments[-1] is Ellipsis else f"{len(arguments)} "
        kind, _, rest = _spell(arguments[0]).partition(" ")
        return f"list of {count}{kind}s {rest}".rstrip() + limits
    if origin is dict:
        return f"mapping of {_spell(arguments[0])} to {_spell(arguments[1])}"
    names = {int: "integer", float: "number", str: "text", bool: "true or false"}
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
    return "".join(f" {found[key]}" for key in _LIMITS if key in found)
