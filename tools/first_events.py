"""Write the first events of an event file to another one, with its origin, pile-up and draws.

    .venv/bin/python tools/first_events.py samples/zero_bias.h5 30000 samples/zero_bias_30k.h5

The events of a file made by `trigger-ad generate` are drawn independently, so the first of them
are a smaller sample of the same kind.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import h5py

from trigger_ad.events.readers import adc2021


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="The first events of an event file.")
    parser.add_argument("source", type=Path)
    parser.add_argument("events", type=int)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    particles = adc2021.read(options.source, options.events)
    pileup = adc2021.read_pileup(options.source)
    columns = {} if pileup is None else {"pileup": pileup[: options.events].astype("uint16")}
    with h5py.File(options.source) as file:
        attributes = {
            name: file.attrs[name] for name in sorted({*file.attrs} - {"schema", "origin"})
        }
    origin = adc2021.read_origin(options.source)
    adc2021.write(options.out, particles, origin, columns, attributes)


if __name__ == "__main__":
    main()
