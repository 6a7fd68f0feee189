"""The shared object as an experiment's software meets it: symbols, versions, contract, Makefile."""

import dataclasses
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.blocks import trigger as hardware
from tests.hls import emulators
from trigger_ad.errors import ConversionError, MissingToolError, SchemaError
from trigger_ad.hls.compile import COMPILER
from trigger_ad.hls.emulator import build, write
from trigger_ad.hls.emulator_manifest import Manifest, find, library
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.run_folder import NAMES
from trigger_ad.storage.shipped import shipped_path


def run(*command, cwd=None, timeout=600):
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL")}
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="module")
def folders(emulator_runs) -> tuple[Path, Path]:
    return tuple(folder / NAMES.emulator for folder in emulator_runs)


@pytest.fixture(scope="module")
def program(emulator_runs, tmp_path_factory):
    """Compiles a test program that knows nothing but interface and types."""
    sources = emulator_runs[0] / NAMES.emulator / "sources"
    folder = tmp_path_factory.mktemp("programs")

    def compiled(name: str) -> Path:
        out = folder / name
        if not out.exists():
            done = run(
                COMPILER,
                "-std=c++17",
                "-Wall",
                "-Wextra",
                "-Werror",
                f"-I{sources}",
                "-isystem",
                sources / "network/ap_types",
                shipped_path("firmware", "emulator", "test", f"{name}.cpp"),
                "-o",
                out,
                "-ldl",
            )
            assert done.returncode == 0, done.stderr
        return out

    return compiled


def test_only_the_interface_is_exported(folders):
    for folder in folders:
        listing = run("nm", "-D", folder / Manifest.load(folder).object).stdout.splitlines()
        kinds = {line.split()[-1].split("@")[0]: line.split()[-2] for line in listing}
        assert "u" not in kinds.values()
        assert {name for name, kind in kinds.items() if kind not in "Uvw"} == {
            "create_model",
            "destroy_model",
        }
        assert "_Znwm" in kinds  # it was indeed the dynamic table that was read


def test_two_versions_in_one_process(folders, program):
    """Either first; each gives its own scores."""
    pairs = [(f / Manifest.load(f).object, f / "golden.txt") for f in folders]
    for order in (pairs, pairs[::-1]):
        done = run(program("two_versions"), *order[0], *order[1])
        assert (done.returncode, done.stdout) == (0, "745 events equal in both\n"), done.stderr


def test_two_versions_can_fail(folders, program):
    (one, one_golden), (two, two_golden) = (
        (f / Manifest.load(f).object, f / "golden.txt") for f in folders
    )
    done = run(program("two_versions"), one, two_golden, two, one_golden)
    assert (done.returncode, done.stderr) == (1, "Small_v1 differs in event 0\n")
    done = run(program("two_versions"), one, one_golden, one, one_golden)
    assert (done.returncode, done.stderr) == (1, "both objects are Small_v1\n")


def test_calls_out_of_order_and_wrong_types(folders, program):
    folder = folders[0]
    done = run(program("contract"), folder / Manifest.load(folder).object, folder / "golden.txt")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_makefile_builds_the_same_object_alone(folders, tmp_path):
    """Elsewhere, from its folder only; then the loader runs the golden vectors."""
    manifest = Manifest.load(folders[0])
    alone = tmp_path / "alone"
    shutil.copytree(folders[0], alone)
    for built in (manifest.object, "bridge.so", "manifest.json"):
        (alone / built).unlink()
    done = run("make", "-C", alone)
    assert done.returncode == 0, done.stderr
    assert (alone / manifest.object).read_bytes() == (folders[0] / manifest.object).read_bytes()
    assert (alone / "bridge.so").read_bytes() == (folders[0] / "bridge.so").read_bytes()

    done = run("make", "-s", "-C", alone, "check")
    assert (done.returncode, done.stdout) == (0, "745 events equal\n"), done.stderr

    # The object needs none of the files it was made of.
    lonely = tmp_path / "lonely"
    lonely.mkdir()
    for file in (manifest.object, "golden.txt", "replay"):
        shutil.move(alone / file, lonely / file)
    shutil.rmtree(alone)
    command = ("./replay", f"./{manifest.object}", "golden.txt")
    assert run(*command, cwd=lonely).stdout == "745 events equal\n"

    # The loader fails on the first difference, and names what cannot be used.
    golden = lonely / "golden.txt"
    good = golden.read_text()
    lines = good.splitlines()
    changed = lines[8].split(" ")
    score = int(changed[-1])
    changed[-1] = str(score + 1)
    golden.write_text("\n".join([*lines[:8], " ".join(changed), *lines[9:]]))
    done = run(*command, cwd=lonely)
    assert done.returncode == 1
    assert done.stderr == (
        f"event 7 must have the scores {changed[-2]} and {score + 1}, "
        f"not {changed[-2]} and {score}\n"
    )
    for text, sentence in (
        (
            good.replace("Small_v1", "Small_v2", 1),
            "golden.txt must be of Small_v1, not of Small_v2",
        ),
        ("\n".join(lines[:-1]), "golden.txt must have 745 events, not 744"),
        ("", "golden.txt must start with the name of a model and two counts"),
    ):
        golden.write_text(text)
        done = run(*command, cwd=lonely)
        assert (done.returncode, done.stderr) == (2, f"{sentence}\n")
    golden.write_text(good)
    done = run("./replay", "./replay", "golden.txt", cwd=lonely)
    assert done.returncode == 2


def test_manifest_knows_sources_object_network_and_version(emulator_runs):
    folder = emulator_runs[1] / NAMES.emulator
    manifest = Manifest.load(folder)
    assert (manifest.name, manifest.version, manifest.network) == ("Small", "2", "small")
    assert (manifest.library, manifest.object) == ("Small_v2", "SmallModel_v2.so")
    assert list(manifest.scores) == ["score1", "score2"]
    assert manifest.layout_hash == emulators.LAYOUT.hash
    assert manifest.compiler.startswith("g++ ")
    assert Manifest.load(emulator_runs[0] / NAMES.emulator).network_hash != manifest.network_hash
    record = json.loads((folder / "manifest.json").read_text())
    assert record == json.loads(json.dumps(manifest.to_json()))
    sources = folder / "sources"
    names = {p.relative_to(folder).as_posix() for p in sources.rglob("*") if p.is_file()}
    assert set(manifest.sources) == {"Makefile", *names}
    assert not list(sources.rglob("*.txt"))
    # No path of the machine in what is handed on.
    assert str(folder.parents[2]).encode() not in (folder / manifest.object).read_bytes()


def test_what_was_changed_is_not_found(emulator_runs, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(emulator_runs[0] / NAMES.emulator, folder)
    manifest = find(folder)
    assert manifest is not None
    for file in (manifest.object, "bridge.so", "sources/network/weights/w3.h", "Makefile"):
        content = (folder / file).read_bytes()
        (folder / file).write_bytes(content + b"\n")
        assert find(folder) is None
        (folder / file).write_bytes(content)
        assert find(folder) == manifest
    (folder / "sources/new.h").write_text("")
    assert find(folder) is None
    (folder / "manifest.json").write_text('{"schema": "emulator/99"}')
    with pytest.raises(SchemaError) as caught:
        find(folder)
    assert str(caught.value) == (
        f"{folder / 'manifest.json'} must have schema emulator/1, not emulator/99: "
        "use the version that wrote it"
    )
    (folder / "manifest.json").unlink()
    assert find(folder) is None


def test_one_life_of_an_emulator(emulator_runs, tmp_path, monkeypatch):
    """Compiled once, kept while nothing changes, kept if a compilation fails."""
    one = emulator_runs[0]
    folder = tmp_path / "emulator"
    shutil.copytree(one / NAMES.emulator, folder)
    network, scores = emulators.records(one)
    manifest = find(folder)
    stamp = (folder / manifest.object).stat().st_mtime_ns

    def again(version="1", **options):
        given = hardware(network, scores, emulators.LAYOUT)
        arguments = (one / "firmware/hls", given, folder)
        return build(*arguments, "Small", version, **options)

    assert again() == manifest
    assert (folder / manifest.object).stat().st_mtime_ns == stamp
    assert not folder.with_name("emulator.part").exists()

    log = tmp_path / "emulator.part" / "compile.log"
    with pytest.raises(ConversionError) as caught:
        again("2", timeout=0.01)
    assert str(caught.value) == (
        f"the compilation of the emulator must end within 0.01 s, not still running: read {log}"
    )
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "make").symlink_to(shutil.which("make"))
    (broken / COMPILER).write_text("#!/bin/sh\necho no room >&2; exit 4\n")
    (broken / COMPILER).chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken}:/usr/bin:/bin")
    with pytest.raises(ConversionError) as caught:
        again("2")
    assert (
        str(caught.value) == f"the compilation of the emulator must exit with 0, not 2: read {log}"
    )
    assert "no room" in log.read_text()
    for missing in (COMPILER, "make"):
        (broken / missing).unlink()
        monkeypatch.setenv("PATH", str(broken))
        with pytest.raises(MissingToolError) as caught:
            again("2")
        assert str(caught.value) == (
            f"{missing} must be on PATH to compile an emulator: apt-get install {missing}"
        )
    assert find(folder) == manifest


@pytest.mark.parametrize(
    ("name", "version", "sentence"),
    [
        ("a-b", "1", "the name of an emulator must match"),
        ("class", "1", "the name of an emulator must not be a word of C++, not 'class'"),
        (
            "Good",
            "1.2",
            (
                "the version of an emulator must be a number like 2, or several like 2p1, "
                "not '1.2': choose the next number"
            ),
        ),
        ("Good", "", "not '': choose the next number"),
        ("Good", "1\n", "not '1\\n': choose the next number"),
        ("Good", "../1", "not '../1': choose the next number"),
    ],
)
def test_names_that_cannot_be_written(name, version, sentence):
    with pytest.raises(ConversionError) as caught:
        library(name, version)
    assert sentence in str(caught.value)
    assert library("Good", "2p1p0") == "Good_v2p1p0"


def test_networks_that_do_not_fit(emulator_runs, tmp_path):
    one = emulator_runs[0]
    network, scores = emulators.records(one)
    project = one / "firmware/hls"

    def refused(network=network, scores=scores, layout=emulators.LAYOUT):
        with pytest.raises(ConversionError) as caught:
            write(project, hardware(network, scores, layout), tmp_path / "out", "Small", "1")
        return str(caught.value)

    other, _ = emulators.records(emulator_runs[1])
    assert "as written must be that of the record, not " in refused(network=other)
    narrow = dataclasses.replace(emulators.LAYOUT, input_bits=8)
    assert refused(layout=narrow) == (
        "the layout cms_level1 must give the network 57 x ap_fixed<9,5>, not 57 x ap_fixed<8,4>: "
        "convert a network trained with this layout"
    )
    fields = list(emulators.LAYOUT.fields)
    fields[0] = dataclasses.replace(fields[0], width=16)
    wide = dataclasses.replace(emulators.LAYOUT, fields=tuple(fields))
    assert refused(layout=wide) == (
        "port met_pt must fit ap_int<16> *, not 16 bits: use a narrower port"
    )
    assert not (tmp_path / "out").exists()
    assert all(FixedPoint.parse(str(score.type)).width <= 64 for score in scores.values())
