"""Golden vectors of the trigger top, from the rule in Python, for its test bench."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trigger_ad.hls.top import FOLDER
from trigger_ad.storage.files import write_text
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.stream import Stream, replay, signals

__all__ = ["SCHEMA", "VECTORS", "write_vectors"]

SCHEMA = "trigger_vectors/1"

#: In a project, where the test bench looks for it.
VECTORS = Path("tb_data") / "trigger_vectors.txt"


def write_vectors(project: Path, stream: Stream, scores: Sequence[NDArray[np.int64]]) -> Path:
    """Write what the top must do on a stream that begins after reset.

    Parameters
    ----------
    project : Path
        With its top, of `trigger_ad.hls.top.write_top`.
    stream : Stream
    scores : sequence of ndarray (n,) of int64
        Of its words, by an emulator, in LSB.

    Returns
    -------
    Path
        ``tb_data/trigger_vectors.txt``: one line a crossing, with the values of all input
        ports and then of all output ports.

    Raises
    ------
    ConversionError
        If a word or a threshold does not fit its port.
    """
    interface = TopInterface.load(project / FOLDER)
    inputs = interface.inputs(stream)
    regions = interface.regions
    outputs = replay(stream, scores, interface.reset, interface.rule, regions=regions)
    ports = len(interface.layout.fields) + interface.controls, sum(signals(regions).values())
    header = f"{SCHEMA} {interface.top} {len(stream)} {ports[0]} {ports[1]}"
    rows = np.concatenate([inputs, outputs], axis=1).tolist()
    path = project / VECTORS
    write_text(path, "\n".join([header, *(" ".join(map(str, row)) for row in rows)]) + "\n")
    return path
