"""What a reader must be told: the paper's claims on this sample, and what went badly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trigger_ad.abcd.significance import significance
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run.validation.performance import combined
from trigger_ad.statistics.sic import roc

__all__ = ["claims", "warnings"]

#: A score is worse than chance below this area under the ROC curve.
_CHANCE = 0.5

#: "Roughly double": a ratio of significance improvements from here on confirms it.
_DOUBLE = 1.5


def warnings(record: Mapping[str, Any]) -> list[str]:
    """Sentences on negative results of a ``validation.json``."""
    found: list[str] = []
    for signal, values in record["auc"].items():
        firmware = values["firmware"]
        if firmware < _CHANCE:
            found.append(
                f"{signal}: the combined score is worse than chance, AUC {firmware:.3f}: "
                "this signal looks more ordinary than the background."
            )
        for name, auc in record["auc_baseline"][signal].items():
            if auc > firmware:
                found.append(
                    f"{signal}: a cut on {name} does better than the networks, "
                    f"AUC {auc:.3f} against {firmware:.3f}."
                )
        if abs(firmware - values["float"]) > 0.01:
            found.append(
                f"{signal}: firmware and float AUC differ by more than 0.01, "
                f"{firmware:.3f} against {values['float']:.3f}."
            )
        single = record["auc_single"][signal]["single_autoencoder"]["firmware"]
        low, high = record["auc_single_interval"][signal]["single_autoencoder"]["firmware"]
        if firmware < single - (high - low) / 2:
            found.append(
                f"{signal}: the two scores together do worse than a single autoencoder, "
                f"AUC {firmware:.3f} against {single:.3f}."
            )
    for rung, result in record["bit_exact"].items():
        if result["mismatches"] or result["extreme_mismatches"]:
            found.append(f"{rung} differs from {result['against']}: the firmware is not exact.")
    return found


def claims(
    scores: ScoreTable, record: Mapping[str, Any], signals: Sequence[str]
) -> list[dict[str, Any]]:
    """Claims of Phys. Rev. D 105, 055006 beside what this sample gives for the firmware.

    Parameters
    ----------
    scores : ScoreTable
    record : mapping
        ``closure.json``.
    signals : sequence of str
    """
    rows: list[dict[str, Any]] = []
    for signal in signals:
        together = roc(
            combined(scores, "firmware", "sm_test"), combined(scores, "firmware", signal)
        )
        alone = [
            roc(scores.get("firmware", "sm_test", n), scores.get("firmware", signal, n))
            for n in ("score1", "score2")
        ]
        single = roc(
            scores.get("single_firmware", "sm_test", "score"),
            scores.get("single_firmware", signal, "score"),
        )
        best = max(curve.sic_maximum for curve in alone)
        rows.append(
            {
                "claim": f"{signal}: the diagonal cut improves the significance about twice as "
                "much as either autoencoder alone (Fig. 1)",
                "here": f"largest SIC {together.sic_maximum:.2f} against {best:.2f} for the better "
                f"one alone, {single.sic_maximum:.2f} for a single autoencoder",
                "confirmed": bool(together.sic_maximum / best >= _DOUBLE),
            }
        )
    worst = max(
        (abs(row["ratio"] - 1), row["sm_efficiency"], row["ratio_error"])
        for row in record["closure"]
        if row["model"] == "firmware"
    )
    rows.append(
        {
            "claim": "prediction and observation agree within 2.5 % on SM events, "
            "as far as the sample can tell (Fig. 2)",
            "here": f"largest deviation {100 * worst[0]:.1f} % "
            f"(error {100 * worst[2]:.1f} %) at SM efficiency {100 * worst[1]:g} %",
            "confirmed": bool(worst[0] <= max(0.025, 2 * worst[2])),
        }
    )
    rows.extend(_against_single(record))
    return rows


def _against_single(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Fig. 3, bottom: the price of two autoencoders, background known in both cases."""
    alone = {
        row["sm_efficiency"]: significance(row["observed"], row["predicted"])
        for row in record["closure"]
        if row["model"] == "firmware"
    }
    rows = []
    for signal, points in record["significance"].items():
        best = max(points, key=lambda point: point["known"])
        difference = (best["single"] - best["known"]) / best["single"] if best["single"] else None
        rows.append(
            {
                "claim": f"{signal}: the significances of two autoencoders and of a single one "
                "differ by less than 30 % (Fig. 3)",
                "here": f"{best['known']:.2f} against {best['single']:.2f} at SM efficiency "
                f"{100 * best['sm_efficiency']:g} %, where two do best; without any signal "
                f"{alone[best['sm_efficiency']]:.2f} by the prediction from the other regions",
                "confirmed": None if difference is None else bool(abs(difference) < 0.30),
            }
        )
    return rows
