"""What is said where the simulator is missing, too old or fails."""

import os
from pathlib import Path

import pytest

from tests.rtl.networks import small_layout, small_network, two_scores
from trigger_ad.errors import ConversionError, MissingToolError
from trigger_ad.rtl.preset import preset
from trigger_ad.rtl.project import write_project
from trigger_ad.rtl.simulate import build_simulation, find_simulation, verilator_version


@pytest.fixture
def project(tmp_path):
    words = small_layout()
    network = small_network(4, words, bits=3, hidden=(2,))
    write_project(tmp_path / "rtl", network, two_scores(network), words, preset("240mhz"))
    return tmp_path / "rtl"


def stand_in(folder: Path, text: str) -> None:
    """A program that only prints what an old version prints."""
    folder.mkdir()
    script = folder / "verilator"
    script.write_text(f"#!/bin/sh\necho '{text}'\n")
    script.chmod(0o755)


def test_version_of_the_installed_one():
    assert verilator_version() >= (5, 6)


def test_missing_verilator(project, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingToolError) as error:
        build_simulation(project)
    assert str(error.value) == (
        "verilator must be on PATH to simulate the RTL, not missing: "
        "apt-get install verilator, of Debian 12 or newer"
    )


def test_old_verilator(project, tmp_path, monkeypatch):
    stand_in(tmp_path / "bin", "Verilator 4.038 2020-07-11 rev v4.036-114-g0cd4a57ad")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(MissingToolError) as error:
        build_simulation(project)
    assert str(error.value) == (
        "verilator must have version 5.006 or newer, not 4.038: "
        "apt-get install verilator, of Debian 12 or newer"
    )


def test_verilator_without_a_version(tmp_path, monkeypatch):
    stand_in(tmp_path / "bin", "Verilator")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(MissingToolError, match=r"must print a version from 5\.006, not 'Veril"):
        verilator_version()


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
