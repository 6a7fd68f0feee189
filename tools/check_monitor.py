"""Delays and false alarms of the monitor on simulated runs: the tables of docs/monitor.md.

    python tools/check_monitor.py [--quiet-runs 200] [--fault-runs 50] [--kappa-error 0.002]
        [--scan RATES_SCAN]

Runs of 500 luminosity sections are count toys: no events are simulated, and the charts see only
Poisson scatter. Every run has its own seed, so that the tables come out the same each time.
The exit code is 1 where false alarms are more than the thresholds are made for, or where a fault is
found in too few runs or too late; with an error of kappa, or at the rates of a scan, only the false
alarms count. Rates of a scan are those of nature, also of a sample drawn in strata.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from trigger_ad.abcd.kappa import Kappa
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.monitor.scanned import plan_of
from trigger_ad.monitor.settings import Settings
from trigger_ad.monitor.state import MonitorState
from trigger_ad.monitor.toys import FAULTS, TRUTH, Plan, simulate
from trigger_ad.monitor.watch import advance

#: Seeds of runs with a fault start here, those of quiet runs at 1.
FAULT_SEEDS = 1_000_001


#: Part of the runs in which a fault must be found, and its largest median delay in sections.
#: Faults that need no statistics are found in every run, in their first section.
CLAIMS = {
    "signal, 1 % of A": (0.85, 150),
    "signal, 3 % of A": (1.0, 25),
    "signal, 10 % of A": (1.0, 5),
    "response of score 1, +3 %": (1.0, 5),
    "response of both scores, -3 %": (1.0, 5),
    "response of score 1, +0.1 % a section": (1.0, 30),
}

#: Probability with which chance alone may exceed the false alarms that are allowed.
RARE = 1e-3


@dataclass(frozen=True)
class Outcome:
    """Alarms of one run.

    Parameters
    ----------
    raised : dict of str to int
        How often each kind was raised.
    delay : int or None
        Sections from the start of the fault to the first alarm of the right kind, the first
        section counted as 1.
    """

    raised: dict[str, int]
    delay: int | None


def follow(fault: str, seed: int, settings: Settings, plan: Plan, kappa: Kappa = TRUTH) -> Outcome:
    """Watch one simulated run."""
    state, delay = MonitorState(), None
    for counts in simulate(fault, seed, plan, kappa):
        state = advance(state, counts, settings)
        kinds = {alarm.kind for alarm in state.active}
        if delay is None and counts.section >= plan.start and FAULTS[fault].kind in kinds:
            delay = counts.section - plan.start + 1
    return Outcome(state.raised, delay)


def line(fault: str, outcomes: Sequence[Outcome]) -> str:
    """A row of the table of delays."""
    kind = FAULTS[fault].kind
    delays = [outcome.delay for outcome in outcomes if outcome.delay is not None]
    low, middle, high = (
        np.percentile(delays, (16, 50, 84), method="nearest") if delays else ("–",) * 3
    )
    told = ", ".join(f"{n} {k}" for k, n in sorted(others(fault, outcomes).items())) or "none"
    seen = f"{len(delays)} of {len(outcomes)}"
    return f"| {fault} | `{kind}` | {seen} | {middle} | {low} to {high} | {told} |"


def others(fault: str, outcomes: Sequence[Outcome]) -> Counter[str]:
    """Alarms besides the right one, by kind."""
    found = Counter[str]()
    for outcome in outcomes:
        found.update({k: n for k, n in outcome.raised.items() if k != FAULTS[fault].kind})
    return found


def found(fault: str, outcomes: Sequence[Outcome]) -> bool:
    """Whether a fault was found as often and as soon as claimed."""
    part, latest = CLAIMS.get(fault, (1.0, 1))
    delays = [outcome.delay for outcome in outcomes if outcome.delay is not None]
    return len(delays) >= part * len(outcomes) and bool(np.median(delays) <= latest)


def few(alarms: int, sections: int, settings: Settings) -> bool:
    """Whether false alarms may be chance at one in `Settings.quiet` sections."""
    from scipy.stats import poisson

    return bool(poisson.sf(alarms - 1, sections / settings.quiet) > RARE)


def quiet(outcomes: Sequence[Outcome]) -> str:
    """False alarms of quiet runs in one sentence."""
    kinds = Counter[str]()
    for outcome in outcomes:
        kinds.update(outcome.raised)
    told = ", ".join(f"{n} {k}" for k, n in sorted(kinds.items())) or "none"
    total = sum(kinds.values())
    return (
        f"{total} false alarms in {len(outcomes)} quiet runs ({told}): "
        f"{total / len(outcomes):.3f} a run"
    )


def main() -> int:
    """Print the tables; 1 where the monitor is not as claimed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quiet-runs", type=int, default=200)
    parser.add_argument("--fault-runs", type=int, default=50)
    parser.add_argument("--kappa-error", type=float, default=0.0)
    parser.add_argument("--signal-region", type=float, default=2000.0)
    parser.add_argument("--scan", type=Path, help="rates of the regions, with kappa of this scan")
    parser.add_argument("--only", default="", help="faults whose name or alarm has this in it")
    given = parser.parse_args()
    plan, truth = Plan(signal_region=given.signal_region), TRUTH
    if given.scan:
        plan, truth = plan_of(ScanRecord.read(given.scan))
    settings = Settings(kappa=replace(truth, value_error=given.kappa_error))
    print(
        f"{plan.sections} sections, {plan.signal_region:g} events in A, "
        f"{plan.signal_region / plan.efficiency:g} in B + A and in C + A, "
        f"{plan.signal_region / plan.efficiency**2:g} in all in the first; "
        f"kappa known to {100 * given.kappa_error:g} %; faults from section {plan.start}\n"
    )
    began = time.process_time()
    sections = missed = 0
    claimed = not given.kappa_error and plan == Plan()
    if given.quiet_runs:
        seeds = range(1, 1 + given.quiet_runs)
        outcomes = [follow("quiet", seed, settings, plan, truth) for seed in seeds]
        print(quiet(outcomes), flush=True)
        sections += given.quiet_runs * plan.sections
        missed += not few(sum(others("quiet", outcomes).values()), sections, settings)
    print("\n| fault | alarm | raised in | delay, median | 68 % | other alarms |")
    print("|---|---|---|---|---|---|")
    for fault in list(FAULTS)[1:]:
        if given.only in f"{fault} {FAULTS[fault].kind}" and given.fault_runs:
            seeds = range(FAULT_SEEDS, FAULT_SEEDS + given.fault_runs)
            outcomes = [follow(fault, seed, settings, plan, truth) for seed in seeds]
            print(line(fault, outcomes), flush=True)
            watched = given.fault_runs * plan.sections
            sections += watched
            missed += not few(others(fault, outcomes).total(), watched, settings)
            missed += claimed and not found(fault, outcomes)
    took = time.process_time() - began
    print(f"\n{1e3 * took / max(sections, 1):.2f} ms of CPU time a section, drawing included")
    print(f"{missed} not as claimed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
