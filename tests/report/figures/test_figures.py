"""A figure draws its record, and the record is what is saved beside it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.report.run_menu import INPUT, run_menu
from trigger_ad.pages.style import COLORS
from trigger_ad.report.numbers.load import Run, load
from trigger_ad.report.plots import PLOTS, Plot

BY_NAME = {plot.name: plot for plot in PLOTS}


@pytest.fixture(scope="module")
def run(built: Path) -> Run:
    return load(built)


def saved(built: Path, name: str) -> Any:
    content = json.loads((built / "plots" / f"{name}.json").read_text())
    assert (content["schema"], content["name"]) == ("plot/1", name)
    return content["numbers"]


def drawn(run: Run, name: str) -> Any:
    plot: Plot = BY_NAME[name]
    return plot.draw(plot.pick(run))


def same(artist: Any, numbers: list[Any]) -> None:
    wanted = np.array(numbers, dtype=np.float64)
    np.testing.assert_array_equal(np.ma.filled(np.ma.asarray(artist, dtype=float), 0), wanted)


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.name)
def test_every_plot_is_saved_with_its_numbers(built: Path, plot: Plot) -> None:
    image = (built / "plots" / f"{plot.name}.{plot.kind}").read_bytes()
    assert image.startswith(b"<?xml" if plot.kind == "svg" else b"\x89PNG")
    assert saved(built, plot.name)


def test_distributions(run: Run, built: Path) -> None:
    figure = drawn(run, "score_distributions")
    for axis, panel in zip(figure.axes, saved(built, "score_distributions")["panels"], strict=True):
        for patch, fractions in zip(axis.patches, panel["fractions"].values(), strict=True):
            same(patch.get_data().values, fractions)
            same(patch.get_data().edges, panel["edges"])
        assert len(axis.texts) == (panel["threshold"] is not None)


def test_roc(run: Run, built: Path) -> None:
    figure = drawn(run, "roc")
    for axis, panel in zip(figure.axes, saved(built, "roc")["panels"], strict=True):
        for line, curve in zip(axis.lines, panel["curves"], strict=False):
            same(line.get_xdata(), curve["fpr"])
            same(line.get_ydata(), curve["tpr"])
            assert f"AUC {curve['auc']:.3f}" in line.get_label()


@pytest.mark.parametrize("name", ["sic_individual", "sic_combined"])
def test_sic(run: Run, built: Path, name: str) -> None:
    figure = drawn(run, name)
    for axis, panel in zip(figure.axes, saved(built, name)["panels"], strict=True):
        full = [line for line in axis.lines if len(line.get_xdata()) > 2]
        for line, curve in zip(full, panel["curves"], strict=True):
            same(line.get_xdata(), curve["tpr"])
            same(line.get_ydata(), curve["sic"])


@pytest.mark.parametrize("name", ["two_scores", "float_vs_firmware"])
def test_planes(run: Run, built: Path, name: str) -> None:
    figure = drawn(run, name)
    numbers = saved(built, name)
    axes = [axis for axis in figure.axes if axis.get_title(loc="left")]
    for axis, panel in zip(axes, numbers["panels"], strict=True):
        same(axis.collections[0].get_array().T, panel["counts"])
    if name == "two_scores":
        assert [axes[0].lines[i].get_xdata()[0] for i in (0,)] == numbers["thresholds"][:1]
        share = numbers["panels"][0]["shares"]["A"]
        assert any(f"A  {100 * share:.3g} %" == text.get_text() for text in axes[0].texts)


def test_closure(run: Run, built: Path) -> None:
    (axis,) = drawn(run, "closure").axes
    for container, points in zip(axis.containers, saved(built, "closure"), strict=True):
        line, _, (bars,) = container.lines
        same(line.get_ydata(), points["ratio"])
        ends = np.array([segment[:, 1] for segment in bars.get_segments()])
        np.testing.assert_allclose(ends.T, [points["low"], points["high"]], rtol=1e-12)
        shift = line.get_xdata() / np.array(points["sm_efficiency"])
        np.testing.assert_allclose(shift / 100, 1, atol=0.1)


def test_significance(run: Run, built: Path) -> None:
    figure = drawn(run, "significance")
    for axis, panel in zip(figure.axes, saved(built, "significance")["panels"], strict=True):
        for line, key in zip(
            axis.lines, ("alone", "uncorrected", "corrected", "known"), strict=False
        ):
            same(line.get_ydata(), panel[key])
        assert axis.lines[0].get_label() == "ABCD, SM sample alone"
        assert axis.lines[0].get_color() not in COLORS
    assert panel["single"] == [None] * 6
    (legend,) = figure.legends  # once, so that it hides no curve
    assert [text.get_text() for text in legend.get_texts()] == [
        line.get_label() for line in figure.axes[0].lines
    ]


def test_menu_staircase(run: Run, built: Path) -> None:
    axis = drawn(run, "menu_staircase").axes[0]
    numbers = saved(built, "menu_staircase")
    record = run_menu()["staircase"]
    assert sorted(record["threshold1"]) == numbers["threshold1"]
    total, pure = (np.array(line["values"]) for line in numbers["lines"])
    assert (np.diff(total) <= 0).all()
    assert (pure <= total).all()
    scale = INPUT.hz / record["events"]
    np.testing.assert_allclose(total[::-1], scale * np.array(record["total"]), rtol=1e-12)
    few = [line["few"] for line in numbers["lines"]]
    assert few[0] == list(np.round(total / scale) < 100)
    for part, values in zip(axis.lines[:4:2], (total, pure), strict=True):
        many = np.isfinite(part.get_ydata())
        np.testing.assert_array_equal(part.get_ydata()[many], values[many])
    chosen = [line for line in axis.lines if line.get_label().startswith("working point")]
    assert chosen[0].get_xdata()[0] == record["threshold1"][record["chosen"]]
    assert chosen[0].get_ydata()[0] == record["total"][record["chosen"]] * scale


def test_menu_overlap(run: Run, built: Path) -> None:
    axes = drawn(run, "menu_overlap").axes[:2]
    numbers = saved(built, "menu_overlap")
    rates = run_menu()["rates"]
    for axis, panel, when in zip(axes, numbers["panels"], ("before", "after"), strict=True):
        cells = rates[f"overlap_{when}"]
        texts = [text.get_text() for text in axis.texts]
        assert len(texts) == 25
        for place, text in enumerate(texts):
            row, column = divmod(place, 5)
            value, limit = panel["value"][row][column], panel["limit"][row][column]
            assert (value is None) == (cells[row][column]["value"] is None)
            if value is None:
                assert limit == cells[row][column]["upper_limit"] * INPUT.hz
            assert text.startswith("<") == (value is None)
    shown = np.ma.filled(axes[0].collections[0].get_array(), np.nan)
    wanted = np.array(numbers["panels"][0]["value"], dtype=np.float64)
    np.testing.assert_array_equal(shown, wanted)


def test_a_large_menu_has_no_numbers_in_its_cells() -> None:
    from trigger_ad.report.figures.overlap import draw
    from trigger_ad.report.numbers.menu import Overlap, Overlaps

    value, limit = np.full((40, 40), 2.0), np.full((40, 40), np.nan)
    names = tuple(f"L1_${i}" for i in range(40))
    figure = draw(Overlaps(names, (Overlap("a", value, limit), Overlap("b", limit, value)), False))
    figure.draw_without_rendering()
    assert not figure.axes[0].texts
    assert figure.axes[0].get_yticklabels()[7].get_text() == r"L1_\$7"


def test_menu_gain(run: Run, built: Path) -> None:
    axes = drawn(run, "menu_gain").axes
    numbers = saved(built, "menu_gain")
    rows = run_menu()["gain"]["gain"]
    for place, (axis, signal) in enumerate(zip(axes, numbers["signals"], strict=True)):
        for container, seed, row in zip(axis.containers, numbers["seeds"], rows, strict=True):
            value = row["signal"][signal]["value"]
            assert seed["value"][place] == value
            assert seed["limit"][place] == row["signal"][signal]["upper_limit"]
            same(container.lines[0].get_xdata(), [100 * value if value else np.nan])
            if row["difference"]:
                found = row["difference"][signal]
                ends = ("difference", "difference_low", "difference_high")
                assert [seed[end][place] for end in ends] == [
                    found[end] for end in ("value", "low", "high")
                ]
    assert axes[0].get_title(loc="left") == r"$LQ \to b\tau$"
    assert [text.get_text() for text in axes[0].get_yticklabels()] == [
        seed["label"] for seed in numbers["seeds"]
    ]


def test_layers(run: Run, built: Path) -> None:
    errors, saturated = drawn(run, "layer_errors").axes
    numbers = saved(built, "layer_errors")
    same([bar.get_width() for bar in errors.patches], numbers["mean"])
    same(errors.lines[0].get_xdata(), numbers["largest"])
    same([bar.get_width() for bar in saturated.patches], [100 * x for x in numbers["saturated"]])


def test_training(run: Run, built: Path) -> None:
    axes = drawn(run, "training").axes
    first = saved(built, "training")["panels"][0]
    same(axes[0].lines[0].get_ydata(), first["values"]["loss"])
    same(axes[1].lines[1].get_ydata(), first["values"]["validate_disco"])
    same(axes[2].lines[0].get_ydata(), first["values"]["closure"])


def test_dollar_signs_of_a_name_are_no_formula(run: Run) -> None:
    from trigger_ad.report.figures.significance import draw
    from trigger_ad.report.numbers.run import Significance, Significances

    flat = np.array([1.0, 2.0])
    figure = draw(Significances((Significance(r"a$\frac$b", *[flat] * 8),)))
    figure.draw_without_rendering()
    assert figure.axes[0].get_title(loc="left") == r"a\$\frac\$b"
