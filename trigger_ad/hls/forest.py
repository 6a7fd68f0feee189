"""C simulation and golden vectors of a forest's HLS project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.convert.forest import ForestTypes
from trigger_ad.hls.interface import FOLDER, Interface
from trigger_ad.references.forest.forest import Forest
from trigger_ad.storage.files import write_text
from trigger_ad.storage.templates import render

__all__ = ["SCORE", "write_forest_harness", "write_forest_vectors"]

#: Name of the only score.
SCORE = "anomaly"


def write_forest_harness(
    project: Path,
    kinds: ForestTypes,
    minimum: NDArray[np.integer[Any]],
    maximum: NDArray[np.integer[Any]],
    *,
    name: str = "forest",
) -> None:
    """Write the simulation that `trigger_ad.emulate.csim.CSimulation` runs.

    Parameters
    ----------
    project : Path
        Folder that `trigger_ad.convert.forest.convert_forest` wrote.
    kinds : ForestTypes
        Of that project.
    minimum, maximum : ndarray (n_in,) of int
        Bounds of each column, for which the types were made.
    name : str
        Of the top function.
    """
    text = render("hls/forest_csim.cpp.j2", name=name)
    write_text(project / FOLDER / "csim.cpp", text)
    low, high = ([int(bound) for bound in bounds] for bounds in (minimum, maximum))
    Interface(name, len(low), kinds.input, tuple(low), tuple(high), {}, (SCORE,)).save(project)


def write_forest_vectors(project: Path, forest: Forest, scaled: NDArray[np.int32]) -> Path:
    """Write events with their scores, by Python, for the test bench of a forest.

    Parameters
    ----------
    project : Path
        Folder that `trigger_ad.convert.forest.convert_forest` wrote.
    forest : Forest
    scaled : ndarray (n_events, n_in) of int32

    Returns
    -------
    Path
        ``tb_data/forest_vectors.txt``, one line an event: its words and its score.
    """
    rows = np.column_stack([scaled, forest.integer_scores(scaled)]).tolist()
    path = project / "tb_data" / "forest_vectors.txt"
    write_text(path, "\n".join(" ".join(map(str, row)) for row in rows) + "\n")
    return path
