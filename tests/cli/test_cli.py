"""The command line as a user meets it: help, sentences, exit codes."""

import subprocess
import sys

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

from trigger_ad.cli.main import cli

GOOD = "schema: config/1\nname: tiny\n"


def run_cli(*arguments, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "trigger_ad.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=120,
        check=False,
    )


@pytest.fixture
def config(tmp_path):
    def write(text):
        path = tmp_path / "c.yaml"
        path.write_text(GOOD + text)
        return path

    return write


def test_the_verbs_stand_in_the_order_of_the_flow():
    result = CliRunner().invoke(cli, ["--help"])
    assert result.exit_code == 0
    verbs = [line.split()[0] for line in result.output.split("Commands:\n")[1].splitlines() if line]
    assert verbs == [
        "generate",
        "run",
        "status",
        "validate",
        "compare",
        "convert",
        "audit",
        "emulate",
        "rates",
        "kappa",
        "prescales",
        "menu",
        "monitor",
        "schema",
        "migrate",
    ]


@pytest.mark.parametrize(
    ("verb", "options"),
    [
        (["run"], {"--out", "--stage", "--synth", "--no-synth", "--help"}),
        (["status"], {"--help"}),
        (["validate"], {"--all", "--help"}),
        (["compare"], {"--out", "--seeds", "--combine", "--help"}),
        (["audit"], {"--help"}),
        (
            ["rates"],
            {
                "--inputs",
                "--colliding-bunches",
                "--filling",
                "--input-rate-hz",
                "--units",
                "--live-fraction",
                "--split",
                "--menu",
                "--prescales",
                "--kappa",
                "--hz",
                "--scheduler",
                "--workers",
                "--out",
                "--help",
            },
        ),
        (["convert"], {"--emulator", "--name", "--version", "--help"}),
        (["emulate"], {"--input", "--out", "--filling", "--dead-time", "--units", "--help"}),
        (
            ["prescales"],
            {
                "--precision",
                "--budget",
                "--bandwidth-hz",
                "--kappa",
                "--seconds",
                "--rule",
                "--yields",
                "--readout",
                "--help",
            },
        ),
        (["menu", "show"], {"--help"}),
        (["menu", "from-table"], {"--name", "--out", "--help"}),
        (["menu", "column"], {"--menu", "--like", "--replace", "--first-index", "--out", "--help"}),
        (["menu", "fragment"], {"--menu", "--column", "--first-index", "--out", "--help"}),
        (["menu", "check"], {"--menu", "--column", "--help"}),
        (["schema"], {"--json", "--help"}),
        (
            ["generate", "adc2021"],
            {"--process", "--events", "--seed", "--workers", "--out", "--help"},
        ),
        (
            ["generate", "zerobias"],
            {
                "--pileup",
                "--profile",
                "--events",
                "--seed",
                "--workers",
                "--out",
                "--library",
                "--collisions",
                "--signal",
                "--strata",
                "--help",
            },
        ),
    ],
)
def test_options_are_pinned(verb, options):
    result = CliRunner().invoke(cli, [*verb, "--help"])
    found = {word.strip(",") for word in result.output.split() if word.startswith("--")}
    assert found == options


def test_schema_names_every_section():
    result = CliRunner().invoke(cli, ["schema"])
    for section in ("events", "split", "train.disco", "quantize", "trigger.prescale"):
        assert f"## {section}\n" in result.output
    assert '"Quantize"' in CliRunner().invoke(cli, ["schema", "--json"]).output


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("foo: 1\n", "key 'foo' at {path}:3 must be a known key, not 'foo'"),
        ("seed: 1\nseed: 2\n", "key 'seed' at {path}:4 must be given once"),
        ("quantize: {weight_bits: 99}\n", "key 'quantize.weight_bits' at {path}:3 must be"),
        ("events: {background: /no/such.h5}\n", "/no/such.h5"),
        ("events: {background: 'packaged:nothing'}\n", "nothing"),
        ("scorer: {name: triple_ae}\n", "triple_ae"),
    ],
)
def test_bad_input_is_one_sentence_and_touches_nothing(config, tmp_path, text, sentence):
    path = config(text)
    result = run_cli("run", path, "--out", tmp_path / "run")
    assert result.returncode == 2
    assert result.stderr.startswith("trigger-ad: ")
    assert len(result.stderr.strip().splitlines()) == 1
    assert sentence.format(path=path) in result.stderr
    assert not (tmp_path / "run" / "config.yaml").exists()


@pytest.mark.parametrize("problem", ["nan", "negative", "truncated", "shape"])
def test_bad_events_are_found_before_tensorflow_is_imported(config, tmp_path, problem):
    events = tmp_path / "events.h5"
    particles = np.zeros((10, 19, 4), np.float32)
    particles[:, 0] = (20, 0, 1, 1)
    particles[:, 1] = (30, 0.5, 1, 2)
    if problem == "nan":
        particles[3, 1, 0] = np.nan
    if problem == "negative":
        particles[3, 1, 0] = -1
    if problem == "shape":
        particles = particles[:, :18]
    with h5py.File(events, "w") as file:
        file["Particles"] = particles
    if problem == "truncated":
        events.write_bytes(events.read_bytes()[:1000])
    path = config(f"events: {{background: {events}, signals: {{}}}}\n")
    code = (
        "import sys\n"
        "from trigger_ad.cli.main import main\n"
        f"sys.argv = ['trigger-ad', 'run', {str(path)!r}, '--out', {str(tmp_path / 'run')!r}]\n"
        "try:\n    main()\n"
        "finally:\n    assert 'tensorflow' not in sys.modules\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 2, result.stderr
    assert str(events) in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_emulate_needs_a_finished_run(tmp_path):
    result = run_cli("emulate", tmp_path, "--input", "x.h5", "--out", "y.h5")
    assert result.returncode == 2
    assert "config.yaml must be a readable YAML file" in result.stderr


def test_status_of_no_run(tmp_path):
    result = run_cli("status", tmp_path / "none")
    assert result.returncode == 2
