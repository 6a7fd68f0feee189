"""Write the first events of an event file to another one, with all that is known of them.

    .venv/bin/python tools/first_events.py samples/zero_bias.h5 30000 samples/zero_bias_30k.h5

The events of a file made by `trigger-ad generate` are drawn independently, so the first of them
are a smaller sample of the same kind.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np

from trigger_ad.events.readers import adc2021


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="The first events of an event file.")
    parser.add_argument("source", type=Path)
    parser.add_argument("events", type=int)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    first_events(options.source, options.events, options.out)


def first_events(source: Path, events: int, out: Path) -> None:
    """Write the first events of a file to another one."""
    particles, origin = adc2021.read(source, events), adc2021.read_origin(source)
    with h5py.File(source) as file:
        columns = {name: file[name][:events] for name in ("pileup", "stratum") if name in file}
        attributes = {
            name: file.attrs[name] for name in sorted({*file.attrs} - {"schema", "origin"})
        }
    if origin.strata:
        drawn = np.bincount(columns["stratum"], minlength=len(origin.strata.names))
        strata = replace(origin.strata, drawn=tuple(drawn.tolist()))
        origin = replace(origin, strata=strata)
    if origin.kind == "cross_section":  # one collision of the process in each event
        number = len(particles)
        processes = tuple(
            replace(process, tried=number, passed=number, distinct_parton_events=number)
            for process in origin.processes
        )
        origin = replace(origin, processes=processes)
    adc2021.write(out, particles, origin, columns, attributes)


if __name__ == "__main__":
    main()
