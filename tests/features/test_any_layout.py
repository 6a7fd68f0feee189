"""Words of any layout are scaled by its records, and by nothing that is only true of events."""

import numpy as np
import pytest

from tests.layouts import JET, OTHERS, PIXELS, SCALARS
from tests.words import full_range
from trigger_ad.config import Features
from trigger_ad.errors import EventFileError, FixedPointError
from trigger_ad.features.layout import Field, Layout
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.symmetry import transform
from trigger_ad.features.words import (
    BLOCK,
    check_words,
    saturated,
    scale_array,
    scaled_range,
    to_words,
)


def chip(values, ports):
    """Scale one event field by field, in Python integers."""
    kind, out = ports.input, []
    for value, field in zip(values.tolist(), ports.fields, strict=True):
        scaled = (value - field.offset) >> field.shift if field.width else 0
        there = field.presence is None or values[field.presence] != 0
        out.append(min(max(scaled, kind.minimum), kind.maximum) if there else 0)
    return out


@pytest.mark.parametrize("ports", OTHERS, ids=lambda ports: ports.name)
def test_scaling_equals_the_rule(ports, rng):
    words = full_range(ports, BLOCK + 300, rng)
    found = scale_array(words, ports)
    assert found.tolist() == [chip(event, ports) for event in words]
    low, high = scaled_range(ports)
    assert (found >= low).all()
    assert (found <= high).all()


@pytest.mark.parametrize("ports", OTHERS, ids=lambda ports: ports.name)
def test_ranges_are_attained(ports):
    """Each port alone runs over all its codes, the others at ends where everything is there."""
    low, high = scaled_range(ports)
    for index, field in enumerate(ports.fields):
        codes = np.arange(field.minimum, field.maximum + 1)
        words = np.tile(ports.maximum, (len(codes), 1))
        words[:, index] = codes
        scaled = scale_array(words, ports)[:, index]
        assert (scaled.min(), scaled.max()) == (
            low[index] if field.presence in (None, index) else scaled.min(),
            high[index],
        )


def test_pixels_beside_an_empty_pixel_stay(rng):
    """Once the first of three words decided whether the other two were kept."""
    words = full_range(PIXELS, 1000, rng)
    words[:, ::3] = 0
    np.testing.assert_array_equal(scale_array(words, PIXELS), words >> 1)


def test_a_signed_word_of_one_bit_has_a_wire():
    """Its largest value is 0, as that of a word without wires."""
    ports = Layout("sign", (Field("sign", "k", "q", 1, signed=True), Field("a", "k", "q", 3)), 4, 0)
    words = np.array([[0, 5], [-1, 7]], np.int32)
    np.testing.assert_array_equal(scale_array(words, ports), words)
    assert [ends.tolist() for ends in scaled_range(ports)] == [[-1, 0], [0, 7]]


def test_a_last_object_of_fewer_words():
    """Its presence once was that of every other word, from one event into the next."""
    fields = (
        Field("pt", "jet", "pt", 4, presence=0),
        Field("eta", "jet", "eta", 4, signed=True, presence=0),
        Field("sum", "event", "sum", 4, offset=2, presence=2),
    )
    ports = Layout("odd", fields, 6, 0)
    words = np.array([[0, 3, 5], [7, -3, 0], [0, 0, 9]], np.int32)
    assert scale_array(words, ports).tolist() == [[0, 0, 3], [7, -3, 0], [0, 0, 7]]


def test_shifts_by_a_whole_word():
    """The factor of the other word is 2**31."""
    fields = (Field("a", "k", "q", 31, signed=True, shift=31), Field("b", "k", "q", 31))
    ports = Layout("wide", fields, 12, 0)
    words = np.array([[-1, 1], [2**30 - 1, 2**31 - 1]], np.int32)
    assert scale_array(words, ports).tolist() == [[-1, 1], [0, 2047]]


def test_wide_words_do_not_overflow_on_the_way():
    wide = SCALARS.part("wide", [1, 3])
    fields = tuple(
        type(field)("x" + field.name, "k", "q", 31, signed=field.signed, shift=shift)
        for field, shift in zip(wide.fields, (0, 20), strict=True)
    )
    ports = type(wide)("wide", fields, 12, 0)
    ends = np.array([ports.minimum, ports.maximum, [5, 2**22]], dtype=np.int32)
    assert scale_array(ends, ports).tolist() == [[-2048, 0], [2047, 2047], [5, 4]]


def test_words_beyond_their_ports():
    words = np.zeros((3, len(JET.fields)), dtype=np.int64)
    check_words(words, JET)
    words[2, 3] = 2**32
    with pytest.raises(EventFileError) as caught:
        check_words(words, JET, "jets.h5")
    assert str(caught.value) == (
        "jets.h5 must fit the 6 bits of eta1, not 4294967296 in event 2: "
        "make the words with the layout of the trigger"
    )
    with pytest.raises(EventFileError) as caught:
        check_words(words.astype(float), JET, "jets.h5")
    assert str(caught.value) == (
        "the words of jets.h5 must be integers of shape (n_events, 9) for layout jet, "
        "not float64 of shape (3, 9): make them with its layout"
    )


def test_particles_are_of_layouts_with_particles():
    with pytest.raises(FixedPointError) as caught:
        to_words(np.zeros((2, 19, 4), np.float32), PIXELS)
    assert str(caught.value) == (
        "field p0 of layout pixels must be pt, eta or phi of an object to be made of particles, "
        "not et of pixel: give the words themselves"
    )
    with pytest.raises(FixedPointError) as caught:
        to_words(np.zeros((2, 18, 4), np.float32), layout(Features()))
    assert str(caught.value) == (
        "the particles of layout cms_level1 must have shape (n_events, 19, 3 or 4), "
        "not (2, 18, 4): read them with the slots of this layout"
    )


def test_a_turn_moves_what_is_there(rng):
    words = full_range(JET, 500, rng)
    words[:, 8] %= 72
    turn = rng.integers(-80, 80, 500)
    turned = transform(words, JET, turn, np.zeros(500, bool))
    there = words[:, 7] != 0
    assert there.any()
    assert not there.all()
    np.testing.assert_array_equal(turned[:, 8], np.where(there, (words[:, 8] + turn) % 72, 0))
    np.testing.assert_array_equal(np.delete(turned, 8, 1), np.delete(words, 8, 1))


def test_nothing_saturates_where_no_code_says_so(rng):
    assert saturated(full_range(SCALARS, 10, rng), SCALARS).shape == (10, 0)
