"""Every way to decorrelate is a configuration of its own, different in its training alone."""

import importlib.util
from pathlib import Path

import pytest

from tests.compare import folders
from trigger_ad import config
from trigger_ad.compare.record import compare
from trigger_ad.compare.runs import read

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool():
    path = ROOT / "tools/compare_decorrelation.py"
    spec = importlib.util.spec_from_file_location("compare_decorrelation", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_variants_of_a_configuration(tool):
    base = config.load(ROOT / "models/double_ae/config.yaml")
    found = {name: config.parse(config.dump(v)) for name, v in tool.variants(base).items()}
    terms = {
        name: (v.train.disco.weight, v.train.closure.weight, v.train.closure.target)
        for name, v in found.items()
    }
    assert terms == {
        "none": (0.0, 0.0, None),
        "disco": (10.0, 0.0, None),
        "closure": (0.0, 3.0, None),
        "both": (10.0, 3.0, None),
        "target": (10.0, 3.0, 0.002),
    }
    assert found.pop("target") == base
    for name, variant in found.items():
        assert variant.name == f"double_ae_{name}"
        assert variant.baselines.published.epochs == 0
        same = {"name": base.name, "train": base.train, "baselines": base.baselines}
        assert variant.model_copy(update=same) == base


def test_every_figure_of_the_document_is_one_of_the_record(tool, tmp_path):
    names = {"none": "toy_none", "target": "toy"}
    record = compare(
        [
            read(folders.finished_run(tmp_path / f"{name}{seed}", name, seed))
            for name in names.values()
            for seed in (1, 2)
        ]
    )
    text = tool.document(record, names)
    record = record.to_json()
    rows = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        rows.setdefault(cells[0], []).append(cells[1:])
    closure, auc, sic = rows["both, closure held at its target"]
    assert len(rows["no term"]) == 3
    (own,) = (
        row["ratio"]
        for row in record["closure"]
        if (row["pair"][0], row["model"], row["sm_efficiency"]) == ("toy:score1", "firmware", 0.02)
    )
    assert closure[3] == f"{own['mean']:.3f} ± {own['spread']:.3f}"
    (scores,) = (
        row["signals"]
        for row in record["scores"]
        if (row["label"], row["model"]) == ("toy:diagonal", "float")
    )
    for cells, key in ((auc, "auc"), (sic, "sic_maximum")):
        for place, signal in enumerate(folders.SIGNALS):
            figure = scores[signal][key]
            assert cells[2 * place] == f"{figure['mean']:.3f} ± {figure['spread']:.3f}"
    first = record["correlations"][0]
    pearson = first["pearson"][first["scores"].index("toy:score1")]
    figure = pearson[first["scores"].index("toy:score2")]
    assert closure[6].replace("−", "-") == f"{figure['mean']:.3f} ± {figure['spread']:.3f}"
    assert "the configuration `toy`, seeds 1, 2: means" in text
