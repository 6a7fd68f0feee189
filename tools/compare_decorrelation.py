"""Ways to decorrelate the two scores of a configuration, side by side: closure, AUC and SIC.

    python tools/compare_decorrelation.py models/double_ae/config.yaml --seeds 1 2 3

Trains the configuration without any term, with distance correlation, with the closure term, and
with both at fixed weights, each up to its scores, and compares them with the configuration itself,
whose multipliers hold closure at its target. Weights and target are those of the configuration.
Writes OUT/decorrelation.md beside the whole comparison; runs that are up to date are not repeated.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trigger_ad import config as configuration
from trigger_ad.cli.progress import StageProgress
from trigger_ad.config import ClosureTerm, Config, Disco
from trigger_ad.files import write_json, write_text
from trigger_ad.report.compare import page
from trigger_ad.report.compare.tables import FILTERS
from trigger_ad.report.format import percent
from trigger_ad.report.names import sample_label
from trigger_ad.run.comparison import record as comparison
from trigger_ad.run.comparison.dependence import SM_EFFICIENCIES
from trigger_ad.run.comparison.runs import read
from trigger_ad.run.stages import engine

#: Ways in the order of what they add, and what they are.
WAYS = {
    "none": "no term",
    "disco": "distance correlation",
    "closure": "closure term",
    "both": "both",
    "target": "both, closure held at its target",
}

MODELS = ("float", "firmware")

INTRODUCTION = """\
# Ways to decorrelate two scores

Written by `tools/compare_decorrelation.py` for `models/{name}` on the packaged sample, seeds
{seeds}: means ± the standard deviation of one seed. Weights of the terms and the target are those
of its configuration.

## Closure

Predicted over observed background of region A at diagonal cuts, by SM efficiency; a dash where a
region has no events. Beside it Pearson's coefficient of the two scores."""


def variants(base: Config) -> dict[str, Config]:
    """Configurations by way; the last is the base itself."""
    disco, closure = base.train.disco, base.train.closure
    off, fixed = Disco(weight=0), closure.model_copy(update={"target": None})
    none = ClosureTerm(**(closure.model_dump() | {"weight": 0.0, "target": None}))
    terms = {
        "none": (off, none),
        "disco": (disco, none),
        "closure": (off, fixed),
        "both": (disco, fixed),
    }
    published = base.baselines.published.model_copy(update={"epochs": 0})
    changed = {
        way: base.model_copy(
            update={
                "name": f"{base.name}_{way}",
                "train": base.train.model_copy(update={"disco": first, "closure": second}),
                "baselines": base.baselines.model_copy(update={"published": published}),
            }
        )
        for way, (first, second) in terms.items()
    }
    return changed | {"target": base}


def document(record: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return the figures of the ways as Markdown, `names` being their configurations."""
    seeds = ", ".join(map(str, record["configurations"][0]["seeds"]))
    signals = [name for name in record["events"] if not name.startswith("sm_")]
    closure = {
        (row["pair"][0].partition(":")[0], row["sm_efficiency"], row["model"]): row["ratio"]
        for row in record["closure"]
    }
    scores = {
        (row["configuration"], row["model"]): row["signals"]
        for row in record["scores"]
        if row["score"] == "diagonal"
    }
    pearson = {
        (label.partition(":")[0], table["model"]): table["pearson"][place][place + 1]
        for table in record["correlations"]
        for place, label in enumerate(table["scores"])
        if label.endswith(":score1")
    }

    def separation(title: str, key: str) -> list[str]:
        heads = [f"{sample_label(signal)}, {model}" for signal in signals for model in MODELS]
        cells = {
            name: [scores[name, model][signal][key] for signal in signals for model in MODELS]
            for name in names.values()
        }
        return [f"## {title}", "", *table_of(names, heads, cells), ""]

    of_pairs = {
        name: [closure[name, at, model] for at in SM_EFFICIENCIES for model in MODELS]
        + [pearson[name, model] for model in MODELS]
        for name in names.values()
    }
    heads = [f"{percent(at)}, {model}" for at in SM_EFFICIENCIES for model in MODELS]
    lines = [
        INTRODUCTION.format(name=names["target"], seeds=seeds),
        "",
        *table_of(names, [*heads, *(f"Pearson, {model}" for model in MODELS)], of_pairs),
        "",
        *separation("Area under the ROC curve of the diagonal cut", "auc"),
        *separation("Largest SIC of the diagonal cut", "sic_maximum"),
    ]
    return "\n".join(lines)


def table_of(
    names: Mapping[str, str], heads: Sequence[str], cells: Mapping[str, Sequence[Any]]
) -> list[str]:
    """Lines of a table with a row for each way."""
    written = FILTERS["figure"]
    return [
        "| | " + " | ".join(heads) + " |",
        "|---" * (len(heads) + 1) + "|",
        *(
            f"| {WAYS[way]} | "
            + " | ".join(" ".join(filter(None, written(cell))) for cell in cells[name])
            + " |"
            for way, name in names.items()
        ),
    ]


def main() -> None:
    """Train what is missing and compare it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--out", type=Path, default=Path("runs/decorrelation"))
    options = parser.parse_args()
    ways = variants(configuration.load(options.config))
    runs = []
    with StageProgress() as progress:
        for config in ways.values():
            for seed in options.seeds:
                folder = options.out / f"{config.name}_seed{seed}"
                seeded = config.model_copy(update={"seed": seed})
                engine(seeded, folder).run(progress, only="score")
                runs.append(read(folder))
        record = comparison.compare(runs)
    write_json(options.out / "compare.json", record)
    page.write(record, options.out / "compare.html")
    names = {way: config.name for way, config in ways.items()}
    write_text(options.out / "decorrelation.md", document(record, names))
    print(options.out / "decorrelation.md")


if __name__ == "__main__":
    main()
