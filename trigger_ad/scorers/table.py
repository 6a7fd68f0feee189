"""The scorers by name."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from trigger_ad.config import ScorerSettings
from trigger_ad.errors import ConfigError
from trigger_ad.scorers import double_ae, single_ae, student, svdd, vae
from trigger_ad.scorers.combination import combination
from trigger_ad.scorers.pair import pair
from trigger_ad.scorers.scorer import Scorer

__all__ = ["GROUP", "SCORERS", "check", "distribution", "find"]

#: Entry points of other distributions that give scorers. The version in it is that of `Scorer` and
#: of what its functions take and return; those of an older one are named, and not loaded.
GROUP = "trigger_ad.scorers.v2"
_OLD_GROUPS = ("trigger_ad.scorers",)


def find(name: str) -> Scorer:
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


def check(settings: ScorerSettings) -> None:
    """Refuse settings from which no trigger can be made.

    Raises
    ------
    ConfigError
        If there is no such scorer, a member is none or has several scores, or the scorer does
        not have the two scores of a trigger.
    """
    scorer = find(settings.name)
    scorer.branches(settings)
    names = list(scorer.expressions(settings))
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


def _entry(name: str) -> EntryPoint:
    found = tuple(entry_points(group=GROUP, name=name))
    if not found:
        _refuse_old(name)
        others = sorted({entry.name for entry in entry_points(group=GROUP)} - set(SCORERS))
        raise ConfigError(
            "key 'scorer.name'",
            "must be a known scorer",
            repr(name),
            "choose from " + ", ".join((*SCORERS, *others)),
        )
    if len(found) > 1:
        raise ConfigError(
            f"scorer {name}",
            "must come from one distribution",
            " and ".join(sorted(str(entry.dist and entry.dist.name) for entry in found)),
            "remove one of them",
        )
    return found[0]


def _refuse_old(name: str) -> None:
    """Say of a scorer for an earlier version what it is, instead of that it is not known."""
    for group in _OLD_GROUPS:
        for entry in entry_points(group=group, name=name):
            raise ConfigError(
                f"scorer {name} of the distribution {entry.dist and entry.dist.name}",
                f"must be an entry point of {GROUP}",
                f"of {group}, which was that of trigger-ad 0.1",
                "install a newer version of it, or move it as CHANGELOG.md says",
            )


#: One line a scorer; those with one score are members of a pair.
SCORERS: dict[str, Scorer] = {
    "double_ae": Scorer(double_ae.branches, double_ae.expressions),
    "pair": pair(find),
    "combination": combination(find),
    "single_ae": Scorer(single_ae.branches, single_ae.expressions),
    "vae": Scorer(vae.branches, vae.expressions, vae.objective),
    "svdd": Scorer(svdd.branches, svdd.expressions),
    "student": Scorer(student.branches, student.expressions, student.objective),
}
