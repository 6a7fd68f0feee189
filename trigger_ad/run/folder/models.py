"""The models of a run: the double scorer and the single autoencoder beside it."""

from __future__ import annotations

from trigger_ad.config import Config
from trigger_ad.scorers.settings import ScorerSettings

__all__ = ["MODELS", "scorer_settings"]

#: Every model that goes to hardware.
MODELS = ("double", "single")


def scorer_settings(config: Config, model: str) -> ScorerSettings:
    """Scorer settings of a model: the configured one, or its single baseline.

    Parameters
    ----------
    config : Config
    model : str
        ``double`` or ``single``.
    """
    if model == "double":
        return config.scorer
    return config.baselines.single
