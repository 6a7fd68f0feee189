"""The page and the figure of tools/tradeoff.py, from its records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from trigger_ad.storage.files import write_text

__all__ = ["EFFICIENCIES", "REFERENCE", "write_page"]

REFERENCE = "reference"

#: Of the signal region, at which closure is told.
EFFICIENCIES = (0.05, 0.02, 0.01)

#: Around the tables of the page.
MARKS = ("<!-- tables of tools/tradeoff.py -->", "<!-- end of the tables -->")

Records = dict[str, dict[str, Any]]


def page(records: Records, outdated: Collection[str]) -> str:
    """Both tables, as Markdown; points whose settings have changed since bear a dagger."""
    nearest = min(records.values(), key=_distance)["name"] if records else ""
    sizes, physics = [], []
    for name, record in records.items():
        title = f"**{name}**" if name == REFERENCE else name
        title += " ◂" if name == nearest else ""
        title += " †" if name in outdated else ""
        scorer, bits = record["settings"]["scorer"], record["settings"]["quantize"]
        widths = "-".join(map(str, (57, *scorer["hidden"], 57)))
        sizes.append(
            [
                title,
                f"{widths}, {scorer['difference']}",
                f"{bits['weight_bits']}, {bits['activation_bits']}, {bits['output_bits']}",
                record["nonzero_weights"],
                record["lut"],
                record["ff"],
                record["carry"],
                record["dsp"],
                record["bram"],
                record["logic_levels"],
                record["cycles"],
            ]
        )
        physics.append(
            [
                title,
                *(f"{value:.3f}" for value in record["auc"].values()),
                *map(_closure, record["closure"].values()),
                bits["epochs"],
            ]
        )
    signals = list(next(iter(records.values()))["auc"]) if records else []
    return "\n\n".join(
        [
            _table(
                (
                    "point",
                    "networks, difference",
                    "bits",
                    "weights",
                    "LUT",
                    "FF",
                    "carry",
                    "DSP",
                    "BRAM",
                    "levels",
                    "cycles",
                ),
                sizes,
            ),
            _table(
                (
                    "point",
                    *(f"AUC {signal}" for signal in signals),
                    *(f"closure {100 * efficiency:g} %" for efficiency in EFFICIENCIES),
                    "epochs",
                ),
                physics,
            ),
        ]
    )


def _distance(record: dict[str, Any]) -> float:
    """How far a point is above 6 cycles and 5,000 look-up tables, as a product of factors."""
    return max(record["cycles"] / 6, 1.0) * max(record["lut"] / 5000, 1.0)


def _closure(found: dict[str, Any]) -> str:
    low, high = found["interval95"]
    return f"{found['ratio']:.3f} [{low:.3f}, {high:.3f}]"


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def write_page(records: Records, outdated: Collection[str], path: Path) -> None:
    """Put the tables into the page between its marks, and the figure beside it."""
    before, _, rest = path.read_text(encoding="utf-8").partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    write_text(path, f"{before}{MARKS[0]}\n\n{page(records, outdated)}\n\n{MARKS[1]}{after}")
    if records:
        figure(records, path.with_suffix(".svg"))


def figure(records: Records, path: Path) -> None:
    """Mean area under the ROC curve against look-up tables."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "tradeoff"
    from matplotlib import pyplot as plt

    drawing, axes = plt.subplots(figsize=(7, 4))
    for name, record in records.items():
        area = float(np.mean(list(record["auc"].values())))
        axes.plot(record["lut"], area, "o", color="C3" if name == REFERENCE else "C0")
        axes.annotate(
            f"{name}, {record['cycles']} cycles",
            (record["lut"], area),
            fontsize=6,
            xytext=(4, 3),
            textcoords="offset points",
        )
    axes.axvline(10_000, color="0.7", linestyle="--")
    axes.set(xscale="log", xlabel="look-up tables (Yosys)", ylabel="mean AUC of the signals")
    drawing.tight_layout()
    drawing.savefig(path, metadata={"Date": None})
    plt.close(drawing)
