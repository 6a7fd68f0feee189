"""Float networks of a model, trained on the train split and chosen on the validate split."""

from __future__ import annotations

from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.models import scorer_settings
from trigger_ad.run_folder import NAMES
from trigger_ad.scorers import table

__all__ = ["run"]


def run(context: Context, model: str) -> None:
    """Write ``float.npz`` and ``history.json`` of a model."""
    from trigger_ad.run.steps.training import fit
    from trigger_ad.train import network

    config = context.config
    settings = scorer_settings(config, model)
    scorer = table.find(settings.name)
    data = Dataset(context.folder, config.features)
    inputs = data.reading.size
    companions = tuple(part.branch for part in scorer.objective(settings, inputs).companions)
    start = network.initial(scorer.branches(settings, inputs), config.seed, companions)
    trained, history = fit(
        context,
        scorer,
        settings,
        start,
        lambda: network.build_from(start),
        data,
        epochs=config.train.epochs,
        learning_rate=config.train.learning_rate,
        seed=config.seed,
    )
    found = network.extract(trained, start.branches, start.companions)
    found.save(context.out(NAMES.model(model).float_weights))
    history.save(context.out(NAMES.model(model).history))
