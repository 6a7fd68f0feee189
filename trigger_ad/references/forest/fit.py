"""Grow an isolation forest with scikit-learn, and keep its arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError, EventFileError
from trigger_ad.references.forest.forest import Forest, average_path_length
from trigger_ad.references.forest.settings import Settings
from trigger_ad.storage.extras import require

__all__ = ["fit", "require_package"]

#: Trees compare in single precision, which holds integers of 24 bits.
_LARGEST = 1 << 24


def require_package() -> None:
    """Check that a forest can be grown.

    Raises
    ------
    MissingDependencyError
        If scikit-learn is not installed.
    """
    require("growing an isolation forest", "forest", sklearn="scikit-learn")


def fit(settings: Settings, scaled: NDArray[Any], *, seed: int) -> Forest:
    """Grow a forest on integers.

    Parameters
    ----------
    settings : Settings
    scaled : ndarray (n_events, n_in) of int32
        Of ordinary events, after on-chip scaling.
    seed : int
        The same seed, settings and events give the same forest.

    Returns
    -------
    Forest
        A cut of scikit-learn lies at a real number t; on integers ``x <= t`` is
        ``x <= floor(t)``.

    Raises
    ------
    MissingDependencyError
        If scikit-learn is not installed.
    EventFileError
        If the events are not integers of at most 24 bits.
    ConfigError
        If there are fewer events than a tree needs.
    """
    require_package()
    from sklearn.ensemble import IsolationForest

    _check(settings, scaled)
    grown = IsolationForest(
        n_estimators=settings.trees, max_samples=settings.samples, random_state=seed
    ).fit(scaled)
    trees = [_tree(estimator.tree_, settings.depth) for estimator in grown.estimators_]
    sizes = np.cumsum([0, *(len(tree["feature"]) for tree in trees)])
    for tree, start in zip(trees, sizes[:-1], strict=True):
        for side in ("left", "right"):
            tree[side] = np.where(tree[side] < 0, -1, tree[side] + start)
    arrays = {name: np.concatenate([tree[name] for tree in trees]) for name in trees[0]}
    return Forest(
        scaled.shape[1],
        settings.samples,
        settings.fraction,
        offsets=sizes.astype(np.int64),
        feature=arrays["feature"].astype(np.int32),
        threshold=arrays["threshold"].astype(np.int32),
        left=arrays["left"].astype(np.int32),
        right=arrays["right"].astype(np.int32),
        path=arrays["path"],
    )


def _check(settings: Settings, scaled: NDArray[Any]) -> None:
    if scaled.ndim != 2 or scaled.dtype.kind not in "iu":
        raise EventFileError(
            "the events of an isolation forest",
            "must be integers of shape (n_events, n_in)",
            f"{scaled.dtype} of shape {scaled.shape}",
            "scale the words first",
        )
    if len(scaled) < settings.samples:
        raise ConfigError(
            "forest.samples",
            f"must be at most {len(scaled)}, the number of events",
            settings.samples,
            "draw fewer or give more events",
        )
    low, high = int(scaled.min()), int(scaled.max())
    if not -_LARGEST <= low <= high <= _LARGEST:
        raise EventFileError(
            "the events of an isolation forest",
            f"must be from -{_LARGEST} to {_LARGEST}",
            f"from {low} to {high}",
            "scale the words first",
        )


def _tree(tree: Any, limit: int | None) -> dict[str, NDArray[Any]]:
    """Arrays of one tree by name, without what lies deeper than the limit."""
    depth = tree.compute_node_depths() - 1
    deepest = int(depth.max()) if limit is None else limit
    keep = depth <= deepest
    leaf = (tree.children_left < 0) | (depth == deepest)
    number = np.cumsum(keep) - 1
    rest = average_path_length(tree.n_node_samples)
    arrays = {
        "feature": np.where(leaf, -1, tree.feature),
        "threshold": np.where(leaf, 0, np.floor(tree.threshold)),
        "left": np.where(leaf, -1, number[tree.children_left]),
        "right": np.where(leaf, -1, number[tree.children_right]),
        "path": np.where(leaf, depth + rest, 0.0),
    }
    return {name: values[keep] for name, values in arrays.items()}
