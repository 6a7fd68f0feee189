"""Non-closure against pile-up."""

import json
import math

import pytest

from trigger_ad.abcd.kappa import Kappa
from trigger_ad.errors import ConfigError, SchemaError


def test_line_and_error():
    kappa = Kappa(1.02, 0.001, 50, 0.003, 0.0004)
    assert kappa.at(50) == (1.02, 0.003)
    value, error = kappa.at(60)
    assert value == pytest.approx(1.03)
    assert error == pytest.approx(math.hypot(0.003, 0.004))


def test_round_trip(tmp_path):
    kappa = Kappa(1.02, -0.001, 50, 0.003, 0.0004)
    (tmp_path / "k.json").write_text(json.dumps(kappa.to_json()))
    assert Kappa.load(tmp_path / "k.json") == kappa


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("value", 0, "kappa, value must be above 0, not 0"),
        ("slope", "a", "kappa, slope must be a finite number, not 'a'"),
        ("slope", True, "kappa, slope must be a finite number, not True"),
        ("value_error", -0.1, "kappa, value_error must be at least 0, not -0.1"),
    ],
)
def test_impossible(tmp_path, key, value, sentence):
    (tmp_path / "k.json").write_text(json.dumps(Kappa().to_json() | {key: value}))
    with pytest.raises(ConfigError) as caught:
        Kappa.load(tmp_path / "k.json")
    assert str(caught.value) == f"{sentence}: measure kappa in validation regions"


def test_a_number_that_is_not_finite():
    with pytest.raises(ConfigError) as caught:
        Kappa(reference_pileup=math.inf)
    assert str(caught.value) == (
        "kappa, reference_pileup must be a finite number, not inf: "
        "measure kappa in validation regions"
    )


def test_keys_and_schema(tmp_path):
    path = tmp_path / "k.json"
    path.write_text(json.dumps({"schema": "kappa/1", "value": 1.0}))
    with pytest.raises(
        ConfigError, match=r"must have the keys reference_pileup, slope, .*not value"
    ):
        Kappa.load(path)
    path.write_text(json.dumps({"schema": "kappa/2"}))
    with pytest.raises(SchemaError):
        Kappa.load(path)


def test_a_line_that_has_fallen_to_zero():
    with pytest.raises(ConfigError) as caught:
        Kappa(1.0, -0.1, 50).at(70)
    assert str(caught.value) == (
        "kappa at pile-up 70 must be above 0, not -1: measure kappa in validation regions"
    )
