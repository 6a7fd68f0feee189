"""Two autoencoders whose scores are trained to be independent.

Phys. Rev. D 105, 055006 (2022), Sec. II.
"""

from __future__ import annotations

from trigger_ad.config import Member
from trigger_ad.ir.expression import Expression
from trigger_ad.scorers.autoencoder import autoencoder, reconstruction
from trigger_ad.scorers.branch import Branch

__all__ = ["branches", "expressions"]


def branches(settings: Member) -> tuple[Branch, ...]:
    """Networks of the scorer: ae1 and ae2."""
    return tuple(autoencoder(name, settings.hidden, settings.bias) for name in ("ae1", "ae2"))


def expressions(settings: Member) -> dict[str, Expression]:
    """Return score1 and score2 over the ports input, ae1 and ae2."""
    return {f"score{index}": reconstruction(f"ae{index}", settings.difference) for index in (1, 2)}
