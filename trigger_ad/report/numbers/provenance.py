"""What a page says of how a run was made, from its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pydantic

from trigger_ad.storage.record import FileRecord, Record

__all__ = ["Provenance", "StageEntry"]


class StageEntry(Record):
    """A stage: the key of all that it depends on, and SHA-256 of what it wrote."""

    model_config = pydantic.ConfigDict(extra="ignore")

    key: str
    outputs: Mapping[str, str]


class Provenance(FileRecord):
    """The part of ``manifest.json`` that is shown; stages alone need the others.

    Parameters
    ----------
    stages : mapping of str to StageEntry
        By name.
    trigger_ad : str
        Version.
    versions : mapping of str to str
        Of packages.
    seeds : mapping of str to int
        Of training and split.
    events : mapping of str to str
        SHA-256 of event files by sample.
    """

    model_config = pydantic.ConfigDict(extra="ignore")

    SCHEMA: ClassVar[str] = "manifest/3"
    OLDER: ClassVar[tuple[str, ...]] = ("manifest/2", "manifest/1")

    stages: Mapping[str, StageEntry]
    trigger_ad: str
    versions: Mapping[str, str]
    seeds: Mapping[str, int]
    events: Mapping[str, str] = {}

    @property
    def training_seed(self) -> int | None:
        """Seed of the training, None where it is not on record."""
        return self.seeds.get("training")
