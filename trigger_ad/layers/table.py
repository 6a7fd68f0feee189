"""The kinds of layer by name."""

from __future__ import annotations

from trigger_ad.layers.add import Add
from trigger_ad.layers.average_pooling import AveragePooling
from trigger_ad.layers.concatenate import Concatenate
from trigger_ad.layers.convolution import Convolution
from trigger_ad.layers.dense import Dense
from trigger_ad.layers.kind import Kind
from trigger_ad.layers.maximum_pooling import MaximumPooling
from trigger_ad.layers.part import Part
from trigger_ad.layers.shared import Shared

__all__ = ["KINDS", "plain_layers"]

#: One line a kind; the file it comes from is all that knows about it.
KINDS: dict[str, type[Kind]] = {
    "dense": Dense,
    "convolution": Convolution,
    "shared": Shared,
    "average_pooling": AveragePooling,
    "maximum_pooling": MaximumPooling,
    "add": Add,
    "concatenate": Concatenate,
    "part": Part,
}


def plain_layers() -> set[str]:
    """Names of the Keras layers that only copy, compare or add values, and round none."""
    return {"Reshape", *(name for kind in KINDS.values() for name in kind.plain)}
