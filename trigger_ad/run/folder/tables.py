"""Scores of a trigger without a network, from the background of the train split."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from trigger_ad.config import Config
from trigger_ad.emulate.block import PIECE, BlockEmulator
from trigger_ad.errors import ConfigError
from trigger_ad.features.layouts.table import layout
from trigger_ad.ir.expression import PORT, Expression, walk
from trigger_ad.ir.program import INPUTS, WORDS
from trigger_ad.ir.score import Score
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run_folder import BACKGROUND
from trigger_ad.scorers import table
from trigger_ad.scorers.settings import ScorerSettings
from trigger_ad.scorers.tabulate import Background, tabulated
from trigger_ad.trigger.block import Block

__all__ = ["FINER", "has_network", "ports_of", "require_vectors", "tabulated_scores"]

#: Bits that scores have more than those of hardware, where they stand for unrounded ones.
FINER = 10


def has_network(settings: ScorerSettings, inputs: int) -> bool:
    """Whether a scorer has a network to be trained."""
    return bool(table.find(settings.name).branches(settings, inputs))


def ports_of(expressions: Mapping[str, Expression]) -> list[str]:
    """Names of all ports that expressions read."""
    return sorted({node.name for node in walk(expressions.values()) if node.operation == PORT})


def require_vectors(config: Config) -> None:
    """Refuse a scorer without a network that reads what is not there.

    Raises
    ------
    ConfigError
    """
    scorer = table.find(config.scorer.name)
    if has_network(config.scorer, len(layout(config.features).fields)):
        return
    known = (*config.features.vectors, WORDS, INPUTS)
    for name in ports_of(scorer.expressions(config.scorer)):
        if name not in known:
            raise ConfigError(
                f"what scorer {config.scorer.name} reads",
                "must be one of the vectors of section features",
                name,
                "choose from " + ", ".join(known),
            )


def tabulated_scores(
    settings: ScorerSettings, block: Block, data: Dataset, finer: int = 0
) -> dict[str, Score]:
    """Scores of tables of the background of the train split.

    Parameters
    ----------
    settings : ScorerSettings
        Of a scorer without a network.
    block : Block
        Words and what is prepared of them, without scores.
    data : Dataset
    finer : int
        Bits that are added to the scores.

    Raises
    ------
    FixedPointError
        If a table would be too large, or events are too few.
    """
    expressions = table.find(settings.name).expressions(settings)
    emulator, words = BlockEmulator(block), data.words(BACKGROUND, "train")
    pieces = [emulator.values(words[i : i + PIECE]) for i in range(0, len(words), PIECE)]
    values = {name: np.concatenate([p[name] for p in pieces]) for name in ports_of(expressions)}
    weights = data.weights("train")
    counts = None if weights is None else weights.astype(np.float64)
    background = Background(values, counts, finer)
    return {
        name: _score(name, expression, block, background)
        for name, expression in expressions.items()
    }


def _score(name: str, expression: Expression, block: Block, background: Background) -> Score:
    found = tabulated(expression, block.beside, background)
    return Score(name, found, {port: block.beside[port] for port in ports_of({name: found})})
