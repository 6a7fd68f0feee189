import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.config import Features
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.symmetry import augment, transform
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
