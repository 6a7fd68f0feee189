"""The double autoencoder of the published size, in float only, for comparison."""

from __future__ import annotations

from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run_folder import NAMES
from trigger_ad.scorers import published, table

__all__ = ["run"]


def run(context: Context) -> None:
    """Write ``model/published/float.npz`` and its history."""
    from trigger_ad.run.steps.training import fit
    from trigger_ad.train import network

    config = context.config
    own = config.baselines.published
    data = Dataset(context.folder, config.features)
    start = network.initial(published.branches(data.reading.size), config.seed)
    trained, history = fit(
        context,
        table.find("double_ae"),
        published.settings(own.difference),
        start,
        lambda: network.build_from(start),
        data,
        epochs=own.epochs,
        learning_rate=config.train.learning_rate,
        seed=config.seed,
    )
    files = NAMES.model("published")
    network.extract(trained, start.branches).save(context.out(files.float_weights))
    history.save(context.out(files.history))
