"""Every particle several times: a kind of layer in one folder."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from trigger_ad.layers.hardware import Largest
from trigger_ad.layers.kind import Kind


@dataclass(frozen=True)
class Repeat(Kind):
    """Each particle `times` times."""

    times: int

    name: ClassVar[str] = "repeat"
    called: ClassVar[str] = "a repetition"
    typed: ClassVar[bool] = False
    plain: ClassVar[tuple[str, ...]] = ("UpSampling1D",)
    keras_classes: ClassVar[tuple[str, ...]] = ("UpSampling1D",)

    @classmethod
    def read(cls, layer, _shapes):
        return cls(layer.size)

    def shape(self, layer, shapes):
        ((length, channels),) = shapes
        return (length * self.times, channels)

    def evaluate(self, values, weights):
        return np.repeat(values[0], self.times, axis=1)

    def keras(self, layer, tensors, *, relu, dtype=None):
        from keras.layers import UpSampling1D

        return UpSampling1D(self.times, name=layer, dtype=dtype)(tensors[0])

    def hardware(self, shapes, weights):
        ((length, channels),) = shapes
        places = np.arange(length * channels, dtype=np.int32).reshape(length, channels)
        return (Largest(np.repeat(places, self.times, axis=0).reshape(-1, 1)),)

    def largest(self, shapes, sources, weights):
        return max(-sources[0].minimum, sources[0].maximum), sources[0].fraction
