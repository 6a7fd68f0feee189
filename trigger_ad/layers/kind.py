"""What a kind of layer is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ArchitectureError, ConversionError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.layers.hardware import Form

__all__ = ["Array", "Kind", "Quantizers", "Raw", "Shape", "elements", "plain"]

#: Of the values of one event: (n,), (length, channels) or (height, width, channels).
Shape = tuple[int, ...]

Array = NDArray[Any]


@dataclass(frozen=True)
class Raw:
    """Rounded weights as integers.

    Parameters
    ----------
    values : ndarray of int64
        In units of ``2**-fraction``.
    fraction : int
        Bits right of the binary point.
    """

    values: NDArray[np.int64]
    fraction: int


@dataclass(frozen=True)
class Quantizers:
    """QKeras quantizers of the weights of one layer.

    Parameters
    ----------
    kernel : object
    bias : object or None
        None where the layer has no bias.
    """

    kernel: Any
    bias: Any


class Kind(ABC):
    """A kind of layer with its parameters; kinds are frozen dataclasses.

    Where a method takes `shapes`, they are those of the sources, in order.
    """

    #: In files.
    name: ClassVar[str]

    #: How the kind is called in a sentence, with its article.
    called: ClassVar[str]

    #: Fewest and most sources; None for any number.
    sources: ClassVar[tuple[int, int | None]] = (1, 1)

    #: Whether its values are in a type of their own; otherwise in that of its source.
    typed: ClassVar[bool] = True

    #: Whether it reads its source as a flat vector, whatever the shape.
    flat: ClassVar[bool] = False

    #: Keras layers without weights that it is made of.
    plain: ClassVar[tuple[str, ...]] = ()

    #: Layers of Keras and QKeras that `read` understands.
    keras_classes: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def read(cls, layer: Any, shapes: Sequence[Shape]) -> Self:
        """Kind and parameters of a layer of Keras or QKeras.

        Parameters
        ----------
        layer : keras.Layer
            One of `keras_classes`.
        shapes : sequence of Shape

        Raises
        ------
        ConversionError
            If it has an option that the kind has not.
        """
        raise NotImplementedError

    @abstractmethod
    def shape(self, layer: str, shapes: Sequence[Shape]) -> Shape:
        """Shape of the output.

        Parameters
        ----------
        layer : str
            Its name, for the sentence.
        shapes : sequence of Shape

        Raises
        ------
        ArchitectureError
            If the parameters do not fit each other or the sources.
        """

    def weights(self, shapes: Sequence[Shape]) -> dict[str, Shape]:
        """Shapes of its weights by name, as Keras orders them; a kernel comes first."""
        del shapes
        return {}

    def initial(
        self, stream: np.random.Generator, shapes: Sequence[Shape], *, relu: bool, last: bool
    ) -> dict[str, NDArray[np.float32]]:
        """Starting weights.

        Parameters
        ----------
        stream : numpy.random.Generator
        shapes : sequence of Shape
        relu : bool
            Whether ReLU follows.
        last : bool
            Whether the layer gives the output of its network.
        """
        del stream, shapes, relu, last
        return {}

    @abstractmethod
    def evaluate(self, values: Sequence[Array], weights: Mapping[str, Array]) -> Array:
        """Compute the layer in numpy, in the type of the values.

        Parameters
        ----------
        values : sequence of ndarray (n_events, *shape)
        weights : mapping of str to ndarray
            By the names of `weights`.
        """

    @abstractmethod
    def keras(
        self, layer: str, tensors: Sequence[Any], *, relu: bool, dtype: str | None = None
    ) -> Any:
        """Apply the Keras layer, its weights not yet set, to tensors.

        Parameters
        ----------
        layer : str
            Name in Keras.
        tensors : sequence of KerasTensor
        relu : bool
            Whether ReLU follows.
        dtype : str, optional
        """

    def qkeras(
        self, layer: str, tensors: Sequence[Any], quantizers: Quantizers | None, dtype: str
    ) -> Any:
        """Apply the QKeras layer, its weights not yet set, to quantised tensors.

        What follows, ReLU or not, quantises the result. A layer without weights is that of Keras.
        """
        del quantizers
        return self.keras(layer, tensors, relu=False, dtype=dtype)

    @abstractmethod
    def largest(
        self, shapes: Sequence[Shape], sources: Sequence[FixedPoint], weights: Mapping[str, Raw]
    ) -> tuple[int, int]:
        """Largest magnitude that any sum in the layer can reach, in any order.

        Parameters
        ----------
        shapes : sequence of Shape
        sources : sequence of FixedPoint
            Types of the sources.
        weights : mapping of str to Raw

        Returns
        -------
        largest : int
            In units of ``2**-fraction``.
        fraction : int
        """

    @abstractmethod
    def hardware(self, shapes: Sequence[Shape], weights: Mapping[str, Array]) -> tuple[Form, ...]:
        """What it is in hardware, over flat vectors.

        Parameters
        ----------
        shapes : sequence of Shape
        weights : mapping of str to ndarray
            Real, by the names of `weights`.

        Returns
        -------
        tuple of Form
            The first reads the sources, every other the one before.
        """

    def refuse(self, layer: str, rule: str, value: object, remedy: str) -> ArchitectureError:
        """Error of a layer of this kind."""
        return ArchitectureError(f"layer {layer}, {self.called},", rule, value, remedy)


def plain(layer: Any, **options: object) -> None:
    """Refuse a layer of Keras that has other options than those of its kind.

    Parameters
    ----------
    layer : keras.Layer
    **options : object
        Values that it must have.

    Raises
    ------
    ConversionError
    """
    for name, wanted in options.items():
        found = getattr(layer, name, wanted)
        if found != wanted:
            option = f"{name} of layer {layer.name}"
            raise ConversionError(option, f"must be {wanted}", found, "change it")


def elements(shape: Shape) -> int:
    """Number of values of a shape."""
    return int(np.prod(shape))
