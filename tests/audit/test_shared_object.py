"""The shared object against its run."""

import shutil
from dataclasses import replace

import pytest

from tests.audit.planting import edit, sentences
from tests.blocks import trigger as hardware
from tests.hls.emulators import LAYOUT
from trigger_ad.audit.shared_object import check_shared_object
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.run.folder.trigger import load_scores
from trigger_ad.run_folder import NAMES
from trigger_ad.storage.files import digest

AGAIN = ": write the shared object again; do not edit its sources by hand"


@pytest.fixture
def run(emulator_runs, tmp_path):
    shutil.copytree(emulator_runs[0], tmp_path / "run")
    return tmp_path / "run"


def audit(run, layout=LAYOUT):
    model = run / "model/double"
    network = HardwareNetwork.load(model / "network.npz")
    given = hardware(network, load_scores(model / "scores.json"), layout)
    return check_shared_object(run / NAMES.emulator, given)


def test_a_sound_object_has_no_findings(run):
    checked = audit(run)
    assert checked.findings == ()
    assert checked.counts["manifest entries"] == 3
    assert checked.counts["sources"] > 20


def test_an_edited_source(run):
    (header,) = (run / NAMES.emulator / "sources").rglob("score.h")
    edit(header, "score_ops::square", "score_ops::absolute")
    assert sentences(audit(run)) == [
        "the folder of SmallModel_v1.so must hold the sources that it was built of, not others"
        + AGAIN
    ]


def test_another_network_layout_and_scores(run, emulator_runs):
    first = digest(run / "model/double/network.npz")[:12]
    for name in ("network.npz", "scores.json"):
        shutil.copyfile(emulator_runs[1] / "model/double" / name, run / "model/double" / name)
    other = digest(run / "model/double/network.npz")[:12]
    other_words = replace(LAYOUT, name="other")
    found = sentences(audit(run, other_words))
    here, there = LAYOUT.hash[:12], other_words.hash[:12]
    assert found[:2] == [
        f"the network of SmallModel_v1.so must be {other}, not {first}{AGAIN}",
        f"the layout of SmallModel_v1.so must be {there}, not {here}{AGAIN}",
    ]


def test_a_missing_manifest(run):
    (run / NAMES.emulator / "manifest.json").unlink()
    checked = audit(run)
    assert checked.counts == {"manifest entries": 0}
    assert "manifest.json must be a readable file, not no such file" in sentences(checked)[0]
