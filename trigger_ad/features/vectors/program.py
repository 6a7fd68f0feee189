"""The vectors of a configuration as one program over the hardware words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from trigger_ad.errors import ConfigError
from trigger_ad.features.layout import Layout
from trigger_ad.features.settings import Entry, LayoutSettings
from trigger_ad.features.vectors.source import Numbers, Source, joined
from trigger_ad.features.vectors.table import numbers
from trigger_ad.features.words import port_types
from trigger_ad.ir.expression import Expression, constant
from trigger_ad.ir.program import INPUTS, WORDS, Program

__all__ = ["NAME", "RESERVED", "Scales", "entries", "part", "program_of", "scale"]

#: Of every such program.
NAME = "prepare"

#: Names of other ports: words, scaled words, and what a network reads.
RESERVED = (WORDS, INPUTS, "input")

#: Exponents of the powers of two of each scaled entry, one for each number, by name and place.
Scales = Mapping[tuple[str, int], tuple[int, ...]]


def program_of(settings: LayoutSettings, layout: Layout, scales: Scales | None = None) -> Program:
    """All vectors, each an output of its name.

    Parameters
    ----------
    settings : LayoutSettings
    layout : Layout
    scales : mapping of (str, int) to tuple of int, optional
        As `trigger_ad.features.vectors.scales.scales_of` finds them; without them every power is 1,
        as is good enough to find out types and sizes of what is not scaled.

    Raises
    ------
    ConfigError
        If an entry asks for what the layout does not have, a number can have one value only, or a
        name is that of another port.
    """
    for name in settings.vectors:
        if name in RESERVED:
            raise ConfigError(
                f"vector {name} of features.vectors",
                "must have another name than " + ", ".join(RESERVED),
                None,
                "rename it",
            )
    found: dict[str, list[Expression]] = {name: [] for name in settings.vectors}
    for (name, place), entry, source, its in entries(settings, layout):
        values = its.values
        if entry.scaled:
            ones = (0,) * source.signal(values).size
            powers = ones if scales is None else scales[name, place]
            values = scale(values, powers, settings, source)
        _require_different(values, source)
        found[name].append(values)
    outputs = {name: joined(values) for name, values in found.items()}
    return Program(NAME, port_types(layout), outputs)


def entries(
    settings: LayoutSettings, layout: Layout
) -> Iterator[tuple[tuple[str, int], Entry, Source, Numbers]]:
    """Every entry by its vector and place, with its expressions before any scale."""
    words = port_types(layout)[WORDS]
    for name, vector in settings.vectors.items():
        for place, entry in enumerate(vector):
            source = Source(layout, words, f"entry {place} of features.vectors.{name}")
            yield (name, place), entry, source, numbers(entry, source)


def _require_different(values: Expression, source: Source) -> None:
    for place, (low, high) in enumerate(source.signal(values).pairs):
        if low == high:
            raise ConfigError(
                source.title,
                "must have numbers that differ from event to event",
                f"always {low} at place {place}",
                "drop fewer bits, or remove it",
            )


def scale(
    values: Expression, powers: tuple[int, ...], settings: LayoutSettings, source: Source
) -> Expression:
    """Numbers times powers of two, at the binary point and within the bits of scaled words.

    Parameters
    ----------
    values : Expression
    powers : tuple of int
        Exponent for each number.
    settings : LayoutSettings
    source : Source
    """
    signal, wanted = source.signal(values), settings.input_fraction
    more = max(-min(powers), wanted - signal.fraction, 0)
    factors = constant((1 << (power + more) for power in powers), more)
    fine = values.multiply(factors)
    scaled = fine.shorten(signal.fraction + more - wanted)
    return scaled.saturate(settings.input_bits - (not signal.signed))


def part(
    program: Program, outputs: Collection[str], renamed: Mapping[str, str] = MappingProxyType({})
) -> Program:
    """Some outputs of a program, in its order, and some of them under another name as well.

    Parameters
    ----------
    program : Program
    outputs : collection of str
    renamed : mapping of str to str, optional
        Another name to the output that it stands for.
    """
    kept = {name: node for name, node in program.outputs.items() if name in outputs}
    kept |= {name: program.outputs[output] for name, output in renamed.items()}
    return Program(program.name, program.inputs, kept)
