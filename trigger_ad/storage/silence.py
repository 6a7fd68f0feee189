"""Banners that C++ libraries print past Python."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["quiet"]

logger = logging.getLogger(__name__)


@contextmanager
def quiet(descriptor: int = 1) -> Iterator[None]:
    """Log what a block prints to a file descriptor, the standard output or error, line by line."""
    stream = (sys.stdout, sys.stderr)[descriptor - 1]
    stream.flush()
    saved = os.dup(descriptor)
    with tempfile.TemporaryFile() as kept:
        try:
            os.dup2(kept.fileno(), descriptor)
            yield
        finally:
            stream.flush()
            os.dup2(saved, descriptor)
            os.close(saved)
            kept.seek(0)
            for line in kept.read().decode(errors="replace").splitlines():
                logger.info("%s", line)
