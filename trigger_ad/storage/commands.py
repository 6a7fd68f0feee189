"""Programs of others: run without a shell, their words kept, their failure one sentence."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from trigger_ad.errors import ConversionError

__all__ = ["run"]

logger = logging.getLogger(__name__)


def run(
    command: Sequence[str],
    what: str,
    log: Path,
    timeout: float,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a program to its end.

    Parameters
    ----------
    command : sequence of str
    what : str
        What it does, as the beginning of a sentence.
    log : Path
        Gets what it says.
    timeout : float
        Seconds.
    folder : Path, optional
        Where it works.
    environment : mapping of str to str, optional
        In place of that of this process.

    Raises
    ------
    ConversionError
        If it takes too long or does not exit with 0.
    """
    logger.info("running %s", command[0])
    remedy = f"read {log}"
    try:
        with log.open("wb") as file:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                timeout=timeout,
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise ConversionError(
            what, f"must end within {timeout:g} s", "still running", remedy
        ) from None
    if done.returncode != 0:
        raise ConversionError(what, "must exit with 0", done.returncode, remedy)
