"""A reader of a format of its own, in one file: words of events in an NPZ file."""

import zipfile
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trigger_ad.events.block import Block
from trigger_ad.events.origin import Origin
from trigger_ad.events.readers.reader import Reader, Source


@dataclass(frozen=True)
class NpzWords(Source):
    @cached_property
    def arrays(self):
        with np.load(self.path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}

    @property
    def origin(self):
        return Origin("filtered", "words of a test")

    @property
    def count(self):
        return len(self.arrays["words"])

    def read(self, start, stop):
        columns = {name: values[start:stop] for name, values in self.arrays.items()}
        return Block(**columns, name=str(self.path), first=start)


READER = Reader(zipfile.is_zipfile, NpzWords)
