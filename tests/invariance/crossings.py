"""Random crossings as words, and scores of them that do or do not know which way they point."""

import numpy as np

from trigger_ad.config import Features
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.words import to_words
from trigger_ad.invariance.sample import Sample, drawn_alike
from trigger_ad.statistics.strata import Stratified

LAYOUT = layout(Features())

NAMES = [field.name for field in LAYOUT.fields]


def column(words, name):
    return words[:, NAMES.index(name)].astype(np.int64)


def crossings(seed, events):
    """Words of crossings that are as likely turned and mirrored, by construction."""
    rng = np.random.default_rng(seed)
    values = np.zeros((events, 19, 4), np.float32)
    filled = np.array([0.95, *[0.4] * 4, *[0.3] * 4, *[0.6] * 10])
    there = rng.random((events, 19)) < filled
    values[..., 0] = np.where(there, rng.exponential(20, (events, 19)), 0)
    values[:, 9:, 0] = -np.sort(-values[:, 9:, 0])  # the first jet leads, unlike the first muon
    values[..., 1] = rng.uniform(-2.3, 2.3, (events, 19))
    values[..., 2] = rng.uniform(-np.pi, np.pi, (events, 19))
    return to_words(values, LAYOUT).values


def momenta(words):
    """Sum of the words of momentum."""
    return sum(column(words, name) for name in NAMES if name.endswith("_pt"))


def relative(words):
    """How far the first jet is from the missing momentum: known whichever way they turn."""
    apart = (column(words, "jet0_phi") - column(words, "met_phi")) % 144
    near = np.minimum(apart, 144 - apart)
    return np.where((column(words, "jet0_pt") > 0) & (column(words, "met_pt") > 0), near, 0)


def handed(words):
    """The same with its sign, which a mirror changes and a turn does not."""
    apart = (column(words, "jet0_phi") - column(words, "met_phi")) % 144
    return np.where((column(words, "jet0_pt") > 0) & (column(words, "met_pt") > 0), apart, 0)


def pointing(words):
    """The azimuth of the first jet itself."""
    return column(words, "jet0_phi")


def forward(words):
    """The pseudorapidity of the first jet, with its sign."""
    return column(words, "jet0_eta")


def scored(*functions):
    """A pair of scores, as an emulator gives them."""
    return lambda words: {f"score{n + 1}": of(words) for n, of in enumerate(functions)}


def sample(words, functions, drawn=None, pileup=None):
    scores = tuple(of(words) for of in functions)
    return Sample(words, scores, drawn or drawn_alike(np.arange(len(words))), pileup)


def in_strata(events, soft, seed=3, clusters=None):
    """Of every event, whether it was drawn among the soft nine tenths of all."""
    places = (np.random.default_rng(seed).random(events) >= soft).astype(int)
    return Stratified.of(places, (0.9, 0.1), clusters)
