"""Scores of a trigger without a network, from the background of the train split."""

from __future__ import annotations

from trigger_ad.emulate.block import BlockEmulator
from trigger_ad.ir.expression import PORT, Expression, walk
from trigger_ad.ir.score import Score
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run_folder import BACKGROUND
from trigger_ad.scorers import table
from trigger_ad.scorers.settings import ScorerSettings
from trigger_ad.scorers.tabulate import Background, tabulated
from trigger_ad.trigger.block import Block

__all__ = ["FINER", "has_network", "tabulated_scores"]

#: Bits that scores have more than those of hardware, where they stand for unrounded ones.
FINER = 10


def has_network(settings: ScorerSettings, inputs: int) -> bool:
    """Whether a scorer has a network to be trained."""
    return bool(table.find(settings.name).branches(settings, inputs))


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
    used = {node.name for node in walk(expressions.values()) if node.operation == PORT}
    values = BlockEmulator(block).values(data.words(BACKGROUND, "train"))
    ports = {name: kind for name, kind in block.beside.items() if name in used}
    background = Background(
        {name: values[name] for name in ports}, data.weights("train"), finer
    )
    return {
        name: _score(name, expression, block, background)
        for name, expression in expressions.items()
    }


def _score(name: str, expression: Expression, block: Block, background: Background) -> Score:
    found = tabulated(expression, block.beside, background)
    used = sorted({node.name for node in walk([found]) if node.operation == PORT})
    return Score(name, found, {port: block.beside[port] for port in used})
