"""The table of stages, in the order in which a run goes through them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from trigger_ad.config import Config
from trigger_ad.convert.names import check_names
from trigger_ad.events.readers import table as readers
from trigger_ad.menu import file as menu_file
from trigger_ad.run.engine import Engine, Files
from trigger_ad.run.folder.dataset import FILES
from trigger_ad.run.folder.menu import check_menu
from trigger_ad.run.folder.models import MODELS
from trigger_ad.run.folder.preparation import inputs_of, require_read
from trigger_ad.run.folder.samples import event_files
from trigger_ad.run.folder.tables import has_network, require_vectors
from trigger_ad.run.folder.teaching import students_of
from trigger_ad.run.stage import Stage
from trigger_ad.run.steps import (
    closure,
    convert,
    emulator,
    invariance,
    menu,
    prepare,
    quantize,
    report,
    resources,
    rtl,
    score,
    synthesis,
    tabulate,
    teach,
    train,
    train_published,
    trigger,
    validate,
    words,
)
from trigger_ad.run_folder import NAMES, relative
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
    "invariance": 12,
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
        relative(FILES[group]),
        arguments=(("group", group),),
        files=group,
        checks=checks,
        version=2,
    )


def _teachers(model: str) -> tuple[str, ...]:
    return ("teach",) if model == "double" else ()


def _settings(model: str) -> str:
    """Section of a model."""
    return "scorer" if model == "double" else "baselines.single"


def _train(model: str) -> Stage:
    return Stage(
        f"train_{model}",
        train.run,
        ("seed", "features", _settings(model), "train"),
        ("words", "prepare", *_teachers(model)),
        relative(NAMES.model(model).float_weights, NAMES.model(model).history),
        _KERAS,
        version=6,
        arguments=(("model", model),),
    )


def _quantize(model: str) -> Stage:
    files = NAMES.model(model)
    return Stage(
        f"quantize_{model}",
        quantize.run,
        ("seed", "features", _settings(model), "train", "quantize"),
        ("words", "prepare", f"train_{model}", *_teachers(model)),
        relative(files.ptq, files.quantized, files.quantized_history),
        _QKERAS,
        version=5,
        arguments=(("model", model),),
    )


def _convert(model: str) -> Stage:
    files = NAMES.model(model)
    return Stage(
        f"convert_{model}",
        convert.run,
        (
            "features",
            _settings(model),
            "convert",
            *(("trigger.rule",) if model == "double" else ()),
        ),
        ("words", "prepare", f"quantize_{model}"),
        relative(NAMES.hls(model), files.network, files.scores),
        _HLS,
        version=6,
        arguments=(("model", model),),
    )


#: One entry a stage: name, step, configuration, inputs, outputs, packages.
STAGES: tuple[Stage, ...] = (
    _words("words", "background", ("split", "features", "events.units"), ("train", "trigger")),
    _words("signals", "signals", ("features", "events.units")),
    Stage("prepare", prepare.run, ("features",), ("words",), relative(NAMES.prepare), version=2),
    Stage(
        "teach",
        teach.run,
        ("seed", "features", "scorer"),
        ("words", "prepare"),
        relative(NAMES.teachers),
        _KERAS,
        version=2,
        needs=teach.needs,
    ),
    _train("double"),
    _train("single"),
    Stage(
        "train_published",
        train_published.run,
        ("seed", "features", "train", "baselines.published"),
        ("words", "prepare"),
        relative(NAMES.model("published").float_weights, NAMES.model("published").history),
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
        ("prepare", "convert_double"),
        relative(NAMES.rtl),
        ("numpy", "alkaid"),
        needs=rtl.needs,
        version=4,
    ),
    Stage(
        "synthesis",
        synthesis.run,
        ("rtl.parts",),
        ("rtl",),
        relative(NAMES.yosys),
        ("numpy", "pyosys"),
        needs=synthesis.needs,
    ),
    Stage(
        "score",
        score.run,
        ("seed", "features", "scorer", "baselines"),
        ("words", "signals", "prepare", "teach", "train_published", *_TRAINED, *_FINISHED),
        relative(NAMES.scores),
        _QKERAS,
        version=2,
    ),
    Stage(
        "trigger",
        trigger.run,
        ("seed", "trigger", "validate", "features"),
        ("words", "signals", "prepare", "convert_double", "score"),
        relative(NAMES.golden, NAMES.rates),
        version=8,
        files="menu",
    ),
    Stage(
        "menu",
        menu.run,
        ("trigger", "features"),
        ("words", "signals", "score", "trigger"),
        relative(NAMES.menu, NAMES.menu_fragment),
        version=5,
        files="menu",
    ),
    Stage(
        "emulator",
        emulator.run,
        ("features", "emulator", "trigger.rule"),
        ("prepare", "convert_double", "trigger"),
        relative(NAMES.emulator),
        version=2,
        beside=relative(NAMES.emulator),  # compiled again only for other sources
    ),
    Stage(
        "closure",
        closure.run,
        ("validate", "features", "trigger.score2_efficiency"),
        ("words", "signals", "score"),
        relative(NAMES.closure),
        version=3,
    ),
    Stage(
        "invariance",
        invariance.run,
        ("features", "trigger.rule"),
        ("words", "prepare", "convert_double", "score", "trigger"),
        relative(NAMES.invariance),
    ),
    Stage(
        "validate",
        validate.run,
        (
            "name",
            "seed",
            "validate",
            "features",
            "scorer",
            "baselines.single",
            "trigger.rule",
            "trigger.score2_efficiency",
        ),
        (
            *("words", "signals", "prepare", "score", "trigger", "closure", "rtl", "emulator"),
            *_FINISHED,
        ),
        relative(NAMES.validation),
        _HLS,
        version=8,
    ),
    Stage(
        "resources",
        resources.run,
        ("convert", "features", "budget", "trigger.rule"),
        ("prepare", "convert_double", "rtl", "synthesis"),
        relative(NAMES.resources),
        version=3,
        beside=relative(NAMES.vendor),
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
            "invariance",
            "resources",
        ),
        relative(NAMES.report, NAMES.plots),
        ("numpy", "matplotlib", "mplhep"),
        version=5,
        beside=relative(NAMES.manifest),  # the page prints how the run was made
    ),
)


#: In place of the conversion of a network where the scorer has none.
_TABULATE = Stage(
    "convert_double",
    tabulate.run,
    ("features", "scorer", "convert.namespace", "trigger.rule"),
    ("words", "prepare"),
    relative(NAMES.hls("double"), NAMES.model("double").scores),
)


def stages(config: Config) -> tuple[Stage, ...]:
    """Stages of a configuration: all, but for what it leaves out."""
    left_out: set[str] = set()
    table_of_stages = STAGES
    never: tuple[str, ...] = ()
    if not has_network(config.scorer, inputs_of(config.features)):
        left_out |= {"train_double", "quantize_double"}
        never = relative(NAMES.model("double").network)
        table_of_stages = tuple(
            _TABULATE if stage.name == _TABULATE.name else stage for stage in STAGES
        )
    if not config.features.vectors:
        left_out.add("prepare")
    if not students_of(config.scorer):
        left_out.add("teach")
    if config.baselines.published.epochs == 0:
        left_out.add("train_published")
    if config.trigger.menu is None:
        left_out.add("menu")
    outside = table.distributions(config.scorer)
    outputs = {stage.name: stage.outputs for stage in STAGES}
    return tuple(
        replace(
            stage,
            inputs=tuple(name for name in stage.inputs if name not in left_out),
            absent=(
                *never,
                *(path for name in left_out & {*stage.inputs} for path in outputs[name]),
            ),
            seconds=_SECONDS.get(stage.name, 1.0),
            packages=(*stage.packages, *(outside if "scorer" in stage.sections else ())),
        )
        for stage in table_of_stages
        if stage.name not in left_out
    )


def engine(config: Config, folder: Path, synth: bool | None = None) -> Engine:
    """Engine of a configuration over its stages; what can be checked early is."""
    inputs = inputs_of(config.features)
    table.check(config.scorer, inputs)
    scorer = table.find(config.scorer.name)
    branches = scorer.branches(config.scorer, inputs)
    names = [branch.name for branch in branches]
    require_vectors(config, names)
    require_read(config.features, scorer.expressions(config.scorer).values(), names)
    check_names(branches, config.convert.namespace)
    inside = config.trigger.menu
    menus = {} if inside is None else {"menu": (menu_file.find(inside.file),)}
    if inside is not None:
        check_menu(config)
    files = event_files(config) | {"menu": menus}
    of_files = tuple(_with_readers(stage, files) for stage in stages(config))
    return Engine(config, folder, of_files, files, synth)


def _with_readers(stage: Stage, files: Files) -> Stage:
    """A stage with the distributions that give the readers of its event files."""
    if stage.files not in FILES:
        return stage
    paths = (path for paths in files[stage.files].values() for path in paths)
    found = sorted({name for path in paths if (name := readers.distribution(path))})
    return replace(stage, packages=(*stage.packages, *found))
