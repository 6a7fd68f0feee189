"""QKeras, C simulation, fast emulator and a plain interpreter agree on every integer."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.blocks import block
from tests.hls import networks
from trigger_ad import config
from trigger_ad.convert.binding import bind
from trigger_ad.convert.project import convert
from trigger_ad.emulate.compare import extremes
from trigger_ad.emulate.csim import CSimulation
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.emulate.qkeras import QKerasEmulator
from trigger_ad.errors import ConversionError
from trigger_ad.hls.compile import build_csim
from trigger_ad.hls.harness import write_harness
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import Score
from trigger_ad.layers.architecture import chain
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.quantize.precision import LayerPrecision, Precision
from trigger_ad.scorers.autoencoder import reconstruction

EVENTS = 20_000


@dataclass(frozen=True)
class Chain:
    quantized: QuantizedModel
    network: HardwareNetwork
    scores: dict[str, Score]
    project: Path
    inputs: np.ndarray


def make(folder: Path, quantized: QuantizedModel, settings: config.Convert, scores) -> Chain:
    network = convert(quantized, settings, folder / "hls")
    bound = scores(network)
    write_harness(folder / "hls", block(network, bound))
    build_csim(folder / "hls")
    low, high = networks.full_range(network)
    rng = np.random.default_rng(2)
    usual = np.rint(rng.normal(0, 2.0 ** (network.input_type.width - 5), (EVENTS, len(low))))
    inputs = np.concatenate([extremes(low, high, EVENTS, 1), usual.clip(low, high)])
    return Chain(quantized, network, bound, folder / "hls", inputs.astype(np.int32))


@pytest.fixture(scope="module")
def zoo(tmp_path_factory) -> Chain:
    return make(
        tmp_path_factory.mktemp("zoo"),
        networks.quantised(networks.ZOO, 11),
        config.Convert(namespace="zoo"),
        networks.every_operation,
    )


@pytest.fixture(scope="module")
def double(tmp_path_factory) -> Chain:
    def scores(network):
        expressions = {
            "score1": reconstruction("ae1", "absolute"),
            "score2": reconstruction("ae2", "squared"),
        }
        return bind(expressions, network.outputs, network, *networks.full_range(network))

    return make(
        tmp_path_factory.mktemp("double"),
        networks.autoencoders(12),
        config.Convert(backend="Vivado"),
        scores,
    )


def rungs(chain: Chain) -> dict[str, dict]:
    emulator = FastEmulator(chain.network, chain.scores, *networks.full_range(chain.network))
    fast = emulator.run(chain.inputs)
    return {
        "csim": CSimulation(chain.project).run(chain.inputs),
        "qkeras": QKerasEmulator(chain.quantized, chain.network, chain.scores).run(chain.inputs),
        "fast": {"outputs": fast.outputs, "scores": fast.scores},
    }


@pytest.mark.parametrize("name", ["zoo", "double"])
def test_every_rung_gives_the_same_integers(name, request):
    chain = request.getfixturevalue(name)
    values = networks.interpret(chain.network, chain.inputs)
    assert len(chain.inputs) >= 2 * EVENTS
    for rung, result in rungs(chain).items():
        assert tuple(result["outputs"]) == chain.network.outputs
        for output, found in result["outputs"].items():
            assert found.dtype == np.int64
            assert np.array_equal(found, values[output]), f"{output} of {rung}"
        for score, record in chain.scores.items():
            wanted = record.evaluate({port: values[port] for port in record.ports})
            assert np.array_equal(result["scores"][score], wanted), f"{score} of {rung}"


def test_inputs_say_something(zoo, double):
    """The comparison above is not one of constants."""
    for made, least in ((zoo, 1), (double, 100)):
        values = networks.interpret(made.network, made.inputs)
        for output in made.network.outputs:
            alive = 1 if output in ("dead", "gone") else least + 1
            assert len(np.unique(values[output])) >= alive
    values = networks.interpret(double.network, double.inputs)
    for record in double.scores.values():
        assert len(np.unique(record.evaluate({p: values[p] for p in record.ports}))) > 1000


def test_inputs_reach_both_ends_of_types(zoo):
    values = networks.interpret(zoo.network, zoo.inputs)
    for name in ("plain_0_relu", "wide"):
        kind = zoo.network.type_of(name)
        assert (values[name].min(), values[name].max()) == (kind.minimum, kind.maximum)


def test_what_is_dropped_whole_is_zero(zoo):
    """The C simulation of these layers would end the process, were their sums not widened."""
    values = networks.interpret(zoo.network, zoo.inputs)
    assert values["gone_0"].any()
    assert not values["gone_0_relu"].any()
    assert not values["gone"].any()


def test_order_threads_and_chunks_do_not_matter(zoo):
    inputs = zoo.inputs[:5000]
    wanted = CSimulation(zoo.project, threads=1, chunk=10_000).run(inputs)
    for threads, chunk in ((1, 999), (2, 7), (4, 1000)):
        found = CSimulation(zoo.project, threads, chunk).run(inputs[::-1])
        for kind in ("outputs", "scores"):
            for name, values in wanted[kind].items():
                assert np.array_equal(found[kind][name][::-1], values)


def test_two_networks_live_in_one_process(zoo, double):
    first, second = CSimulation(zoo.project), CSimulation(double.project)
    before = first.run(zoo.inputs[:100])["scores"]
    second.run(double.inputs[:100])
    after = first.run(zoo.inputs[:100])["scores"]
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_no_events_give_no_scores(zoo):
    empty = np.empty((0, 7), np.int32)
    for emulator in (
        CSimulation(zoo.project),
        QKerasEmulator(zoo.quantized, zoo.network, zoo.scores),
    ):
        result = emulator.run(empty)
        assert result["outputs"]["plain"].shape == (0, 7)
        assert result["scores"]["dot"].shape == (0,)


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        (
            np.zeros((3, 6), np.int32),
            (
                "the input of the C simulation must be integers of shape (n, 7), not int32 of "
                "shape (3, 6): give one row for each event"
            ),
        ),
        (
            np.zeros((3, 7)),
            (
                "the input of the C simulation must be integers of shape (n, 7), not float64 of "
                "shape (3, 7): give one row for each event"
            ),
        ),
        (
            np.array([[0] * 7, [0, 0, 256, 0, 0, 0, 0]]),
            "input 2 of event 1 must be from -256 to 255, not 256: scale the words first",
        ),
    ],
)
def test_bad_inputs_of_the_simulation(zoo, inputs, sentence):
    with pytest.raises(ConversionError) as caught:
        CSimulation(zoo.project).run(inputs)
    assert str(caught.value) == sentence


def test_bounds_of_a_score_are_those_of_its_simulation(tmp_path):
    """A score that counts on narrow inputs is never given others."""
    quantized = networks.quantised(networks.ZOO[:1], 3)
    network = convert(quantized, config.Convert(namespace="narrow"), tmp_path / "hls")
    low, high = np.full(7, -20), np.array([0, 5, 10, 15, 20, 25, 30])
    scores = bind({"score": reconstruction("plain", "absolute")}, ["plain"], network, low, high)
    wide = bind(
        {"score": reconstruction("plain", "absolute")},
        ["plain"],
        network,
        *networks.full_range(network),
    )
    assert scores["score"].type.width < wide["score"].type.width
    write_harness(tmp_path / "hls", block(network, scores))
    build_csim(tmp_path / "hls")
    simulation = CSimulation(tmp_path / "hls")
    inputs = extremes(low, high, 1000, 1)
    values = networks.interpret(network, inputs)
    wanted = scores["score"].evaluate({"input": inputs, "plain": values["plain"]})
    assert np.array_equal(simulation.run(inputs)["scores"]["score"], wanted)
    with pytest.raises(ConversionError) as caught:
        simulation.run(np.array([[0, 6, 0, 0, 0, 0, 0]]))
    assert str(caught.value) == (
        "input 1 of event 0 must be from -20 to 5, not 6: scale the words first"
    )


def test_qkeras_refuses_ports_of_another_network(zoo, double):
    with pytest.raises(ConversionError) as caught:
        QKerasEmulator(zoo.quantized, double.network, {})
    assert str(caught.value).startswith("the ports of network double_ae must be input ap_fixed")
    assert str(caught.value).endswith(": convert this model")


def test_qkeras_refuses_sums_beyond_double_precision():
    bits = FixedPoint.quantized_bits
    branch = chain("net", (7, 2), (False,), True)
    weights = {"net_0.kernel": np.ones((7, 2), np.float32), "net_0.bias": np.ones(2, np.float32)}
    output = bits(24, 2)
    copies = Maximum("net", "input", np.array([[0], [1]], np.int32), output)
    network = HardwareNetwork("net", "input", 7, bits(24, 4), (copies,), ("net",))
    for width in (24, 30):
        layer = LayerPrecision(bits(width, 0), bits(width, 0), output)
        quantized = QuantizedModel((branch,), Precision(bits(24, 4), {"net_0": layer}), weights)
        if width == 24:
            QKerasEmulator(quantized, network, {})
            continue
        with pytest.raises(ConversionError) as caught:
            QKerasEmulator(quantized, network, {})
        largest = 7 * (2**23 - 1) * (2**29 - 1) + (2**29 - 1) * 2**19
        assert str(caught.value) == (
            "layer net_0 in QKeras must have sums below 2**53, not up to "
            f"{largest + (2**24 - 1) * 2**27}: use narrower weights, biases or activations"
        )
