"""The scorers by name."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from trigger_ad.errors import ConfigError
from trigger_ad.scorers import density, double_ae, single_ae, student, svdd, tails, vae
from trigger_ad.scorers.combination import combination
from trigger_ad.scorers.density import Density
from trigger_ad.scorers.double_ae import DoubleAe
from trigger_ad.scorers.factorised import factorised
from trigger_ad.scorers.learned import learned_scores
from trigger_ad.scorers.pair import pair
from trigger_ad.scorers.scorer import Scorer
from trigger_ad.scorers.settings import Composite, ScorerSettings
from trigger_ad.scorers.single_ae import SingleAe
from trigger_ad.scorers.student import Student
from trigger_ad.scorers.svdd import Svdd
from trigger_ad.scorers.tails import Tails
from trigger_ad.scorers.vae import Vae
from trigger_ad.sections.named import Choices

__all__ = ["CHOICES", "GROUP", "SCORERS", "check", "distribution", "distributions", "find"]

#: Entry points of other distributions that give scorers. The version in it is that of `Scorer` and
#: of what its functions take and return; those of an older one are named, and not loaded.
GROUP = "trigger_ad.scorers.v3"
_OLD_GROUPS = {"trigger_ad.scorers": "0.1", "trigger_ad.scorers.v2": "0.2"}


def find(name: str) -> Scorer[Any]:
    """Return the scorer of this name: from here, or from an installed distribution.

    Another distribution gives a `Scorer` under an entry point of the group `GROUP`. A name of
    `SCORERS` cannot be replaced.

    Raises
    ------
    ConfigError
        If there is none, if several distributions give one, or if what is given is no `Scorer`.
    """
    if name in SCORERS:
        return SCORERS[name]
    entry = _entry(name)
    where = f"the entry point {entry.value} of scorer {name}"
    try:
        scorer = entry.load()
    except (ImportError, AttributeError) as error:
        raise ConfigError(
            where, "must be importable", str(error), "install the distribution again"
        ) from None
    if not isinstance(scorer, Scorer):
        raise ConfigError(
            where,
            "must give a trigger_ad.scorers.scorer.Scorer",
            type(scorer).__name__,
            "see docs/scorers.md",
        )
    return scorer


def check(settings: ScorerSettings, inputs: int) -> None:
    """Refuse settings from which no trigger can be made.

    Raises
    ------
    ConfigError
        If there is no such scorer, a member is none or has several scores, networks leave nothing
        to be learned, or the scorer does not have the two scores of a trigger.
    """
    scorer = find(settings.name)
    networks = [branch.name for branch in scorer.branches(settings, inputs)]
    expressions = scorer.expressions(settings)
    learned_scores(expressions, networks)
    names = list(expressions)
    if names != ["score1", "score2"]:
        raise ConfigError(
            "key 'scorer.name'",
            "must be a scorer of score1 and score2",
            f"{settings.name} with {' and '.join(names)}",
            "make it a member of a pair",
        )


def distribution(name: str) -> str | None:
    """Distribution that gives a scorer, None for those of this package; errors as in `find`."""
    if name in SCORERS:
        return None
    found = _entry(name).dist
    return None if found is None else str(found.name)


def distributions(settings: ScorerSettings) -> tuple[str, ...]:
    """Other distributions that give a scorer or one of its members; errors as in `find`."""
    own = distribution(settings.name)
    members = settings.members if isinstance(settings, Composite) else ()
    found = [name for member in members for name in distributions(member)]
    return tuple(dict.fromkeys([*([own] if own else []), *found]))


def _entry(name: str) -> EntryPoint:
    found = tuple(entry_points(group=GROUP, name=name))
    if not found:
        _refuse_old(name)
        raise ConfigError(
            "key 'scorer.name'",
            "must be a known scorer",
            repr(name),
            "choose from " + ", ".join(_names()),
        )
    if len(found) > 1:
        raise ConfigError(
            f"scorer {name}",
            "must come from one distribution",
            " and ".join(sorted(str(entry.dist and entry.dist.name) for entry in found)),
            "remove one of them",
        )
    return found[0]


def _names() -> tuple[str, ...]:
    others = sorted({entry.name for entry in entry_points(group=GROUP)} - set(SCORERS))
    return (*SCORERS, *others)


def _settings(name: str) -> type[ScorerSettings] | None:
    """Section of a scorer, None if nobody gives one of this name; errors as in `find`."""
    if name not in _names():
        _refuse_old(name)
        return None
    return find(name).settings


def _refuse_old(name: str) -> None:
    """Say of a scorer for an earlier version what it is, instead of that it is not known."""
    for group, version in _OLD_GROUPS.items():
        for entry in entry_points(group=group, name=name):
            raise ConfigError(
                f"scorer {name} of the distribution {entry.dist and entry.dist.name}",
                f"must be an entry point of {GROUP}",
                f"of {group}, which was that of trigger-ad {version}",
                "install a newer version of it, or move it as CHANGELOG.md says",
            )


#: One line a scorer; those with one score are members of a pair.
SCORERS: dict[str, Scorer[Any]] = {
    "double_ae": Scorer(DoubleAe, double_ae.branches, double_ae.expressions),
    "pair": pair(find),
    "combination": combination(find),
    "single_ae": Scorer(SingleAe, single_ae.branches, single_ae.expressions),
    "vae": Scorer(Vae, vae.branches, vae.expressions, vae.objective),
    "svdd": Scorer(Svdd, svdd.branches, svdd.expressions),
    "student": Scorer(Student, student.branches, student.expressions, student.objective),
    "density": Scorer(Density, density.branches, density.expressions, vectors=density.vectors),
    "tails": Scorer(Tails, tails.branches, tails.expressions, vectors=tails.vectors),
    "factorised": factorised(find),
}

#: Their sections, for the configuration.
CHOICES = Choices("scorer", _settings, _names)
