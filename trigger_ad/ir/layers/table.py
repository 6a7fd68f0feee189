"""All kinds of hardware layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.merge import Merge
from trigger_ad.storage.whole import typed

__all__ = ["KINDS", "Layer", "from_record"]

Layer = Linear | Maximum | Merge | Cast

#: Layers by what files call them.
KINDS: Mapping[str, type[Layer]] = {
    kind: layer for layer in (Linear, Maximum, Merge, Cast) for kind in layer.KINDS
}


def from_record(record: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Layer:
    """Rebuild a layer from what a file has of it.

    Raises
    ------
    ConversionError
        If there is no such kind.
    """
    kind = typed(record, "kind", str)
    if kind not in KINDS:
        raise ConversionError(
            f"the kind of layer {typed(record, 'name', str)}",
            f"must be one of {', '.join(KINDS)}",
            kind,
            "write the network again with this version",
        )
    return KINDS[kind].from_record(record, arrays)
