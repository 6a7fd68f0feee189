"""What a shared object of the emulator was made of, and whether a folder still holds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trigger_ad.errors import ConversionError
from trigger_ad.ir.naming import check_name
from trigger_ad.storage.files import digest, read_json

__all__ = ["INPUT", "Manifest", "find", "library", "result_type", "source_hashes"]

SCHEMA = "emulator/1"

#: What a caller has to put into ``std::any`` for the words, as in ``types.h``.
INPUT = "ap_int<16> *"

_VERSION = r"[0-9]{1,6}(p[0-9]{1,6}){0,3}"


@dataclass(frozen=True)
class Manifest:
    """What a shared object was made of.

    Parameters
    ----------
    name, version : str
        ``Name`` and ``2`` or ``2p1``; the object is ``NameModel_v2.so``.
    network : str
        Name of the network.
    network_hash : str
        SHA-256 of its ``network.npz``.
    layout_hash : str
        `Layout.hash` of the words it takes.
    words : int
        Number of words of an event.
    scores : mapping of str to str
        Type of each raw score by name, in the order of the result.
    sources : mapping of str to str
        SHA-256 of each source by its path in the folder.
    object_hash, bridge_hash : str
        SHA-256 of the object and of the bridge for Python.
    compiler : str
        Name and version.
    """

    name: str
    version: str
    network: str
    network_hash: str
    layout_hash: str
    words: int
    scores: Mapping[str, str]
    sources: Mapping[str, str]
    object_hash: str
    bridge_hash: str
    compiler: str

    @property
    def library(self) -> str:
        """Name and version as the C++ namespace has them."""
        return library(self.name, self.version)

    @property
    def object(self) -> str:
        """Name of the shared object."""
        return f"{self.name}Model_v{self.version}.so"

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries, read back by `load`."""
        return {
            "schema": SCHEMA,
            "name": self.name,
            "version": self.version,
            "object": self.object,
            "input": INPUT,
            "result": f"{result_type(len(self.scores))} *",
            "words": self.words,
            "scores": dict(self.scores),
            "layout": self.layout_hash,
            "network": self.network,
            "sha256": {
                "network": self.network_hash,
                "object": self.object_hash,
                "bridge": self.bridge_hash,
                "sources": dict(self.sources),
            },
            "compiler": self.compiler,
        }

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Read ``manifest.json`` of an emulator's folder.

        Raises
        ------
        RunFolderError
            If there is none.
        SchemaError
            If it has another schema.
        """
        record = read_json(folder / "manifest.json", SCHEMA)
        hashes = record["sha256"]
        return cls(
            record["name"],
            record["version"],
            record["network"],
            hashes["network"],
            record["layout"],
            record["words"],
            record["scores"],
            hashes["sources"],
            hashes["object"],
            hashes["bridge"],
            record["compiler"],
        )

    def fits(self, folder: Path) -> bool:
        """Whether object, bridge and every source in a folder are those of the manifest."""
        return (
            digest(folder / self.object) == self.object_hash
            and digest(folder / "bridge.so") == self.bridge_hash
            and source_hashes(folder) == self.sources
        )


def result_type(scores: int) -> str:
    """Type in C++ of the raw scores of an event.

    Two are a pair, which callers of any version are compiled for; other numbers are an array.
    """
    return (
        "std::pair<ap_int<64>, ap_int<64>>" if scores == 2 else f"std::array<ap_int<64>, {scores}>"
    )


def library(name: str, version: str) -> str:
    """C++ namespace of a version.

    Raises
    ------
    ConversionError
        If C++ or a path cannot carry the name, or the version is not one or up to four
        numbers joined by ``p``.
    """
    check_name("the name of an emulator", name)
    if not re.fullmatch(_VERSION, version):
        raise ConversionError(
            "the version of an emulator",
            "must be a number like 2, or several like 2p1",
            repr(version),
            "choose the next number",
        )
    return f"{name}_v{version}"


def source_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of the Makefile and of every source of an emulator, by path."""
    files = [folder / "Makefile", *sorted(p for p in (folder / "sources").rglob("*"))]
    return {p.relative_to(folder).as_posix(): digest(p) for p in files if p.is_file()}


def find(folder: Path) -> Manifest | None:
    """Manifest of a whole emulator that was built of the sources in its folder, or None."""
    if not (folder / "manifest.json").is_file():
        return None
    manifest = Manifest.load(folder)
    return manifest if manifest.fits(folder) else None
