"""Words are what the trigger receives: exact at every edge of every port."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.config import Features
from trigger_ad.errors import SchemaError
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.words import (
    BLOCK,
    Words,
    saturated,
    scale,
    scale_array,
    scaled_range,
    to_words,
)

CMS = layout(Features())
INDEX = {field.name: i for i, field in enumerate(CMS.fields)}
SLOT = {field.name.removesuffix("_pt"): i // 3 for i, field in enumerate(CMS.fields)}
CALO_LSB, MUON_LSB = 2 * math.pi / 144, 2 * math.pi / 576


def one(slot, pt, eta=0.0, phi=0.0):
    particles = np.zeros((1, 19, 4), dtype=np.float32)
    particles[0, SLOT[slot], :3] = pt, eta, phi
    return particles


def words(slot, pt, eta=0.0, phi=0.0):
    first = 3 * SLOT[slot]
    values = to_words(one(slot, pt, eta, phi), CMS).values[0]
    others = np.delete(values, [first, first + 1, first + 2])
    assert not others.any()
    return tuple(values[first : first + 3].tolist())


def chip(values):
    """Scale one event field by field, in Python integers."""
    out = []
    for i, field in enumerate(CMS.fields):
        scaled = (int(values[i]) - field.offset) >> field.shift
        empty = values[i - i % 3] == 0 or field.width == 0
        out.append(0 if empty else max(-256, min(255, scaled)))
    return out


def random_words(events, seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(CMS.minimum, CMS.maximum + 1, size=(events, 57), dtype=np.int32)
    values[:, 0::3] *= rng.random((events, 19)) > 0.3
    return values


@pytest.mark.parametrize(
    ("phi", "calo", "muon"),
    [
        (0.0, 0, 0),
        (-0.0, 0, 0),
        (-1e-9, 0, 0),
        (1e-9, 0, 0),
        (math.pi, 72, 288),
        (-math.pi, 72, 288),
        (2 * math.pi, 0, 0),
        (-2 * math.pi, 0, 0),
        (np.nextafter(np.float32(2 * math.pi), np.float32(0)), 0, 0),
        (np.nextafter(np.float32(math.pi), np.float32(9)), 72, 288),
        (-CALO_LSB, 143, 572),
        (143.6 * CALO_LSB, 0, 574),
        (7 * math.pi, 72, 288),
    ],
)
def test_phi_wraps_into_one_turn(phi, calo, muon):
    assert words("jet0", 50, 0, phi) == (100, 0, calo)
    assert words("muon0", 50, 0, phi) == (101, 0, muon)


@given(st.floats(-30, 30, width=32))
def test_phi_codes_never_leave_the_turn(phi):
    assert 0 <= words("met", 10, 0, phi)[2] < 144
    assert 0 <= words("muon3", 10, 0, phi)[2] < 576


def test_every_angle_code_comes_back_from_its_value():
    for slot, lsb, turn in (("jet2", CALO_LSB, 144), ("muon1", MUON_LSB, 576)):
        codes = np.arange(-turn // 2, turn)
        particles = np.zeros((len(codes), 19, 3), dtype=np.float32)
        particles[:, SLOT[slot]] = [20, 0, 0]
        particles[:, SLOT[slot], 2] = codes * lsb
        values = to_words(particles, CMS).values[:, 3 * SLOT[slot] + 2]
        assert np.array_equal(values, codes % turn)
        eta = CMS.fields[3 * SLOT[slot] + 1]
        codes = np.arange(eta.minimum, eta.maximum + 1)
        particles = np.zeros((len(codes), 19, 3), dtype=np.float32)
        particles[:, SLOT[slot], 0] = 20
        particles[:, SLOT[slot], 1] = codes * eta.lsb
        values = to_words(particles, CMS).values[:, 3 * SLOT[slot] + 1]
        assert np.array_equal(values, codes)


def test_rotation_by_one_step_rotates_the_codes_of_all_objects():
    rng = np.random.default_rng(5)
    particles = np.zeros((300, 19, 4))
    particles[..., 0] = rng.exponential(30, (300, 19)) + 1
    lsb = np.array([CMS.fields[3 * slot + 2].lsb for slot in range(19)])
    turn = np.array([CMS.fields[3 * slot + 2].period for slot in range(19)])
    # Well inside a code, so that single precision cannot carry a value over its edge.
    particles[..., 2] = (rng.integers(-72, 72, (300, 19)) + rng.uniform(-0.4, 0.4, (300, 19))) * lsb
    before = to_words(particles.astype(np.float32), CMS).values[:, 2::3]
    particles[..., 2] += CALO_LSB
    after = to_words(particles.astype(np.float32), CMS).values[:, 2::3]
    steps = np.where(turn == 576, 4, 1)
    assert np.array_equal(after, (before + steps) % turn)


def test_empty_slots_are_zero_whatever_the_file_holds():
    particles = np.zeros((1, 19, 4), dtype=np.float32)
    particles[..., 1:] = [1.5, -2.0, 4]
    values = to_words(particles, CMS)
    assert not values.values.any()
    assert not scale(values, CMS).any()


def test_a_momentum_below_one_lsb_empties_calorimeter_slots_but_not_muons():
    assert words("jet0", 0.49, 1.0, 1.0) == (0, 0, 0)
    assert words("muon0", 0.49, 0.0, 1.0) == (1, 0, 92)


@pytest.mark.parametrize(
    ("slot", "pt", "code"),
    [
        ("met", 2047.4, 4094),
        ("met", 2047.5, 4095),
        ("met", 1e30, 4095),
        ("egamma0", 255.4, 510),
        ("egamma0", 255.5, 511),
        ("egamma0", 300, 511),
        ("muon0", 0.5, 2),
        ("muon0", 254.9, 510),
        ("muon0", 255.0, 511),
        ("muon0", 9e3, 511),
        ("jet0", 30.0, 60),
        ("jet0", 30.49, 60),
        ("jet0", 1023.5, 2047),
        ("jet0", 6500, 2047),
    ],
)
def test_momentum_is_truncated_and_saturates(slot, pt, code):
    assert words(slot, pt)[0] == code


def test_eta_stops_at_the_port_and_met_has_none():
    assert words("jet0", 50, 9.0)[1] == 127
    assert words("jet0", 50, -9.0)[1] == -128
    assert words("muon0", 50, -9.0)[1] == -256
    assert words("met", 50, 3.0)[1] == 0


def test_blocks_do_not_matter():
    rng = np.random.default_rng(3)
    particles = rng.normal(0, 2, (2 * BLOCK + 7, 19, 4)).astype(np.float32)
    particles[..., 0] = rng.exponential(20, particles.shape[:2])
    whole = to_words(particles, CMS)
    assert len(whole) == 2 * BLOCK + 7
    parts = [to_words(particles[i : i + 100], CMS).values for i in range(0, len(particles), 100)]
    assert np.array_equal(whole.values, np.concatenate(parts))
    assert whole.values.dtype == np.int32


def test_no_events():
    empty = to_words(np.zeros((0, 19, 4), dtype=np.float32), CMS)
    assert scale(empty, CMS).shape == (0, 57)


def test_scaling_equals_the_rule_event_by_event():
    values = np.concatenate(
        [random_words(2 * BLOCK + 3, 1), CMS.minimum[None], CMS.maximum[None]]
    ).astype(np.int32)
    expected = np.array([chip(event) for event in values])
    assert np.array_equal(scale_array(values, CMS), expected)
    for dtype in (np.int16, np.float32):
        out = np.empty(values.shape, dtype=dtype)
        assert scale_array(values, CMS, out) is out
        assert np.array_equal(out, expected)


def test_scaling_in_place():
    values = random_words(700, 2)
    expected = scale_array(values, CMS)
    assert scale_array(values, CMS, out=values) is values
    assert np.array_equal(values, expected)


def test_scaling_takes_rows_that_are_not_contiguous():
    values = random_words(40, 3)
    assert np.array_equal(scale_array(values[::2], CMS), scale_array(values, CMS)[::2])


@pytest.mark.parametrize("bits", [6, 9, 12])
def test_range_is_attained_and_never_left(bits):
    """Every word of every port, with the slot's momentum present."""
    ports = layout(Features(input_bits=bits))
    low, high = scaled_range(ports)
    for i, field in enumerate(ports.fields):
        codes = np.arange(field.minimum, field.maximum + 1)
        values = np.zeros((len(codes), 57), dtype=np.int32)
        values[:, i - i % 3] = 1
        values[:, i] = codes
        scaled = scale_array(values, ports)[:, i]
        assert (min(scaled.min(), 0), max(scaled.max(), 0)) == (low[i], high[i]), field.name


def test_range_holds_the_zero_of_an_empty_slot():
    """Where no momentum becomes 0: the smallest that is scaled is 1, in units of 1."""
    fields = tuple(replace(field, shift=0, offset=0) for field in CMS.fields[:3])
    low, high = scaled_range(replace(CMS, fields=fields, input_bits=12))
    assert (low[0], high[0]) == (0, 2047)


def test_known_values():
    values = to_words(one("jet0", 131.0, -1.0, -math.pi / 2), CMS)
    scaled = scale(values, CMS)[0, 3 * SLOT["jet0"] :][:3]
    assert scaled.tolist() == [65, -12, 18]
    values = to_words(one("muon0", 131.0, -1.0, -math.pi / 2), CMS)
    scaled = scale(values, CMS)[0, 3 * SLOT["muon0"] :][:3]
    assert scaled.tolist() == [65, -12, 18]


def test_words_of_another_layout_are_refused():
    with pytest.raises(SchemaError) as caught:
        scale(Words(random_words(2, 1), "0" * 64), CMS)
    assert str(caught.value) == (
        f"hardware words must have the layout {CMS.hash[:12]} of the trigger, not 000000000000: "
        "make the words again from the particles"
    )


@pytest.mark.parametrize(
    ("slot", "below", "code"),
    [("met", 2047.0, 4095), ("egamma0", 255.0, 511), ("muon3", 254.5, 511), ("jet9", 1023.0, 2047)],
)
def test_saturated_words(slot, below, code):
    """The last code of a momentum port stands for all that is beyond it."""
    particles = np.concatenate([one(slot, pt) for pt in (0.5, below, below + 0.5, 1e6)])
    values = to_words(particles, CMS).values
    full = saturated(values, CMS)
    assert full.shape == (4, 19)
    assert full[:, SLOT[slot]].tolist() == [False, False, True, True]
    assert np.count_nonzero(full) == 2
    assert values[3, 3 * SLOT[slot]] == code
