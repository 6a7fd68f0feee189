"""An autoregressive flow, which scores by its density: arXiv:2106.10164, Eq. 7."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from trigger_ad.references.flow import fit as training
from trigger_ad.references.flow.model import Flow
from trigger_ad.references.flow.settings import TRIGGER_SIZED
from trigger_ad.references.flow.settings import Settings as FlowSettings
from trigger_ad.references.teachers.inputs import Inputs
from trigger_ad.scorers.settings import TeacherSettings

__all__ = ["FlowTeacher", "TaughtByFlow", "fit", "load"]

FILE = "flow.npz"


class FlowTeacher(TeacherSettings):
    """An autoregressive flow, which scores by its density."""

    name: Literal["flow"] = Field("flow", description="an autoregressive flow")
    size: Literal["small", "paper"] = Field(
        "small", description="of its networks; small trains in minutes"
    )
    epochs: int | None = Field(
        None, ge=1, le=100_000, description="at most; without it those of its size"
    )


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
    settings: FlowTeacher,
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
