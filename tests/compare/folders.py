"""Finished run folders with scores of a known shape, small and without training."""

import numpy as np

from trigger_ad import config
from trigger_ad.ledger.rows import ResourceRow, ResourceStage, write
from trigger_ad.run.folder import dataset
from trigger_ad.run.folder.score_table import SCHEMA
from trigger_ad.storage import arrays

THRESHOLD, TEST, SIGNAL = 2000, 4000, 500
SIGNALS = ("lq", "higgs")


def events(seed=1):
    """Words and identities of the background, whose splits are mixed, and of the signals."""
    rng = np.random.default_rng(seed)
    size = THRESHOLD + TEST + 100
    split = np.repeat([0, 3, 4], [100, THRESHOLD, TEST]).astype(np.int8)
    rng.shuffle(split)
    background = {
        "sm.words": rng.integers(0, 100, (size, 57)).astype(np.int16),
        "sm.parton_event": np.arange(size) // 2 + 10**12,
        "sm.split": split,
    }
    signals = {}
    for name in SIGNALS:
        signals[f"{name}.words"] = rng.integers(0, 100, (SIGNAL, 57)).astype(np.int16)
        signals[f"{name}.parton_event"] = np.arange(SIGNAL)
    return background, signals


def raw(rng, events, shift, seed):
    """Two independent scores and one that is their sum, coarse as in firmware."""
    one, two = (rng.exponential(100.0 + seed, events) + shift for _ in range(2))
    return {"score1": one, "score2": two, "score": (one + two) / 2}


def finished_run(
    folder, name="toy", seed=1, *, scorer="double_ae", of_events=1, models=None, singles=True
):
    """A run folder as far as it is compared."""
    folder.mkdir(parents=True)
    text = f"schema: config/1\nname: {name}\nseed: {seed}\nscorer: {{name: {scorer}}}\n"
    (folder / "config.yaml").write_text(config.dump(config.parse(text)))
    background, signals = events(of_events)
    splits = ["train", "validate", "calibrate", "threshold", "test"]
    for file, samples, found in (
        ("words.npz", ["sm"], background),
        ("signals.npz", list(SIGNALS), signals),
    ):
        header = {"layout": "toy", "samples": samples, "splits": splits, "origin": {}}
        arrays.save(folder / file, dataset.SCHEMA, header, found)
    rng = np.random.default_rng(seed)
    models = models or ("float", "ptq", "quantized", "firmware")
    lsb, scores = {}, {}
    for sample, size, shift in (
        ("sm_threshold", THRESHOLD, 0),
        ("sm_test", TEST, 0),
        ("lq", SIGNAL, 150),
        ("higgs", SIGNAL, 60),
    ):
        values = raw(rng, size, shift, seed)
        for model in models:
            scale = 1000 if model == "float" else 4
            lsb[model] = {"score1": 1.0, "score2": 1.0}
            for which in ("score1", "score2"):
                scores[f"{model}/{sample}/{which}"] = (scale * values[which]).astype(np.int64)
            if singles and model != "ptq":
                lsb[f"single_{model}"] = {"score": 1.0}
                scores[f"single_{model}/{sample}/score"] = (scale * values["score"]).astype(
                    np.int64
                )
    arrays.save(folder / "scores.npz", SCHEMA, {"lsb": lsb}, scores, compress=False)
    resources = [
        ResourceRow(
            ResourceStage.RTL_SYNTHESIS,
            "Yosys",
            "0.70",
            lut=1000 * seed,
            ff=10,
            dsp=0,
            ii=1,
            latency_cycles=11,
            part="part1",
            clock_ns=4.0,
        ),
        ResourceRow(ResourceStage.C_SYNTHESIS, "Vitis", note="not run: not asked for"),
    ]
    write(folder / "resources.json", resources)
    return folder
