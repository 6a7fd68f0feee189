"""Events to hardware words, with the split of the background."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.events import adc2021
from trigger_ad.events.split import assign
from trigger_ad.features.layout import layout
from trigger_ad.features.words import to_words
from trigger_ad.run.dataset import SCHEMA
from trigger_ad.run.engine import Context
from trigger_ad.run.stages import event_files

__all__ = ["run"]


def run(context: Context) -> None:
    """Write ``words.npz``: words of every sample, and splits and identities of the background."""
    config = context.config
    ports = layout(config.features)
    arrays: dict[str, NDArray[Any]] = {}
    files = event_files(config)
    for position, (sample, path) in enumerate(files.items()):
        context.progress(position / len(files), sample)
        words, process, parton_event = [], [], []
        for chunk in adc2021.read_chunks(path):
            words.append(to_words(chunk.values, ports).values.astype(np.int16))
            process.append(chunk.process)
            parton_event.append(chunk.parton_event)
        arrays[f"{sample}.words"] = np.concatenate(words)
        arrays[f"{sample}.process"] = np.concatenate(process)
        arrays[f"{sample}.parton_event"] = np.concatenate(parton_event)
    arrays["sm.split"] = assign(
        arrays["sm.parton_event"], arrays["sm.process"], config.split.seed, config.split.fractions
    )
    header = {
        "schema": SCHEMA,
        "layout": ports.hash,
        "samples": list(files),
        "splits": list(config.split.fractions),
        "origin": {name: adc2021.read_origin(path).to_json() for name, path in files.items()},
    }
    with context.out("words.npz").open("wb") as file:
        np.savez(file, header=np.array(json.dumps(header)), **arrays)  # type: ignore[arg-type]
