"""The HLS project of a model, the record of its hardware network, and its C simulation."""

from __future__ import annotations

from trigger_ad.convert.binding import bind
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.hls.compile import build_csim
from trigger_ad.hls.harness import write_harness
from trigger_ad.hls.top import FOLDER as TOP
from trigger_ad.hls.top import write_top
from trigger_ad.ir.findings import require
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.forms import events_of, values_of
from trigger_ad.run.folder.models import scorer_settings
from trigger_ad.run.folder.preparation import Reading
from trigger_ad.run.folder.tables import beside_of
from trigger_ad.run.folder.trigger import SCORES_SCHEMA
from trigger_ad.run_folder import NAMES
from trigger_ad.scorers import table
from trigger_ad.storage.files import write_json
from trigger_ad.trigger.hardware import Block, HardwareTrigger
from trigger_ad.trigger.rule import Rule

__all__ = ["run"]


def run(context: Context, model: str) -> None:
    """Write the HLS project, ``network.npz`` and ``scores.json`` of a model."""
    from trigger_ad.audit.conversion import check_conversion
    from trigger_ad.convert.project import convert
    from trigger_ad.quantize.model import QuantizedModel

    config = context.config
    settings = config.convert
    if model != "double":
        settings = settings.model_copy(update={"namespace": f"{settings.namespace}_{model}"})
    scorer = scorer_settings(config, model)
    quantized = QuantizedModel.load(context.run.model(model).quantized)
    project = context.out(NAMES.hls(model))
    network = convert(quantized, settings, project)
    reading = Reading.of(context.folder, config.features)
    bounds = reading.bounds
    names = [branch.name for branch in quantized.branches]
    expressions = table.find(scorer.name).expressions(scorer)

    read = beside_of(expressions, names)
    fast = FastEmulator(network, {}, *bounds)
    values = values_of(reading, read, lambda x: {network.input_name: x, **fast.run(x).outputs})
    events = events_of(values, lambda: Dataset(context.folder, config.features))
    beside = {name: reading.ports[name] for name in read}
    scores = bind(expressions, names, network, *bounds, events, beside)
    block = Block(reading.layout, network, scores, reading.prepare(network, scores))
    write_harness(project, block)
    trigger = None
    if model == "double":
        trigger = HardwareTrigger((block,), Rule(config.trigger.rule))
        write_top(project, trigger)
    context.progress(0.2, "audit")
    parts = check_conversion(project, quantized, block, trigger, settings)
    for checked in parts.values():
        require(checked)
    context.progress(0.3, "compiling the C simulation")
    build_csim(project)
    if trigger is not None:
        context.progress(0.6, "compiling the trigger top")
        build_csim(project, folder=TOP)
    network.save(context.out(NAMES.model(model).network))
    write_json(
        context.out(NAMES.model(model).scores),
        {"schema": SCORES_SCHEMA, "scores": [score.to_json() for score in scores.values()]},
    )
