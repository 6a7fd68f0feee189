"""What measured rates say: whether a score depends on what must not explain it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from trigger_ad.invariance.record import Ratio

__all__ = ["ALLOWED", "Dependence", "allowed", "dependence"]


class Dependence(StrEnum):
    """Whether rates are as far apart as they may be."""

    NONE = "does not depend"
    SEEN = "depends"
    UNDECIDED = "not decided"


#: Ratio of rates that is still accepted, by what the name of the quantity begins with. Flavour
#: has none: what is rare is to be found.
ALLOWED: Mapping[str, float] = MappingProxyType({"azimuth": 1.2, "pileup": 3.0, "halves": 1.2})


def allowed(by: str) -> float | None:
    """Ratio that is still accepted; None where any is."""
    return ALLOWED.get(by.partition("_")[0])


def dependence(by: str, ratio: Ratio) -> Dependence | None:
    """Judge a ratio by its interval.

    There is none if the whole interval is at or below what is accepted, and it is seen if all of
    it is above. Else, it is not decided.

    Parameters
    ----------
    by : str
        As of `record.GroupRates`.
    ratio : Ratio

    Returns
    -------
    Dependence or None
        None where any ratio is accepted.

    Examples
    --------
    >>> rows = ((1.05, 1.0, 1.1), (3.0, 2.5, 3.5), (None, 1.0, None))
    >>> ratios = [Ratio(value=value, low=low, high=high) for value, low, high in rows]
    >>> [dependence("azimuth_jet", ratio).value for ratio in ratios]
    ['does not depend', 'depends', 'not decided']
    >>> dependence("flavour", ratios[1])
    """
    most = allowed(by)
    if most is None:
        return None
    if ratio.low > most:
        return Dependence.SEEN
    if ratio.high is not None and ratio.high <= most:
        return Dependence.NONE
    return Dependence.UNDECIDED
