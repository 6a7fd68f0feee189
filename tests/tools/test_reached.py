"""A change reaches the tests of what imports it, nearest first."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def reached(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools")
    import reached as tool

    return lambda *paths: [str(path.relative_to(ROOT)) for path in tool.reached(paths)]


def test_the_nearest_come_first(reached):
    found = reached("trigger_ad/lhc/fill.py")
    assert found.index("tests/lhc/test_fill.py") < found.index("tests/cli/test_rates.py")
    assert "tests/lhc/test_orbit.py" not in found
    assert "tests/test_rooms.py" in found


def test_a_change_reaches_through_helpers_and_fixtures(reached):
    assert "tests/cli/test_rates.py" in reached("tests/run/small.py")
    assert "tests/report/test_page.py" in reached("tests/report/conftest.py")
    assert "tests/tools/test_bench_disco.py" in reached("tools/bench_disco.py")
    assert "tests/tools/test_bench_disco.py" in reached("trigger_ad/train/disco.py")


def test_a_file_that_is_gone_reaches_those_that_still_name_it(reached, monkeypatch):
    import reached as tool

    left = {name: path for name, path in tool.modules().items() if name != "trigger_ad.lhc.fill"}
    monkeypatch.setattr(tool, "modules", lambda: left)
    assert "tests/lhc/test_fill.py" in reached("trigger_ad/lhc/fill.py")


def test_what_is_not_python_has_tests_of_its_own(reached):
    assert reached("docs/rates.md") == ["tests/test_docs.py", "tests/test_api.py"]
    assert "tests/hls/test_score.py" in reached("firmware/hls/score_ops.h")
    assert len(reached("tests/conftest.py")) > 150
