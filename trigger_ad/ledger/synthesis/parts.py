"""Parts that figures are given in percent of, with what they have.

Totals of AMD DS890, UltraScale Architecture and Product Data Sheet: Overview (Virtex
UltraScale+), and DS180, 7 Series FPGAs Data Sheet: Overview (Virtex-7). Block RAMs there are of
36 kbit; here one counts two. A slice of eight look-up tables has one CARRY8 (UG574), one of four
a CARRY4 (UG474): a piece of four bits for four look-up tables in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from trigger_ad.errors import ReportError

__all__ = ["PARTS", "Part", "part_of"]


@dataclass(frozen=True)
class Part:
    """What a part has.

    Parameters
    ----------
    family : str
        As ``synth_xilinx`` of Yosys calls it.
    lut, ff, dsp, bram, uram : int
        Units as in `trigger_ad.ledger.rows.ResourceRow`.
    """

    family: str
    lut: int
    ff: int
    dsp: int
    bram: int
    uram: int

    @property
    def available(self) -> dict[str, int]:
        """Totals by column of the ledger."""
        return {
            "lut": self.lut,
            "ff": self.ff,
            "dsp": self.dsp,
            "bram": self.bram,
            "uram": self.uram,
            "carry": self.lut // 4,
        }


PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "xc7vx690t": Part("xc7", lut=433_200, ff=866_400, dsp=3_600, bram=2_940, uram=0),
        "xcvu9p": Part("xcup", lut=1_182_240, ff=2_364_480, dsp=6_840, bram=4_320, uram=960),
        "xcvu13p": Part("xcup", lut=1_728_000, ff=3_456_000, dsp=12_288, bram=5_376, uram=1_280),
    }
)


def part_of(name: str) -> Part:
    """Return the part of an ordering code such as ``xcvu13p-flga2577-2-e``.

    Raises
    ------
    ReportError
        If it is not in the table.
    """
    for start, part in PARTS.items():
        if name.casefold().startswith(start):
            return part
    raise ReportError(
        "the part",
        "must begin with one of " + ", ".join(PARTS),
        name,
        "choose one, or add it with its totals to the table",
    )
