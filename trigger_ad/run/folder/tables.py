"""What the scores of a run read beside networks, and scores of a trigger that has none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from numpy.typing import NDArray

from trigger_ad.config import Config
from trigger_ad.emulate.block import BlockEmulator
from trigger_ad.errors import ConfigError
from trigger_ad.ir.expression import PORT, Expression, walk
from trigger_ad.ir.program import INPUTS, WORDS
from trigger_ad.ir.score import Score
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.forms import events_of
from trigger_ad.scorers import table
from trigger_ad.scorers.ranked import Events, resolve
from trigger_ad.scorers.settings import ScorerSettings
from trigger_ad.scorers.tagged import SHARED
from trigger_ad.trigger.block import Block

__all__ = ["FINER", "beside_of", "has_network", "require_vectors", "tabulated_scores"]

#: Bits that scores have more than those of hardware, where they stand for unrounded ones.
FINER = 10


def has_network(settings: ScorerSettings, inputs: int) -> bool:
    """Whether a scorer has a network to be trained."""
    return bool(table.find(settings.name).branches(settings, inputs))


def beside_of(expressions: Mapping[str, Expression], networks: Collection[str]) -> tuple[str, ...]:
    """Names of all that scores read beside networks of these names and their input."""
    read = {node.name for node in walk(expressions.values()) if node.operation == PORT}
    return tuple(sorted(read - ({SHARED, *networks} if networks else set())))


def require_vectors(config: Config, networks: Collection[str]) -> None:
    """Refuse a scorer that reads what is not there beside its networks.

    Parameters
    ----------
    config : Config
    networks : collection of str
        Names of these networks.

    Raises
    ------
    ConfigError
    """
    scorer = table.find(config.scorer.name)
    known = (*config.features.vectors, WORDS, INPUTS)
    for name in beside_of(scorer.expressions(config.scorer), networks):
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
    """Scores of tables of background events.

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
    read = beside_of(expressions, ())
    emulator = BlockEmulator(block)
    events = events_of(lambda words: _only(emulator.values(words), read), lambda: data, finer)
    return {
        name: _score(name, expression, block, events) for name, expression in expressions.items()
    }


def _only(values: Mapping[str, NDArray[Any]], read: Collection[str]) -> dict[str, NDArray[Any]]:
    return {name: values[name] for name in read}


def _score(name: str, expression: Expression, block: Block, events: Events) -> Score:
    found = resolve(expression, block.beside, events)
    return Score(name, found, {port: block.beside[port] for port in beside_of({name: found}, ())})
