"""Simulated runs of luminosity sections: counts drawn from their law, no events, no networks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from trigger_ad.abcd.kappa import Kappa
from trigger_ad.errors import ConfigError
from trigger_ad.monitor.counts import Counts, Fractions, Integers
from trigger_ad.trigger.registers import HUNDREDTHS

__all__ = ["FAULTS", "TRUTH", "Fault", "Plan", "simulate"]

#: Non-closure of the toys. Nobody knows it without error: give the monitor one.
TRUTH = Kappa(1.03, 0.001, 50.0, 0.0, 0.0)

#: How a signal is spread over A, B, C and D.
_SIGNAL = np.array([0.6, 0.15, 0.15, 0.1])


@dataclass(frozen=True)
class Plan:
    """A fill: pile-up falls exponentially, and with it rate and tails.

    Parameters
    ----------
    sections : int
    start, end : int
        Section in which a fault begins, and the first without it; sections are counted from 1.
    signal_region : float
        Events expected in A in the first section.
    efficiency : float
        Of each threshold alone, in the first section.
    pileup, last_pileup : float
        Of the first and the last section.
    tail_slope, rate_slope : float
        Change of the logarithm of the efficiencies, and of the rate, for one more collision.
    live : float
    seconds : float
    prescale : tuple of 4 int
        In hundredths.
    efficiency2 : float, optional
        Of the threshold of score 2, where it is another one.
    """

    sections: int = 500
    start: int = 201
    end: int = 2**31
    signal_region: float = 2000.0
    efficiency: float = 0.1
    pileup: float = 60.0
    last_pileup: float = 40.0
    tail_slope: float = 0.005
    rate_slope: float = 0.002
    live: float = 0.97
    seconds: float = 23.31
    prescale: tuple[int, int, int, int] = (100, 1000, 1000, 25_050)
    efficiency2: float | None = None

    @property
    def efficiencies(self) -> tuple[float, float]:
        """Of both thresholds, in the first section."""
        second = self.efficiency if self.efficiency2 is None else self.efficiency2
        return self.efficiency, second


@dataclass(frozen=True)
class _Section:
    """Truth of one section, which a fault changes before or after the draw."""

    since: int
    rate: float
    efficiency: tuple[float, float]
    live: tuple[float, float, float, float]
    declared: tuple[float, float, float, float]
    signal: float = 0.0


def _unchanged(section: _Section) -> _Section:
    return section


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong.

    Parameters
    ----------
    kind : str
        Of the alarm it should raise; empty for none.
    truth : callable
        Changes a section before its counts are drawn.
    always, never : int or None
        Code of a region whose fires are all accepted, or none of them.
    reset : bool
        Whether sections clear the prescale counters.
    """

    kind: str
    truth: Callable[[_Section], _Section] = _unchanged
    always: int | None = None
    never: int | None = None
    reset: bool = False


def _signal(fraction: float) -> Fault:
    return Fault("signal", lambda s: replace(s, signal=fraction))


def _response(first: float, second: float, ramp: float = 0.0) -> Fault:
    def change(s: _Section) -> _Section:
        one, two = s.efficiency
        return replace(s, efficiency=(one * first * (1 + ramp * s.since), two * second))

    return Fault("drift", change)


def _live(declared: float, real: float, region: int | None = None) -> Fault:
    def change(s: _Section) -> _Section:
        which = [region is None or region == code for code in range(4)]
        a, b, c, d = (x * real if w else x for x, w in zip(s.live, which, strict=True))
        e, f, g, h = (x * declared if w else x for x, w in zip(s.declared, which, strict=True))
        return replace(s, live=(a, b, c, d), declared=(e, f, g, h))

    return Fault("live", change)


#: Every fault by name; `quiet` is none.
FAULTS = {
    "quiet": Fault(""),
    "signal, 1 % of A": _signal(0.01),
    "signal, 3 % of A": _signal(0.03),
    "signal, 10 % of A": _signal(0.10),
    "response of score 1, +3 %": _response(1.03, 1.0),
    "response of both scores, -3 %": _response(0.97, 0.97),
    "response of score 1, +0.1 % a section": _response(1.0, 1.0, 0.001),
    "prescaler of B accepts always": Fault("prescaler", always=1),
    "prescaler of D accepts never": Fault("prescaler", never=3),
    "prescalers cleared by sections": Fault("prescaler", reset=True),
    "no events": Fault("dead", lambda s: replace(s, rate=0.0)),
    "1 % of the events": Fault("dead", lambda s: replace(s, rate=0.01 * s.rate)),
    "score 1 is always 0": Fault("dead", lambda s: replace(s, efficiency=(0.0, s.efficiency[1]))),
    "live time -10 %, declared": _live(0.9, 0.9),
    "live time of C -5 %, declared": _live(0.95, 0.95, region=2),
    "live time -5 %, not declared": _live(1.0, 0.95),
}


def simulate(
    fault: str, seed: int, plan: Plan | None = None, kappa: Kappa = TRUTH
) -> Iterator[Counts]:
    """Draw a run.

    Parameters
    ----------
    fault : str
        A name of `FAULTS`.
    seed : int
        Of every draw.
    plan : Plan, optional
    kappa : Kappa
        True non-closure.

    Yields
    ------
    Counts
        Sections 1 to `plan.sections` of a run whose number is the seed.

    Raises
    ------
    ConfigError
        If the fault is not known.
    """
    if fault not in FAULTS:
        raise ConfigError(
            "the fault", f"must be one of {', '.join(FAULTS)}", repr(fault), "choose one of these"
        )
    plan = plan or Plan()
    draw = np.random.default_rng(seed)
    counter = [0, 0, 0, 0]
    for number in range(1, plan.sections + 1):
        on = plan.start <= number < plan.end
        now = FAULTS[fault if on else "quiet"]
        pileup = _pileup(plan, number)
        truth = now.truth(_truth(plan, number, pileup))
        events = _events(truth, plan.seconds, kappa.at(pileup)[0], draw)
        counter = [0, 0, 0, 0] if now.reset else counter
        accepts = []
        for code, fires in enumerate(events):
            accepted, counter[code] = divmod(
                counter[code] + HUNDREDTHS * fires, plan.prescale[code]
            )
            accepts.append(fires if code == now.always else 0 if code == now.never else accepted)
        yield Counts(
            run=seed,
            section=number,
            seconds=plan.seconds,
            pileup=round(pileup, 3),
            live=Fractions.of(truth.declared),
            events=sum(events),
            before=Integers.of(events),
            after=Integers.of(accepts),
            prescale=Integers.of(plan.prescale),
        )


def _pileup(plan: Plan, number: int) -> float:
    part = (number - 1) / max(plan.sections - 1, 1)
    return plan.pileup * math.exp(part * math.log(plan.last_pileup / plan.pileup))


def _truth(plan: Plan, number: int, pileup: float) -> _Section:
    lower = pileup - plan.pileup
    tails = math.exp(plan.tail_slope * lower)
    one, two = plan.efficiencies
    # Kappa of the first section is left out: it is within a few percent of 1.
    rate = plan.signal_region / (one * two) / (plan.seconds * plan.live)
    live = (plan.live,) * 4
    return _Section(
        number - plan.start + 1,
        rate * math.exp(plan.rate_slope * lower),
        (one * tails, two * tails),
        live,
        live,
    )


def _events(truth: _Section, seconds: float, kappa: float, draw: np.random.Generator) -> list[int]:
    """Poisson counts whose means have N_A = kappa N_B N_C / N_D, and a signal."""
    one, two = truth.efficiency
    shares = np.array([kappa * one * two, one * (1 - two), (1 - one) * two, (1 - one) * (1 - two)])
    shares += truth.signal * shares[0] / _SIGNAL[0] * _SIGNAL
    means = shares * truth.rate * seconds * np.array(truth.live)
    return [int(count) for count in draw.poisson(means)]
