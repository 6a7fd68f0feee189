"""A folder of checkpoints that knows which stream of events it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trigger_ad.errors import RunFolderError
from trigger_ad.storage.files import read_json, write_json

__all__ = ["claim"]


def claim(folder: Path, stream: dict[str, Any]) -> None:
    """Make the folder of checkpoints, or see that it belongs to this stream.

    Parameters
    ----------
    folder : Path
    stream : dict
        All that the chunks depend on, with the ``schema`` of its record.

    Raises
    ------
    RunFolderError, SchemaError
        If the checkpoints there come from another seed, version or setting.
    """
    record = folder / "stream.json"
    if not record.exists():
        write_json(record, stream)
        return
    found = read_json(record, stream["schema"])
    if found != stream:
        keys = dict.fromkeys([*stream, *found])
        different = ", ".join(k for k in keys if found.get(k) != stream.get(k))
        raise RunFolderError(
            folder,
            "must hold chunks of this generation",
            f"chunks with another {different}",
            "remove the folder or choose another output file",
        )
