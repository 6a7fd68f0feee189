"""Figures are drawn by name, when they are asked for."""

import pytest
from matplotlib.figure import Figure

from tests.report.conftest import write_run
from trigger_ad.errors import TriggerAdError
from trigger_ad.notebook.figures import UnknownFigureError
from trigger_ad.notebook.run import Run
from trigger_ad.report.plots import PLOTS
from trigger_ad.run_folder import RunFolder


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run folder of Gaussians, with every record of a run."""
    return Run(RunFolder(write_run(tmp_path_factory.mktemp("run"))))


def test_the_figures_of_the_report_are_there_by_name(run):
    names = [*run.figures]
    assert set(names) <= {plot.name for plot in PLOTS}
    assert {"roc", "closure", "two_scores", "training"} <= set(names)
    assert repr(run.figures).splitlines()[0] == f"{len(names)} figures"
    drawn = run.figures["closure"]
    assert isinstance(drawn, Figure)
    assert drawn.axes
    assert run.figures["closure"] is not drawn


def test_an_unknown_figure_is_a_sentence_and_a_missing_key(run):
    assert "nothing" not in run.figures
    assert run.figures.get("nothing") is None
    with pytest.raises(UnknownFigureError) as caught:
        run.figures["nothing"]
    assert isinstance(caught.value, TriggerAdError)
    names = ", ".join(run.figures)
    assert (
        str(caught.value) == f"a figure must be one of {names}, not 'nothing': choose one of these"
    )


def test_records_of_a_run_are_read_once(run):
    assert run.closure is run.closure
    assert run.closure.of("firmware")
    assert run.validation.bit_exact
    assert run.resources
    assert run.test_rates.regions
