"""``trigger-ad convert``: what other software loads, from a finished run."""

from __future__ import annotations

from pathlib import Path

import click

from trigger_ad import config as configuration
from trigger_ad.run.progress import StageProgress
from trigger_ad.run_folder import RunFolder

__all__ = ["convert"]


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--emulator", is_flag=True, help="Write the shared object and what it is made of.")
@click.option("--name", help="Its name: NAMEModel_vN.so.  [default: emulator.name of the run]")
@click.option("--version", metavar="N", help="Its version: 2, or 2p1.  [default: as the name]")
def convert(folder: Path, emulator: bool, name: str | None, version: str | None) -> None:
    """Turn the networks and scores of RUN into what other software loads.

    The emulator is a shared object with the interface of hls4mlEmulator. It lies with its
    sources and a Makefile in RUN/firmware/emulator; under another name or version than those
    of the configuration in RUN/exports/NAME_vN. The golden vectors of RUN are run through
    it.
    """
    if not emulator:
        raise click.UsageError("say what to write: --emulator")
    from trigger_ad.hls.emulator_manifest import Manifest, library
    from trigger_ad.run.freshness import require_fresh
    from trigger_ad.run.pipelines import engine
    from trigger_ad.run.steps.emulator import build_emulator
    from trigger_ad.storage.outputs import check_folder, full_disk

    config = configuration.load(RunFolder(folder).config)
    own = (config.emulator.name, config.emulator.version)
    asked = (name or own[0], version or own[1])
    if asked == own:
        with StageProgress() as progress:
            engine(config, folder).run(progress, "emulator")
        out = RunFolder(folder).emulator
        manifest = Manifest.load(out)
    else:
        out = RunFolder(folder).exports / library(*asked)
        check_folder(out, "the export")
        require_fresh(folder)
        with full_disk(out):
            manifest = build_emulator(folder, out, *asked)
    click.echo(f"{out / manifest.object}: all golden vectors of {folder} equal")
