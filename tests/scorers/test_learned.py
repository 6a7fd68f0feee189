"""What is left of scores for training."""

import pytest

from trigger_ad.errors import ConfigError
from trigger_ad.ir.expression import PORT, port, walk
from trigger_ad.ir.operations.fitted import conditional, density, tail
from trigger_ad.references.teachers.flow import FlowTeacher
from trigger_ad.scorers.combination import CombinationSettings
from trigger_ad.scorers.density import Density
from trigger_ad.scorers.double_ae import DoubleAe
from trigger_ad.scorers.factorised import Factorised
from trigger_ad.scorers.learned import learned_scores
from trigger_ad.scorers.pair import Pair
from trigger_ad.scorers.single_ae import SingleAe
from trigger_ad.scorers.student import Student
from trigger_ad.scorers.svdd import Svdd
from trigger_ad.scorers.table import check, find
from trigger_ad.scorers.tails import Tails
from trigger_ad.scorers.vae import Vae

COUNTS, HEIGHTS = Density(of="counts"), Tails(of=("heights",))
AE, SVDD = SingleAe(hidden=(4,)), Svdd(hidden=(4,), latent=2, target=1)


def ports(expression):
    return {node.name for node in walk([expression]) if node.operation == PORT}


def trained(settings):
    """Scores that training has, by the ports that each reads, and its costs."""
    scorer = find(settings.name)
    names = [branch.name for branch in scorer.branches(settings, 57)]
    found = learned_scores(scorer.expressions(settings), names)
    return {name: ports(score) for name, score in found.items()}, scorer.objective(settings, 57)


def test_two_autoencoders_are_trained_as_they_are_before_the_rank():
    plain, ranked = DoubleAe(hidden=(4,)), DoubleAe(hidden=(4,), least=100)
    first, second = find("double_ae").expressions(ranked).values()
    assert [node.operation for node in walk([second])].count("conditional") == 1
    assert first == find("double_ae").expressions(plain)["score1"]
    assert trained(ranked)[0] == {"score1": {"input", "ae1"}, "score2": {"input", "ae2"}}
    names = ("ae1", "ae2")
    expressions = find("double_ae").expressions
    assert learned_scores(expressions(ranked), names) == expressions(plain)


@pytest.mark.parametrize(
    ("settings", "scores"),
    [
        (Factorised(members=(COUNTS, AE)), {"score2": {"input", "ae2"}}),
        (Factorised(members=(AE, HEIGHTS)), {"score1": {"input", "ae1"}}),
        (Factorised(members=(AE, SVDD)), {"score1": {"input", "ae1"}, "score2": {"svdd2"}}),
        (Factorised(members=(COUNTS, HEIGHTS)), {}),
        (Pair(members=(COUNTS, SVDD)), {"score2": {"svdd2"}}),
        (Pair(members=(AE, SVDD)), {"score1": {"input", "ae1"}, "score2": {"svdd2"}}),
        (CombinationSettings(members=(COUNTS, SVDD)), {"score": {"svddb"}}),
    ],
)
def test_a_score_is_trained_before_its_rank_and_a_table_not_at_all(settings, scores):
    assert trained(settings)[0] == scores


def test_members_keep_their_costs_and_companions_and_tables_have_none():
    _, objective = trained(Factorised(members=(COUNTS, Vae(hidden=(4,), latent=2))))
    assert list(objective.costs) == ["score2"]
    assert [part.source for part in objective.companions] == ["input", "latent2"]
    _, objective = trained(CombinationSettings(members=(COUNTS, SVDD)))
    assert [ports(terms[0].expression) for terms in objective.costs["score"]] == [{"svddb"}]


def test_vectors_keep_their_names_inside_of_others():
    inner = CombinationSettings(members=(COUNTS, SVDD))
    settings = Pair(members=(HEIGHTS, inner))
    scorer = find("pair")
    found = {name: ports(score) for name, score in scorer.expressions(settings).items()}
    assert found == {"score1": {"heights"}, "score2": {"counts", "svddb2"}}
    assert scorer.vectors(settings) == ("heights", "counts")


def test_a_score_that_has_no_rank_is_as_it_was():
    score = port("input").subtract(port("ae")).absolute().sum()
    assert learned_scores({"score": score}, ["ae"]) == {"score": score}
    ranked = conditional(score, density(port("counts"), 8, 3, 0), 8, 3, 100)
    assert learned_scores({"score": ranked}, ["ae"]) == {"score": score}


def test_what_leaves_nothing_to_be_learned_is_refused():
    score = port("ae").sum().subtract(tail(port("heights"), 8, 3))
    with pytest.raises(ConfigError) as error:
        learned_scores({"score1": score}, ["ae"])
    assert str(error.value) == (
        "score score1 must join what is learned and what is a table by sums, minima, maxima or "
        "ranks: take other members"
    )


def test_a_ranked_student_cannot_be_asked_for_fidelity():
    student = Student(teacher=FlowTeacher(), fidelity=0.9)
    check(Factorised(members=(student, COUNTS)), 57)
    with pytest.raises(ConfigError) as error:
        check(Factorised(members=(COUNTS, student)), 57)
    assert str(error.value) == (
        "key fidelity of member 2 of scorer factorised must be left out, since score 2 is a rank "
        "and not what the student learned, not 0.9: train the student as member of a pair to see "
        "what it keeps"
    )
