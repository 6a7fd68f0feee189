"""What a reader must be told: the paper's claims on this sample, and what went badly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from trigger_ad.abcd.record import ClosureRecord
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run.validation.performance import Areas, combined
from trigger_ad.run_folder import TEST
from trigger_ad.statistics.sic import roc
from trigger_ad.validate.record import Claim, RungEquality

__all__ = ["claims", "warnings"]

#: A score is worse than chance below this area under the ROC curve.
_CHANCE = 0.5

#: "Roughly double": a ratio of significance improvements from here on confirms it.
_DOUBLE = 1.5


def warnings(areas: Areas, bit_exact: Mapping[str, RungEquality]) -> tuple[str, ...]:
    """Sentences on negative results.

    Parameters
    ----------
    areas : Areas
    bit_exact : mapping of str to RungEquality
        By rung.
    """
    found: list[str] = []
    for signal, values in areas.auc.items():
        firmware = values["firmware"]
        if firmware < _CHANCE:
            found.append(
                f"{signal}: the combined score is worse than chance, AUC {firmware:.3f}: "
                "this signal looks more ordinary than the background."
            )
        better = {n: auc for n, auc in areas.auc_baseline[signal].items() if auc > firmware}
        if better:
            found.append(
                f"{signal}: a cut on {' or '.join(better)} does better than the two scores, "
                f"AUC {' or '.join(f'{auc:.3f}' for auc in better.values())} "
                f"against {firmware:.3f}."
            )
        if abs(firmware - values["float"]) > 0.01:
            found.append(
                f"{signal}: firmware and float AUC differ by more than 0.01, "
                f"{firmware:.3f} against {values['float']:.3f}."
            )
        single = areas.auc_single[signal]["single_autoencoder"]["firmware"]
        low, high = areas.auc_single_interval[signal]["single_autoencoder"]["firmware"]
        if firmware < single - (high - low) / 2:
            found.append(
                f"{signal}: the two scores together do worse than a single autoencoder, "
                f"AUC {firmware:.3f} against {single:.3f}."
            )
    for rung, result in bit_exact.items():
        if result.wrong:
            found.append(f"{rung} differs from {result.against}: the firmware is not exact.")
    return tuple(found)


def claims(scores: ScoreTable, closure: ClosureRecord, signals: Sequence[str]) -> tuple[Claim, ...]:
    """Claims of Phys. Rev. D 105, 055006 beside what this sample gives for the firmware.

    Parameters
    ----------
    scores : ScoreTable
    closure : ClosureRecord
    signals : sequence of str
    """
    rows: list[Claim] = []
    for signal in signals:
        drawn = scores.drawn(TEST)
        background, found = (combined(scores, "firmware", s) for s in (TEST, signal))
        together = roc(background, found, drawn)
        alone = [
            roc(scores.get("firmware", TEST, n), scores.get("firmware", signal, n), drawn)
            for n in ("score1", "score2")
        ]
        single = roc(
            scores.get("single_firmware", TEST, "score"),
            scores.get("single_firmware", signal, "score"),
            drawn,
        )
        best = max(curve.sic_maximum for curve in alone)
        rows.append(
            Claim(
                claim=f"{signal}: the diagonal cut improves the significance about twice as "
                "much as either autoencoder alone (Fig. 1)",
                here=f"largest SIC {together.sic_maximum:.2f} against {best:.2f} for the better "
                f"one alone, {single.sic_maximum:.2f} for a single autoencoder",
                confirmed=bool(together.sic_maximum / best >= _DOUBLE),
            )
        )
    worst = max(
        (abs(row.ratio - 1), row.sm_efficiency, row.ratio_error) for row in closure.of("firmware")
    )
    rows.append(
        Claim(
            claim="prediction and observation agree within 2.5 % on SM events, "
            "as far as the sample can tell (Fig. 2)",
            here=f"largest deviation {100 * worst[0]:.1f} % "
            f"(error {100 * worst[2]:.1f} %) at SM efficiency {100 * worst[1]:g} %",
            confirmed=bool(worst[0] <= max(0.025, 2 * worst[2])),
        )
    )
    return (*rows, *_against_single(closure))


def _against_single(closure: ClosureRecord) -> Iterator[Claim]:
    """Fig. 3, bottom: the price of two autoencoders, background known in both cases."""
    alone = {row.sm_efficiency: row.significance for row in closure.of("firmware")}
    for signal, points in closure.significance.items():
        best = max(points, key=lambda point: point.known)
        single = best.single or 0.0
        confirmed = abs((single - best.known) / single) < 0.30 if single else None
        yield Claim(
            claim=f"{signal}: the significances of two autoencoders and of a single one "
            "differ by less than 30 % (Fig. 3)",
            here=f"{best.known:.2f} against {single:.2f} at SM efficiency "
            f"{100 * best.sm_efficiency:g} %, where two do best; without any signal "
            f"{alone[best.sm_efficiency]:.2f} by the prediction from the other regions",
            confirmed=confirmed,
        )
