"""What a comparison writes: the record ``compare/1`` and its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from trigger_ad.storage.record import FileRecord, Record

__all__ = [
    "ClaimRow",
    "CompareRecord",
    "ConfigurationRow",
    "CorrelationTable",
    "Cut",
    "MemberRow",
    "OverSeeds",
    "PairClosure",
    "ResourcesOverSeeds",
    "Rules",
    "SampleEvents",
    "ScoreRow",
    "SignalRow",
    "TotalImprovement",
]


class OverSeeds(Record):
    """A figure over seeds.

    Parameters
    ----------
    mean : float or None
        None where one of the seeds does not know it.
    spread : float or None
        Standard deviation of the values of two seeds or more.
    low, high : float or None
        95 % interval of the figure of one seed.
    values : tuple of float, int or None
        By seed; those of resources are whole.
    """

    mean: float | None
    spread: float | None
    low: float | None
    high: float | None
    values: tuple[float | int | None, ...]


class ConfigurationRow(Record):
    """A configuration with its runs."""

    name: str
    scorer: str
    seeds: tuple[int, ...]
    folders: tuple[str, ...]


class SampleEvents(Record):
    """Events of a sample, and SHA-256 of their words and parton events."""

    events: int
    sha256: str


class Rules(Record):
    """What the figures are made by."""

    fewest_background_events: int
    rank_bits: int
    background_efficiencies: Mapping[str, float]


class Cut(Record):
    """A threshold: the split that it was chosen on, and the background that it keeps."""

    chosen_on: str | None
    background: OverSeeds


class SignalRow(Record):
    """Figures of a score for one signal; efficiencies by background efficiency."""

    auc: OverSeeds
    efficiency: Mapping[str, OverSeeds]
    sic_maximum: OverSeeds
    improvement: OverSeeds


class TotalImprovement(Record):
    """Smallest, median and largest significance improvement over the signals."""

    minimum: OverSeeds
    median: OverSeeds
    maximum: OverSeeds


class ScoreRow(Record):
    """A score of one model.

    Parameters
    ----------
    configuration : str or None
        None where its members belong to several.
    score : str
        Name, as of `compared.Compared`.
    members : tuple of str
        Labels of what is combined.
    label, model : str
    seeds : tuple of int
    cuts : mapping of str to Cut
        By background efficiency.
    signals : mapping of str to SignalRow
    total_improvement : TotalImprovement
    """

    configuration: str | None
    score: str
    members: tuple[str, ...]
    label: str
    model: str
    seeds: tuple[int, ...]
    cuts: Mapping[str, Cut]
    signals: Mapping[str, SignalRow]
    total_improvement: TotalImprovement


class CorrelationTable(Record):
    """Coefficients of all pairs of scores; None where two have no seed in common."""

    model: str
    scores: tuple[str, ...]
    pearson: tuple[tuple[OverSeeds | None, ...], ...]
    rank: tuple[tuple[OverSeeds | None, ...], ...]


class MemberRow(Record):
    """Coefficients of the pairs of members of an ensemble, behind the score that learned it."""

    score: str
    seeds: tuple[int, ...]
    smallest: OverSeeds
    median: OverSeeds
    largest: OverSeeds


class PairClosure(Record):
    """Predicted over observed background of two scores at one efficiency."""

    pair: tuple[str, ...]
    model: str
    sm_efficiency: float
    ratio: OverSeeds
    effective_events: float | None


class ResourcesOverSeeds(Record):
    """A row of the ledger over seeds; of one stage, tool and part."""

    configuration: str
    stage: str
    tool: str
    version: str | None
    part: str | None
    clock_ns: float | None
    note: str
    lut: OverSeeds
    ff: OverSeeds
    dsp: OverSeeds
    latency_cycles: OverSeeds
    ii: OverSeeds


class ClaimRow(Record):
    """A claim of a paper, what it is tried on, and what is found; None is not decided."""

    claim: str
    about: str
    here: str
    confirmed: bool | None


class CompareRecord(FileRecord):
    """What ``compare.json`` holds."""

    SCHEMA: ClassVar[str] = "compare/1"

    configurations: tuple[ConfigurationRow, ...]
    events: Mapping[str, SampleEvents]
    rules: Rules
    scores: tuple[ScoreRow, ...]
    correlations: tuple[CorrelationTable, ...]
    members: tuple[MemberRow, ...]
    closure: tuple[PairClosure, ...]
    resources: tuple[ResourcesOverSeeds, ...]
    claims: tuple[ClaimRow, ...]
