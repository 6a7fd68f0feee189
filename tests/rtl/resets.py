"""What the RTL must show where resets come in mid-stream."""

import numpy as np

from trigger_ad.emulate.rtl import RtlSimulation
from trigger_ad.trigger.stream import Stream, columns, replay, signals


def with_resets(
    simulation: RtlSimulation, stream: Stream, scores: list[np.ndarray], reset: np.ndarray
) -> dict[str, np.ndarray]:
    """Signals by the rule: it begins anew in the clock after a reset, which empties the pipeline.

    A crossing that a reset finds in the pipeline is dropped. Rows of the state are those of the
    crossing that is decided in their clock.
    """
    top, delay = simulation.interface, simulation.latency - 1
    names = signals(top.regions)
    rows = np.zeros((len(stream), sum(names.values())), dtype=np.int64)
    rows[:, -1] = 1
    ends = [*np.flatnonzero(reset), len(stream)]
    for start, end in zip([0, *(end + 1 for end in ends)], ends, strict=False):
        last = max(start, end - delay if end < len(stream) else end)
        part = next(iter(cut(stream, start, last).pieces(len(stream))), None)
        if part is not None:
            own = [score[start:last] for score in scores]
            rows[start:last] = replay(part, own, top.reset, top.rule, regions=top.regions)
    return columns(rows, names)


def cut(stream: Stream, start: int, end: int) -> Stream:
    """Crossings of a stream from start to end."""
    loads = np.concatenate([[0], np.cumsum(stream.load)])
    part = slice(start, end)
    strobes = (stream.valid[part], stream.load[part], stream.section[part])
    return Stream(stream.words[part], *strobes, stream.registers[loads[start] : loads[end]])
