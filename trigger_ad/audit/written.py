"""The written network: every type, weight and connection of the HLS project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.audit.text import REMEDY, check_sources
from trigger_ad.audit.widths import check_widths
from trigger_ad.convert.differences import differences
from trigger_ad.convert.headers import OPERATORS, read_operators, read_project
from trigger_ad.errors import ConversionError
from trigger_ad.ir.findings import Checked, Finding
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.linear import Linear, product_range
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.storage.shipped import shipped_path

__all__ = ["check_written"]


def check_written(
    project: Path, network: HardwareNetwork, minimum: NDArray[Any], maximum: NDArray[Any]
) -> Checked:
    """Read the network of an HLS project back and compare it with the record.

    Parameters
    ----------
    project : Path
        Folder of the project.
    network : HardwareNetwork
        The record.
    minimum, maximum : ndarray (input_size,) of int64
        Raw bounds of each input.

    Returns
    -------
    Checked
        Counts of ``written layers`` and ``written weights`` (biases among them). Widths that
        differ are findings with the range that they must hold.
    """
    try:
        written = read_project(project, network.name)
        operators = read_operators(project, network.name)
    except ConversionError as error:
        return Checked({"written layers": 0, "written weights": 0}, (Finding.of(error),))
    findings = list(_widths(written, network, minimum, maximum))
    findings += [Finding.of(difference) for difference in differences(written, network)]
    findings += _operators(operators, network, minimum, maximum)
    findings += _windows(project, network)
    dense = [layer for layer in written.layers if isinstance(layer, Linear)]
    counts = {
        "written layers": len(written.layers),
        "written weights": sum(layer.weights.size + layer.bias.size for layer in dense),
    }
    return Checked(counts, tuple(findings))


def _widths(
    written: HardwareNetwork, network: HardwareNetwork, minimum: NDArray[Any], maximum: NDArray[Any]
) -> Iterator[Finding]:
    """What can wrap in the project, where its shape is that of the record."""
    shapes = [
        [(layer.name, layer.sources, layer.size, type(layer)) for layer in record.layers]
        for record in (written, network)
    ]
    if shapes[0] == shapes[1] and written.input_size == network.input_size:
        own = set(check_widths(network, {}, minimum, maximum).findings)
        for finding in check_widths(written, {}, minimum, maximum).findings:
            if finding not in own:
                yield replace(finding, name=f"{finding.name} as written")


def _windows(project: Path, network: HardwareNetwork) -> tuple[Finding, ...]:
    """Compare what reads the tables of places with its source, where there are tables."""
    if all(getattr(layer, "places", None) is None for layer in network.layers):
        return ()
    source = shipped_path("firmware", "hls", "nnet_windows.h").read_text(encoding="utf-8")
    folder = "firmware/nnet_utils"
    return check_sources(project / folder, {"nnet_windows.h": source}, folder).findings


def _operators(
    operators: Mapping[str, Mapping[str, str]],
    network: HardwareNetwork,
    minimum: NDArray[Any],
    maximum: NDArray[Any],
) -> Iterator[Finding]:
    intervals = network.intervals(np.asarray(minimum, np.int64), np.asarray(maximum, np.int64))
    dense = {layer.name: layer for layer in network.layers if isinstance(layer, Linear)}
    for name, found in operators.items():
        if name not in dense:
            continue  # found among the differences
        for member, wanted in OPERATORS.items():
            if found[member] == wanted:
                continue
            low, high, fraction = product_range(dense[name], intervals[dense[name].source])
            needed = FixedPoint.holding(low, high, fraction)
            yield Finding(
                f"{member} of {name} as written",
                f"must be {wanted}, whose products hold {low} to {high} x 2**{-fraction} "
                f"({needed}, {needed.width} bits)",
                found[member],
                REMEDY,
            )
