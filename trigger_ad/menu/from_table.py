"""A menu of recorded bits from a column of a prescale table."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping

from trigger_ad.errors import ConfigError
from trigger_ad.menu.file import SCHEMA, parse
from trigger_ad.menu.prescale import text
from trigger_ad.menu.table import PrescaleTable

__all__ = ["NOT_SIMULATED", "menu_text", "why_not_simulated"]

#: What no sample of colliding crossings stands for, by what the names of such seeds have in them:
#: their rates follow from the fill and from what is not the detector. ``BptxAND`` is every crossing
#: with collisions, and is not among them. Names are those of
#: https://github.com/cms-l1-dpg/L1MenuRun3.
NOT_SIMULATED: Mapping[str, str] = types.MappingProxyType(
    {
        r"NotBptx|_BPTX_|Bptx(OR|XOR|Plus|Minus)": "crossings with one beam or none",
        r"AlwaysTrue": "every crossing, with collisions or without",
        r"Bunch|Collision(InTrain|InOrbit)": "a place in the fill",
        r"Laser|TOTEM|TechTrig|External": "a signal from outside of the trigger",
    }
)


def why_not_simulated(name: str) -> str | None:
    """What a seed of this name needs that no sample of colliding crossings has; None if nothing.

    Examples
    --------
    >>> why_not_simulated("L1_SingleMuOpen_NotBptxOR"), why_not_simulated("L1_SingleEG5_BptxAND")
    ('crossings with one beam or none', None)
    """
    return next((why for part, why in NOT_SIMULATED.items() if re.search(part, name)), None)


def menu_text(table: PrescaleTable, column: str, name: str) -> str:
    """YAML of a menu with the seeds that a column switches on, each a recorded bit.

    Parameters
    ----------
    table : PrescaleTable
    column : str
    name : str
        Of the menu.

    Returns
    -------
    str
        A file that `menu.file.load` reads; with ``simulated: false`` the seeds of `NOT_SIMULATED`.

    Raises
    ------
    ConfigError
        If there is no such column, it switches nothing on, or a name could be none of a bit.
    """
    on = {seed: value for seed, value in table.column(column).items() if value}
    if not on:
        raise ConfigError(
            f"column {column}", "must switch a seed on", None, "choose another column"
        )
    lines = [f"# Recorded bits that the column {column} of a prescale table switches on."]
    lines += [f"schema: {SCHEMA}", f"name: {name}", "seeds:"]
    lines += [_line(seed, value) for seed, value in on.items()]
    content = "\n".join(lines) + "\n"
    parse(content, f"the menu of column {column}")  # names and their number, before it is written
    return content


def _line(name: str, prescale: int) -> str:
    why = why_not_simulated(name)
    written = f"  - {{name: {name}, bit: {name}, prescale: {text(prescale)}"
    return f"{written}}}" if why is None else f"{written}, simulated: false}}  # {why}"
