"""Whether the splits have the events that later stages need: asked before any of them works."""

from __future__ import annotations

from collections.abc import Mapping

from trigger_ad.config import Config
from trigger_ad.errors import ConfigError

__all__ = ["require_batch", "require_splits"]


def require_splits(counts: Mapping[str, int], config: Config) -> None:
    """Refuse splits that a training, its calibration or its thresholds could do nothing with.

    Parameters
    ----------
    counts : mapping of str to int
        Background events in each split.
    config : Config

    Raises
    ------
    ConfigError
    """
    for name, count in counts.items():
        if not count:
            raise ConfigError(
                f"split.{name}",
                "must leave an event in the split",
                f"none of the {sum(counts.values())} background events",
                "give more events or a larger fraction",
            )
    require_batch(counts["train"], config)
    wanted, events = config.trigger.sm_efficiency, counts["threshold"]
    inside = config.trigger.menu
    if (inside is None or inside.pure_rate_hz is None) and wanted * events < 1:
        raise ConfigError(
            "trigger.sm_efficiency",
            "must leave at least one event in region A",
            f"{wanted * events:.2g} of the {events} events of the threshold split",
            "use more events or a larger efficiency",
        )


def require_batch(events: int, config: Config) -> None:
    """Refuse a step of the training with more events than there are.

    Parameters
    ----------
    events : int
        Of the train split.
    config : Config

    Raises
    ------
    ConfigError
    """
    train = config.train
    if train.batch > events * train.copies:
        raise ConfigError(
            "train.batch",
            f"must be at most {events * train.copies}, {train.copies} copies of each of the "
            f"{events} events of the train split",
            train.batch,
            "lower it or give more events",
        )
