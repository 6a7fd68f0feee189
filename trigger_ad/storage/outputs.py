"""The border where results leave: targets checked before the work, files written whole or not."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from trigger_ad.errors import OutputError

__all__ = ["atomic", "check_file", "check_folder", "check_replaced", "disk_errors", "full_disk"]

#: What a disk, a path or its rights can refuse; other errors of the system are faults of the
#: program.
_REFUSALS = frozenset(
    {
        errno.EACCES,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.EISDIR,
        errno.ELOOP,
        errno.EMFILE,
        errno.ENAMETOOLONG,
        errno.ENOSPC,
        errno.ENOTDIR,
        errno.EPERM,
        errno.EROFS,
    }
)

#: What only a write can meet.
_FULL = frozenset({errno.EDQUOT, errno.EFBIG, errno.ENOSPC, errno.EROFS})

_REMEDIES = {
    errno.EDQUOT: "free some room or choose another folder; what was finished is kept",
    errno.EFBIG: "raise the limit (ulimit -f) or choose another disk; what was finished is kept",
    errno.ENOSPC: "free some room or choose another folder; what was finished is kept",
}


def check_file(path: Path, inputs: Iterable[Path] = (), name: str = "--out") -> None:
    """Refuse a file that could not be written, before any work is done for it.

    Parameters
    ----------
    path : Path
        To be written later, with `atomic`.
    inputs : iterable of Path
        Files that are read, none of which may be this one, under any of its names.
    name : str
        Of the option or parameter.

    Raises
    ------
    OutputError
        If the target is an input, a folder or a device, or if its folder is absent or no file
        can be made there.
    """
    found = _status(path, name)
    if found is not None:
        if not stat.S_ISREG(found.st_mode):
            kind = "a folder" if stat.S_ISDIR(found.st_mode) else "a pipe or a device"
            raise OutputError(
                f"{name} {path}", "must be a file or absent", kind, "give a name for the file"
            )
        if not os.access(path, os.W_OK):
            raise OutputError(
                f"{name} {path}", "must be writable", "read-only", "choose another name"
            )
    for source in inputs:
        if _same(source, path, found):
            raise OutputError(
                f"{name} {path}", "must not replace an input", source, "choose another name"
            )
    folder = _target(path).parent
    if not folder.is_dir():
        raise OutputError(
            f"{name} {path}",
            "must lie in a folder that is there",
            f"in {folder}",
            f"make it, mkdir -p {folder}, or choose another",
        )
    _try(folder, f"{name} {path}")


def check_folder(path: Path, name: str = "--out") -> None:
    """Refuse a folder that could not be made or written to, before any work is done for it.

    Raises
    ------
    OutputError
        If something else has its name, or no file can be made there.
    """
    found = _status(path, name)
    if found is not None and not stat.S_ISDIR(found.st_mode):
        raise OutputError(
            f"{name} {path}", "must be a folder or absent", "a file", "choose another name"
        )
    existing = next(parent for parent in (path, *path.absolute().parents) if parent.exists())
    _try(existing, f"{name} {path}")


def check_replaced(path: Path, mark: str, name: str = "--out") -> None:
    """As `check_folder`, for a folder that is replaced as a whole.

    Parameters
    ----------
    path : Path
    mark : str
        File in it by which one that was written earlier is known.
    name : str
        Of the option or parameter.

    Raises
    ------
    OutputError
        Also if it holds files, and that one is not among them.
    """
    check_folder(path, name)
    if path.exists() and any(path.iterdir()) and not (path / mark).exists():
        raise OutputError(
            f"{name} {path}",
            f"must be absent, empty or one that was written before, with {mark}",
            "a folder with other files",
            "choose another name",
        )


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """A temporary path with the same suffix; moved to `path` if the block succeeds.

    The block writes that file and does nothing else that can fail with an ``OSError``. A link is
    followed: the file that it names is replaced. Two writers do not meet, the later one stays; what
    a killed one left is removed by the next.

    Raises
    ------
    OutputError
        If it cannot be written; what was there stays, and nothing partial is left.
    """
    target = _target(path)
    suffix = target.suffix if len(target.suffix) <= 16 else ""
    owner = _owner(target.name)
    temporary = target.with_name(f"{owner}{os.getpid()}-{secrets.token_hex(4)}{suffix}")
    _remove_left(target.parent, owner)
    with disk_errors(path):
        try:
            yield temporary
            try:
                temporary.replace(target)
            except OSError as error:  # of whatever kind: the folder may be gone
                raise _refused(path, error) from None
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what a disk or its rights refuse into one sentence about an output.

    For blocks that write it and do nothing else; see `full_disk` for others.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        raise _refused(path, error) from None


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """Turn a disk without room into one sentence, for blocks that also do other work."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise _refused(path, error) from None


def _owner(name: str) -> str:
    """Start of the names of temporary files for one target, of processes that /proc knows."""
    place = (os.uname().nodename, str(Path("/proc/self/ns/pid").readlink()))
    return f".{_hash(name)}-{_hash(' '.join(place))}-"


def _hash(text: str) -> str:
    return hashlib.blake2b(os.fsencode(text), digest_size=4).hexdigest()


def _remove_left(folder: Path, owner: str) -> None:
    """Remove temporary files of processes that were killed."""
    for path in folder.glob(f"{owner}*"):
        pid = path.name.removeprefix(owner).partition("-")[0]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
            with suppress(OSError):  # it may be of another user
                path.unlink()


def _refused(path: object, error: OSError) -> OutputError:
    reason = (error.strerror or "refused").lower()
    remedy = _REMEDIES.get(error.errno or 0, "check the path and its rights, or choose another")
    return OutputError(path, "must be writable", f"refused ({reason})", remedy)


def _target(path: Path) -> Path:
    """The file itself, where the path is a link to it."""
    return path.resolve() if path.is_symlink() else path


def _status(path: Path, name: str) -> os.stat_result | None:
    """Status of what is there, None if nothing is."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refused(f"{name} {path}", error) from None
    except ValueError:
        raise OutputError(
            name, "must be a path", "a name with a null character", "choose another name"
        ) from None


def _same(source: Path, path: Path, found: os.stat_result | None) -> bool:
    """Whether two paths are one file, which need not be there yet."""
    try:
        if found is None:
            return source.resolve() == path.resolve()
        return os.path.samestat(source.stat(), found)
    except (OSError, ValueError):
        return False  # whoever reads it says what is wrong with it


def _try(folder: Path, what: str) -> None:
    """Make a file in a folder, which is gone at once."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _refused(what, error) from None
