import dataclasses
import hashlib
import subprocess
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.convert.conftest import settings
from tests.hls import networks
from trigger_ad import config
from trigger_ad.convert import graph as graph_module
from trigger_ad.convert.differences import compare
from trigger_ad.convert.headers import read_interval
from trigger_ad.convert.project import convert
from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.quantize.precision import Precision


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_weights_are_the_rounded_weights_of_the_model(quantized, project):
    _, network = project
    for branch in quantized.branches:
        names = [*branch.layers[:-1], branch.layers[-1] if branch.relu[-1] else branch.name]
        for name, key in zip(names, branch.layers, strict=True):
            layer, kinds = network.layer(name), quantized.precision.layers[key]
            assert isinstance(layer, Linear)
            kernel = kinds.weight.encode(quantized.weights[f"{key}.kernel"])
            assert np.array_equal(
                kinds.weight.decode(kernel), layer.weight_type.decode(layer.weights)
            )
            if f"{key}.bias" in quantized.weights:
                bias = kinds.bias.encode(quantized.weights[f"{key}.bias"])
                assert np.array_equal(kinds.bias.decode(bias), layer.bias_type.decode(layer.bias))
            else:
                assert not np.any(layer.bias)


def test_ports_keep_their_types(quantized, project):
    _, network = project
    assert network.input_name == "input"
    assert network.input_type == quantized.precision.input
    assert network.outputs == ("plain", "pruned")
    for branch in quantized.branches:
        wanted = quantized.precision.layers[branch.layers[-1]].output
        assert network.type_of(branch.name) == wanted


def test_one_branch_alone(tmp_path):
    """Its quantizers still sit in the input and in the last layer."""
    quantized = networks.quantised(networks.ZOO[:1], 6)
    network = convert(quantized, settings(), tmp_path / "hls")
    assert network.input_type == quantized.precision.input
    assert network.outputs == ("plain",)
    assert network.type_of("plain") == quantized.precision.layers["plain_2"].output


def test_record_survives_saving(project, tmp_path):
    _, network = project
    network.save(tmp_path / "network.npz")
    compare(HardwareNetwork.load(tmp_path / "network.npz"), network)


@pytest.mark.parametrize("backend", ["Vitis", "Vivado"])
def test_settings_reach_the_project(quantized, tmp_path, backend):
    part, clock = "xc7vx690t-ffg1927-2", 3.125
    network = convert(
        quantized,
        settings(backend=backend, part=part, clock_ns=clock, reuse_factor=2),
        tmp_path / "hls",
    )
    script = (tmp_path / "hls" / "project.tcl").read_text()
    assert f'set part "{part}"' in script
    assert f'set backend "{backend.lower()}"' in script
    assert f"set clock_period {clock}" in script
    parameters = (tmp_path / "hls" / "firmware" / "parameters.h").read_text()
    dense = sum(isinstance(layer, Linear) for layer in network.layers)
    assert parameters.count("static const unsigned reuse_factor = 2;") >= dense
    assert "static const unsigned reuse_factor = 1;" not in parameters
    assert parameters.count("static const unsigned strategy = nnet::latency;") == dense
    assert read_interval(tmp_path / "hls", "zoo") == 2


def test_an_interval_must_be_asked_for(project):
    folder, _ = project
    assert read_interval(folder, "zoo") == 1
    source = folder / "firmware" / "zoo.cpp"
    source.write_text(source.read_text().replace("PIPELINE II=1", "PIPELINE"))
    with pytest.raises(ConversionError) as caught:
        read_interval(folder, "zoo")
    assert str(caught.value) == (
        "zoo.cpp must ask for one interval, #pragma HLS PIPELINE II=..., not 0 of them: "
        "convert the model again; do not edit the project by hand"
    )


def test_project_does_not_depend_on_where_and_when(quantized, project, tmp_path):
    folder, _ = project
    convert(quantized, settings(), tmp_path / "elsewhere" / "hls")
    assert contents(folder) == contents(tmp_path / "elsewhere" / "hls")
    for path in folder.rglob("*"):
        if path.is_file():
            assert str(tmp_path).encode() not in path.read_bytes(), path
    assert not (folder / "keras_model.keras").exists()


def test_the_vendors_test_bench_compiles(project):
    """It opens the namespace and calls the top function, so their names must differ."""
    folder, _ = project
    command = [
        "g++",
        "-std=c++17",
        "-fsyntax-only",
        "-I.",
        "-Ifirmware",
        "-Ifirmware/ap_types",
        "zoo_test.cpp",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_new_project_replaces_the_old_one(quantized, project):
    folder, _ = project
    (folder / "stale").write_text("x")
    before = contents(folder)
    convert(quantized, settings(), folder)
    before.pop("stale")
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["hls"]


def changed(quantized: QuantizedModel, **kinds: FixedPoint) -> QuantizedModel:
    layers = dict(quantized.precision.layers)
    layers["plain_0"] = dataclasses.replace(layers["plain_0"], **kinds)
    return dataclasses.replace(quantized, precision=Precision(quantized.precision.input, layers))


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        (
            {"weight": FixedPoint.quantized_bits(25, 0)},
            (
                "a weight of layer plain_0 must have 2 to 24 bits, not 25: "
                "change the bits in the section quantize of the configuration"
            ),
        ),
        (
            {"output": FixedPoint.quantized_relu(1, 0)},
            (
                "the output of layer plain_0 must have 2 to 24 bits, not 1: "
                "change the bits in the section quantize of the configuration"
            ),
        ),
    ],
)
def test_a_width_that_cannot_be_held_leaves_the_old_project(quantized, project, kinds, sentence):
    folder, _ = project
    before = contents(folder)
    with pytest.raises(ConversionError) as caught:
        convert(changed(quantized, **kinds), settings(), folder)
    assert str(caught.value) == sentence
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["hls"]


def test_a_bad_namespace_is_refused_first(quantized, tmp_path):
    with pytest.raises(ConversionError, match=r"^the namespace must not be a word"):
        convert(
            quantized, config.Convert().model_copy(update={"namespace": "static"}), tmp_path / "hls"
        )
    assert list(tmp_path.iterdir()) == []


def test_a_layer_without_a_quantizer_is_refused(quantized, tmp_path, monkeypatch):
    """hls4ml would take it, and give its weights a type of its own."""
    inputs = keras.Input((7,), name="inputs")
    plain = keras.Model(inputs, keras.layers.Dense(2, name="plain_0")(inputs))
    monkeypatch.setattr(graph_module, "build", lambda *_: plain)
    with pytest.raises(ConversionError) as caught:
        convert(quantized, settings(), tmp_path / "hls")
    assert str(caught.value) == (
        "layer plain_0 must be quantised by quantized_bits or quantized_relu, not Dense: build the "
        "network with trigger_ad.quantize.model"
    )
    assert not (tmp_path / "hls").exists()


def test_every_width_up_to_the_largest_is_exact(tmp_path):
    """hls4ml prints weights as decimal numbers; none may lose a bit."""
    sketch = networks.Sketch(networks.ZOO[2].branch, networks.bits(weight_bits=16, bias_bits=16))
    for scale in (1e-4, 1.0, 1e4):
        quantized = networks.quantised((dataclasses.replace(sketch, scale=scale),), 9)
        network = convert(quantized, settings(), tmp_path / "hls")
        layer = network.layer("wide_0")
        assert int(np.abs(layer.weights).max()) >= 2**12
