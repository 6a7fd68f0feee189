"""Records of a block or a trigger, made of a network and scores."""

from collections.abc import Mapping

from trigger_ad.features.layout import Field, Layout
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import Score
from trigger_ad.trigger.hardware import Block, HardwareTrigger
from trigger_ad.trigger.rule import Rule


def plain(network: HardwareNetwork) -> Layout:
    """Words that are the inputs of a network as they are, over their whole type."""
    kind = network.input_type
    ports = (
        Field(f"x{i}", "input", "value", kind.width, signed=kind.signed)
        for i in range(network.input_size)
    )
    return Layout("plain", tuple(ports), kind.width, kind.fraction)


def block(
    network: HardwareNetwork, scores: Mapping[str, Score], layout: Layout | None = None
) -> Block:
    return Block(layout or plain(network), network, scores)


def trigger(
    network: HardwareNetwork,
    scores: Mapping[str, Score],
    layout: Layout | None = None,
    rule: Rule = Rule.CMS_COUNTER,
) -> HardwareTrigger:
    return HardwareTrigger((block(network, scores, layout),), rule)
