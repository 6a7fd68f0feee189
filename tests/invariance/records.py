"""A record with a figure of every kind: flat, steep, few events."""

from __future__ import annotations

from trigger_ad.invariance.record import (
    BinRates,
    Changed,
    ClosureInside,
    Correlation,
    GroupRates,
    Inside,
    InvarianceRecord,
    Ratio,
    Turned,
)
from trigger_ad.rates.figure import EffectiveFigure


def figure_of(value: float | None, limit: float | None = None) -> EffectiveFigure:
    ends = (None, None) if value is None else (0.9 * value, 1.1 * value)
    effective = 40.0 if value is None else 400.0
    return EffectiveFigure(
        value=value, low=ends[0], high=ends[1], upper_limit=limit, effective_events=effective
    )


def group(by: str, ratios: tuple[Ratio, Ratio, Ratio]) -> GroupRates:
    names = ("score1", "score2", "A")
    rates = ((0.1, 0.2, 0.01), (0.1, 0.1, None))
    return GroupRates(
        by=by,
        bins=tuple(
            BinRates(
                name=f"bin {number}",
                events=1000,
                rates={
                    name: figure_of(value, None if value else 0.02)
                    for name, value in zip(names, row, strict=True)
                },
            )
            for number, row in enumerate(rates)
        ),
        ratios=dict(zip(names, ratios, strict=True)),
    )


def ratio(value: float | None, low: float, high: float | None) -> Ratio:
    return Ratio(value=value, low=low, high=high)


FLAT, STEEP, FEW = ratio(1.02, 1.0, 1.1), ratio(2.5, 2.2, 2.9), ratio(None, 1.0, None)


def changed(kind: str, most: int, few: bool = False) -> Changed:
    part = figure_of(0.1 if most else 0.0)
    of_a = figure_of(None, 0.4) if few else part
    return Changed(
        kind=kind,
        transformations=143 if kind == "turns" else 1,
        events=5000 if most == 0 else 1000,
        changed=most,
        any=part,
        mean=part,
        any_of_a=of_a,
        mean_of_a=of_a,
        scores={"score1": 0, "score2": most},
    )


def closure(value: float | None) -> ClosureInside:
    return ClosureInside(
        observed=200.0,
        predicted=None if value is None else 200 * value,
        ratio=value,
        interval95=None if value is None else (0.95 * value, 1.05 * value),
        effective_events=0.0 if value is None else 200.0,
    )


def record(most: int = 17) -> InvarianceRecord:
    kinds = ("turns", "mirror", "exchange")
    correlation = Correlation(value=0.05, low=0.0, high=0.09, events=900)
    return InvarianceRecord(
        cuts={"score1": 200, "score2": 210},
        passing={"score1": 0.1, "score2": 0.101},
        thresholds={"score1": 300, "score2": 310},
        flavours={"egamma": 8.0, "muon": 3.0},
        turned=Turned(
            steps=144,
            events=5000,
            changed=tuple(changed(kind, most, kind == "mirror") for kind in kinds),
        ),
        groups=(
            group("azimuth_muon", (FLAT, STEEP, FEW)),
            group("flavour", (STEEP, STEEP, FEW)),
            group("pileup", (ratio(0.9, 0.8, 1.0), ratio(4.0, 3.5, 4.5), FEW)),
            group("halves", (FLAT, FLAT, ratio(1.1, 1.0, 1.3))),
        ),
        inside=(
            Inside(
                by="all",
                name="all",
                events=5000,
                correlation=correlation,
                closure={"tenth": closure(1.0), "working_point": closure(0.6)},
            ),
            Inside(
                by="flavour",
                name="muon only",
                events=900,
                correlation=correlation,
                closure={"tenth": closure(1.0), "working_point": closure(0.5)},
            ),
            Inside(
                by="flavour",
                name="both",
                events=70,
                correlation=None,
                closure={"tenth": closure(None), "working_point": closure(None)},
            ),
        ),
    )
