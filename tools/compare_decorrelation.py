"""Ways to decorrelate the two scores of a configuration, side by side: closure, AUC and SIC.

    python tools/compare_decorrelation.py models/double_ae/config.yaml --seeds 1 2 3

Trains the configuration without any term, with distance correlation, with the closure term, and
with both at fixed weights, each up to its scores, and compares them with the configuration itself,
whose multipliers hold closure at its target. Weights and target are those of the configuration.
Writes OUT/decorrelation.md beside the whole comparison; runs that are up to date are not repeated.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from trigger_ad import config as configuration
from trigger_ad.compare import page
from trigger_ad.compare import record as comparison
from trigger_ad.compare.rows import CompareRecord, OverSeeds
from trigger_ad.compare.runs import read
from trigger_ad.compare.tables import FILTERS
from trigger_ad.config import ClosureTerm, Config, Disco
from trigger_ad.pages.format import percent
from trigger_ad.pages.names import sample_label
from trigger_ad.run.pipelines import engine
from trigger_ad.run.progress import StageProgress
from trigger_ad.storage.files import write_text

#: Ways in the order of what they add, and what they are.
WAYS = {
    "none": "no term",
    "disco": "distance correlation",
    "closure": "closure term",
    "both": "both",
    "target": "both, closure held at its target",
}

MODELS = ("float", "firmware")

#: Figures of the diagonal cut, by the title of their table.
CUT = {
    "Area under the ROC curve of the diagonal cut": "auc",
    "Largest SIC of the diagonal cut": "sic_maximum",
}

#: A figure, and what stands behind it.
written = FILTERS["figure"]

INTRODUCTION = """\
# Ways to decorrelate two scores

Written by `tools/compare_decorrelation.py` for the configuration `{name}`, seeds {seeds}: means ±
the standard deviation of one seed. Weights of the terms and the target are those of the
configuration.

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


def document(record: CompareRecord, names: Mapping[str, str]) -> str:
    """Return the figures of the ways as Markdown, `names` being their configurations."""
    seeds = ", ".join(map(str, record.configurations[0].seeds))
    parts = [
        INTRODUCTION.format(name=names["target"], seeds=seeds),
        table({way: of_pair(record, name) for way, name in names.items()}),
    ]
    for title, key in CUT.items():
        parts += [f"## {title}", table({w: of_cut(record, n, key) for w, n in names.items()})]
    return "\n\n".join(parts) + "\n"


def of_pair(record: CompareRecord, name: str) -> dict[str, OverSeeds | None]:
    """Closure and correlation of the two scores of a configuration, by heading."""
    pair = (f"{name}:score1", f"{name}:score2")
    found: dict[str, OverSeeds | None] = {
        f"{percent(row.sm_efficiency)}, {row.model}": row.ratio
        for row in sorted(record.closure, key=lambda row: -row.sm_efficiency)
        if row.pair == pair and row.model in MODELS
    }
    for matrix in record.correlations:
        if matrix.model in MODELS:
            one, two = (matrix.scores.index(label) for label in pair)
            found[f"Pearson, {matrix.model}"] = matrix.pearson[one][two]
    return found


def of_cut(record: CompareRecord, name: str, key: str) -> dict[str, OverSeeds]:
    """Figure of the diagonal cut of a configuration for every signal, by heading."""
    rows = {row.model: row for row in record.scores if row.label == f"{name}:diagonal"}
    return {
        f"{sample_label(signal)}, {model}": getattr(rows[model].signals[signal], key)
        for signal in rows[MODELS[0]].signals
        for model in MODELS
    }


def table(figures: Mapping[str, Mapping[str, OverSeeds | None]]) -> str:
    """Markdown with a row for each way."""
    heads = list(next(iter(figures.values())))
    lines = [["", *heads], ["---"] * (len(heads) + 1)]
    for way, row in figures.items():
        lines.append([WAYS[way], *(" ".join(filter(None, written(row[head]))) for head in heads)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


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
    record.write(options.out / "compare.json")
    page.write(record, options.out / "compare.html")
    names = {way: config.name for way, config in ways.items()}
    write_text(options.out / "decorrelation.md", document(record, names))
    print(options.out / "decorrelation.md")


if __name__ == "__main__":
    main()
