"""The audit of run folders: what it looks at, what it says of folders that are not whole."""

import shutil
from dataclasses import replace

import pytest

from tests.audit.planting import edit, records, sentences
from tests.blocks import trigger as hardware
from tests.hls import tops
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.errors import RunFolderError
from trigger_ad.ir.findings import Checked
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.run import audit
from trigger_ad.run.audit import audit_run
from trigger_ad.run.ip import SCRIPTS, write_ip
from trigger_ad.storage.files import digest
from trigger_ad.trigger.registers import Registers

PARTS = (
    "record",
    "model",
    "network as written",
    "scores as written",
    "trigger top",
    "hls project",
    "registers",
    "rtl",
)


def write_ip_folder(run):
    """What ``make -C firmware ip-folder`` leaves in a run folder."""
    trigger = TriggerEmulator(hardware(*records(run)), Registers((100, -3)))
    crossings = tops.random_stream(trigger, 20, 1)
    part, folders = "xcvu9p-flga2104-2L-e", (run / "firmware/hls", run / "firmware/rtl")
    write_ip(*folders, run / "ip", part, crossings, tops.scores(trigger, crossings))


@pytest.fixture
def run(planted_run, tmp_path):
    shutil.copytree(planted_run, tmp_path / "run")
    return tmp_path / "run"


def test_every_part_looks_at_something_and_changes_nothing(run):
    before = digest(run)
    found = audit_run(run)
    assert digest(run) == before
    assert tuple(found) == tuple(("double", part) for part in PARTS)
    for checked in found.values():
        assert checked.findings == ()
        assert sum(checked.counts.values()) > 1


def test_a_fault_in_the_record_is_found_where_it_is(run):
    """The saved record is changed alone: it has a fault, and the files differ from it."""
    network, _, _ = records(run)
    path = run / "model/double/network.npz"
    first, *others = network.layers
    first = replace(first, accumulator=FixedPoint(16, 6))
    replace(network, layers=(first, *others)).save(path)
    assert HardwareNetwork.load(path).layer("first_0").accumulator == FixedPoint(16, 6)
    found = {part: sentences(checked) for (_, part), checked in audit_run(run).items()}
    assert found.pop("record")[0].startswith(
        "accumulator of first_0 must hold -19968 to 15242 x 2**-8"
    )
    (differs,) = found.pop("network as written")
    assert differs.startswith(
        "accumulator of layer first_0 as written must be ap_fixed<16,6>, not ap_fixed<17,9>"
    )
    assert set(map(tuple, found.values())) == {()}


def test_faults_in_several_parts(run):
    edit(run / "rates.json", "100,", "1000000,")
    edit(run / "firmware/rtl/counter.sv", "add && !full", "add")
    edit(run / "firmware/hls/firmware/score.h", "ap_uint<12> step3", "ap_uint<8> step3")
    faulty = [part for (_, part), checked in audit_run(run).items() if checked.fatal]
    assert faulty == ["scores as written", "registers", "rtl"]


def test_what_is_not_there_yet_is_no_fault(run):
    shutil.rmtree(run / "firmware/rtl")
    (run / "rates.json").unlink()
    found = audit_run(run)
    assert [part for _, part in found] == list(PARTS[:6])
    assert all(checked.findings == () for checked in found.values())


def test_the_folder_for_the_tools(run, tmp_path):
    """It is audited where there is one; each script and constraint is that of the run."""
    write_ip_folder(run)
    found = audit_run(run)["double", "ip"]
    assert found.findings == ()
    assert found.counts["files"] == len(SCRIPTS) + 3
    assert found.counts["commands"] == 6 + 8
    for file, old, new, sentence in (
        ("rtl/clock.xdc", "-period 4.158", "-period 4.166", "line 5 of ip/rtl/clock.xdc must be "),
        ("settings.tcl", "set interval 1", "set interval 2", "line 10 of ip/settings.tcl must be "),
        ("settings.tcl", "set interval 1", "set interval 1\nset clock_period 5", "line 11 of ip/"),
        (
            "hls.tcl",
            "create_clock -period $clock_period",
            "create_clock -period 5",
            "create_clock in ip/hls.tcl must be 'create_clock -period $clock_period -name ",
        ),
        (
            "hls.tcl",
            "config_compile -name_max_length 80",
            "",
            (
                "config_compile in ip/hls.tcl must be 'config_compile -name_max_length 80': write "
                "the folder again, with make -C firmware ip-folder"
            ),
        ),
        ("hls.tcl", "set_top $top", "set_top trigger", "line "),
        (
            "hls/project.tcl",
            "set clock_period 4.158",
            "set clock_period 4",
            "clock_period in project.tcl must be 4.158, not 4",
        ),
        (
            "hls/trigger/trigger_top.cpp",
            "::state_t state;",
            "::state_t state(1);",
            "the state of planted_trigger in trigger/trigger_top.cpp must begin with zeros",
        ),
    ):
        text = (run / "ip" / file).read_text()
        edit(run / "ip" / file, old, new)
        said = sentences(audit_run(run)["double", "ip"])
        assert any(line.startswith(sentence) for line in said), (file, said)
        (run / "ip" / file).write_text(text)
    shutil.rmtree(run / "firmware/rtl")
    assert sentences(audit_run(run)["double", "ip"])[0].startswith(f"{run / 'firmware/rtl'}")


def test_another_rule_in_the_configuration(run):
    with (run / "config.yaml").open("a") as file:
        file.write("trigger: {rule: atlas_random/24_bits}\n")
    found = audit_run(run)
    for part in ("trigger top", "rtl"):
        assert (
            "must be atlas_random/24_bits, not cms_counter" in sentences(found["double", part])[0]
        )


def test_a_folder_without_a_converted_model(tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(RunFolderError) as caught:
            audit_run(folder)
        assert str(caught.value) == (
            f"{folder} must hold a converted model, not one without model/double/scores.json: "
            "run the stage convert_double"
        )


def test_a_part_that_looks_at_nothing_is_a_fault(run, monkeypatch):
    monkeypatch.setattr(audit, "check_registers", lambda *_: Checked({"thresholds": 0}))
    (sentence,) = sentences(audit_run(run)["double", "registers"])
    assert sentence == (
        "the audit of registers of model double must look at something: convert the model again"
    )


def test_a_whole_run_has_no_faults(small_run):
    """Both models, as the stages left them; the stage would have failed."""
    found = audit_run(small_run)
    assert {model for model, _ in found} == {"double", "single"}
    assert len(found) == len(PARTS) + 1 + 5
    assert [str(f) for checked in found.values() for f in checked.fatal] == []
