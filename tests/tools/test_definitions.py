"""What a function can run is followed name by name, and hashed without what changes nothing."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import trigger_ad
from trigger_ad import config as configuration
from trigger_ad.run.pipelines import engine

ROOT = Path(trigger_ad.__file__).parents[1]

PACKAGE = {
    "__init__.py": "",
    "lower/__init__.py": "from trigger_ad.lower.deep import moved as old\n",
    "lower/deep.py": '''
"""Words."""
LSB, unused = 2.0, 3
register()

def moved(value):
    """More words."""
    return value * LSB  # a comment

def other(): return unused

class Record:
    """Fields."""
    size: Inner = Field(Inner(), description="of it")
    def method(self): return other
    def _display(self): return unused

class Inner: pass
''',
    "step.py": """
from __future__ import annotations
import trigger_ad.lower.deep as whole
from trigger_ad import lower
from trigger_ad.lower.deep import Record

def run(context: Record, size: int = 3) -> Record:
    return lower.old(context.value)

def late():
    from trigger_ad.lower import deep
    return [deep.Record for _ in ()]

def handed_on():
    return {"a": whole}

try:
    import numpy as np
except ImportError:
    np = None
""",
}


@pytest.fixture(autouse=True)
def tools(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools")


@pytest.fixture
def package(tmp_path):
    for name, text in PACKAGE.items():
        path = tmp_path / "trigger_ad" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def reached(root, name):
    from definitions import Definition, Sources

    found = Sources(root).reached([Definition("trigger_ad.step", name)])
    return {f"{one.module.removeprefix('trigger_ad.')}.{one.name}" for one in found}


def test_names_are_followed_to_where_they_are_defined(package):
    assert reached(package, "run") == {"step.run", "lower.deep.moved", "lower.deep.LSB"}


def test_imports_inside_of_functions_and_fields_count(package):
    assert reached(package, "late") == {
        "step.late",
        "lower.deep.Record",
        "lower.deep.Inner",
        "lower.deep.other",
        "lower.deep.unused",
    }


def test_a_module_that_is_handed_on_is_reached_as_a_whole(package):
    names = {"moved", "other", "Record", "Inner", "LSB", "unused"}
    assert reached(package, "handed_on") == {"step.handed_on", *(f"lower.deep.{n}" for n in names)}


def test_what_is_not_there_is_a_fault(package):
    with pytest.raises(LookupError, match=r"there is no walk in trigger_ad\.step"):
        reached(package, "walk")


def hashed(root, name="run"):
    from definitions import Definition, Sources

    sources = Sources(root)
    return sources.hash(sources.reached([Definition("trigger_ad.step", name)]))


@pytest.mark.parametrize(
    ("file", "old", "new", "name"),
    [
        ("lower/deep.py", '"""More words."""', '"""Other words, and\n    a line."""', "run"),
        ("lower/deep.py", '"""Words."""', '"""The words."""', "run"),
        ("lower/deep.py", "  # a comment", "", "run"),
        ("lower/deep.py", "value * LSB", "(value\n        * LSB)", "run"),
        ("lower/deep.py", "return unused", "return 5", "run"),  # not reached
        ("lower/deep.py", '"of it"', '"of what"', "late"),
        ("lower/deep.py", '"""Fields."""', "", "late"),
        ("lower/deep.py", "_display(self): return unused", "_display(self): return run", "late"),
        ("step.py", "size: int = 3) -> Record", "size: float = 3) -> None", "run"),
    ],
)
def test_what_changes_no_result_changes_no_hash(package, file, old, new, name):
    before, path = hashed(package, name), package / "trigger_ad" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    assert hashed(package, name) == before


@pytest.mark.parametrize(
    ("file", "old", "new", "name"),
    [
        ("lower/deep.py", "value * LSB", "LSB * value", "run"),
        ("lower/deep.py", "LSB, unused = 2.0", "LSB, unused = 4.0", "run"),
        ("lower/deep.py", "register()", "register(1)", "run"),  # runs at import
        ("lower/deep.py", "class Inner: pass", "class Inner: size = 1", "late"),
        ("lower/deep.py", "def method(self): return other", "def method(self): return 1", "late"),
        ("step.py", "size: int = 3", "size: int = 4", "run"),
    ],
)
def test_what_may_change_a_result_changes_the_hash(package, file, old, new, name):
    before, path = hashed(package, name), package / "trigger_ad" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    assert hashed(package, name) != before


def test_a_definition_may_move(package):
    before, folder = hashed(package), package / "trigger_ad"
    (folder / "lower/deep.py").rename(folder / "lower/deeper.py")
    text = (folder / "lower/__init__.py").read_text()
    (folder / "lower/__init__.py").write_text(text.replace("deep", "deeper"))
    assert hashed(package) == before


def profiled(stage, seen):
    """The same stage, which notes what its step calls: module of the package, name at its top."""
    package = Path(trigger_ad.__file__).parent

    def note(frame, event, argument):
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(package) and path.suffix == ".py":
            module = ".".join(path.relative_to(package.parent).with_suffix("").parts)
            name = frame.f_code.co_qualname.partition(".")[0]
            seen.add((module.removesuffix(".__init__"), name))

    def step(context, **arguments):
        sys.setprofile(note)
        try:
            stage.step(context, **arguments)
        finally:
            sys.setprofile(None)

    return replace(stage, step=step)


#: What the engine puts around a step, and hooks of imports.
AROUND = {f"trigger_ad.{name}" for name in ("run.declared", "run.folder.context", "moved")}


def test_everything_that_a_step_calls_is_reached(small_run, small_config, tmp_path):
    from definitions import Sources
    from stage_versions import start

    shutil.copytree(small_run, tmp_path / "run")
    work = engine(configuration.load(small_config), tmp_path / "run")
    checked, sources = ("menu", "closure"), Sources(ROOT)
    seen = {name: set() for name in checked}
    stages = {stage.name: stage for stage in work.stages}
    work.stages = tuple(
        profiled(stage, seen[name]) if name in checked else stage for name, stage in stages.items()
    )
    for name in checked:
        work.run(lambda *_: None, name, checked)
    for name in checked:
        found = {(one.module, one.name) for one in sources.reached(start(stages[name]))}
        called = {(module, top) for module, top in seen[name] if module not in AROUND}
        assert len(called & found) > 30
        # At import, a module and what is inside of its expressions run under such names.
        assert {(module, top) for module, top in called - found if top[0] != "<"} == set()
