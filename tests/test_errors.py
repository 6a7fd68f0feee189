"""Every error a user can cause is one sentence with the same four parts."""

import inspect
import pickle

import pytest

from trigger_ad import errors

FAMILY = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.TriggerAdError)
]


@pytest.mark.parametrize("kind", FAMILY)
def test_sentence(kind):
    error = kind("port 3", "must be an integer", 2.5, "round it")
    assert str(error) == "port 3 must be an integer, not 2.5: round it"
    assert (error.name, error.rule, error.value, error.remedy) == (
        "port 3",
        "must be an integer",
        2.5,
        "round it",
    )


@pytest.mark.parametrize("kind", FAMILY)
def test_they_travel_between_processes(kind):
    error = pickle.loads(pickle.dumps(kind("port 3", "must be an integer", 2.5, "round it")))
    assert type(error) is kind
    assert str(error) == "port 3 must be an integer, not 2.5: round it"
    assert error.remedy == "round it"


def test_all_are_public():
    assert sorted([*(kind.__name__ for kind in FAMILY), "sentence"]) == sorted(errors.__all__)
    assert not issubclass(errors.TriggerAdError, ValueError)
