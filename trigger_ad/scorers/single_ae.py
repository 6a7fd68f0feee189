"""One autoencoder, the baseline of the double one."""

from __future__ import annotations

from trigger_ad.config import Member
from trigger_ad.ir.expression import Expression
from trigger_ad.scorers.autoencoder import autoencoder, reconstruction
from trigger_ad.scorers.branch import Branch

__all__ = ["branches", "expressions"]


def branches(settings: Member) -> tuple[Branch, ...]:
    """Networks of the scorer: ae."""
    return (autoencoder("ae", settings.hidden, settings.bias),)


def expressions(settings: Member) -> dict[str, Expression]:
    """Return the score over the ports input and ae."""
    return {"score": reconstruction("ae", settings.difference)}
