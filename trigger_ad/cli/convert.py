"""``trigger-ad convert``: what other software and hardware load, from a finished run."""

from __future__ import annotations

from pathlib import Path

import click

from trigger_ad import config as configuration

__all__ = ["convert"]


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--emulator", is_flag=True, help="Write the shared object and what it is made of.")
@click.option("--name", default="Anomaly", show_default=True, help="Its name: NAMEModel_vN.so.")
@click.option(
    "--version", metavar="N", default="1", show_default=True, help="Its version: 2, or 2p1."
)
def convert(folder: Path, emulator: bool, name: str, version: str) -> None:
    """Turn the networks and scores of RUN into what other software loads.

    The emulator is a shared object with the interface of hls4mlEmulator. It lies in
    RUN/firmware/emulator with its sources and a Makefile. The golden vectors of RUN are run
    through it.
    """
    if not emulator:
        raise click.UsageError("say what to write: --emulator")
    from trigger_ad import arrays
    from trigger_ad.emulate.abi import GOLDEN_SCHEMA, SharedObject
    from trigger_ad.features.layout import layout
    from trigger_ad.hls.emulator import build, write_golden
    from trigger_ad.hls.emulator_manifest import FOLDER
    from trigger_ad.network import HardwareNetwork
    from trigger_ad.run.emulation import load_scores

    out = folder / FOLDER
    manifest = build(
        folder / "firmware/hls",
        HardwareNetwork.load(folder / "model/double/network.npz"),
        load_scores(folder / "model/double/scores.json"),
        layout(configuration.load(folder / "config.yaml").features),
        out,
        name,
        version,
    )
    click.echo(f"{out / manifest.object}")
    golden = folder / "golden.npz"
    if not golden.exists():
        click.echo("not checked: the run has no golden vectors yet")
        return
    events = SharedObject(out).check_golden(golden)
    vectors = arrays.load(golden, GOLDEN_SCHEMA)[1]
    write_golden(out, manifest, vectors["words"], vectors)
    click.echo(f"{events} golden vectors equal")
