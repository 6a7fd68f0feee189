"""Pairs of scorers of one score each: ports, scores, and what training lowers."""

import numpy as np
import pytest

from trigger_ad.errors import ConfigError
from trigger_ad.ir.expression import fold
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.score import PortType, Score
from trigger_ad.scorers.double_ae import DoubleAe
from trigger_ad.scorers.objective import Companion, Latent
from trigger_ad.scorers.pair import Pair
from trigger_ad.scorers.svdd import Svdd
from trigger_ad.scorers.table import check, find
from trigger_ad.scorers.vae import Vae

KIND = FixedPoint(9, 4)
VAE = Vae(hidden=(8,), latent=3)
SVDD = Svdd(hidden=(8, 6), latent=5, target=4, bias=False)


def pair(*members):
    return Pair(members=members)


def ports_of(expression):
    def visit(node, arguments):
        own = {node.name} if node.operation == "port" else set()
        return own.union(*arguments)

    return fold(expression, visit)


def evaluate(name, member, events=50):
    """Score of a member, and the real values of its ports."""
    scorer = find(name)
    kinds = {
        branch.name: PortType(KIND, branch.widths[-1]) for branch in scorer.branches(member, 57)
    }
    draw = np.random.default_rng(2)
    raw = {port: draw.integers(-256, 256, (events, kind.size)) for port, kind in kinds.items()}
    score = Score(name, scorer.expressions(member)["score"], kinds)
    values = {port: KIND.decode(array) for port, array in raw.items()}
    return score.type.decode(score.evaluate(raw)), values


def test_members_have_ports_and_scores_of_their_own():
    settings = pair(VAE, VAE.model_copy(update={"latent_score": "kl"}))
    scorer = find("pair")
    assert [branch.name for branch in scorer.branches(settings, 57)] == ["mu1", "mu2", "logvar2"]
    scores = scorer.expressions(settings)
    assert {name: ports_of(score) for name, score in scores.items()} == {
        "score1": {"mu1"},
        "score2": {"mu2", "logvar2"},
    }


def test_what_only_training_needs_keeps_its_order():
    parts = find("pair").objective(pair(VAE, SVDD), 57).parts
    assert [type(part) for part in parts] == [Companion, Latent, Companion]
    assert [part.source for part in parts if isinstance(part, Companion)] == ["input", "latent1"]
    assert (parts[1].mean, parts[1].log_variance, parts[1].size) == ("mu1", "logvar1", 3)
    assert parts[2].branch.widths == (3, 8, 57)
    costs = find("pair").objective(pair(VAE, SVDD), 57).costs
    assert list(costs) == ["score1"]
    assert [ports_of(term.expression) for term in costs["score1"][0]] == [
        {"input", "decoder1"},
        {"mu1", "logvar1"},
    ]


def test_the_score_of_svdd_is_the_squared_distance_from_its_target():
    found, values = evaluate("svdd", SVDD)
    assert found.tolist() == np.sum((values["svdd"] - 4) ** 2, axis=1).tolist()


def test_the_scores_of_a_variational_autoencoder():
    found, values = evaluate("vae", VAE)
    assert found.tolist() == np.sum(values["mu"] ** 2, axis=1).tolist()
    found, values = evaluate("vae", VAE.model_copy(update={"latent_score": "kl"}))
    variance = np.minimum(values["logvar"], 8)
    each = values["mu"] ** 2 + np.exp(variance) - variance - 1
    assert found == pytest.approx(each.sum(axis=1), abs=3 * 2**-7)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            pair(VAE, DoubleAe()),
            (
                "member 2 of the pair must have one score, not double_ae with score1 and score2: "
                "name a scorer of one score"
            ),
        ),
        (
            Vae(),
            (
                "key 'scorer.name' must be a scorer of score1 and score2, not vae with score: "
                "make it a member of a pair"
            ),
        ),
    ],
)
def test_settings_that_make_no_trigger(settings, sentence):
    with pytest.raises(ConfigError) as caught:
        check(settings, 57)
    assert str(caught.value) == sentence
