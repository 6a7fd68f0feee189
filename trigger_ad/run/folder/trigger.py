"""The emulated trigger of a run folder, read back from its records."""

from __future__ import annotations

from pathlib import Path

from trigger_ad import config as configuration
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.features.layouts.table import layout
from trigger_ad.ir.network import HardwareNetwork
from trigger_ad.ir.score import Score
from trigger_ad.storage.files import read_json
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule

__all__ = ["SCORES_SCHEMA", "load_scores", "load_trigger"]

#: Of the records that say how scores are read off a network.
SCORES_SCHEMA = "bound_scores/1"


def load_scores(path: Path) -> dict[str, Score]:
    """Scores of a hardware network, in order, from ``scores.json``."""
    record = read_json(path, SCORES_SCHEMA)
    return {score["name"]: Score.from_json(score) for score in record["scores"]}


def load_trigger(folder: Path) -> TriggerEmulator:
    """Trigger of a finished run: its network, scores, thresholds and prescales.

    Parameters
    ----------
    folder : Path
        A run folder.

    Raises
    ------
    RunFolderError
        If a stage that it needs has not been run.
    SchemaError
        If a record has another schema.
    """
    config = configuration.load(folder / "config.yaml")
    rates = read_json(folder / "rates.json", "rates/1")
    return TriggerEmulator(
        layout(config.features),
        HardwareNetwork.load(folder / "model/double/network.npz"),
        load_scores(folder / "model/double/scores.json"),
        Registers.from_json(rates["registers"]),
        Rule(config.trigger.rule),
    )
