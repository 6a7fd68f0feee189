"""Event files by path, by pattern and by name."""

import os
from pathlib import Path

import pytest

from trigger_ad.errors import EventFileError
from trigger_ad.events.packaged import packaged
from trigger_ad.events.paths import matches, matching


def sentence(*inputs):
    with pytest.raises(EventFileError) as caught:
        matching(inputs)
    return str(caught.value)


def test_packaged_events():
    assert matching(["packaged:zero_bias", str(packaged("zero_bias"))]) == [packaged("zero_bias")]
    with pytest.raises(EventFileError, match=r"a packaged sample must be one of sm, .* not 'zb'"):
        matching(["packaged:zb"])


@pytest.mark.parametrize("name", ["a" * 300, "none_*.h5"])
def test_nothing_there(name):
    assert sentence(name) == (
        f"the input {name} must match an event file: check the path, and quote the pattern"
    )


def test_patterns_and_paths(tmp_path):
    for name in ("b.h5", "a.h5", "c.root"):
        (tmp_path / name).touch()
    found = matching([str(tmp_path / "*.h5"), str(tmp_path / "c.root"), tmp_path / "b.h5"])
    assert [path.name for path in found] == ["a.h5", "b.h5", "c.root"]


def test_a_path_is_no_pattern(tmp_path):
    """Of Python, not of a command line: it is refused when it is opened."""
    (tmp_path / "a.h5").touch()
    assert matches(tmp_path / "*.h5") == [tmp_path / "*.h5"]
    assert matches(str(tmp_path / "*.h5")) == [tmp_path / "a.h5"]


def test_a_file_under_two_names(tmp_path):
    (tmp_path / "a.h5").touch()
    os.link(tmp_path / "a.h5", tmp_path / "b.h5")
    assert sentence(str(tmp_path / "*.h5")).replace(f"{tmp_path}/", "") == (
        "the inputs must have each file once, not b.h5, which is the same file as a.h5: "
        "leave one of the two out"
    )
    assert matching([f"{tmp_path}/./a.h5", Path(tmp_path, "a.h5")]) == [tmp_path / "a.h5"]
