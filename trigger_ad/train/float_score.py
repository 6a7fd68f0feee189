"""Scores of a float model, kept as integers on a very fine grid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.ir.expression import Expression
from trigger_ad.ir.fixed import FixedPoint, Overflow, Rounding
from trigger_ad.ir.score import PortType, Score
from trigger_ad.scorers.float_model import FloatModel
from trigger_ad.scorers.ranked import no_events, resolve
from trigger_ad.train.network import predict

__all__ = ["GRID", "FloatScorer"]

#: Outputs of float networks are rounded to this before the score is taken: far below what
#: single precision resolves, and the score expression is then exact like that of hardware.
GRID = FixedPoint(28, 12, True, Rounding.HALF_EVEN, Overflow.SATURATE)

_BLOCK = 16_384


class FloatScorer:
    """Scores of events by a float model.

    Parameters
    ----------
    model : FloatModel
    expressions : mapping of str to Expression
        Over the port ``input`` and one port for each branch.
    kind : FixedPoint
        Type of the scaled inputs.
    background : ndarray (n_events, n_in) of int32, optional
        Scaled inputs of the events that the scores of combinations are ranked by.
    """

    def __init__(
        self,
        model: FloatModel,
        expressions: Mapping[str, Expression],
        kind: FixedPoint,
        background: NDArray[Any] | None = None,
    ) -> None:
        self.model, self.kind = model, kind
        ports = {"input": PortType(kind, model.branches[0].widths[0])}
        ports |= {branch.name: PortType(GRID, branch.widths[-1]) for branch in model.branches}

        def evaluate(score: Score) -> NDArray[np.int64]:
            if background is None:
                return no_events(score)
            return self._run({score.name: score}, background)[score.name]

        self.scores = {
            name: Score(name, resolve(expression, ports, evaluate), ports)
            for name, expression in expressions.items()
        }

    def run(self, scaled: NDArray[Any]) -> dict[str, NDArray[np.int64]]:
        """Score events.

        Parameters
        ----------
        scaled : ndarray (n_events, n_in) of int32
            Raw values of the input type.

        Returns
        -------
        dict of ndarray (n_events,) of int64
        """
        return self._run(self.scores, scaled)

    def _run(
        self, scores: Mapping[str, Score], scaled: NDArray[Any]
    ) -> dict[str, NDArray[np.int64]]:
        result = {name: np.empty(len(scaled), np.int64) for name in scores}
        for start in range(0, len(scaled), _BLOCK):
            block = scaled[start : start + _BLOCK]
            outputs = predict(self.model, self.kind.decode(block).astype(np.float32))
            values = {"input": block.astype(np.int64)}
            values |= {name: GRID.encode(output) for name, output in outputs.items()}
            for name, score in scores.items():
                result[name][start : start + _BLOCK] = score.evaluate(values)
        return result
