"""The trigger as one seed of a menu: rates, what it adds, and what its thresholds can reach."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.working_point import steps_of
from trigger_ad.config import Trigger
from trigger_ad.errors import NormalisationError, WorkingPointError
from trigger_ad.menu import fragment
from trigger_ad.menu.composition import composition
from trigger_ad.menu.counts import PatternCounts
from trigger_ad.menu.gain import Sample, gain, sample, to_json
from trigger_ad.menu.integers import IntegerMenu, on_hardware, thresholds_of
from trigger_ad.menu.rates import menu_rates
from trigger_ad.menu.record import GainRecord, MenuRatesRecord, RunMenuRecord, Staircase
from trigger_ad.menu.untaken import signal_seed
from trigger_ad.rates.normalisation import InputRate, input_rate
from trigger_ad.rates.record import RatesRecord
from trigger_ad.run.folder.baselines import Baselines
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.menu import menu_inside
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run_folder import BACKGROUND, NAMES, THRESHOLD
from trigger_ad.trigger.registers import Registers

__all__ = ["run"]

_SCORES = ("score1", "score2")


def run(context: Context) -> None:
    """Write ``menu.json`` and ``menu_fragment.json``."""
    settings = context.config.trigger
    registers = RatesRecord.read(context.run.rates).registers
    menu = menu_inside(settings, registers)
    seed = signal_seed(menu)
    data = Dataset(context.folder, context.config.features)
    scores = ScoreTable(context.run.scores)
    seeds = on_hardware(menu, data.layout, thresholds_of(registers, _SCORES))
    plain = Baselines(data)
    threshold, test = (
        _sample(plain, scores, seeds, BACKGROUND, split) for split in ("threshold", "test")
    )
    signals = {name: _sample(plain, scores, seeds, name) for name in data.signals}
    counts = PatternCounts.of(
        test.patterns,
        seeds,
        test.clusters,
        stratum=data.stratum(BACKGROUND, "test"),
        strata=data.strata,
    )
    source = _input_rate(context, data)
    rates = menu_rates(counts, seeds, source, strata=data.strata)
    gained, refused = _gain(seeds, seed.name, threshold, test, signals)
    record = RunMenuRecord(
        menu=menu.name,
        seeds=tuple(str(integers) for integers in seeds.seeds),
        rates=MenuRatesRecord.from_json(rates.to_json(), f"the rates of menu {menu.name}"),
        input_rate_hz=source.hz if source else None,
        gain=gained,
        gain_refused=refused,
        staircase=_staircase(settings, scores, threshold, registers),
        composition=composition(data.words(BACKGROUND, "test"), seeds, seed.name, test),
    )
    record.write(context.out(NAMES.menu))
    fragment.fragment(seeds).write(context.out(NAMES.menu_fragment))


def _sample(
    plain: Baselines, scores: ScoreTable, menu: IntegerMenu, name: str, split: str | None = None
) -> Sample:
    data, key = plain.data, name if split is None else f"{name}_{split}"
    pair = dict(zip(_SCORES, scores.pair("firmware", key), strict=True))
    drawn = None if split is None else data.drawn(split)
    clusters = data.identity(name, split)
    return sample(data.words(name, split), pair, clusters, menu, drawn, plain.filled)


def _gain(
    menu: IntegerMenu, seed: str, threshold: Sample, test: Sample, signals: dict[str, Sample]
) -> tuple[GainRecord | None, str | None]:
    """What the seed adds, or why that cannot be said."""
    try:
        rows = gain(menu, seed, threshold, test, signals)
    except WorkingPointError as error:
        return None, str(error)
    return GainRecord.from_json(to_json(rows), f"the gain of {seed}"), None


def _input_rate(context: Context, data: Dataset) -> InputRate | None:
    """Normalisation of the background, none if the run has none."""
    try:
        return input_rate(data.origin(BACKGROUND), context.config.trigger.rate)
    except NormalisationError:
        return None


def _staircase(
    settings: Trigger, scores: ScoreTable, threshold: Sample, registers: Registers
) -> Staircase:
    """Every rate of region A that the working point was chosen from, on the threshold split."""
    pair, held = scores.pair("firmware", THRESHOLD), settings.score2_efficiency
    steps = steps_of(*pair, threshold.untaken, threshold.drawn, held)
    first, second = steps.thresholds
    cuts = registers.pair
    chosen = (first == cuts[0]) & (second == cuts[1])
    return Staircase(
        events=steps.events,
        threshold1=tuple(first.tolist()),
        threshold2=tuple(second.tolist()),
        total=tuple(steps.total.tolist()),
        pure=tuple(steps.pure.tolist()),
        chosen=int(chosen.argmax()),
        effective=_numbers(steps.effective),
        effective_pure=_numbers(steps.effective_pure),
    )


def _numbers(values: NDArray[np.float64] | None) -> tuple[float, ...] | None:
    return None if values is None else tuple(values.tolist())
