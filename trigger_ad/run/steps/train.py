"""Float networks of a model, trained on the train split and chosen on the validate split."""

from __future__ import annotations

from trigger_ad.run.dataset import Dataset
from trigger_ad.run.engine import Context
from trigger_ad.run.files import write_json
from trigger_ad.run.models import scorer_settings
from trigger_ad.scorers import table
from trigger_ad.train import loop, network

__all__ = ["run"]


def run(context: Context, model: str) -> None:
    """Write ``float.npz`` and ``history.json`` of a model."""
    config = context.config
    settings = scorer_settings(config, model)
    scorer = table.find(settings.name)
    branches = scorer.branches(settings)
    data = Dataset(context.folder / "words.npz", config.features)
    keras_model = network.build(branches, config.seed)
    history = loop.fit(
        keras_model,
        scorer.expressions(settings),
        tuple(branch.name for branch in branches),
        data.inputs("sm", "train"),
        data.inputs("sm", "validate"),
        config.train,
        epochs=config.train.epochs,
        learning_rate=config.train.learning_rate,
        seed=config.seed,
        progress=context.progress,
        checkpoint=context.checkpoint,
    )
    network.extract(keras_model, branches).save(context.out(f"model/{model}/float.npz"))
    write_json(context.out(f"model/{model}/history.json"), history.to_json())
