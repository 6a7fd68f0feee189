"""Nobody changes what a stage computes and forgets to raise its version."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import trigger_ad
from trigger_ad.run.pipelines import STAGES
from trigger_ad.storage.files import read_json

ROOT = Path(trigger_ad.__file__).parents[1]
BY_NAME = {stage.name: stage for stage in STAGES}
CLOSURE, RTL, REPORT = (BY_NAME[name] for name in ("closure", "rtl", "report"))


@pytest.fixture(scope="module")
def tool():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "tools")
        import stage_versions

        yield stage_versions


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the sources, in which faults are planted."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("trigger_ad", "firmware"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def pinned(tool, checkout):
    return of(tool, checkout, CLOSURE, RTL, REPORT)


def of(tool, root, *stages):
    return tool.found(tool.Sources(root), stages)


@pytest.fixture
def edited(checkout):
    """Changes a file of the copy, until the test ends."""
    before = {}

    def edit(name, old, new):
        path = checkout / name
        text = before.setdefault(path, path.read_text())
        assert old in text
        path.write_text(text.replace(old, new))

    yield edit
    for path, text in before.items():
        path.write_text(text)


def test_the_pinned_versions_fit_the_sources(tool):
    pinned = read_json(tool.PINNED, tool.SCHEMA)["stages"]
    assert tool.faults(tool.found(tool.Sources(ROOT)), pinned) == []


CHANGED = (
    "the code of {} has changed, and the version has not: raise the version in "
    "trigger_ad/run/pipelines.py of those that now give another result for the same inputs, and "
    "run `python tools/stage_versions.py --write --same STAGE ...` with the names of the others"
)


@pytest.mark.parametrize(
    ("file", "old", "new", "stage"),
    [
        ("trigger_ad/abcd/significance.py", "return ", "return 0 or ", "closure"),
        ("trigger_ad/run/steps/closure.py", "return ", "return 0 or ", "closure"),
        ("trigger_ad/config/schema.py", "(0.10, 0.05, ", "(0.20, 0.05, ", "closure"),
        ("trigger_ad/rtl/project.py", "return ", "return 0 or ", "rtl"),
        ("firmware/rtl/counter.sv", "endmodule", "endmodule\n", "rtl"),
        ("firmware/rtl/templates/trigger_top.sv.j2", "endmodule", "endmodule\n", "rtl"),
        ("trigger_ad/report/caveats.py", "return ", "return 0 or ", "report"),
        ("trigger_ad/pages/templates/base.html.j2", "<body", "<body class='one'", "report"),
    ],
)
def test_a_planted_change_without_a_version_is_found(
    tool, checkout, pinned, edited, file, old, new, stage
):
    edited(file, old, new)
    now = of(tool, checkout, BY_NAME[stage])
    assert tool.faults(now, {stage: pinned[stage]}) == [CHANGED.format(stage)]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("trigger_ad/run/steps/closure.py", '"""Write ', '"""Put down '),
        ("trigger_ad/run/steps/closure.py", "#: Models", "#: Forms of models"),
        ("trigger_ad/config/schema.py", 'description="replicas', 'description="repetitions'),
        ("trigger_ad/rtl/project.py", "import annotations\n", "import annotations\n\n"),
        ("trigger_ad/report/page.py", "return template", "return 'page' + template"),
        ("firmware/hls/score_ops.h", "#pragma", "# pragma"),
    ],
)
def test_other_changes_are_not(tool, checkout, pinned, edited, file, old, new):
    edited(file, old, new)
    now = of(tool, checkout, CLOSURE, RTL)
    assert now == {name: pinned[name] for name in now}


def test_a_raised_version_is_written(tool, checkout, pinned, edited, tmp_path):
    edited("trigger_ad/run/steps/closure.py", "return ", "return 0 or ")
    now = pinned | of(tool, checkout, replace(CLOSURE, version=CLOSURE.version + 1))
    command = "run `python tools/stage_versions.py --write`"
    assert tool.faults(now, pinned) == [f"the version of closure is not pinned: {command}"]
    path = tmp_path / "pins.json"
    assert tool.write(now, pinned, (), path) == []
    assert tool.faults(now, read_json(path, tool.SCHEMA)["stages"]) == []


def test_a_change_is_written_only_as_one_that_changes_no_result(
    tool, checkout, pinned, edited, tmp_path
):
    edited("trigger_ad/storage/files.py", "indent=1", "indent=2")
    now, path = pinned | of(tool, checkout, CLOSURE, RTL), tmp_path / "pins.json"
    assert tool.write(now, pinned, (), path) == [CHANGED.format("closure, rtl")]
    assert tool.write(now, pinned, ("rtl",), path) == [CHANGED.format("closure")]
    assert not path.exists()
    assert tool.write(now, pinned, ("rtl", "closure"), path) == []
    assert read_json(path, tool.SCHEMA)["stages"] == now


def test_a_lower_version_and_a_stage_that_is_gone(tool, pinned, tmp_path):
    now = {"rtl": pinned["rtl"] | {"version": 0}, "report": pinned["report"]}
    assert tool.faults(now, pinned) == [
        "the version of rtl is lower than it was: raise it",
        "the version of closure is not pinned: run `python tools/stage_versions.py --write`",
    ]
    assert len(tool.write(now, pinned, (), tmp_path / "pins.json")) == 1


def test_files_that_nobody_tells_of_are_a_fault(tool, checkout, monkeypatch):
    known = dict(tool.FILES)
    for change, sentence in (
        ({}, "tools/stage_versions.py does not say which files rtl."),
        ({"rtl": ("firmware/none*",)}, "there is no firmware/none*, of which "),
    ):
        monkeypatch.setattr(tool, "FILES", {k: v for k, v in known.items() if k != "rtl"} | change)
        with pytest.raises(LookupError) as caught:
            of(tool, checkout, RTL)
        assert str(caught.value).startswith(sentence)
