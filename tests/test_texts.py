"""The firmware of the shipped models, two scores and four regions, is written as it always was.

`texts.json` holds the SHA-256 of every file, for each prescale rule in turn. Where a text has to
change, look at what differs and run ``python tests/test_texts.py`` to renew it.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from trigger_ad import config
from trigger_ad.hls import emulator
from trigger_ad.hls.top import top_sources
from trigger_ad.rtl import simulate
from trigger_ad.rtl.pipeline import Bits, Pipeline
from trigger_ad.rtl.project import RtlProject
from trigger_ad.rtl.proof import proof_sources
from trigger_ad.rtl.top import render_top
from trigger_ad.run.folder.trigger import load_hardware
from trigger_ad.run.ip import ip_sources
from trigger_ad.storage.shipped import shipped_path
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.rule import Rule

HELD = Path(__file__).with_name("texts.json")
MODELS = sorted(path.parent.name for path in shipped_path("models").glob("*/golden.npz"))


def texts(model: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Every file that is not a network, a score or a scoring circuit, with its place."""
    folder_of_model = shipped_path("models", model)
    trigger = load_hardware(folder_of_model, config.load(folder_of_model / "config.yaml"))
    trigger = replace(trigger, rule=list(Rule)[MODELS.index(model) % 3])
    name = trigger.name
    (folder / "firmware").mkdir()
    (folder / f"firmware/{name}.cpp").write_text("#pragma HLS PIPELINE II=1\n")
    for file, text in top_sources(folder, trigger).items():
        yield f"hls/{file}", text

    pipeline = circuit(trigger, clocks=MODELS.index(model) % 4)
    interface = TopInterface.of(trigger)
    yield "rtl/trigger_top.sv", render_top(interface, pipeline, 9)
    for file, text in proof_sources().items():
        yield f"{'formal' if '_check' in file else 'rtl'}/{file}", text
    interface.save(folder)
    yield "rtl/harness.cpp", simulate._harness(folder)
    project = RtlProject(name, "240mhz", 240, 9, 8, 7, 10.0, ("trigger_top.sv",))
    for file, text in ip_sources(interface, project, "xcvu13p-flga2577-2-e", 1).items():
        yield f"ip/{file}", text

    emulator.write(folder, trigger, folder / "emulator", "Anomaly", "1")
    for path in sorted((folder / "emulator").rglob("*")):
        if path.is_file() and "network" not in path.parts:
            yield path.relative_to(folder).as_posix(), path.read_text()


def circuit(trigger, clocks: int) -> Pipeline:
    """What the top is told of the scoring circuit, without the circuit."""
    low, scores = 0, {}
    for missing, (name, kind) in enumerate(trigger.scores.items()):
        width = kind.width - 1 - missing
        scores[name] = Bits(low, width, kind.signed, missing)
        low += width
    widths = {i: field.width for i, field in enumerate(trigger.layout.fields)}
    return Pipeline({}, clocks > 0, clocks, clocks, 10.0, widths, scores)


def hashes(model: str, folder: Path) -> dict[str, str]:
    found = dict(texts(model, folder))
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in found.items()}


@pytest.mark.parametrize("model", MODELS)
def test_every_text_of_a_pair(model, tmp_path, monkeypatch):
    monkeypatch.setattr(emulator, "check_project", lambda *_: None)
    held = json.loads(HELD.read_text())[model]
    found = hashes(model, tmp_path)
    assert found.keys() == held.keys()
    assert [name for name in held if held[name] != found[name]] == []


if __name__ == "__main__":
    emulator.check_project = lambda *_: None
    record = {}
    for one in MODELS:
        with TemporaryDirectory() as place:
            record[one] = hashes(one, Path(place))
    HELD.write_text(json.dumps(record, indent=1) + "\n")
