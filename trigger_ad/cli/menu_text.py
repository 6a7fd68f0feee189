"""What ``trigger-ad menu show`` prints: a run's seeds, and its region A among them."""

from __future__ import annotations

from collections.abc import Iterator

from trigger_ad.cli.rates_text import aligned, menu_lines
from trigger_ad.menu.record import GainRecord, RunMenuRecord, share_texts

__all__ = ["lines_of"]


def lines_of(record: RunMenuRecord) -> Iterator[str]:
    """Lines of a menu of a run."""
    yield f"normalisation: {record.rates.normalisation}"
    yield from menu_lines(record.rates)
    if record.composition is not None:
        for table in (record.composition.table, record.composition.shared):
            yield table.title
            yield from aligned([table.columns, *table.rows])
        yield record.composition.table.note
    if record.gain is not None:
        yield "part of each signal that no conventional seed takes, by one more seed"
        yield from _gain(record.gain)
    if record.gain_refused is not None:
        yield record.gain_refused


def _gain(record: GainRecord) -> Iterator[str]:
    signals = tuple(record.gain[0].signal)
    head = (
        "seed",
        "threshold",
        *(cell for signal in signals for cell in (signal, "95 % interval")),
    )
    rows = [
        (
            row.name,
            "" if row.threshold is None else f"{row.threshold / 2:g} GeV",
            *(cell for signal in signals for cell in share_texts(row.signal[signal])),
        )
        for row in record.gain
    ]
    yield from aligned([head, *rows])
