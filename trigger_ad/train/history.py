"""What happened in a training, epoch by epoch."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path

from trigger_ad.errors import SchemaError
from trigger_ad.storage.files import write_json

__all__ = ["Epoch", "History"]

#: Of what is written; the older one also has the time of each epoch.
SCHEMA, OLDER = "history/2", "history/1"


@dataclass(frozen=True)
class Epoch:
    """One epoch of a training.

    Parameters
    ----------
    loss : float
        Mean over the steps, with all terms.
    reconstruction, disco, closure : float
        Its terms before their weights, mean over the steps; see `loss.Loss`.
    multiplier : float
        Mean magnitude of the multipliers at the end of the epoch; see `closure.steer`.
    learning_rate : float
        At the end of the epoch.
    validate_reconstruction, validate_disco, validate_closure, criterion : float
        On the validate split, closure on train and validate; see `criterion.Measure`.
    """

    loss: float
    reconstruction: float
    disco: float
    closure: float
    multiplier: float
    learning_rate: float
    validate_reconstruction: float
    validate_disco: float
    validate_closure: float
    criterion: float


@dataclass(frozen=True)
class History:
    """All epochs of a training.

    Parameters
    ----------
    epochs : tuple of Epoch
    best : int
        Index of the epoch whose weights were kept.
    """

    epochs: tuple[Epoch, ...]
    best: int

    def column(self, name: str) -> list[float]:
        """One quantity over the epochs."""
        return [float(getattr(epoch, name)) for epoch in self.epochs]

    def to_json(self) -> dict[str, object]:
        """Lists by quantity, read back by `from_json`."""
        columns = {field.name: self.column(field.name) for field in fields(Epoch)}
        return {"schema": SCHEMA, "best": self.best, **columns}

    @classmethod
    def from_json(cls, record: dict[str, object], source: str = "history") -> History:
        """Rebuild from `to_json`; `source` names it in errors.

        Raises
        ------
        SchemaError
            If it has another schema.
        """
        if record.get("schema") not in (SCHEMA, OLDER):
            raise SchemaError(
                source,
                f"must have schema {SCHEMA}",
                record.get("schema"),
                "train the model again with this version",
            )
        columns = [record[field.name] for field in fields(Epoch)]
        rows = zip(*columns, strict=True)
        return cls(tuple(Epoch(*row) for row in rows), int(str(record["best"])))

    def save(self, path: Path) -> None:
        """Write JSON."""
        write_json(path, self.to_json())

    @classmethod
    def load(cls, path: Path) -> History:
        """Read what `save` wrote."""
        return cls.from_json(json.loads(path.read_text(encoding="utf-8")), str(path))
