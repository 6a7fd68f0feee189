"""Combinations as scorers: ports, costs, and ranks that become tables of background events."""

import numpy as np
import pytest

from trigger_ad.errors import ConfigError, FixedPointError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.score import PortType, Score
from trigger_ad.scorers.combination import RANK_BITS, CombinationSettings
from trigger_ad.scorers.combine import Combination, combine_ranks
from trigger_ad.scorers.double_ae import DoubleAe
from trigger_ad.scorers.pair import Pair
from trigger_ad.scorers.rank_map import FITTING_ADDRESS_BITS, RankScale, fitting_table
from trigger_ad.scorers.ranked import Events, resolve
from trigger_ad.scorers.svdd import Svdd
from trigger_ad.scorers.table import check, find
from trigger_ad.scorers.vae import Vae
from trigger_ad.train.float_score import FloatNetworks
from trigger_ad.train.network import initial

FIRST = Svdd(hidden=(6,), latent=3, target=1)
SECOND = Svdd(hidden=(6,), latent=2, target=4)
INPUT = FixedPoint(9, 5)


def combined(how, *members):
    return CombinationSettings(combine=how, members=members or (FIRST, SECOND))


def events(count, seed):
    return np.random.default_rng(seed).integers(-200, 200, (count, 57), dtype=np.int32)


BACKGROUND, EVENTS = events(2000, 1), events(500, 2)


@pytest.mark.parametrize("how", list(Combination))
def test_the_score_is_the_combination_of_the_ranks_of_its_members(how):
    scorer, settings = find("combination"), combined(how.value)
    model = initial(scorer.branches(settings, 57), 1)
    networks = FloatNetworks(model, INPUT)

    def scored(score, values):
        return score.evaluate(networks.values(values))

    (expression,) = scorer.expressions(settings).values()
    known = Events(lambda score: scored(score, BACKGROUND))
    whole = Score("score", resolve(expression, networks.ports, known), networks.ports)
    scale = RankScale.FLAT if how is Combination.AVG else RankScale.TAIL
    ranks = []
    for tag, target in (("a", 1), ("b", 4)):
        own = port(f"svdd{tag}").offset(-target).square().sum()
        member = Score("s", own, networks.ports)
        table = fitting_table(scored(member, BACKGROUND), member, RANK_BITS, scale)
        assert table.saturate <= FITTING_ADDRESS_BITS
        ranks.append(table.rank(scored(member, EVENTS)))
    found = scored(whole, EVENTS)
    assert found.tolist() == combine_ranks(how, ranks, scale).tolist()
    assert len(np.unique(found)) > 20


def test_members_are_lowered_each_by_its_own_cost():
    settings = combined("or", Vae(hidden=(6,), latent=2), SECOND)
    scorer = find("combination")
    assert [branch.name for branch in scorer.branches(settings, 57)] == ["mua", "svddb"]
    objective = scorer.objective(settings, 57)
    assert len(objective.costs["score"]) == 2
    assert [len(terms) for terms in objective.costs["score"]] == [2, 1]
    pair = Pair(members=(settings, FIRST))
    names = [branch.name for branch in find("pair").branches(pair, 57)]
    assert names == ["mua1", "svddb1", "svdd2"]
    assert len(find("pair").objective(pair, 57).costs["score1"]) == 2
    check(pair, 57)


def test_a_rank_needs_background_events():
    score = port("x").sum().rank(4, "tail")
    kinds = {"x": PortType(FixedPoint(6, 6, False), 1)}
    with pytest.raises(FixedPointError) as caught:
        resolve(score, kinds, Events())
    assert str(caught.value) == (
        "a rank must have background events to be made of: give their scores"
    )
    found = resolve(score, kinds, Events(lambda _: np.arange(64)))
    ranks = Score("s", found, kinds).evaluate({"x": np.arange(64)[:, None]})
    assert (np.diff(ranks) >= 0).all()
    assert (ranks[0], ranks[-1]) == (0, 15)
    assert resolve(port("x"), kinds, Events()) == port("x")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            combined("and", FIRST, DoubleAe()),
            (
                "member b of a combination must have one score, not double_ae with score1 and "
                "score2: name a scorer of one score"
            ),
        )
    ],
)
def test_settings_that_make_no_combination(settings, sentence):
    with pytest.raises(ConfigError) as caught:
        find("combination").branches(settings, 57)
    assert str(caught.value) == sentence
