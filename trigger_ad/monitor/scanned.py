"""Simulated runs of a trigger as a scan of rates found it."""

from __future__ import annotations

from dataclasses import replace

from trigger_ad.abcd.kappa import Kappa
from trigger_ad.errors import CountsError, NormalisationError
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.monitor.toys import Plan
from trigger_ad.statistics.intervals import LEAST_EFFECTIVE

__all__ = ["plan_of"]


def plan_of(scan: ScanRecord, plan: Plan | None = None) -> tuple[Plan, Kappa]:
    """Plan with the rates of the regions of a scan, and what the scan says of kappa.

    Rates are those of nature, also where the events of the scan were drawn in strata: a section has
    as many events as a crossing of nature gives, whatever the sample had. Each threshold gets the
    efficiency that it has where the rate of A is what B, C and D predict.

    Parameters
    ----------
    scan : ScanRecord
    plan : Plan, optional
        All else: sections, pile-up, prescales.

    Returns
    -------
    plan : Plan
    kappa : Kappa
        Observed over predicted, at any pile-up, with the error of the sample left out: toys need a
        truth. A monitor needs the error, see `abcd.nonclosure`.

    Raises
    ------
    NormalisationError
        If the scan has no rates in Hz.
    CountsError
        If it has only a limit for one of the four regions.
    """
    plan, (a, b, c, d) = plan or Plan(), _hertz(scan)
    kappa = a * d / (b * c)
    chosen = replace(
        plan,
        signal_region=b * c / d * plan.seconds * plan.live,
        efficiency=b / (b + d),
        efficiency2=c / (c + d),
    )
    return chosen, Kappa(kappa)


def _hertz(scan: ScanRecord) -> list[float]:
    found = []
    for region, row in scan.regions.items():
        name, hz = f"the rate of region {region}", row.before.hz
        if hz is None:
            raise NormalisationError(name, "must be in Hz", None, "scan with a normalisation")
        if hz.value is None or hz.upper_limit is not None:
            raise CountsError(
                name,
                f"must be that of {LEAST_EFFECTIVE:.0f} effective events or more",
                f"below {hz.upper_limit:.3g} Hz",
                "scan more events",
            )
        found.append(hz.value)
    return found
