"""Vectors are the same integers in NumPy, in the circuit and in C++, at every end of every port."""

import json

import numpy as np
import pytest

from tests.ir.operations import rungs
from tests.vectors import ALL, LAYOUT, features
from trigger_ad.features.vectors.program import program_of
from trigger_ad.ir.program import WORDS, Program


def spread(vectors):
    """The same, scaled by powers that leave few bits and many."""
    return {
        name: tuple({**entry, "scaled": index % 2 == 1} for index, entry in enumerate(entries))
        for name, entries in vectors.items()
    }


@pytest.fixture(scope="module")
def program():
    settings = features(spread(ALL))
    powers = {}
    for name, entries in settings.vectors.items():
        for place in range(len(entries)):
            alone = features({"v": (ALL[name][place],)})
            size = program_of(alone, LAYOUT).ports["v"].size
            wide = name == "eta" or (name, place) == ("momenta", 1)  # others would always be 0
            scales = (-6, -3, 2) if wide else (-2, 0, 2)
            powers[name, place] = tuple(scales[i % 3] for i in range(size))
    whole = program_of(settings, LAYOUT, powers)
    return Program(whole.name, {WORDS: whole.inputs[WORDS]}, whole.outputs)


@pytest.fixture(scope="module")
def words(program):
    found = rungs.events(program, np.random.default_rng(4), 200)
    assert len(found[WORDS]) > 500
    return found


def test_they_stay_within_their_ports(program, words):
    for name, numbers in program.evaluate(words).items():
        signal = program.signals[name]
        assert (numbers >= np.array(signal.minimum)).all()
        assert (numbers <= np.array(signal.maximum)).all()


def test_circuit_and_cpp(program, words, tmp_path):
    expected = program.evaluate(words)
    compiled = rungs.simulate(program, words, tmp_path)
    traced = rungs.interpret(program, words)
    for name, numbers in expected.items():
        np.testing.assert_array_equal(compiled[name], numbers, err_msg=name)
        np.testing.assert_array_equal(traced[name], numbers, err_msg=name)


def test_they_are_saved_and_read(program, words):
    again = Program.from_json(json.loads(json.dumps(program.to_json())))
    assert again.hash == program.hash
    for name, numbers in program.evaluate(words).items():
        np.testing.assert_array_equal(again.evaluate(words)[name], numbers)
