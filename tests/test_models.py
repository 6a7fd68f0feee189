"""The reference models that are shipped: what lies there belongs together."""

from pathlib import Path

import numpy as np
import pytest

from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.storage import arrays
from trigger_ad.storage.shipped import shipped_path
from trigger_ad.trigger.registers import Registers

MODELS = sorted(path.parent for path in shipped_path("models").glob("*/golden.npz"))

#: Reference models of 0.5.0, whose scores were close to the sum of the absolute words.
BEFORE = sorted((Path(__file__).parent / "frozen/models_0_5").iterdir())


@pytest.mark.parametrize("model", [*MODELS, *BEFORE], ids=lambda path: "/".join(path.parts[-2:]))
def test_a_shipped_model_is_a_run_folder_that_gives_its_golden_vectors(model: Path):
    header, golden = arrays.load(model / "golden.npz", "golden/1")
    trigger = load_trigger(model)
    assert header["layout"] == trigger.layout.hash
    assert Registers.from_json(header["registers"]) == trigger.registers
    assert len(golden["words"]) >= 10_000
    scores = trigger.scores_of_words(golden["words"])
    decision, state = trigger.decide(scores, trigger.start())
    for name in trigger.hardware.scores:
        assert np.array_equal(scores[name], golden[name])
    assert np.array_equal(decision.region, golden["region"])
    assert np.array_equal(decision.accept, golden["accept"])
    assert list(state.after) == header["counters_after"]["after"]


def test_models_that_were_shipped_are_kept():
    assert [path.name for path in BEFORE] == ["double_ae", "double_ae_zb"]


def test_the_reference_models_are_shipped():
    assert [path.name for path in MODELS] == [
        "double_ae",
        "double_ae_zb",
        "forest_combination",
        "rare_different",
        "vae_svdd",
    ]
