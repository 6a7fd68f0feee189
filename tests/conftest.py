"""What holds in every test: one thread, no GPU, no window, the same random examples each time."""

import contextlib
import fcntl
import json
import os
import shutil
import time

# Read once by the libraries at import. One thread each, because the tests run in parallel and
# because sums in float must come out the same however many cores there are.
os.environ["MPLBACKEND"] = "Agg"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
for _name in (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS",
):
    os.environ[_name] = "1"

import hypothesis  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402

from trigger_ad.train import environment  # noqa: E402

environment.fix()

hypothesis.settings.register_profile(
    "repeatable",
    deadline=None,
    max_examples=40,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


#: When this worker began.
BEGIN = time.monotonic()

#: Fixtures that take a whole run.
WHOLE_RUNS = {"small_run", "emulator_runs", "exported_run", "prepared_run"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--ladder", action="store_true", help="all networks of tests/ladder")
    parser.addoption(
        "--budget",
        type=float,
        metavar="SECONDS",
        help="leave out what takes long, and what has not begun after so many seconds",
    )


def _takes_long(item: pytest.Item) -> bool:
    return bool(WHOLE_RUNS & {*getattr(item, "fixturenames", ())}) or "slow" in item.keywords


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--budget") is None:
        # Files with long tests first, so that no worker is left with one at the end.
        long = {item.path for item in items if _takes_long(item)}
        items.sort(key=lambda item: item.path not in long)
        return
    left = [item for item in items if _takes_long(item)]
    items[:] = [item for item in items if not _takes_long(item)]
    config.hook.pytest_deselected(items=left)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Without time for a single test make check has checked nothing, and says so."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("--budget") is None or reporter is None:
        return
    if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        passed = reporter.stats.get("passed", ())
        session.exitstatus = pytest.ExitCode.OK if passed else pytest.ExitCode.TESTS_FAILED


def pytest_runtest_setup(item: pytest.Item) -> None:
    budget = item.config.getoption("--budget")
    if budget is not None and time.monotonic() - BEGIN > budget:
        pytest.skip("left for make test: the time of make check is over")


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers that are the same in every run."""
    return np.random.default_rng(20260101)


SMALL = """\
schema: config/1
name: small
seed: 3
events:
  background: {folder}/sm.h5
  signals: {{leptoquark: {folder}/leptoquark.h5, hplus_to_taunu: {folder}/hplus_to_taunu.h5}}
split: {{train: 0.3, validate: 0.1, calibrate: 0.1, threshold: 0.25, test: 0.25}}
scorer: {{hidden: [4, 2, 4]}}
train: {{epochs: 2, batch: 500}}
quantize: {{epochs: 1, weight_bits: 4, sparsity: 0.85}}
rtl: {{parts: [xc7vx690tffg1927-2]}}
baselines: {{published: {{epochs: 1}}}}
trigger:
  {{sm_efficiency: 0.05, menu: {{file: 'packaged:small'}}, prescale: {{A: 1, B: 2, C: 2.5, D: 10}}}}
validate:
  bootstrap: 20
  random_inputs: 500
  csim_events: 1000
  golden_events: 1000
  sm_efficiencies: [0.10, 0.05]
"""


@pytest.fixture(scope="session")
def small_config(tmp_path_factory):
    """Configuration of a run that takes a minute, on real events of the packaged samples."""
    from trigger_ad.events.packaged import packaged
    from trigger_ad.events.readers import adc2021

    folder = _shared(tmp_path_factory) / "events"
    with _alone(folder.with_name("events.lock")):
        if not folder.exists():
            folder.mkdir()
            for name, events in (("sm", 8000), ("leptoquark", 600), ("hplus_to_taunu", 600)):
                source = packaged(name)
                particles = adc2021.read(source, events)
                adc2021.write(folder / f"{name}.h5", particles, adc2021.read_origin(source))
            (folder / "config.yaml").write_text(SMALL.format(folder=folder))
    return folder / "config.yaml"


@pytest.fixture(scope="session")
def small_run(tmp_path_factory, small_config):
    """Folder of that run, finished; tests that change or run it work on a copy."""
    from tests.run.watch import watched
    from trigger_ad import config
    from trigger_ad.run.pipelines import engine

    folder = _shared(tmp_path_factory) / "run"
    with _alone(folder.with_name("run.lock")):
        if not (folder / "report.html").exists():  # other workers read it, or copy it to run it
            with watched(folder) as watch:
                engine(config.load(small_config), folder).run(watch.progress)
            opened = {stage: sorted(names) for stage, names in watch.seen.items()}
            folder.with_name("opened.json").write_text(json.dumps(opened))
    return folder


def _shared(factory):
    """Folder that all workers of a test run see."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@contextlib.contextmanager
def _alone(path):
    """Wait until no other worker is inside."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _once(folder, make):
    """Folder that the first worker makes and all read."""
    with _alone(folder.with_suffix(".lock")):
        if not folder.exists():
            make(folder.with_suffix(".part"))
            folder.with_suffix(".part").rename(folder)
    return folder


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """Makes a folder that tests of all workers read: takes its name and what fills it."""
    return lambda name, make: _once(_shared(tmp_path_factory) / name, make)


@pytest.fixture(scope="session")
def emulator_runs(once):
    """Two run folders with emulators, versions 1 and 2: the same layers, other weights."""
    from tests.hls import emulators

    folder = once("emulators", emulators.make)
    return folder / "one", folder / "two"


@pytest.fixture
def exported_run(emulator_runs, tmp_path):
    """A copy of the first of these, its object where one of another name than the run's lies."""
    folder = tmp_path / "run"
    shutil.copytree(emulator_runs[0], folder)
    (folder / "exports").mkdir()
    (folder / "firmware/emulator").rename(folder / "exports/Small_v1")
    return folder


@pytest.fixture(scope="session")
def planted_run(once):
    """A run folder with a small trigger in HLS and RTL, none of it compiled, without a fault."""
    from tests.audit import planting

    return once("planted", planting.make)
