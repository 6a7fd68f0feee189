"""The whole trigger in one record, which all that builds, runs or checks it is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from trigger_ad.display import Displayed, Table
from trigger_ad.errors import ConversionError
from trigger_ad.features.layout import Layout, Ports
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.naming import check_name
from trigger_ad.ir.score import Score
from trigger_ad.trigger.block import Block, Join
from trigger_ad.trigger.regions import RegionRule
from trigger_ad.trigger.rule import Rule

__all__ = ["Block", "HardwareTrigger", "Join", "Unit"]


@dataclass(frozen=True)
class Unit:
    """One instance of a block, with its place among the words of a crossing.

    Parameters
    ----------
    block : Block
    index : int
        Of the instance.
    prefix : str
        Of its names in firmware; empty where a trigger has one unit only.
    first : int
        Place of its first word.
    """

    block: Block
    index: int
    prefix: str
    first: int

    @property
    def columns(self) -> slice:
        """Its words among those of a crossing."""
        return slice(self.first, self.first + len(self.block.layout.fields))


@dataclass(frozen=True, repr=False)
class HardwareTrigger(Displayed):
    """From the words of a crossing to its trigger word, apart from the registers.

    Parameters
    ----------
    blocks : tuple of Block
        Whose scores are cut on, at most one of them with a network.
    rule : Rule
        Of the prescalers.
    axes : tuple of int
        Scores that span the regions, counted from 0, in order; all if empty.
    label : str
        Name in firmware of a trigger without a network; any other has that of its network.

    Raises
    ------
    ConfigError
        If no regions can be made of the scores: there are none, or too many.
    ConversionError
        If two blocks or scores have one name, the label can be none in firmware, or more than one
        block has a network.
    """

    blocks: tuple[Block, ...]
    rule: Rule = Rule.CMS_COUNTER
    axes: tuple[int, ...] = ()
    label: str = ""

    def __post_init__(self) -> None:
        if sum(block.network is not None for block in self.blocks) > 1:
            raise ConversionError(
                "the blocks of a trigger",
                "must have at most one network",
                ", ".join(block.name for block in self.blocks),
                "make two triggers",
            )
        names = [block.name for block in self.blocks]
        outputs = [
            name for block in self.blocks for s in block.scores for name in block.names_of(s)
        ]
        for what, found in (("blocks", names), ("scores", outputs)):
            if len({*found}) < len(found):
                raise ConversionError(
                    f"the {what} of a trigger",
                    "must have names of their own",
                    ", ".join(found),
                    "rename one of them",
                )
        if self.label:
            check_name("the label of a trigger", self.label)
        _ = self.regions

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

    @property
    def title(self) -> str:
        """Its name, regions and rule on a line."""
        regions = f"{self.regions.regions} regions, prescales by {self.rule.value}"
        return f"trigger {self.name}: {regions}"

    def _display(self) -> Table:
        rows = (
            (
                block.name,
                f"{block.instances} x {len(block.layout.fields)} of {block.layout.name}",
                str(0 if block.network is None else len(block.network.layers)),
                ", ".join(block.scores),
            )
            for block in self.blocks
        )
        scores = ", ".join(f"{name} {kind}" for name, kind in self.scores.items())
        return Table(self.title, ("block", "words", "layers", "scores"), tuple(rows), scores)

    def __str__(self) -> str:
        return "\n".join([self.title, *map(str, self.blocks)])

    @cached_property
    def regions(self) -> RegionRule:
        """Regions that the scores span."""
        return RegionRule(len(self.scores), self.axes or tuple(range(len(self.scores))))

    @property
    def name(self) -> str:
        """Name in firmware."""
        found = self.network
        return self.label or (self.blocks[0].name if found is None else found.name)

    @property
    def network(self) -> HardwareNetwork | None:
        """Network of the block that has one."""
        return next((block.network for block in self.blocks if block.network is not None), None)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """All instances of all blocks, in the order of their words."""
        return tuple(self._units())

    def _units(self) -> Iterator[Unit]:
        first = 0
        alone = len(self.blocks) == 1 and self.blocks[0].instances == 1
        for block in self.blocks:
            for index in range(block.instances):
                number = str(index) if block.instances > 1 else ""
                yield Unit(block, index, "" if alone else f"{block.name}{number}_", first)
                first += len(block.layout.fields)

    @cached_property
    def layout(self) -> Ports:
        """Ports of all words of a crossing; of a single unit, its layout."""
        if len(self.units) == 1:
            return self.units[0].block.layout
        parts = [(unit.prefix, unit.block.layout) for unit in self.units]
        return Ports.joined(self.name, parts)

    @cached_property
    def scores(self) -> dict[str, FixedPoint]:
        """Types of all scores that leave the blocks, by name, in order."""
        return {
            name: score.type
            for block in self.blocks
            for own, score in block.scores.items()
            for name in block.names_of(own)
        }
