"""Whether the shipped models are what this version makes of their weights, byte for byte.

    .venv/bin/python tools/check_models.py [NAME ...]

Each model is converted anew from its quantised weights, which needs no training and says nothing
of it: the network must be the shipped file, the audit of its HLS project must find nothing, and
the golden words must give the golden scores, regions and accepts. ``tools/regenerate_model.py``
trains a model anew; its weights are equal to the bit only on the kind of processor that trained it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from trigger_ad import config as configuration
from trigger_ad.audit.conversion import check_conversion
from trigger_ad.convert.project import convert
from trigger_ad.hls.top import write_top
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.run.folder.trigger import load_block, load_trigger
from trigger_ad.storage import arrays
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.rule import Rule

MODELS = Path(__file__).resolve().parents[1] / "models"


def differences(name: str) -> Iterator[str]:
    """What is not as shipped, a sentence each."""
    folder = MODELS / name
    config = configuration.load(folder / "config.yaml")
    quantized = QuantizedModel.load(folder / "model/double/quantized.npz")
    with tempfile.TemporaryDirectory() as place:
        network = convert(quantized, config.convert, Path(place) / "hls")
        made, shipped = Path(place) / "network.npz", folder / "model/double/network.npz"
        network.save(made)
        if made.read_bytes() != shipped.read_bytes():
            yield f"{name}: the network is another one"
        yield from faults(name, config, Path(place) / "hls", quantized, network)
    trigger = load_trigger(folder)
    _, golden = arrays.load(folder / "golden.npz", "golden/1")
    scores = trigger.scores_of_words(golden["words"])
    decision, _ = trigger.decide(scores, trigger.start())
    found = {**scores, "region": decision.region, "accept": decision.accept}
    for what, values in found.items():
        if not np.array_equal(np.asarray(values), golden[what]):
            yield f"{name}: {what} of the golden words is another one"


def faults(
    name: str,
    config: configuration.Config,
    project: Path,
    quantized: QuantizedModel,
    network: HardwareNetwork,
) -> Iterator[str]:
    """What the audit finds in the HLS project of a model, with its trigger top."""
    block = replace(load_block(MODELS / name, "double", config), network=network)
    trigger = HardwareTrigger((block,), Rule(config.trigger.rule))
    write_top(project, trigger)
    parts = check_conversion(project, quantized, block, trigger, config.convert)
    for part, checked in parts.items():
        yield from (f"{name}: {part}: {finding}" for finding in checked.fatal)


def main() -> int:
    """Check the models named, or all."""
    parser = argparse.ArgumentParser(description="Shipped models against their weights.")
    parser.add_argument("names", nargs="*")
    names = parser.parse_args().names or sorted(path.name for path in MODELS.iterdir())
    found = [sentence for name in names for sentence in differences(name)]
    print(
        "\n".join(found)
        or f"{', '.join(names)}: network, HLS project and golden vectors as shipped"
    )
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
