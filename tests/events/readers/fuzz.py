"""Read damaged forms of an event file: ``python fuzz.py ORIGINAL FIRST COUNT``.

A process of its own, since a library could end it; a file that takes 20 s ends it as well. Prints
the seed before each file, at the end how many were read and refused. What is neither is raised.
"""

import signal
import sys
import warnings
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from damage import damages

from trigger_ad.errors import TriggerAdError
from trigger_ad.events.readers import source

PATIENCE = 20


def end(path):
    """How reading ends."""
    try:
        source.check(path)
        source.read_origin(path)
        source.read_range(path, 0, min(source.count(path), 1000))
    except TriggerAdError as error:
        sentence = str(error)
        if "\n" in sentence or str(path) not in sentence or ": " not in sentence:
            raise ValueError(f"no sentence about the file: {sentence}") from error
        return "refused"
    return "read"


def main(original, first, count):
    """Damage, read, and count the ends."""
    warnings.simplefilter("error")
    path = original.with_stem("damaged")
    ends = Counter()
    for seed, content in damages(original.read_bytes(), count, first):
        sys.stdout.write(f"{seed}\n")
        sys.stdout.flush()
        path.write_bytes(content)
        signal.alarm(PATIENCE)
        ends[end(path)] += 1
        signal.alarm(0)
    sys.stdout.write(f"{ends['read']} {ends['refused']}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
