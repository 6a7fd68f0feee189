"""Look-up tables of common vectors, for docs/vectors.md.

    .venv/bin/python tools/vector_costs.py OUT

A trigger whose only score is the sum of a vector goes through Yosys, one vector after the other;
the first is the word of the missing momentum. Half a minute each.
"""

import argparse
from pathlib import Path

from trigger_ad.config.tables import TABLES
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.settings import Features
from trigger_ad.features.vectors.program import entries, program_of
from trigger_ad.ir.expression import port
from trigger_ad.ir.score import Score
from trigger_ad.ledger.estimate import estimate
from trigger_ad.ledger.synthesis.yosys import rtl_synthesis
from trigger_ad.rtl.preset import preset
from trigger_ad.rtl.project import RtlProject, write_project
from trigger_ad.rtl.top import TOP
from trigger_ad.trigger.hardware import Block, HardwareTrigger

PART = "xcvu13p-flga2577-2-e"

OBJECTS, LEPTONS = ("met", "egamma", "muon", "jet"), ("egamma", "muon")

#: Powers of two of scaled numbers, about those of zero bias.
POWERS = {"momentum": -4, "eta": -5}

VECTORS = {
    "word": ({"kind": "momentum", "of": "met"},),
    "momenta": tuple({"kind": "momentum", "of": kind, "log2_bits": 3} for kind in OBJECTS),
    "counts": (
        {"kind": "count", "of": "egamma", "pt_gev": 8.0, "most": 4},
        {"kind": "count", "of": "muon", "pt_gev": 3.0, "most": 4},
        {
            "kind": "sum",
            "of": "jet",
            "pt_gev": 30.0,
            "eta": 2.4,
            "steps_gev": (60.0, 100.0, 150.0, 200.0, 250.0, 300.0, 400.0),
        },
        {
            "kind": "momentum",
            "of": "met",
            "steps_gev": (20.0, 40.0, 60.0, 80.0, 100.0, 150.0, 200.0),
        },
    ),
    "leading": ({"kind": "momentum", "of": LEPTONS, "leading": 2, "log2_bits": 3},),
    "leptons_to_met": tuple({"kind": "azimuth", "of": kind} for kind in LEPTONS),
    "jets_to_met": ({"kind": "azimuth", "of": "jet"},),
    "lepton_to_met": ({"kind": "azimuth", "of": LEPTONS},),
    "transverse_mass": ({"kind": "transverse_mass"},),
    "scaled": (
        *({"kind": "momentum", "of": kind, "scaled": True} for kind in OBJECTS),
        *({"kind": "eta", "of": kind, "scaled": True} for kind in OBJECTS[1:]),
    ),
}


def block(name: str) -> Block:
    """A block without a network that sums a vector."""
    settings = Features.model_validate({"vectors": {"v": VECTORS[name]}}, context=TABLES)
    words = layout(settings)
    powers = {
        key: (POWERS[entry.kind],) * source.signal(numbers.values).size
        for key, entry, source, numbers in entries(settings, words)
        if entry.scaled
    }
    program = program_of(settings, words, powers)
    total = Score("total", port("v").sum(), program.ports)
    return Block(words, None, {"total": total}, program, label="vector")


def main() -> None:
    """Print a line for each vector."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="folder for the RTL and what Yosys says")
    out = parser.parse_args().out
    for name in VECTORS:
        made, folder = block(name), out / name
        write_project(folder, HardwareTrigger((made,)), preset("240mhz"))
        project = RtlProject.load(folder)
        sources = [folder / source for source in project.sources]
        row = rtl_synthesis(sources, TOP, PART, folder / "yosys")
        guess = estimate(made)
        print(
            f"{name}: {row.lut} LUT, {row.dsp} DSP, {project.cycles} cycles; estimate {guess.lut}, "
            f"{guess.dsp}",
            flush=True,
        )


if __name__ == "__main__":
    main()
