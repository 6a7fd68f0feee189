"""The trigger top around a scoring module, as SystemVerilog."""

from __future__ import annotations

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.naming import check_name
from trigger_ad.rtl.pipeline import MODULE, Bits, Pipeline
from trigger_ad.storage.shipped import shipped_path
from trigger_ad.storage.templates import render
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.regions import RegionRule
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.stream import LOAD_GAP

__all__ = ["RULES", "TOP", "core_sources", "render_top"]

#: Name of the top module.
TOP = "trigger_top"

#: What the core calls each rule.
RULES: dict[Rule, int] = {Rule.CMS_COUNTER: 0, Rule.CMS_COUNTER_2019: 1, Rule.ATLAS_RANDOM: 2}


def core_sources(regions: RegionRule) -> dict[str, str]:
    """Text of the trigger core and of what it is made of, by file name."""
    written = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(shipped_path("firmware", "rtl").glob("*.sv"))
    }
    return written | {"trigger_core.sv": render("rtl/trigger_core.sv.j2", regions=regions)}


def render_top(interface: TopInterface, pipeline: Pipeline, cycles: int) -> str:
    """Write the top.

    Parameters
    ----------
    interface : TopInterface
    pipeline : Pipeline
        What scores.
    cycles : int
        Clocks from words to decision.

    Raises
    ------
    ConversionError
        If a port cannot have its name, the scores are constants, or the pipeline is so long that
        a second load could come before the first has passed.
    """
    if pipeline.cycles >= LOAD_GAP:
        raise ConversionError(
            "the scoring pipeline",
            f"must be shorter than {LOAD_GAP} clocks",
            pipeline.cycles,
            "take a preset with fewer stages",
        )
    packed = [interface.layout.fields[i].name for i, width in pipeline.widths.items() if width]
    if not packed:
        raise ConversionError(
            "the scores of the trigger",
            "must depend on a word",
            "constants",
            "train the networks again: their outputs are the same for every event",
        )
    layout, kinds, regions = interface.layout, interface.scores, interface.regions
    words = [field for field in layout.fields if field.width]
    for word in words:
        check_name("a port of the trigger top", word.name, rtl=True)
    return render(
        f"rtl/{TOP}.sv.j2",
        module=MODULE,
        words=words,
        packed=packed,
        input_bits=sum(pipeline.widths.values()),
        output_bits=sum(bits.width for bits in pipeline.scores.values()),
        scores=[
            {"width": kind.width, "signed": kind.signed, "parts": _parts(bits, kind)}
            for kind, bits in zip(kinds, pipeline.scores.values(), strict=True)
        ],
        cuts=[{"number": number, "width": kinds[number - 1].width} for number in regions.numbers],
        regions=regions,
        clocked=pipeline.clocked,
        delay=pipeline.cycles,
        cycles=cycles,
        rule=RULES[interface.rule],
        load_gap=LOAD_GAP,
    )


def _parts(bits: Bits, kind: FixedPoint) -> list[str]:
    """Concatenation that gives all bits of a score: its sign repeated, its bits, its zeros."""
    if not bits.width:
        return [f"{kind.width}'b0"]
    parts = [f"packed_scores[{bits.high}:{bits.low}]"]
    if bits.left:
        parts.append(f"{bits.left}'b0")
    missing = kind.width - bits.width - bits.left
    if missing:
        sign = f"packed_scores[{bits.high}]" if bits.signed else "1'b0"
        parts.insert(0, f"{{{missing}{{{sign}}}}}")
    return parts
