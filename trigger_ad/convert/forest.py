"""Isolation forest to HLS project: conifer's trees, with integers and widths of this project."""

from __future__ import annotations

import shutil
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError, MissingDependencyError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.naming import check_name
from trigger_ad.lhc.orbit import period_ns
from trigger_ad.references.forest.forest import Forest
from trigger_ad.storage.extras import require
from trigger_ad.storage.files import put, write_text
from trigger_ad.storage.outputs import check_replaced
from trigger_ad.storage.templates import render

__all__ = ["ForestTypes", "convert_forest", "forest_types"]

#: Which side an event on the cut goes to (conifer/converters/__init__.py, for scikit-learn).
_CONVENTION = "<="

#: A cut picks its column with weights 0 and 1.
_WEIGHT = FixedPoint.holding(0, 1, 0)

#: C++ keeps the raw values of a forest in 32 bits.
_WIDEST = 31

#: Of what conifer writes, by which a project is known.
_PARAMETERS = "hls_parameters.tcl"


@dataclass(frozen=True)
class ForestTypes:
    """Types of a forest in firmware, all of them integers.

    Parameters
    ----------
    input : FixedPoint
        Of every column.
    threshold : FixedPoint
        Of every cut.
    score : FixedPoint
        Of a leaf, of every partial sum and of the score.
    """

    input: FixedPoint
    threshold: FixedPoint
    score: FixedPoint


def forest_types(
    forest: Forest, minimum: NDArray[np.integer[Any]], maximum: NDArray[np.integer[Any]]
) -> ForestTypes:
    """Narrowest types that hold everything a forest computes.

    Parameters
    ----------
    forest : Forest
    minimum, maximum : ndarray (n_in,) of int
        Bounds of each column, as of `trigger_ad.features.words.scaled_range`.

    Returns
    -------
    ForestTypes
        No leaf value is negative, so no partial sum is larger than the largest score: the sum
        of the largest value of each tree.

    Raises
    ------
    ConversionError
        If the bounds are of another number of columns, or a type is wider than 31 bits.
    """
    if not len(minimum) == len(maximum) == forest.inputs:
        raise ConversionError(
            "the bounds of a forest's input",
            f"must be of {forest.inputs} columns",
            f"of {len(minimum)} and {len(maximum)}",
            "give the range of every column",
        )
    largest = int(np.maximum.reduceat(forest.values, forest.offsets[:-1]).sum())
    intervals = {
        "input": (int(min(minimum)), int(max(maximum))),
        "threshold": (int(forest.threshold.min()), int(forest.threshold.max())),
        "score": (0, largest),
    }
    kinds = {name: FixedPoint.holding(low, high, 0) for name, (low, high) in intervals.items()}
    for name, kind in kinds.items():
        if kind.width > _WIDEST:
            raise ConversionError(
                f"the {name} of a forest",
                f"must have at most {_WIDEST} bits",
                kind.width,
                "use narrower words, fewer trees or a coarser fraction",
            )
    return ForestTypes(**kinds)


def convert_forest(
    forest: Forest,
    minimum: NDArray[np.integer[Any]],
    maximum: NDArray[np.integer[Any]],
    out: Path,
    *,
    name: str = "forest",
    part: str = "xcvu13p-flga2577-2-e",
    clock_ns: float = period_ns(240),
) -> ForestTypes:
    """Write the HLS project of a forest.

    Its score is `trigger_ad.references.forest.forest.Forest.integer_scores`, bit for bit.

    Parameters
    ----------
    forest : Forest
    minimum, maximum : ndarray (n_in,) of int
        Bounds of each column.
    out : Path
        Folder of the project, replaced as a whole.
    name : str
        Of the top function.
    part : str
        FPGA.
    clock_ns : float
        Period in ns.

    Returns
    -------
    ForestTypes

    Raises
    ------
    MissingDependencyError
        If conifer is not installed.
    ConversionError
        If the name or a type cannot be written.
    OutputError
        If `out` cannot be written, or holds something else.
    """
    require("writing the firmware of a forest", "forest", conifer="conifer")
    check_name("the name of a forest", name, rtl=True)
    check_replaced(out, _PARAMETERS, "the project")
    kinds = forest_types(forest, minimum, maximum)
    temporary = out.with_name(out.name + ".part")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    config = {
        "backend": "xilinxhls",
        "output_dir": str(temporary),
        "project_name": name,
        "precision": str(kinds.score),
        "input_precision": str(kinds.input),
        "threshold_precision": str(kinds.threshold),
        "weight_precision": str(_WEIGHT),
        "score_precision": str(kinds.score),
        "xilinx_part": part,
        "clock_period": clock_ns,
        "unroll": True,
    }
    with warnings.catch_warnings():
        # Python warns of escapes in conifer's texts when it first compiles them, and of the
        # files that it leaves to be closed.
        for category in (DeprecationWarning, ResourceWarning):
            warnings.simplefilter("ignore", category)
        _model(forest, config).write()
    _complete(temporary, name)
    put(temporary, out)
    return kinds


def _model(forest: Forest, config: dict[str, Any]) -> Any:
    from conifer.backends.xilinxhls import make_model

    trees = [[_tree(forest, tree)] for tree in range(forest.trees)]
    record = {
        "n_classes": 1,
        "n_features": forest.inputs,
        "n_trees": forest.trees,
        "max_depth": max(_depth(tree) for (tree,) in trees),
        "init_predict": [0],
        "norm": 1,
        "library": "trigger_ad",
        "splitting_convention": _CONVENTION,
        "trees": trees,
    }
    return make_model(record, config)


def _tree(forest: Forest, tree: int) -> dict[str, list[Any]]:
    """One tree as conifer keeps it: nodes counted from its root, -2 for the column of a leaf."""
    start, end = (int(offset) for offset in forest.offsets[tree : tree + 2])
    nodes = slice(start, end)
    leaf = forest.feature[nodes] < 0
    weight = np.zeros((end - start, forest.inputs), np.int64)
    weight[np.flatnonzero(~leaf), forest.feature[nodes][~leaf]] = 1
    return {
        "feature": np.where(leaf, -2, forest.feature[nodes]).tolist(),
        "weight": weight.tolist(),
        "threshold": forest.threshold[nodes].tolist(),
        "value": forest.values[nodes].tolist(),
        "children_left": np.where(leaf, -1, forest.left[nodes] - start).tolist(),
        "children_right": np.where(leaf, -1, forest.right[nodes] - start).tolist(),
    }


def _depth(tree: dict[str, list[Any]]) -> int:
    depth = [0] * len(tree["feature"])
    for node, children in enumerate(
        zip(tree["children_left"], tree["children_right"], strict=True)
    ):
        for child in children:
            if child >= 0:
                depth[child] = depth[node] + 1
    return max(depth)


def _complete(project: Path, name: str) -> None:
    """Make what conifer wrote a project that can be built, the same on every machine.

    Its own description names the user and the host, its bridge to Python the time; header and
    test bench are of a top function with an argument more than the one it writes.
    """
    (project / f"{name}.json").unlink()
    (project / "bridge.cpp").unlink()
    write_text(project / "firmware" / f"{name}.h", render("hls/forest.h.j2", name=name))
    write_text(project / f"{name}_test.cpp", render("hls/forest_test.cpp.j2", name=name))
    headers = Path(_hls4ml_folder()) / "templates" / "vivado" / "ap_types"
    shutil.copytree(headers, project / "firmware" / "ap_types")


def _hls4ml_folder() -> str:
    """Where hls4ml is installed, whose headers simulate fixed-point types; not imported."""
    found = find_spec("hls4ml")
    if found is None or found.submodule_search_locations is None:
        raise MissingDependencyError.of("simulating the firmware of a forest", "hls4ml")
    return found.submodule_search_locations[0]
