"""The configuration reference, made from the schema itself."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator

import pydantic
from pydantic_core import PydanticUndefined

from trigger_ad.config import Config, Section

__all__ = ["markdown"]


def markdown() -> str:
    """Markdown page with a table for every section of the configuration."""
    lines = [
        "# Configuration reference",
        "",
        "Every key of the YAML file, made from the schema by `trigger-ad schema`.",
        "Keys that are left out take their default.",
    ]
    for title, section in _sections("", Config):
        lines += ["", f"## {title or 'top level'}", "", (section.__doc__ or "").split("\n")[0], ""]
        lines += ["| key | type | default | meaning |", "|---|---|---|---|"]
        for name, field in section.model_fields.items():
            if _section_of(field.annotation) is None:
                lines.append(_row(field.alias or name, field))
    return "\n".join(lines) + "\n"


def _sections(title: str, section: type[Section]) -> Iterator[tuple[str, type[Section]]]:
    yield title, section
    for name, field in section.model_fields.items():
        inner = _section_of(field.annotation)
        if inner is not None:
            yield from _sections(f"{title}.{field.alias or name}".lstrip("."), inner)


def _section_of(annotation: object) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return None


def _row(name: str, field: pydantic.fields.FieldInfo) -> str:
    if field.default_factory is not None:
        default = str(field.get_default(call_default_factory=True, validated_data={}))
    else:
        default = "required" if field.default is PydanticUndefined else str(field.default)
    kind = _spell(field.annotation).replace("|", "or")
    return f"| `{name}` | {kind} | {default} | {field.description or ''} |"


def _spell(annotation: object) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _spell(arguments[0])
    if origin is typing.Literal:
        return " or ".join(f"`{choice}`" for choice in arguments)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_spell(choice) for choice in arguments)
    if origin is tuple:
        return "list of " + _spell(arguments[0])
    if origin is dict:
        return f"mapping of {_spell(arguments[0])} to {_spell(arguments[1])}"
    names = {int: "integer", float: "number", str: "text", bool: "true or false"}
    if annotation is type(None):
        return "null"
    return names.get(typing.cast(type, annotation), str(annotation))
