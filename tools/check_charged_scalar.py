"""How the charged scalar of ADC2021 is made: ways of production beside what is public about it.

    .venv/bin/python tools/check_charged_scalar.py [--events 3000] [--seed 1] [--ways with_top pair]

Each way is generated with the lepton filter; the packaged samples are the controls, for which the
way is known. Two kinds of public figures are compared:

* Spectra of the sample of O. Cerri et al. (arXiv:1811.10276), which has the same four signals,
  masses and filter: `fig/paper_fig/BSM_HLF_Summary.root` and `SM_HLF_Summary.root` of
  https://github.com/ocerri/AnomalyDetection (commit d249fc6). Its jets have pT > 30 GeV and
  abs(eta) < 2.6, and a lepton above 30 GeV is one of them. Pile-up and detector are others there:
  the factor between both numbers of jets is taken from the controls, and its spread is an error.
* Areas under the ROC curve on ADC2021 itself, of the autoencoders in `Dense_AE.ipynb` and
  `Convolutional_AE.ipynb` of https://github.com/ViniciusMikuni/ADC2021-examplecode
  (commit 62113b7), beside areas of simple sums and of a shipped model.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

import trigger_ad
from trigger_ad.events.packaged import packaged
from trigger_ad.events.particles import PROCESSES, SLOTS, Particles
from trigger_ad.events.readers import adc2021
from trigger_ad.generate.adc2021.chunks import Chunk, load, produce
from trigger_ad.generate.processes import GENERATORS, Generator
from trigger_ad.statistics.auc import area
from trigger_ad.statistics.bootstrap import cluster_index
from trigger_ad.storage.silence import quiet

Floats = npt.NDArray[np.floating]

_SCALAR = GENERATORS["hplus_top_to_taunu"].settings
_ALONE = tuple(line for line in _SCALAR if "bg2H+-t" not in line)
_TOPS = ("Top:gg2ttbar = on", "Top:qqbar2ttbar = on", "6:onMode = off")

#: Ways to make the scalar, which always decays to tau nu, besides that of `hplus_to_taunu`.
WAYS: dict[str, Generator] = {
    "with_top": GENERATORS["hplus_top_to_taunu"],
    "from_top": Generator(
        "leptons", 12, (*_ALONE, *_TOPS, "6:onPosIfMatch = 5 37", "6:onNegIfMatch = 5 24")
    ),
    "pair": Generator("leptons", 12, (*_ALONE, "HiggsBSM:ffbar2H+H- = on"), thinned=False),
    "with_h": Generator("leptons", 12, (*_ALONE, "HiggsBSM:ffbar2H+-H1 = on")),
}

SCALAR = "charged scalar"


@dataclass(frozen=True)
class Public:
    """Public figures of a sample.

    Parameters
    ----------
    jets : float
        Mean number.
    lepton_pt : float
        Mean pT of the leading lepton up to `limit`, in GeV.
    beyond : float
        Part of the events above that.
    limit : float
        Where the histogram of the lepton pT ends, in GeV.
    areas : tuple of float
        Of the dense and of the convolutional autoencoder, in per cent; empty for backgrounds.
    """

    jets: float
    lepton_pt: float
    beyond: float
    limit: float
    areas: tuple[float, ...] = ()


PUBLIC: dict[str, Public] = {
    "w_lnu": Public(0.829, 37.30, 0.010, 89.35),
    "z_ll": Public(1.298, 42.07, 0.021, 89.35),
    "ttbar": Public(3.659, 49.47, 0.176, 89.35),
    "leptoquark": Public(2.239, 40.13, 0.013, 115.29, (95.3, 94.1)),
    "a_to_4l": Public(1.374, 36.97, 0.010, 115.29, (95.4, 95.9)),
    "h0_to_tautau": Public(1.796, 41.41, 0.026, 115.29, (87.3, 85.8)),
    SCALAR: Public(2.752, 50.67, 0.063, 115.29, (95.6, 94.8)),
}

#: Events of the Standard Model for the areas.
BACKGROUND = 20_000

#: Samples that are made as the public ones, and so give the factor between the numbers of jets.
CONTROLS = ("w_lnu", "z_ll", "ttbar", "leptoquark", "a_to_4l")


def _public(name: str) -> Public:
    """Figures of a control, or of the charged scalar whichever way it is made."""
    return PUBLIC.get(name, PUBLIC[SCALAR])


def _lepton(events: Floats) -> Floats:
    return np.asarray(events[:, 1:9, 0].max(axis=1))


def jets(events: Floats) -> Floats:
    """Jets as the public sample counts them."""
    pt, eta = events[:, SLOTS["jet"], 0], events[:, SLOTS["jet"], 1]
    leptons = (events[:, 1:9, 0] > 30).sum(axis=1)
    return np.asarray(((pt > 30) & (np.abs(eta) < 2.6)).sum(axis=1) + leptons, dtype=float)


#: Simple quantities by which events are ordered.
SUMS: dict[str, Callable[[Floats], Floats]] = {
    "sum of pT": lambda events: np.asarray(events[..., 0].sum(axis=1)),
    "HT": lambda events: np.asarray(events[:, SLOTS["jet"], 0].sum(axis=1)),
    "MET": lambda events: np.asarray(events[:, 0, 0]),
    "objects": lambda events: np.asarray((events[..., 0] > 0).sum(axis=1)),
    "lepton pT": _lepton,
}


def mean(values: Floats, clusters: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Mean of events and its error, where those of a cluster are not independent."""
    centre = float(values.mean())
    sums = np.bincount(cluster_index(clusters, len(values)), weights=values - centre)
    return centre, float(np.sqrt((sums**2).sum())) / len(values)


def factor(samples: dict[str, Particles]) -> tuple[float, float]:
    """Public over own number of jets in the controls: the mean, and how much one deviates."""
    ratios = [PUBLIC[name].jets / jets(samples[name].values).mean() for name in CONTROLS]
    return float(np.mean(ratios)), float(np.std(ratios, ddof=1))


def controls() -> dict[str, Particles]:
    """The packaged samples with a lepton filter by process, without multijets."""
    sm = adc2021.read(packaged("sm"))
    found = {name: sm[sm.process == PROCESSES.index(name)] for name in ("w_lnu", "z_ll", "ttbar")}
    for name in ("leptoquark", "a_to_4l", "h0_to_tautau", "hplus_to_taunu"):
        found[name] = adc2021.read(packaged(name))
    return found


def made(way: str, events: int, seed: int) -> tuple[Particles, float, float]:
    """Events of a way, its cross-section in pb and the part that passes the filter."""
    generator = WAYS[way]
    name = "hplus_top_to_taunu"
    with tempfile.TemporaryDirectory() as folder, patch.dict(GENERATORS, {name: generator}):
        chunk = Chunk(name, 0, events, seed, Path(folder))
        with quiet():
            produce(chunk, Path(folder) / "unused.npz")
        result = load(chunk)
    assert result is not None
    code = np.full(len(result.values), PROCESSES.index(name), np.uint8)
    repeated = 1 if generator.thinned else generator.decays
    passing = len(result.values) / (result.tried * repeated)
    return Particles(result.values, code, result.parton_event), result.cross_section, passing


def spectra(samples: dict[str, Particles], scale: tuple[float, float]) -> Iterator[str]:
    """Rows of the table of spectra."""
    yield "| sample | jets | times factor | public | lepton pT | public | beyond | public |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, sample in samples.items():
        public = _public(name)
        count, error = mean(jets(sample.values), sample.parton_event)
        lepton, within = _lepton(sample.values), _lepton(sample.values) < public.limit
        pt, of_pt = mean(lepton[within], sample.parton_event[within])
        beyond, of_beyond = mean((~within).astype(float), sample.parton_event)
        total = np.hypot(error * scale[0], count * scale[1])
        yield (
            f"| {name} | {count:.2f} ± {error:.2f} | {count * scale[0]:.2f} ± {total:.2f} "
            f"| {public.jets:.2f} | {pt:.1f} ± {of_pt:.1f} | {public.lepton_pt:.1f} "
            f"| {100 * beyond:.1f} ± {100 * of_beyond:.1f} % | {100 * public.beyond:.1f} % |"
        )


def diagonal(model: str, background: Floats) -> Callable[[Floats], Floats]:
    """The smaller rank of both scores among those of the background."""
    run = trigger_ad.load_model(model)
    ordered = {name: np.sort(scores) for name, scores in run.score(background).items()}

    def smaller(events: Floats) -> Floats:
        scores = run.score(events)
        ranks = [np.searchsorted(ordered[name], scores[name], side="right") for name in ordered]
        return np.asarray(np.min(ranks, axis=0), dtype=float)

    return smaller


def areas(background: Particles, samples: dict[str, Particles], model: str) -> Iterator[str]:
    """Rows of the table of areas, in per cent with half of the 95 % interval."""
    orders = SUMS | {model: diagonal(model, background.values)}
    own = cluster_index(background.parton_event, len(background))
    base = {name: order(background.values) for name, order in orders.items()}
    yield f"| sample | {' | '.join(orders)} | public, dense | public, convolutional |"
    yield "|---|" + "---|" * (len(orders) + 2)
    for name, sample in samples.items():
        public = _public(name).areas
        clusters = cluster_index(sample.parton_event, len(sample))
        cells = [
            area(base[key], order(sample.values), own, clusters) for key, order in orders.items()
        ]
        written = [f"{100 * c.value:.1f} ± {50 * (c.high - c.low):.1f}" for c in cells]
        yield f"| {name} | {' | '.join([*written, *map(str, public)])} |"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--events", type=int, default=3000, help="of each way")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=list(WAYS))
    parser.add_argument("--model", default="double_ae", help="a shipped model with two scores")
    arguments = parser.parse_args()
    known = controls()
    scale = factor(known)
    ways = {}
    for way in arguments.ways:
        ways[way], pb, passing = made(way, arguments.events, arguments.seed)
        print(f"{way}: {pb:.3g} pb, of which {100 * passing:.2g} % pass", flush=True)
    print(f"factor between the numbers of jets: {scale[0]:.3f} ± {scale[1]:.3f}\n")
    print(*spectra(known | ways, scale), sep="\n")
    signals = {name: sample for name, sample in known.items() if _public(name).areas} | ways
    background = adc2021.read(packaged("sm"))[:BACKGROUND]
    print("", *areas(background, signals, arguments.model), sep="\n")


if __name__ == "__main__":
    main()
