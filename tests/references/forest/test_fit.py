import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from trigger_ad.errors import ConfigError, EventFileError
from trigger_ad.references.forest.check import ARRAYS, fault
from trigger_ad.references.forest.fit import fit
from trigger_ad.references.forest.forest import average_path_length
from trigger_ad.references.forest.settings import REFERENCE, Settings

TRAIN = np.random.default_rng(3).integers(-40, 41, (2000, 6), dtype=np.int32)


def named(forest):
    return {name: getattr(forest, name) for name in ARRAYS}


def test_the_seed_decides():
    first, again, other = (fit(Settings(), TRAIN, seed=seed) for seed in (4, 4, 5))
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    assert not np.array_equal(first.feature, other.feature)


@pytest.mark.parametrize("settings", [Settings(), REFERENCE, Settings(trees=3, depth=1)])
def test_what_is_grown_is_a_forest(settings):
    forest = fit(settings, TRAIN, seed=1)
    header = {"inputs": 6, "samples": settings.samples, "fraction": settings.fraction}
    assert fault(header, named(forest)) is None
    assert forest.trees == settings.trees


def test_constant_events_give_trees_of_one_leaf():
    forest = fit(Settings(trees=2, samples=64), np.full((100, 3), 7, np.int32), seed=1)
    assert forest.offsets.tolist() == [0, 1, 2]
    assert forest.scores(TRAIN[:4, :3]).tolist() == [0.5] * 4
    assert forest.integer_scores(TRAIN[:4, :3]).tolist() == [0] * 4


def test_a_limit_of_depth_keeps_the_tops_of_the_trees():
    """A path ends where the limit is, and c of the events there takes the place of the rest."""
    grown = IsolationForest(n_estimators=5, max_samples=256, random_state=2).fit(TRAIN)
    deep = fit(Settings(trees=5, depth=None), TRAIN, seed=2)
    flat = fit(Settings(trees=5, depth=3), TRAIN, seed=2)
    for tree, estimator in enumerate(grown.estimators_):
        size = estimator.tree_.n_node_samples
        root, todo = deep.offsets[tree], [(deep.offsets[tree], flat.offsets[tree], 0)]
        while todo:
            node, other, depth = todo.pop()
            if deep.feature[node] >= 0 and depth < 3:
                assert deep.feature[node] == flat.feature[other]
                assert deep.threshold[node] == flat.threshold[other]
                todo.append((deep.left[node], flat.left[other], depth + 1))
                todo.append((deep.right[node], flat.right[other], depth + 1))
            else:
                assert flat.feature[other] == -1
                assert flat.path[other] == depth + average_path_length(size[node - root])
    assert len(flat.feature) < len(deep.feature)


@pytest.mark.parametrize(
    ("name", "value", "bounds"),
    [
        ("trees", 0, "1 to 4096"),
        ("samples", 1, "2 to 16777216"),
        ("depth", 0, "1 to 24"),
        ("fraction", 17, "0 to 16"),
    ],
)
def test_settings_out_of_range(name, value, bounds):
    with pytest.raises(ConfigError) as caught:
        Settings(**{name: value})
    assert str(caught.value) == (
        f"forest.{name} must be from {bounds}, not {value}: choose another number"
    )


def test_too_few_events():
    with pytest.raises(ConfigError) as caught:
        fit(Settings(), TRAIN[:100], seed=1)
    assert str(caught.value) == (
        "forest.samples must be at most 100, the number of events, not 256: "
        "draw fewer or give more events"
    )


def test_real_numbers_are_refused():
    with pytest.raises(EventFileError) as caught:
        fit(Settings(), TRAIN.astype(np.float32), seed=1)
    assert str(caught.value) == (
        "the events of an isolation forest must be integers of shape (n_events, n_in), not "
        "float32 of shape (2000, 6): scale the words first"
    )


def test_integers_that_single_precision_does_not_hold():
    with pytest.raises(EventFileError) as caught:
        fit(Settings(), np.concatenate([TRAIN, [[2**24 + 1] * 6]]), seed=1)
    assert str(caught.value) == (
        "the events of an isolation forest must be from -16777216 to 16777216, not "
        "from -40 to 16777217: scale the words first"
    )
