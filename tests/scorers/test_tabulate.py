"""Tables of background events against the frequencies that they stand for."""

import numpy as np
import pytest

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.operations.fitted import conditional, density, tail
from trigger_ad.ir.score import Score
from trigger_ad.ir.typed import PortType, Typed
from trigger_ad.scorers.ranked import Events, resolve
from trigger_ad.scorers.tabulate import CODE_BITS, Background

EVENTS = 40_000


def kind(low, high, fraction=0):
    bits = FixedPoint.holding(min(low), max(high), fraction)
    return PortType(bits, len(low), tuple(low), tuple(high))


PORTS = {
    "classes": kind((0, 1), (3, 5)),
    "heights": kind((0, 0), (63, 63)),
    "one": kind((0,), (9,)),
}


@pytest.fixture(scope="module")
def background():
    rng = np.random.default_rng(1)
    first = np.minimum(rng.poisson(0.7, EVENTS), 3)
    second = 1 + np.minimum(rng.poisson(1.0 + first), 4)
    heights = np.minimum(rng.exponential(6 + 5 * first[:, None], (EVENTS, 2)), 63)
    values = {"classes": np.stack([first, second], 1), "heights": heights.astype(np.int64)}
    values["one"] = np.minimum(rng.poisson(2, (EVENTS, 1)), 9)
    return Background(values, rng.choice([0.2, 1.0, 5.0], EVENTS))


def tabulated(expression, ports, background):
    return resolve(expression, ports, Events(background=lambda: background))


def computed(expression, background, ports=PORTS):
    typed = Typed("a test", ports)
    table = tabulated(expression, ports, background)
    (found,) = typed.evaluate([table], background.values, np.int64, None)
    return found / 2.0 ** typed.signal(table).fraction


def test_a_density_is_minus_the_logarithm_of_how_often_its_class_occurs(background):
    classes, weights = background.values["classes"], background.counted
    found = computed(density(port("classes"), 12, 6, 0), background)[:, 0]
    for one in np.unique(classes, axis=0):
        same = (classes == one).all(axis=1)
        assert np.unique(found[same]).size == 1
        assert found[same][0] == pytest.approx(-np.log2(weights[same].sum()), abs=2.0**-7)


def test_the_prior_orders_classes_that_no_event_has(background):
    """(3, 1) is as rare as can be; (3, 5) has a likelier second element."""
    values = {name: v[:50] for name, v in background.values.items()}
    values["classes"] = np.array([[0, 1]] * 30 + [[1, 2]] * 12 + [[2, 1]] * 4 + [[0, 3]] * 4)
    few = Background(values)
    table = tabulated(density(port("classes"), 12, 6, 100), PORTS, few)
    score = Score("rarity", table, {"classes": PORTS["classes"]})
    asked = {"classes": np.array([[2, 2], [2, 3], [3, 5], [0, 1]])}
    likelier, rarer, unseen, commonest = score.evaluate(asked)
    assert commonest < likelier < rarer < unseen
    product = 0.1 * (4 / 50) * (12 / 50)
    assert likelier / 64 == pytest.approx(-np.log2(product), abs=2.0**-7)


def test_a_tail_is_that_of_each_element_alone(background):
    heights, weights = background.values["heights"], background.counted
    found = computed(tail(port("heights"), 12, 6), background)
    for place in (0, 1):
        for value in (0, 7, 30):
            above = weights[heights[:, place] >= value].sum()
            here = found[heights[:, place] == value, place]
            assert here == pytest.approx(-np.log2(above), abs=2.0**-7)


def test_a_conditional_tail_is_flat_in_what_it_is_conditional_on(background):
    """Heights rise with the class; the tail among events of like rarity does not."""
    weights = background.counted
    first = density(port("classes"), 11, 6, 0)
    second = tail(port("heights"), 9, 4).sum()
    rarity = computed(first, background)[:, 0]
    plain = computed(second, background)[:, 0]
    flat = computed(conditional(second, first, 10, 6, 100), background)[:, 0]

    def passing(score, cut, which):
        return weights[which & (score >= cut)].sum() / weights[which].sum()

    rare, common = rarity >= np.quantile(rarity, 0.95), rarity < np.quantile(rarity, 0.5)
    cut = np.quantile(plain, 0.9)
    assert passing(plain, cut, rare) > 2 * passing(plain, cut, common)
    for part in (0.5, 0.2):
        here = -np.log2(part)
        assert passing(flat, here, common) == pytest.approx(part, rel=0.05)
        assert passing(flat, here, rare) == pytest.approx(part, rel=0.1)


def test_weights_count(background):
    alike = Background(background.values)
    expression = density(port("classes"), 11, 6, 0)
    assert np.any(computed(expression, background) != computed(expression, alike))


def test_finer_entries_are_of_the_last_table_alone(background):
    first = density(port("classes"), 11, 6, 0)
    expression = conditional(tail(port("heights"), 9, 4).sum(), first, 10, 6, 100)
    coarse = computed(expression, background)
    fine = computed(expression, Background(background.values, background.weights, finer=10))
    inside = coarse < coarse.max()
    assert np.abs(fine - coarse)[inside].max() <= 2.0**-7
    assert np.unique(fine).size > np.unique(coarse).size


def test_a_score_of_a_coarse_binary_point_is_coded_in_its_own_bits():
    """Raw numbers far above `CODE_BITS`, of which low bits are dropped."""
    rng = np.random.default_rng(2)
    ports = {"one": kind((0,), (9,)), "wide": kind((0,), (4000,))}
    wide = rng.integers(0, 4001, (EVENTS, 1))
    values = {"one": rng.integers(0, 10, (EVENTS, 1)), "wide": wide}
    expression = conditional(port("wide"), port("one"), 10, 6, 100)
    found = computed(expression, Background(values), ports)[:, 0]
    for bits in (1, 2, 3):
        assert (found >= bits).mean() == pytest.approx(2.0**-bits, abs=0.01)
        assert wide[found >= bits].min() > wide[found < bits].max() - 10 * 4000 / 2**CODE_BITS


def test_scores_of_networks_are_coded_by_their_highest_bits():
    """Of a type with a sign and more numbers than a table has entries; flat in every group."""
    rng = np.random.default_rng(3)
    ports = {name: kind((-(2**27),), (2**27 - 1,), 16) for name in ("first", "second")}
    first = rng.exponential(2**17, (EVENTS, 1)).astype(np.int64)
    second = (first / 2 + 2**18 * rng.random((EVENTS, 1))).astype(np.int64)
    background = Background({"first": first, "second": second})
    found = computed(conditional(port("second"), port("first"), 10, 6, 100), background, ports)
    for part in (first < np.quantile(first, 0.5), first > np.quantile(first, 0.98)):
        assert (found[part] >= 1).mean() == pytest.approx(0.5, abs=0.02)
    below = Background({"first": first - 1 - first.min(), "second": second})
    with pytest.raises(FixedPointError) as error:
        tabulated(conditional(port("second"), port("first"), 10, 6, 100), ports, below)
    assert str(error.value) == "score 1 must not be negative, not -134217728: take another score"


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        (
            density(port("heights").apply("join", port("one")), 11, 6, 0),
            "a table of a density must have at most 4096 entries, not 40960: take fewer steps",
        ),
        (
            conditional(port("one"), port("one"), 10, 6, 1_000_000),
            (
                "the groups of score 1 must have 1000000 effective background events, not 19695: "
                "give more events, or ask for fewer in a group"
            ),
        ),
        (
            conditional(port("one").offset(-3), port("one"), 10, 6, 100),
            "score 2 must not be negative, not -3: take another score",
        ),
    ],
)
def test_what_cannot_be_tabulated_is_refused(background, expression, sentence):
    with pytest.raises(FixedPointError) as error:
        tabulated(expression, PORTS, background)
    assert str(error.value) == sentence


def test_what_is_not_a_table_yet_is_refused_by_hardware():
    with pytest.raises(FixedPointError, match="must have become a table before it reaches"):
        Score("late", density(port("classes"), 8, 3, 0), PORTS)
