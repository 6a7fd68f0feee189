"""A workspace is read back as it was written, fits as before, and another's is refused."""

import json
from dataclasses import replace

import pytest

from trigger_ad.abcd.kappa_record import Cut
from trigger_ad.abcd.likelihood import fit_regions, fit_signal, four_regions
from trigger_ad.abcd.workspace import read_workspace, write_workspace
from trigger_ad.errors import ConfigError
from trigger_ad.trigger.rule import Rule

CUT = Cut((980, 550), "ab" * 32, None)
COUNTS, SIGNAL = (1500, 4000, 5000, 20_000), (100.0, 3.0, 4.0, 5.0)


@pytest.fixture(scope="module")
def regions():
    return four_regions(COUNTS, SIGNAL, kappa=1.13, kappa_error=0.07)


@pytest.fixture
def path(tmp_path, regions):
    write_workspace(tmp_path / "w.json", regions, CUT)
    return tmp_path / "w.json"


def test_round_trip(path, regions):
    found = read_workspace(path, CUT)
    assert found == regions
    fit = fit_signal(COUNTS, SIGNAL, kappa=1.13, kappa_error=0.07)
    assert fit_regions(found) == fit
    assert fit.background == pytest.approx(1.13 * 1000, rel=0.1)
    assert fit.low < 4 < fit.high


def test_prescales_are_in_it(tmp_path):
    prescale = (100, 1000, 1000, 20_000)
    regions = four_regions(COUNTS, SIGNAL, prescale, Rule.ATLAS_RANDOM)
    write_workspace(tmp_path / "w.json", regions, CUT)
    found = read_workspace(tmp_path / "w.json", CUT)
    assert found == regions
    assert found.background[1:] == pytest.approx(COUNTS[1:])
    assert found.kappa_error == 0


def test_pyhf_reads_it_as_any_other(path):
    import pyhf

    space = pyhf.Workspace(json.loads(path.read_text()))
    assert sorted(space.channels) == ["A", "B", "C", "D"]
    assert space.data(space.model(), include_auxdata=False) == list(map(float, COUNTS))


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"thresholds": (980, 551)}, "thresholds 980 and 551, scores abababababab, menu none"),
        ({"scores": "cd" * 32}, "thresholds 980 and 550, scores cdcdcdcdcdcd, menu none"),
        ({"menu": "ef" * 32}, "thresholds 980 and 550, scores abababababab, menu efefefefefef"),
    ],
)
def test_anothers_is_refused(path, changed, found):
    with pytest.raises(ConfigError) as caught:
        read_workspace(path, replace(CUT, **changed))
    assert str(caught.value) == (
        f"{path} must have the measurement '{found}', not 'thresholds 980 and 550, scores "
        "abababababab, menu none': write it with trigger-ad kappa --workspace"
    )


def test_what_is_no_workspace_of_four_regions(path):
    tree = json.loads(path.read_text())
    for damage, sentence in (
        (lambda t: t["channels"].pop(), "must have the channels A, B, C and D of this version:"),
        (lambda t: t["channels"][1]["samples"].pop(), "must have the channels A, B, C and D"),
        (
            lambda t: t["channels"][0]["samples"][1]["modifiers"].pop(0),
            "must have the channels A, B, C and D",
        ),
        (lambda t: t.pop("observations"), "must be a workspace of pyhf, not "),
    ):
        wrong = json.loads(json.dumps(tree))
        damage(wrong)
        path.write_text(json.dumps(wrong))
        with pytest.raises(ConfigError, match=sentence):
            read_workspace(path, CUT)
    path.write_text("[")
    with pytest.raises(ConfigError, match="must be JSON, not "):
        read_workspace(path, CUT)
    path.unlink()
    with pytest.raises(ConfigError, match="must be a readable workspace file"):
        read_workspace(path, CUT)
