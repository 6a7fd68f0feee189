"""The wheel carries all it needs, and what a trigger shift needs imports without TensorFlow."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

import trigger_ad
from trigger_ad.storage.shipped import ShippedFileError, shipped_path

CHECKOUT = Path(trigger_ad.__file__).parents[1]
SHIPPED = ("firmware", "models")

# Imported on machines that only emulate or monitor.
LIGHT = (
    "fixed",
    "expression",
    "score",
    "network",
    "lhc",
    "errors",
    "config",
    "events",
    "features",
    "trigger",
    "emulate.fast",
    "rates",
    "report",
)
HEAVY = ("tensorflow", "keras", "qkeras", "hls4ml")


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command far from the checkout and return what it printed."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation")
    run(*build, "--outdir", folder, CHECKOUT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A clean environment with the wheel, lent the dependencies but not the checkout.

    A ``.pth`` file lends the folder of packages but not the ``.pth`` files in it, and one of those
    is what makes the checkout importable here.
    """
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    python = folder / "bin" / "python"
    install = (
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-deps",
        "--no-index",
    )
    run(*install, wheel, cwd=folder)
    own = Path(run(python, "-c", "import site; print(*site.getsitepackages())", cwd=folder).strip())
    (own / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def test_wheel_holds_firmware_models_and_samples(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = run("git", "ls-files", *SHIPPED, "trigger_ad/events/samples", cwd=CHECKOUT).split()
    assert {name.split("/")[0] for name in tracked} == {*SHIPPED, "trigger_ad"}
    missing = {
        name if name.startswith("trigger_ad/") else f"trigger_ad/_shipped/{name}"
        for name in tracked
        if (CHECKOUT / name).exists()
    } - names
    assert not missing
    assert "trigger_ad/py.typed" in names
    assert any(
        name.startswith("trigger_ad/events/samples/") and name.endswith(".h5") for name in names
    )
    assert not any(name.startswith(("tests/", "tools/", *SHIPPED)) for name in names)


def test_installed_wheel_finds_its_own_files(installed):
    code = (
        "import json, trigger_ad.storage.shipped as s;"
        "print(json.dumps([s.__file__, *(str(s.shipped_path(f)) for f in ('firmware', 'models'))]))"
    )
    for path in json.loads(run(installed / "bin" / "python", "-c", code, cwd=installed)):
        assert Path(path).is_relative_to(installed)
        assert Path(path).exists()


def test_installed_command_line_runs(installed):
    assert "Usage: trigger-ad" in run(installed / "bin" / "trigger-ad", "--help", cwd=installed)


def test_installed_wheel_converts_a_model(installed, small_run, tmp_path):
    code = f"""
import trigger_ad
from pathlib import Path
from trigger_ad.config import Convert
from trigger_ad.convert.project import convert
from trigger_ad.quantize.model import QuantizedModel
quantized = QuantizedModel.load(Path({str(small_run / "model/double/quantized.npz")!r}))
network = convert(quantized, Convert(), Path({str(tmp_path / "hls")!r}))
print(trigger_ad.__file__, network.name)
"""
    place, name = run(installed / "bin" / "python", "-c", code, cwd=tmp_path).split()[-2:]
    assert Path(place).is_relative_to(installed)
    assert (tmp_path / "hls" / "firmware" / f"{name}.cpp").is_file()


def test_installed_version_is_that_of_the_package(installed):
    code = "import importlib.metadata as m; print(m.version('trigger-ad'))"
    assert (
        run(installed / "bin" / "python", "-c", code, cwd=installed).strip()
        == trigger_ad.__version__
    )


@pytest.mark.parametrize("folder", SHIPPED)
def test_shipped_path_in_a_checkout(folder):
    assert shipped_path(folder) == CHECKOUT / folder


@pytest.mark.parametrize(
    "name", ["no_such_model", "..", "/etc/passwd", "double_ae/config.yaml", ""]
)
def test_shipped_path_takes_only_names_that_are_there(name):
    with pytest.raises(ShippedFileError) as caught:
        shipped_path("models", name)
    assert str(caught.value).startswith(
        f"{name!r} in models must be the name of a shipped file, not a missing one: choose from "
    )


@pytest.mark.parametrize("module", LIGHT)
def test_light_module_imports_in_a_second_without_tensorflow(module, tmp_path):
    code = f"""
import sys, time
begin = time.process_time()
import trigger_ad.{module}
print(time.process_time() - begin, *(name for name in {HEAVY} if name in sys.modules))
"""
    # CPU time, and the better of three, because other tests run beside this one.
    seconds = []
    for _ in range(3):
        taken, *heavy = run(sys.executable, "-c", code, cwd=tmp_path).split()
        assert not heavy
        seconds.append(float(taken))
        if seconds[-1] < 1.0:
            return
    pytest.fail(f"trigger_ad.{module} took {min(seconds):.2f} s of CPU time to import")
