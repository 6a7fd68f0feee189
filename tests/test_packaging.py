"""Two wheels carry all that is needed, and only training and converting import TensorFlow."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

import trigger_ad
from trigger_ad.events.packaged import SAMPLES, START, packaged
from trigger_ad.storage.shipped import ShippedFileError, shipped_path

CHECKOUT = Path(trigger_ad.__file__).parents[1]
SHIPPED = ("firmware", "models")

#: Of a file of the package index, of the one sample in the main wheel, and of all samples.
LARGEST_WHEEL, LARGEST_SAMPLE, ALL_SAMPLES = 5_500_000, 2_300_000, 60_000_000

# Imported on machines that only emulate or monitor.
LIGHT = (
    "errors",
    "config",
    "lhc.fill",
    "ir.layers.network",
    "ir.score",
    "events.readers.sample",
    "events.readers.source",
    "features.words",
    "trigger.decide",
    "emulate.fast",
    "rates.quoted",
    "abcd.closure",
    "menu.rates",
    "monitor.session",
    "report",
    "run.rates",
    "run.emulation",
    "cli.main",
    "notebook.loading",
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


def build(source, folder):
    """A wheel built from a folder of the checkout."""
    command = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    run(*command, source, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The main distribution."""
    return build(CHECKOUT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def samples_wheel(tmp_path_factory):
    """The distribution of the samples."""
    return build(CHECKOUT / "samples", tmp_path_factory.mktemp("samples"))


def install(wheel, folder):
    """Install a wheel, and nothing that it depends on, into an environment."""
    options = ("install", "--no-deps", "--no-index", "--no-compile")
    run(sys.executable, "-m", "pip", "--python", folder / "bin/python", *options, wheel, cwd=folder)


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A clean environment with the wheel, lent the dependencies but not the checkout.

    A ``.pth`` file lends the folder of packages but not the ``.pth`` files in it, and one of those
    is what makes the checkout importable here.
    """
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    install(wheel, folder)
    code = "import site; print(*site.getsitepackages())"
    own = Path(run(folder / "bin/python", "-c", code, cwd=folder).strip())
    (own / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def contents(wheel):
    return {entry.filename: entry.file_size for entry in zipfile.ZipFile(wheel).infolist()}


def test_main_wheel_holds_firmware_models_and_one_sample(wheel):
    found = contents(wheel)
    tracked = run("git", "ls-files", "trigger_ad", *SHIPPED, cwd=CHECKOUT).split()
    assert {name.split("/")[0] for name in tracked} == {*SHIPPED, "trigger_ad"}
    missing = {
        name if name.startswith("trigger_ad/") else f"trigger_ad/_shipped/{name}"
        for name in tracked
        if (CHECKOUT / name).exists()
    } - found.keys()
    assert not missing
    assert "trigger_ad/py.typed" in found
    events = {name: size for name, size in found.items() if name.endswith(".h5")}
    assert list(events) == [f"trigger_ad/_shipped/samples/{START}.h5"]
    assert max(events.values()) <= LARGEST_SAMPLE
    assert wheel.stat().st_size <= LARGEST_WHEEL
    assert not any(name.startswith(("tests/", "tools/", "samples/", *SHIPPED)) for name in found)


def test_samples_are_a_distribution_of_their_own(samples_wheel):
    found = contents(samples_wheel)
    events = {Path(name).stem for name in found if name.endswith(".h5")}
    assert events == set(SAMPLES)
    packages = {name.split("/")[0] for name in found if ".dist-info/" not in name}
    assert packages == {"trigger_ad_samples"}
    assert sum(found.values()) <= ALL_SAMPLES
    code = [name for name in found if name.endswith(".py")]
    assert code == ["trigger_ad_samples/__init__.py"]


def test_both_distributions_have_one_version(wheel, samples_wheel):
    versions = {path.name.split("-")[1] for path in (wheel, samples_wheel)}
    assert versions == {trigger_ad.__version__}


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_of_a_checkout(name):
    assert packaged(name) == CHECKOUT / "samples" / f"{name}.h5"


def test_installed_samples_are_found_by_name(installed, samples_wheel, tmp_path):
    """Before the second distribution is installed a sentence names it."""
    names = ("sm", START)
    code = f"""
import json
from trigger_ad.errors import EventFileError
from trigger_ad.events.packaged import packaged
found = dict()
for name in {names}:
    try:
        found[name] = str(packaged(name))
    except EventFileError as error:
        found[name] = str(error)
print(json.dumps(found))
"""
    python = installed / "bin/python"
    found = json.loads(run(python, "-c", code, cwd=tmp_path))
    assert found["sm"] == (
        "packaged sample sm must be installed: "
        "pip install trigger-ad-samples, or give the path of an event file"
    )
    assert Path(found[START]).is_relative_to(installed)
    install(samples_wheel, installed)
    found = json.loads(run(python, "-c", code, cwd=tmp_path))
    for path in found.values():
        assert Path(path).is_relative_to(installed)
        assert Path(path).is_file()
    assert Path(found["sm"]).parent.name == "trigger_ad_samples"


VERBS = """
import sys
from pathlib import Path
from trigger_ad.cli.main import cli
from trigger_ad.storage.shipped import shipped_path

model = str(shipped_path("models", "double_ae_zb"))
for words in (
    ["emulate", model, "--input", "packaged:zero_bias_30k", "--out", "scores.h5"],
    ["rates", model, "--inputs", "packaged:zero_bias_30k", "--hz", "--out", "rates.json"],
):
    cli(words, standalone_mode=False)
print(*(Path(name).stat().st_size > 0 for name in ("scores.h5", "rates.json", "rates.html")))
print("heavy:", *(name for name in %r if name in sys.modules))
"""


def test_emulating_and_rating_a_shipped_model_never_import_tensorflow(installed, tmp_path):
    printed = run(installed / "bin/python", "-c", VERBS % (HEAVY,), cwd=tmp_path).splitlines()
    assert printed[-2:] == ["True True True", "heavy:"]


def test_reporting_never_imports_tensorflow(small_run, tmp_path):
    code = f"""
import sys
from pathlib import Path
from trigger_ad.report import build, card
folder = Path({str(small_run)!r})
build(folder, Path("report"))
print("heavy:", *(name for name in {HEAVY} if name in sys.modules))
"""
    assert run(sys.executable, "-c", code, cwd=tmp_path).splitlines()[-1] == "heavy:"


def test_the_package_imports_no_room_and_scores_without_tensorflow(installed, tmp_path):
    code = f"""
import sys
import trigger_ad
print("rooms:", *sorted(name for name in sys.modules if name.startswith("trigger_ad.")))
decided = trigger_ad.load_model("double_ae").decide("packaged:{START}")
print(len(decided), sum(decided.fires.values()))
print("heavy:", *(name for name in {HEAVY} if name in sys.modules))
"""
    printed = run(installed / "bin/python", "-c", code, cwd=tmp_path).splitlines()
    assert printed == ["rooms:", "30000 30000", "heavy:"]


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
        f"{name!r} in models must be the name of a shipped file: choose from "
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
