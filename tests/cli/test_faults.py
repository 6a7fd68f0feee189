"""Event files as use has damaged them: each ends as the table says, by the command line.

They are made here anew; where the files that were found lie beside the checkout, these end alike.
"""

import json
import os
import re
from pathlib import Path

import h5py
import numpy as np
import pytest
import uproot

import trigger_ad
from tests.events.readers import odd, odd_root
from trigger_ad.cli.main import main
from trigger_ad.events.origin import Origin
from trigger_ad.events.packaged import packaged
from trigger_ad.events.particles import Particles
from trigger_ad.events.readers import adc2021, columns, forms, hdf5, l1nano, l1objects
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.report import rates_page

CHECKOUT = Path(trigger_ad.__file__).parents[1]
MODEL = CHECKOUT / "models/double_ae"
SHARED = Path(os.environ.get("TRIGGER_AD_SHARED", CHECKOUT.parent / "shared")) / "data/faults"

WHOLE = "{name} must be a whole {kind} file, not {size} bytes that {library} cannot read: "
AGAIN = "copy or download the file again"
HDF5 = WHOLE.format(name="{name}", size="{size}", kind="HDF5", library="HDF5") + AGAIN
ROOT = WHOLE.format(name="{name}", size="{size}", kind="ROOT", library="uproot") + AGAIN

#: What each ends with: a sentence, or nothing where it is read.
ENDS = {
    "blosc.h5": (
        "{name}:Particles must have filters that HDF5 knows here, not blosc (32001): "
        "pip install hdf5plugin, which is imported where it is there, or write it with gzip"
    ),
    "damaged_1.h5": HDF5,
    "damaged_2.h5": HDF5,
    "phi_degrees.h5": "{name}:Particles must have phi within 2 pi, not ",
    "pt_mev.h5": (
        "{name}:Particles must have momenta in GeV, of a median up to 2047.5, not {median} "
        "in the first 1000 events: "
        "give the key units: MeV (--units MeV), or units: GeV if this is right"
    ),
    "schema_arr.h5": (
        "{name}:schema must be an attribute of text, not an array of int64 of shape (3,): "
        "write it as a string, or delete the attribute if it is not trigger_ad's"
    ),
    "fuzz3.root": (
        "{name} must be a whole ROOT file, not one whose description of types is damaged: " + AGAIN
    ),
    "fuzz8.root": ROOT,
    "few.h5": None,
    "pileup_neg.h5": None,
    "pileup_big.h5": None,
    "npvs_m1.root": None,
}
#: Files of events, all of whose pile-up is unknown.
UNKNOWN = ("pileup_neg.h5", "pileup_big.h5", "npvs_m1.root")


def thousand(path, change=None, pileup=None):
    """A thousand events in the original form."""
    values = np.tile(odd.VALUES, (34, 1, 1))[:1000]
    if change is not None:
        change(values)
    with h5py.File(path, "w") as file:
        file["Particles"] = values
        if pileup is not None:
            file["pileup"] = np.full(1000, pileup)


def degrees(values):
    values[..., 2] *= np.float32(180 / np.pi)


def mev(values):
    values[..., 0] *= 1000


def blosc(path):
    with h5py.File(path, "w") as file:
        odd.with_filter(file.id, odd.VALUES, skipped=False)


def damaged(place):
    """The length of a part of the first attribute, beyond the end of its header."""

    def write(path):
        events = Particles(odd.VALUES.copy(), np.zeros(odd.N, np.uint8), odd.IDENTITY)
        adc2021.write(path, events, Origin("filtered"))
        raw = bytearray(path.read_bytes())
        start = raw.index(b"schema\0") - 6 + place
        raw[start : start + 2] = b"\xff\xff"
        path.write_bytes(raw)

    return write


def schema_arr(path):
    thousand(path)
    with h5py.File(path, "a") as file:
        file.attrs["schema"] = np.arange(3)


def few(path):
    with h5py.File(path, "w") as file:
        file["Particles"] = odd.VALUES[:3]


def nano(path, vertices=40):
    tables = odd_root.TABLES | {"PV_npvs": np.full(odd.N, vertices, np.int32)}
    odd_root.save_root(path, tables, uproot.ZLIB(4))


def fuzz3(path):
    """A byte in the description of types, which nothing reads."""
    nano(path)
    raw = bytearray(path.read_bytes())
    start = raw.index(b"TObjArray\0", raw.index(b"TStreamerInfo\0")) + len(b"TObjArray\0")
    raw[start + 8] = 0xE4
    path.write_bytes(raw)


def fuzz8(path):
    """Bytes all over the file."""
    nano(path)
    raw, rng = bytearray(path.read_bytes()), np.random.default_rng(8)
    for place in rng.integers(300, len(raw) - 300, 60):
        raw[place] = int(rng.integers(256))
    path.write_bytes(raw)


BUILDERS = {
    "blosc.h5": blosc,
    "damaged_1.h5": damaged(0),
    "damaged_2.h5": damaged(2),
    "phi_degrees.h5": lambda path: thousand(path, degrees),
    "pt_mev.h5": lambda path: thousand(path, mev),
    "schema_arr.h5": schema_arr,
    "fuzz3.root": fuzz3,
    "fuzz8.root": fuzz8,
    "few.h5": few,
    "pileup_neg.h5": lambda path: thousand(path, pileup=-1),
    "pileup_big.h5": lambda path: thousand(path, pileup=2**40),
    "npvs_m1.root": lambda path: nano(path, -1),
}


def test_every_file_has_an_end():
    assert ENDS.keys() == BUILDERS.keys()
    if SHARED.exists():
        found = {path.name for path in SHARED.iterdir() if path.suffix in (".h5", ".root")}
        assert found == ENDS.keys()


@pytest.fixture(params=["made", "found"])
def fault(request, tmp_path):
    """Gives the path of a file by name: made here, or found in use."""

    def path(name):
        if request.param == "made":
            BUILDERS[name](tmp_path / name)
            return tmp_path / name
        if not SHARED.exists():
            pytest.skip("the files that were found are not here")
        return SHARED / name

    return path


@pytest.fixture
def command(monkeypatch, capsys):
    """Runs a command: its exit code, standard output and the sentence of its error."""

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["trigger-ad", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        out, err = capsys.readouterr()
        sentences = [line for line in err.splitlines() if line.startswith("trigger-ad: ")]
        return code, out, sentences

    return run


@pytest.fixture
def emulate(command, tmp_path):
    def run(path, *options):
        return command("emulate", MODEL, "--input", path, "--out", tmp_path / "out/o.h5", *options)

    (tmp_path / "out").mkdir(exist_ok=True)
    return run


@pytest.fixture
def rates(command, tmp_path, monkeypatch):
    """Without the page, whose figures take their time."""

    def run(*paths):
        inputs = (option for path in paths for option in ("--inputs", path))
        return command("rates", MODEL, *inputs, "--workers", 1, "--out", tmp_path / "out/r.json")

    (tmp_path / "out").mkdir(exist_ok=True)
    monkeypatch.setattr(rates_page, "write", lambda record, path: None)
    return run


def expected(path):
    median = ""
    if path.name == "pt_mev.h5":
        with h5py.File(path) as file:
            momenta = file["Particles"][..., 0]
        median = f"{np.median(momenta[momenta > 0]):g}"
    return ENDS[path.name].format(name=path, size=path.stat().st_size, median=median)


@pytest.mark.parametrize("name", [name for name, end in ENDS.items() if end])
def test_refused(fault, rates, tmp_path, name):
    path = fault(name)
    code, _, sentences = rates(path)
    assert code == 2
    (sentence,) = sentences
    assert sentence.removeprefix("trigger-ad: ").startswith(expected(path))
    assert not [*(tmp_path / "out").iterdir()]


@pytest.mark.parametrize("name", [n for n, end in ENDS.items() if end and n.endswith(".h5")])
def test_refused_by_emulate(emulate, tmp_path, name):
    BUILDERS[name](tmp_path / name)
    code, _, sentences = emulate(tmp_path / name)
    assert code == 2
    (sentence,) = sentences
    assert sentence.removeprefix("trigger-ad: ").startswith(expected(tmp_path / name))
    assert not [*(tmp_path / "out").iterdir()]


@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown_pileup(fault, rates, tmp_path, name):
    code, out, _ = rates(fault(name))
    assert code == 0
    record = json.loads((tmp_path / "out/r.json").read_text())
    assert record["pileup"] is None
    assert record["pileup_unknown"] == record["events"] > 0
    assert f"pile-up unknown: {record['events']} of {record['events']} events" in out


def test_some_pileup_is_unknown(rates, tmp_path):
    """Such events are in no bin, and counted."""
    particles = adc2021.read(packaged("zero_bias_a_to_4l"), 1000)
    pileup = np.tile([62, -1, 2**40, 63, 2**32 - 1], 200)
    adc2021.write(tmp_path / "e.h5", particles, Origin("zero_bias"), {"pileup": pileup})
    code, out, _ = rates(tmp_path / "e.h5")
    assert code == 0
    record = json.loads((tmp_path / "out/r.json").read_text())
    assert [(row["from"], row["events"]) for row in record["pileup"]] == [(60, 400)]
    assert record["pileup_unknown"] == 600
    assert "pile-up unknown: 600 of 1000 events" in out
    page = " ".join(rates_page.render(ScanRecord.from_json(record, "scan")).split())
    assert re.search(r"for 600 of 1\D?000 events, which are in no bin", page)


def test_few_events_are_scored(fault, emulate):
    code, out, _ = emulate(fault("few.h5"))
    assert code == 0
    assert "3 events in" in out


def test_few_events_are_no_background(fault, command, tmp_path):
    path = fault("few.h5")
    config = f"schema: config/1\nname: few\nevents: {{background: {path}, signals: {{}}}}\n"
    (tmp_path / "c.yaml").write_text(config)
    code, _, sentences = command("run", tmp_path / "c.yaml", "--out", tmp_path / "run")
    assert code == 2
    (sentence,) = sentences
    assert sentence.startswith("trigger-ad: split.")
    assert sentence.endswith(
        " must leave an event in the split, not none of the 3 background events: "
        "give more events or a larger fraction"
    )
    assert not (tmp_path / "run/words.npz").exists()


def test_units_of_the_user(emulate, rates, tmp_path):
    """MeV that are said to be MeV give what GeV give."""
    thousand(tmp_path / "gev.h5")
    thousand(tmp_path / "mev.h5", mev)
    plain, same = emulate(tmp_path / "gev.h5"), emulate(tmp_path / "mev.h5", "--units", "MeV")
    assert plain[:2] == same[:2]
    code, out, _ = emulate(tmp_path / "mev.h5", "--units", "GeV")
    assert code == 0
    assert "saturated words: 1.0000 " in out


def test_units_of_a_run(command, tmp_path):
    """The key ``units`` of its events."""
    arrays = {}
    for name, change, key in (("gev", None, ""), ("mev", mev, ", units: MeV"), ("bad", mev, "")):
        thousand(tmp_path / f"{name}.h5", change)
        events = f"{{background: {tmp_path / name}.h5, signals: {{}}{key}}}"
        few = "train: {batch: 100}\ntrigger: {sm_efficiency: 0.05}\n"
        (tmp_path / "c.yaml").write_text(f"schema: config/1\nname: u\nevents: {events}\n{few}")
        out = tmp_path / f"run_{name}"
        code, _, sentences = command("run", tmp_path / "c.yaml", "--out", out, "--stage", "words")
        if name == "bad":
            assert code == 2
            assert "must have momenta in GeV" in sentences[0]
        else:
            assert code == 0
            arrays[name] = np.load(out / "words.npz")["sm.words"]
    np.testing.assert_array_equal(arrays["gev"], arrays["mev"])


@pytest.mark.parametrize(
    ("module", "name", "suffix"),
    [
        (forms, "tidy", "h5"),
        (columns, "whole_numbers", "h5"),
        (hdf5, "_kind", "h5"),
        (l1objects, "_of_crossing_0", "root"),
        (l1nano, "known_pileup", "root"),
    ],
)
def test_a_bug_of_our_own_stays_a_bug(rates, tmp_path, monkeypatch, module, name, suffix):
    """It is no sentence about the user's file: the traceback is kept."""
    path = tmp_path / f"e.{suffix}"
    if suffix == "root":
        nano(path)
    else:
        odd.save(path)
    if name == "_kind":
        schema_arr(path)
    for error in (KeyError, TypeError, RuntimeError, OSError, AssertionError):
        monkeypatch.setattr(module, name, _raise(error))
        with pytest.raises(error, match="planted"):
            rates(path)


def _raise(error):
    def planted(*arguments):
        raise error("planted")

    return planted


def test_a_file_under_two_names(rates, tmp_path):
    thousand(tmp_path / "a.h5")
    (tmp_path / "b.h5").symlink_to("a.h5")
    os.link(tmp_path / "a.h5", tmp_path / "c.h5")
    for other in ("b.h5", "c.h5"):
        code, _, sentences = rates(tmp_path / "a.h5", tmp_path / other)
        assert code == 2
        (sentence,) = sentences
        assert sentence.removeprefix("trigger-ad: ") == (
            f"the inputs must have each file once, not {tmp_path / other}, which is the same file "
            f"as {tmp_path / 'a.h5'}: leave one of the two out"
        )
    code, out, _ = rates(tmp_path / "a.h5", tmp_path / "a.h5", tmp_path / "a*.h5")
    assert code == 0
    assert "\n1000 events in" in out


def test_names_with_brackets(rates, tmp_path):
    for name in ("e[1].h5", "e1.h5"):
        thousand(tmp_path / name)
    code, _, _ = rates(tmp_path / "e[1].h5")
    assert code == 0
    files = json.loads((tmp_path / "out/r.json").read_text())["files"]
    assert [Path(file["path"]).name for file in files] == ["e[1].h5"]
    (tmp_path / "e[1].h5").unlink()
    code, _, _ = rates(tmp_path / "e[1].h5")
    files = json.loads((tmp_path / "out/r.json").read_text())["files"]
    assert [Path(file["path"]).name for file in files] == ["e1.h5"]
