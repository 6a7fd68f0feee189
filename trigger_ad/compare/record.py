"""The record ``compare/1``: every score of every configuration, for every signal and model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from trigger_ad.compare.baselines import baseline_runs, baseline_scores
from trigger_ad.compare.claims import claims
from trigger_ad.compare.compared import MODELS, Compared, across, of_configuration, rank_bits
from trigger_ad.compare.dependence import correlations, pair_closure
from trigger_ad.compare.members import member_correlations
from trigger_ad.compare.members import rows as member_rows
from trigger_ad.compare.performance import Performance, performance
from trigger_ad.compare.rows import (
    CompareRecord,
    ConfigurationRow,
    CorrelationTable,
    Cut,
    PairClosure,
    ResourcesOverSeeds,
    Rules,
    SampleEvents,
    ScoreRow,
    SignalRow,
    TotalImprovement,
)
from trigger_ad.compare.runs import ComparedRun, by_configuration
from trigger_ad.compare.seeds import over_seeds
from trigger_ad.errors import ConfigError
from trigger_ad.ledger.rows import ResourceRow
from trigger_ad.run_folder import TEST, THRESHOLD
from trigger_ad.statistics.improvement import BACKGROUND_EFFICIENCIES, FEWEST

__all__ = ["compare"]

#: Told of the part done (0 to 1) and a short note.
Told = Callable[[float, str], None]

#: One run of each configuration, for each seed.
Seeds = Sequence[Mapping[str, ComparedRun]]


def compare(
    runs: Sequence[ComparedRun], combine: Sequence[str] = (), told: Told | None = None
) -> CompareRecord:
    """Compare the scores of runs on the same events.

    Parameters
    ----------
    runs : sequence of ComparedRun
        At least one; those of one name are the seeds of a configuration.
    combine : sequence of str
        Scores of any configurations to combine, as ``a:score1,b:score2``.
    told : callable, optional

    Returns
    -------
    CompareRecord

    Raises
    ------
    ConfigError
        If configurations, seeds or scores to combine do not fit together.
    RunFolderError
        If the runs are not of the same events.
    """
    configurations = by_configuration(runs)
    known = configurations | baseline_runs(configurations)
    scores = [*_scores(configurations), *baseline_scores(known)]
    combined = [score for text in combine for score in across(text, scores)]
    seeds = {score: _seeds(score, known) for score in (*scores, *combined)}
    results: dict[Compared, dict[str, dict[int, Performance]]] = {}
    for place, (score, of_seeds) in enumerate(seeds.items()):
        if told is not None:
            told(place / len(seeds), score.label)
        results[score] = {
            model: {_seed(one): performance(score, one, model) for one in of_seeds}
            for model in _models(score, of_seeds)
        }
    first = runs[0]
    tables = list(_correlations(scores, known))
    kinds = {label: kind for run in runs for label, kind in run.kinds.items()}
    members = {
        label: found
        for by_seed in configurations.values()
        for label, found in member_correlations(by_seed).items()
    }
    return CompareRecord(
        configurations=tuple(_configuration(runs) for runs in configurations.values()),
        events={
            name: SampleEvents(events=len(first.clusters[name]), sha256=digest)
            for name, digest in first.digests.items()
        },
        rules=Rules(
            fewest_background_events=FEWEST,
            rank_bits=rank_bits(len(first.clusters[THRESHOLD]), 2),
            background_efficiencies=dict(BACKGROUND_EFFICIENCIES),
        ),
        scores=tuple(
            _row(score, model, of)
            for score, models in results.items()
            for model, of in models.items()
        ),
        correlations=tuple(tables),
        members=tuple(member_rows(members)),
        closure=tuple(_closure(seeds)),
        resources=tuple(row for name, of in configurations.items() for row in _resources(name, of)),
        claims=tuple(claims(results, kinds, tables, members)),
    )


def _scores(configurations: Mapping[str, Mapping[int, ComparedRun]]) -> list[Compared]:
    """Scores of all configurations; a baseline that an earlier one has as well is left out."""
    found: list[Compared] = []
    for of in configurations.values():
        for score in of_configuration(list(of.values())):
            others = [one for one in found if one.name == "single"]
            if score.name != "single" or not any(
                _same(one, score, configurations) for one in others
            ):
                found.append(score)
    return found


def _same(
    one: Compared, two: Compared, configurations: Mapping[str, Mapping[int, ComparedRun]]
) -> bool:
    """Whether two scores are equal for the seeds of both, in every model."""
    first, second = configurations[one.configuration], configurations[two.configuration]
    return list(first) == list(second) and all(
        one.models({one.configuration: first[seed]}) == two.models({two.configuration: run})
        and all(
            np.array_equal(
                one.values({one.configuration: first[seed]}, model, TEST),
                two.values({two.configuration: run}, model, TEST),
            )
            for model in two.models({two.configuration: run})
        )
        for seed, run in second.items()
    )


def _seeds(score: Compared, configurations: Mapping[str, Mapping[int, ComparedRun]]) -> Seeds:
    """One run of each configuration behind a score, for every seed that all of them have."""
    names = list(dict.fromkeys(leaf.configuration for leaf in score.leaves))
    common = [
        seed
        for seed in configurations[names[0]]
        if all(seed in configurations[name] for name in names)
    ]
    if not common:
        raise ConfigError(
            "scores to combine",
            "must have a seed in common",
            " and ".join(f"{n} of {', '.join(map(str, configurations[n]))}" for n in names),
            "give --seeds",
        )
    return [{name: configurations[name][seed] for name in names} for seed in common]


def _seed(runs: Mapping[str, ComparedRun]) -> int:
    """Seed that all of these runs have."""
    return next(iter(runs.values())).seed


def _models(score: Compared, seeds: Seeds) -> list[str]:
    known = [score.models(runs) for runs in seeds]
    return [model for model in MODELS if all(model in models for models in known)]


def _configuration(runs: Mapping[int, ComparedRun]) -> ConfigurationRow:
    first = next(iter(runs.values()))
    return ConfigurationRow(
        name=first.name,
        scorer=" and ".join(dict.fromkeys(first.kinds.values())),
        seeds=tuple(runs),
        folders=tuple(str(run.folder) for run in runs.values()),
    )


def _row(score: Compared, model: str, by_seed: Mapping[int, Performance]) -> ScoreRow:
    found = list(by_seed.values())
    totals = [one.total for one in found]
    return ScoreRow(
        configuration=score.configuration or None,
        score=score.name,
        members=tuple(member.label for member in score.members),
        label=score.label,
        model=model,
        seeds=tuple(by_seed),
        cuts={name: _cut([one.cuts[name] for one in found]) for name in BACKGROUND_EFFICIENCIES},
        signals={
            signal: _signal([one.signals[signal] for one in found]) for signal in found[0].signals
        },
        total_improvement=TotalImprovement(
            minimum=over_seeds([None if of is None else of.minimum for of in totals]),
            median=over_seeds([None if of is None else of.median for of in totals]),
            maximum=over_seeds([None if of is None else of.maximum for of in totals]),
        ),
    )


def _cut(cuts: Sequence[Any]) -> Cut:
    known = [cut for cut in cuts if cut is not None]
    return Cut(
        chosen_on=known[0].split if known else None,
        background=over_seeds([cut and cut.background for cut in cuts]),
    )


def _signal(figures: Sequence[Any]) -> SignalRow:
    return SignalRow(
        auc=over_seeds([one.auc for one in figures]),
        efficiency={
            name: over_seeds([one.at[name] and one.at[name].signal for one in figures])
            for name in BACKGROUND_EFFICIENCIES
        },
        sic_maximum=over_seeds([one.sic_maximum for one in figures]),
        improvement=over_seeds([one.improvement for one in figures]),
    )


def _correlations(
    scores: Sequence[Compared], configurations: Mapping[str, Mapping[int, ComparedRun]]
) -> Iterator[CorrelationTable]:
    alone = [score for score in scores if not score.members]
    for model in MODELS:
        kept = [score for score in alone if model in _models(score, _seeds(score, configurations))]
        if kept:
            yield correlations(kept, configurations, model)


def _closure(seeds: Mapping[Compared, Seeds]) -> Iterator[PairClosure]:
    """Of the two scores of each configuration, and of each two scores to combine."""
    for score, of in seeds.items():
        if score.name == "and" and len(score.members) == 2:
            for model in _models(score, of):
                yield from pair_closure(score.members, of, model)


def _resources(name: str, runs: Mapping[int, ComparedRun]) -> Iterator[ResourcesOverSeeds]:
    """Rows of the ledger over seeds; of one stage, tool and part, never mixed."""
    groups: dict[tuple[Any, ...], list[ResourceRow]] = {}
    for run in runs.values():
        for row in run.resources:
            groups.setdefault((row.stage, row.tool, row.version, row.part), []).append(row)
    for (stage, tool, version, part), rows in groups.items():
        if len(rows) == len(runs):
            yield ResourcesOverSeeds(
                configuration=name,
                stage=str(stage),
                tool=tool,
                version=version,
                part=part,
                clock_ns=rows[0].clock_ns,
                note=rows[0].note if all(row.lut is None for row in rows) else "",
                lut=over_seeds([row.lut for row in rows]),
                ff=over_seeds([row.ff for row in rows]),
                dsp=over_seeds([row.dsp for row in rows]),
                latency_cycles=over_seeds([row.latency_cycles for row in rows]),
                ii=over_seeds([row.ii for row in rows]),
            )
