"""What kappa makes of the background estimate of a run, for the page and the card."""

from __future__ import annotations

from dataclasses import dataclass

from trigger_ad.abcd.record import ClosureRecord
from trigger_ad.pages.format import fixed, percent
from trigger_ad.rates.corrected import Corrected, KappaSource
from trigger_ad.rates.record import RatesRecord

__all__ = ["MOST", "KappaTable", "alone_sentence"]

#: Excess of Standard Model events alone, in standard deviations, that no cut may reach.
MOST = 2.0


@dataclass(frozen=True)
class KappaTable:
    """Predictions with kappa, as the page shows them.

    Parameters
    ----------
    cells : tuple of Corrected or None
        Of the firmware by falling SM efficiency; empty in runs of earlier versions.
    sources : tuple of KappaSource
        Of the working point.
    sentence : str
        What the Standard Model sample alone gives.
    most : float
    """

    cells: tuple[Corrected | None, ...]
    sources: tuple[KappaSource, ...]
    sentence: str
    most: float = MOST

    @classmethod
    def of(cls, rates: RatesRecord, closure: ClosureRecord) -> KappaTable:
        """Pick them from the records of a run."""
        rows = {row.sm_efficiency: row.corrected for row in closure.of("firmware")}
        every = sorted({row.sm_efficiency for row in closure.closure}, reverse=True)
        cells = tuple(rows.get(efficiency) for efficiency in every)
        own = rates.abcd.corrected
        return cls(
            cells if any(cells) else (), () if own is None else own.sources, alone_sentence(closure)
        )


def alone_sentence(closure: ClosureRecord) -> str:
    """Say what the Standard Model sample alone gives, at the cut where it gives most.

    Empty where no cut has a kappa.
    """
    rows = [row for row in closure.of("firmware") if row.corrected is not None]
    found = {row.sm_efficiency: row.significance_with_kappa or 0.0 for row in rows}
    if not found:
        return ""
    worst = max(found, key=lambda efficiency: found[efficiency])
    without = max(row.significance for row in rows)
    said = "below" if found[worst] < MOST else "not below"
    return (
        f"The significance of the SM sample alone is {said} {MOST:g} at every cut with kappa and "
        f"the errors of kappa and of the regions: at most {fixed(found[worst], 2)}, at "
        f"{percent(worst)} SM efficiency. Without them it is up to {fixed(without, 2)}."
    )
