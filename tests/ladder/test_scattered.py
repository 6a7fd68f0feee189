"""Networks of any binary points give the same bits in every form, or are refused beforehand.

Six of them in arithmetic alone; forty with ``--ladder``, their C simulations compiled.
"""

import numpy as np
import pytest

from tests.hls import networks, tops
from tests.ladder.scattered import draw
from tests.words import bulk, full_range
from trigger_ad.emulate.compare import extremes
from trigger_ad.emulate.csim import CSimulation
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.emulate.qkeras import QKerasEmulator
from trigger_ad.errors import ConversionError
from trigger_ad.features.words import scale_array, scaled_range
from trigger_ad.hls import compile as compiler
from trigger_ad.hls.compile import build_csim
from trigger_ad.hls.harness import write_harness
from trigger_ad.rtl.trace import trace

SEEDS = range(40)

#: Networks with a score of many values; of three of them a layer drops all of its sums.
ALIVE = (2, 14, 16, 21, 24, 26)

#: What a form may refuse: sums beyond double precision, and constants beyond single precision.
RULES = {
    "qkeras": ("must have sums below 2**53",),
    "rtl": ("must have at most 24 bits", "must fit 53 bits"),
}


def pytest_generate_tests(metafunc):
    if "seed" in metafunc.fixturenames:
        every = metafunc.config.getoption("ladder")
        metafunc.parametrize("seed", SEEDS if every else ALIVE)


@pytest.fixture
def compiled(request):
    return request.config.getoption("ladder")


def types(seed):
    """Types of all layers, and how far their outputs were moved."""
    layout, sketches, _ = draw(seed)
    layers = tops.sketch(layout, sketches, seed).precision.layers
    return layers.values(), [by for sketch in sketches for by in sketch.coarse.values()]


def test_the_draws_are_scattered():
    found = [types(seed) for seed in SEEDS]
    kinds = [kinds for layers, _ in found for kinds in layers]
    weights = [kinds.weight for kinds in kinds]
    assert {kind.width for kind in weights} == set(range(2, 17))
    for integers in ([kind.integer for kind in weights], [kinds.output.integer for kinds in kinds]):
        assert min(integers) <= -9
        assert max(integers) >= 12
    moved = [by for _, more in found for by in more]
    assert sum(by >= 8 for by in moved) >= 5
    assert len(kinds) > 100


def unless_refused(form, run):
    """Scores of a form, or None where it says beforehand that it cannot hold a number."""
    try:
        return run()
    except ConversionError as error:
        if not error.rule.startswith(RULES.get(form, ())):
            raise
        return None


def test_every_form_gives_the_same_bits(seed, tmp_path, compiled, monkeypatch):
    layout, sketches, expressions = draw(seed)
    quantized = tops.sketch(layout, sketches, seed)
    trigger = tops.make(tmp_path / "hls", layout, "small", quantized, expressions)
    (found,) = trigger.hardware.blocks
    network, scores = found.network, found.scores
    rng = np.random.default_rng(seed)
    words = np.concatenate(
        [
            bulk(layout, 1500, rng),
            full_range(layout, 1500, rng),
            extremes(layout.minimum, layout.maximum, 500, seed),
        ]
    )
    scaled = scale_array(words, layout)
    values = networks.interpret(network, scaled)
    wanted = {n: s.evaluate({port: values[port] for port in s.ports}) for n, s in scores.items()}
    if seed in ALIVE:
        assert max(len(np.unique(score)) for score in wanted.values()) >= 1000

    def simulated():
        monkeypatch.setattr(compiler, "FLAGS", ("-O0", *compiler.FLAGS[1:]))
        write_harness(tmp_path / "hls", found)
        build_csim(tmp_path / "hls")
        return CSimulation(tmp_path / "hls").run(scaled)["scores"]

    forms = {
        "fast": lambda: FastEmulator(network, scores, *scaled_range(layout)).run(scaled).scores,
        "qkeras": lambda: QKerasEmulator(quantized, network, scores).run(scaled)["scores"],
        "rtl": lambda: trace(found).run(words),
    }
    for form, run in (forms | ({"csim": simulated} if compiled else {})).items():
        given = unless_refused(form, run)
        for name, score in wanted.items() if given else ():
            np.testing.assert_array_equal(given[name], score, err_msg=f"{name} of {form}")
