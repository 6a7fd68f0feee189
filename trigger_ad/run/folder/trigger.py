"""The emulated trigger of a run folder, read back from its records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trigger_ad import config as configuration
from trigger_ad.config import Config
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import Score
from trigger_ad.rates.record import RatesRecord
from trigger_ad.run.folder.preparation import Reading
from trigger_ad.run_folder import RunFolder
from trigger_ad.storage.files import read_json
from trigger_ad.trigger.hardware import Block, HardwareTrigger
from trigger_ad.trigger.rule import Rule

__all__ = ["SCORES_SCHEMA", "load_block", "load_hardware", "load_scores", "load_trigger"]

#: Of the records that say how scores are read off a network.
SCORES_SCHEMA = "bound_scores/1"


def load_scores(path: Path) -> dict[str, Score]:
    """Scores of a block, in order, from ``scores.json``."""
    return _scores(read_json(path, SCORES_SCHEMA))


def _scores(record: Mapping[str, Any]) -> dict[str, Score]:
    return {score["name"]: Score.from_json(score) for score in record["scores"]}


def load_block(folder: Path, model: str, config: Config) -> Block:
    """Words, network, if there is one, and scores of a model of a run folder.

    Parameters
    ----------
    folder : Path
        A run folder, in which the model was converted.
    model : str
        ``double`` or ``single``.
    config : Config
        Of the run.
    """
    records = RunFolder(folder).model(model)
    bound = read_json(records.scores, SCORES_SCHEMA)
    label, scores = bound.get("label", ""), _scores(bound)
    network = None if label else HardwareNetwork.load(records.network)
    reading = Reading.of(folder, config.features)
    return Block(reading.layout, network, scores, reading.prepare(network, scores), label=label)


def load_hardware(folder: Path, config: Config) -> HardwareTrigger:
    """Trigger of a run folder apart from its registers, once its model was converted."""
    return HardwareTrigger((load_block(folder, "double", config),), Rule(config.trigger.rule))


def load_trigger(folder: Path, config: Config | None = None) -> TriggerEmulator:
    """Trigger of a finished run with its thresholds and prescales.

    Parameters
    ----------
    folder : Path
        A run folder.
    config : Config, optional
        Of the run; read from its folder if not given.

    Raises
    ------
    RunFolderError
        If a stage that it needs has not been run.
    SchemaError
        If a record has another schema.
    """
    run = RunFolder(folder)
    config = config or configuration.load(run.config)
    registers = RatesRecord.read(run.rates).registers
    return TriggerEmulator(load_hardware(folder, config), registers)
