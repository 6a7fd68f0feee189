"""Layers of any kind in front of the dense ones: the section of docs/layers.md, and a run of it."""

import re
from pathlib import Path

import numpy as np
import pytest

import trigger_ad
from trigger_ad import config as configuration
from trigger_ad.errors import ArchitectureError, ConfigError
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.layers.table import KINDS
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run.pipelines import engine
from trigger_ad.run_folder import RunFolder
from trigger_ad.scorers import table
from trigger_ad.scorers.vae import Vae, objective
from trigger_ad.storage import arrays

PAGE = Path(trigger_ad.__file__).parents[1] / "docs/layers.md"

HEAD = "schema: config/2\nname: demo\n"


def of_page() -> str:
    return re.search(r"^```yaml\n(.*?)^```", PAGE.read_text(), re.M | re.S)[1]


def layers(*lines: str) -> str:
    return f"{HEAD}scorer:\n  layers:\n" + "".join(f"    - {line}\n" for line in lines)


def networks(text: str):
    scorer = configuration.parse(text).scorer
    return table.find(scorer.name).branches(scorer, 57)


def test_the_network_of_the_page():
    config = configuration.parse(HEAD + of_page())
    assert configuration.parse(configuration.dump(config)) == config
    first, second = networks(HEAD + of_page())
    assert (first.name, second.name) == ("ae1", "ae2")
    assert list(first.shapes.items()) == [
        ("input", (57,)),
        ("objects", (18, 3)),
        ("phi", (18, 8)),
        ("largest", (8,)),
        ("met", (3,)),
        ("event", (11,)),
        ("0", (8,)),
        ("1", (4,)),
        ("2", (8,)),
        ("3", (57,)),
    ]
    assert first.layers == ("ae1_phi", "ae1_0", "ae1_1", "ae1_2", "ae1_3")


def test_a_run_of_it(small_config, tmp_path):
    """Trained, pruned, calibrated and converted; the golden scores are those of the emulator."""
    own = re.sub(r"\n +- ", ", ", of_page().partition("layers:\n")[2].partition("  hidden")[0])
    front = f"{{layers: [{own.strip().removeprefix('- ')}], hidden:"
    text = small_config.read_text().replace("{hidden:", front)
    config = configuration.parse(text)
    engine(config, tmp_path / "run").run(lambda stage, part, note: None, only="trigger")
    _, golden = arrays.load(tmp_path / "run/golden.npz", "golden/1")
    trigger = load_trigger(tmp_path / "run")
    scores = trigger.scores_of_words(golden["words"])
    for name in ("score1", "score2"):
        assert np.array_equal(scores[name], golden[name])
    shared = trigger.hardware.blocks[0].own_network.layer("ae1_phi")
    assert isinstance(shared, Linear)
    assert shared.windows == 18
    quantized = QuantizedModel.load(RunFolder(tmp_path / "run").model("double").quantized)
    kernel = quantized.weights["ae1_phi.kernel"]
    assert np.mean(kernel == 0) == pytest.approx(0.85, abs=0.03)
    assert quantized.precision.layers["ae1_phi"].weight.width == 4
    assert "ae1_largest" not in quantized.precision.layers


def test_encoders_of_training_alone_have_them_too():
    settings = Vae.model_validate({"layers": ({"kind": "dense", "parameters": {"units": 6}},)})
    (companion, _, _) = objective(settings, 57).parts
    assert companion.branch.layers[0] == "logvar_front0"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{kind: attention}", f"kind must be one of {', '.join(KINDS)}, not attention"),
        ("{kind: dense}", "parameters of dense must hold units"),
        (
            "{kind: dense, parameters: {units: 3, filters: 2}}",
            "parameters of dense must be of units, bias, not filters",
        ),
        ("{kind: add, parameters: {axis: 1}}", "parameters of add must be of none, not axis"),
        (
            "{kind: dense, parameters: {units: many}}",
            "units of dense must be a valid integer, not many",
        ),
    ],
)
def test_layers_that_nobody_knows(line, sentence):
    with pytest.raises(ConfigError) as caught:
        configuration.parse(layers(line), "f.yaml")
    start = "key 'scorer.layers.0' at f.yaml:5: "
    assert str(caught.value) == f"{start}{sentence}: give such a value"


def test_layers_that_do_not_fit():
    with pytest.raises(ArchitectureError) as caught:
        networks(layers("{kind: shared, parameters: {units: 3}}"))
    assert str(caught.value) == (
        "layer ae1_front0, a layer shared between particles, must read values of 1 or 2 dimensions "
        "and channels, not shape (57,): use a dense layer for a vector"
    )
    with pytest.raises(ArchitectureError) as caught:
        networks(layers("{kind: shared, parameters: {units: 3}}") + "  shape: [18, 3]\n")
    assert str(caught.value) == (
        "the input shape of network ae1 must hold the 57 words, not (18, 3): change the key shape, "
        "or take a part of the words"
    )
