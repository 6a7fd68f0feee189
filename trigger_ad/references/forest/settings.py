"""What an isolation forest consists of."""

from __future__ import annotations

from dataclasses import dataclass

from trigger_ad.errors import ConfigError

__all__ = ["REFERENCE", "Settings"]


@dataclass(frozen=True)
class Settings:
    """Size of a forest, and the grid of its integer score.

    The defaults are a forest that fits beside a trigger's other logic.

    Parameters
    ----------
    trees : int
    samples : int
        Events drawn for each tree, without replacement; at least 2.
    depth : int, optional
        Cuts on a path at most, the height limit of Liu, Ting and Zhou, ACM TKDD 6, 3 (2012),
        algorithm 3. None leaves the depth at which trees are grown, log2 of `samples`.
    fraction : int
        Path lengths of the integer score are multiples of ``2**-fraction``.

    Raises
    ------
    ConfigError
        If a value is out of range.
    """

    trees: int = 32
    samples: int = 256
    depth: int | None = 5
    fraction: int = 2

    def __post_init__(self) -> None:
        """Check all values."""
        for name, least, most in (
            ("trees", 1, 4096),
            ("samples", 2, 1 << 24),
            ("depth", 1, 24),
            ("fraction", 0, 16),
        ):
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                raise ConfigError(
                    f"forest.{name}",
                    f"must be from {least} to {most}",
                    value,
                    "choose another number",
                )


#: As in section 4 of Liu, Ting and Zhou, ICDM 2008.
REFERENCE = Settings(trees=100, samples=256, depth=None, fraction=8)
