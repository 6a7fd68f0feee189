"""A library of made-up collisions: 40 soft ones and 4 of each other bin."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from trigger_ad.generate.zerobias import library as libraries
from trigger_ad.generate.zerobias.bins import BINS
from trigger_ad.generate.zerobias.grid import CELLS
from trigger_ad.generate.zerobias.library import Composition, Library

SIZES = (40, *[4] * (len(BINS) - 1))


def made(seed=0):
    rng = np.random.default_rng(seed)
    n = sum(SIZES)
    sigma = np.array([8e10, 6e8, 1e8, 2e7, 1e7, 1e6, 1e5, 1e5, 1e5, 1e3, 8e7, 6e5, 2e5])
    rows = np.repeat(np.arange(n), 30)
    # every collision has the towers of a permutation, so none occurs twice
    columns = np.concatenate([np.sort(rng.permutation(CELLS)[:30]) for _ in range(n)])
    et = rng.integers(0, 150, (2, len(rows)), dtype=np.int32)
    et[:, rng.random(len(rows)) < 0.2] *= 8
    muons = rng.integers(0, 2, n)
    return Library(
        Composition(SIZES, libraries.probabilities(sigma)),
        *(csr_array((part, (rows, columns)), shape=(n, CELLS)) for part in et),
        np.stack(
            [rng.uniform(1, 40, muons.sum()), *rng.uniform(-2, 2, (2, muons.sum()))], axis=1
        ).astype(np.float32),
        np.concatenate([[0], np.cumsum(muons)]),
        rng.uniform(0, 50, n).astype(np.float32),
        np.where(np.arange(n) == n - 1, n - 2, np.arange(n)),  # the last two of the same partons
        sigma,
        0.01 * sigma,
        np.array(SIZES),
        libraries.stream(3),
    )


@pytest.fixture(scope="session")
def library():
    return made()


@pytest.fixture(scope="session")
def library_path(library, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("library") / "library.npz"
    libraries.save(path, library)
    return path
