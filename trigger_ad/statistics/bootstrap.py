"""Resampling of clusters of events with replacement."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["cluster_index", "times_drawn"]


def cluster_index(clusters: NDArray[Any] | None, events: int) -> NDArray[np.int64]:
    """Number of the cluster of each event, from 0 without gaps.

    Parameters
    ----------
    clusters : ndarray (n_events,), optional
        Equal for events that are not independent; without it every event is a cluster.
    events : int

    Returns
    -------
    ndarray (n_events,) of int64
    """
    if clusters is None:
        return np.arange(events)
    return np.asarray(np.unique(clusters, return_inverse=True)[1])


def times_drawn(rng: np.random.Generator, index: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often each event is in a sample of as many clusters, drawn with replacement.

    Parameters
    ----------
    rng : numpy Generator
    index : ndarray (n_events,) of int64
        From `cluster_index`.

    Returns
    -------
    ndarray (n_events,) of int64
    """
    clusters = int(index.max()) + 1
    return np.bincount(rng.integers(0, clusters, clusters), minlength=clusters)[index]
