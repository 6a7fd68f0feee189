"""``trigger-ad kappa``, and the verbs that take its file."""

import json
from dataclasses import replace

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

from tests.cli.test_refusals import refusal
from tests.run import small
from trigger_ad import config as configuration
from trigger_ad.abcd.combined_kappa import SAME_CUT, CombinedKappa
from trigger_ad.abcd.kappa_record import KappaRecord
from trigger_ad.abcd.likelihood import fit_regions
from trigger_ad.abcd.workspace import read_workspace
from trigger_ad.cli.main import cli
from trigger_ad.errors import EventFileError
from trigger_ad.monitor.toys import Plan, simulate
from trigger_ad.rates.corrected import KappaSource
from trigger_ad.rates.record import RatesRecord
from trigger_ad.run.emulation import emulate_file, weights_of
from trigger_ad.run.folder.kappa import cut_of_run

SOURCE = KappaSource(name=SAME_CUT, value=1.2, error=0.1, effective_events=120.0, used=True)


def run(*arguments):
    done = CliRunner().invoke(cli, list(map(str, arguments)), catch_exceptions=False)
    assert done.exit_code == 0
    return done.output.splitlines()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A trigger with events, a scan of them and a kappa of it."""
    folder = tmp_path_factory.mktemp("kappa")
    small.finished_run(folder / "run")
    small.event_files(folder / "events", "zero_bias")
    cut = cut_of_run(folder / "run", configuration.load(folder / "run/config.yaml"))
    found = CombinedKappa(1.2, 0.1, 0.05, (SOURCE,))
    KappaRecord.of(cut, found).write(folder / "kappa.json")
    other = replace(cut, thresholds=(1, 2))
    KappaRecord.of(other, found).write(folder / "other.json")
    return folder


@pytest.fixture(scope="module")
def scanned(folder):
    """Lines of a scan with that kappa, and its file."""
    inputs, out = folder / "events/*.h5", folder / "scan.json"
    options = ("--workers", 1, "--kappa", folder / "kappa.json", "--out", out)
    return run("rates", folder / "run", "--inputs", inputs, *options), out


def test_measured_on_a_run(small_run, tmp_path):
    lines = run("kappa", small_run, "--out", tmp_path / "kappa.json")
    record = KappaRecord.read(tmp_path / "kappa.json")
    assert lines[0] == f"kappa of thresholds {record.thresholds[0]} and {record.thresholds[1]}"
    assert lines[-1] == f"kappa in {tmp_path / 'kappa.json'}"
    assert [line.split(":")[0] for line in lines[-5:-1]] == [
        "kappa",
        "observed in region A",
        "predicted without kappa",
        "predicted with kappa",
    ]
    own = RatesRecord.read(small_run / "rates.json").abcd
    assert own.corrected.kappa == pytest.approx(record.kappa.value)
    assert own.corrected.kappa_error == pytest.approx(record.kappa.value_error)
    assert own.corrected.predicted == pytest.approx(own.predicted * own.corrected.kappa)
    assert own.corrected.sources == record.sources
    assert own.corrected.sources[0].name == SAME_CUT


def test_a_workspace_of_a_run(small_run, tmp_path):
    options = (
        "--counts",
        400,
        3000,
        4000,
        30_000,
        "--signal",
        "leptoquark",
        "--signal-events",
        500,
    )
    path = tmp_path / "w.json"
    run("kappa", small_run, "--out", tmp_path / "k.json", "--workspace", path, *options)
    record = KappaRecord.read(tmp_path / "k.json")
    found = read_workspace(path, record.cut)
    assert found.counts == (400, 3000, 4000, 30_000)
    shares = RatesRecord.read(small_run / "rates.json").signals["leptoquark"]
    assert found.signal == pytest.approx([500 * shares[name] for name in "ABCD"])
    assert found.background[0] == pytest.approx(record.kappa.value * 400)
    assert fit_regions(found).strength == pytest.approx(0, abs=3)
    assert refusal("kappa", small_run, "--workspace", path, "--out", tmp_path / "k.json") == (
        "--workspace, --counts, --signal and --signal-events must be given together: "
        "give all four, or none"
    )
    wrong = ("--counts", 1, 1, 1, 1, "--signal", "none", "--signal-events", 5)
    assert refusal(
        "kappa", small_run, "--out", tmp_path / "k.json", "--workspace", path, *wrong
    ).startswith("--signal must be one of leptoquark")


def test_rates_predict_with_and_without_it(folder, scanned):
    lines, out = scanned
    tree = json.loads(out.read_text())["corrected"]
    assert tree["kappa"] == 1.2
    assert "kappa: 1.2000 ± 0.1000" in lines
    (without,) = (line for line in lines if line.startswith("predicted without kappa: "))
    (times,) = (line for line in lines if line.startswith("predicted with kappa: "))
    plain, product = (float(line.split(": ")[1].split()[0]) for line in (without, times))
    assert product == pytest.approx(1.2 * plain, rel=1e-4)
    assert tree["predicted"] == pytest.approx(product, rel=1e-4)
    relative = tree["predicted_error"] / tree["predicted"]
    assert relative > 0.1 / 1.2
    assert "With κ = 1.200 ± 0.100" in out.with_suffix(".html").read_text(encoding="utf-8")


def test_without_it_a_scan_is_as_ever(folder):
    out = folder / "plain.json"
    lines = run("rates", folder / "run", "--inputs", folder / "events/zb_2.h5", "--out", out)
    assert "corrected" not in json.loads(out.read_text())
    assert not any(line.startswith(("kappa: ", "predicted ")) for line in lines)


def test_prescales_with_its_error(folder, scanned):
    plain = run("prescales", scanned[1], "--precision", "3")
    lines = run("prescales", scanned[1], "--precision", "3", "--kappa", folder / "kappa.json")
    assert lines[: len(plain)] == plain
    said = lines[len(plain)]
    assert "with kappa 1.2000 ± 0.1000" in said
    predicted = float(said.split("predicted in A: ")[1].split()[0])
    product, error = (
        float(part) for part in said.split("with kappa")[0].split(", ")[-1].split(" ± ")
    )
    assert product == pytest.approx(1.2 * predicted, rel=1e-4)
    assert error > 0.1 * predicted


def test_the_monitor_takes_it(folder, tmp_path):
    counts, page = tmp_path / "counts.jsonl", tmp_path / "page.html"
    counts.write_text("".join(c.to_line() for c in simulate("quiet", 3, Plan(sections=5))))
    options = ("--kappa", folder / "kappa.json", "--run", folder / "run", "--page", page)
    run("monitor", counts, *options)
    assert "κ is 1.2 ±" in page.read_text(encoding="utf-8")
    assert "without κ" in page.read_text(encoding="utf-8")


def test_a_kappa_of_other_thresholds_is_refused(folder, scanned, tmp_path):
    own = " and ".join(map(str, KappaRecord.read(folder / "kappa.json").thresholds))
    other, rest = folder / "other.json", "measure kappa of this trigger with trigger-ad kappa"
    wanted = f"{other} must be of the thresholds {own}, not 1 and 2: {rest}"
    inputs = ("--inputs", folder / "events/zb_2.h5", "--out", tmp_path / "o.json")
    assert refusal("rates", folder / "run", *inputs, "--kappa", other) == wanted
    assert refusal("prescales", scanned[1], "--precision", "3", "--kappa", other) == wanted
    counts = tmp_path / "counts.jsonl"
    counts.write_text("")
    assert refusal("monitor", counts, "--kappa", other, "--run", folder / "run") == wanted


def test_weights_of_emulated_events(folder, tmp_path):
    out = tmp_path / "e.h5"
    done = emulate_file(folder / "run", folder / "events/zb_0.h5", out, lambda part, note: None)
    weights = weights_of(out)
    with h5py.File(out) as file:
        region, accept = file["region"][:], file["accept"][:]
        assert (weights > 0).tolist() == accept.tolist()
        prescale = np.array([100, 250, 700, 3333]) / 100
        sums = np.bincount(region, weights, 4)
        assert (np.abs(sums - done.regions.before) <= prescale / 2).all()  # one counter's step
    with h5py.File(out, "a") as file:
        del file.attrs["rule"]
    with pytest.raises(EventFileError) as caught:
        weights_of(out)
    assert str(caught.value) == (
        f"{out} must be a file of trigger-ad emulate with the rule of its prescalers, not another "
        "file: write it again with this version"
    )
