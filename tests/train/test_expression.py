import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.score import PortType, Score
from trigger_ad.scorers.rank_map import RankScale
from trigger_ad.train.expression import render

KIND = PortType(FixedPoint(8, 4), 3)
FINE = PortType(FixedPoint(8, 2), 3)
PORTS = {"x": KIND, "y": FINE}
X, Y = port("x"), port("y")

EXACT = {
    "absolute": X.subtract(Y).absolute().sum(),
    "squared": X.subtract(Y).square().sum(),
    "products": X.multiply(Y).sum(),
    "dot": X.dot(Y),
    "larger": X.maximum(Y).sum(),
    "added": X.add(Y).absolute().sum(),
    "smaller": X.minimum(Y).sum(),
    "moved": X.offset(-3).square().sum(),
}
ROUNDED = {
    "shorten": X.subtract(Y).shorten(3).square().sum(),
    "shorten a sum": X.subtract(Y).absolute().sum().shorten(2),
    "saturate": X.subtract(Y).saturate(7).absolute().sum(),
    "saturate unsigned": X.subtract(Y).absolute().saturate(5).sum(),
    "table": X.table(tuple(int(v) ** 2 // 4 for v in range(-128, 128))).sum(),
}


def raw(seed, n=200):
    draw = np.random.default_rng(seed)
    return {name: draw.integers(-128, 128, (n, 3)) for name in PORTS}


def real(values):
    return {
        name: tf.constant(PORTS[name].type.decode(array), tf.float32)
        for name, array in values.items()
    }


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from(sorted(EXACT) + sorted(ROUNDED)))
def test_with_types_it_is_the_score_of_the_integers(seed, name):
    expression = (EXACT | ROUNDED)[name]
    score, values = Score(name, expression, PORTS), raw(seed)
    expected = score.type.decode(score.evaluate(values))
    assert (render(expression, real(values), PORTS).numpy() == expected).all()


@pytest.mark.parametrize("name", sorted(EXACT))
def test_without_roundings_types_change_nothing(name):
    values = real(raw(1))
    free = render(EXACT[name], values)
    assert (free.numpy() == render(EXACT[name], values, PORTS).numpy()).all()


def test_float_training_does_not_round():
    values = {"x": tf.constant([[0.3, 9.7, -100.0]]), "y": tf.constant([[0.1, 0.2, 0.3]])}
    plain = render(X.subtract(Y).absolute().sum(), values)
    assert float(render(X.subtract(Y).shorten(3).absolute().sum(), values)[0]) == float(plain[0])
    assert float(render(X.subtract(Y).saturate(4).absolute().sum(), values)[0]) == float(plain[0])


def gradient(expression, types):
    values = real(raw(4, 50))
    with tf.GradientTape() as tape:
        tape.watch(values["x"])
        score = render(expression, values, types)
    return values["x"].numpy(), tape.gradient(score, values["x"]).numpy()


def test_gradients_pass_straight_through_the_rounding():
    assert (gradient(X.shorten(3).sum(), PORTS)[1] == 1).all()


def test_gradients_stop_where_a_value_saturates():
    x, slope = gradient(X.saturate(6).sum(), PORTS)
    assert (slope == ((x >= -2) & (x <= 31 / 16))).all()


def test_a_table_has_the_slope_of_its_neighbours():
    squares = X.table(tuple(int(v) ** 2 for v in range(-128, 128))).sum()
    x, slope = gradient(squares, PORTS)
    inside = np.abs(x) < 7.9
    assert slope[inside] == pytest.approx(2 * x[inside] * 256, rel=1e-5, abs=1e-3)


def test_a_table_needs_types():
    with pytest.raises(FixedPointError) as caught:
        render(ROUNDED["table"], real(raw(1)))
    assert str(caught.value) == (
        "a table in a score must be trained with the types of its ports: "
        "write the score without tables, or give the types"
    )


@pytest.mark.parametrize("scale", RankScale)
def test_a_rank_in_training_is_the_part_of_the_batch_that_is_not_above(scale):
    values = np.random.default_rng(3).permutation(1000).astype(np.float32)[:, None]
    rank = port("x").sum().rank(8, scale)
    x = tf.constant(values)
    with tf.GradientTape() as tape:
        tape.watch(x)
        found = render(rank, {"x": x})
    accepted = (1000 - values[:, 0]) / 1000
    expected = -np.log(accepted) if scale is RankScale.TAIL else 1 - accepted
    assert found.numpy() == pytest.approx(expected, rel=1e-6, abs=1e-6)
    middle = np.abs(values[:, 0] - 500) < 300
    slope = 1 / accepted / 1000 if scale is RankScale.TAIL else np.full(1000, 1 / 1000)
    assert tape.gradient(found, x).numpy()[middle, 0] == pytest.approx(slope[middle], rel=2e-3)


def test_equal_scores_have_a_rank_without_gradient():
    x = tf.ones((300, 1))
    with tf.GradientTape() as tape:
        tape.watch(x)
        found = render(port("x").sum().rank(8, RankScale.TAIL), {"x": x})
    assert (tape.gradient(found, x).numpy() == 0).all()
