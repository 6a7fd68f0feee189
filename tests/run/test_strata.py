"""Rates of events drawn from several strata are those of all events."""

import re

import h5py
import numpy as np
import pytest

from tests.run import small
from tests.run.conftest import scan
from trigger_ad.cli.rates_text import lines_of
from trigger_ad.errors import ConfigError, EventFileError
from trigger_ad.events.origin import Origin
from trigger_ad.events.packaged import packaged
from trigger_ad.events.readers import adc2021
from trigger_ad.events.strata import ONE, Strata
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.report.numbers.diagonal import closures, diagonal
from trigger_ad.report.numbers.pileup import against_pileup
from trigger_ad.report.numbers.scan import Scan
from trigger_ad.report.numbers.tradeoff import trade_off
from trigger_ad.report.rates_page import render


@pytest.mark.parametrize("several", [False, True])
def test_several_strata_are_refused(tmp_path, several):
    run, events = tmp_path / "run", tmp_path / "events"
    small.finished_run(run)
    small.event_files(events, "zero_bias")
    with h5py.File(events / "zb_0.h5", "a") as file:
        codes = np.zeros(3000, np.uint8)
        codes[2000:] = several
        file["stratum"] = codes
    given = [str(events / "zb_0.h5")]
    if not several:
        assert scan(run, given, tmp_path / "out.json")["events"] == 3000
        return
    with pytest.raises(EventFileError) as caught:
        scan(run, given, tmp_path / "out.json")
    assert str(caught.value) == (
        f"{events / 'zb_0.h5'} must have the probabilities of its strata to be counted into a "
        "rate, not stratum 1 in events 0 to 3000: give a file whose origin has them, or a plain "
        "sample"
    )
    assert not (tmp_path / "out.json").exists()


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A run, a plain sample of 20,000 events, and which of them are hard."""
    folder = tmp_path_factory.mktemp("plain")
    small.finished_run(folder / "run")
    particles = adc2021.read(packaged("sm"), 20_000)
    hard = particles.values[:, 9, 0] >= 80
    write(folder / "plain.h5", particles, None, ONE)
    return folder, particles, hard


def write(path, particles, stratum, strata):
    origin = Origin("zero_bias", strata=None if strata is ONE else strata)
    pileup = np.full(len(particles), 60, np.uint16)
    columns = {"pileup": pileup}
    if stratum is not None:
        columns["stratum"] = stratum.astype(np.uint8)
    adc2021.write(path, particles, origin, columns=columns)


def menu(folder):
    (folder / "menu.yaml").write_text(MENU)
    return folder / "menu.yaml"


def figures(record):
    """Every fraction of the record, by name, as value, low, high and effective events."""
    found = {}
    for region, row in record["regions"].items():
        found |= {f"{region} before": row["before"], f"{region} after": row["after"]}
    found["total"] = record["total"]["after"]
    for seed in record["menu"]["seeds"]:
        kinds = ("before", "after", "pure", "proportional")
        found |= {f"{seed['name']} {kind}": seed[kind] for kind in kinds}
    found["menu"] = record["menu"]["total"]
    keys = ("value", "low", "high")
    return {
        name: (
            *(row["efficiency"][key] for key in keys),
            {**row, **row["efficiency"]}["effective_events"],
        )
        for name, row in found.items()
    }


def rated(folder, name, tmp_path, **options):
    out = tmp_path / f"{name}.json"
    return scan(folder / "run", [str(folder / f"{name}.h5")], out, menu=menu(tmp_path), **options)


def test_strata_of_all_events_give_the_plain_rates(plain, tmp_path):
    """Whatever the strata are: each with the part of the events that it has."""
    folder, particles, hard = plain
    parts = (float(np.mean(~hard)), float(np.mean(hard)))
    write(folder / "all.h5", particles, hard, Strata(("soft", "hard"), parts))
    truth, found = (figures(rated(folder, name, tmp_path)) for name in ("plain", "all"))
    for name, (value, low, high, _) in found.items():
        assert value == pytest.approx(truth[name][0], rel=1e-12, abs=1e-15), name
        assert low <= truth[name][0] <= high
        assert high - low <= 1.1 * (truth[name][2] - truth[name][1]), name


def test_rare_strata_may_be_drawn_more_often(plain, tmp_path):
    """One of five soft events alone: the rates of all events, and those of hard ones as exact."""
    folder, particles, hard = plain
    parts = (float(np.mean(~hard)), float(np.mean(hard)))
    kept = hard | (np.arange(len(hard)) % 5 == 0)
    strata = Strata(("soft", "hard"), parts)
    write(folder / "thin.h5", particles[kept], hard[kept], strata)
    record = rated(folder, "thin", tmp_path)
    assert [(row["name"], row["events"]) for row in record["strata"]] == [
        ("soft", np.count_nonzero(kept & ~hard)),
        ("hard", np.count_nonzero(hard)),
    ]
    assert [row["events"] for row in record["pileup"]] == [np.count_nonzero(kept)]
    for region, row in record["pileup"][0]["before"].items():  # all events have pile-up 60
        whole = record["regions"][region]["before"]["efficiency"]
        for key in ("value", "low", "high"):
            assert row["efficiency"][key] == pytest.approx(whole[key], rel=0.05), region
    assert record["regions"]["A"]["accepts"] is record["total"]["accepts"] is None
    truth, found = figures(rated(folder, "plain", tmp_path)), figures(record)
    for name, (value, low, high, _) in found.items():
        assert low - 0.3 * (high - low) <= truth[name][0] <= high + 0.3 * (high - low), name
        assert value > 0
    jets = "L1_SingleJet100 before"
    assert found[jets][0] == pytest.approx(truth[jets][0], rel=1e-12)  # hard events alone
    assert found[jets][3] == pytest.approx(truth[jets][3], rel=0.35)
    assert found["A before"][3] < truth["A before"][3]


def test_the_page_of_strata(plain, tmp_path):
    """Each stratum with its part, closure of all events, and what is not given."""
    folder, particles, hard = plain
    parts = (float(np.mean(~hard)), float(np.mean(hard)))
    write(folder / "page.h5", particles, hard, Strata(("soft", "hard"), parts))
    rated(folder, "page", tmp_path)
    page = render(ScanRecord.read(tmp_path / "page.json"))
    assert f"<td>{parts[1]:.4g}</td><td>–</td>" in page
    assert "Events of strata come in no order" in page
    record = ScanRecord.read(tmp_path / "page.json")
    a, b, c, d = (row.before.efficiency.value for row in record.regions.values())
    closure = Scan(record).closure
    assert closure.ratio == pytest.approx(b * c / (a * d), rel=1e-12)
    assert f"Predicted over observed is\n{closure.ratio:.3f}" in page
    figures = re.findall(r'<figure id="(\w+)"', page)
    assert sorted(figures) == ["closure", "diagonal", "overlap", "pileup", "trade_off"]
    assert page.count("Events were drawn in strata") == 2 * 4  # captions are texts of images, too
    plain = Scan(ScanRecord.from_json(rated(folder, "plain", tmp_path), "plain"))
    assert plain.closure.ratio == pytest.approx(closure.ratio)
    same_figures(plain, Scan(record))


def test_errors_of_probabilities_are_shown(plain, tmp_path):
    folder, particles, hard = plain
    parts = (float(np.mean(~hard)), float(np.mean(hard)))
    strata = Strata(("soft", "hard"), parts, errors=(1e-6, 0.049))
    write(folder / "errors.h5", particles[:6000], hard[:6000], strata)
    rated(folder, "errors", tmp_path)
    record = ScanRecord.read(tmp_path / "errors.json")
    assert [row.error for row in record.strata] == [1e-6, 0.049]
    soft, hard_line = lines_of(record)[:2]
    assert soft.endswith(f"{parts[0]:.4g} of all events")
    assert hard_line.endswith(f"{parts[1]:.4g} of all events ± 4.9%")
    page = render(record)
    assert f"<td>{parts[1]:.4g}</td><td>4.9 %</td>" in page
    assert "<td>&lt; 0.1 %</td>" in page


def same_figures(one, other):
    """Of all events, drawn alike and in strata that are as frequent as they are probable."""
    line, mine = (found.lines[0] for found in (diagonal(one), diagonal(other)))
    assert mine.values == pytest.approx(line.values, rel=1e-9)
    assert (mine.low <= line.values).all()
    assert (mine.high >= line.values).all()
    assert (mine.high - mine.low)[~line.few] == pytest.approx(
        (line.high - line.low)[~line.few], rel=0.2
    )
    assert (mine.few == line.few).mean() > 0.9
    for part in ("efficiency", "pileup"):
        points, alike = (getattr(closures(found), part) for found in (other, one))
        assert points.x == pytest.approx(alike.x, rel=1e-9)
        assert points.value == pytest.approx(alike.value, rel=1e-9)
        known = ~alike.few
        assert (points.high - points.low)[known] == pytest.approx(
            (alike.high - alike.low)[known], rel=0.2
        )
    assert trade_off(other).counters == pytest.approx(trade_off(one).counters, rel=1e-9)
    for panel, alike in zip(against_pileup(other).panels, against_pileup(one).panels, strict=True):
        for points, expected in zip(panel.points, alike.points, strict=True):
            assert points.value == pytest.approx(expected.value, rel=1e-9, nan_ok=True)


def test_workers_and_pieces_do_not_matter(plain, tmp_path):
    folder, particles, hard = plain
    write(folder / "some.h5", particles[:6000], hard[:6000], Strata(("s", "h"), (0.9, 0.1)))
    one = rated(folder, "some", tmp_path)
    assert rated(folder, "some", tmp_path, workers=2, chunk_events=700) == one


def test_other_probabilities_are_other_counts(plain, tmp_path):
    folder, particles, hard = plain
    for name, part in (("a", 0.9), ("b", 0.8)):
        strata = Strata(("s", "h"), (part, 1 - part))
        write(folder / f"{name}.h5", particles[:3000], hard[:3000], strata)
    first, second = (rated(folder, name, tmp_path) for name in ("a", "b"))
    assert first["model"] != second["model"]
    with pytest.raises(ConfigError, match=r"^the probabilities of the strata of .*b\.h5 must be"):
        scan(folder / "run", [str(folder / f"{n}.h5") for n in "ab"], tmp_path / "both.json")


def test_a_stratum_without_events_is_refused(plain, tmp_path):
    folder, particles, hard = plain
    soft = particles[~hard][:2000]
    write(folder / "half.h5", soft, np.zeros(2000), Strata(("soft", "hard"), (0.9, 0.1)))
    with pytest.raises(ConfigError) as caught:
        rated(folder, "half", tmp_path)
    assert str(caught.value).endswith("must have events of stratum hard: draw more of it")


MENU = """schema: menu/1
name: three
seeds:
  - {name: L1_SingleJet100, object: jet, pt_gev: 100}
  - {name: L1_SingleJet20, object: jet, pt_gev: 20, prescale: 4}
  - {name: L1_AD_A, object: region, region: A}
"""
