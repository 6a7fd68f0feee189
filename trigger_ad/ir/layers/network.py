"""HardwareNetwork: the one record of what the hardware network computes, in integers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from numpy.typing import NDArray

from trigger_ad.display import Displayed, Table
from trigger_ad.errors import ConversionError, SchemaError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.interval import Integers, Interval, through
from trigger_ad.ir.layers.merge import Merge
from trigger_ad.ir.layers.table import Layer, from_record
from trigger_ad.storage import arrays as files
from trigger_ad.storage.whole import listed, typed, whole

__all__ = ["HardwareNetwork"]

#: Of networks of dense layers and casts, and of all others.
SCHEMA, OF_ALL_KINDS = "network/1", "network/2"


@dataclass(frozen=True, repr=False)
class HardwareNetwork(Displayed):
    """A network of integers with one input and named outputs.

    Layers stand in an order in which every source comes first.

    Parameters
    ----------
    name : str
    input_name : str
        Of the input port.
    input_size : int
    input_type : FixedPoint
        Of every input element.
    layers : tuple of Layer
    outputs : tuple of str
        Names of the layers whose results leave the network.

    Raises
    ------
    ConversionError
        If names repeat, a source does not come first or has another size, or an output is no layer.
    """

    name: str
    input_name: str
    input_size: int
    input_type: FixedPoint
    layers: tuple[Layer, ...]
    outputs: tuple[str, ...]

    def __post_init__(self) -> None:
        sizes = {self.input_name: self.input_size}
        for layer in self.layers:
            if layer.name in sizes:
                self._refuse(f"layer {layer.name}", "must have a name of its own", "rename it")
            for source in layer.sources:
                if source not in sizes:
                    rule = f"must be the input or a layer before {layer.name}"
                    self._refuse(f"source {source}", rule, f"choose from {', '.join(sizes)}")
            layer.check(*(sizes[source] for source in layer.sources))
            sizes[layer.name] = layer.size
        for name in self.outputs:
            if name not in sizes or name == self.input_name:
                names = ", ".join(layer.name for layer in self.layers)
                self._refuse(f"output {name}", "must be a layer", f"choose from {names}")

    def _refuse(self, what: str, rule: str, remedy: str) -> NoReturn:
        raise ConversionError(f"{what} of network {self.name}", rule, None, remedy)

    def _display(self) -> Table:
        title, *lines = str(self).splitlines()
        return Table(title, (), tuple((line.strip(),) for line in lines))

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.input_size} x {self.input_type} as {self.input_name}"]
        for layer in self.layers:
            sources = ", ".join(layer.sources)
            lines.append(f"  {layer.name} = {layer.kind}({sources}): {layer.size} x {layer.output}")
        return "\n".join([*lines, "  -> " + ", ".join(self.outputs)])

    def layer(self, name: str) -> Layer:
        """Return the layer of this name.

        Raises
        ------
        KeyError
            If there is none.
        """
        return {layer.name: layer for layer in self.layers}[name]

    def type_of(self, name: str) -> FixedPoint:
        """Type of a layer's result, or of the input."""
        return self.input_type if name == self.input_name else self.layer(name).output

    def exact(self, layer: Layer, intervals: Mapping[str, Interval]) -> Interval:
        """Bounds of a layer's result before it is cast to its output type.

        Parameters
        ----------
        layer : Layer
        intervals : mapping of str to Interval
            Of its sources, by name.
        """
        return layer.exact(*(intervals[source] for source in layer.sources))

    def intervals(self, minimum: Integers, maximum: Integers) -> dict[str, Interval]:
        """Propagate bounds of the input through every layer.

        Parameters
        ----------
        minimum, maximum : ndarray (input_size,) of int64
            Raw bounds of each input.

        Returns
        -------
        dict
            Bounds of each layer's result after its cast. Where the cast can wrap the
            bounds are those of the type.
        """
        known = {self.input_name: Interval(minimum, maximum, self.input_type.fraction)}
        for layer in self.layers:
            known[layer.name] = through(layer.output, self.exact(layer, known))
        return known

    def save(self, path: Path) -> None:
        """Write one NPZ file: arrays by name and a JSON header, no pickles."""
        arrays: dict[str, NDArray[Any]] = {}
        layers: list[dict[str, Any]] = []
        for layer in self.layers:
            many = isinstance(layer, Merge)
            sources = {"sources": list(layer.sources)} if many else {"source": layer.sources[0]}
            record, own = layer.to_record()
            arrays |= own
            named = {"name": layer.name, **sources, "output": str(layer.output)}
            layers.append({**named, "kind": layer.kind, **record})
        header = {
            "name": self.name,
            "input": {
                "name": self.input_name,
                "size": self.input_size,
                "type": str(self.input_type),
            },
            "outputs": list(self.outputs),
            "layers": layers,
        }
        plain = all(layer.kind in ("dense", "relu", "cast") for layer in self.layers)
        files.save(path, SCHEMA if plain else OF_ALL_KINDS, header, arrays)

    @classmethod
    def load(cls, path: Path) -> HardwareNetwork:
        """Read what `save` wrote.

        Raises
        ------
        SchemaError
            If the file has another schema, or something is missing or of another type.
        ConversionError
            If it has a kind of layer that this version does not know.
        """
        header, arrays = files.load(path, SCHEMA, OF_ALL_KINDS)
        for name, array in arrays.items():
            if array.dtype.kind not in "iu":
                again = "write it again with this version"
                raise SchemaError(path, f"must hold integers as {name}", array.dtype, again)
        with whole(path, "a whole network"):
            found = listed(header, "layers", dict)
            layers = tuple(from_record(record, arrays) for record in found)
            port = typed(header, "input", dict)
            return cls(
                typed(header, "name", str),
                typed(port, "name", str),
                typed(port, "size", int),
                FixedPoint.parse(typed(port, "type", str)),
                layers,
                listed(header, "outputs", str),
            )
