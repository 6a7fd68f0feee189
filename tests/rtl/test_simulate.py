"""What is said where the simulator is missing or fails."""

import pytest

from tests.blocks import trigger as hardware
from tests.rtl.networks import small_layout, small_network, two_scores
from trigger_ad.errors import ConversionError, MissingToolError
from trigger_ad.rtl.preset import preset
from trigger_ad.rtl.project import write_project
from trigger_ad.rtl.simulate import build_simulation, find_simulation


@pytest.fixture
def project(tmp_path):
    words = small_layout()
    network = small_network(4, words, bits=3, hidden=(2,))
    write_project(tmp_path / "rtl", hardware(network, two_scores(network), words), preset("240mhz"))
    return tmp_path / "rtl"


def test_missing_verilator(project, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingToolError) as error:
        build_simulation(project)
    assert str(error.value) == (
        "verilator must be on PATH to simulate the RTL: "
        "apt-get install verilator, of Debian 12 or newer"
    )


def test_sources_that_are_wrong(project):
    (project / "trigger_core.sv").write_text("module trigger_core; endmoudle\n")
    with pytest.raises(ConversionError) as error:
        build_simulation(project)
    log = project / "simulation" / "verilator.log"
    assert str(error.value) == f"verilator on the RTL must exit with 0, not 1: read {log}"
    assert "endmoudle" in log.read_text()
    assert find_simulation(project) is None


def test_a_build_that_takes_too_long(project):
    with pytest.raises(ConversionError, match=r"verilator on the RTL must end within 0\.01 s"):
        build_simulation(project, timeout=0.01)
