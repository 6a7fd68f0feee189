"""What training lowers, and the networks that only training needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trigger_ad.ir.expression import Expression
from trigger_ad.layers.architecture import Architecture

__all__ = ["TARGET", "Companion", "Cost", "Latent", "Objective", "Term"]

#: Port of what a student is to learn, one number for each event and score.
TARGET = "target"


@dataclass(frozen=True)
class Companion:
    """A network beside those of the scorer, in float, without a place in the firmware.

    Parameters
    ----------
    branch : Architecture
        Its name is that of the port of its outputs.
    source : str
        Port that it reads: ``input``, a branch, another companion or a latent vector.
    """

    branch: Architecture
    source: str


@dataclass(frozen=True)
class Latent:
    """A vector drawn anew in each step from a normal distribution, the mean itself when judged.

    Kingma and Welling, arXiv:1312.6114 (2013), Sec. 2.4.

    Parameters
    ----------
    name : str
        Of its port.
    mean, log_variance : str
        Ports of its parameters, of one size.
    size : int
    """

    name: str
    mean: str
    log_variance: str
    size: int


@dataclass(frozen=True)
class Term:
    """A part of what training lowers: an expression over all ports of the training.

    Parameters
    ----------
    expression : Expression
    weight : float
    """

    expression: Expression
    weight: float = 1.0


#: Terms that are added; the unit is that of the first.
Cost = tuple[Term, ...]


@dataclass(frozen=True)
class Objective:
    """How the networks of a scorer are trained.

    Parameters
    ----------
    parts : tuple of Companion or Latent
        In an order in which each reads what comes before it.
    costs : mapping of str to tuple of Cost
        What is lowered for each score; a score without an entry is lowered itself.
    """

    parts: tuple[Companion | Latent, ...] = ()
    costs: Mapping[str, tuple[Cost, ...]] = field(default_factory=dict)

    @property
    def companions(self) -> tuple[Companion, ...]:
        """Networks that only training needs."""
        return tuple(part for part in self.parts if isinstance(part, Companion))
