"""The card of a model from one or several runs."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.report.run_menu import run_menu
from trigger_ad.errors import RunFolderError, SchemaError
from trigger_ad.pages.format import interval, measured
from trigger_ad.report import card
from trigger_ad.report.card import Spread


def other_seed(folder: Path, to: Path, seed: int, ratio: float) -> Path:
    to.mkdir()
    for file in folder.glob("*.json"):
        shutil.copy(file, to)
    closure = json.loads((to / "closure.json").read_text())
    for row in closure["closure"]:
        row |= {"ratio": ratio, "interval95": [0.95, 1.05]}
    (to / "closure.json").write_text(json.dumps(closure))
    manifest = json.loads((to / "manifest.json").read_text())
    (to / "manifest.json").write_text(json.dumps(manifest | {"seeds": {"training": seed}}))
    return to


def test_spread() -> None:
    assert Spread((1.0, None, 3.0)).mean == 2
    assert Spread((1.0, None, 3.0)).deviation == pytest.approx(2**0.5)
    assert Spread((1.0,)).deviation is None
    assert Spread((None,)).mean is None


def test_card_of_one_run(run_folder: Path) -> None:
    text = card([run_folder])
    assert text.startswith("# double_ae\n")
    rows = json.loads((run_folder / "closure.json").read_text())["closure"]
    row = next(r for r in rows if (r["model"], r["sm_efficiency"]) == ("firmware", 0.05))
    assert f"| 5\u202f% | {measured(row['ratio'], row['ratio_error'])} [" in text
    assert "## Intended use" in text
    assert "## Limits" in text
    assert "AUC 0.44 &lt; 0.50." in text
    assert f"| C-synthesis | vitis_hls {'| – ' * 10}| not timed | not run:" in text
    assert "(Seed" not in text


def test_card_of_several_seeds(run_folder: Path, tmp_path: Path) -> None:
    runs = [
        run_folder,
        *(
            other_seed(run_folder, tmp_path / str(seed), seed, ratio)
            for seed, ratio in ((2, 0.98), (3, 1.03))
        ),
    ]
    text = card(runs)
    rows = json.loads((run_folder / "closure.json").read_text())["closure"]
    first = next(r for r in rows if (r["model"], r["sm_efficiency"]) == ("firmware", 0.01))
    mean = (first["ratio"] + 0.98 + 1.03) / 3
    (line,) = [line for line in text.splitlines() if line.startswith("| 1\u202f%")]
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert len(cells) == 6
    assert cells[2].startswith("0.980 ±")
    assert cells[4] == f"{mean:.3f}"
    assert "seeds 1, 2, 3" in text
    (closes,) = [x for x in text.splitlines() if x.startswith("* ") and "at 1\u202f% SM" in x]
    assert closes.endswith("(Seed 1.)")


@pytest.mark.parametrize(
    ("ratio", "ends", "words"),
    [
        (1.0, [0.95, 1.05], "* The three prescaled support regions predict the background of"),
        (0.43, [0.41, 0.45], "* The three prescaled support regions do not predict the backgr"),
        (0.95, [0.88, 1.02], "* Whether the three prescaled support regions predict the backgr"),
    ],
)
def test_what_it_is_for_follows_the_closure(
    run_folder: Path, tmp_path: Path, ratio: float, ends: list[float], words: str
) -> None:
    folders = [tmp_path / "first", other_seed(run_folder, tmp_path / "second", 2, 0.99)]
    shutil.copytree(run_folder, folders[0])
    for folder, found, interval95 in ((folders[0], ratio, ends), (folders[1], 1.0, [0.95, 1.05])):
        rates = json.loads((folder / "rates.json").read_text())
        measured = {"ratio": found, "interval95": interval95, "effective_events": 900.0}
        rates["abcd"] |= measured | {"ratio_error": 0.02}
        (folder / "rates.json").write_text(json.dumps(rates))
    uses = card(folders).partition("## Intended use\n")[2].partition("## Data")[0]
    _, estimate, _ = uses.strip().splitlines()
    assert estimate.startswith(words)
    assert f"predicted/observed is {ratio:.3f} with 95 % interval" in estimate
    assert estimate.endswith(" events." if ratio == 1 else " events. (Seed 2: holds.)")


def in_a_menu(folder: Path, to: Path) -> Path:
    """The run with a wanted pure rate, which its own few events give a limit of."""
    shutil.copytree(folder, to)
    few = {"value": None, "low": None, "high": None, "upper_limit": 0.25, "effective_events": 9.0}
    many = few | {"value": 0.5, "low": 0.4, "high": 0.6, "upper_limit": None}
    rates = json.loads((to / "rates.json").read_text())
    rates["working_point"]["pure"] = {
        "menu": "small",
        "seed": "L1_AD_A",
        "wanted_hz": 8e4,
        "threshold_hz": 8.1e4,
        "test": few,
        "test_hz": few | {"upper_limit": 9.5e4},
    }
    rates["bandwidth"] = {"wanted_hz": 1e5, "threshold_hz": 9.9e4, "precision": 0.7}
    rates["abcd"] |= {
        "ratio": 1.05,
        "ratio_error": 0.1,
        "interval95": [0.9, 1.2],
        "effective_events": 140.2,
    }
    (to / "rates.json").write_text(json.dumps(rates))
    signals = json.loads((to / "validation.json").read_text())["samples"]["signals"]
    rows = [
        {"name": name, "threshold": cut, "pure": many, "signal": dict.fromkeys(signals, few)}
        for name, cut in (("L1_AD_A", None), ("ht", 400), ("met", 170))
    ]
    menu = run_menu() | {
        "menu": "small",
        "input_rate_hz": 2000.0,
        "gain": {"schema": "menu_gain/1", "gain": rows},
    }
    (to / "menu.json").write_text(json.dumps(menu))
    return to


def test_card_of_a_seed_in_a_menu(run_folder: Path, tmp_path: Path) -> None:
    text = card([in_a_menu(run_folder, tmp_path / "run")])
    assert "pure rate of\n80\u202fkHz in the menu small: 81\u202fkHz on the threshold" in text
    assert "below 95\u202fkHz on the test split. SM efficiency" in text
    assert "predict region A best within 100\u202fkHz of all regions.\n" in text
    assert f"{measured(1.05, 0.1)} {interval([0.9, 1.2])},\n140 effective events." in text
    assert "| HT ≥ 200 GeV | 1\u202fkHz [800\u202fHz, 1.2\u202fkHz] | below 25\u202f% |" in text
    assert "on the same events" not in text  # a record of before
    assert "| signal | HT | sum of pT | multiplicity | leading-lepton pT |\n|---|" in text
    assert "| LQ → bτ | 0.550 | 0.600 | 0.500 | 0.500 |\n" in text


def beside(signals: Iterable[str], threshold: int | None, low: float, high: float) -> Any:
    """A row of a cut at the rate of region A."""
    figure = {"value": 0.5, "low": 0.4, "high": 0.6, "upper_limit": None, "effective_events": 400}
    found = {"value": (low + high) / 2, "low": low, "high": high, "effective_events": 300.0}
    return {
        "threshold": threshold,
        "part": None,
        "signal": dict.fromkeys(signals, figure),
        "difference": None if threshold is None else dict.fromkeys(signals, found),
    }


def test_what_does_better_stands_first_among_the_limits(run_folder: Path, tmp_path: Path) -> None:
    folder = in_a_menu(run_folder, tmp_path / "run")
    validation = json.loads((folder / "validation.json").read_text())
    signals = list(validation["auc"])
    figure = {"value": 0.01, "low": 0.009, "high": 0.011, "upper_limit": None}
    background = {"background": figure | {"effective_events": 300.0}}
    validation["same_rate"] = [
        background | {"name": "region_a"} | beside(signals, None, 0, 0),
        background | {"name": "score1"} | beside(signals, 140, 0.01, 0.02),
        background | {"name": "largest_tail"} | beside(signals, 2990, -0.02, -0.01),
        background | {"name": "density"} | beside(signals, 900, -0.01, 0.02),
        background | {"name": "ht"} | beside(signals, 400, -0.03, -0.02),
    ]
    (folder / "validation.json").write_text(json.dumps(validation))
    menu = json.loads((folder / "menu.json").read_text())
    menu["gain"] = {
        "schema": "menu_gain/2",
        "gain": [
            {"name": "L1_AD_A", "pure": background["background"]} | beside(signals, None, 0, 0),
            {"name": "two_muons", "pure": background["background"]}
            | beside(signals, 20, -0.3, -0.2)
            | {"part": 0.25},
        ],
    }
    (folder / "menu.json").write_text(json.dumps(menu))
    text = card([folder])
    limits = text.partition("## Limits\n")[2].strip().splitlines()
    assert limits[0] == (
        "* Of the LQ → bτ events that no conventional seed takes, more are taken by two muons than "
        "by L1_AD_A at the same pure rate."
    )
    assert limits[len(signals)] == (
        "* At the rate of region A more of the LQ → bτ events are taken by largest tail and HT "
        "than by region A."
    )
    assert "| score 1 | 1\u202f% [0.9\u202f%, 1.1\u202f%] | 50\u202f% [40" in text
    assert "| density table | 0.5 [−1,\u00a02]\u202f%, not decided |" in text
    assert "| two muons ≥ 10, 5 GeV, 25\u202f% of those at it | −25 [−30," in text
    widths: list[int] = []
    for line in text.splitlines():
        if line.startswith("|"):
            widths.append(line.count("|"))
        else:
            assert len(set(widths)) <= 1
            widths = []


def test_few_events_are_an_extrapolation(run_folder: Path, tmp_path: Path) -> None:
    closure = json.loads((run_folder / "closure.json").read_text())
    for row in closure["closure"]:
        row["effective_events"] = 99.0 if row["sm_efficiency"] == 0.01 else 100.0
    shutil.copytree(run_folder, tmp_path / "run")
    (tmp_path / "run/closure.json").write_text(json.dumps(closure))
    rows = [line for line in card([tmp_path / "run"]).splitlines() if "(extrapolated)" in line]
    assert [row.partition("|")[2].partition("|")[0].strip() for row in rows] == ["1\u202f%"]


@pytest.mark.parametrize("menu", [False, True])
def test_tables_are_whole(run_folder: Path, tmp_path: Path, menu: bool) -> None:
    folder = in_a_menu(run_folder, tmp_path / "run") if menu else run_folder
    widths: list[int] = []
    for line in card([folder]).splitlines():
        if line.startswith("|"):
            widths.append(line.count("|"))
        else:
            assert len(set(widths)) <= 1
            widths = []


def test_no_run() -> None:
    with pytest.raises(RunFolderError) as caught:
        card([])
    assert str(caught.value) == (
        "a model card must have at least one run folder: give a run folder"
    )


def test_runs_of_different_triggers(run_folder: Path, tmp_path: Path) -> None:
    other = other_seed(run_folder, tmp_path / "other", 2, 1.0)
    validation = json.loads((other / "validation.json").read_text())
    (other / "validation.json").write_text(json.dumps(validation | {"name": "another"}))
    with pytest.raises(RunFolderError, match="must be a run of double_ae with signals leptoquark"):
        card([run_folder, other])


def test_unknown_schema(own_folder: Path) -> None:
    (own_folder / "rates.json").write_text('{"schema": "rates/99"}')
    with pytest.raises(SchemaError, match="must have schema rates/2, not rates/99"):
        card([own_folder])
