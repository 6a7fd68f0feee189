"""Train a reference model anew for several seeds and write its card: models/NAME/.

    python tools/regenerate_model.py double_ae --seeds 1 2 3

Runs that are up to date are not repeated, and a killed call goes on where it was.
"""

import argparse
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from invariance_table import measured

from trigger_ad import config as configuration
from trigger_ad.menu import file as menus
from trigger_ad.report.card import card
from trigger_ad.report.reference import (
    BACKGROUND,
    GAIN,
    INVARIANCE,
    SIGNALS,
    ReachRecord,
    Reference,
    reach,
)
from trigger_ad.run.folder.preparation import inputs_of
from trigger_ad.run.folder.tables import has_network
from trigger_ad.run.gain import gain_of_files
from trigger_ad.run.pipelines import engine
from trigger_ad.run.progress import StageProgress
from trigger_ad.run.rates import scan
from trigger_ad.run_folder import NAMES
from trigger_ad.storage.files import write_json, write_text

ROOT = Path(__file__).parents[1]

#: Of the first seed's run, kept beside the card: what emulation and rates need of a run folder.
KEPT = (
    "model/double/float.npz",
    "model/double/quantized.npz",
    "model/double/network.npz",
    "model/double/scores.json",
    "golden.npz",
    "rates.json",
    "resources.json",
)


def main() -> None:
    """Run every seed, then write the card and keep what the first one made."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="folder below models/")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--runs", type=Path, default=ROOT / "runs", help="where runs are kept")
    parser.add_argument(
        "--reference",
        type=Path,
        help="folder of a reference sample, as of tools/reference.py, in which zero_bias.h5 is "
        "taken, or the background of the model if it is there",
    )
    options = parser.parse_args()
    model = ROOT / "models" / options.name
    base = configuration.load(model / "config.yaml")
    folders = []
    with StageProgress() as progress:
        for seed in options.seeds:
            folder = options.runs / f"{options.name}_seed{seed}"
            engine(seeded(base, seed), folder).run(progress)
            folders.append(folder)
    prepared = (NAMES.prepare,) if base.features.vectors else ()
    for name in (*KEPT, *prepared):
        if (folders[0] / name).exists():  # a model of tables has no networks
            (model / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folders[0] / name, model / name)
    if options.reference:
        measure(folders[0], base, options.reference, model)
    write_text(model / "CARD.md", card(folders, Reference.of(model)))


def seeded(base: configuration.Config, seed: int) -> configuration.Config:
    """The configuration with another seed; tables have no randomness but that of their split."""
    changes: dict[str, Any] = {"seed": seed}
    if not has_network(base.scorer, inputs_of(base.features)):
        split = base.split.model_copy(update={"seed": base.split.seed + seed - 1})
        changes["split"] = split
    return base.model_copy(update=changes)


def measure(run: Path, config: configuration.Config, reference: Path, model: Path) -> None:
    """Rates of the test split of a reference sample, and what of its signals is taken."""
    inside = config.trigger.menu
    menu = None if inside is None else menus.find(inside.file)
    own = Path(str(config.events.background))
    background = own if own.parent == reference else reference / "zero_bias.h5"
    with StageProgress() as progress:
        scan(
            run,
            str(background),
            model / BACKGROUND,
            menu=menu,
            split="test",
            workers=2,
            progress=lambda part, note: progress("reference", part, note),
        )
    signals = {signal: reference / f"zero_bias_{signal}.h5" for signal in config.events.signals}
    with TemporaryDirectory() as name:
        found = {
            signal: reach(scan(run, str(path), Path(name) / "scan.json", menu=menu))
            for signal, path in signals.items()
        }
    ReachRecord(signals=found).write(model / SIGNALS)
    measured(run, str(background)).write(model / INVARIANCE)
    if menu is not None:
        gain = gain_of_files(run, background, signals, menu)
        write_json(model / GAIN, gain.to_json())


if __name__ == "__main__":
    main()
