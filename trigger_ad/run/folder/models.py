"""The models of a run: the double scorer and the single autoencoder beside it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from trigger_ad.config import Config
from trigger_ad.scorers.settings import ScorerSettings

__all__ = ["EMULATOR", "MODELS", "RTL", "SYNTHESIS", "scorer_settings"]

#: Every model that goes to hardware, with the folder of its HLS project.
MODELS: Mapping[str, str] = MappingProxyType(
    {"double": "firmware/hls", "single": "firmware/hls_single"}
)

#: Folder of the RTL project of the double scorer, of what Yosys says of it, and of the shared
#: object.
RTL, SYNTHESIS, EMULATOR = "firmware/rtl", "firmware/yosys", "firmware/emulator"


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
