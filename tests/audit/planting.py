"""A small trigger in HLS and RTL in a run folder, and faults planted in it."""

from pathlib import Path

from tests.hls import networks, tops
from tests.rates_records import rates_record
from trigger_ad import config
from trigger_ad.audit.hls_project import check_hls_project
from trigger_ad.convert.binding import bind
from trigger_ad.convert.project import convert
from trigger_ad.features.words import scaled_range
from trigger_ad.hls.top import write_top
from trigger_ad.ir.expression import port
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.layers.architecture import chain
from trigger_ad.rtl.preset import preset
from trigger_ad.rtl.project import write_project
from trigger_ad.run.folder.trigger import SCORES_SCHEMA, load_scores
from trigger_ad.scorers.autoencoder import reconstruction
from trigger_ad.storage.files import write_json
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule

NAME, RULE = "planted", Rule.CMS_COUNTER
EDITED = ": convert the model again; do not edit the project by hand"

# Files of the HLS project.
NETWORK, TOP = f"firmware/{NAME}_network.cpp", f"firmware/{NAME}.cpp"
CORE, TRIGGER = "trigger/trigger_core.h", "trigger/trigger_top.cpp"
SCRIPT, SETTINGS = "build_prj.tcl", "project.tcl"


def make(run: Path) -> None:
    """Write the folder as a run leaves it, without a fault."""
    (run / "model/double").mkdir(parents=True)
    (run / "config.yaml").write_text(f"schema: config/1\nname: {NAME}\n")
    size = len(tops.FULL.fields)
    shapes = {"first": (size, 2, size), "second": (size, 2)}
    branches = (
        chain(name, shape, (True, False)[-len(shape) + 1 :], True) for name, shape in shapes.items()
    )
    # Weights so large that no accumulator is right by luck.
    sketches = tuple(networks.Sketch(branch, networks.bits(), scale=4.0) for branch in branches)
    quantized = networks.quantised(sketches, 5)
    project = run / "firmware/hls"
    network = convert(quantized, config.Convert(namespace=NAME), project)
    expressions = {"score1": reconstruction("first", "absolute"), "score2": port("second").sum()}
    scores = bind(expressions, list(shapes), network, *scaled_range(tops.FULL))
    trigger = HardwareTrigger.of(tops.FULL, network, scores, RULE)
    write_top(project, trigger)
    write_project(run / "firmware/rtl", trigger, preset("240mhz"))
    quantized.save(run / "model/double/quantized.npz")
    network.save(run / "model/double/network.npz")
    write_json(
        run / "model/double/scores.json",
        {"schema": SCORES_SCHEMA, "scores": [score.to_json() for score in scores.values()]},
    )
    rates_record(Registers((100, -3)), RULE).write(run / "rates.json")


def edit(path: Path, old: str, new: str, times: int = 1) -> None:
    text = path.read_text()
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, times))


def records(run: Path):
    """Network, scores and layout of the folder."""
    model = run / "model/double"
    return (
        HardwareNetwork.load(model / "network.npz"),
        load_scores(model / "scores.json"),
        tops.FULL,
    )


def audit_project(project: Path, trigger: bool = True):
    """Read the HLS project as a tool would."""
    return check_hls_project(project, NAME, trigger, config.Convert(namespace=NAME))


def sentences(checked) -> list[str]:
    return [str(finding) for finding in checked.findings]
