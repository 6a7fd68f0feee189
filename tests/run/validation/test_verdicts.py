"""Claims with what is found here."""

from trigger_ad.abcd.record import ClosureRecord
from trigger_ad.run.validation.verdicts import claims


def test_no_significance_without_that_of_no_signal():
    """At 10 % the sample alone gives 9 sigma, so that 9 sigma of a signal is nothing."""
    ratio = {"model": "firmware", "ratio": 0.97, "ratio_error": 0.01, "interval95": [0.9, 1.0]}
    ratio |= {"test_efficiency": 0.1, "threshold1": 1, "threshold2": 2}
    ratio |= {"predicted_error": 9.0, "effective_events": 900.0}
    point = {"uncorrected": 8.0, "corrected": 10.1, "known": 1.03, "single": 1.5}
    rows = {
        "schema": "closure/1",
        "closure": [
            ratio | {"sm_efficiency": 0.1, "observed": 90_000, "predicted": 87_300.0},
            ratio | {"sm_efficiency": 0.01, "observed": 900, "predicted": 990.0},
            ratio | {"model": "float", "sm_efficiency": 0.1, "observed": 4, "predicted": 0.0},
        ],
        "significance": {
            "leptoquark": [
                point | {"sm_efficiency": 0.1},
                point | {"sm_efficiency": 0.01, "known": 0.2},
            ]
        },
    }
    *_, row = claims(None, ClosureRecord.from_json(rows, "closure"), [])
    assert row.here == (
        "1.03 against 1.50 at SM efficiency 10 %, where two do best; without any signal 9.00 by "
        "the prediction from the other regions"
    )
    assert row.confirmed is False
