"""What the steps of trainings hand over of a background drawn in strata."""

import numpy as np
import pytest

from trigger_ad import config
from trigger_ad.errors import ConfigError
from trigger_ad.events.origin import Origin
from trigger_ad.events.packaged import START, packaged
from trigger_ad.events.readers import adc2021
from trigger_ad.events.strata import Strata
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.pipelines import engine
from trigger_ad.train import loop

N = 1500
STRATA = Strata(("soft", "hard"), (0.96, 0.04), (750, 750))


class HandedOverError(Exception):
    """In place of a training."""


@pytest.fixture
def handed(tmp_path, monkeypatch):
    """Run the training of a model on events with or without strata; what the loop would get."""

    def fit(*args, **options):
        raise HandedOverError(args, options)

    monkeypatch.setattr(loop, "fit", fit)

    def run(strata):
        columns = {"stratum": (np.arange(N) % 2).astype(np.uint8)} if strata else {}
        events = adc2021.read(packaged(START), N)
        adc2021.write(tmp_path / "e.h5", events, Origin("zero_bias", strata=strata), columns)
        settings = config.parse(
            "schema: config/2\nname: t\n"
            f"events: {{background: {tmp_path / 'e.h5'}, signals: {{}}}}\n"
            "train: {batch: 100, copies: 3}\ntrigger: {sm_efficiency: 0.05}\n"
        )
        folder = tmp_path / "run"
        engine(settings, folder).run(lambda *progress: None, "words")
        with pytest.raises(HandedOverError) as caught:
            engine(settings, folder).run(lambda *progress: None, "train_single")
        args, options = caught.value.args
        return Dataset(folder, settings.features), args[3], options["weights"]

    return run


def test_copies_of_an_event_count_as_it_does(handed):
    data, x, (learned, judged) = handed(STRATA)
    momenta = data.layout.columns("pt")
    assert momenta
    alike = np.tile(data.inputs("sm", "train")[:, momenta], (3, 1))
    np.testing.assert_array_equal(x[:, momenta], alike)
    np.testing.assert_array_equal(learned, np.tile(data.weights("train"), 3))
    np.testing.assert_array_equal(judged, data.weights("validate"))
    assert learned.min() < 0.1
    assert learned.max() > 1.8


def test_events_drawn_alike_have_no_weights(handed):
    assert handed(None)[2] is None


@pytest.fixture
def with_pileup(tmp_path, monkeypatch):
    """Targets that the loop would get of events whose files know pile-up, or do not."""

    def fit(*args, **options):
        raise HandedOverError(args, options)

    monkeypatch.setattr(loop, "fit", fit)

    def run(columns):
        events = adc2021.read(packaged(START), N)
        adc2021.write(tmp_path / "e.h5", events, Origin("zero_bias"), columns)
        settings = config.parse(
            "schema: config/2\nname: t\n"
            f"events: {{background: {tmp_path / 'e.h5'}, signals: {{}}}}\n"
            "train: {batch: 100, copies: 2, pileup: {weight: 2}}\n"
            "trigger: {sm_efficiency: 0.05}\n"
        )
        folder = tmp_path / "run"
        engine(settings, folder).run(lambda *progress: None, "words")
        engine(settings, folder).run(lambda *progress: None, "train_single")

    return run, tmp_path / "run"


def test_copies_of_an_event_have_its_pileup(with_pileup):
    run, folder = with_pileup
    collisions = np.random.default_rng(1).poisson(60, N).astype(np.uint16)
    with pytest.raises(HandedOverError) as caught:
        run({"pileup": collisions})
    learned, judged = caught.value.args[1]["targets"]["pileup"]
    data = Dataset(folder, config.parse("schema: config/2\nname: t\n").features)
    np.testing.assert_array_equal(learned[:, 0], np.tile(data.pileup("sm", "train"), 2))
    np.testing.assert_array_equal(judged[:, 0], data.pileup("sm", "validate"))
    assert learned.std() > 5


def test_a_term_for_pileup_needs_it(with_pileup):
    run, _ = with_pileup
    with pytest.raises(ConfigError) as caught:
        run({})
    assert str(caught.value) == (
        "key 'train.pileup.weight' must be 0 where the files do not know the pile-up of every "
        "event, not 2.0: leave it out, or give files with pile-up"
    )
