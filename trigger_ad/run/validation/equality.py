"""Whether every implementation of the hardware gives the same integers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.emulate.abi import SharedObject
from trigger_ad.emulate.compare import (
    MINIMUM_EVENTS,
    MINIMUM_SCORES,
    RungComparison,
    compare,
    distinct,
    extremes,
)
from trigger_ad.emulate.csim import CSimulation
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.emulate.qkeras import QKerasEmulator
from trigger_ad.emulate.rtl import RtlSimulation
from trigger_ad.emulate.top import TopSimulation
from trigger_ad.features.words import scale_array, scaled_range
from trigger_ad.network import HardwareNetwork
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.run.dataset import Dataset
from trigger_ad.run.emulation import load_scores, load_trigger
from trigger_ad.run.models import EMULATOR, MODELS, RTL
from trigger_ad.run.validation.top import Top, compare_tops

__all__ = ["AGAINST", "equality", "firmware_equality"]

#: Every rung and the one it is compared with: a triangle, so that none vouches for itself.
AGAINST = {"fast": "qkeras", "csim": "fast", "qkeras": "csim"}

#: ``outputs`` and ``scores``, each by name.
Result = Mapping[str, Mapping[str, NDArray[np.int64]]]


def equality(
    folder: Path, model: str, data: Dataset, events: int, random: int, seed: int
) -> dict[str, dict[str, Any]]:
    """Compare outputs and scores of all rungs on background and on extreme inputs.

    Equality is no figure of merit, so events of every split count.

    Parameters
    ----------
    folder : Path
        A run folder.
    model : str
        ``double`` or ``single``.
    data : Dataset
    events : int
        At most this many events of the background.
    random : int
        Full-range random events beside the ends of every port.
    seed : int
        Of these.

    Returns
    -------
    dict
        The ``bit_exact`` part of ``validation.json``.
    """
    rungs = _rungs(folder, model, data)
    inputs = {
        "events": data.scaled("sm")[:events],
        "extremes": scale_array(
            extremes(data.layout.minimum, data.layout.maximum, random, seed), data.layout
        ),
    }
    found = {
        kind: {name: run(scaled) for name, run in rungs.items()} for kind, scaled in inputs.items()
    }
    return {rung: _record(found, rung, other) for rung, other in AGAINST.items()}


def _rungs(folder: Path, model: str, data: Dataset) -> dict[str, Any]:
    records = folder / f"model/{model}"
    network = HardwareNetwork.load(records / "network.npz")
    scores = load_scores(records / "scores.json")
    fast = FastEmulator(network, scores, *scaled_range(data.layout), threads=2)
    simulation = CSimulation(folder / MODELS[model])
    keras_model = QKerasEmulator(QuantizedModel.load(records / "quantized.npz"), network, scores)
    return {
        "fast": lambda scaled: vars(fast.run(scaled)),
        "csim": simulation.run,
        "qkeras": keras_model.run,
    }


def firmware_equality(
    folder: Path, data: Dataset, events: int, random: int, seed: int
) -> dict[str, dict[str, Any]]:
    """Compare the whole trigger in its other forms with fast emulator and rule.

    The tops in HLS and RTL are compared after every crossing, the shared object, which
    scores, on every event.

    Parameters
    ----------
    folder : Path
        A run folder whose working point is known.
    data : Dataset
    events : int
        At most this many events of the background.
    random : int
        Full-range random events beside the ends of every port.
    seed : int
        Of these, and of what happens around the events.

    Returns
    -------
    dict
        ``top``, ``rtl`` and ``abi`` of ``validation.json``; an event of the first two is a
        crossing.

    Raises
    ------
    ConversionError
        If the shared object was made of another network.
    """
    trigger = load_trigger(folder)
    words = {
        "events": data.words("sm")[:events],
        "extremes": extremes(data.layout.minimum, data.layout.maximum, random, seed),
    }
    shared = SharedObject(folder / EMULATOR)
    shared.check_network(folder / "model/double/network.npz")
    reference = {kind: trigger.scores_of_words(given) for kind, given in words.items()}
    found: dict[str, dict[str, Mapping[str, RungComparison]]] = {}
    for kind, given in words.items():
        with RtlSimulation(folder / RTL) as rtl:
            tops: dict[str, Top] = {"top": TopSimulation(folder / MODELS["double"]), "rtl": rtl}
            found[kind] = dict(compare_tops(tops, trigger, given, seed))
        scored = compare("fast", reference[kind], "abi", shared.run(given))
        found[kind]["abi"] = {"scores": scored}
    values = distinct(*reference.values())
    return {
        rung: _evidence("fast", found["events"][rung], found["extremes"][rung], values)
        for rung in ("top", "rtl", "abi")
    }


def _record(found: Mapping[str, Mapping[str, Result]], rung: str, other: str) -> dict[str, Any]:
    """Compare one rung with another."""
    events, ends = (
        {
            signals: compare(other, found[kind][other][signals], rung, found[kind][rung][signals])
            for signals in ("scores", "outputs")
        }
        for kind in ("events", "extremes")
    )
    values = distinct(*(found[kind][other]["scores"] for kind in ("events", "extremes")))
    return _evidence(other, events, ends, values)


def _evidence(
    other: str,
    events: Mapping[str, RungComparison],
    ends: Mapping[str, RungComparison],
    values: int,
) -> dict[str, Any]:
    """Record of the comparisons of all signals; `values` are the different ones of a score."""
    parts = [*events.values(), *ends.values()]
    first = next((part.first for part in parts if part.first is not None), None)
    return {
        "against": other,
        "events": events["scores"].events,
        "mismatches": max(part.mismatches for part in events.values()),
        "distinct_scores": values,
        "extremes": ends["scores"].events,
        "extreme_mismatches": max(part.mismatches for part in ends.values()),
        "first_difference": None if first is None else asdict(first),
        "claimed": events["scores"].events >= MINIMUM_EVENTS
        and values >= MINIMUM_SCORES
        and not any(part.mismatches for part in parts),
    }
