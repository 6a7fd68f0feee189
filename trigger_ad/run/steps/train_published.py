"""The double autoencoder of the published size, in float only, for comparison."""

from __future__ import annotations

from trigger_ad.run.dataset import Dataset
from trigger_ad.run.engine import Context
from trigger_ad.run.files import write_json
from trigger_ad.scorers import double_ae, published
from trigger_ad.train import loop, network

__all__ = ["run"]


def run(context: Context) -> None:
    """Write ``model/published/float.npz`` and its history."""
    config = context.config
    branches = published.branches()
    data = Dataset(context.folder / "words.npz", config.features)
    keras_model = network.build(branches, config.seed)
    history = loop.fit(
        keras_model,
        double_ae.expressions(config.scorer),
        tuple(branch.name for branch in branches),
        data.inputs("sm", "train"),
        data.inputs("sm", "validate"),
        config.train,
        epochs=config.baselines.published.epochs,
        learning_rate=config.train.learning_rate,
        seed=config.seed,
        progress=context.progress,
        checkpoint=context.checkpoint,
    )
    network.extract(keras_model, branches).save(context.out("model/published/float.npz"))
    write_json(context.out("model/published/history.json"), history.to_json())
