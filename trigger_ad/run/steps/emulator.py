"""The shared object for an experiment's software, checked with the golden vectors."""

from __future__ import annotations

import shutil
from pathlib import Path

from trigger_ad import config as configuration
from trigger_ad.config import Config
from trigger_ad.emulate.abi import GOLDEN_SCHEMA, SharedObject
from trigger_ad.hls import emulator
from trigger_ad.hls.emulator_manifest import Manifest
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.trigger import load_hardware
from trigger_ad.run_folder import NAMES, RunFolder
from trigger_ad.storage import arrays

__all__ = ["build_emulator", "run"]


def run(context: Context) -> None:
    """Write the folder of the shared object; it is compiled again only for other sources."""
    settings, out = context.config.emulator, context.out(NAMES.emulator)
    if context.run.emulator.exists():
        shutil.copytree(context.run.emulator, out)
    build_emulator(context.folder, out, settings.name, settings.version, context.config)


def build_emulator(
    folder: Path, out: Path, name: str, version: str, config: Config | None = None
) -> Manifest:
    """Build a shared object of a finished run and check it with the run's golden vectors.

    Parameters
    ----------
    folder : Path
        A run folder.
    out : Path
        Folder for the object, its sources, a Makefile and the golden vectors as text;
        replaced as a whole.
    name, version : str
        See `Manifest`.
    config : Config, optional
        Of the run; read from its folder if not given.

    Raises
    ------
    ConversionError
        If it cannot be compiled, or a golden vector has another score.
    """
    finished = RunFolder(folder)
    vectors = arrays.load(finished.golden, GOLDEN_SCHEMA)[1]
    manifest = emulator.build(
        finished.hls("double"),
        load_hardware(folder, config or configuration.load(finished.config)),
        out,
        name,
        version,
    )
    SharedObject(out).check_golden(finished.golden)
    emulator.write_golden(out, manifest, vectors["words"], vectors)
    return manifest
