"""Every verb with an output: nothing is lost, nothing partial is left, and why is one sentence."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

from tests.generate.zerobias.conftest import made
from tests.run import small
from trigger_ad.cli.main import cli
from trigger_ad.errors import OutputError
from trigger_ad.generate.zerobias import library
from trigger_ad.menu import file as menu_file
from trigger_ad.monitor.toys import TRUTH, Plan, simulate
from trigger_ad.storage.files import digest, write_json

RIGHTS = "check the path and its rights, or choose another"

#: Arguments of verbs that write a file, before its name, and the inputs among them.
FILES = {
    "emulate": ("emulate run --input events/zb_2.h5 --out", ["events/zb_2.h5", "run/rates.json"]),
    "rates": (
        "rates run --inputs events/zb_2.h5 --menu menu.yaml --workers 1 --out",
        ["events/zb_2.h5", "menu.yaml", "run/model/double/network.npz"],
    ),
    "generate": (
        "generate zerobias --profile profile.txt --events 2100 --seed 1 --library lib.npz --out",
        ["profile.txt", "lib.npz"],
    ),
    "monitor --page": ("monitor counts.jsonl --kappa kappa.json --page", ["counts.jsonl"]),
    "monitor --state": ("monitor counts.jsonl --kappa kappa.json --state", ["kappa.json"]),
}

#: Those of verbs that write a folder.
FOLDERS = {"run": "run config.yaml --out", "compare": "compare config.yaml --out"}

#: Writes of the program fail after so many bytes, as on a disk that is full.
SHIM = """\
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
static long left = -1;
static int full(int fd, size_t count) {
    struct stat status;
    if (left < 0) left = atol(getenv("ROOM"));
    if (fstat(fd, &status) || !S_ISREG(status.st_mode)) return 0;
    if ((long)count > left) { errno = ENOSPC; return 1; }
    left -= count;
    return 0;
}
ssize_t write(int fd, const void *data, size_t count) {
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    return full(fd, count) ? -1 : real(fd, data, count);
}
"""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """Folder with an input of each kind."""
    folder = tmp_path_factory.mktemp("inputs")
    small.finished_run(folder / "run")
    small.event_files(folder / "events", "zero_bias")
    library.save(folder / "lib.npz", made())
    shutil.copy(menu_file.find("packaged:small"), folder / "menu.yaml")
    (folder / "profile.txt").write_text("50 1\n60 2\n")
    (folder / "counts.jsonl").write_text(
        "".join(c.to_line() for c in simulate("quiet", 3, Plan(60)))
    )
    write_json(folder / "kappa.json", TRUTH.to_json())
    (folder / "config.yaml").write_text(
        "schema: config/1\nname: toy\ntrain: {batch: 100}\n"
        f"events: {{background: {folder}/events/zb_2.h5}}\n"
    )
    return folder


@pytest.fixture
def work(inputs, tmp_path, monkeypatch):
    """A copy of it, as the working directory."""
    shutil.copytree(inputs, tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def refused(command, out):
    """The sentence of a command that must leave all files as they are."""
    before = digest(Path())
    done = CliRunner().invoke(cli, [*command.split(), str(out)])
    assert isinstance(done.exception, OutputError), (done.output, done.exception)
    assert digest(Path()) == before
    return str(done.exception)


@pytest.mark.parametrize("verb", FILES)
def test_no_output_replaces_an_input(work, verb):
    command, read = FILES[verb]
    option = command.split()[-1]
    for name in read:
        for out in (Path(name), Path("hard.h5"), Path("soft.h5")):
            if out.name == "hard.h5":
                out.hardlink_to(name)
            elif out.name == "soft.h5":
                out.symlink_to(name)
            found = refused(command, out)
            if name.startswith("run/") and out.name != "hard.h5":
                assert found == (
                    f"{option} {out} must not be among the records of a run, not in run: "
                    "choose another name"
                )
            else:
                assert found.startswith(f"{option} {out} must not replace an input, not ")
                assert found.endswith(f"{Path(name).name}: choose another name")
        Path("hard.h5").unlink()
        Path("soft.h5").unlink()


@pytest.mark.parametrize("verb", FILES)
def test_places_where_no_file_can_be(work, verb):
    command, _ = FILES[verb]
    option = command.split()[-1]
    Path("folder").mkdir()
    assert refused(command, "folder") == (
        f"{option} folder must be a file or absent, not a folder: give a name for the file"
    )
    assert refused(command, "/dev/null") == (
        f"{option} /dev/null must be a file or absent, not a pipe or a device: "
        "give a name for the file"
    )
    assert refused(command, "menu.yaml/out") == (
        f"{option} menu.yaml/out must be writable, not refused (not a directory): {RIGHTS}"
    )
    assert refused(command, "missing/out") == (
        f"{option} missing/out must lie in a folder that is there, not in missing: "
        "make it, mkdir -p missing, or choose another"
    )
    assert refused(command, "x" * 256) == (
        f"{option} {'x' * 256} must be writable, not refused (file name too long): {RIGHTS}"
    )
    done = CliRunner().invoke(cli, [*command.split(), ""])
    assert "must be a file or absent, not a folder" in f"{done.exception}{done.output}"


@pytest.mark.parametrize("verb", FOLDERS)
def test_places_where_no_folder_can_be(work, verb):
    command = FOLDERS[verb]
    assert refused(command, "menu.yaml") == (
        "--out menu.yaml must be a folder or absent, not a file: choose another name"
    )
    assert refused(command, "menu.yaml/out") == (
        f"--out menu.yaml/out must be writable, not refused (not a directory): {RIGHTS}"
    )
    assert refused(command, "/dev/null") == (
        "--out /dev/null must be a folder or absent, not a file: choose another name"
    )
    assert refused(command, "x" * 256) == (
        f"--out {'x' * 256} must be writable, not refused (file name too long): {RIGHTS}"
    )


def test_a_page_must_not_replace_an_input_either(work):
    Path("menu.html").hardlink_to("menu.yaml")
    command = FILES["rates"][0]
    assert refused(command, "menu.json") == (
        "--out menu.html must not replace an input, not menu.yaml: choose another name"
    )
    command = "monitor counts.jsonl --state both --page"
    assert refused(command, "both") == "--page must be another file than --state: rename it"


def test_every_file_that_is_read_is_an_input(work):
    Path("fill.txt").write_text("0-3000\n")
    for command in ("emulate run --input events/zb_2.h5", "rates run --inputs events/zb_2.h5"):
        found = refused(f"{command} --filling fill.txt --out", "fill.txt")
        assert (
            found == "--out fill.txt must not replace an input, not fill.txt: choose another name"
        )


def test_events_behind_links_are_inputs(work):
    with h5py.File("ext.h5", "w") as file, h5py.File("events/zb_2.h5") as events:
        file["Particles"] = h5py.ExternalLink("events/zb_2.h5", "Particles")
        shape, dtype = events["Particles"].shape, events["Particles"].dtype
    with h5py.File("virtual.h5", "w") as file:
        layout = h5py.VirtualLayout(shape, dtype)
        layout[:] = h5py.VirtualSource("events/zb_2.h5", "Particles", shape, dtype)
        file.create_virtual_dataset("Particles", layout)
    for name in ("ext.h5", "virtual.h5"):
        for command in (f"emulate run --input {name} --out", f"rates run --inputs {name} --out"):
            assert refused(command, "events/zb_2.h5") == (
                "--out events/zb_2.h5 must not replace an input, not events/zb_2.h5: "
                "choose another name"
            )


def test_two_outputs_that_are_one(work):
    command = "generate zerobias --pileup 50 --events 10 --seed 1 --library ./new.npz --out"
    assert refused(command, "new.npz") == (
        "--out new.npz must not replace an input, not new.npz: choose another name"
    )


def test_records_of_a_run_are_nobody_elses(work):
    for name in ("run/.lock", "run/firmware/hls/x.h5", "run/golden.npz", "run/config.yaml"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        assert refused(FILES["emulate"][0], name) == (
            f"--out {name} must not be among the records of a run, not in run: choose another name"
        )


def test_an_output_in_the_folder_of_a_run_can_be_written_again(work):
    for _ in range(2):
        done = CliRunner().invoke(cli, [*FILES["emulate"][0].split(), "run/scores_of_zb.h5"])
        assert done.exit_code == 0, done.exception


def test_a_folder_that_is_no_run_is_not_walked_through(work):
    done = CliRunner().invoke(cli, ["emulate", "/", "--input", "events/zb_2.h5", "--out", "o.h5"])
    assert str(done.exception) == (
        "/config.yaml must be a readable YAML file, not missing: check the path"
    )


def small_files():
    """No file may be larger than 2 kB, as a disk with no room behaves; its signal is ignored."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    """Library that takes the room from a program."""
    folder = tmp_path_factory.mktemp("shim")
    (folder / "full.c").write_text(SHIM)
    built = folder / "full.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-o", built, folder / "full.c", "-ldl"], check=True, timeout=60
    )
    return built


@pytest.mark.parametrize("full", ["limit", "disk"])
@pytest.mark.parametrize("verb", [*FILES, *FOLDERS])
def test_a_disk_without_room(work, shim, verb, full):
    command = FILES[verb][0] if verb in FILES else FOLDERS[verb]
    earlier = work / "earlier.out"
    if verb in FILES and verb != "monitor --state":  # which goes on from what is there
        earlier.write_text("earlier")
    before = {path: digest(path) for path in work.rglob("*") if path.is_file()}
    room = {"LD_PRELOAD": str(shim), "ROOM": "2000"} if full == "disk" else {}
    done = subprocess.run(
        [sys.executable, "-m", "trigger_ad.cli", *command.split(), earlier.name],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **room},
        preexec_fn=small_files if full == "limit" else None,
    )
    assert done.returncode == 2, (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr
    reason = "no space left on device" if full == "disk" else "file too large"
    (sentence,) = (line for line in done.stderr.splitlines() if line.startswith("trigger-ad: "))
    if verb in FILES:
        assert sentence.startswith("trigger-ad: earlier.out")
    assert f"must be writable, not refused ({reason}): " in sentence
    assert {path: digest(path) for path in before} == before
    left = [path for path in work.rglob("*") if path.is_file() and path not in before]
    assert not [path for path in left if "earlier.out" not in str(path.relative_to(work))]


def test_two_at_once_leave_one_result(work):
    command = [sys.executable, "-m", "trigger_ad.cli", *FILES["emulate"][0].split(), "both.h5"]
    alone = CliRunner().invoke(cli, [*FILES["emulate"][0].split(), "alone.h5"])
    assert alone.exit_code == 0
    runs = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [run.communicate(timeout=120)[1] for run in runs]
    assert said == ["emulate                100 %  2,500 events\n"] * 2
    assert [run.returncode for run in runs] == [0, 0]
    with h5py.File("both.h5") as both, h5py.File("alone.h5") as one:
        assert all(np.array_equal(both[name][:], one[name][:]) for name in one)
    assert not list(work.glob(".*"))
