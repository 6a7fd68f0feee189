"""Baselines that need no network, as scores beside those of the runs."""

from __future__ import annotations

from collections.abc import Mapping

from trigger_ad.compare.compared import BASELINES, Compared
from trigger_ad.compare.runs import ComparedRun
from trigger_ad.errors import ConfigError
from trigger_ad.run_folder import TEST

__all__ = ["baseline_runs", "baseline_scores"]


def baseline_runs(
    configurations: Mapping[str, Mapping[int, ComparedRun]],
) -> dict[str, Mapping[int, ComparedRun]]:
    """One run, of whose events baselines are; all runs have the same.

    Raises
    ------
    ConfigError
        If a configuration has the name that stands for baselines.
    """
    if BASELINES in configurations:
        raise ConfigError(
            f"configuration {BASELINES!r}",
            "must have another name",
            "that of the scores that need no network",
            "rename it",
        )
    first = next(iter(next(iter(configurations.values())).values()))
    return {BASELINES: {first.seed: first}}


def baseline_scores(runs: Mapping[str, Mapping[int, ComparedRun]]) -> list[Compared]:
    """Every baseline of the run that `baseline_runs` gives."""
    (run,) = runs[BASELINES].values()
    return [Compared(BASELINES, name) for name in run.baselines.get(TEST, ())]
