"""The sentence on the background estimate follows the closure that was measured."""

from pathlib import Path
from typing import Any

import pytest

from trigger_ad.abcd.record import ClosureRecord, ClosureRow
from trigger_ad.abcd.verdict import Verdict
from trigger_ad.rates.record import RatesRecord
from trigger_ad.report.background import estimate_sentence, estimate_verdict

MODELS = Path(__file__).parents[2] / "models"

WITHIN = "the background of the signal region within 10\u202f%"
AT = "at the working point predicted/observed is"

#: What is measured of the shipped models at their working points.
SHIPPED = {
    "double_ae": Verdict.HOLDS,  # 0.992 [0.944, 1.042]
    "double_ae_zb": Verdict.UNDECIDED,  # 0.977 [0.876, 1.089]
    "forest_combination": Verdict.UNDECIDED,  # 0.916 [0.874, 0.960]
    "rare_different": Verdict.FAILS,  # 0.470 [0.448, 0.494]
    "vae_svdd": Verdict.HOLDS,  # 1.043 [0.996, 1.094]
}


KNOWN = RatesRecord.read(MODELS / "double_ae/rates.json")


def measured(ratio: float, low: float, high: float, effective: float) -> dict[str, Any]:
    return {"ratio": ratio, "interval95": (low, high), "effective_events": effective}


def rates(**abcd: Any) -> RatesRecord:
    unknown = {"interval95": None, "effective_events": None}
    point = KNOWN.working_point.model_copy(update={"sm_efficiency": 0.01})
    own = KNOWN.abcd.model_copy(update=unknown | abcd)
    return KNOWN.model_copy(update={"abcd": own, "working_point": point})


def closure(*rows: dict[str, Any]) -> ClosureRecord:
    whole = {
        "test_efficiency": 0.01,
        "threshold1": 1,
        "threshold2": 2,
        "observed": 900,
        "predicted": 900.0,
        "predicted_error": 30.0,
        "ratio_error": 0.03,
    }
    return ClosureRecord(closure=tuple(ClosureRow(**whole | row) for row in rows), significance={})


NO_ROWS = closure()


@pytest.mark.parametrize(
    ("row", "said", "figures"),
    [
        (
            measured(0.992, 0.944, 1.042, 1794.1),
            f"The three prescaled support regions predict {WITHIN}",
            "0.992 with 95 % interval [0.944,\u00a01.042] and 1\u202f794",
        ),
        (
            measured(0.470, 0.448, 0.494, 2122.5),
            f"The three prescaled support regions do not predict {WITHIN}",
            "0.470 with 95 % interval [0.448,\u00a00.494] and 2\u202f122",
        ),
        (
            measured(1.064, 0.909, 1.246, 166.4),
            f"Whether the three prescaled support regions predict {WITHIN} is not decided",
            "1.064 with 95 % interval [0.909,\u00a01.246] and 166",
        ),
        (
            measured(1.0, 0.95, 1.05, 60.0),
            f"Whether the three prescaled support regions predict {WITHIN} is not decided",
            "1.000 with 95 % interval [0.950,\u00a01.050] and 60",
        ),
    ],
)
def test_sentence(row: dict[str, Any], said: str, figures: str) -> None:
    sentence = estimate_sentence(rates(**row), NO_ROWS)
    assert sentence == f"{said}: {AT} {figures} effective events."


def test_older_records_have_the_closure_of_the_same_efficiency() -> None:
    good, bad = measured(1.0, 0.95, 1.05, 900.0), measured(0.4, 0.3, 0.5, 900.0)
    rows = [
        bad | {"model": "float", "sm_efficiency": 0.01},
        bad | {"model": "firmware", "sm_efficiency": 0.02},
        good | {"model": "firmware", "sm_efficiency": 0.01},
    ]
    assert estimate_verdict(rates(ratio=0.4), closure(*rows)) is Verdict.HOLDS
    assert estimate_verdict(rates(ratio=0.4), closure(*rows[:2])) is Verdict.UNDECIDED
    assert estimate_sentence(rates(), NO_ROWS) == (
        f"Whether the three prescaled support regions predict {WITHIN} is not decided: "
        "closure was not measured at the working point."
    )


def test_all_shipped_models_are_judged() -> None:
    assert {path.parent.name for path in MODELS.glob("*/rates.json")} == set(SHIPPED)


@pytest.mark.parametrize("model", SHIPPED)
def test_sentence_of_a_shipped_model(model: str) -> None:
    """What a new card of it would say; the shipped ones bear the version that wrote them."""
    record = RatesRecord.read(MODELS / model / "rates.json")
    assert estimate_verdict(record, NO_ROWS) is SHIPPED[model]
    sentence = estimate_sentence(record, NO_ROWS)
    assert sentence.startswith("The three prescaled support regions predict ") == (
        SHIPPED[model] is Verdict.HOLDS
    )
    assert f"is {record.abcd.ratio:.3f} with" in sentence
