"""The ports have the widths, units and names of the CMS Level-1 global trigger."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from trigger_ad.config import Features
from trigger_ad.errors import ConfigError, SchemaError
from trigger_ad.features.layout import LAYOUTS, SLOTS, Layout, layout

CMS = layout(Features())
BY_NAME = {field.name: field for field in CMS.fields}


def test_slots_are_in_the_published_order():
    assert [kind for _, kind in SLOTS] == ["met"] + ["egamma"] * 4 + ["muon"] * 4 + ["jet"] * 10
    names = [f"{slot}_{quantity}" for slot, _ in SLOTS for quantity in ("pt", "eta", "phi")]
    assert [field.name for field in CMS.fields] == names
    assert len(set(names)) == 57


@pytest.mark.parametrize(
    ("name", "low", "high", "lsb"),
    [
        ("met_pt", 0, 4095, 0.5),
        ("met_eta", 0, 0, 0.0435),
        ("met_phi", 0, 255, 2 * math.pi / 144),
        ("egamma3_pt", 0, 511, 0.5),
        ("egamma0_eta", -128, 127, 0.0435),
        ("muon0_pt", 0, 511, 0.5),
        ("muon0_eta", -256, 255, 0.010875),
        ("muon2_phi", 0, 1023, 2 * math.pi / 576),
        ("jet9_pt", 0, 2047, 0.5),
        ("jet9_phi", 0, 255, 2 * math.pi / 144),
    ],
)
def test_ports(name, low, high, lsb):
    field = BY_NAME[name]
    assert (field.minimum, field.maximum) == (low, high)
    assert field.lsb == pytest.approx(lsb, rel=1e-15)


def test_scaled_units_are_the_same_in_every_slot():
    units = {"pt": 2.0, "eta": 0.087, "phi": 2 * math.pi / 72}
    for field in CMS.fields:
        assert field.lsb * 2**field.shift == pytest.approx(units[field.quantity], rel=1e-15)


def test_dropped_bits_are_those_of_the_configuration():
    other = layout(Features(pt_shift=1, angle_shift=2))
    for here, there in zip(CMS.fields, other.fields, strict=True):
        dropped = -1 if here.quantity == "pt" else 2
        assert there == replace(here, shift=here.shift + dropped)
    assert other.hash != CMS.hash


def test_only_momenta_have_a_saturation_code():
    for field in CMS.fields:
        assert field.saturation == (field.maximum if field.quantity == "pt" else None)


def test_json_round_trip_keeps_the_hash():
    again = Layout.from_json(json.loads(json.dumps(CMS.to_json())))
    assert again == CMS
    assert again.hash == CMS.hash


def test_hash_depends_on_everything():
    hashes = {CMS.hash}
    hashes.add(layout(Features(input_bits=10)).hash)
    hashes.add(layout(Features(input_fraction=5)).hash)
    record = CMS.to_json()
    record["fields"][4]["shift"] += 1
    hashes.add(Layout.from_json(record).hash)
    assert len(hashes) == 4


def test_hash_is_frozen():
    """Words on disk carry it: a change of layout needs a new name, not a new meaning."""
    assert CMS.hash == "5dddf9c9f2f6d659c4d764c0160e8fd28d7b052ac173281464a9030134a9e5d2"


def test_columns_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        CMS.minimum[0] = 1
    assert CMS.maximum.dtype == np.int32


def test_unknown_schema():
    with pytest.raises(SchemaError) as caught:
        Layout.from_json({"schema": "layout/2"})
    assert str(caught.value) == (
        "a layout must have schema layout/1, not layout/2: freeze the words again with this version"
    )


def test_unknown_layout():
    with pytest.raises(ConfigError) as caught:
        layout(Features.model_construct(layout="atlas"))
    assert str(caught.value) == (
        "key 'features.layout' must name a layout, not 'atlas': choose from cms_level1"
    )
    assert list(LAYOUTS) == ["cms_level1"]
