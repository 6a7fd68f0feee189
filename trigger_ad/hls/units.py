"""Blocks of a trigger as the templates of its top and of its shared object need them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from trigger_ad.features.layout import Field
from trigger_ad.hls.blocks import block_ports, names_of, network_ports, prepared_ports
from trigger_ad.hls.program import program_steps
from trigger_ad.hls.score import used_ports
from trigger_ad.hls.steps import Port, used
from trigger_ad.ir.naming import check_name
from trigger_ad.ir.program import INPUTS, WORDS
from trigger_ad.trigger.hardware import Block, HardwareTrigger, Join, Unit

__all__ = ["trigger_units"]

#: Text of a word in C++, by its place among the words of a crossing and its field.
Form = Callable[[int, Field], str]


def trigger_units(trigger: HardwareTrigger, form: Form) -> dict[str, Any]:
    """Values of all units and their joins.

    Parameters
    ----------
    trigger : HardwareTrigger
    form : callable

    Returns
    -------
    dict
        ``units``, each with its arrays and calls, and ``headers``, names of the headers of the
        blocks.
    """
    headers = [names_of(block).score for block in trigger.blocks]
    places = {name: place for place, name in enumerate(trigger.scores, 1)}
    return {"units": [_unit(unit, places, form) for unit in trigger.units], "headers": headers}


def _unit(unit: Unit, places: dict[str, int], form: Form) -> dict[str, Any]:
    block = unit.block
    ports, arrays = block_ports(block), _arrays(block)
    return {
        "prefix": unit.prefix,
        "namespace": names_of(block).namespace,
        "fields": _fields(unit, form),
        "words": ports[WORDS] if WORDS in block.read else None,
        "inputs": ports.get(arrays[INPUTS], ports[INPUTS]) if INPUTS in block.read else None,
        "prepared": [
            replace(port, name=f"prepared_{name}") for name, port in prepared_ports(block).items()
        ],
        "program": _program(block, ports, arrays),
        "network": _network(block),
        "scores": [_score(unit, name, ports, arrays, places) for name in block.scores],
        "last": unit.index == block.instances - 1,
    }


def _arrays(block: Block) -> dict[str, str]:
    """Stem of the name of the array of each port."""
    network = block.network
    found = {WORDS: WORDS, INPUTS: INPUTS}
    found |= {name: f"prepared_{name}" for name in prepared_ports(block)}
    if network is not None:
        if block.prepare is None:
            found[INPUTS] = network.input_name
        found |= {name: name for name in network_ports(network)}
    return found


def _program(
    block: Block, ports: Mapping[str, Port], arrays: Mapping[str, str]
) -> dict[str, Any] | None:
    if block.prepare is None:
        return None
    program = block.prepare
    found = used(program_steps(program), f"program {program.name}", program.inputs, ports)
    return {"name": program.name, "arrays": [arrays[port.name] for port in found]}


def _network(block: Block) -> dict[str, Any] | None:
    """What is called, with its arrays; the input is filled from the array `source`, if any."""
    network = block.network
    if network is None:
        return None
    ports = network_ports(network)
    source = None if block.prepare is None else f"prepared_{network.input_name}"
    return {
        "name": network.name,
        "input": ports[network.input_name],
        "source": source,
        "outputs": [ports[name] for name in network.outputs],
    }


def _fields(unit: Unit, form: Form) -> list[dict[str, Any]]:
    fields = unit.block.layout.fields
    texts = [form(unit.first + index, field) for index, field in enumerate(fields)]
    for field in fields:
        check_name("the name of a word", field.name)
    return [
        {
            **asdict(field),
            "word": texts[index],
            "filled": "true" if field.presence is None else f"{texts[field.presence]} != 0",
        }
        for index, field in enumerate(fields)
    ]


def _score(
    unit: Unit,
    name: str,
    ports: Mapping[str, Port],
    arrays: Mapping[str, str],
    places: Mapping[str, int],
) -> dict[str, Any]:
    """A call, and where its result goes: to a score of the trigger, or among those joined."""
    block, own = unit.block, unit.block.names_of(name)
    joined = block.instances > 1 and block.join is not Join.NONE
    return {
        "name": name,
        "arrays": [arrays[port.name] for port in used_ports(block.scores[name], ports)],
        "joined": f"{block.name}_{name}_values" if joined else None,
        "index": unit.index,
        "instances": block.instances,
        "places": [places[one] for one in own],
        "place": places[own[unit.index if len(own) > 1 else 0]],
        "rank": block.join is Join.RANK,
    }
