"""Scores that are compared: those of a run, and what combinations make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.compare.runs import ComparedRun
from trigger_ad.errors import ConfigError
from trigger_ad.rates.as_one import as_one
from trigger_ad.run.folder.score_table import TEACHER
from trigger_ad.run_folder import THRESHOLD
from trigger_ad.scorers.combine import Combination, combine_ranks
from trigger_ad.scorers.rank_map import MAX_RANK_BITS, RankScale, allowed

__all__ = [
    "BASELINES",
    "MODELS",
    "Compared",
    "across",
    "flat_ranks",
    "of_configuration",
    "rank_bits",
]

#: Models that are compared, from what students learn and training to hardware.
MODELS = (TEACHER, "float", "quantized", "firmware")

#: In place of a configuration, of scores that need no network.
BASELINES = "baselines"

#: Of a product of ranks.
_MOST_BITS = 62

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Compared:
    """A score of a configuration, or several scores as one.

    Parameters
    ----------
    configuration : str
        Empty where the members belong to several; `BASELINES` of what needs no network.
    name : str
        ``score1``, ``score2``, ``single``, ``diagonal``, ``and``, ``or``, ``prod``, ``avg``, and
        ``held``, where all runs cut on score 1 with the same efficiency of score 2; of a baseline
        as in `rates.baselines` and `rates.filled`.
    members : tuple of Compared
        What is combined; none of a score of a run.
    """

    configuration: str
    name: str
    members: tuple[Compared, ...] = ()

    @property
    def label(self) -> str:
        """Configuration and name, as in ``--combine``; of several configurations all members."""
        if self.configuration:
            return f"{self.configuration}:{self.name}"
        return f"{self.name} of {', '.join(member.label for member in self.members)}"

    @property
    def leaves(self) -> tuple[Compared, ...]:
        """Scores of runs behind it."""
        if not self.members:
            return (self,)
        return tuple(leaf for member in self.members for leaf in member.leaves)

    def models(self, runs: Mapping[str, ComparedRun]) -> tuple[str, ...]:
        """Models in which every member was scored."""
        return tuple(
            model
            for model in MODELS
            if all(_is_scored(runs[leaf.configuration], leaf, model) for leaf in self.leaves)
        )

    def values(self, runs: Mapping[str, ComparedRun], model: str, sample: str) -> Integers:
        """Integers to cut on, (n_events,) int64.

        Parameters
        ----------
        runs : mapping of str to ComparedRun
            One of every configuration.
        model : str
        sample : str
            ``sm_threshold``, ``sm_test`` or a signal.
        """
        if not self.members:
            if self.configuration == BASELINES:
                return runs[BASELINES].baselines[sample][self.name].astype(np.int64)
            prefixed, name = _key(self.name, model)
            return runs[self.configuration].scores.get(prefixed, sample, name)
        values = [member.values(runs, model, sample) for member in self.members]
        if self.name in ("diagonal", "held"):
            run, (first, second) = runs[self.configuration], self.members
            reference = first.values(runs, model, THRESHOLD), second.values(runs, model, THRESHOLD)
            held = run.config.trigger.score2_efficiency if self.name == "held" else None
            return as_one(reference, (values[0], values[1]), run.drawn[THRESHOLD], held)
        references = [member.reference(runs, model) for member in self.members]
        bits = rank_bits(len(references[0]), len(values))
        pairs = zip(references, values, strict=True)
        ranks = [flat_ranks(reference, of, bits) for reference, of in pairs]
        return combine_ranks(Combination(self.name), ranks, RankScale.FLAT)

    def reference(self, runs: Mapping[str, ComparedRun], model: str) -> Integers:
        """Scores of the threshold split among which ranks are, as if its events were drawn alike.

        Of strata it is the plain sample from which ranks in hardware are made, too; see
        `statistics.strata.Stratified.plain`.
        """
        values = self.values(runs, model, THRESHOLD)
        drawn = runs[self.leaves[0].configuration].drawn[THRESHOLD]
        return values if drawn is None else values[drawn.plain()]


def of_configuration(runs: Sequence[ComparedRun]) -> tuple[Compared, ...]:
    """Scores that every run of a configuration has, their combinations, and the baseline."""
    name = runs[0].name
    pair = tuple(Compared(name, score) for score in ("score1", "score2"))
    single = Compared(name, "single")
    known = [score for score in (*pair, single) if all(score.models({name: run}) for run in runs)]
    found = [score for score in pair if score in known]
    if len(found) == len(pair):
        efficiencies = {run.config.trigger.score2_efficiency for run in runs}
        held = ("held",) if len(efficiencies) == 1 and None not in efficiencies else ()
        kinds = (*held, "diagonal", *(how.value for how in Combination))
        found += [Compared(name, kind, pair) for kind in kinds]
    return (*found, *(score for score in known if score == single))


def across(text: str, known: Sequence[Compared]) -> tuple[Compared, ...]:
    """Combinations of scores of any configurations: AND, OR, PROD and AVG.

    Parameters
    ----------
    text : str
        Scores as ``configuration:score``, at least two, with commas between them.
    known : sequence of Compared

    Raises
    ------
    ConfigError
        If there are fewer than two, one is there twice, or one is not known.
    """
    by_label = {score.label: score for score in known}
    labels = [label.strip() for label in text.split(",")]
    for label in labels:
        if label not in by_label:
            raise ConfigError(
                "a score to combine",
                "must be one of " + ", ".join(by_label),
                repr(label),
                "choose from these",
            )
    if len(set(labels)) < max(2, len(labels)):
        raise ConfigError(
            "scores to combine", "must be at least two, each once", repr(text), "name another one"
        )
    members = tuple(by_label[label] for label in labels)
    return tuple(Compared("", how.value, members) for how in Combination)


def rank_bits(events: int, members: int) -> int:
    """Bits of ranks: as many as the events allow, and products of the members hold."""
    return max(1, min(MAX_RANK_BITS, events.bit_length() - 1, _MOST_BITS // members))


def flat_ranks(reference: NDArray[Any], scores: NDArray[Any], bits: int) -> Integers:
    """Ranks on the flat scale of `trigger_ad.scorers.rank_map`, without its limits of a table.

    Parameters
    ----------
    reference : ndarray (n_reference,)
        Scores of background events of the threshold split.
    scores : ndarray (n_events,)
    bits : int
        Of a rank.

    Returns
    -------
    ndarray (n_events,) of int64
        From 0 to 2^bits - 1.
    """
    at_or_above = len(reference) - np.searchsorted(np.sort(reference), scores, side="left")
    limits = allowed(RankScale.FLAT, bits, len(reference))
    return np.asarray(np.searchsorted(-limits, -at_or_above, side="right") - 1)


def _key(name: str, model: str) -> tuple[str, str]:
    """Model and score as in ``scores.npz``."""
    return (f"single_{model}", "score") if name == "single" else (model, name)


def _is_scored(run: ComparedRun, leaf: Compared, model: str) -> bool:
    if leaf.configuration == BASELINES:  # integers from hardware words
        return model == MODELS[-1]
    prefixed, score = _key(leaf.name, model)
    return score in run.scores.lsbs.get(prefixed, {})
