"""The program that prepares vectors of the hardware words."""

from __future__ import annotations

from trigger_ad.features.vectors.program import program_of
from trigger_ad.features.vectors.scales import scales_of
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run_folder import BACKGROUND, NAMES
from trigger_ad.storage.files import write_json

__all__ = ["run"]


def run(context: Context) -> None:
    """Write ``prepare.json``, whose scales are those of the calibrate split."""
    features = context.config.features
    data = Dataset(context.folder, features)
    words, weights = data.words(BACKGROUND, "calibrate"), data.weights("calibrate")
    scales = scales_of(features, data.layout, words, weights)
    program = program_of(features, data.layout, scales)
    write_json(context.out(NAMES.prepare), program.to_json())
