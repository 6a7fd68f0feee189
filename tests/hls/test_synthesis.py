"""How a synthesis is started and judged; programs that fail stand where the vendor's would."""

from pathlib import Path

import pytest

from trigger_ad.errors import ConversionError
from trigger_ad.hls.synthesis import Synthesis, synthesise

REPORT = "net_prj/solution1/syn/report/net_csynth.xml"


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(0o755)


@pytest.fixture
def tools(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


@pytest.fixture
def project(tmp_path) -> Path:
    folder = tmp_path / "hls"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(("backend", "tool"), [("Vitis", "vitis-run"), ("Vivado", "vivado_hls")])
def test_absent_tools_are_not_run(tools, project, backend, tool):
    assert synthesise(project, "net", backend) == Synthesis(f"not run: {tool} not found", tool)
    assert list(project.iterdir()) == []


def test_a_program_that_fails(tools, project):
    program(tools, "vitis-run", "echo no licence; exit 3\n")
    with pytest.raises(ConversionError) as caught:
        synthesise(project, "net")
    log = project / "synthesis.log"
    assert str(caught.value) == f"synthesis by vitis-run must exit with 0, not 3: read {log}"
    assert log.read_text() == "no licence\n"


def test_yesterdays_report_does_not_pass(tools, project):
    report = project / REPORT
    report.parent.mkdir(parents=True)
    report.write_text("old")
    program(tools, "vitis_hls", "exit 0\n")
    with pytest.raises(ConversionError) as caught:
        synthesise(project, "net")
    assert str(caught.value) == (
        f"synthesis by vitis_hls must write {report}: read {project / 'synthesis.log'}"
    )


def test_a_program_that_hangs(tools, project):
    program(tools, "vitis-run", "exec sleep 60\n")
    with pytest.raises(ConversionError) as caught:
        synthesise(project, "net", timeout=0.2)
    assert str(caught.value) == (
        "synthesis by vitis-run must end within 0.2 s, not still running: "
        f"read {project / 'synthesis.log'}"
    )


def test_what_is_asked_for(tools, project):
    """C synthesis and nothing else, started in the project."""
    program(tools, "vitis-run", f"echo $@; mkdir -p $(dirname {REPORT}); echo x > {REPORT}\n")
    found = synthesise(project, "net")
    assert found == Synthesis("done", "vitis-run", project / "synthesis.log", project / REPORT)
    assert (project / "synthesis.log").read_text() == "--mode hls --tcl build_prj.tcl\n"
    words = (project / "build_opt.tcl").read_text().split()
    assert words[:4] == ["array", "set", "opt", "{"]
    steps = dict(zip(words[4:-1:2], words[5:-1:2], strict=True))
    assert {step for step, wanted in steps.items() if wanted == "1"} == {"reset", "synth"}

    program(tools, "vivado_hls", f"echo $@; mkdir -p $(dirname {REPORT}); echo x > {REPORT}\n")
    assert synthesise(project, "net", "Vivado").status == "done"
    assert "synth=1" in (project / "synthesis.log").read_text().split()
