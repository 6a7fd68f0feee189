import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.config import Features
from trigger_ad.features.layout import Field, Ports
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.symmetry import augment, transform, turns
from trigger_ad.features.words import to_words

LAYOUT = layout(Features())
STEP = 2 * np.pi / 144


@pytest.fixture(scope="module")
def particles():
    rng = np.random.default_rng(5)
    values = np.zeros((500, 19, 4), np.float32)
    values[..., 0] = np.where(rng.random((500, 19)) < 0.5, rng.uniform(3, 300, (500, 19)), 0)
    values[..., 1] = rng.uniform(-2.3, 2.3, (500, 19))
    values[..., 2] = (rng.integers(0, 144, (500, 19)) + 0.3) * STEP
    values[values[..., 0] == 0] = 0
    values[:, 0, 1] = 0
    return values


def test_turned_particles_give_turned_words(particles):
    words = to_words(particles, LAYOUT).values
    turn = np.arange(500) % 144
    turned = particles.copy()
    turned[..., 2] += np.float32(1) * (turn * STEP)[:, None].astype(np.float32)
    turned[turned[..., 0] == 0] = 0
    expected = to_words(turned, LAYOUT).values
    assert np.array_equal(transform(words, LAYOUT, turn, np.zeros(500, bool)), expected)


@given(turn=st.integers(-300, 300), reflect=st.booleans())
def test_a_transformation_can_be_undone(particles, turn, reflect):
    words = to_words(particles, LAYOUT).values
    turns, flips = np.full(500, turn), np.full(500, reflect)
    there = transform(words, LAYOUT, turns, flips)
    assert np.array_equal(transform(there, LAYOUT, -turns, flips), words)
    pt = [i for i, field in enumerate(LAYOUT.fields) if field.quantity == "pt"]
    assert np.array_equal(there[:, pt], words[:, pt])
    assert np.all((there >= LAYOUT.minimum) & (there <= LAYOUT.maximum))


def test_reflection_changes_the_sign_of_eta_only(particles):
    words = to_words(particles, LAYOUT).values
    mirrored = transform(words, LAYOUT, np.zeros(500, int), np.ones(500, bool))
    eta = np.array([field.quantity == "eta" for field in LAYOUT.fields])
    assert np.array_equal(mirrored[:, eta], -words[:, eta])
    assert np.array_equal(mirrored[:, ~eta], words[:, ~eta])


def test_copies_start_with_the_events_and_depend_on_the_seed(particles):
    words = to_words(particles, LAYOUT).values
    three = augment(words, LAYOUT, 3, seed=1)
    assert three.shape == (1500, 57)
    assert np.array_equal(three[:500], words)
    assert not np.array_equal(three[500:1000], three[1000:])
    assert np.array_equal(three, augment(words, LAYOUT, 3, seed=1))
    assert not np.array_equal(three, augment(words, LAYOUT, 3, seed=2))
    assert np.array_equal(augment(words, LAYOUT, 1, seed=1), words)


def angles(words):
    """Azimuth of every object, in steps of the finer grid."""
    phi = [i for i, field in enumerate(LAYOUT.fields) if field.quantity == "phi"]
    return words[:, phi] * np.array([576 // LAYOUT.fields[i].period for i in phi])


def test_the_mirror_keeps_relative_angles_and_grids(particles):
    words = to_words(particles, LAYOUT).values
    flat = np.zeros(500, bool)
    mirrored = transform(words, LAYOUT, np.arange(500), flat, ~flat)
    assert np.all((mirrored >= LAYOUT.minimum) & (mirrored <= LAYOUT.maximum))
    there = words[:, ::3] != 0
    both = there[:, :, None] & there[:, None, :]
    before, after = (a[:, :, None] - a[:, None, :] for a in (angles(words), angles(mirrored)))
    assert both.sum() > 10_000
    assert np.all(((before + after) % 576)[both] == 0)
    assert np.any((before % 576 != 0)[both])
    other = [i for i, field in enumerate(LAYOUT.fields) if field.quantity != "phi"]
    assert np.array_equal(mirrored[:, other], words[:, other])


def test_mirrored_particles_give_mirrored_words(particles):
    """But for those in the middle between two codes, which go upwards."""
    flat = np.zeros(500, bool)
    mirrored = particles.copy()
    mirrored[..., 2] *= -1
    expected = to_words(mirrored, LAYOUT).values
    words = to_words(particles, LAYOUT).values
    assert np.array_equal(transform(words, LAYOUT, 0 * flat, flat, ~flat), expected)


def test_twice_the_mirror_is_the_turn_back_and_forth(particles):
    """A mirror turned by t is its own inverse, as mirrors in tilted planes are."""
    words = to_words(particles, LAYOUT).values
    turn, flat = np.arange(500), np.zeros(500, bool)
    once = transform(words, LAYOUT, turn, flat, ~flat)
    assert not np.array_equal(once, words)
    assert np.array_equal(transform(once, LAYOUT, turn, flat, ~flat), words)


def test_steps_of_a_turn_are_those_of_all_grids():
    fields = [Field(str(n), "", "phi", 12, period=n) for n in (100, 144)]
    assert turns(LAYOUT) == 144
    assert turns(Ports("uneven", tuple(fields))) == 4
    assert turns(Ports("none", (Field("e", "event", "pt", 8),))) == 0
