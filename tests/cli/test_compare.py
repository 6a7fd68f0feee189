"""The verb that compares: seeds as a list, a table in the terminal, sentences."""

import json

import pytest

from tests.compare import folders
from trigger_ad.cli.compare import compare
from trigger_ad.cli.main import main
from trigger_ad.compare.rows import CompareRecord
from trigger_ad.errors import ConfigError


@pytest.mark.parametrize(
    ("words", "configs", "seeds"),
    [
        (["a.yaml", "--seeds", "1", "2", "3"], ["a.yaml"], (1, 2, 3)),
        (["--seeds", "7", "a.yaml", "b"], ["a.yaml", "b"], (7,)),
        (["--seeds", "7", "8", "a.yaml", "--seeds", "9"], ["a.yaml"], (7, 8, 9)),
        (["a.yaml"], ["a.yaml"], ()),
    ],
)
def test_seeds_are_a_list(words, configs, seeds):
    found = compare.make_context("compare", words).params
    assert [str(path) for path in found["configs"]] == configs
    assert found["seeds"] == seeds


def test_a_seed_is_a_whole_number():
    with pytest.raises(
        ConfigError, match="--seeds must be a whole number from 0 to 4294967295, not"
    ):
        compare.make_context("compare", ["a.yaml", "--seeds", "one"])


@pytest.fixture
def run(monkeypatch, capsys):
    def call(*words):
        monkeypatch.setattr("sys.argv", ["trigger-ad", "compare", *map(str, words)])
        with pytest.raises(SystemExit) as caught:
            main()
        return caught.value.code, capsys.readouterr()

    return call


def test_table_and_files(run, tmp_path):
    one, two = (folders.finished_run(tmp_path / str(seed), seed=seed) for seed in (1, 2))
    code, said = run(one, two, "--out", tmp_path / "out")
    assert code == 0
    record = json.loads((tmp_path / "out/compare.json").read_text())
    assert record["schema"] == CompareRecord.SCHEMA
    lines = said.out.splitlines()
    assert lines[0].split() == ["score", "model", "smallest", "TI", "median", "largest"]
    (total,) = (
        row["total_improvement"]["median"]
        for row in record["scores"]
        if (row["label"], row["model"]) == ("toy:or", "firmware")
    )
    (shown,) = (line for line in lines if line.startswith("toy:or "))
    assert f"{total['mean']:.2f} +- {total['spread']:.2f}" in shown
    assert lines[-2:] == [f"table {tmp_path}/out/compare.json", f"page {tmp_path}/out/compare.html"]
    assert (tmp_path / "out/compare.html").is_file()


def test_what_is_refused_writes_nothing(run, tmp_path):
    (tmp_path / "empty").mkdir()
    code, said = run(tmp_path / "empty", "--out", tmp_path / "out")
    assert code == 2
    assert said.err == (
        f"trigger-ad: {tmp_path}/empty must hold a run with scores, not a folder without "
        "config.yaml, scores.npz, words.npz, signals.npz: run its configuration first, or give "
        "that in place of the folder\n"
    )
    assert not (tmp_path / "out").exists()
