"""Events to hardware words, with the splits of the background."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.events.readers import adc2021
from trigger_ad.events.split import assign
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.words import to_words
from trigger_ad.rates.normalisation import input_rate
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import FILES, SCHEMA
from trigger_ad.run.folder.enough import require_splits
from trigger_ad.storage import arrays as files

__all__ = ["run"]


def run(context: Context, group: str) -> None:
    """Write the words and identities of a group of samples: ``words.npz`` or ``signals.npz``.

    A normalisation that does not fit the background is refused here, not after the training.
    """
    config = context.config
    ports = layout(config.features)
    arrays: dict[str, NDArray[Any]] = {}
    paths = context.files
    if group == "background" and config.trigger.rate.model_dump(exclude_none=True):
        input_rate(adc2021.read_origin(paths["sm"]), config.trigger.rate)
    splits = config.split.fractions if group == "background" else {}
    for position, (sample, path) in enumerate(paths.items()):
        context.progress(position / len(paths), sample)
        words, process, parton_event = [], [], []
        for chunk in adc2021.read_chunks(path, units=config.events.units):
            words.append(to_words(chunk.values, ports).values.astype(np.int16))
            process.append(chunk.process)
            parton_event.append(chunk.parton_event)
        arrays[f"{sample}.words"] = np.concatenate(words)
        arrays[f"{sample}.process"] = np.concatenate(process)
        arrays[f"{sample}.parton_event"] = np.concatenate(parton_event)
    if splits:
        arrays["sm.split"] = assign(
            arrays["sm.parton_event"], arrays["sm.process"], config.split.seed, splits
        )
        require_splits(_counts(arrays["sm.split"], splits), config)
    header = {
        "layout": ports.hash,
        "samples": list(paths),
        "splits": list(splits),
        "origin": {name: adc2021.read_origin(path).to_json() for name, path in paths.items()},
    }
    files.save(context.out(FILES[group]), SCHEMA, header, arrays, compress=False)


def _counts(split: NDArray[np.int8], names: Iterable[str]) -> dict[str, int]:
    """Events in each split."""
    return {name: int(np.sum(split == index)) for index, name in enumerate(names)}
