"""The shared object of an experiment's software as an emulator: words in, raw scores out."""

from __future__ import annotations

import ctypes
import weakref
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.emulate.compare import compare
from trigger_ad.errors import ConversionError
from trigger_ad.hls.emulator import contents_hash
from trigger_ad.hls.emulator_manifest import Manifest, library
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.storage import arrays as files
from trigger_ad.trigger.hardware import HardwareTrigger

__all__ = ["GOLDEN_SCHEMA", "SharedObject"]

#: Of the golden vectors of a run.
GOLDEN_SCHEMA = "golden/1"

#: Bytes for a sentence of the bridge.
_ROOM = 1024

Integers = NDArray[np.int64]


class SharedObject:
    """A shared object with the hls4mlEmulator interface, called from Python.

    The object is the file that an experiment's software loads; between it and Python stands
    a bridge that knows the interface only. It takes one event after the other and has state,
    so one instance serves one thread; several instances run side by side.

    Parameters
    ----------
    folder : Path
        Where `trigger_ad.hls.emulator.build` wrote it.
    name, version : str, optional
        What it must be; anything if not given.
    trust_binaries : bool
        Load it even if it is not known to have been built here of the sources beside it.
        Native code does whatever it wants.

    Raises
    ------
    RunFolderError, SchemaError
        If the folder has no manifest of a known schema.
    ConversionError
        If the object is of another version, was not built of the sources beside it, or
        cannot be opened.
    """

    def __init__(
        self,
        folder: Path,
        name: str | None = None,
        version: str | None = None,
        *,
        trust_binaries: bool = False,
    ) -> None:
        self.manifest = manifest = Manifest.load(folder)
        wanted = library(name or manifest.name, version or manifest.version)
        path = folder / manifest.object
        if wanted != manifest.library:
            raise ConversionError(
                f"the shared object in {folder}",
                f"must be {wanted}",
                manifest.library,
                "convert the run with this name and version",
            )
        if not trust_binaries and not manifest.fits(folder):
            raise ConversionError(
                path,
                "must have been built here of the sources beside it",
                "absent, changed or of others",
                "convert the run again, or trust its binaries",
            )
        self._bridge = _bridge(folder / "bridge.so")
        self._handle = _open(self._bridge, path)
        self.close = weakref.finalize(self, self._bridge.emulator_close, self._handle)
        found = _text(self._bridge.emulator_name, self._handle)
        if found != wanted:
            self.close()
            raise ConversionError(
                path, f"must be {wanted}", found, "put the object of this version there"
            )

    def run(self, words: NDArray[Any]) -> dict[str, Integers]:
        """Score events.

        Parameters
        ----------
        words : ndarray (n_events, n_fields) of integers
            Hardware words.

        Returns
        -------
        dict of ndarray (n_events,) of int64
            Raw scores by name, in order; their types are in ``manifest.scores``.

        Raises
        ------
        ConversionError
            If the shape is wrong, or a word lies outside its port.
        """
        values = self._check(words)
        found = np.empty((len(values), len(self.manifest.scores)), np.int64)
        message = ctypes.create_string_buffer(_ROOM)
        done = self._bridge.emulator_scores(
            self._handle,
            values.ctypes.data,
            values.shape[1],
            len(values),
            found.ctypes.data,
            message,
            _ROOM,
        )
        if done < len(values):
            raise ConversionError(
                f"event {done}",
                f"must fit the ports of {self.manifest.library} ({message.value.decode()})",
                None,
                "make the words with its layout",
            )
        columns = np.ascontiguousarray(found.T)
        return dict(zip(self.manifest.scores, columns, strict=True))

    def check_trigger(self, trigger: HardwareTrigger) -> None:
        """Demand that the object was made of a trigger: of its network, or without one its scores.

        Parameters
        ----------
        trigger : HardwareTrigger

        Raises
        ------
        ConversionError
            If it was made of another.
        """
        found, wanted = self.manifest.network_hash, contents_hash(trigger)
        if found != wanted:
            raise ConversionError(
                f"what {self.manifest.library} was made of",
                f"must be {wanted[:12]}, trigger {trigger.name}",
                found[:12],
                "convert the run again",
            )

    def check_golden(self, path: Path) -> int:
        """Run golden vectors and demand every score.

        Parameters
        ----------
        path : Path
            ``golden.npz`` of a run.

        Returns
        -------
        int
            Number of events, all equal.

        Raises
        ------
        SchemaError
            If the file is none of golden vectors.
        ConversionError
            If it belongs to another model, with the first difference.
        """
        header, golden = files.load(path, GOLDEN_SCHEMA)
        lsb = {name: FixedPoint.parse(kind).lsb for name, kind in self.manifest.scores.items()}
        for what, wanted, found in (
            ("layout", self.manifest.layout_hash[:12], header["layout"][:12]),
            ("LSB", lsb, header["lsb"]),
        ):
            if wanted != found:
                raise ConversionError(
                    f"the {what} of {path}",
                    f"must be {wanted}, as {self.manifest.library} has it",
                    found,
                    "take the golden vectors of this model",
                )
        wanted_scores = {name: golden[name] for name in self.manifest.scores}
        first = compare("golden", wanted_scores, "abi", self.run(golden["words"])).first
        if first is not None:
            raise ConversionError(
                f"{first.signal} of event {first.event} in {path}",
                f"must be {first.result}, which {self.manifest.library} gives",
                first.reference,
                "take the golden vectors of this model",
            )
        return len(golden["words"])

    def _check(self, words: NDArray[Any]) -> NDArray[np.int16]:
        size = self.manifest.words
        if words.ndim != 2 or words.shape[1] != size or words.dtype.kind not in "iu":
            raise ConversionError(
                "the words of the shared object",
                f"must be integers of shape (n, {size})",
                f"{words.dtype} of shape {words.shape}",
                "give one row for each event",
            )
        limits = np.iinfo(np.int16)
        outside = np.argwhere((words < limits.min) | (words > limits.max))
        if len(outside):
            event, position = (int(index) for index in outside[0])
            raise ConversionError(
                f"word {position} of event {event}",
                "must fit 16 bits",
                words[event, position],
                "make the words with the layout of the model",
            )
        return np.ascontiguousarray(words, dtype=np.int16)


def _bridge(path: Path) -> ctypes.CDLL:
    try:
        bridge = ctypes.CDLL(str(path.resolve()))
    except OSError as error:
        raise ConversionError(
            path, "must be a shared object", str(error), "convert the run again"
        ) from None
    if not hasattr(bridge, "emulator_scores"):
        raise ConversionError(
            path, "must be a bridge of this version", "an earlier one", "convert the run again"
        )
    pointer, number = ctypes.c_void_p, ctypes.c_int64
    bridge.emulator_open.restype = pointer
    bridge.emulator_open.argtypes = [ctypes.c_char_p, ctypes.c_char_p, number]
    bridge.emulator_close.restype = None
    bridge.emulator_close.argtypes = [pointer]
    bridge.emulator_name.restype = None
    bridge.emulator_name.argtypes = [pointer, ctypes.c_char_p, number]
    bridge.emulator_scores.restype = number
    bridge.emulator_scores.argtypes = [
        pointer,
        pointer,
        number,
        number,
        pointer,
        ctypes.c_char_p,
        number,
    ]
    return bridge


def _open(bridge: ctypes.CDLL, path: Path) -> int:
    """Open an object under a name of its own.

    ``dlopen`` compares names with those of the objects that are open, so that it would return
    the old one for a file that was replaced.
    """
    message = ctypes.create_string_buffer(_ROOM)
    with TemporaryDirectory() as folder:
        link = Path(folder) / path.name
        link.symlink_to(path.resolve())
        handle = bridge.emulator_open(bytes(link), message, _ROOM)
    if handle is None:
        raise ConversionError(
            path,
            "must be a shared object with create_model and destroy_model",
            "another file",
            f"convert the run again ({message.value.decode()})",
        )
    return int(handle)


def _text(function: Any, handle: int) -> str:
    message = ctypes.create_string_buffer(_ROOM)
    function(handle, message, _ROOM)
    return message.value.decode()
