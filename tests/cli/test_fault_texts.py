"""Tables and feeds that editors and spreadsheets left: how each ends, rebuilt here.

The files that use has shown lie in ``shared/data/faults``; where they are, they end the same way.
"""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.run import small
from trigger_ad.cli.main import cli
from trigger_ad.menu import table
from trigger_ad.monitor.toys import TRUTH, Plan, simulate
from trigger_ad.storage.files import write_json

SHARED = Path(os.environ.get("TRIGGER_AD_SHARED", str(Path(__file__).parents[3] / "shared")))
REAL = SHARED / "data/faults"

HEAD, ROW = b"Index,Name,2p0E34,Emergency", b"0,L1_A,1,0"
MARK = b"\xef\xbb\xbf"
FEED = [section.to_line().encode() for section in simulate("quiet", 7, Plan(60))]

#: The bytes of each file, rebuilt.
FILES = {
    "bom.csv": MARK + HEAD + b"\n" + ROW + b"\n",
    "mixed_eol.csv": HEAD + b"\r\n" + ROW + b"\n1,L1_B,2,0\r\n",
    "quoted_names.csv": HEAD + b'\n0,"L1_A",1,0\n',
    "spaces.csv": HEAD + b"\n0, L1_A, 1, 0\n",
    "cr_only.csv": HEAD + b"\r" + ROW + b"\r",
    "trail_comma.csv": HEAD + b",\n" + ROW + b",\n",
    "bom.jsonl": MARK + b"".join(FEED),
    "deep.jsonl": b"".join([*FEED[:5], b"[" * 100_000 + b"\n", *FEED[5:]]),
}

#: Tables that are read right, with the rows of the plain table, and those that are refused.
READ = {
    "bom.csv": [ROW],
    "mixed_eol.csv": [ROW, b"1,L1_B,2,0"],
    "quoted_names.csv": [ROW],
    "spaces.csv": [ROW],
}
REFUSED = {
    "cr_only.csv": (
        r"cr_only.csv:1 must have lines that end in \n or \r\n, not in \r alone: "
        "save the file again with the line ends of Linux or Windows"
    ),
    "trail_comma.csv": (
        "column 5 at trail_comma.csv:1 must have a name: "
        "give it one, or remove the comma there from every line"
    ),
}
#: Feeds that are watched to their end, with the alarms on the way.
WATCHED = {"bom.jsonl": 0, "deep.jsonl": 1}


@pytest.fixture(params=["rebuilt", "real"])
def place(request, tmp_path):
    """Gives a file by name."""

    def find(name):
        if request.param == "rebuilt":
            (tmp_path / name).write_bytes(FILES[name])
            return tmp_path / name
        if not (REAL / name).exists():
            pytest.skip(f"{REAL / name} is not here")
        if name == "bom.jsonl" and not (REAL / name).read_bytes().startswith(MARK):
            pytest.skip("what lies there is a page of the monitor, not the feed that it was of")
        return REAL / name

    return find


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run folder, a menu of the seed of the tables, and a file of events."""
    folder = tmp_path_factory.mktemp("faults")
    small.finished_run(folder / "run")
    small.event_files(folder / "events", "zero_bias")
    seed = "{name: L1_A, object: jet, pt_gev: 90}"
    (folder / "menu.yaml").write_text(f"schema: menu/1\nname: m\nseeds:\n  - {seed}\n")
    return folder


def test_every_file_has_its_end():
    assert {*READ, *REFUSED, *WATCHED} == {*FILES}
    if REAL.exists():
        assert {path.name for path in REAL.iterdir() if path.suffix in (".csv", ".jsonl")} == {
            *FILES
        }


@pytest.mark.parametrize("name", [*READ, *REFUSED])
def test_what_is_rebuilt_is_what_was_seen(name):
    path = REAL / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    assert path.read_bytes() == FILES[name]


@pytest.mark.parametrize("name", READ)
def test_a_table_that_is_read_right(place, name):
    plain = b"\n".join([HEAD, *READ[name], b""]).decode()
    assert table.load(place(name)) == table.parse(plain)


@pytest.mark.parametrize("name", REFUSED)
def test_a_table_that_is_refused(run, place, tmp_path, name):
    path = place(name)
    options = ["--inputs", run / "events/zb_1.h5", "--menu", run / "menu.yaml"]
    options += ["--prescales", path, "2p0E34", "--out", tmp_path / "out.json"]
    done = CliRunner().invoke(cli, ["rates", *map(str, [run / "run", *options])])
    assert str(done.exception) == REFUSED[name].replace(name, str(path))
    assert not list(tmp_path.glob("out*"))


@pytest.fixture
def watched(tmp_path):
    """What the monitor says of a feed, to its end."""
    write_json(tmp_path / "kappa.json", TRUTH.to_json())

    def watch(path):
        options = ["--kappa", str(tmp_path / "kappa.json")]
        done = CliRunner().invoke(cli, ["monitor", str(path), *options])
        assert done.exit_code == 0, done.output
        return done.output

    return watch


@pytest.mark.parametrize("name", WATCHED)
def test_a_feed_that_is_watched(watched, place, name):
    path = place(name)
    alarms = WATCHED[name]
    *said, last = watched(path).splitlines()
    assert last.endswith(f"section 60 of run 7; alarms: {alarms} raised, 0 active")
    if alarms:
        assert said[0].startswith(
            f"run 7, section 5: amber: faulty feed: line 6 of {path} must be one JSON object, "
            "not '[[[["
        )
        assert said[0].endswith(": see docs/monitor.md.")
        assert said[1:] == ["run 7, section 10: over: faulty feed"]


def test_a_mark_in_the_middle_of_a_feed_of_several_files(watched, tmp_path):
    path = tmp_path / "f.jsonl"
    path.write_bytes(MARK + b"".join(FEED[:30]) + MARK + b"".join(FEED[30:]))
    assert watched(path) == f"{path}: section 60 of run 7; alarms: 0 raised, 0 active\n"
