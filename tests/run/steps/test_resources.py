"""C-synthesis of a run: its report must be of the project that was synthesised."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.ledger.reports.test_csynth_text import XML
from trigger_ad.config.schema import Convert
from trigger_ad.errors import ReportError
from trigger_ad.hls.synthesis import Synthesis
from trigger_ad.run.folder.context import Context
from trigger_ad.run.steps import resources
from trigger_ad.run_folder import NAMES


@pytest.fixture
def synthesised(tmp_path, monkeypatch):
    """Row of a run whose tool leaves a given report."""

    def row(text: str):
        def tool(project: Path, name: str, backend: str) -> Synthesis:
            report = project / f"{name}_csynth.xml"
            report.write_text(text)
            return Synthesis("done", backend, project / "log", report)

        monkeypatch.setattr(resources, "synthesise", tool)
        (tmp_path / NAMES.hls("double")).mkdir(parents=True, exist_ok=True)
        config = SimpleNamespace(convert=Convert(namespace="top", clock_ns=4.166))
        context = Context(config, tmp_path, tmp_path, tmp_path, True, print)
        return resources._synthesis(context, "top")

    return row


def test_report_of_the_project(synthesised):
    row = synthesised(XML)
    assert (row.top, row.part, row.lut, row.ii) == ("top", "xcvu13p-flga2577-2-e", 5200, 1)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (">top<", ">single<", "must be of the top top, not single"),
        ("vu13p", "vu9p", "must be of the part xcvu13p-flga2577-2-e, not xcvu9p-flga2577-2-e"),
        (">4.17<", ">5.00<", "must be of a clock of 4.166 ns, not 5 ns"),
    ],
)
def test_report_of_something_else(synthesised, old, new, sentence):
    with pytest.raises(ReportError, match=sentence):
        synthesised(XML.replace(old, new))
