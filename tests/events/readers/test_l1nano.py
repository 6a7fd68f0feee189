"""CMS Level-1 NanoAOD: crossing 0, order, hardware integers, and one sentence for what is wrong."""

import os
import sys
from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import uproot

from tests.events.readers.nano import BRANCH, N, branches, save
from trigger_ad import config
from trigger_ad.errors import EventFileError, MissingDependencyError
from trigger_ad.events.particles import SLOTS
from trigger_ad.events.readers import l1nano
from trigger_ad.features.hardware import words_of
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.words import to_words

LAYOUT = layout(config.Features())
SHARED = os.environ.get("TRIGGER_AD_SHARED", Path(__file__).parents[4] / "shared")
REAL = Path(SHARED) / "data/coffea_nano_dy.root"


@pytest.fixture(scope="module")
def tables():
    tables = branches(np.random.default_rng(3))
    tables["run"] = np.full(N, 370_000, np.uint32)
    tables["event"] = np.arange(N, dtype=np.uint64) + 5_000_000_000
    tables["PV_npvs"] = np.arange(N, dtype=np.int32) % 60
    return tables


@pytest.fixture(scope="module")
def full(tables, tmp_path_factory):
    return save(tmp_path_factory.mktemp("nano") / "full.root", tables)


def expected(tables, event, kind, quantity):
    """One event, one object at a time."""
    prefix = BRANCH[kind]
    table = {name: tables[f"{prefix}_{name}"][event].to_list() for name in ("pt", "bx", quantity)}
    rows = [i for i, bx in enumerate(table["bx"]) if bx == 0]
    if kind == "met":
        rows = [i for i in rows if tables["L1EtSum_etSumType"][event][i] == 2]
    rows = sorted(rows, key=lambda i: -table["pt"][i])
    size = SLOTS[kind].stop - SLOTS[kind].start
    return ([table[quantity][i] for i in rows] + [0] * size)[:size]


@pytest.mark.parametrize("kind", SLOTS)
def test_crossing_0_in_falling_momentum(tables, full, kind):
    events = l1nano.read_range(full, 0, N)
    for event in range(N):
        for column, quantity in enumerate(("pt", "eta", "phi")):
            if kind == "met" and quantity == "eta":
                continue
            found = events.particles.values[event, SLOTS[kind], column].tolist()
            assert found == expected(tables, event, kind, quantity)
        assert events.hardware[kind][event, :, 0].tolist() == expected(tables, event, kind, "hwPt")
        assert events.hardware[kind][event, :, 2].tolist() == expected(tables, event, kind, "hwPhi")
    assert events.particles.present.any(axis=0)[SLOTS[kind]].all()


def test_hardware_integers_are_the_words(full):
    """They agree with the words made from the real values, which are exact on these scales."""
    events = l1nano.read_range(full, 0, N)
    words = words_of(events.particles.values, events.hardware, LAYOUT)
    made = to_words(events.particles.values, LAYOUT)
    assert words.layout_hash == LAYOUT.hash
    np.testing.assert_array_equal(words.values, made.values)
    assert np.count_nonzero(words.values) > 10 * N
    changed = {**events.hardware, "jet": np.maximum(events.hardware["jet"] - 1, 0)}
    assert (words_of(events.particles.values, changed, LAYOUT).values != made.values).any()


def test_central_nanoaod_has_real_values_only(tables, full, tmp_path):
    path = save(tmp_path / "central.root", {k: v for k, v in tables.items() if "_hw" not in k})
    events = l1nano.read_range(path, 0, N)
    assert events.hardware == {}
    whole = l1nano.read_range(full, 0, N)
    np.testing.assert_array_equal(events.particles.values, whole.particles.values)
    np.testing.assert_array_equal(
        words_of(events.particles.values, {}, LAYOUT).values,
        words_of(whole.particles.values, whole.hardware, LAYOUT).values,
    )


VERTEX = ("etaAtVtx", "phiAtVtx", "hwEtaAtVtx", "hwPhiAtVtx")


@pytest.fixture(scope="module")
def both(tables):
    """Muons as another maker writes them: at the stations and, elsewhere, at the vertex."""
    rng = np.random.default_rng(5)
    sizes = ak.num(tables["L1Mu_pt"])
    eta, phi = (
        rng.integers(low, high, int(ak.sum(sizes))) for low, high in ((-220, 221), (0, 576))
    )
    field = {f.quantity: f for f in LAYOUT.fields if f.kind == "muon"}
    real = phi * field["phi"].lsb
    vertex = {
        "etaAtVtx": (eta * field["eta"].lsb).astype(np.float32),
        "phiAtVtx": np.where(real > np.pi, real - 2 * np.pi, real).astype(np.float32),
        "hwEtaAtVtx": eta.astype(np.int16),
        "hwPhiAtVtx": phi.astype(np.int16),
    }
    return tables | {f"L1Mu_{name}": ak.unflatten(v, sizes) for name, v in vertex.items()}


def muon_words(tables, path, without=()):
    """Words of the four muons, and what the origin says of them."""
    kept = {name: v for name, v in tables.items() if name.removeprefix("L1Mu_") not in without}
    save(path, kept)
    events = l1nano.read_range(path, 0, N)
    words = words_of(events.particles.values, events.hardware, LAYOUT).values
    where = l1nano.read_origin(path).filter.rpartition(", ")[2]
    return words[:, 15:27].reshape(N, 4, 3), where


def chosen_words(tables, fields):
    """Integers of such fields, one object at a time."""
    return np.stack(
        [[expected(tables, event, "muon", field) for event in range(N)] for field in fields], axis=2
    )


@pytest.mark.parametrize(
    ("without", "where"),
    [
        ((), "vertex"),
        (("hwEtaAtVtx",), "vertex"),  # from the real values
        (("hwEtaAtVtx", "hwPhiAtVtx"), "vertex"),
        (("hwPt", "hwEta", "hwPhi", "hwEtaAtVtx", "hwPhiAtVtx"), "vertex"),
        (("hwPt",), "vertex"),
        (("hwEta", "hwPhi"), "vertex"),
        (("etaAtVtx", "phiAtVtx"), "vertex"),  # from the integers
        (VERTEX, "muon stations"),
        (("phiAtVtx", "hwPhiAtVtx"), "muon stations"),  # half a direction is none
        ((*VERTEX, "hwPt", "hwEta", "hwPhi"), "muon stations"),
    ],
)
def test_muons_are_at_the_vertex_where_the_file_has_that(both, tmp_path, without, where):
    words, said = muon_words(both, tmp_path / "m.root", without)
    assert said == f"muons at the {where}"
    vertex = chosen_words(both, ("hwPt", "hwEtaAtVtx", "hwPhiAtVtx"))
    station = chosen_words(both, ("hwPt", "hwEta", "hwPhi"))
    np.testing.assert_array_equal(words, vertex if where == "vertex" else station)
    assert np.mean((vertex != station).any(axis=(1, 2))) > 0.5


def test_other_kinds_have_one_direction(both, tmp_path):
    """A vertex of jets is not asked for."""
    more = both | {f"L1Jet_{name}": both["L1Jet_eta"] for name in VERTEX}
    found = [
        l1nano.read_range(save(tmp_path / f"{name}.root", tables), 0, N)
        for name, tables in (("plain", both), ("more", more))
    ]
    np.testing.assert_array_equal(found[0].hardware["jet"], found[1].hardware["jet"])


@pytest.mark.parametrize("size", [1, 7, N, 3 * N])
def test_pieces_are_the_whole(full, size):
    pieces = list(l1nano.read_chunks(full, size))
    whole = l1nano.read_range(full, 0, N)
    assert l1nano.count(full) == N == sum(map(len, pieces))
    assert max(map(len, pieces)) == min(size, N)
    np.testing.assert_array_equal(
        np.concatenate([p.particles.values for p in pieces]), whole.particles.values
    )
    np.testing.assert_array_equal(
        np.concatenate([p.particles.parton_event for p in pieces]), whole.particles.parton_event
    )
    np.testing.assert_array_equal(np.concatenate([p.pileup for p in pieces]), np.arange(N) % 60)


def test_identity_is_run_and_event(full, tables, tmp_path):
    identity = l1nano.read_range(full, 2, 4).particles.parton_event
    assert identity.tolist() == [370_000 * 2**40 + 5_000_000_002, 370_000 * 2**40 + 5_000_000_003]
    path = save(tmp_path / "bare.root", {k: v for k, v in tables.items() if k.startswith("L1")})
    events = l1nano.read_range(path, 2, 4)
    assert events.particles.parton_event.tolist() == [2, 3]
    assert events.pileup is None
    assert l1nano.ORIGIN.kind == "zero_bias"


def test_pileup_of_simulation(tables, tmp_path):
    truth = np.linspace(20.2, 80.7, N).astype(np.float32)
    path = save(tmp_path / "mc.root", {**tables, "Pileup_nTrueInt": truth})
    np.testing.assert_array_equal(l1nano.read_range(path, 0, N).pileup, np.rint(truth))


def test_crossings_without_objects_stay(tables, tmp_path):
    """They are events of zero bias: leaving them out would raise every rate."""
    empty = dict(tables)
    for prefix in BRANCH.values():
        empty[f"{prefix}_bx"] = tables[f"{prefix}_bx"] * 0 + np.int16(1)
    events = l1nano.read_range(save(tmp_path / "empty.root", empty), 0, N)
    assert len(events) == N
    assert not events.particles.values.any()
    assert not words_of(events.particles.values, events.hardware, LAYOUT).values.any()


def sentence(path, error=EventFileError):
    with pytest.raises(error) as caught:
        for _ in l1nano.read_chunks(path):
            pass
    return str(caught.value).replace(f"{path.parent}/", "")


def test_missing_branch(tables, tmp_path):
    path = save(tmp_path / "m.root", {k: v for k, v in tables.items() if k != "L1Jet_eta"})
    others = len(uproot.open(path)["Events"].keys())
    assert sentence(path) == (
        f"m.root:Events must have the branch L1Jet_eta, not {others} "
        "others: make the file with the Level-1 objects of NanoAOD"
    )


def test_no_tree(tmp_path):
    path = tmp_path / "t.root"
    with uproot.recreate(path) as file:
        file["Runs"] = {"run": np.arange(3)}
    assert sentence(path) == (
        "t.root must hold the tree Events, not Runs: give the path of a NanoAOD"
    )


def test_no_events(tmp_path):
    path = save(
        tmp_path / "e.root", {k: v[:0] for k, v in branches(np.random.default_rng(1)).items()}
    )
    assert sentence(path) == "e.root:Events must hold events, not 0: give a file with events"


def test_other_files(tmp_path, full):
    assert sentence(tmp_path / "no.root") == (
        "no.root must be a ROOT file, not missing: give the path of a NanoAOD"
    )
    (tmp_path / "t.root").write_text("pt,eta")
    assert sentence(tmp_path / "t.root") == (
        "t.root must be a ROOT file, not a file of another kind: give the path of a NanoAOD"
    )
    whole = full.read_bytes()
    (tmp_path / "c.root").write_bytes(whole[: len(whole) // 3])
    assert sentence(tmp_path / "c.root") == (
        f"c.root must be a whole ROOT file, not {len(whole) // 3} bytes that uproot cannot read: "
        "copy or download the file again"
    )


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("event", np.full(N, np.nan), "0 to 1099511627775, not nan"),
        ("event", np.arange(N) + 0.5, "0 to 1099511627775, not 0.5"),
        ("event", np.full(N, 2**40, np.uint64), "0 to 1099511627775, not 1099511627776"),
        ("run", np.full(N, -1), "0 to 8388607, not -1"),
    ],
)
def test_numbers_that_are_no_identity(tables, tmp_path, name, value, shown):
    assert sentence(save(tmp_path / "i.root", {**tables, name: value})) == (
        f"i.root:{name} must be a whole number from {shown} in event 0: "
        "write the number of each event as an integer, or leave the data set out"
    )


def test_unknown_pileup(tables, tmp_path):
    truth = np.where(np.arange(N) % 2, np.nan, 33.4).astype(np.float32)
    path = save(tmp_path / "mc.root", {**tables, "Pileup_nTrueInt": truth})
    assert l1nano.read_range(path, 0, N).pileup.tolist() == [33, -1] * (N // 2)
    path = save(tmp_path / "npvs.root", {**tables, "PV_npvs": np.full(N, -1, np.int32)})
    assert l1nano.read_range(path, 0, N).pileup.tolist() == [-1] * N


def test_lists_of_different_lengths(tables, tmp_path):
    """Compiled code that trusts them would end the process."""
    shorter = ak.Array([[0.0]] * N)
    path = save(tmp_path / "l.root", {**tables, "L1Jet_eta": ak.values_astype(shorter, np.float32)})
    total = int(ak.sum(ak.num(tables["L1Jet_pt"])))
    assert sentence(path) == (
        f"l.root:L1Jet_eta must have as many numbers in each event as L1Jet_pt, "
        f"not {N} and {total} in all: copy or make the file again"
    )


def test_a_branch_of_text(tables, tmp_path):
    path = save(tmp_path / "t.root", {**tables, "L1EG_bx": ak.Array(["a"] * N)})
    assert sentence(path) == (
        "t.root:L1EG_bx must be a branch of numbers, or of a list of numbers for each event, "
        "not string: make the file with the Level-1 objects of NanoAOD"
    )


def test_impossible_directions(tables, tmp_path):
    degrees = tables["L1Jet_phi"] * np.float32(180 / np.pi)
    assert sentence(save(tmp_path / "d.root", {**tables, "L1Jet_phi": degrees})).startswith(
        "d.root:Events must have phi within 2 pi, not "
    )


@pytest.mark.parametrize(("value", "shown"), [(-3, "-3"), (np.nan, "nan"), (np.inf, "inf")])
def test_impossible_momenta(tables, tmp_path, value, shown):
    momenta = ak.to_list(tables["L1EG_pt"])
    event = next(i for i in range(N) if 0 in tables["L1EG_bx"][i].to_list())
    bx = tables["L1EG_bx"][event].to_list()
    momenta[event] = [value if b == 0 else p for p, b in zip(momenta[event], bx, strict=True)]
    column = ak.values_astype(ak.Array(momenta), np.float32)
    assert sentence(save(tmp_path / "b.root", {**tables, "L1EG_pt": column})) == (
        f"b.root:L1EG must have finite numbers and pT >= 0, not {shown} in event {event}: "
        "make the file again"
    )


def test_two_missing_ets(tables, tmp_path):
    types = ak.Array([[2 if i < 20 else 0 for i in range(40)]] * N)
    path = save(
        tmp_path / "two.root",
        {**tables, "L1EtSum_etSumType": types, "L1EtSum_bx": tables["L1EtSum_bx"] * 0},
    )
    assert sentence(path) == (
        "two.root:L1EtSum must have one sum of type 2 in crossing 0, not several in event 0: "
        "make the file again"
    )


def test_an_integer_that_no_port_carries(full):
    events = l1nano.read_range(full, 0, N)
    codes = {"egamma": events.hardware["egamma"].copy()}
    codes["egamma"][3, 1] = (512, 0, 0)
    with pytest.raises(EventFileError) as caught:
        words_of(events.particles.values, codes, LAYOUT, "a.root")
    assert str(caught.value) == (
        "a.root must fit the 9 bits of egamma1_pt, not 512 in event 3: "
        "make the file with integers of the global trigger"
    )


def test_without_uproot(full, monkeypatch):
    monkeypatch.setitem(sys.modules, "uproot", None)
    monkeypatch.setattr(
        "trigger_ad.events.readers.l1nano.find_spec",
        lambda name: None if name == "uproot" else name,
    )
    assert sentence(full, MissingDependencyError) == (
        "reading CMS Level-1 NanoAOD needs uproot: pip install trigger-ad[root]"
    )


@pytest.mark.skipif(not REAL.exists(), reason="a NanoAOD file of CMS")
def test_a_nanoaod_without_level1_objects():
    assert sentence(REAL).startswith(
        "coffea_nano_dy.root:Events must have the branch L1EtSum_bx, not "
    )
