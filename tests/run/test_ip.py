"""The folder for the vendor's tools, none of which is here.

Their scripts are read by tclsh with every command of theirs recorded, which shows syntax, files and
order, and nothing beyond.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.hls import tops
from trigger_ad import config
from trigger_ad.audit.cpp import read
from trigger_ad.errors import ConfigError, ConversionError, RunFolderError
from trigger_ad.hls.vectors import VECTORS
from trigger_ad.lhc.orbit import period_ns
from trigger_ad.rtl.preset import preset
from trigger_ad.rtl.project import write_project
from trigger_ad.run.ip import SCRIPTS, prepare, write_ip
from trigger_ad.storage.shipped import shipped_path
from trigger_ad.trigger.rule import Rule

PART = "xcvu9p-flga2104-2L-e"
FIRMWARE = shipped_path("firmware")

#: Commands of AMD UG1399 that the script for HLS may use, and of UG835 for Vivado.
HLS = (
    "open_project set_top add_files open_solution set_part create_clock set_clock_uncertainty "
    "config_array_partition config_compile config_schedule "
    "csim_design csynth_design cosim_design export_design"
)
VIVADO = (
    "create_project add_files set_property get_files current_fileset update_compile_order "
    "read_verilog read_xdc synth_design opt_design place_design phys_opt_design route_design "
    "report_utilization report_timing_summary write_checkpoint close_project get_ports "
    "set_input_delay set_output_delay create_clock "
    "ipx::package_project ipx::current_core ipx::get_bus_interfaces ipx::infer_bus_interface "
    "ipx::get_bus_parameters ipx::add_bus_parameter ipx::create_xgui_files ipx::update_checksums "
    "ipx::check_integrity ipx::save_core ipx::archive_core"
)

#: Defines each command as one that prints its words on a line, and gives its name or nothing.
RECORDER = """
namespace eval ipx {}
foreach command {%s} {
    proc ::$command args [format {
        puts [join [concat {%%s} $args] \\t]
        return [expr {[string match *::get_* {%%s}] ? {} : {%%s}}]
    } $command $command $command]
}
if {![info complete [read [open {%s}]]]} {error incomplete}
source {%s}
"""


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    """Both projects of a small trigger, a stream, and its scores."""
    folder = tmp_path_factory.mktemp("ip")
    trigger = tops.write(folder / "hls", tops.SMALL, "small", reuse=6)
    tops.write_rule(folder / "hls", trigger, Rule.CMS_COUNTER)
    write_project(folder / "rtl", trigger.hardware, preset("240mhz"))
    stream = tops.random_stream(trigger, 50, 1)
    return folder, stream, tops.scores(trigger, stream)


@pytest.fixture(scope="module")
def written(projects):
    folder, stream, scores = projects
    write_ip(folder / "hls", folder / "rtl", folder / "ip", PART, stream, scores)
    return folder / "ip"


def evaluate(folder: Path, script: str, commands: str) -> list[list[str]]:
    """Words of every command of a tool that a script runs."""
    text = RECORDER % (commands, script, script)
    command = ["tclsh"]
    done = subprocess.run(
        command, input=text, cwd=folder, capture_output=True, text=True, check=False
    )
    assert not done.stderr
    assert done.returncode == 0
    return [line.split("\t") for line in done.stdout.splitlines()]


def named(words: list[list[str]], *commands: str) -> list[list[str]]:
    return [line for line in words if line[0] in commands]


def options(words: list[str]) -> dict[str, str]:
    return dict(zip(words[1::2], words[2::2], strict=True))


def test_the_folder_is_whole(written, projects):
    names = {path.relative_to(written).as_posix() for path in written.rglob("*") if path.is_file()}
    assert {"settings.tcl", *SCRIPTS, "rtl/trigger_ip.v", "rtl/clock.xdc"} <= names
    assert {"hls/firmware/small.cpp", "hls/trigger/trigger_top.cpp", f"hls/{VECTORS}"} <= names
    assert not [name for name in names if name.endswith((".so", ".log"))]
    for path in written.rglob("*"):
        if path.is_file():
            assert str(projects[0]).encode() not in path.read_bytes(), path


def test_the_script_for_hls(written):
    said = evaluate(written, "hls.tcl", HLS)
    steps = [line[0] for line in said if line[0] != "add_files"]
    assert steps == [
        "open_project",
        "set_top",
        "open_solution",
        "config_array_partition",
        "config_compile",
        "set_part",
        "config_schedule",
        "create_clock",
        "set_clock_uncertainty",
        "csim_design",
        "csynth_design",
        "not run: cosimulation of a top without handshake needs an interval of 1, not 6",
        "export_design",
    ]
    assert named(said, "set_top") == [["set_top", "small_trigger"]]
    assert named(said, "set_part") == [["set_part", PART]], "not that of the project"
    assert options(named(said, "create_clock")[0])["-period"] == "4.158"
    assert named(said, "config_array_partition", "config_compile", "config_schedule") == [
        ["config_array_partition", "-maximum_size", "4096"],
        ["config_compile", "-name_max_length", "80"],
        ["config_schedule", "-enable_dsp_full_reg=false"],
    ]
    files = [line[2] if line[1] == "-tb" else line[1] for line in named(said, "add_files")]
    for file in files:
        assert (written / file).exists(), file
    assert (written / "hls" / VECTORS).parent == written / files[-1]
    exported = options(named(said, "export_design")[0])
    assert exported["-format"] == "ip_catalog"
    assert exported["-ipname"] == "small_trigger"


def test_the_top_is_found(written):
    """``set_top`` names one plain function of an added file, outside of any namespace."""
    said = evaluate(written, "hls.tcl", HLS)
    (top,) = (line[1] for line in named(said, "set_top"))
    added = [written / line[1] for line in named(said, "add_files") if line[1] != "-tb"]
    assert [path.name for path in added] == ["small_network.cpp", "trigger_top.cpp"]
    functions = [function for path in added for function in read(path.read_text()).functions]
    (function,) = (function for function in functions if function.name == top)
    assert (function.scope, function.head.split()[:2]) == ("", ["void", f"{top}("])


def test_cosimulation_where_there_is_a_result_with_every_clock(written, tmp_path):
    folder = shutil.copytree(written, tmp_path / "ip")
    settings = (folder / "settings.tcl").read_text()
    (folder / "settings.tcl").write_text(settings.replace("set interval 6", "set interval 1"))
    steps = [line[0] for line in evaluate(folder, "hls.tcl", HLS)]
    assert steps[-4:] == ["csim_design", "csynth_design", "cosim_design", "export_design"]


def test_the_script_for_the_core_of_rtl(written):
    said = evaluate(written, "rtl.tcl", VIVADO)
    steps = [line[0] for line in said if not line[0].startswith(("get_", "set_property"))]
    wanted = [
        "create_project",
        "add_files",
        "ipx::package_project",
        "ipx::update_checksums",
        "ipx::check_integrity",
        "ipx::save_core",
        "close_project",
    ]
    assert [steps.index(step) for step in wanted] == sorted(steps.index(step) for step in wanted)
    listed = (written / "rtl").glob("*.*v")
    found = [Path(file) for file in named(said, "add_files")[0][2].split()]
    assert sorted(found) == sorted(path.relative_to(written) for path in listed)
    for path in found:
        assert (written / path).is_file()
    kinds = [line[2] for line in named(said, "set_property") if line[1] == "file_type"]
    assert set(kinds) == {"SystemVerilog"}
    marked = [line[1] for line in named(said, "get_files")]
    assert marked == [*(path.name for path in found if path.suffix == ".sv"), "clock.xdc"]
    assert len(kinds) == len(marked) - 1
    assert [line[1:3] for line in named(said, "ipx::infer_bus_interface")] == [
        ["clk", "xilinx.com:signal:clock_rtl:1.0"],
        ["rst", "xilinx.com:signal:reset_rtl:1.0"],
    ]
    values = [line[2] for line in named(said, "set_property") if line[1] == "value"]
    assert values == ["rst", "ACTIVE_HIGH"]


def test_the_script_for_timing(written):
    said = evaluate(written, "timing.tcl", VIVADO)
    steps = [line[0] for line in said if line[0] not in ("read_verilog", "report_utilization")]
    assert steps == [
        "read_xdc",
        "synth_design",
        "report_timing_summary",
        "opt_design",
        "place_design",
        "phys_opt_design",
        "route_design",
        "report_timing_summary",
        "write_checkpoint",
    ]
    synth = options(named(said, "synth_design")[0])
    assert synth == {"-top": "small_trigger_ip", "-part": PART, "-mode": "out_of_context"}
    for line in named(said, "read_verilog", "read_xdc"):
        assert (written / line[-1]).is_file()
        assert ("-sv" in line) == line[-1].endswith(".sv")


def test_the_clock_is_that_of_the_lhc(written):
    said = evaluate(written, "rtl/clock.xdc", VIVADO)
    assert named(said, "create_clock")[0][1:5] == ["-name", "clk", "-period", "4.158"]
    assert [line[0] for line in said if line[0].startswith("set_")] == [
        "set_input_delay",
        "set_output_delay",
    ]
    assert period_ns(40) == 24.95
    assert config.Convert().clock_ns == period_ns(240)


def test_the_wrapper_fits_the_top(written):
    """Every port is connected, with its width and sign."""
    files = re.findall(r"file join (rtl \S+)\]", (written / "settings.tcl").read_text())
    command = [
        "verilator",
        "--lint-only",
        "--top-module",
        "small_trigger_ip",
        "-Wno-fatal",
        "-Wno-lint",
        "-Wwarn-WIDTH",
        "-Wwarn-PINMISSING",
        *(file.replace(" ", "/") for file in files),
    ]
    done = subprocess.run(command, cwd=written, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not [line for line in done.stderr.splitlines() if "trigger_ip.v" in line]
    wrapper = written / "rtl" / "trigger_ip.v"
    text = wrapper.read_text()
    top = (written / "rtl" / "trigger_top.sv").read_text()
    ports = re.findall(r"^    (?:input|output) logic .*?(\w+),?$", top, flags=re.M)
    assert re.findall(r"^      \.(\w+)\(\1\),?$", text, flags=re.M) == ports
    for pattern in ("", r"signed \[\d+:0\] "):  # the same signs
        found = [
            re.findall(rf"^    \w+ {kind} {pattern}(?:\[.*\] )?(\w+),?$", lines, flags=re.M)
            for kind, lines in (("wire", text), ("logic", top))
        ]
        assert found[0] == found[1]


def test_projects_of_two_triggers(projects, tmp_path):
    folder, stream, scores = projects
    other = shutil.copytree(folder / "rtl", tmp_path / "rtl")
    text = (other / "interface.json").read_text()
    (other / "interface.json").write_text(text.replace('"small"', '"other"', 1))
    with pytest.raises(RunFolderError) as caught:
        write_ip(folder / "hls", other, tmp_path / "ip", PART, stream, scores)
    assert str(caught.value) == (
        f"{other} must hold the trigger of the HLS project, not another one: repeat the run"
    )
    assert not (tmp_path / "ip").exists()


def test_a_project_of_an_earlier_version(projects, tmp_path):
    """Its network was a top, in one file; the script of this version would not find the other."""
    folder, stream, scores = projects
    other = shutil.copytree(folder / "hls", tmp_path / "hls")
    (other / "firmware/small_network.cpp").unlink()
    with pytest.raises(ConversionError) as caught:
        write_ip(other, folder / "rtl", tmp_path / "ip", PART, stream, scores)
    assert str(caught.value) == (
        "firmware/small_network.cpp must be readable, not no such file or directory: convert the "
        "model again; do not edit the project by hand"
    )
    assert not (tmp_path / "ip").exists()


def test_two_periods_of_one_clock(projects, tmp_path):
    """Of the HLS project and of the constraints; another clock is another period."""
    folder, stream, scores = projects
    other = shutil.copytree(folder / "hls", tmp_path / "hls")
    script = other / "project.tcl"
    text = script.read_text()
    script.write_text(text.replace("clock_period 4.158", "clock_period 4.166"))
    with pytest.raises(ConfigError) as caught:
        write_ip(other, folder / "rtl", tmp_path / "ip", PART, stream, scores)
    assert str(caught.value) == (
        "convert.clock_ns must be 4.158, the period of 240 MHz at the LHC, as in clock.xdc, not "
        "4.166: leave it out or give this period, and run the stage convert_double again"
    )
    assert not (tmp_path / "ip").exists()
    script.write_text(text.replace("clock_period 4.158", "clock_period 3.125"))
    write_ip(other, folder / "rtl", tmp_path / "ip", PART, stream, scores)


def test_a_part_that_is_none(projects, tmp_path):
    folder, stream, scores = projects
    with pytest.raises(ConfigError) as caught:
        write_ip(folder / "hls", folder / "rtl", tmp_path / "ip", "x; exit", stream, scores)
    assert str(caught.value) == (
        "PART must match [A-Za-z0-9-]{3,64}, not 'x; exit': name an FPGA as Vivado does"
    )


def test_a_finished_run(small_run, tmp_path):
    """Its golden vectors pass the test bench, compiled here."""
    prepare(small_run, tmp_path / "ip")
    hls = tmp_path / "ip" / "hls"
    rows = np.loadtxt(hls / VECTORS, dtype=np.int64, skiprows=1)
    assert len(rows) > 1000
    command = [
        "g++",
        "-std=c++17",
        "-w",
        "-I.",
        "-Ifirmware",
        "-Ifirmware/ap_types",
        '-DWEIGHTS_DIR="firmware/weights"',
        "trigger/trigger_tb.cpp",
        "trigger/trigger_top.cpp",
        "firmware/double_ae_network.cpp",
        "-o",
        "tb",
    ]
    done = subprocess.run(command, cwd=hls, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    done = subprocess.run(["./tb"], cwd=hls, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"PASSED: {len(rows)} crossings\n")


def without_tools(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run make where only what every Linux has is on PATH."""
    return subprocess.run(
        ["make", "--no-print-directory", "-C", FIRMWARE, *arguments, f"OUT={tmp_path / 'ip'}"],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("ip", "vivado is not on PATH; source settings64.sh of Vivado and try again"),
        ("ip-rtl", "vivado is not on PATH; source settings64.sh of Vivado and try again"),
        ("timing", "vivado is not on PATH; source settings64.sh of Vivado and try again"),
        (
            "ip-hls",
            (
                "none of vitis-run, vitis_hls, vivado_hls is on PATH; source settings64.sh of "
                "Vitis and try again"
            ),
        ),
    ],
)
def test_tools_that_are_not_there(tmp_path, target, sentence):
    done = without_tools(tmp_path, target)
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.fullmatch(rf"Makefile:\d+: \*\*\* not run: {sentence}\.  Stop\.\n", done.stderr)
    assert not (tmp_path / "ip").exists()


def test_a_run_that_is_none(tmp_path):
    done = without_tools(tmp_path, "ip-folder", f"RUN={tmp_path}", f"PYTHON={sys.executable}")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == (
        f"{tmp_path / 'config.yaml'} must be a readable YAML file, not missing: check the path"
    )
