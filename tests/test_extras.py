"""What needs an optional package says so before it works; every extra has its case."""

import re
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from trigger_ad import config as configuration
from trigger_ad.abcd.likelihood import fit_signal
from trigger_ad.cli.main import main
from trigger_ad.convert.forest import convert_forest
from trigger_ad.errors import MissingDependencyError
from trigger_ad.events.readers import l1nano
from trigger_ad.generate import adc2021, zerobias
from trigger_ad.ledger.synthesis.yosys import rtl_synthesis
from trigger_ad.references.forest.fit import Settings, fit
from trigger_ad.run import pool
from trigger_ad.run.pipelines import engine

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
PILEUP = zerobias.Pileup((60.0,))
PART = "xcvu13p-flga2577-2-e"
FOREST = (
    "scorer: {name: pair, hidden: [8, 4, 8], members: [{name: svdd, bias: false}, "
    "{name: student, hidden: [8], teacher: {name: isolation_forest}}]}\n"
)


def run(folder, text, stage=None):
    """A run, which may not begin."""
    config = configuration.parse(f"schema: config/1\nname: c\n{text}")
    try:
        engine(config, folder / "run").run(lambda *_: None, stage)
    finally:
        assert not (folder / "run").exists() or not list((folder / "run").glob("[!.]*"))


def verb(*words):
    """A verb of the command line; the error that it ends with."""
    return lambda folder: main_of([word.format(folder=folder) for word in words])


def main_of(words):
    from trigger_ad.cli.main import cli

    cli(words, standalone_mode=False)


#: The extra, the module that is hidden, what needs it, and the beginning of its sentence.
CASES = [
    (
        "generate",
        "pythia8mc",
        verb(
            "generate",
            "adc2021",
            "--process",
            "sm",
            "--events",
            "1",
            "--seed",
            "1",
            "--out",
            "{folder}/o.h5",
        ),
        "simulating events needs pythia8mc",
    ),
    (
        "generate",
        "fastjet",
        lambda folder: adc2021.generate("sm", 1, 1, 1, folder / "o.h5"),
        "simulating events needs fastjet",
    ),
    (
        "generate",
        "awkward",
        lambda folder: adc2021.generate("sm", 1, 1, 1, folder / "o.h5"),
        "simulating events needs awkward",
    ),
    (
        "generate",
        "pythia8mc",
        verb(
            "generate",
            "zerobias",
            "--pileup",
            "60",
            "--events",
            "1",
            "--seed",
            "1",
            "--out",
            "{folder}/o.h5",
        ),
        "simulating collisions needs pythia8mc",
    ),
    (
        "generate",
        "pythia8mc",
        lambda folder: zerobias.generate(
            PILEUP, 1, 1, 1, folder / "o.h5", folder / "library.npz", signal="leptoquark"
        ),
        "simulating collisions needs pythia8mc",
    ),
    (
        "rtl",
        "pyosys",
        lambda folder: rtl_synthesis([], "top", PART, folder / "yosys"),
        "synthesis of RTL needs pyosys",
    ),
    ("rtl", "pyosys", lambda folder: run(folder, ""), "synthesis of RTL needs pyosys"),
    ("rtl", "pyosys", lambda folder: run(folder, "", "resources"), "synthesis of RTL needs pyosys"),
    (
        "root",
        "uproot",
        lambda folder: list(l1nano.read_chunks(folder / "a.root")),
        "reading CMS Level-1 NanoAOD needs uproot",
    ),
    (
        "scale",
        "distributed",
        verb("rates", "{folder}", "--inputs", "none.h5", "--scheduler", "dask://127.0.0.1:9"),
        "counting on a Dask scheduler needs distributed",
    ),
    (
        "scale",
        "distributed",
        lambda folder: list(pool.distributed(abs, [1], "tcp://127.0.0.1:9")),
        "counting on a Dask scheduler needs distributed",
    ),
    (
        "stats",
        "pyhf",
        lambda folder: fit_signal([10, 10, 10, 10], [1, 0, 0, 0]),
        "the likelihood of four regions needs pyhf",
    ),
    (
        "forest",
        "sklearn",
        lambda folder: fit(Settings(), np.zeros((9, 57), np.int32), seed=1),
        "growing an isolation forest needs scikit-learn",
    ),
    (
        "forest",
        "sklearn",
        lambda folder: run(folder, FOREST),
        "growing an isolation forest needs scikit-learn",
    ),
    (
        "forest",
        "conifer",
        lambda folder: convert_forest(None, (), (), folder / "project"),
        "writing the firmware of a forest needs conifer",
    ),
    (
        "monitor",
        "prometheus_client",
        verb("monitor", "{folder}/none.jsonl", "--serve"),
        "serving metrics needs prometheus-client",
    ),
]


@pytest.mark.parametrize(
    ("extra", "module", "use", "needs"), CASES, ids=[f"{c[1]}-{i}" for i, c in enumerate(CASES)]
)
def test_what_is_missing_is_told_before_the_work(extra, module, use, needs, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingDependencyError) as caught:
        use(tmp_path)
    assert str(caught.value) == f"{needs}: pip install trigger-ad[{extra}]"
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.name != ".lock"]


def test_every_extra_has_its_case():
    with PROJECT.open("rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    assert {*extras} - {"dev"} == {case[0] for case in CASES}
    told = " ".join(case[3] for case in CASES) + " dask z3-solver"  # distributed; see test_proof
    for extra, packages in extras.items():
        for package in packages if extra != "dev" else ():
            name = re.match(r"[\w-]+", package)[0]
            assert name in told or (extra, name) == ("root", "awkward")  # which uproot brings


def test_the_command_line_ends_with_the_sentence(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    monkeypatch.setattr("sys.argv", ["trigger-ad", "monitor", "none.jsonl", "--serve"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert capsys.readouterr().err == (
        "trigger-ad: serving metrics needs prometheus-client: pip install trigger-ad[monitor]\n"
    )
