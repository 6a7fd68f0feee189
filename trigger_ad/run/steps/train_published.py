"""The double autoencoder of the published size, in float only, for comparison."""

from __future__ import annotations

from trigger_ad.run.dataset import Dataset
from trigger_ad.run.engine import Context
from trigger_ad.run.training import fit
from trigger_ad.scorers import double_ae, published
from trigger_ad.train import network

__all__ = ["run"]


def run(context: Context) -> None:
    """Write ``model/published/float.npz`` and its history."""
    config = context.config
    branches = published.branches()
    trained, history = fit(
        context,
        lambda: network.build(branches, config.seed),
        double_ae.expressions(config.scorer),
        branches,
        Dataset(context.folder, config.features),
        epochs=config.baselines.published.epochs,
        learning_rate=config.train.learning_rate,
        seed=config.seed,
    )
    network.extract(trained, branches).save(context.out("model/published/float.npz"))
    history.save(context.out("model/published/history.json"))
