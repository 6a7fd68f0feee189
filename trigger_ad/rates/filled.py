"""Baselines that are tables, filled on background: the largest tail, and a density of counts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from trigger_ad.features.layout import Ports
from trigger_ad.rates.baselines import counts_above, ht
from trigger_ad.statistics.strata import Stratified

__all__ = ["BITS", "HT_STEPS", "OBJECTS", "Filled"]

#: Fractional bits of a value, which is -log2 of a probability.
BITS = 8

#: Objects of the density table: least momentum in LSB of 0.5 GeV, and the count from which all
#: are counted as that.
OBJECTS = {"egamma": (16, 3), "muon": (6, 3), "jet": (60, 7)}

#: Steps of HT of the density table, in LSB of 0.5 GeV: 60, 90, 130, 180, 250, 340 and 450 GeV.
HT_STEPS = (120, 180, 260, 360, 500, 680, 900)

Integers = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Filled:
    """Tables of -log2 of probabilities, in steps of 2^-8.

    An event of background of which there is no other stands for the least that a table knows;
    what was never seen counts like that in a tail, and half of it in the density.

    Parameters
    ----------
    layout : Ports
    tails : tuple of ndarray (n_codes,) of int32
        By momentum word: P(word >= code).
    density : ndarray (n_classes,) of int32
        Frequency of each class of counts, see `classes`.
    """

    layout: Ports
    tails: tuple[Integers, ...] = field(repr=False)
    density: Integers = field(repr=False)

    @classmethod
    def of(cls, words: Integers, layout: Ports, drawn: Stratified | None = None) -> Filled:
        """Fill on background, which is not to be that on which figures are made.

        Parameters
        ----------
        words : ndarray (n_events, n_fields) of int32
            At least one event.
        layout : Ports
        drawn : Stratified, optional
            Where the events were drawn in strata.
        """
        weights = np.ones(len(words)) if drawn is None else drawn.weights
        least = float(weights.min()) / len(words)
        tails = []
        for column in layout.columns("pt"):
            codes = np.bincount(words[:, column], weights, layout.fields[column].maximum + 1)
            above = codes[::-1].cumsum()[::-1] / len(words)
            tails.append(_bits(np.maximum(above, least)))
        found = np.bincount(classes(words, layout), weights, _CLASSES) / len(words)
        return cls(layout, tuple(tails), _bits(np.maximum(found, least / 2)))

    def largest_tail(self, words: Integers) -> Integers:
        """Largest -log2 P(word >= its code) over all momentum words, (n_events,)."""
        columns = self.layout.columns("pt")
        result = np.zeros(len(words), np.int32)
        for table, column in zip(self.tails, columns, strict=True):
            np.maximum(result, table[words[:, column]], out=result)
        return result

    def rarity(self, words: Integers) -> Integers:
        """-log2 of the frequency of the class of counts, (n_events,)."""
        return np.asarray(self.density[classes(words, self.layout)])

    def baselines(self, words: Integers) -> dict[str, Integers]:
        """Both, by their names in reports."""
        return {"largest_tail": self.largest_tail(words), "density": self.rarity(words)}


_CLASSES = int(np.prod([most + 1 for _, most in OBJECTS.values()])) * (len(HT_STEPS) + 1)


def classes(words: Integers, layout: Ports) -> NDArray[np.int64]:
    """Class of counts of each event: e/gamma, muons, jets and steps of HT; (n_events,)."""
    result = np.searchsorted(HT_STEPS, ht(words, layout), side="right").astype(np.int64)
    size = len(HT_STEPS) + 1
    for kind, (least, most) in OBJECTS.items():
        result += size * np.minimum(counts_above(words, layout, kind, least), most)
        size *= most + 1
    return result


def _bits(probability: Floats) -> Integers:
    return np.rint(-np.log2(np.minimum(probability, 1.0)) * (1 << BITS)).astype(np.int32)
