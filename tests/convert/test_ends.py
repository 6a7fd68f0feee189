"""Networks that end in copies, and convolutions whose kernel lies in the padding."""

import numpy as np
import pytest

from tests.convert.conftest import settings
from tests.hls import networks
from trigger_ad.convert.project import convert
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.emulate.qkeras import QKerasEmulator
from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.convolution import Convolution
from trigger_ad.layers.dense import Dense
from trigger_ad.layers.maximum_pooling import MaximumPooling
from trigger_ad.layers.node import Node
from trigger_ad.layers.part import Part

LARGEST = Node("largest", MaximumPooling((2,)))

ENDS = {
    "maximum of the input": ((6, 2), (LARGEST,)),
    "maximum": (
        (6, 2),
        (Node("conv", Convolution(2, (2,))), Node("end", MaximumPooling(), ("conv",))),
    ),
    "maximum behind ReLU": (
        (6, 2),
        (Node("conv", Convolution(2, (2,)), relu=True), Node("end", MaximumPooling(), ("conv",))),
    ),
    "part": ((6,), (Node("dense", Dense(5)), Node("end", Part(1, (3,)), ("dense",)))),
    "part of a part": (
        (6,),
        (Node("first", Part(0, (4,))), Node("end", Part(1, (3,)), ("first",))),
    ),
    "kernel in the padding": ((1, 1), (Node("end", Convolution(2, (3,), (2,), "same")),)),
    "kernel larger than the image": ((3, 2, 1), (Node("end", Convolution(2, (9, 8), (), "same")),)),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_end_of_a_network_is_exact(name, tmp_path):
    shape, nodes = ENDS[name]
    network = Architecture("net", shape, nodes, nodes[-1].name)
    quantized = networks.quantised((networks.Sketch(network, networks.bits()),), 3)
    hardware = convert(quantized, settings(), tmp_path / "hls")
    assert hardware.type_of("net") == quantized.precision.outputs(network)[network.output]
    low, high = networks.full_range(hardware)
    raw = np.random.default_rng(5).integers(low, high + 1, (500, len(low)))
    found = networks.interpret(hardware, raw)["net"]
    assert len(np.unique(found)) > 20
    assert np.array_equal(QKerasEmulator(quantized, hardware, {}).run(raw)["outputs"]["net"], found)
    assert np.array_equal(FastEmulator(hardware, {}, low, high).run(raw).outputs["net"], found)
