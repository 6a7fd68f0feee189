"""What the economies of the event generator cost.

Two of them: W events lost by the early veto, and multijet events from heavy-quark pairs
against all multijet events.

Usage: python tools/check_generation.py [--events 1500] [--multijets 300] [--seed 1]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np

from trigger_ad.generate.adc2021 import showers
from trigger_ad.generate.adc2021.chunks import Chunk, load, produce
from trigger_ad.generate.adc2021.library import write
from trigger_ad.generate.processes import GENERATORS
from trigger_ad.storage.silence import quiet


class Watch(showers.Veto):
    """The veto, which says what it would do and does nothing."""

    dropped = False

    def doVetoPT(self, position: int, event: object) -> bool:
        """Keep the event and remember what the veto says."""
        if position <= 4:
            self.dropped = super().doVetoPT(position, event)
        return False


def lost_by_veto(events: int, seed: int) -> tuple[int, int]:
    """W events with an electron or muon that passes in the end: lost by the veto, and all."""
    with patch.object(showers, "Veto", Watch), quiet():
        shower = showers.PartonShower(GENERATORS["w_lnu"], seed, np.random.default_rng(seed))
        lost = found = 0
        while found < events:
            if not shower.pythia.next():
                continue
            if showers.lepton_class(shower.prompt_leptons(), 22.0, 23.0) == 2:
                found += 1
                lost += shower.veto.dropped
    return lost, found


def multijets(hard_process: tuple[str, ...], events: int, seed: int) -> dict[str, float]:
    """Medians, filtered cross-section and time of multijet events of a hard process."""
    own = GENERATORS["qcd"]
    generator = replace(own, settings=(*hard_process, own.settings[-1]))
    with tempfile.TemporaryDirectory() as name, patch.dict(GENERATORS, qcd=generator), quiet():
        library = Path(name) / "decays.npz"
        write(library, seed)
        chunk = Chunk("qcd", 0, events, seed, Path(name))
        start = time.process_time()
        produce(chunk, library)
        seconds = time.process_time() - start
        result = load(chunk)
    assert result is not None
    values = result.values
    return {
        "lepton pT [GeV]": float(np.median(values[:, 1:9, 0].max(axis=1))),
        "jets": float((values[:, 9:, 0] > 0).sum(axis=1).mean()),
        "MET [GeV]": float(np.median(values[:, 0, 0])),
        "leading jet pT [GeV]": float(np.median(values[:, 9, 0])),
        "filtered cross-section [nb]": result.cross_section
        * events
        / (result.tried * own.decays)
        / 1e3,
        "CPU time for an event [ms]": 1e3 * seconds / events,
    }


def main() -> None:
    """Print both comparisons."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--events", type=int, default=1500, help="W events with a hard lepton")
    parser.add_argument("--multijets", type=int, default=300, help="events of each hard process")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    lost, found = lost_by_veto(arguments.events, arguments.seed)
    print(f"veto at {showers.SCALE:g} GeV: loses {lost} of {found} W events")
    pairs = multijets(GENERATORS["qcd"].settings[:-1], arguments.multijets, arguments.seed)
    everything = multijets(("HardQCD:all = on",), arguments.multijets, arguments.seed)
    print(f"\n{'multijet events':<28} {'pairs':>10} {'all':>10} {'ratio':>7}")
    for name, value in pairs.items():
        print(
            f"{name:<28} {value:>10.2f} {everything[name]:>10.2f} {everything[name] / value:>7.2f}"
        )


if __name__ == "__main__":
    main()
