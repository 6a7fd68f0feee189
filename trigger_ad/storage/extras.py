"""Optional packages: asked for before the work that needs them."""

from __future__ import annotations

from importlib.util import find_spec

from trigger_ad.errors import MissingDependencyError

__all__ = ["require"]


def require(purpose: str, extra: str, **packages: str) -> None:
    """Refuse work that needs a package which is not installed; nothing is imported.

    Parameters
    ----------
    purpose : str
        What cannot be done without it, as ``serving metrics``.
    extra : str
        Of trigger-ad, that brings it.
    **packages : str
        Packages by the module they are imported as.

    Raises
    ------
    MissingDependencyError
        Of the first that is missing.
    """
    for module, package in packages.items():
        if find_spec(module) is None:
            raise MissingDependencyError.of(purpose, package, extra)
