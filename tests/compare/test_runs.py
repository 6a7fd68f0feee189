"""What is compared is finished, of the same events, and named once; else one sentence."""

import re
import shutil
import subprocess
import sys

import numpy as np
import pytest

from tests.compare import folders
from trigger_ad.compare.runs import by_configuration, prepare, read
from trigger_ad.errors import ConfigError, RunFolderError
from trigger_ad.run.folder import dataset
from trigger_ad.storage import arrays


def silent(stage, part, note):
    pass


def sentence(error, call, *arguments):
    with pytest.raises(error) as caught:
        call(*arguments)
    return str(caught.value)


def test_what_is_read(tmp_path):
    run = read(folders.finished_run(tmp_path / "a", seed=3))
    assert (run.name, run.seed, run.signals) == ("toy", 3, folders.SIGNALS)
    background, signals = folders.events()
    test = background["sm.parton_event"][background["sm.split"] == 4]
    clusters = run.clusters["sm_test"]
    assert len(clusters) == folders.TEST
    assert (np.unique(test)[clusters] == test).all()  # the same clusters, counted from 0
    assert set(clusters) == set(range(clusters.max() + 1))
    assert run.clusters["lq"].tolist() == signals["lq.parton_event"].tolist()
    assert [row.stage for row in run.resources] == ["rtl-synthesis", "C-synthesis"]


def test_a_run_that_ended_before_its_resources(tmp_path):
    folder = folders.finished_run(tmp_path / "a")
    (folder / "resources.json").unlink()
    assert read(folder).resources == ()


def test_a_folder_without_scores(tmp_path):
    folder = folders.finished_run(tmp_path / "a")
    for name in ("scores.npz", "words.npz"):
        (folder / name).unlink()
    expected = (
        f"{folder} must hold a run with scores, not a folder without scores.npz, words.npz: run "
        "its configuration first, or give that in place of the folder"
    )
    assert sentence(RunFolderError, read, folder) == expected
    assert sentence(RunFolderError, prepare, [folder], tmp_path, (), silent) == expected


def test_scores_of_other_events(tmp_path):
    folder = folders.finished_run(tmp_path / "a")
    header, found = arrays.load(folder / "words.npz", dataset.SCHEMA)
    found["sm.split"][np.flatnonzero(found["sm.split"] == 4)[0]] = 0
    arrays.save(folder / "words.npz", dataset.SCHEMA, header, found)
    assert sentence(RunFolderError, read, folder) == (
        f"sm_test in {folder / 'scores.npz'} must have {folders.TEST - 1} events, as its words, "
        f"not {folders.TEST}: run its configuration again"
    )


def test_runs_of_other_events(tmp_path):
    one, two = (
        read(folders.finished_run(tmp_path / str(n), f"toy{n}", of_events=n)) for n in (1, 2)
    )
    assert sentence(RunFolderError, by_configuration, [one, two]) == (
        f"sm_threshold of {two.folder} must hold the events of {one.folder}, not others: compare "
        "runs of the same event files and the same split"
    )


def test_runs_of_the_same_words_but_other_identities(tmp_path):
    one, two = (folders.finished_run(tmp_path / str(n), f"toy{n}") for n in (1, 2))
    header, found = arrays.load(two / "signals.npz", dataset.SCHEMA)
    found["higgs.parton_event"][0] = 77
    arrays.save(two / "signals.npz", dataset.SCHEMA, header, found)
    with pytest.raises(RunFolderError, match=r"higgs of .* must hold the events of"):
        by_configuration([read(one), read(two)])


def test_runs_of_other_signals(tmp_path):
    one, two = (folders.finished_run(tmp_path / str(n), f"toy{n}") for n in (1, 2))
    header, found = arrays.load(two / "signals.npz", dataset.SCHEMA)
    arrays.save(two / "signals.npz", dataset.SCHEMA, header | {"samples": ["lq"]}, found)
    assert sentence(RunFolderError, by_configuration, [read(one), read(two)]) == (
        f"the signals of {two} must be lq, higgs, not lq: run it with the signals of {one}"
    )


def test_seeds_of_a_configuration(tmp_path):
    runs = [read(folders.finished_run(tmp_path / str(n), seed=n)) for n in (4, 2)]
    runs.append(read(folders.finished_run(tmp_path / "b", "other")))
    found = by_configuration(runs)
    assert {name: list(seeds) for name, seeds in found.items()} == {"toy": [4, 2], "other": [1]}
    assert found["toy"][2] is runs[1]


def test_a_seed_given_twice(tmp_path):
    one, two = (read(folders.finished_run(tmp_path / name)) for name in "ab")
    assert sentence(ConfigError, by_configuration, [one, two]) == (
        f"seed 1 of configuration 'toy' must be given once, not {one.folder} and {two.folder}: "
        "leave one of them out"
    )


def test_two_configurations_of_one_name(tmp_path):
    one, two = (folders.finished_run(tmp_path / str(n), seed=n) for n in (1, 2))
    path = two / "config.yaml"
    path.write_text(path.read_text().replace("epochs: 60", "epochs: 61"))
    assert sentence(ConfigError, by_configuration, [read(one), read(two)]) == (
        f"configuration 'toy' must be the same but for its seed, not others in {one} and {two}: "
        "rename one of them"
    )
    a, b = tmp_path / "a.yaml", tmp_path / "b.yaml"
    for path in (a, b):
        path.write_text("schema: config/1\nname: toy\n")
    assert sentence(ConfigError, prepare, [a, b], tmp_path / "out", (), silent) == (
        "configuration 'toy' must be the only one of its name: rename one of them"
    )
    assert not (tmp_path / "out").exists()


def test_seeds_need_a_configuration(tmp_path):
    folder = folders.finished_run(tmp_path / "a")
    assert sentence(ConfigError, prepare, [folder], tmp_path, (1, 2), silent) == (
        "--seeds must come with a configuration, not run folders alone: give the configuration "
        "that is to be run with them"
    )


def test_a_configuration_whose_run_is_finished_costs_nothing(small_config, small_run, tmp_path):
    shutil.copytree(small_run, tmp_path / "small_seed3", symlinks=True)
    told = []
    found = prepare([small_config], tmp_path, (3,), lambda *words: told.append(words))
    assert found == [tmp_path / "small_seed3"]
    assert {note for _, _, note in told} == {"up to date"}
    assert told[0][0] == "small_seed3: words"
    run = read(found[0])
    assert (run.name, run.seed) == ("small", 3)


def test_folders_are_compared_without_tensorflow(tmp_path):
    folder = folders.finished_run(tmp_path / "a", models=("float",))
    code = (
        "import sys\n"
        "from trigger_ad.cli.main import main\n"
        f"sys.argv = ['trigger-ad', 'compare', {str(folder)!r}, '--out', {str(tmp_path / 'o')!r}]\n"
        "try:\n    main()\n"
        "finally:\n    assert not {'tensorflow', 'keras', 'qkeras', 'hls4ml'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^page .*compare\.html$", done.stdout, re.M)
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == [
        "compare.html",
        "compare.json",
        "compare.md",
    ]
