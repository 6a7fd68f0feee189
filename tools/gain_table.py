"""What a finished run's trigger adds to a menu on any sample, beside seeds of the same pure rate.

    python tools/gain_table.py runs/my_trigger --background runs/reference/zero_bias.h5 \
        --signals leptoquark=runs/reference/zero_bias_leptoquark.h5 --out gain.json

The background is split as that of the run: tables are filled on its train split, thresholds come
from its threshold split, figures from its test split. Each signal is a file of its own. Twins are
other runs on the same words, of which score 1 is cut at the same rate with the cut on score 2 held.
"""

import argparse
from pathlib import Path

from trigger_ad import config as configuration
from trigger_ad.errors import NormalisationError
from trigger_ad.events.readers.sample import opened
from trigger_ad.menu import file as menus
from trigger_ad.menu.record import GainRecord
from trigger_ad.pages.format import paired, percent
from trigger_ad.pages.names import sample_label
from trigger_ad.rates.figure import EffectiveFigure, SeedFigure, figure_text
from trigger_ad.rates.normalisation import input_rate
from trigger_ad.report.numbers.menu import seed_label
from trigger_ad.run.gain import gain_of_files
from trigger_ad.run.progress import StageProgress
from trigger_ad.run_folder import RunFolder
from trigger_ad.storage.files import write_json


def main() -> None:
    """Compare, print, and keep the record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, help="folder of a finished run")
    parser.add_argument("--background", required=True, help="event file")
    parser.add_argument("--signals", nargs="+", required=True, metavar="NAME=FILE")
    parser.add_argument("--menu", default="packaged:small", help="menu with a seed of region A")
    parser.add_argument("--twins", nargs="*", default=[], metavar="NAME=RUN", help="other runs")
    parser.add_argument("--out", type=Path, help="JSON file, as reference_gain.json of a model")
    options = parser.parse_args()
    signals = dict(each.split("=", 1) for each in options.signals)
    with StageProgress() as progress:
        record = gain_of_files(
            options.run,
            options.background,
            signals,
            menus.find(options.menu),
            lambda part, note: progress("gain", part, note),
            {name: Path(run) for name, run in (each.split("=", 1) for each in options.twins)},
        )
    print(table(record, input_hz(options.run, options.background)))
    if options.out:
        write_json(options.out, record.to_json())


def input_hz(run: Path, background: str) -> float | None:
    """Input rate by the normalisation of the run; None if it has none for these events."""
    settings = configuration.load(RunFolder(run).config).trigger.rate
    try:
        return input_rate(opened(background).origin, settings).hz
    except NormalisationError:
        return None


def table(record: GainRecord, hz: float | None) -> str:
    """Markdown: efficiencies among untaken events, and the trigger minus each seed."""
    names = list(record.gain[0].signal)
    unit = "efficiency" if hz is None else "kHz"
    lines = [
        f"| seed | pure [{unit}] | {' | '.join(map(sample_label, names))} |",
        "|---" * (len(names) + 2) + "|",
    ]
    for row in record.gain:
        cells = [
            f"{_share(row.signal[name])}; {paired(row.difference[name])}"
            if row.difference
            else _share(row.signal[name])
            for name in names
        ]
        pure = SeedFigure(efficiency=row.pure, hz=None if hz is None else row.pure.scaled(hz))
        lines.append(f"| {seed_label(row)} | {figure_text(pure)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _share(figure: EffectiveFigure) -> str:
    if figure.value is None:
        return f"< {percent(figure.upper_limit)}"
    return percent(figure.value)


if __name__ == "__main__":
    main()
