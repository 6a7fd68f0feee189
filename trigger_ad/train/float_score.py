"""Outputs of a float model as integers on a very fine grid, of which its scores are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.ir.fixed import FixedPoint, Overflow, Rounding
from trigger_ad.ir.score import PortType
from trigger_ad.scorers.float_model import FloatModel
from trigger_ad.scorers.tagged import SHARED
from trigger_ad.train.network import predict

__all__ = ["GRID", "FloatNetworks"]

#: Outputs of float networks are rounded to this before the score is taken: far below what
#: single precision resolves, and the score expression is then exact like that of hardware.
GRID = FixedPoint(28, 12, True, Rounding.HALF_EVEN, Overflow.SATURATE)


@dataclass(frozen=True)
class FloatNetworks:
    """Networks of a float model as the ports of scores.

    Parameters
    ----------
    model : FloatModel
    kind : FixedPoint
        Type of the scaled inputs.
    """

    model: FloatModel
    kind: FixedPoint

    @property
    def ports(self) -> dict[str, PortType]:
        """Types of the port ``input`` and one port for each branch."""
        branches = self.model.branches
        found = {branch.name: PortType(GRID, branch.widths[-1]) for branch in branches}
        return {SHARED: PortType(self.kind, branches[0].widths[0]), **found}

    def values(self, scaled: NDArray[Any]) -> dict[str, NDArray[np.int64]]:
        """Raw integers (n_events, size) of these ports.

        Parameters
        ----------
        scaled : ndarray (n_events, n_in) of int32
            Raw values of the input type.
        """
        outputs = predict(self.model, self.kind.decode(scaled).astype(np.float32))
        found = {name: GRID.encode(output) for name, output in outputs.items()}
        return {SHARED: scaled.astype(np.int64), **found}
