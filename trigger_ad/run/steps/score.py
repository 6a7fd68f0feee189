"""Integer scores of every model on every event that is quoted later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.convert.binding import bind
from trigger_ad.emulate.block import BlockEmulator
from trigger_ad.errors import ConfigError
from trigger_ad.events.origin import Origin
from trigger_ad.ir.expression import Expression
from trigger_ad.ir.score import Score
from trigger_ad.references.teachers.inputs import Inputs
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.forms import Values, events_of, scores_of, values_of
from trigger_ad.run.folder.models import MODELS, scorer_settings
from trigger_ad.run.folder.score_table import PREFIX, SCHEMA, STRATUM, TEACHER, ScoreTable
from trigger_ad.run.folder.tables import FINER, beside_of, has_network, tabulated_scores
from trigger_ad.run.folder.teaching import Lessons, taught
from trigger_ad.run.folder.trigger import load_block
from trigger_ad.run.validation.fidelity import require_students
from trigger_ad.run_folder import BACKGROUND, NAMES
from trigger_ad.scorers import published, table
from trigger_ad.scorers.float_model import FloatModel
from trigger_ad.scorers.ranked import resolve
from trigger_ad.storage import arrays as files
from trigger_ad.trigger.block import Block

if TYPE_CHECKING:
    from trigger_ad.quantize.model import QuantizedModel

__all__ = ["require_one_response", "run"]

#: Of the targets of students.
LESSON_LSB = 2.0**-20

Array = NDArray[np.int64]

#: Name of a model, its scores as a function of words, and the value of one count of each.
Scored = tuple[str, Callable[[NDArray[np.int32]], Mapping[str, Array]], Mapping[str, float]]


def run(context: Context) -> None:
    """Write ``scores.npz`` of float, rounded, trained-on and firmware models."""
    data = Dataset(context.folder, context.config.features)
    require_one_response({name: data.origin(name) for name in (BACKGROUND, *data.signals)})
    samples = {
        f"{BACKGROUND}_{split}": data.words(BACKGROUND, split) for split in ("threshold", "test")
    }
    samples |= {name: data.words(name) for name in data.signals}
    arrays: dict[str, NDArray[Any]] = {}
    lsb: dict[str, dict[str, float]] = {}
    scorers = list(_scorers(context, data))
    for position, (model, scorer, lsb_of) in enumerate(scorers):
        context.progress(position / len(scorers), model)
        lsb[model] = dict(lsb_of)
        for sample, words in samples.items():
            for name, values in scorer(words).items():
                arrays[f"{model}/{sample}/{name}"] = values
    path = context.out(NAMES.scores)
    header: dict[str, Any] = {"lsb": lsb}
    if len(data.strata.names) > 1:
        header["strata"] = data.strata.to_json()
        for split in ("threshold", "test"):
            arrays[f"{STRATUM}/{BACKGROUND}_{split}"] = data.stratum(BACKGROUND, split)
    files.save(path, SCHEMA, header, arrays, compress=False)
    require_students(ScoreTable(path), context.config.scorer, context.config.seed)


def require_one_response(origins: Mapping[str, Origin]) -> None:
    """Refuse crossings with a signal of another response of the detector than the background has.

    Parameters
    ----------
    origins : mapping of str to Origin
        Of the background, which is ``sm``, and of the signals.

    Raises
    ------
    ConfigError
    """
    background = origins[BACKGROUND]
    for name, signal in origins.items():
        simulated = background.kind == "zero_bias" and signal.kind == "cross_section"
        if simulated and signal.response != background.response:
            raise ConfigError(
                f"signal {name}",
                "must be simulated with the response of the detector of the background, "
                f"{background.response or 'an unknown one'}",
                signal.response or "an unknown one",
                "make it anew",
            )


def _scorers(context: Context, data: Dataset) -> Iterator[Scored]:
    """Name, function of words, and LSB of each score of every model."""
    for model in MODELS:
        settings = scorer_settings(context.config, model)
        if has_network(settings, data.reading.size):
            found = _networks(context, data, model)
        else:
            found = _tables(context, data)
        for name, scorer, lsb in found:
            yield PREFIX[model] + name, scorer, lsb
    if students := taught(context.config.scorer):
        lessons = Lessons(context.folder, context.config.scorer, data)
        lsb = dict.fromkeys(students, LESSON_LSB)
        yield TEACHER, lambda words: _taught(lessons, data.reading.raw(words)), lsb
    if context.config.baselines.published.epochs > 0:
        paper = published.settings(context.config.baselines.published.difference)
        expressions = table.find("double_ae").expressions(paper)
        yield "published", *_float(context, data, "published", expressions)


def _networks(context: Context, data: Dataset, model: str) -> Iterator[Scored]:
    """A model of networks in its forms: in float, rounded, trained with bits, and in hardware."""
    from trigger_ad.quantize.model import QuantizedModel

    saved, settings = context.run.model(model), scorer_settings(context.config, model)
    expressions = table.find(settings.name).expressions(settings)
    yield "float", *_float(context, data, model, expressions)
    block = load_block(context.folder, model, context.config)
    for name, path in (("ptq", saved.ptq), ("quantized", saved.quantized)):
        if name == "ptq" and model != "double":
            continue
        rounded = QuantizedModel.load(path)
        values = _keras_values(data, rounded, block, expressions)
        own = block.scores
        if name == "ptq":
            own = _bound(data, rounded, block, expressions, values)
        yield name, partial(scores_of, values, own), _lsb(own)
    yield "firmware", BlockEmulator(block, threads=2).run, _lsb(block.scores)


def _float(
    context: Context, data: Dataset, model: str, expressions: Mapping[str, Expression]
) -> tuple[Callable[[NDArray[np.int32]], Mapping[str, Array]], Mapping[str, float]]:
    """A float model, whose tables have finer entries."""
    from trigger_ad.train.float_score import FloatNetworks

    trained = FloatModel.load(context.run.model(model).float_weights)
    networks, reading = FloatNetworks(trained, data.reading.type), data.reading
    read = beside_of(expressions, [branch.name for branch in trained.branches])
    ports = networks.ports | {name: reading.ports[name] for name in read}
    values = values_of(reading, read, networks.values)
    events = events_of(values, lambda: data, FINER)
    scores = {n: Score(n, resolve(e, ports, events), ports) for n, e in expressions.items()}
    return partial(scores_of, values, scores), _lsb(scores)


def _tables(context: Context, data: Dataset) -> Iterator[Scored]:
    """Scores of tables: with finer entries in place of a float model, and as in hardware.

    There is nothing to be trained with bits, so rounded ones are those of the hardware.
    """
    block = load_block(context.folder, "double", context.config)
    fine = replace(block, scores=tabulated_scores(context.config.scorer, block, data, FINER))
    for name, own in (("float", fine), ("ptq", block), ("quantized", block), ("firmware", block)):
        yield name, BlockEmulator(own, threads=2).run, _lsb(own.scores)


def _keras_values(
    data: Dataset, rounded: QuantizedModel, block: Block, expressions: Mapping[str, Expression]
) -> Values:
    """Ports of a model in QKeras, by their names in hardware."""
    from trigger_ad.emulate.qkeras import QKerasEmulator

    network = block.own_network
    keras_model = QKerasEmulator(rounded, network, {})
    read = beside_of(expressions, [branch.name for branch in rounded.branches])
    return values_of(
        data.reading, read, lambda x: {network.input_name: x, **keras_model.run(x)["outputs"]}
    )


def _bound(
    data: Dataset,
    rounded: QuantizedModel,
    block: Block,
    expressions: Mapping[str, Expression],
    values: Values,
) -> dict[str, Score]:
    """Scores of a model with the types of the firmware and weights, so tables, of its own."""
    names = [branch.name for branch in rounded.branches]
    beside = {name: data.reading.ports[name] for name in beside_of(expressions, names)}
    events = events_of(values, lambda: data)
    return bind(expressions, names, block.own_network, events=events, beside=beside)


def _lsb(scores: Mapping[str, Score]) -> dict[str, float]:
    return {name: score.type.lsb for name, score in scores.items()}


def _taught(lessons: Lessons, scaled: NDArray[np.int32]) -> dict[str, NDArray[np.int64]]:
    """What students are to learn, on a grid far below what any of them resolves."""
    values = lessons.values(Inputs(scaled, lessons.data.reading.type.lsb))
    return {
        name: np.rint(values[student.tag] / LESSON_LSB).astype(np.int64)
        for name, student in taught(lessons.settings).items()
    }
