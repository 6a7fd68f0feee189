"""Sections told apart by a name: the keys of a scorer, a layout or a reader are its own.

The field of a section says that it holds such a section, and of which table; the tables come with
the call that reads a configuration, since rooms further down fill them.
"""

from __future__ import annotations

import json
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pydantic
from pydantic_core import PydanticCustomError, core_schema

from trigger_ad.sections.section import Section

__all__ = ["MISSING", "UNKNOWN", "ByName", "Choices", "Tables", "held_by"]

#: Types of the errors of a name, as pydantic hands them on.
MISSING, UNKNOWN = "missing_name", "unknown_name"


@dataclass(frozen=True)
class Choices:
    """What a name can choose from.

    Parameters
    ----------
    kind : str
        Of what there is a choice, in words: ``scorer``.
    find : callable
        Section of a name, None if there is no such name.
    names : callable
        All names.

    Examples
    --------
    >>> class Circle(Section):
    ...     name: str = "circle"
    ...     radius: int
    >>> shapes = Choices.of("shape", {"circle": Circle})
    >>> shapes.names(), shapes.find("circle") is Circle, shapes.find("square")
    (('circle',), True, None)
    """

    kind: str
    find: Callable[[str], type[Section] | None]
    names: Callable[[], tuple[str, ...]]

    @classmethod
    def of(cls, kind: str, sections: Mapping[str, type[Section]]) -> Choices:
        """Choices of a plain table."""
        return cls(kind, sections.get, lambda: tuple(sections))


#: Choices by the name that fields give to `ByName`.
Tables = Mapping[str, Choices]


@dataclass(frozen=True)
class ByName:
    """Mark of a field: it holds one of several sections, which a key in it names.

    It stands in the type of the field, beside the section that all of them extend:
    ``Annotated[ScorerSettings, ByName("scorers")]``. A configuration is read with the tables as
    context, ``Config.model_validate_json(text, context=tables)``; records are taken as they are.

    Parameters
    ----------
    table : str
        Of the names.
    key : str
        That holds the name.
    default : str, optional
        Name where the key is left out; without it, it must be given.
    """

    table: str
    key: str = "name"
    default: str | None = None

    def __get_pydantic_core_schema__(
        self, source: Any, _handler: pydantic.GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Schema of the field."""
        return core_schema.with_info_plain_validator_function(partial(self._read, source))

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: pydantic.GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Place for the sections of the table, which `trigger_ad.config.document` fills."""
        return {"type": "object", "table": self.table}

    def name_in(self, values: Any) -> Any:
        """Name that a mapping of keys and values gives, or the default."""
        return values.get(self.key, self.default) if isinstance(values, Mapping) else None

    def _read(self, base: type[Section], value: Any, info: core_schema.ValidationInfo) -> Section:
        if isinstance(value, base):
            return value
        if not isinstance(value, dict):
            raise PydanticCustomError("model_type", "must hold keys and values")
        section = self._section(self.name_in(value), info.context)
        named = {self.key: self.name_in(value), **value}
        if info.mode == "json":  # a list is a tuple there
            return section.model_validate_json(json.dumps(named), context=info.context)
        return section.model_validate(named, context=info.context)

    def _section(self, name: Any, tables: Tables | None) -> type[Section]:
        if name is None:
            raise PydanticCustomError(MISSING, "must be given", {"key": self.key})
        choices = (tables or {})[self.table]
        section = choices.find(name) if isinstance(name, str) else None
        if section is None:
            context = {"key": self.key, "kind": choices.kind, "name": name}
            context["names"] = ", ".join(choices.names())
            raise PydanticCustomError(UNKNOWN, "must be known", context)
        return section


def held_by(field: pydantic.fields.FieldInfo) -> type[Section] | ByName | None:
    """What a field holds, one or a list of them: a section, or a mark; None for plain values."""
    marks = [found for found in field.metadata if isinstance(found, ByName)]
    return marks[0] if marks else _held(field.annotation)


def _held(annotation: Any) -> type[Section] | ByName | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    if typing.get_origin(annotation) is typing.Annotated:
        marks = [found for found in typing.get_args(annotation) if isinstance(found, ByName)]
        return marks[0] if marks else _held(typing.get_args(annotation)[0])
    inner = (_held(argument) for argument in typing.get_args(annotation))
    return next((found for found in inner if found is not None), None)
