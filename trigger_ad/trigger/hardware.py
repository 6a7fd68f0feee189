"""The whole trigger in one record, which all that builds, runs or checks it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from trigger_ad.errors import ConversionError
from trigger_ad.features.layout import Layout
from trigger_ad.ir.network import HardwareNetwork
from trigger_ad.ir.score import Score
from trigger_ad.trigger.regions import RegionRule
from trigger_ad.trigger.rule import Rule

__all__ = ["Block", "HardwareTrigger"]


@dataclass(frozen=True)
class Block:
    """Words, the network that they are the inputs of, and the scores read off it.

    Parameters
    ----------
    layout : Layout
        Of the words.
    network : HardwareNetwork
    scores : mapping of str to Score
        By name, in order; over the input and the layers of the network.

    Raises
    ------
    ConversionError
        If the words become other inputs than the network has.
    """

    layout: Layout
    network: HardwareNetwork
    scores: Mapping[str, Score] = field(hash=False)

    def __post_init__(self) -> None:
        found = (len(self.layout.fields), self.layout.input)
        asked = (self.network.input_size, self.network.input_type.exact())
        if found != asked:
            raise ConversionError(
                f"the layout {self.layout.name}",
                f"must give the network {asked[0]} x {asked[1]}",
                f"{found[0]} x {found[1]}",
                "convert a network trained with this layout",
            )

    def __str__(self) -> str:
        scores = "\n".join(f"  {name}: {score.type}" for name, score in self.scores.items())
        return f"{self.network}\nwords of {self.layout.name}, scores\n{scores}"


@dataclass(frozen=True)
class HardwareTrigger:
    """From the words of a crossing to its trigger word, apart from the registers.

    Parameters
    ----------
    blocks : tuple of Block
        Whose scores are cut on.
    rule : Rule
        Of the prescalers.
    axes : tuple of int
        Scores that span the regions, counted from 0, in order; all if empty.

    Raises
    ------
    ConfigError
        If no regions can be made of the scores: there are none, or too many.
    """

    blocks: tuple[Block, ...]
    rule: Rule = Rule.CMS_COUNTER
    axes: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        _ = self.regions

    @cached_property
    def regions(self) -> RegionRule:
        """Regions that the scores span."""
        return RegionRule(len(self.scores), self.axes or tuple(range(len(self.scores))))

    @classmethod
    def of(
        cls,
        layout: Layout,
        network: HardwareNetwork,
        scores: Mapping[str, Score],
        rule: Rule = Rule.CMS_COUNTER,
    ) -> HardwareTrigger:
        """Trigger of one network and scores of it, all of which span its regions."""
        return cls((Block(layout, network, scores),), rule)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.blocks), f"prescales by {self.rule.value}"])

    @property
    def name(self) -> str:
        """Name in firmware."""
        return self.blocks[0].network.name

    @property
    def layout(self) -> Layout:
        """Of all words of a crossing."""
        return self.blocks[0].layout

    @cached_property
    def scores(self) -> dict[str, Score]:
        """Scores that are cut on, by name, in order."""
        return {name: score for block in self.blocks for name, score in block.scores.items()}
