"""Fidelity of a student on background that was drawn in strata: that of all events."""

import numpy as np
import pytest

from tests.statistics.repeated import sample
from trigger_ad.validate.fidelity import fidelity


def test_whole_weights_are_repeated_events():
    """But for the pairs of an event with itself, which repetition adds."""
    teacher, student, signal, of, places = sample()
    rng = np.random.default_rng(7)
    both = signal, signal + rng.integers(0, 20, len(signal))
    wanted = fidelity((teacher[places], student[places]), {"lq": both}, replicas=2, seed=1)
    found = fidelity((teacher, student), {"lq": both}, replicas=60, seed=1, drawn=of)
    alike = fidelity((teacher, student), {"lq": both}, replicas=2, seed=1)
    assert found.ordering.value == pytest.approx(wanted.ordering.value, abs=2e-3)
    assert abs(alike.ordering.value - wanted.ordering.value) > 5e-3
    assert found.ordering.low < wanted.ordering.value < found.ordering.high
    assert found.ordering_with_ties == pytest.approx(wanted.ordering_with_ties, abs=2e-3)
    auc, true = found.auc["lq"], wanted.auc["lq"]
    assert (auc.teacher, auc.student) == pytest.approx((true.teacher, true.student), abs=1e-12)
    assert auc.loss.low < auc.loss.value == pytest.approx(true.loss.value, abs=1e-12)
    assert alike.auc["lq"].teacher < true.teacher - 0.03
