"""Events to hardware words, with the splits of the background."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError
from trigger_ad.events.block import Block
from trigger_ad.events.numbers import UNKNOWN_PILEUP
from trigger_ad.events.origin import Origin
from trigger_ad.events.readers.reader import Settings
from trigger_ad.events.readers.sample import Sample, opened
from trigger_ad.events.split import assign, require_strata
from trigger_ad.features.blocks import words_of_block
from trigger_ad.features.layout import Layout
from trigger_ad.features.layouts.table import layout
from trigger_ad.rates.normalisation import input_rate
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import FILES, SCHEMA
from trigger_ad.run.folder.enough import require_splits
from trigger_ad.run_folder import BACKGROUND
from trigger_ad.storage import arrays as files

__all__ = ["run"]

#: Kept of every sample.
_ALWAYS = ("words", "process", "parton_event")


def run(context: Context, group: str) -> None:
    """Write the words and identities of a group of samples: ``words.npz`` or ``signals.npz``.

    A normalisation that does not fit the background is refused here, not after the training.
    """
    config = context.config
    ports = layout(config.features)
    settings = Settings(config.events.units)
    samples = {name: opened(paths, settings) for name, paths in context.files.items()}
    if group == "background" and config.trigger.rate.model_dump(exclude_none=True):
        input_rate(samples[BACKGROUND].origin, config.trigger.rate)
    if group == "signals":
        _require_alike(samples)
    splits = config.split.fractions if group == "background" else {}
    arrays: dict[str, NDArray[Any]] = {}
    columns: dict[str, list[str]] = {}
    for position, (name, sample) in enumerate(samples.items()):
        context.progress(position / len(samples), name)
        found = _arrays(name, sample.blocks(), ports)
        arrays |= {f"{name}.{column}": values for column, values in found.items()}
        if more := [column for column in found if column not in _ALWAYS]:
            columns[name] = more
    if splits:
        arrays["sm.split"] = assign(
            arrays["sm.parton_event"], arrays["sm.process"], config.split.seed, splits
        )
        require_splits(_counts(arrays["sm.split"], splits), config)
        _require_strata(samples[BACKGROUND], arrays, list(splits))
    header = {
        "layout": ports.hash,
        "samples": list(samples),
        "splits": list(splits),
        "origin": {name: _origin(sample).to_json() for name, sample in samples.items()},
        **({"columns": columns} if columns else {}),
    }
    files.save(context.out(FILES[group]), SCHEMA, header, arrays, compress=False)


def _origin(sample: Sample) -> Origin:
    """Origin with the strata of all files, which must be the same in each."""
    strata = sample.strata
    return replace(sample.origin, strata=strata if sample.origin.strata else None)


def _require_alike(signals: Mapping[str, Sample]) -> None:
    """Refuse signals that were drawn in strata: their events count alike everywhere."""
    for name, sample in signals.items():
        if sample.origin.strata and len(sample.strata.names) > 1:
            raise ConfigError(
                f"signal {name}",
                "must have events that were drawn alike",
                "events of the strata " + ", ".join(sample.strata.names),
                "give a plain sample of it",
            )


def _require_strata(
    sample: Sample, arrays: Mapping[str, NDArray[Any]], splits: Sequence[str]
) -> None:
    if sample.origin.strata:
        stratum = arrays.get("sm.stratum", np.zeros(sample.count, np.uint8))
        require_strata(arrays["sm.split"], stratum, sample.strata, splits)


def _arrays(name: str, blocks: Iterator[Block], ports: Layout) -> dict[str, NDArray[Any]]:
    """All that is kept of a sample: words, identities, and what else its files have."""
    parts = [_kept(block, ports) for block in blocks]
    for part in parts:
        if other := part.keys() ^ parts[0].keys():
            raise ConfigError(
                f"the files of {name}",
                f"must all have {sorted(other)[0]}, or none of them",
                None,
                "write it into each of them, or leave it out",
            )
    found = {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}
    if not found["stratum"].any():
        del found["stratum"]
    if np.all(found["pileup"] == UNKNOWN_PILEUP):
        del found["pileup"]
    return found


def _kept(block: Block, ports: Layout) -> Mapping[str, NDArray[Any]]:
    known = {"labels": block.labels, "nuisance": block.nuisance}
    return {
        "words": words_of_block(block, ports).values.astype(_kind(ports)),
        "process": block.process,
        "parton_event": block.identity,
        "stratum": block.stratum,
        "pileup": _pileup(block),
        **{column: values for column, values in known.items() if values is not None},
    }


def _pileup(block: Block) -> NDArray[np.int32]:
    """Collisions in each crossing, as many as are known."""
    unknown = np.full(len(block), UNKNOWN_PILEUP, np.int32)
    return unknown if block.pileup is None else block.pileup.astype(np.int32)


def _kind(ports: Layout) -> type[np.signedinteger[Any]]:
    """Narrowest integers that hold every word."""
    ends = np.iinfo(np.int16)
    narrow = ports.minimum.min() >= ends.min and ports.maximum.max() <= ends.max
    return np.int16 if narrow else np.int32


def _counts(split: NDArray[np.int8], names: Iterable[str]) -> dict[str, int]:
    """Events in each split."""
    return {name: int(np.sum(split == index)) for index, name in enumerate(names)}
