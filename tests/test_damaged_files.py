"""Damaged files, by seed: each reader reads them or refuses them with one sentence, in time."""

import io
import json
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.damage import damages
from tests.invariance import records as invariances
from trigger_ad import config
from trigger_ad.abcd.combined_kappa import CombinedKappa
from trigger_ad.abcd.kappa import Kappa
from trigger_ad.abcd.kappa_record import Cut, KappaRecord, load_kappa
from trigger_ad.abcd.likelihood import four_regions
from trigger_ad.abcd.record import ClosureRecord
from trigger_ad.abcd.workspace import read_workspace, write_workspace
from trigger_ad.errors import ConfigError, SchemaError, TriggerAdError
from trigger_ad.generate.zerobias.draws import Pileup
from trigger_ad.invariance.record import InvarianceRecord
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.lhc.fill import FillingScheme
from trigger_ad.menu import file, table
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.monitor import session, source, state
from trigger_ad.monitor.settings import Settings
from trigger_ad.monitor.toys import TRUTH, Plan, simulate
from trigger_ad.rates.corrected import KappaSource
from trigger_ad.rates.record import RatesRecord
from trigger_ad.run import scan_counts
from trigger_ad.sections import yaml12
from trigger_ad.storage import arrays
from trigger_ad.storage.shipped import shipped_path
from trigger_ad.train.checkpoint import Checkpoint
from trigger_ad.validate.record import ValidationRecord

#: Of each format, shared among its readers.
FILES = 300
LONGEST_S = 20
SCHEMA = "x/1"

FEED = "".join(section.to_line() for section in simulate("quiet", 7, Plan(6))).encode()
TABLE = (
    "Default,2p0E34,,\r\nIndex,Name,2p0E34,1p9E34\r\n"
    + "".join(f'{i},"L1_Seed{i}", {i + 1}, 2.5\r\n' for i in range(12))
).encode()
SCAN = {
    "schema": ScanRecord.SCHEMA,
    "events": 218_400,
    "input_rate_hz": 1e6,
    "normalisation": "given",
    "live_fraction": 0.9,
    "regions": {
        name: {"fires": fires}
        for name, fires in zip("ABCD", (400, 8000, 10_000, 200_000), strict=True)
    },
}


MEASURED = KappaRecord.of(
    Cut((3, 4), "ab" * 32, None),
    CombinedKappa(
        1.1,
        0.1,
        0.05,
        (KappaSource(name="here", value=1.1, error=0.1, effective_events=120.0, used=True),),
    ),
)


def watch(path):
    """The feed of a monitor, to its end."""
    lines = source.lines(str(path), follow=False)
    return session.watch(str(path), lines, Settings(), session.Outputs(), lambda line: None)


def saved_state():
    lines = FEED.decode().splitlines()
    seen = session.watch("f", lines, Settings(), session.Outputs(), lambda line: None)
    path = Path("state.json")
    state.save(path, seen, Settings())
    return path.read_bytes()


def saved_arrays():
    path = Path("whole.npz")
    values = {"a": np.arange(40), "b/c": np.linspace(0, 1, 30).reshape(5, 6)}
    arrays.save(path, SCHEMA, {"k": [1, "é"]}, values)
    return path.read_bytes()


def saved_checkpoint():
    path = Path("checkpoint.npz")
    Checkpoint((), 0, [np.ones(3)], [], [np.eye(4)], [], [np.eye(4)]).save(path, "key")
    return path.read_bytes()


def saved_workspace():
    path = Path("workspace.json")
    write_workspace(path, four_regions((40, 400, 500, 6000), (9.0, 1, 1, 1)), MEASURED.cut)
    return path.read_bytes()


def frozen(name):
    """Bytes of a file that is kept."""
    return (Path(__file__).parent / "frozen" / name).read_bytes


#: For each reader the bytes of a whole file, and how they are read.
READERS = {
    "CSV": (lambda: TABLE, table.load),
    "a fill": (lambda: b"# fill 1\n56-103, 112\n200-247 # more\n", FillingScheme.read),
    "a profile": (lambda: b"# mean, weight\n55, 1\n60, 3.5\n65 1e-1\n", Pileup.from_file),
    "JSON lines": (lambda: FEED, watch),
    "YAML, a configuration": (
        lambda: shipped_path("models", "double_ae", "config.yaml").read_bytes(),
        config.load,
    ),
    "YAML, a menu": (lambda: file.find("packaged:small").read_bytes(), file.load),
    "JSON, kappa": (lambda: json.dumps(TRUTH.to_json()).encode(), Kappa.load),
    "JSON, kappa of a cut": (lambda: json.dumps(MEASURED.to_json()).encode(), load_kappa),
    "JSON, a workspace": (saved_workspace, lambda path: read_workspace(path, MEASURED.cut)),
    "JSON, a scan": (lambda: json.dumps(SCAN).encode(), scan_counts.read),
    "JSON, a scan whole": (frozen("scans/rates_scan_2.json"), ScanRecord.read),
    "JSON, rates": (frozen("version_2/rates.json"), RatesRecord.read),
    "JSON, closure": (frozen("version_2/closure.json"), ClosureRecord.read),
    "JSON, invariance": (
        lambda: json.dumps(invariances.record().to_json()).encode(),
        InvarianceRecord.read,
    ),
    "JSON, validation": (frozen("version_2/validation.json"), ValidationRecord.read),
    "JSON, a state": (saved_state, lambda path: state.load(path, Settings())),
    "NPZ": (saved_arrays, lambda path: arrays.load(path, SCHEMA)),
    "NPZ, a network": (
        lambda: shipped_path("models", "double_ae", "model", "double", "network.npz").read_bytes(),
        HardwareNetwork.load,
    ),
    "NPZ, a checkpoint": (saved_checkpoint, lambda path: Checkpoint.load(path, "key")),
}


@pytest.mark.parametrize("name", READERS)
def test_damaged_files_are_read_or_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make, read = READERS[name]
    whole = make()
    path = tmp_path / "file"
    path.write_bytes(whole)
    read(path)
    assert not refusals(read, path, [whole])
    alike = sum(other.partition(",")[0] == name.partition(",")[0] for other in READERS)
    count = FILES // alike
    told = refusals(read, path, (content for _, content in damages(whole, count)))
    assert len(told) > count / 10 or name == "NPZ, a checkpoint"  # of which a broken one is none
    assert all("\n" not in sentence and sentence.count(": ") for sentence in told)


def refusals(read, path, contents):
    """Sentences of those that are refused; anything but a refusal is a failure."""
    told = []
    for content in contents:
        path.write_bytes(content)
        began = time.monotonic()
        try:
            read(path)
        except TriggerAdError as error:
            told.append(str(error))
        assert time.monotonic() - began < LONGEST_S
    return told


MEMBERS = ("header.npy", "a.npy", "b/c.npy")


@pytest.mark.parametrize("member", MEMBERS)
def test_damaged_arrays_in_a_whole_archive(member, tmp_path, monkeypatch):
    """NPY: what no checksum of the archive tells, because it was made of damaged arrays."""
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile(io.BytesIO(saved_arrays())) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}

    def archives():
        for _, content in damages(members[member], FILES // len(MEMBERS)):
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w") as archive:
                for name, value in (members | {member: content}).items():
                    archive.writestr(name, value)
            yield stream.getvalue()

    told = refusals(lambda path: arrays.load(path, SCHEMA), tmp_path / "file.npz", archives())
    assert len(told) > FILES / len(MEMBERS) / 10


def npy(text):
    """An array in NPY with this text as its header."""
    head = text.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + bytes(64)


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 1000)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-5,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (" + "9" * 60 + ",)}",
        "{'descr': '<q99', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': 'f8', 'shape': (",
        "(" * 110,
    ],
)
def test_headers_that_cannot_be(header, tmp_path):
    path = tmp_path / "x.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("header.npy", npy(header))
    with pytest.raises(SchemaError) as caught:
        arrays.load(path, SCHEMA)
    assert str(caught.value) == (
        f"{path} must have schema x/1, not a broken file: write it again with this version"
    )


@pytest.mark.parametrize(
    "content", [npy("{'descr': '<f8', 'fortran_order': False, 'shape': (8,)}")]
)
def test_a_lone_array_is_no_file_of_arrays(content, tmp_path):
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    with pytest.raises(SchemaError, match="not a broken file"):
        arrays.load(path, SCHEMA)


def test_what_is_no_array_is_told(tmp_path):
    path = tmp_path / "x.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("header", b"{}")
    with pytest.raises(SchemaError, match="not a file that holds more than arrays"):
        arrays.load(path, SCHEMA)


class TestOurOwnBugs:
    """They stay what they are: no sentence about the file of a user."""

    def planted(self, *_, **__):
        raise ValueError("planted")

    @pytest.mark.parametrize(
        ("where", "name"),
        [
            ("trigger_ad.menu.table._row", "CSV"),
            ("trigger_ad.storage.tables._cells", "CSV"),
            ("trigger_ad.lhc.fill.lines", "a fill"),
            ("trigger_ad.generate.zerobias.draws.lines", "a profile"),
            ("trigger_ad.monitor.counts._wrapped", "JSON lines"),
            ("trigger_ad.storage.json_text._check", "JSON lines"),
            ("trigger_ad.storage.json_text._check", "JSON, kappa"),
            ("trigger_ad.sections.yaml12._check", "YAML, a configuration"),
            ("trigger_ad.menu.file._unique", "YAML, a menu"),
            ("trigger_ad.storage.arrays._header", "NPZ"),
            ("trigger_ad.ir.layers.network.from_record", "NPZ, a network"),
        ],
    )
    def test_a_planted_bug(self, where, name, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        make, read = READERS[name]
        path = tmp_path / "file"
        path.write_bytes(make())
        monkeypatch.setattr(where, self.planted)
        with pytest.raises(ValueError, match="planted"):
            read(path)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("[" * 5000 + "]" * 5000, "lists in lists beyond 64 deep"),
        ("[" * 100 + "]" * 100, "lists in lists beyond 64 deep"),
        ("NaN", "the number nan"),
        ("-Infinity", "the number -inf"),
        ("1e999", "the number inf"),
        ("9" * 400, "a whole number of 1329 bits"),
        ("9" * 5000, "something else"),
        ("'x'", "something else"),
    ],
)
def test_json_that_cannot_be_used(value, found, tmp_path):
    path = tmp_path / "kappa.json"
    record = json.dumps(TRUTH.to_json() | {"value": "?"})
    path.write_text(record.replace('"?"', value))
    with pytest.raises(TriggerAdError) as caught:
        Kappa.load(path)
    assert str(caught.value) == (f"{path} must be whole JSON, not {found}: delete it and run again")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: " + "9" * 400, "a number at f:1 must have at most 64 bits, not 1329: write a smaller"),
        ("a: 0x" + "f" * 5000, "a number at f:1 must have at most 64 bits, not 20000: write a "),
        ("a: " + "9" * 5000, "f must be YAML 1.2, not unreadable text: write it again, key by key"),
        ("a: 2001-99-99", "f must be YAML 1.2, not unreadable text: write it again, key by key"),
        ("a: " + "[" * 5000, "f:1 must be nested at most 16 deep: write keys and values only"),
        ("- " * 5000, "f:1 must be nested at most 16 deep: write keys and values only"),
        ("a: x" * 300_000, "f must have at most 1,048,576 characters, not 1,200,000: write keys"),
        ('a: "\\ud800"', r"a text at f:1 must be Unicode, not '\ud800': write the character"),
        (
            "a0: &a0 [x, x, x, x, x, x, x, x]\n"
            + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 8)}]\n" for i in range(1, 14)),
            "f must hold at most 50,000 values, not more: write keys and values only",
        ),
    ],
)
def test_yaml_that_cannot_be_used(text, sentence):
    with pytest.raises(ConfigError) as caught:
        yaml12.read(text, "f")
    assert str(caught.value).startswith(sentence)
