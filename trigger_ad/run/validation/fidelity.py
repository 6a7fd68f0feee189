"""What the students of a run keep of their teachers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trigger_ad.abcd.closure import closure
from trigger_ad.config import Config
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.score_table import TEACHER, ScoreTable
from trigger_ad.run.folder.teaching import taught
from trigger_ad.run_folder import BACKGROUND, TEST, THRESHOLD
from trigger_ad.scorers.settings import Composite, ScorerSettings
from trigger_ad.scorers.student import Student
from trigger_ad.validate.fidelity import Fidelity, fidelity, require_fidelity
from trigger_ad.validate.record import StudentFidelity

__all__ = ["MODELS", "fidelities", "require_students"]

#: Forms of a student that are compared with its teacher.
MODELS = ("float", "firmware")

#: Background events whose pairs are counted, enough for four digits; all of them take minutes.
EVENTS = 100_000

_PAIR = ("score1", "score2")


def fidelities(scores: ScoreTable, data: Dataset, config: Config) -> dict[str, StudentFidelity]:
    """Part ``fidelity`` of ``validation.json``: by score and model, none without students.

    Parameters
    ----------
    scores : ScoreTable
    data : Dataset
    config : Config
        Of the run; its seed is that of the bootstrap.
    """
    settings = config.validate_
    students = taught(config.scorer)
    closures: Mapping[str, Any] = {}
    if len(students) == len(_PAIR):
        closures = {
            model: closure(
                model,
                scores.pair(model, THRESHOLD),
                scores.pair(model, TEST),
                settings.sm_efficiencies,
                data.identity(BACKGROUND, "test"),
                data.drawn_pair(),
                config.trigger.score2_efficiency,
            )
            for model in (TEACHER, *MODELS)
        }
    drawn = data.drawn("test")
    few = slice(EVENTS) if drawn is None else drawn.first(EVENTS)
    clusters = data.identity(BACKGROUND, "test")[few]
    of_signals = {signal: data.identity(signal) for signal in data.signals}

    def of(name: str, model: str) -> Fidelity:
        teacher, student = _both(scores, name, model, TEST)
        return fidelity(
            (teacher[few], student[few]),
            {signal: _both(scores, name, model, signal) for signal in data.signals},
            replicas=settings.bootstrap,
            seed=config.seed,
            clusters=clusters,
            signal_clusters=of_signals,
            closure=(closures[TEACHER], closures[model]) if closures else ((), ()),
            drawn=None if drawn is None else drawn.taken(few),
        )

    return {
        name: StudentFidelity(
            teacher=student.teacher.name, models={model: of(name, model) for model in MODELS}
        )
        for name, student in students.items()
    }


def require_students(scores: ScoreTable, settings: ScorerSettings, seed: int) -> None:
    """Refuse a run whose students fall short of what is asked, on the threshold split.

    Raises
    ------
    TrainingError
        With what a student reaches.
    """
    members = settings.members if isinstance(settings, Composite) else ()
    for number, member in enumerate(members, 1):
        if isinstance(member, Student) and member.fidelity is not None:
            background = _both(scores, f"score{number}", "firmware", THRESHOLD)
            found = fidelity(background, {}, seed=seed, drawn=scores.drawn(THRESHOLD))
            require_fidelity(found, member.fidelity)


def _both(scores: ScoreTable, name: str, model: str, sample: str) -> tuple[Any, Any]:
    return scores.get(TEACHER, sample, name), scores.get(model, sample, name)
