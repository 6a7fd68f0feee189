"""A shipped model is what its weights give, and a change of either is found."""

import shutil

import numpy as np
import pytest

from tools import check_models
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.storage import arrays

NAME = "double_ae"


@pytest.mark.slow
def test_a_model_is_as_shipped_and_a_planted_change_is_not(tmp_path, monkeypatch):
    assert list(check_models.differences(NAME)) == []

    folder = tmp_path / NAME
    shutil.copytree(check_models.MODELS / NAME, folder)
    monkeypatch.setattr(check_models, "MODELS", tmp_path)
    weights = QuantizedModel.load(folder / "model/double/quantized.npz")
    name, kernel = next((name, w) for name, w in weights.weights.items() if w.any())
    weights.weights[name] = np.where(kernel == kernel[kernel != 0][0], 0, kernel)
    weights.save(folder / "model/double/quantized.npz")
    header, golden = arrays.load(folder / "golden.npz", "golden/1")
    golden["score2"][7] += 1
    arrays.save(folder / "golden.npz", "golden/1", header, golden)
    assert list(check_models.differences(NAME)) == [
        f"{NAME}: the network is another one",
        f"{NAME}: score2 of the golden words is another one",
    ]
