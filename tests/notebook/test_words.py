"""Events in every form that is taken have the same scores and decisions."""

from pathlib import Path

import numpy as np
import pytest

import trigger_ad
from trigger_ad.errors import EventFileError, SchemaError
from trigger_ad.events.packaged import packaged
from trigger_ad.events.particles import Particles
from trigger_ad.features.words import Words
from trigger_ad.notebook.words import words_of_events

EVENTS = 300


@pytest.fixture(scope="module")
def model():
    return trigger_ad.load_model("double_ae")


@pytest.fixture(scope="module")
def block():
    return next(trigger_ad.open_events("packaged:leptoquark").blocks(EVENTS))


@pytest.fixture(scope="module")
def scores(model, block):
    """By the emulator alone."""
    return model.trigger.scores(block.particles)


def equal(found, expected):
    assert list(found) == list(expected)
    for name, values in expected.items():
        assert values.dtype == found[name].dtype == np.int64
        np.testing.assert_array_equal(found[name], values)


def test_events_in_memory_have_one_score_in_all_forms(model, block, scores):
    (values,) = words_of_events(block, model.layout)
    particles = block.particles
    forms = (
        block,
        particles,
        particles.astype(np.float64),
        particles[..., :3],
        Particles(particles, block.process, block.identity),
        values,
        values.astype(np.int64),
        Words(values, model.layout.hash),
    )
    for form in forms:
        equal(model.score(form), scores)
    equal(model.score(particles * np.float32([1000, 1, 1, 1]), units="MeV"), scores)
    assert len(np.unique(scores["score1"])) > 20


def test_files_in_all_ways_to_name_them_have_one_score(model, scores):
    path = packaged("leptoquark")
    given = (
        "packaged:leptoquark",
        path,
        str(path),
        [path],
        (str(path),),
        str(path.with_name("lepto*.h5")),
        trigger_ad.open_events(path),
    )
    found = [model.score(one) for one in given]
    equal({name: values[:EVENTS] for name, values in found[0].items()}, scores)
    for other in found[1:]:
        equal(other, found[0])


def test_pieces_are_decided_as_the_whole(model, block):
    whole = model.decide(block)
    first = model.decide(block.particles[:100])
    then = model.decide(block.particles[100:], state=first.state)
    np.testing.assert_array_equal(np.r_[first.region, then.region], whole.region)
    np.testing.assert_array_equal(np.r_[first.accept, then.accept], whole.accept)
    assert first.accepts != model.decide(block.particles[100:200]).accepts
    assert sum(whole.fires.values()) == len(whole) == EVENTS
    assert all(whole.accepts[name] <= fires for name, fires in whole.fires.items())
    emulator = model.trigger
    decision, _ = emulator.decide(emulator.scores(block.particles), emulator.start())
    np.testing.assert_array_equal(decision.region, whole.region)
    np.testing.assert_array_equal(decision.accept, whole.accept)
    assert repr(whole).splitlines()[0] == f"decisions on {EVENTS} events"


def test_scores_in_units_of_the_loss(model, block, scores):
    found = model.score(block, real=True)
    for name, kind in model.hardware.scores.items():
        np.testing.assert_array_equal(found[name], scores[name] * kind.lsb)


def test_no_events_have_no_scores(model):
    found = model.decide(np.zeros((0, 57), np.int32))
    assert len(found) == 0
    assert set(found.fires.values()) == {0}


FORMS = (
    "the events must be files, a sample, a block, particles (n, 19, 3 or 4) of floats or words "
    "(n, n_ports) of integers, not {}: give one of these"
)


@pytest.mark.parametrize(
    ("events", "found"),
    [
        (None, "NoneType"),
        ({"a.h5"}, "set"),
        ([], "an empty list"),
        ([1.0], "a list of other things"),
        (np.zeros((3, 57)), "an array of float64 of shape (3, 57)"),
        (np.zeros((3, 19, 5), np.float32), "an array of float32 of shape (3, 19, 5)"),
        (np.zeros((3, 18, 4), np.float32), "an array of float32 of shape (3, 18, 4)"),
        (np.zeros((3, 19, 4), np.int32), "an array of int32 of shape (3, 19, 4)"),
    ],
)
def test_other_forms_are_refused(model, events, found):
    with pytest.raises(EventFileError) as caught:
        model.score(events)
    assert str(caught.value) == FORMS.format(found)


def test_what_files_may_not_hold_is_refused_in_memory_too(model, block):
    bad = block.particles.copy()
    bad[7, 9, 0] = np.nan
    with pytest.raises(EventFileError) as caught:
        model.score(bad)
    assert str(caught.value) == (
        "the events must be finite, not nan in event 7, slot 9 (jet 1): remove the event"
    )
    with pytest.raises(EventFileError, match=r"must have momenta in GeV, of a median up to 2047.5"):
        model.score(block.particles * np.float32([1000, 1, 1, 1]))
    words = np.zeros((2, 57), np.int64)
    words[1, 0] = 2**40
    with pytest.raises(EventFileError, match=f"must fit the .* not {2**40} in event 1"):
        model.score(words)
    with pytest.raises(EventFileError, match=r"must be integers of shape \(n_events, 57\)"):
        model.score(np.zeros((2, 56), np.int32))
    with pytest.raises(SchemaError) as caught:
        model.score(Words(np.zeros((2, 57), np.int32), "0" * 64))
    assert str(caught.value) == (
        f"hardware words must have the layout {model.layout.hash[:12]} of the trigger, "
        "not 000000000000: make the words again from the particles"
    )
    with pytest.raises(EventFileError) as caught:
        model.score(block, units="MeV")
    assert str(caught.value) == (
        "the units must be given where events are opened, not MeV: leave them out here"
    )
    with pytest.raises(EventFileError):
        model.score(Path("nowhere.h5"))


@pytest.mark.parametrize("units", ["mev", "TeV"])
def test_units_that_are_none_are_refused(model, block, units):
    """Once they counted as GeV, and nobody looked whether they were."""
    sentence = f"the units must be GeV or MeV, not '{units}': give one of these"
    for ask in (
        lambda: model.score(block.particles, units=units),
        lambda: trigger_ad.open_events("packaged:leptoquark", units=units),
    ):
        with pytest.raises(EventFileError) as caught:
            ask()
        assert str(caught.value) == sentence
