"""The same events from HDF5 and from NanoAOD: trained on, emulated and rated, all is equal."""

import h5py
import numpy as np
import pytest

from tests.events.readers.nano import save
from tests.events.readers.nano_of import of_particles
from tests.run.small import REFERENCE
from trigger_ad import config as configuration
from trigger_ad.events.packaged import START, packaged
from trigger_ad.events.particles import SLOTS, Particles
from trigger_ad.events.readers import adc2021, l1nano
from trigger_ad.events.readers.sample import opened
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.words import to_words
from trigger_ad.run.emulation import emulate_file
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run.pipelines import engine
from trigger_ad.run.rates import scan

N = 4000
LAYOUT = layout(configuration.Features())

CONFIG = """schema: config/1
name: door
events: {{background: {path}, signals: {{again: {path}}}}}
scorer: {{hidden: [4, 2, 4]}}
train: {{epochs: 1, batch: 500}}
trigger: {{sm_efficiency: 0.05}}
"""


def quiet(*progress):
    pass


def integers(particles):
    """Those of the hardware, which are not quite those that GeV and radians would give."""
    words = to_words(particles.values, LAYOUT).values.reshape(N, 19, 3).copy()
    there = words[..., 0] > 0
    words[..., 2] = np.where(there, (words[..., 2] + 1) % 144, 0)
    words[:, SLOTS["jet"], 1] += there[:, SLOTS["jet"]]
    return {kind: words[:, slots] for kind, slots in SLOTS.items()}


@pytest.fixture(scope="module", params=["GeV", "integers"])
def files(request, tmp_path_factory):
    """The same events in two formats; their words, and whether these are the hardware's."""
    folder = tmp_path_factory.mktemp("formats")
    sample = packaged(START)
    events = adc2021.read(sample, N)
    events = Particles(events.values, np.zeros(N, np.uint8), events.parton_event)
    pileup = adc2021.read_pileup(sample, 0, N)
    codes = integers(events) if request.param == "integers" else None
    assert len(np.unique(events.parton_event)) > N // 4
    tables = of_particles(events.values, codes) | {
        "run": np.zeros(N, np.uint32),
        "event": events.parton_event.astype(np.uint64),
        "PV_npvs": pileup,
    }
    root = save(folder / "e.root", tables)
    hardware = {f"hardware_{kind}": values for kind, values in (codes or {}).items()}
    origin = l1nano.read_origin(root)  # of which HDF5 keeps whatever it is given
    adc2021.write(folder / "e.h5", events, origin, {"pileup": pileup, **hardware})
    words = to_words(events.values, LAYOUT).values
    if codes is not None:
        plain, words = words, np.concatenate([*codes.values()], axis=1).reshape(N, -1)
        assert np.count_nonzero(plain != words) > 5 * N
    return folder / "e.h5", root, words


def test_blocks(files):
    hdf5, root = (list(opened(path).blocks(900)) for path in files[:2])
    assert len(hdf5) == len(root) == 5
    for one, other in zip(hdf5, root, strict=True):
        for name in ("particles", "identity", "process", "stratum", "pileup"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
        assert one.hardware.keys() == other.hardware.keys()
        for kind, codes in one.hardware.items():
            np.testing.assert_array_equal(codes, other.hardware[kind])


def test_emulating(files, tmp_path):
    *paths, words = files
    trigger = load_trigger(REFERENCE)
    scores = trigger.scores_of_words(words)
    assert len(np.unique(scores["score1"])) > 300
    for path in paths:
        done = emulate_file(REFERENCE, path, tmp_path / "o.h5", quiet, chunk_events=1300)
        assert done.events == N
        assert done.origin == "zero_bias"
        with h5py.File(tmp_path / "o.h5") as file:
            assert set(file) == {"score1", "score2", "region", "accept"}
            for name, values in scores.items():
                np.testing.assert_array_equal(file[name], values)
            assert tuple(np.bincount(file["region"], minlength=4)) == tuple(done.regions.before)


def test_rating(files, tmp_path):
    *paths, words = files
    trigger = load_trigger(REFERENCE)
    decision, _ = trigger.decide(trigger.scores_of_words(words), trigger.start())
    records = [
        scan(REFERENCE, [str(path)], tmp_path / "r.json", split="test", chunk_events=1300)
        for path in paths
    ]
    assert records[0].counts == records[1].counts
    assert records[0].pileup == records[1].pileup is not None
    assert 0 < records[0].events < N
    whole = scan(REFERENCE, [str(paths[1])], tmp_path / "r.json")
    fires = [region.fires for region in whole.regions.values()]
    assert fires == np.bincount(decision.region, minlength=4).tolist()


def test_training(files, tmp_path):
    """All that a run keeps of events is equal, byte by byte, and so is the network after it."""
    *paths, words = files
    written = []
    for path in paths:
        folder = tmp_path / path.suffix[1:]
        settings = configuration.parse(CONFIG.format(path=path))
        engine(settings, folder).run(quiet, "signals")
        engine(settings, folder).run(quiet, "train_double")
        kept = Dataset(folder, settings.features)
        for sample in ("sm", "again"):
            np.testing.assert_array_equal(kept.words(sample), words)
        names = ("words.npz", "signals.npz", "model/double/float.npz")
        written.append([(folder / name).read_bytes() for name in names])
    assert written[0] == written[1]
