"""Toys at the rates of a scan, whatever its sample was drawn in."""

import numpy as np
import pytest

from trigger_ad.abcd.kappa import Kappa
from trigger_ad.errors import CountsError, NormalisationError
from trigger_ad.events.strata import Strata
from trigger_ad.menu.scan import ScannedRegion, ScanRecord
from trigger_ad.monitor.scanned import plan_of
from trigger_ad.monitor.settings import Settings
from trigger_ad.monitor.state import MonitorState
from trigger_ad.monitor.toys import Plan, simulate
from trigger_ad.monitor.watch import advance
from trigger_ad.rates.normalisation import InputRate
from trigger_ad.rates.stratified import quoted_fractions

STRATA = Strata(("soft", "hard"), (0.98, 0.02))
REGIONS = np.array([[0.004, 0.05, 0.06, 0.886], [0.3, 0.2, 0.2, 0.3]])
SOURCE = InputRate(1e6, "given")


def scanned(groups, strata=STRATA, source=SOURCE):
    """What a scan says of the regions."""
    found = quoted_fractions(groups, np.eye(4), strata)
    regions = {
        region: ScannedRegion(
            fires=1, prescale=1.0, accepts=None, before=q.record(source), after=q.record(source)
        )
        for region, q in zip("ABCD", found, strict=True)
    }
    return ScanRecord.model_construct(regions=regions)


def drawn(rng, events=(200_000, 200_000)):
    return np.stack([rng.multinomial(n // 50, p, 50) for n, p in zip(events, REGIONS, strict=True)])


def test_sections_have_the_rates_of_nature(rng):
    truth = np.array(STRATA.probabilities) @ REGIONS
    plan, kappa = plan_of(scanned(drawn(rng)), Plan(sections=400, last_pileup=60.0))
    assert kappa.value == pytest.approx(truth[0] * truth[3] / (truth[1] * truth[2]), rel=0.02)
    counts = [section.before.values for section in simulate("quiet", 3, plan, kappa)]
    share = np.sum(counts, axis=0) / np.sum(counts)
    assert share == pytest.approx(truth, rel=0.02)
    rate = np.sum(counts) / (400 * plan.seconds * plan.live)
    assert rate == pytest.approx(SOURCE.hz, rel=0.02)


def test_thresholds_need_not_have_one_efficiency():
    regions = np.array([[0.004, 0.006, 0.396, 0.594]])
    groups = np.rint(regions[:, None] * np.full((1, 50, 1), 20_000)).astype(np.int64)
    plan, _ = plan_of(scanned(groups, Strata(("all",), (1.0,))))
    assert plan.efficiencies == (pytest.approx(0.01, rel=1e-3), pytest.approx(0.4, rel=1e-3))


def test_kappa_of_the_sample_itself_would_be_an_alarm(rng):
    """Counts of a sample in strata are not those of nature."""
    groups = drawn(rng)
    plan, kappa = plan_of(scanned(groups), Plan(sections=60, last_pileup=60.0))
    a, b, c, d = groups.sum(axis=(0, 1)).astype(float)

    def raised(assumed):
        state, settings = MonitorState(), Settings(kappa=assumed)
        for counts in simulate("quiet", 5, plan, kappa):
            state = advance(state, counts, settings)
        return set(state.raised)

    assert raised(kappa) == set()
    assert raised(Kappa(a * d / (b * c))) & {"signal", "deficit"}


def test_limits_are_no_rates(rng):
    with pytest.raises(NormalisationError) as caught:
        plan_of(scanned(drawn(rng), source=None))
    assert str(caught.value) == ("the rate of region A must be in Hz: scan with a normalisation")
    with pytest.raises(
        CountsError,
        match=r"^the rate of region A must be that of 100 effective "
        r"events or more, not below \S+ Hz: scan more events$",
    ):
        plan_of(scanned(drawn(rng, (2000, 100))))
