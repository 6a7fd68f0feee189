"""What other verbs write stays outside of what the stages of a run wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from trigger_ad.errors import OutputError
from trigger_ad.run_folder import NAMES, relative
from trigger_ad.storage.outputs import check_file

__all__ = ["check_output"]

#: Besides the outputs of stages.
_RECORDS = relative(NAMES.config, NAMES.manifest, NAMES.card)


def check_output(folder: Path, path: Path, inputs: Sequence[Path], name: str = "--out") -> None:
    """Refuse a file that could not be written, or would replace an input or a record of a run.

    Parameters
    ----------
    folder : Path
        A run folder.
    path : Path
        To be written.
    inputs : sequence of Path
        Other files that are read.
    name : str
        Of the option.

    Raises
    ------
    OutputError
        Also if it lies in a folder that a stage wrote, or among the hidden files of the run.
    """
    owned = tuple(folder / record for record in _owned())
    inside = path.resolve()
    if inside.is_relative_to(folder.resolve()):
        first = inside.relative_to(folder.resolve()).parts[0]
        if first.startswith(".") or any(inside.is_relative_to(o.resolve()) for o in owned):
            raise OutputError(
                f"{name} {path}",
                "must not be among the records of a run",
                f"in {folder}",
                "choose another name",
            )
    check_file(path, [*inputs, *_files(owned)], name)


def _owned() -> tuple[str, ...]:
    from trigger_ad.run.pipelines import STAGES

    return (*_RECORDS, *(output for stage in STAGES for output in stage.outputs))


def _files(owned: Sequence[Path]) -> Iterator[Path]:
    """Files of a run, which an output could be under another name."""
    for path in owned:
        yield from path.rglob("*") if path.is_dir() else (path,)
