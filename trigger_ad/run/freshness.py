"""Records of a run are read by other verbs only where they belong together."""

from __future__ import annotations

import logging
from pathlib import Path

from trigger_ad import config as configuration
from trigger_ad.errors import RunFolderError
from trigger_ad.run.folder import manifest as manifests
from trigger_ad.run_folder import RunFolder

__all__ = ["TRIGGER", "require_fresh"]

logger = logging.getLogger(__name__)

#: Stages that the emulated trigger is read from.
TRIGGER = ("convert_double", "trigger")


def require_fresh(folder: Path, needed: tuple[str, ...] = TRIGGER, *, say: bool = True) -> None:
    """Refuse a run folder whose records were made of different inputs or configurations.

    Where only the code is of another version, they are read, and a warning says so. A folder
    without a manifest, as those in ``models/``, is taken as it is.

    Parameters
    ----------
    folder : Path
        A run folder.
    needed : tuple of str
        Stages whose records are to be read.
    say : bool
        Warn of other code and of what is not on record.

    Raises
    ------
    RunFolderError
        With the oldest stage and the command that brings it up to date.
    """
    from trigger_ad.run.pipelines import stages

    manifest = manifests.load(folder)
    if manifest is None:
        return
    config = configuration.load(RunFolder(folder).config)
    found = manifests.old_stages(folder, manifest, config, needed)
    known = {stage.name: stage for stage in stages(config)}
    for name in known:
        if name in found:
            raise RunFolderError(
                folder,
                "must be up to date",
                f"a run whose stage {name} is old ({found[name]})",
                f"trigger-ad run {RunFolder(folder).config} --out {folder}",
            )
    for name in manifests.reached(manifest, needed) if say else ():
        entry = manifest["stages"][name]
        if "made_of" not in entry:
            _warn(folder, f"whether stage {name} belongs to the others is not on record")
        elif name in known and entry["made_of"]["version"] != known[name].version:
            _warn(
                folder, f"stage {name} is by other code (trigger-ad {manifest.get('trigger_ad')})"
            )


def _warn(folder: Path, what: str) -> None:
    logger.warning("%s: %s; it is read as it is, trigger-ad run brings it up to date", folder, what)
