"""Integer scores of every model on every event that is quoted later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.convert.binding import bind
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.errors import ConfigError
from trigger_ad.events.origin import Origin
from trigger_ad.ir.expression import Expression
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import Score
from trigger_ad.references.teachers.inputs import Inputs
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.models import MODELS, scorer_settings
from trigger_ad.run.folder.score_table import PREFIX, SCHEMA, STRATUM, TEACHER, ScoreTable
from trigger_ad.run.folder.teaching import Lessons, taught
from trigger_ad.run.folder.trigger import load_scores
from trigger_ad.run.validation.fidelity import require_students
from trigger_ad.run_folder import BACKGROUND, NAMES
from trigger_ad.scorers import published, table
from trigger_ad.scorers.float_model import FloatModel
from trigger_ad.storage import arrays as files

if TYPE_CHECKING:
    from trigger_ad.quantize.model import QuantizedModel

__all__ = ["require_one_response", "run"]

#: Of the targets of students.
LESSON_LSB = 2.0**-20


def run(context: Context) -> None:
    """Write ``scores.npz`` of float, rounded, trained-on and firmware models."""
    data = Dataset(context.folder, context.config.features)
    require_one_response({name: data.origin(name) for name in (BACKGROUND, *data.signals)})
    samples = {
        f"{BACKGROUND}_{split}": data.scaled(BACKGROUND, split) for split in ("threshold", "test")
    }
    samples |= {name: data.scaled(name) for name in data.signals}
    arrays: dict[str, NDArray[Any]] = {}
    lsb: dict[str, dict[str, float]] = {}
    scorers = list(_scorers(context, data))
    for position, (model, scorer, lsb_of) in enumerate(scorers):
        context.progress(position / len(scorers), model)
        lsb[model] = dict(lsb_of)
        for sample, scaled in samples.items():
            for name, values in scorer(scaled).items():
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


def _scorers(context: Context, data: Dataset) -> Iterator[tuple[str, Any, Mapping[str, float]]]:
    """Name, function of scaled inputs, and LSB of each score of every model."""
    from trigger_ad.emulate.qkeras import QKerasEmulator
    from trigger_ad.quantize.model import QuantizedModel
    from trigger_ad.train.float_score import FloatScorer

    config, kind = context.config, data.reading.type
    background = data.plain("threshold")
    for model in MODELS:
        saved = context.run.model(model)
        settings = scorer_settings(config, model)
        expressions = table.find(settings.name).expressions(settings)
        floating = FloatScorer(FloatModel.load(saved.float_weights), expressions, kind, background)
        yield PREFIX[model] + "float", floating.run, _lsb(floating.scores)
        bound = load_scores(saved.scores)
        network = HardwareNetwork.load(saved.network)
        for name, path in (("ptq", saved.ptq), ("quantized", saved.quantized)):
            if name == "ptq" and model != "double":
                continue
            rounded = QuantizedModel.load(path)
            own = (
                bound if name == "quantized" else _bound(rounded, network, expressions, background)
            )
            keras_model = QKerasEmulator(rounded, network, own)
            yield PREFIX[model] + name, partial(_scores_of, keras_model), _lsb(own)
        fast = FastEmulator(network, bound, *data.reading.bounds, threads=2)
        yield PREFIX[model] + "firmware", partial(_scores_of, fast), _lsb(bound)
    if students := taught(config.scorer):
        lessons = Lessons(context.folder, config.scorer, data)
        lsb = dict.fromkeys(students, LESSON_LSB)
        yield TEACHER, partial(_taught, lessons), lsb
    if config.baselines.published.epochs > 0:
        paper = published.settings(config.baselines.published.difference)
        expressions = table.find("double_ae").expressions(paper)
        trained = FloatModel.load(context.run.model("published").float_weights)
        floating = FloatScorer(trained, expressions, kind)
        yield "published", floating.run, _lsb(floating.scores)


def _bound(
    rounded: QuantizedModel,
    network: HardwareNetwork,
    expressions: Mapping[str, Expression],
    background: NDArray[np.int32],
) -> dict[str, Score]:
    """Scores of a model with the types of the firmware and weights, so tables, of its own."""
    from trigger_ad.emulate.qkeras import QKerasEmulator

    def evaluate(score: Score) -> NDArray[np.int64]:
        found = QKerasEmulator(rounded, network, {score.name: score}).run(background)
        return _scores(found)[score.name]

    names = [branch.name for branch in rounded.branches]
    return bind(expressions, names, network, evaluate=evaluate)


def _lsb(scores: Mapping[str, Score]) -> dict[str, float]:
    return {name: score.type.lsb for name, score in scores.items()}


def _taught(lessons: Lessons, scaled: NDArray[np.int32]) -> dict[str, NDArray[np.int64]]:
    """What students are to learn, on a grid far below what any of them resolves."""
    values = lessons.values(Inputs(scaled, lessons.data.reading.type.lsb))
    return {
        name: np.rint(values[student.tag] / LESSON_LSB).astype(np.int64)
        for name, student in taught(lessons.settings).items()
    }


def _scores_of(emulator: Any, scaled: NDArray[np.int32]) -> Mapping[str, NDArray[np.int64]]:
    return _scores(emulator.run(scaled))


def _scores(result: Any) -> Mapping[str, NDArray[np.int64]]:
    return result["scores"] if isinstance(result, dict) else result.scores
