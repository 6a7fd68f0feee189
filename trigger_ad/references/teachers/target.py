"""What a student learns of its teacher's score: its logarithm, or the order of events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import TrainingError

__all__ = ["Target"]

#: Part of the training events below the zero of a learned logarithm.
LOWEST = 0.01

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """A monotone map of the teacher's score, of unit spread on background.

    Parameters
    ----------
    learn : str
        ``"log"``: the logarithm of the score, or the score itself where it can be negative, in
        standard deviations above its lowest per cent. ``"rank"``: minus the logarithm of the
        part of the training events at or above the score.
    reference : ndarray (n_events,) of float64
        Ascending scores of the training events.
    """

    learn: str
    reference: Reals

    @classmethod
    def of(cls, learn: str, scores: Reals) -> Target:
        """Take the scale from the scores of training events.

        Raises
        ------
        TrainingError
            If they are not finite, or all the same.
        """
        if not np.isfinite(scores).all():
            raise TrainingError(
                "the scores of a teacher", "must be finite", "NaN or infinity", "train it anew"
            )
        ascending = np.sort(scores)
        if ascending[0] == ascending[-1]:
            raise TrainingError(
                "the scores of a teacher",
                "must differ between events",
                f"{ascending[0]:g} for all",
                "train it with more events",
            )
        return cls(learn, ascending)

    def values(self, scores: Reals) -> Reals:
        """Map scores, (n_events,) float64; in training what is below 0 counts as 0."""
        if self.learn == "rank":
            count = len(self.reference)
            above = count - np.searchsorted(self.reference, scores, side="left")
            return np.asarray(-np.log((above + 0.5) / (count + 0.5)))
        mapped = self._logarithm(self.reference)
        zero = np.quantile(mapped, LOWEST)
        return np.asarray((self._logarithm(scores) - zero) / mapped.std())

    def _logarithm(self, scores: Reals) -> Reals:
        return scores if self.reference[0] <= 0 else np.log(np.maximum(scores, self.reference[0]))
