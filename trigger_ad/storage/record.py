"""What a JSON file holds, as a frozen record with a type for every field."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self, TypeVar

import pydantic

from trigger_ad.display import Displayed
from trigger_ad.errors import RunFolderError, SchemaError
from trigger_ad.storage.files import read_json, write_json

__all__ = ["FileRecord", "Record", "as_json", "dataclass_of"]


class _OfJson(Protocol):
    def to_json(self) -> dict[str, Any]: ...


T = TypeVar("T", bound=_OfJson)
D = TypeVar("D")


class Record(Displayed, pydantic.BaseModel):
    """Named values, of which none is missing, of another type, or unknown.

    They are given by name, or read from JSON, where lists become tuples. The fields come in the
    order of the file. A field with a default came later than others: older files do not have it.
    """

    model_config = pydantic.ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, populate_by_name=True
    )

    def __str__(self) -> str:
        return repr(self)

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`."""
        return self.model_dump(mode="json", by_alias=True)

    @classmethod
    def from_json(cls, tree: Mapping[str, Any], source: object) -> Self:
        """Rebuild from plain dictionaries and lists; `source` names them in errors.

        Raises
        ------
        RunFolderError
            If a value is missing, of another type or unknown.
        """
        try:
            return cls.model_validate_json(json.dumps(tree))
        except pydantic.ValidationError as error:
            raise RunFolderError(
                source,
                "must be a whole record",
                _found(error),
                "run the stage that writes it again",
            ) from None


def _found(error: pydantic.ValidationError) -> str:
    """What is wrong, as the end of ``not ...``."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return f"one without {place}"
    if first["type"] == "extra_forbidden":
        return f"one with {place}, which nobody knows"
    return f"one with such a value of {place}" if place else str(first["ctx"]["error"])


class FileRecord(Record):
    """A record that is a file of its own, with a schema."""

    #: Of what is written.
    SCHEMA: ClassVar[str]

    #: Of earlier versions that are still read.
    OLDER: ClassVar[tuple[str, ...]] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists with the schema first, read back by `from_json`."""
        return {"schema": self.SCHEMA, **super().to_json()}

    @classmethod
    def from_json(cls, tree: Mapping[str, Any], source: object) -> Self:
        """Rebuild from `to_json`; `source` names it in errors.

        Raises
        ------
        SchemaError
            If it has another schema.
        RunFolderError
            If a value is missing, of another type or unknown.
        """
        found = tree.get("schema")
        if found not in (cls.SCHEMA, *cls.OLDER):
            raise SchemaError(
                source, f"must have schema {cls.SCHEMA}", found, "use the version that wrote it"
            )
        fields = {name: value for name, value in tree.items() if name != "schema"}
        return super().from_json(fields, source)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file.

        Raises
        ------
        RunFolderError
            If it is missing or no JSON, or a value is missing, of another type or unknown.
        SchemaError
            If it has another schema.
        """
        return cls.from_json(read_json(path, cls.SCHEMA, *cls.OLDER), path)

    def write(self, path: Path) -> None:
        """Write a file whole."""
        write_json(path, self.to_json())


def as_json(kind: type[T], of: Callable[[dict[str, Any]], T]) -> tuple[Any, Any]:
    """Metadata of a field whose type has JSON of its own: ``Annotated[kind, *as_json(kind, of)]``.

    Parameters
    ----------
    kind : type
        With a method `to_json`.
    of : callable
        Its inverse.
    """

    def read(value: Any) -> T:
        if isinstance(value, kind):
            return value
        try:
            return of(value if isinstance(value, dict) else {})
        except (KeyError, TypeError) as error:
            raise ValueError("must be whole") from error

    return pydantic.PlainValidator(read), pydantic.PlainSerializer(kind.to_json)


def dataclass_of(kind: type[D], tree: Mapping[str, Any]) -> D:
    """Rebuild a dataclass from what ``asdict`` makes of it, beside which a schema may stand.

    Raises
    ------
    ValueError
        If a value is missing, of another type or unknown.
    """
    fields = {name: value for name, value in tree.items() if name != "schema"}
    return pydantic.TypeAdapter(kind).validate_json(json.dumps(fields), strict=True)
