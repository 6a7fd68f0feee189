"""The report of a run as one page that needs no other file."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from trigger_ad.pages.names import MODELS, full_label
from trigger_ad.pages.save import write
from trigger_ad.pages.templating import environment
from trigger_ad.report.background import estimate_sentence
from trigger_ad.report.caveats import said_on_top
from trigger_ad.report.invariance import invariance
from trigger_ad.report.kappa import KappaTable
from trigger_ad.report.numbers.load import Run, load
from trigger_ad.report.numbers.menu import gains
from trigger_ad.report.plots import Shown, plot_all
from trigger_ad.report.tables import closure_table, quoted_closure, single_table
from trigger_ad.run_folder import RunFolder

__all__ = ["build", "render"]

_TEMPLATES = Path(__file__).parent / "templates"

_LOG = logging.getLogger(__name__)


def build(folder: Path, out: Path | None = None) -> None:
    """Write ``report.html`` and ``plots/`` of a run folder.

    Figures are drawn in a folder of their own and moved into place when all are there; the
    page is written last. A build that fails leaves the earlier report as it was.

    Parameters
    ----------
    folder : Path
        A run folder with its records, ``scores.npz`` and training histories.
    out : Path, optional
        Where the report is written; the run folder itself if not given.

    Raises
    ------
    RunFolderError
        If a file is missing or unreadable.
    SchemaError
        If a file carries a schema that this version does not know.
    """
    run = load(folder)
    out = folder if out is None else out
    page_path, place = RunFolder(out).report, RunFolder(out).plots
    fresh, old = (place.with_suffix(suffix) for suffix in (".part", ".old"))
    for stale in (fresh, old):
        shutil.rmtree(stale, ignore_errors=True)
    try:
        page = render(run, plot_all(run, fresh))
        if place.exists():
            place.rename(old)
        fresh.rename(place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    write(page_path, page.encode())
    _LOG.info("report written to %s", page_path)


def render(run: Run, plots: dict[str, Shown]) -> str:
    """Return the page as HTML; everything that comes from the run is escaped."""
    stages = {name: row for name, row in run.provenance.stages.items() if name != "report"}
    template = environment(_TEMPLATES).get_template("report.html.j2")
    return template.render(
        run=run,
        split_name=str,
        full_name=full_label,
        plots=plots,
        models=MODELS,
        findings=said_on_top(run),
        invariance=invariance(run.invariance),
        gains=gains(run),
        estimate=estimate_sentence(run.rates, run.closure),
        kappa=KappaTable.of(run.rates, run.closure),
        quoted=quoted_closure(run),
        closure=closure_table(run),
        singles=single_table(run),
        published=run.validation.auc_published or {},
        single_equality=run.validation.bit_exact_single_autoencoder,
        stages=stages,
    )
