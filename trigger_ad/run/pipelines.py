"""The table of stages, in the order in which a run goes through them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from trigger_ad.config import Config
from trigger_ad.convert.names import check_names
from trigger_ad.menu import file as menu_file
from trigger_ad.run.engine import Engine
from trigger_ad.run.folder.dataset import FILES
from trigger_ad.run.folder.menu import check_menu
from trigger_ad.run.folder.models import EMULATOR, MODELS, RTL, SYNTHESIS
from trigger_ad.run.folder.samples import event_files
from trigger_ad.run.folder.teaching import FOLDER, students_of
from trigger_ad.run.stage import Stage
from trigger_ad.run.steps import (
    closure,
    convert,
    emulator,
    menu,
    quantize,
    report,
    resources,
    rtl,
    score,
    synthesis,
    teach,
    train,
    train_published,
    trigger,
    validate,
    words,
)
from trigger_ad.scorers import table

__all__ = ["STAGES", "engine", "stages"]

_KERAS = ("numpy", "tensorflow", "keras")
_QKERAS = (*_KERAS, "qkeras-v3")
_HLS = (*_QKERAS, "hls4ml")

#: About how long the longer stages of the reference model take on two cores, in s.
_SECONDS = {
    "train_double": 47,
    "train_single": 11,
    "train_published": 29,
    "quantize_double": 53,
    "quantize_single": 24,
    "convert_double": 9,
    "convert_single": 3,
    "rtl": 7,
    "synthesis": 49,
    "score": 10,
    "emulator": 7,
    "validate": 32,
    "report": 10,
}

_TRAINED = tuple(f"train_{model}" for model in MODELS)

#: Stages after which a model is in hardware and in QKeras.
_FINISHED = tuple(f"{step}_{model}" for model in MODELS for step in ("quantize", "convert"))


def _words(name: str, group: str, sections: tuple[str, ...], checks: tuple[str, ...] = ()) -> Stage:
    return Stage(
        name,
        words.run,
        sections,
        (),
        (FILES[group],),
        arguments=(("group", group),),
        files=group,
        checks=checks,
    )


def _teachers(model: str) -> tuple[str, ...]:
    return ("teach",) if model == "double" else ()


def _train(model: str) -> Stage:
    return Stage(
        f"train_{model}",
        train.run,
        ("seed", "features", "scorer", "train"),
        ("words", *_teachers(model)),
        (f"model/{model}/float.npz", f"model/{model}/history.json"),
        _KERAS,
        version=6,
        arguments=(("model", model),),
    )


def _quantize(model: str) -> Stage:
    return Stage(
        f"quantize_{model}",
        quantize.run,
        ("seed", "features", "scorer", "train", "quantize"),
        ("words", f"train_{model}", *_teachers(model)),
        (
            f"model/{model}/ptq.npz",
            f"model/{model}/quantized.npz",
            f"model/{model}/quantized_history.json",
        ),
        _QKERAS,
        version=5,
        arguments=(("model", model),),
    )


def _convert(model: str) -> Stage:
    return Stage(
        f"convert_{model}",
        convert.run,
        ("features", "scorer", "convert", *(("trigger.rule",) if model == "double" else ())),
        ("words", f"quantize_{model}"),
        (MODELS[model], f"model/{model}/network.npz", f"model/{model}/scores.json"),
        _HLS,
        version=5,
        arguments=(("model", model),),
    )


#: One entry a stage: name, step, configuration, inputs, outputs, packages.
STAGES: tuple[Stage, ...] = (
    _words("words", "background", ("split", "features", "events.units"), ("train", "trigger")),
    _words("signals", "signals", ("features", "events.units")),
    Stage(
        "teach",
        teach.run,
        ("seed", "features", "scorer"),
        ("words",),
        (FOLDER,),
        _KERAS,
        version=2,
        needs=teach.needs,
    ),
    _train("double"),
    _train("single"),
    Stage(
        "train_published",
        train_published.run,
        ("seed", "features", "scorer", "train", "baselines"),
        ("words", "teach"),
        ("model/published/float.npz", "model/published/history.json"),
        _KERAS,
        version=2,
    ),
    _quantize("double"),
    _quantize("single"),
    _convert("double"),
    _convert("single"),
    Stage(
        "rtl",
        rtl.run,
        ("features", "rtl.preset", "trigger.rule"),
        ("convert_double",),
        (RTL,),
        ("numpy", "alkaid"),
        needs=rtl.needs,
    ),
    Stage(
        "synthesis",
        synthesis.run,
        ("rtl.parts",),
        ("rtl",),
        (SYNTHESIS,),
        ("numpy", "pyosys"),
        needs=synthesis.needs,
    ),
    Stage(
        "score",
        score.run,
        ("seed", "features", "scorer", "baselines"),
        ("words", "signals", "teach", "train_published", *_TRAINED, *_FINISHED),
        ("scores.npz",),
        _QKERAS,
    ),
    Stage(
        "trigger",
        trigger.run,
        ("seed", "trigger", "validate", "features"),
        ("words", "signals", "convert_double", "score"),
        ("golden.npz", "rates.json"),
        version=5,
        files="menu",
    ),
    Stage(
        "menu",
        menu.run,
        ("trigger", "features"),
        ("words", "signals", "score", "trigger"),
        ("menu.json", "menu_fragment.json"),
        version=2,
        files="menu",
    ),
    Stage(
        "emulator",
        emulator.run,
        ("features", "emulator", "trigger.rule"),
        ("convert_double", "trigger"),
        (EMULATOR,),
        beside=(EMULATOR,),  # compiled again only for other sources
    ),
    Stage(
        "closure",
        closure.run,
        ("validate", "features"),
        ("words", "signals", "score"),
        ("closure.json",),
    ),
    Stage(
        "validate",
        validate.run,
        ("name", "seed", "validate", "features", "scorer", "trigger.rule"),
        ("words", "signals", "score", "trigger", "closure", "rtl", "emulator", *_FINISHED),
        ("validation.json",),
        _HLS,
        version=5,
    ),
    Stage(
        "resources",
        resources.run,
        ("convert", "features", "budget"),
        ("convert_double", "rtl", "synthesis"),
        ("resources.json",),
        version=2,
        beside=(resources.VENDOR,),
        synthesises=True,
    ),
    Stage(
        "report",
        report.run,
        (),
        (
            *_TRAINED,
            *(f"quantize_{model}" for model in MODELS),
            "score",
            "trigger",
            "menu",
            "validate",
            "closure",
            "resources",
        ),
        ("report.html", "plots"),
        ("numpy", "matplotlib", "mplhep"),
        version=3,
        beside=("manifest.json",),  # the page prints how the run was made
    ),
)


def stages(config: Config) -> tuple[Stage, ...]:
    """Stages of a configuration: all, but for what it leaves out."""
    left_out: set[str] = set()
    if not students_of(config.scorer):
        left_out.add("teach")
    if config.baselines.published.epochs == 0:
        left_out.add("train_published")
    if config.trigger.menu is None:
        left_out.add("menu")
    outside = table.distribution(config.scorer.name)
    outputs = {stage.name: stage.outputs for stage in STAGES}
    return tuple(
        replace(
            stage,
            inputs=tuple(name for name in stage.inputs if name not in left_out),
            absent=tuple(path for name in left_out & {*stage.inputs} for path in outputs[name]),
            seconds=_SECONDS.get(stage.name, 1.0),
            packages=(*stage.packages, outside)
            if outside and "scorer" in stage.sections
            else stage.packages,
        )
        for stage in STAGES
        if stage.name not in left_out
    )


def engine(config: Config, folder: Path, synth: bool | None = None) -> Engine:
    """Engine of a configuration over its stages; what can be checked early is."""
    table.check(config.scorer)
    check_names(table.find(config.scorer.name).branches(config.scorer), config.convert.namespace)
    inside = config.trigger.menu
    menus = {} if inside is None else {"menu": menu_file.find(inside.file)}
    if inside is not None:
        check_menu(config)
    return Engine(config, folder, stages(config), event_files(config) | {"menu": menus}, synth)
