"""``trigger-ad emulate`` in a fill: what it prints, and what it refuses."""

from dataclasses import replace

import h5py
import numpy as np
import pytest
from click.testing import CliRunner

from tests.cli.test_refusals import refusal
from tests.run import small
from trigger_ad import config
from trigger_ad.cli.main import cli
from trigger_ad.events.origin import Origin
from trigger_ad.events.readers import adc2021
from trigger_ad.events.strata import Strata
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.words import to_words

LAYOUT = layout(config.Features())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("emulate")
    small.finished_run(folder / "run")
    small.event_files(folder / "zero_bias", "zero_bias")
    small.event_files(folder / "filtered", "filtered")
    return folder


def emulated(folder, kind, out, *options):
    done = CliRunner().invoke(
        cli,
        [
            "emulate",
            str(folder / "run"),
            "--input",
            str(folder / kind / "zb_0.h5"),
            "--out",
            str(out),
            *options,
        ],
        catch_exceptions=False,
    )
    assert done.exit_code == 0
    return done.output.splitlines()


def test_a_fill_with_dead_time(folder, tmp_path):
    (tmp_path / "fill.txt").write_text("0-47, 100-147  # two trains\n")
    lines = emulated(
        folder,
        "zero_bias",
        tmp_path / "o.h5",
        "--filling",
        str(tmp_path / "fill.txt"),
        "--dead-time",
        "1/3,4/100,bucket:9/351",
    )
    with h5py.File(tmp_path / "o.h5") as file:
        attributes = dict(file.attrs)
    assert attributes["filling"] == "0-47, 100-147"
    dead = attributes["dead_crossings"]
    found = {line.split()[0]: line.split() for line in lines}
    assert (
        f"live fraction {1 - dead / 3000:.4f}: {dead} of 3000 crossings with collisions are dead"
        in lines
    )
    for code, region in enumerate("ABCD"):
        assert found[region][1:3] == [
            str(attributes["accepts"][code]),
            str(attributes["live_accepts"][code]),
        ]
    assert found["total"][1:3] == [
        str(attributes["accepts"].sum()),
        str(attributes["live_accepts"].sum()),
    ]
    assert not any(line.startswith("the events are") for line in lines)
    assert lines[-1] == f"3000 events in {tmp_path / 'o.h5'}"


def test_what_the_trigger_did(folder, tmp_path):
    """Fires and accepts of the regions, and saturated words, without a fill."""
    path = folder / "filtered/saturated.h5"
    particles = adc2021.read(folder / "filtered/zb_0.h5")
    particles.values[:7, 0, 0] = 3000  # missing momentum beyond 2047.5 GeV
    adc2021.write(path, particles, Origin("filtered"))
    arguments = ["emulate", str(folder / "run"), "--input", str(path), "--out"]
    done = CliRunner().invoke(cli, [*arguments, str(tmp_path / "o.h5")], catch_exceptions=False)
    lines = done.output.splitlines()
    with h5py.File(tmp_path / "o.h5") as file:
        region, accept = file["region"][:], file["accept"][:]
    found = {line.split()[0]: line.split()[1:] for line in lines}
    assert found["region"] == ["fires", "accepts"]
    for code, name in enumerate("ABCD"):
        mine = region == code
        assert found[name] == [str(mine.sum()), str((mine & accept).sum())]
        assert mine.any()
    assert found["total"] == ["3000", str(accept.sum())]
    words = to_words(particles.values, LAYOUT).values[:, ::3]
    full = np.count_nonzero(words == [f.saturation for f in LAYOUT.fields[::3]])
    assert 7 <= full < 100
    momenta = np.count_nonzero(words)
    assert f"saturated words: {full / momenta:.4f} ({full} of {momenta} momenta)" in lines
    assert lines[-1] == f"3000 events in {tmp_path / 'o.h5'}"


def test_filtered_events_are_no_fill(folder, tmp_path):
    lines = emulated(folder, "filtered", tmp_path / "o.h5", "--filling", "0-3563")
    assert (
        "the events are filtered, not zero bias: a live fraction of such events as consecutive "
        "crossings is that of no real fill"
    ) in lines
    assert "live fraction 1.0000: 0 of 3000 crossings with collisions are dead" in lines


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["--filling", ""],
            (
                "a filling scheme must list places or rising ranges such as 56-103, not '': "
                "separate them with commas or spaces"
            ),
        ),
        (
            ["--filling", "0-3564"],
            (
                "a filling scheme must have places from 0 to 3563, not 3564: "
                "give each colliding place once, from 0 to 3563, in rising order"
            ),
        ),
        (
            ["--filling", "none.txt"],
            (
                "none.txt must be a readable text file, not missing: "
                "check the path, or give places such as 56-103, 112"
            ),
        ),
        (
            ["--filling", "1-9", "--dead-time", "3/1"],
            (
                "a dead-time rule must allow n accepts in m crossings with 1 <= n < m, not 3 in 1: "
                "give whole numbers in this order"
            ),
        ),
        (
            ["--filling", "1-9", "--dead-time", "0/5"],
            (
                "a dead-time rule must allow n accepts in m crossings with 1 <= n < m, not 0 in 5: "
                "give whole numbers in this order"
            ),
        ),
        (
            ["--dead-time", "1/3"],
            (
                "--dead-time must come with the crossings of the events, not alone: "
                "give --filling; 0-3563 has collisions in every crossing"
            ),
        ),
    ],
)
def test_refusals(folder, tmp_path, options, sentence):
    out = tmp_path / "o.h5"
    source = folder / "zero_bias/zb_1.h5"
    assert refusal("emulate", folder / "run", "--input", source, "--out", out, *options) == sentence
    assert not any(tmp_path.iterdir())


def test_a_packaged_sample(folder, tmp_path):
    arguments = ["emulate", str(folder / "run"), "--out", str(tmp_path / "o.h5"), "--input"]
    done = CliRunner().invoke(cli, [*arguments, "packaged:zero_bias_a_to_4l"])
    assert done.exit_code == 0
    assert "4250 events in" in done.output
    assert refusal(*arguments, "packaged:a_to_5l").startswith(
        "a packaged sample must be one of sm,"
    )


def in_strata(source, to):
    """The same events, half of them from a rare stratum."""
    origin = replace(adc2021.read_origin(source), strata=Strata(("soft", "hard"), (0.99, 0.01)))
    particles = adc2021.read(source)
    stratum = (np.arange(len(particles)) % 2).astype(np.uint8)
    adc2021.write(to, particles, origin, {"stratum": stratum})


def test_events_of_strata_are_no_crossings_as_they_come(folder, tmp_path):
    in_strata(folder / "zero_bias/zb_1.h5", tmp_path / "s.h5")
    arguments = ["emulate", str(folder / "run"), "--input", str(tmp_path / "s.h5")]
    result = CliRunner().invoke(cli, [*arguments, "--out", str(tmp_path / "o.h5")])
    assert result.exit_code == 0
    assert (
        "the events were drawn in 2 strata: these are no parts of all crossings, which "
        "trigger-ad rates gives"
    ) in result.output.splitlines()
    filled = ("--out", tmp_path / "f.h5", "--filling", "0-99")
    assert refusal(*arguments, *filled) == (
        f"{tmp_path / 's.h5'} must have crossings as they come to be those of a fill, not "
        "crossings of 2 strata: give a sample that was drawn alike, or no filling"
    )
    assert not (tmp_path / "f.h5").exists()
