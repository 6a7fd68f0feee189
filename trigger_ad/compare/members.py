"""How the members of the ensembles that teach students depend on each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from trigger_ad.compare.rows import MemberRow
from trigger_ad.compare.runs import ComparedRun
from trigger_ad.compare.seeds import over_seeds
from trigger_ad.references.teachers import svdd_ensemble
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.teaching import plain_inputs, taught
from trigger_ad.run_folder import RunFolder

__all__ = ["ENSEMBLE", "Members", "member_correlations", "rows"]

#: Name of the teacher whose members are looked at.
ENSEMBLE = "svdd_ensemble"

#: Coefficients of all pairs of members by label of the score that learned from them, and seed.
Members = Mapping[str, Mapping[int, NDArray[np.float64]]]


def member_correlations(
    by_seed: Mapping[int, ComparedRun],
) -> dict[str, dict[int, NDArray[np.float64]]]:
    """Pearson's coefficients of all pairs of members, on test background.

    Parameters
    ----------
    by_seed : mapping of int to ComparedRun
        Of one configuration.

    Returns
    -------
    dict of dict of ndarray (n_pairs,)
        By label of the score that learned from the ensemble, and by seed. Runs whose teacher was
        not kept are left out.
    """
    found: dict[str, dict[int, NDArray[np.float64]]] = {}
    for seed, run in by_seed.items():
        for score, student in taught(run.config.scorer).items():
            folder = RunFolder(run.folder).teachers / student.tag
            if student.teacher.name == ENSEMBLE and folder.is_dir():
                test = plain_inputs(Dataset(run.folder, run.config.features), "test")
                coefficients = svdd_ensemble.load(folder).correlations(test)
                found.setdefault(f"{run.name}:{score}", {})[seed] = coefficients
    return found


def rows(members: Members) -> Iterator[MemberRow]:
    """Smallest, median and largest coefficient behind each score."""
    for label, by_seed in members.items():
        smallest, median, largest = (
            over_seeds([float(of(found)) for found in by_seed.values()])
            for of in (np.min, np.median, np.max)
        )
        yield MemberRow(
            score=label, seeds=tuple(by_seed), smallest=smallest, median=median, largest=largest
        )
