"""Every way to decorrelate is a configuration of its own, different in its training alone."""

import importlib.util
from pathlib import Path

from trigger_ad import config

ROOT = Path(__file__).parents[2]


def test_the_variants_of_a_configuration():
    path = ROOT / "tools/compare_decorrelation.py"
    spec = importlib.util.spec_from_file_location("compare_decorrelation", path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    base = config.load(ROOT / "models/double_ae/config.yaml")
    found = {name: config.parse(config.dump(v)) for name, v in tool.variants(base).items()}
    terms = {
        name: (v.train.disco.weight, v.train.closure.weight, v.train.closure.target)
        for name, v in found.items()
    }
    assert terms == {
        "none": (0.0, 0.0, None), "disco": (10.0, 0.0, None), "closure": (0.0, 3.0, None),
        "both": (10.0, 3.0, None), "target": (10.0, 3.0, 0.002),
    }  # fmt: skip
    for name, variant in found.items():
        assert variant.name == f"double_ae_{name}"
        same = {"name": base.name, "train": base.train}
        assert variant.model_copy(update=same) == base
