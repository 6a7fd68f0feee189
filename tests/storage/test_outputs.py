"""Targets are checked before the work, and what is written is whole or not there."""

import errno
import os
import shutil
import socket
import subprocess
import sys
import threading

import pytest

from trigger_ad.errors import OutputError
from trigger_ad.storage.hdf5 import writing, writing_at_once
from trigger_ad.storage.outputs import atomic, check_file, check_folder, check_replaced, disk_errors

RIGHTS = "check the path and its rights, or choose another"


def sentence(check, *arguments):
    with pytest.raises(OutputError) as caught:
        check(*arguments)
    return str(caught.value)


def test_an_absent_or_earlier_file_is_accepted(tmp_path):
    check_file(tmp_path / "new.h5")
    (tmp_path / "old.h5").touch()
    check_file(tmp_path / "old.h5", [tmp_path / "input.h5", tmp_path / "gone.h5"])
    assert [path.name for path in tmp_path.iterdir()] == ["old.h5"]


@pytest.mark.parametrize("link", [None, "symlink_to", "hardlink_to"])
def test_an_input_is_known_by_any_name(tmp_path, link):
    events = tmp_path / "events.h5"
    events.touch()
    out = tmp_path / "sub/../events.h5" if link is None else tmp_path / "link.h5"
    (tmp_path / "sub").mkdir()
    if link is not None:
        getattr(out, link)(events)
    assert sentence(check_file, out, [events]) == (
        f"--out {out} must not replace an input, not {events}: choose another name"
    )


def test_what_is_no_regular_file_is_refused(tmp_path):
    assert sentence(check_file, tmp_path, (), "--page") == (
        f"--page {tmp_path} must be a file or absent, not a folder: give a name for the file"
    )
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket"))
        for device in ("/dev/null", tmp_path / "pipe", tmp_path / "socket"):
            assert sentence(check_file, type(tmp_path)(device)) == (
                f"--out {device} must be a file or absent, not a pipe or a device: "
                "give a name for the file"
            )


def test_paths_that_cannot_be(tmp_path):
    (tmp_path / "file").touch()
    below, long = tmp_path / "file/x.h5", tmp_path / ("x" * 300)
    for check in (check_file, check_folder):
        assert sentence(check, below) == (
            f"--out {below} must be writable, not refused (not a directory): {RIGHTS}"
        )
        assert sentence(check, long) == (
            f"--out {long} must be writable, not refused (file name too long): {RIGHTS}"
        )
        assert sentence(check, tmp_path / "a\0b") == (
            "--out must be a path, not a name with a null character: choose another name"
        )
    missing = tmp_path / "no/x.h5"
    assert sentence(check_file, missing) == (
        f"--out {missing} must lie in a folder that is there, not in {missing.parent}: "
        f"make it, mkdir -p {missing.parent}, or choose another"
    )
    assert sentence(check_folder, tmp_path / "file") == (
        f"--out {tmp_path / 'file'} must be a folder or absent, not a file: choose another name"
    )
    check_folder(missing)


def test_a_folder_without_rights_is_refused_before_the_work(tmp_path, monkeypatch):
    def refuse(**options):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), options["dir"])

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)  # root may write anywhere
    for check in (check_file, check_folder):
        assert sentence(check, tmp_path / "x") == (
            f"--out {tmp_path / 'x'} must be writable, not refused (read-only file system): "
            f"{RIGHTS}"
        )


def test_a_folder_is_replaced_only_where_it_was_written_before(tmp_path):
    ours, other = tmp_path / "ours", tmp_path / "other"
    for folder, name in ((ours, "settings.tcl"), (other, "thesis.tex")):
        folder.mkdir()
        check_replaced(folder, "settings.tcl")
        (folder / name).touch()
    check_replaced(ours, "settings.tcl")
    assert sentence(check_replaced, other, "settings.tcl") == (
        f"--out {other} must be absent, empty or one that was written before, with settings.tcl, "
        "not a folder with other files: choose another name"
    )


def test_a_write_that_fails_leaves_what_was_there(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("earlier")

    def write():
        with atomic(path) as temporary:
            temporary.write_text("half")
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))

    with pytest.raises(OutputError) as caught:
        write()
    assert str(caught.value) == (
        f"{path} must be writable, not refused (file too large): raise the limit (ulimit -f) or "
        "choose another disk; what was finished is kept"
    )
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [
        ("x.json", "earlier")
    ]


def test_faults_of_the_program_stay_faults(tmp_path):
    with pytest.raises(ZeroDivisionError), atomic(tmp_path / "x"):
        _ = 1 // 0
    with pytest.raises(OSError, match="Invalid argument") as caught, disk_errors(tmp_path):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    assert type(caught.value) is OSError
    assert list(tmp_path.iterdir()) == []


def test_names_of_any_length_that_the_disk_takes(tmp_path):
    for name in ("x" * 255, "x." + "y" * 253, "é" * 127):
        with atomic(tmp_path / name) as temporary:
            temporary.write_text("whole")
        assert (tmp_path / name).read_text() == "whole"


def test_a_link_is_followed(tmp_path):
    (tmp_path / "disk").mkdir()
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "disk/real.json")
    with atomic(link) as temporary:
        temporary.write_text("whole")
    assert link.is_symlink()
    assert (tmp_path / "disk/real.json").read_text() == "whole"


def test_two_writers_leave_one_whole_file(tmp_path):
    path, both = tmp_path / "x", threading.Barrier(2)

    def write(text):
        with atomic(path) as temporary:
            temporary.write_text(text)
            both.wait(timeout=10)

    writers = [threading.Thread(target=write, args=(text * 1000,)) for text in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert path.read_text() in ("a" * 1000, "b" * 1000)
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_writer_left_is_removed(tmp_path):
    code = (
        "import os, sys, pathlib\n"
        "from trigger_ad.storage.outputs import atomic\n"
        "with atomic(pathlib.Path(sys.argv[1])) as temporary:\n"
        "    temporary.write_text('half')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    path, other = tmp_path / "x.h5", tmp_path / "y.h5"
    for target in (path, other):
        subprocess.run([sys.executable, "-c", code, target], check=False, timeout=60)
    assert len(list(tmp_path.glob(".*"))) == 2
    with atomic(path) as temporary, atomic(path) as second:  # the first one lives
        temporary.write_text("whole")
        second.write_text("too")
    assert path.read_text() == "whole"
    (left,) = tmp_path.glob(".*")
    with atomic(other) as temporary:
        temporary.write_text("whole")
    assert not left.exists()


@pytest.mark.parametrize("write", [writing, writing_at_once])
def test_hdf5_is_whole_or_absent(tmp_path, write):
    import h5py

    path = tmp_path / "x.h5"
    with write(path) as opened:
        file = opened[0] if isinstance(opened, tuple) else opened
        file["numbers"] = range(1000)
    with h5py.File(path) as file:
        assert file["numbers"][:].tolist() == list(range(1000))
    before = path.read_bytes()

    def interrupted():
        with write(path):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_left_of_another_user_does_not_matter(tmp_path, monkeypatch):
    def refuse(path, **options):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(path))

    code = (
        "import os, sys, pathlib\n"
        "from trigger_ad.storage.outputs import atomic\n"
        "with atomic(pathlib.Path(sys.argv[1])) as temporary:\n"
        "    temporary.write_text('half')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    path = tmp_path / "x.h5"
    subprocess.run([sys.executable, "-c", code, path], check=False, timeout=60)
    (left,) = tmp_path.glob(".*")
    unlink = type(path).unlink
    monkeypatch.setattr(
        type(path), "unlink", lambda p, **o: refuse(p) if p == left else unlink(p, **o)
    )
    with atomic(path) as temporary:
        temporary.write_text("whole")
    assert path.read_text() == "whole"
    assert left.exists()


def test_a_folder_that_goes_while_a_file_is_written(tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()

    def write():
        with atomic(folder / "x") as temporary:
            temporary.write_text("whole")
            shutil.rmtree(folder)

    assert sentence(write) == (
        f"{folder / 'x'} must be writable, not refused (no such file or directory): {RIGHTS}"
    )
