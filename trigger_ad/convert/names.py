"""Names of a conversion, checked before anything is built."""

from __future__ import annotations

from collections.abc import Iterable

from trigger_ad.convert.extract import INPUT_PORT
from trigger_ad.errors import ConversionError
from trigger_ad.ir.naming import check_name
from trigger_ad.quantize.names import INPUT_NAME, SCALED_NAME, activation_names, layer_names
from trigger_ad.scorers.branch import Branch

__all__ = ["check_names"]


def check_names(branches: Iterable[Branch], namespace: str) -> None:
    """Check the names of a conversion: namespace, branches, and each only once.

    Raises
    ------
    ConversionError
    """
    check_name("the namespace", namespace)
    seen = {INPUT_NAME, SCALED_NAME, INPUT_PORT, namespace}
    for branch in branches:
        check_name("the name of a branch", branch.name)
        for name in (*layer_names(branch), *activation_names(branch)):
            if name in seen:
                raise ConversionError(
                    f"the name {name} of a layer", "must be used once", "twice", "rename a branch"
                )
            seen.add(name)
