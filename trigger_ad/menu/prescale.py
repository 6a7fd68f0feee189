"""A prescale as people write it, and as hundredths."""

from __future__ import annotations

from trigger_ad.errors import ConfigError
from trigger_ad.trigger import prescaler
from trigger_ad.trigger.registers import HUNDREDTHS

__all__ = ["RULE", "hundredths", "text"]

#: What a prescale must be, as the end of a sentence.
RULE = "must be 0 or from 1 to 42949672.95 with at most two decimals"


def hundredths(written: str | float) -> int | None:
    """Prescale in hundredths, exactly as it is written; None if it breaks `RULE`.

    Examples
    --------
    >>> hundredths("2.5"), hundredths("0.0"), hundredths(1.005), hundredths(0.5)
    (250, 0, None, None)
    """
    try:
        return prescaler.hundredths(written, "a seed")
    except ConfigError:
        return None


def text(prescale: int) -> str:
    """Shortest decimal text of hundredths: ``250`` is ``2.5``, ``100`` is ``1``."""
    whole, part = divmod(prescale, HUNDREDTHS)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") if part else str(whole)
