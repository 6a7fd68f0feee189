"""Blocks of events: what does not fit together is one sentence."""

import numpy as np
import pytest

from trigger_ad.errors import EventFileError
from trigger_ad.events.block import Block

N = 5
EVENTS = np.zeros((N, 19, 4), np.float32)
COLUMNS = {
    "ids": np.arange(N) + 7,
    "process": np.full(N, 3, np.uint8),
    "stratum": np.full(N, 2, np.uint8),
    "labels": np.arange(N),
    "nuisance": np.linspace(-1, 1, N, dtype=np.float32),
    "pileup": np.full(N, 60, np.int32),
}


def sentence(**columns):
    with pytest.raises(EventFileError) as caught:
        Block(EVENTS, name="e.h5", first=100, **columns)
    return str(caught.value)


def test_whole():
    block = Block(EVENTS, hardware={"met": np.zeros((N, 1, 3), np.int32)}, **COLUMNS)
    assert len(block) == N
    for name, values in COLUMNS.items():
        assert getattr(block, name) is values
    assert block.identity is block.ids


def test_what_a_file_does_not_have():
    """The identity is the place in the sample, and the process and stratum are 0."""
    block = Block(EVENTS, first=100, before=1000)
    assert block.identity.tolist() == [1100, 1101, 1102, 1103, 1104]
    for values in (block.process, block.stratum):
        assert values.dtype == np.uint8
        assert values.tolist() == [0] * N
    assert block.labels is block.nuisance is block.pileup is None
    assert block.hardware == block.bits == {}


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("length", [1, N - 1, N + 1])
def test_another_length(name, length):
    values = np.resize(COLUMNS[name], length)
    assert sentence(**COLUMNS | {name: values}) == (
        f"e.h5:{name} must have one entry for each of 5 events, not {length}: "
        "write one for each event"
    )


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"hardware": {"jet": np.zeros((4, 10, 3), np.int32)}}, "hardware of jet"),
        ({"bits": {"L1_SingleMu22": np.ones(4, np.bool_)}}, "L1_SingleMu22"),
    ],
)
def test_another_length_inside(columns, name):
    assert sentence(**columns) == (
        f"e.h5:{name} must have one entry for each of 5 events, not 4: write one for each event"
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_nuisance_that_is_no_number(value):
    nuisance = COLUMNS["nuisance"].copy()
    nuisance[3] = value
    assert sentence(nuisance=nuisance) == (
        f"e.h5:nuisance must be a finite number for each event, not {value} in event 103: "
        "remove the event, or the data set"
    )


def test_particles_or_words():
    words = np.zeros((N, 57), np.int32)
    assert len(Block(words=words)) == N
    assert sentence(words=words) == (
        "e.h5 must be read as particles or as words, not both: mend the reader of this format"
    )
    with pytest.raises(EventFileError, match="must be read as particles or as words, not neither"):
        Block()
