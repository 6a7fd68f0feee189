"""Crossings draw what they should, and always the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trigger_ad.errors import ConfigError, EventFileError
from trigger_ad.generate.zerobias.draws import Draws, Pileup, draw, hardest
from trigger_ad.generate.zerobias.library import Composition

STOCK = Composition((50, 7, 3), (0.9, 0.07, 0.03))


def test_poisson():
    found = draw(Pileup((60.0,)), STOCK, 1, 0, 4000).collisions
    assert found.mean() == pytest.approx(60, abs=4 * np.sqrt(60 / 4000))
    assert found.var() == pytest.approx(60, rel=0.1)


def test_profile():
    found = draw(Pileup((10.0, 100.0), (3.0, 1.0)), STOCK, 1, 0, 4000).collisions
    low = found < 40
    assert low.mean() == pytest.approx(0.75, abs=0.03)
    assert found[low].mean() == pytest.approx(10, rel=0.03)
    assert found[~low].mean() == pytest.approx(100, rel=0.03)


def test_bins_are_drawn_by_their_probabilities_and_events_evenly():
    drawn = np.bincount(draw(Pileup((60.0,)), STOCK, 2, 0, 3000).events, minlength=60)
    expected = drawn.sum() * np.repeat(np.divide(STOCK.probabilities, STOCK.sizes), STOCK.sizes)
    chi2 = ((drawn - expected) ** 2 / expected).sum()
    assert 25 < chi2 < 110


def test_the_spectrum_of_stitched_bins_is_that_of_one_sample():
    """Bins of a known spectrum, pT^-4 above 1: what is drawn has it again."""
    rng = np.random.default_rng(3)
    edges = np.array([1, 2, 4, 8, np.inf])
    ends = edges**-3.0
    sizes = (20_000, 3000, 3000, 3000)
    values = np.concatenate(
        [
            rng.uniform(low, high, n) ** (-1 / 3)
            for low, high, n in zip(ends[1:], ends[:-1], sizes, strict=True)
        ]
    )
    stock = Composition(sizes, tuple(-np.diff(ends)))
    drawn = values[draw(Pileup((100.0,)), stock, 4, 0, 5000).events]
    for cut in (1.5, 2, 3, 4, 6, 8, 12):
        expected = len(drawn) * cut**-3.0
        reused = len(drawn) * max(p / n for p, n in zip(stock.probabilities, sizes, strict=True))
        assert (drawn > cut).sum() == pytest.approx(
            expected, abs=4 * np.sqrt(expected * (1 + reused))
        )


@settings(max_examples=20)
@given(st.integers(0, 2**70), st.integers(0, 30), st.integers(0, 30))
def test_a_crossing_does_not_know_of_the_others(seed, start, length):
    pileup = Pileup((3.0, 5.0), (1.0, 2.0))
    whole, part = (draw(pileup, STOCK, seed, a, start + length) for a in (0, start))
    np.testing.assert_array_equal(part.collisions, whole.collisions[start:])
    np.testing.assert_array_equal(part.events, whole.events[whole.collisions[:start].sum() :])


def test_seeds_differ():
    one, two = (draw(Pileup((60.0,)), STOCK, seed, 0, 3).events for seed in (1, 2))
    assert one.tolist() != two.tolist()


def test_hardest():
    draws = Draws(np.array([3, 0, 2]), np.array([0, 2, 1, 3, 1]))
    assert hardest(draws, np.array([1.0, 9.0, 9.0, 2.0])).tolist() == [1, 4, 1]


@pytest.mark.parametrize("mean", [0.0, -1.0, 200.5, np.nan, np.inf])
def test_pileup_out_of_range(mean):
    with pytest.raises(ConfigError) as caught:
        Pileup((mean,))
    assert str(caught.value) == (
        f"pile-up must be above 0 and at most 200, not {mean:g}: "
        "give the mean number of collisions in a crossing"
    )


@pytest.mark.parametrize("text", ["# mean weight\n20 1\n60 2.5\n0 0\n", "20,1\n\n60, 2.5 # two\n"])
def test_profile_file(tmp_path, text):
    path = tmp_path / "profile.txt"
    path.write_text(text)
    assert Pileup.from_file(path) == Pileup((20.0, 60.0), (1.0, 2.5))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "must have weights above 0 and none below, not an empty profile"),
        ("# nothing\n60 0\n", "must have weights above 0 and none below, not an empty profile"),
        ("60 1\n70 -1\n", "must have weights above 0 and none below, not a negative weight"),
        ("60\n", "must be a pile-up profile, not a file of another kind"),
        ("60 one\n", "must be a pile-up profile, not a file of another kind"),
        ("60 nan\n", "must be a pile-up profile, not a file of another kind"),
        ("60 1 2\n", "must be a pile-up profile, not a file of another kind"),
        ("60 1e999\n", "must be a pile-up profile, not a file of another kind"),
    ],
)
def test_broken_profiles(tmp_path, text, rule):
    path = tmp_path / "profile.txt"
    path.write_text(text)
    with pytest.raises(EventFileError) as caught:
        Pileup.from_file(path)
    assert str(caught.value) == (
        f"{path} {rule}: write two columns of numbers, mean pile-up and weight"
    )


def test_a_profile_that_cannot_be_read(tmp_path):
    with pytest.raises(ConfigError, match="must be a readable text file, not missing"):
        Pileup.from_file(tmp_path / "none.txt")


def test_a_profile_of_another_editor(tmp_path):
    path = tmp_path / "profile.txt"
    path.write_bytes(b"\xef\xbb\xbf60, 1\r\n70, 3 # most\n")
    assert Pileup.from_file(path) == Pileup((60.0, 70.0), (1.0, 3.0))
