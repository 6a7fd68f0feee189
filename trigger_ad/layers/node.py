"""One layer of a network, by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from trigger_ad.errors import ArchitectureError
from trigger_ad.layers.kind import Kind
from trigger_ad.layers.table import kind_of
from trigger_ad.storage.whole import listed, typed

__all__ = ["INPUT", "TAKEN", "Node"]

#: Name of the values that a network reads, as a source.
INPUT = "input"

#: Without underscores, which part the names of a network, a layer and what stands behind it.
_NAME = re.compile(r"[A-Za-z0-9]{1,32}")

#: Behind the name of a network these are steps between its layers.
TAKEN = (INPUT, "shaped", "flat", "cast", "column", "kept")


@dataclass(frozen=True)
class Node:
    """A layer of a network.

    Parameters
    ----------
    name : str
        Within the network, in letters and digits.
    kind : Kind
        With its parameters.
    sources : tuple of str
        Names of what it reads: ``input``, or earlier nodes.
    relu : bool
        Whether ReLU follows.
    """

    name: str
    kind: Kind
    sources: tuple[str, ...] = (INPUT,)
    relu: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`."""
        return {
            "name": self.name,
            "kind": self.kind.name,
            "sources": list(self.sources),
            "relu": self.relu,
            "parameters": asdict(self.kind),  # type: ignore[call-overload]
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Node:
        """Rebuild from `to_json`.

        Raises
        ------
        ArchitectureError
            If nobody knows the kind, or its parameters are others.
        NotWholeError
            If a value is missing, or of another type.
        """
        name, relu = typed(record, "name", str), typed(record, "relu", bool)
        try:
            kind = kind_of(typed(record, "kind", str), typed(record, "parameters", dict))
        except ValueError as error:
            rule, _, found = str(error).partition(", not ")
            remedy = "use the version that wrote it"
            raise ArchitectureError(f"layer {name}:", rule, found or None, remedy) from None
        return cls(name, kind, listed(record, "sources", str), relu)

    def check(self, layer: str, earlier: Mapping[str, object]) -> None:
        """Refuse names and sources that nothing can be made of.

        Parameters
        ----------
        layer : str
            Full name, for the sentence.
        earlier : mapping
            By the names of what comes before it.

        Raises
        ------
        ArchitectureError
        """
        if not _NAME.fullmatch(self.name) or self.name in TAKEN:
            rule = f"must be up to 32 letters and digits, and none of {', '.join(TAKEN)}"
            raise ArchitectureError("the name of a layer", rule, repr(self.name), "rename it")
        if self.name in earlier:
            raise ArchitectureError(f"layer {layer}", "must be there once", "twice", "rename it")
        for source in self.sources:
            if source not in earlier:
                rule = f"must read one of {', '.join(earlier)}"
                raise ArchitectureError(f"layer {layer}", rule, source, "put its source before it")
        least, most = self.kind.sources
        if len(self.sources) < least or (most is not None and len(self.sources) > most):
            rule = f"must have {least} source{'s or more' if most is None else ''}"
            raise self.kind.refuse(layer, rule, len(self.sources), "change its sources")
        if self.relu and not self.kind.typed:
            remedy = "put it behind the layer before"
            raise self.kind.refuse(layer, "must not be followed by ReLU", None, remedy)
