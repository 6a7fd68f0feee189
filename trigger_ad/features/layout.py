"""Layouts: the input ports of a block of the trigger, and how the chip scales their words.

A layout is a list of fields, one for each word. What the words are of (objects of an event,
constituents of jets, pixels, single numbers) does not matter to anything outside of this room:
a field says only in how many bits its word comes, how it is scaled, and which word tells whether
the object is there that it belongs to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad import moved
from trigger_ad.display import Displayed, Table
from trigger_ad.errors import ConfigError, SchemaError
from trigger_ad.ir.fixed import FixedPoint

__all__ = ["Field", "Layout", "Ports"]

SCHEMA = "layout/2"

#: Earlier form, still read and written: three fields for each object, whose presence the first
#: of them tells. It is what the hashes of words and models made before are of.
TRIPLES = "layout/1"

#: Of ports that are scaled in more than one way, or not at all.
PORTS = "ports/1"

#: Words are carried as int32.
MOST_BITS = 31


@dataclass(frozen=True)
class Field:
    """One input port.

    On the chip it is scaled to ``(word - offset) >> shift``.

    Parameters
    ----------
    name : str
        Of the port, ``jet3_eta``.
    kind : str
        Of the object, as menus and pages call it: ``met``, ``egamma``, ``muon`` or ``jet`` of
        events; free in other layouts.
    quantity : str
        ``pt``, ``eta`` or ``phi`` of objects; free in other layouts.
    width : int
        Bits of the port. 0 means that the port has no wires and its word is always 0.
    signed : bool
        Two's complement if true.
    lsb : float
        GeV for pt, radians for phi, pseudorapidity for eta.
    saturation : int or None
        Code that stands for everything from its value upwards; None where there is none.
    offset : int
        Subtracted on the chip: the code of pT = 0, or of the middle of the phi range.
    shift : int
        Low bits dropped on the chip.
    period : int
        Codes in a full turn of phi; 0 for other quantities.
    presence : int or None
        Index of the word that is 0 where the object is absent to which this word belongs; such
        a word is scaled to 0. None for a word that is always there: a pixel, a sum.
    """

    name: str
    kind: str
    quantity: str
    width: int
    signed: bool = False
    lsb: float = 1.0
    saturation: int | None = None
    offset: int = 0
    shift: int = 0
    period: int = 0
    presence: int | None = None

    @property
    def minimum(self) -> int:
        """Smallest word that the port can carry."""
        return -(1 << (self.width - 1)) if self.signed and self.width else 0

    @property
    def maximum(self) -> int:
        """Largest word that the port can carry."""
        return (1 << (self.width - int(self.signed))) - 1 if self.width else 0

    def to_json(self) -> dict[str, Any]:
        """Plain dictionary of what is not a default."""
        return {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.default is MISSING or getattr(self, field.name) != field.default
        }


@dataclass(frozen=True, repr=False)
class Ports(Displayed):
    """Input ports in order.

    Parameters
    ----------
    name : str
    fields : tuple of Field

    Raises
    ------
    ConfigError
        If a field cannot be scaled or names a presence that is none.
    """

    name: str
    fields: tuple[Field, ...]

    def __post_init__(self) -> None:
        if len({field.name for field in self.fields}) < len(self.fields):
            names = [field.name for field in self.fields]
            twice = next(name for name in names if names.count(name) > 1)
            raise ConfigError(
                f"the fields of layout {self.name}",
                "must have names of their own",
                f"two of the name {twice}",
                "rename one of them",
            )
        for field in self.fields:
            self._check(field)

    def _check(self, field: Field) -> None:
        name = f"field {field.name} of layout {self.name}"
        if not 0 <= field.width <= MOST_BITS:
            raise ConfigError(
                name, f"must have from 0 to {MOST_BITS} bits", field.width, "split it into two"
            )
        if not 0 <= field.offset <= max((1 << field.width) - 1, 0):
            raise ConfigError(
                name, "must have a code of its port as offset", field.offset, "correct the offset"
            )
        if not 0 <= field.shift <= MOST_BITS:
            raise ConfigError(
                f"the shift of {name}",
                f"must be from 0 to {MOST_BITS}",
                field.shift,
                "drop no more bits than a word has",
            )
        if field.presence is None:
            return
        inside = 0 <= field.presence < len(self.fields)
        word = self.fields[field.presence] if inside else None
        if word is None or word.presence != field.presence or not word.width:
            raise ConfigError(
                f"the presence of {name}",
                "must be the index of a field with wires that is its own presence",
                field.presence,
                "name the word that is 0 where the object is absent",
            )

    def _display(self) -> Table:
        rows = (
            (field.name, field.kind, f"{field.minimum} to {field.maximum}", f"{field.lsb:g}")
            for field in self.fields
        )
        title = f"layout {self.name}: {len(self.fields)} words"
        return Table(title, ("word", "of", "codes", "lsb"), tuple(rows))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def objects(self) -> tuple[tuple[int, ...], ...]:
        """Indices of the fields of each object, by the word that tells whether it is there."""
        found: dict[int, list[int]] = {}
        for index, field in enumerate(self.fields):
            if field.presence is not None:
                found.setdefault(field.presence, []).append(index)
        return tuple(tuple(indices) for indices in found.values())

    @cached_property
    def minimum(self) -> NDArray[np.int32]:
        """Smallest word of every port, (n_fields,) int32."""
        return self._column("minimum")

    @cached_property
    def maximum(self) -> NDArray[np.int32]:
        """Largest word of every port, (n_fields,) int32."""
        return self._column("maximum")

    @cached_property
    def offset(self) -> NDArray[np.int32]:
        """Offset of every port, (n_fields,) int32."""
        return self._column("offset")

    @cached_property
    def shift(self) -> NDArray[np.int32]:
        """Shift of every port, (n_fields,) int32."""
        return self._column("shift")

    def _column(self, attribute: str) -> NDArray[np.int32]:
        column = np.array([getattr(field, attribute) for field in self.fields], dtype=np.int32)
        column.flags.writeable = False
        return column

    def columns(self, quantity: str, kind: str | None = None) -> list[int]:
        """Indices of the words of a quantity, of one kind of objects or of all."""
        return [
            index
            for index, field in enumerate(self.fields)
            if field.quantity == quantity and kind in (None, field.kind)
        ]

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`."""
        fields_ = [field.to_json() for field in self.fields]
        return {"schema": PORTS, "name": self.name, "fields": fields_}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Ports:
        """Rebuild from `to_json`, a layout as such."""
        if record.get("schema") != PORTS:
            return Layout.from_json(record)
        return Ports(record["name"], tuple(Field(**field) for field in record["fields"]))

    @classmethod
    def joined(cls, name: str, parts: Sequence[tuple[str, Ports]]) -> Ports:
        """Ports side by side, each with a prefix to its name."""
        found: list[Field] = []
        for prefix, ports in parts:
            first = len(found)
            for field in ports.fields:
                there = None if field.presence is None else field.presence + first
                found.append(replace(field, name=f"{prefix}{field.name}", presence=there))
        return Ports(name, tuple(found))


@dataclass(frozen=True, repr=False)
class Layout(Ports):
    """Ports, and the type of a scaled input.

    Parameters
    ----------
    name : str
    fields : tuple of Field
    input_bits : int
        Width at which scaled inputs saturate, the sign included.
    input_fraction : int
        A scaled integer ``r`` is the number ``r * 2**-input_fraction`` to the networks.

    Raises
    ------
    ConfigError
        If scaled inputs have more than 31 bits, or none, or an LSB above 1; and as `Ports`.

    Examples
    --------
    >>> pixels = Layout("pixels", tuple(Field(f"p{i}", "pixel", "et", 8) for i in range(81)), 9, 4)
    >>> print(pixels.input, pixels.objects)
    ap_fixed<9,5> ()
    """

    input_bits: int
    input_fraction: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.input_bits <= MOST_BITS:
            raise ConfigError(
                f"the scaled words of layout {self.name}",
                f"must have from 1 to {MOST_BITS} bits",
                self.input_bits,
                "choose from these",
            )
        if self.input_fraction < 0:
            raise ConfigError(
                f"the fraction bits of layout {self.name}",
                "must be 0 or more",
                self.input_fraction,
                "drop low bits by the shifts of the fields",
            )

    @property
    def input(self) -> FixedPoint:
        """Type of a scaled input."""
        return FixedPoint(self.input_bits, self.input_bits - self.input_fraction)

    def part(self, name: str, indices: Sequence[int]) -> Layout:
        """Layout of some of the fields, in this order; with each field comes its presence.

        Parameters
        ----------
        name : str
        indices : sequence of int

        Raises
        ------
        ConfigError
            If the presence of a field is left out.
        """
        places = {index: place for place, index in enumerate(indices)}
        kept = []
        for field in (self.fields[index] for index in indices):
            there = None if field.presence is None else places.get(field.presence, -1)
            kept.append(replace(field, presence=there))
        return Layout(name, tuple(kept), self.input_bits, self.input_fraction)

    @property
    def _in_triples(self) -> bool:
        return len(self.fields) % 3 == 0 and all(
            field.presence == index - index % 3 for index, field in enumerate(self.fields)
        )

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`."""
        written = [field.to_json() for field in self.fields]
        if self._in_triples:
            names = [field.name for field in fields(Field) if field.name != "presence"]
            written = [{name: getattr(field, name) for name in names} for field in self.fields]
        return {
            "schema": TRIPLES if self._in_triples else SCHEMA,
            "name": self.name,
            "input_bits": self.input_bits,
            "input_fraction": self.input_fraction,
            "fields": written,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Layout:
        """Rebuild from `to_json`.

        Raises
        ------
        SchemaError
            If the record has another schema.
        """
        schema = record.get("schema")
        if schema not in (SCHEMA, TRIPLES):
            raise SchemaError(
                "a layout",
                f"must have schema {SCHEMA} or {TRIPLES}",
                schema,
                "freeze the words again with this version",
            )
        read = tuple(Field(**field) for field in record["fields"])
        if schema == TRIPLES:
            read = tuple(replace(field, presence=i - i % 3) for i, field in enumerate(read))
        return cls(record["name"], read, record["input_bits"], record["input_fraction"])


if not TYPE_CHECKING:  # a type checker is to see the names that are here
    __getattr__ = moved.attribute_of(__name__)
