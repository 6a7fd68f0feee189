import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from trigger_ad.errors import EventFileError, SchemaError
from trigger_ad.references.forest.check import ARRAYS
from trigger_ad.references.forest.fit import fit
from trigger_ad.references.forest.forest import SCHEMA, Forest
from trigger_ad.references.forest.settings import Settings
from trigger_ad.storage import arrays

SETTINGS = Settings(trees=12, samples=64, depth=None, fraction=3)


def events(seed, count=3000, columns=9):
    """Integers with many zeros, as words are."""
    random = np.random.default_rng(seed)
    drawn = random.integers(-90, 256, (count, columns), dtype=np.int32)
    return drawn * (random.random((count, columns)) < 0.6)


def cut(threshold):
    """One tree: a cut in column 1, a second one on its right side in column 0."""
    return Forest(
        2,
        16,
        1,
        np.array([0, 5]),
        np.array([1, -1, 0, -1, -1], np.int32),
        np.array([threshold, 0, -3, 0, 0], np.int32),
        np.array([1, -1, 3, -1, -1], np.int32),
        np.array([2, -1, 4, -1, -1], np.int32),
        np.array([0, 1.0, 0, 2.25, 4.0]),
    )


def test_equal_to_scikit_learn():
    train, others = events(1), events(2, 20_000)
    grown = IsolationForest(n_estimators=12, max_samples=64, random_state=5).fit(train)
    scores = fit(SETTINGS, train, seed=5).scores(others)
    np.testing.assert_allclose(scores, -grown.score_samples(others), rtol=4e-15, atol=0)
    assert len(np.unique(scores)) > 1000


def test_cuts_are_exact_at_their_thresholds():
    """Every word next to every cut goes where scikit-learn sends it."""
    train = events(1)
    grown = IsolationForest(n_estimators=12, max_samples=64, random_state=5).fit(train)
    forest = fit(SETTINGS, train, seed=5)
    cuts = np.flatnonzero(forest.feature >= 0)
    near = np.repeat(events(3, len(cuts)), 3, axis=0)
    rows = np.arange(len(near))
    near[rows, np.repeat(forest.feature[cuts], 3)] = (
        forest.threshold[cuts][:, np.newaxis] + [0, 1, 2]
    ).ravel()
    np.testing.assert_allclose(forest.scores(near), -grown.score_samples(near), rtol=4e-15, atol=0)


@pytest.mark.parametrize("threshold", [-90, -1, 0, 7, 255])
def test_an_event_on_the_cut_goes_left(threshold):
    forest = cut(threshold)
    side = np.array([[9, threshold], [-3, threshold + 1], [-2, threshold + 1]], np.int32)
    # halves, to even: paths of 2, 4 (from 4.5) and 8 units below the longest of 8
    assert forest.constant == 8
    assert forest.integer_scores(side).tolist() == [6, 4, 0]


def test_integer_scores_are_the_rounded_paths():
    forest = fit(SETTINGS, events(1), seed=5)
    others = events(2, 20_000)
    total = np.zeros(len(others), np.int64)
    for root in forest.offsets[:-1]:
        node = np.full(len(others), root)
        while np.any(forest.feature[node] >= 0):
            word = np.take_along_axis(others, forest.feature[node, np.newaxis], axis=1)[:, 0]
            below = np.where(word <= forest.threshold[node], forest.left[node], forest.right[node])
            node = np.where(forest.feature[node] < 0, node, below)
        total += np.rint(forest.path[node] * 2**forest.fraction).astype(np.int64)
    scores = forest.integer_scores(others)
    np.testing.assert_array_equal(scores, forest.constant - total)
    assert scores.dtype == np.int64
    assert scores.min() >= 0


def test_integer_scores_follow_the_real_ones():
    forest = fit(SETTINGS, events(1), seed=5)
    others = events(2, 20_000)
    scores, whole = forest.scores(others), forest.integer_scores(others)
    length = -np.log2(scores) * forest.trees
    order = np.argsort(whole, kind="stable")
    longest = np.maximum.accumulate(length[order][::-1])[::-1]
    normal = (length[order] - longest) * _mean_path(forest) * 2**forest.fraction
    # a larger integer with a longer path: by less than half a unit for each tree, twice
    assert normal.min() >= -forest.trees
    assert np.corrcoef(scores, whole)[0, 1] > 0.99


def _mean_path(forest):
    n = forest.samples
    return 2 * (np.log(n - 1) + np.euler_gamma) - 2 * (n - 1) / n


def test_blocks_do_not_matter():
    forest, others = fit(SETTINGS, events(1), seed=5), events(2, 20_000)
    whole = forest.integer_scores(others)
    parts = [forest.integer_scores(part) for part in np.array_split(others, 7)]
    np.testing.assert_array_equal(whole, np.concatenate(parts))
    assert forest.integer_scores(others[:0]).shape == (0,)


def test_words_and_values_of_more_than_16_bits():
    """Sums are the same in 16 bits, where all fits, and in more."""
    train = events(1)
    forest = fit(Settings(trees=3, samples=64, fraction=16), train, seed=5)
    assert forest.values.max() > 2**16
    coarse = fit(Settings(trees=3, samples=64, fraction=2), train, seed=5)
    far = events(2)
    far[::2] *= 1000
    lower = np.clip(far, -100, 300)  # beyond all cuts, which is where the trees look
    for one in (forest, coarse):
        np.testing.assert_array_equal(one.integer_scores(far), one.integer_scores(lower))
        wide = one.integer_scores(far.astype(np.int64) * np.where(np.abs(far) > 300, 2**20, 1))
        np.testing.assert_array_equal(wide, one.integer_scores(lower))


def test_saved_and_loaded(tmp_path):
    forest = fit(SETTINGS, events(1), seed=5)
    forest.save(tmp_path / "forest.npz")
    forest.save(tmp_path / "again.npz")
    loaded = Forest.load(tmp_path / "forest.npz")
    assert (loaded.inputs, loaded.samples, loaded.fraction) == (9, 64, 3)
    for name, kind in ARRAYS.items():
        np.testing.assert_array_equal(getattr(loaded, name), getattr(forest, name))
        assert getattr(loaded, name).dtype == kind
    assert (tmp_path / "forest.npz").read_bytes() == (tmp_path / "again.npz").read_bytes()


@pytest.mark.parametrize("wrong", [np.zeros((4, 8), np.int32), np.zeros((4, 9)), np.zeros(9, int)])
def test_events_of_another_form(wrong):
    forest = fit(SETTINGS, events(1), seed=5)
    for function in (forest.scores, forest.integer_scores):
        with pytest.raises(EventFileError) as caught:
            function(wrong)
        assert str(caught.value) == (
            "the events of an isolation forest must be integers of shape (n_events, 9), not "
            f"{wrong.dtype} of shape {wrong.shape}: scale the words first"
        )


HOSTILE = {
    "a loop": ({"left": (2, 0)}, "a node behind a cut that is not further on in its tree"),
    "a node behind itself": (
        {"left": (2, 2)},
        "a node behind a cut that is not further on in its tree",
    ),
    "a node outside": ({"right": (2, 5)}, "a node behind a cut that is not further on in its tree"),
    "a node before all": (
        {"right": (2, -1)},
        "a node behind a cut that is not further on in its tree",
    ),
    "one node twice": ({"right": (2, 3)}, "a node that is not behind one cut"),
    "a column outside": ({"feature": (0, 2)}, "a cut outside the 2 columns"),
    "a column below": ({"feature": (0, -2)}, "a cut outside the 2 columns"),
    "more behind a leaf": ({"left": (1, 3)}, "a leaf with nodes behind it"),
    "an endless path": ({"path": (1, np.inf)}, "a path that is not from 0 to 64"),
    "no number": ({"path": (1, np.nan)}, "a path that is not from 0 to 64"),
    "a negative path": ({"path": (1, -1)}, "a path that is not from 0 to 64"),
    "a tree too long": ({"offsets": (1, 6)}, "trees that do not follow each other"),
    "a tree from elsewhere": ({"offsets": (0, -1)}, "trees that do not follow each other"),
}


def write(path, header=None, /, **changed):
    forest = cut(7)
    named = {name: getattr(forest, name).copy() for name in ARRAYS} | changed
    whole = {"inputs": 2, "samples": 16, "fraction": 1} | (header or {})
    arrays.save(path, SCHEMA, whole, {k: v for k, v in named.items() if v is not None})


def refusal(path):
    with pytest.raises(SchemaError) as caught:
        Forest.load(path)
    return str(caught.value)


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused(case, tmp_path):
    changes, words = HOSTILE[case]
    path = tmp_path / "forest.npz"
    named = {}
    for name, (index, value) in changes.items():
        named[name] = getattr(cut(7), name).copy()
        named[name][index] = value
    write(path, **named)
    assert refusal(path) == (
        f"{path} must hold a forest of cuts, not {words}: grow the forest again"
    )


@pytest.mark.parametrize(
    ("header", "changed", "words"),
    [
        ({"inputs": 0}, {}, "inputs 0"),
        ({"samples": 1}, {}, "samples 1"),
        ({"fraction": 17}, {}, "fraction 17"),
        ({"fraction": "1"}, {}, "fraction '1'"),
        ({"inputs": True}, {}, "inputs True"),
        ({}, {"left": None}, "left that is no list of int32"),
        ({}, {"path": np.zeros(5, np.float32)}, "path that is no list of float64"),
        ({}, {"feature": np.zeros((5, 1), np.int32)}, "feature that is no list of int32"),
        ({}, {"path": np.zeros(4)}, "lists of different lengths"),
        ({}, {"offsets": np.array([0])}, "trees that do not follow each other"),
        ({}, {"offsets": np.array([0, 5, 5])}, "trees that do not follow each other"),
        ({}, {"offsets": np.array([0, 1, 5])}, "a node behind a cut that is not further on in"),
    ],
)
def test_a_file_of_another_form_is_refused(header, changed, words, tmp_path):
    path = tmp_path / "forest.npz"
    write(path, header, **changed)
    assert refusal(path).startswith(f"{path} must hold a forest of cuts, not {words}")


def test_the_unchanged_file_is_taken(tmp_path):
    write(tmp_path / "forest.npz")
    assert Forest.load(tmp_path / "forest.npz").constant == 8
