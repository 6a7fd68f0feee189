"""Firmware of the shipped models is equal as text: of each, a hash of its scores in C++ and RTL.

Whoever changes how operations are written does not change these by accident. After a wanted
change: ``PYTHONPATH=. python tests/rtl/test_shipped_texts.py > tests/rtl/shipped_texts.json``.
"""

import hashlib
import json
import sys
from pathlib import Path

import pytest

import trigger_ad
from trigger_ad import config
from trigger_ad.features.layout import layout
from trigger_ad.hls.harness import score_sources
from trigger_ad.ir.network import HardwareNetwork
from trigger_ad.rtl.pipeline import build_pipeline
from trigger_ad.rtl.preset import preset
from trigger_ad.rtl.trace import trace
from trigger_ad.run.folder.trigger import load_scores

MODELS = Path(trigger_ad.__file__).parents[1] / "models"
PINNED = Path(__file__).parent / "shipped_texts.json"
NAMES = sorted(path.name for path in MODELS.iterdir())


def texts(name: str) -> dict[str, str]:
    """Hashes of ``score.h`` and of all modules of the scoring circuit."""
    settings = config.load(MODELS / name / "config.yaml")
    record = MODELS / name / "model/double"
    network = HardwareNetwork.load(record / "network.npz")
    scores = load_scores(record / "scores.json")
    circuit = trace(network, scores, layout(settings.features))
    modules = build_pipeline(circuit, preset(settings.rtl.preset)).files
    return {
        "score.h": digest(score_sources(network, scores)["score.h"]),
        "scoring": digest("".join(f"{name}\n{modules[name]}" for name in sorted(modules))),
    }


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_those_that_were_shipped(name):
    assert texts(name) == json.loads(PINNED.read_text())[name]


if __name__ == "__main__":
    sys.stdout.write(json.dumps({name: texts(name) for name in NAMES}, indent=2) + "\n")
