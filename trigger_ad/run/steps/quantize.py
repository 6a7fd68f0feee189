"""QKeras networks of a model: calibrated, and trained on with their bits."""

from __future__ import annotations

from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.models import scorer_settings
from trigger_ad.run_folder import BACKGROUND, NAMES
from trigger_ad.scorers import table
from trigger_ad.scorers.float_model import FloatModel

__all__ = ["run"]


def run(context: Context, model: str) -> None:
    """Write ``ptq.npz`` (float weights rounded) and ``quantized.npz`` (trained on)."""
    from trigger_ad.quantize import model as quantized_model
    from trigger_ad.quantize import precision
    from trigger_ad.quantize.model import QuantizedModel
    from trigger_ad.run.steps.training import fit

    config = context.config
    settings = scorer_settings(config, model)
    reference = FloatModel.load(context.run.model(model).float_weights)
    data = Dataset(context.folder, config.features)
    types = precision.calibrate(
        reference,
        data.scaled(BACKGROUND, "calibrate"),
        precision.signed_type(data.reading.type),
        config.quantize,
        data.weights("calibrate"),
    )
    rounded = QuantizedModel(reference.branches, types, reference.weights)
    rounded.save(context.out(NAMES.model(model).ptq))
    trained, history = fit(
        context,
        table.find(settings.name),
        settings,
        reference,
        lambda: quantized_model.build(reference.branches, types, reference.weights),
        data,
        epochs=config.quantize.epochs,
        learning_rate=config.quantize.learning_rate,
        seed=config.seed + 1,
        sparsity=quantized_model.sparsity(reference.branches, config.quantize),
    )
    weights = quantized_model.extract(trained, reference.branches)
    quantized = QuantizedModel(reference.branches, types, weights)
    quantized.save(context.out(NAMES.model(model).quantized))
    history.save(context.out(NAMES.model(model).quantized_history))
