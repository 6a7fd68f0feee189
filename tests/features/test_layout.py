"""The ports have the widths, units and names of the CMS Level-1 global trigger."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from trigger_ad.config import Features
from trigger_ad.errors import ConfigError, SchemaError
from trigger_ad.features.layout import Field, Layout
from trigger_ad.features.layouts.cms_level1 import SLOTS
from trigger_ad.features.layouts.table import LAYOUTS, layout

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
        Layout.from_json({"schema": "layout/3"})
    assert str(caught.value) == (
        "a layout must have schema layout/2 or layout/1, not layout/3: "
        "freeze the words again with this version"
    )


def test_unknown_layout():
    with pytest.raises(ConfigError) as caught:
        layout(Features.model_construct(layout="atlas"))
    assert str(caught.value) == (
        "key 'features.layout' must name a layout, not 'atlas': choose from cms_level1"
    )
    assert list(LAYOUTS) == ["cms_level1"]


PIXELS = Layout("pixels", tuple(Field(f"p{i}", "pixel", "et", 8) for i in range(81)), 9, 4)


def jets_of(*constituents: Field) -> Layout:
    return Layout("jet", constituents, 10, 2)


def test_pixels_are_always_there():
    assert PIXELS.objects == ()
    again = Layout.from_json(json.loads(json.dumps(PIXELS.to_json())))
    assert again == PIXELS
    assert PIXELS.to_json()["schema"] == "layout/2"
    assert PIXELS.to_json()["fields"][0] == {
        "name": "p0",
        "kind": "pixel",
        "quantity": "et",
        "width": 8,
    }


def test_objects_are_the_fields_of_one_presence():
    constituents = jets_of(
        Field("pt0", "constituent", "pt", 10, presence=0),
        Field("mass", "jet", "mass", 8),
        Field("pt1", "constituent", "pt", 10, presence=2),
        Field("eta0", "constituent", "eta", 6, signed=True, presence=0),
        Field("eta1", "constituent", "eta", 6, signed=True, presence=2),
    )
    assert constituents.objects == ((0, 3), (2, 4))
    assert constituents.columns("eta", "constituent") == [3, 4]
    assert len(CMS.objects) == 19


def test_part_keeps_what_a_word_belongs_to():
    part = CMS.part("two", [3, 4, 5, 30, 32])
    assert [field.presence for field in part.fields] == [0, 0, 0, 3, 3]
    with pytest.raises(ConfigError, match="the presence of field egamma0_eta of layout eta must"):
        CMS.part("eta", [4])


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        (
            Field("a", "k", "q", 32),
            "field a of layout jet must have from 0 to 31 bits, not 32: split it into two",
        ),
        (
            Field("a", "k", "q", 4, offset=16),
            (
                "field a of layout jet must have a code of its port as offset, not 16: "
                "correct the offset"
            ),
        ),
        (
            Field("a", "k", "q", 4, shift=-1),
            (
                "the shift of field a of layout jet must be from 0 to 31, not -1: "
                "drop no more bits than a word has"
            ),
        ),
        (
            Field("a", "k", "q", 31, shift=32),
            (
                "the shift of field a of layout jet must be from 0 to 31, not 32: "
                "drop no more bits than a word has"
            ),
        ),
        (
            Field("a", "k", "q", 4, presence=1),
            (
                "the presence of field a of layout jet must be the index of a field with wires "
                "that is its own presence, not 1: "
                "name the word that is 0 where the object is absent"
            ),
        ),
        (
            Field("a", "k", "q", 0, presence=0),
            (
                "the presence of field a of layout jet must be the index of a field with wires "
                "that is its own presence, not 0: "
                "name the word that is 0 where the object is absent"
            ),
        ),
        (
            Field("b", "k", "q", 4),
            (
                "the fields of layout jet must have names of their own, not two of the name b: "
                "rename one of them"
            ),
        ),
    ],
)
def test_fields_that_make_no_layout(field, sentence):
    with pytest.raises(ConfigError) as caught:
        jets_of(field, Field("b", "k", "q", 4))
    assert str(caught.value) == sentence


@pytest.mark.parametrize("bits", [0, 32])
def test_scaled_words_have_a_width(bits):
    """Those of more than 31 bits would wrap in Python and in C++, each in a way of its own."""
    with pytest.raises(ConfigError) as caught:
        Layout("wide", (Field("a", "k", "q", 4),), bits, 0)
    assert str(caught.value) == (
        f"the scaled words of layout wide must have from 1 to 31 bits, not {bits}: "
        "choose from these"
    )


def test_the_lsb_of_scaled_words_is_1_at_most():
    """Circuits saturate others to the wrong bits."""
    with pytest.raises(ConfigError) as caught:
        Layout("coarse", (Field("a", "k", "q", 4),), 4, -1)
    assert str(caught.value) == (
        "the fraction bits of layout coarse must be 0 or more, not -1: "
        "drop low bits by the shifts of the fields"
    )
