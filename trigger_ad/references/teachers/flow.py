"""An autoregressive flow, which scores by its density: arXiv:2106.10164, Eq. 7."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trigger_ad.config import Teacher as Settings
from trigger_ad.references.flow import fit as training
from trigger_ad.references.flow.model import Flow
from trigger_ad.references.flow.settings import TRIGGER_SIZED
from trigger_ad.references.flow.settings import Settings as FlowSettings
from trigger_ad.references.teachers.inputs import Inputs

__all__ = ["TaughtByFlow", "fit", "load"]

FILE = "flow.npz"


@dataclass(frozen=True)
class TaughtByFlow:
    """A trained flow as a teacher."""

    flow: Flow

    def scores(self, inputs: Inputs) -> NDArray[np.float64]:
        """Score (n_events,), in nats."""
        return self.flow.scores(inputs.real)

    def save(self, folder: Path) -> None:
        """Write ``flow.npz``."""
        self.flow.save(folder / FILE)


def fit(
    settings: Settings,
    train: Inputs,
    validate: Inputs,
    seed: int,
    progress: Callable[[float, str], None],
    checkpoint: Path,
) -> TaughtByFlow:
    """Train a flow on the grid of the inputs; errors as in `trigger_ad.references.flow.fit.fit`."""
    size = FlowSettings() if settings.size == "paper" else TRIGGER_SIZED
    chosen = replace(size, lsb=train.lsb, epochs=settings.epochs or size.epochs)

    def tell(index: int, total: int, epoch: training.Epoch) -> None:
        note = f"epoch {index + 1}/{total}, -log p of validate {epoch.validate_loss:.2f}"
        progress((index + 1) / (total + 1), note)

    flow = training.fit(
        chosen, train.real, validate.real, seed=seed, progress=tell, checkpoint=checkpoint
    )
    return TaughtByFlow(flow)


def load(folder: Path) -> TaughtByFlow:
    """Read what `TaughtByFlow.save` wrote; errors as in `Flow.load`."""
    return TaughtByFlow(Flow.load(folder / FILE))
