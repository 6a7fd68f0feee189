"""Paths and dotted names of the package that the documents name are there, under these names."""

import importlib
import re
from pathlib import Path

import pytest

import trigger_ad
from tools import rooms
from trigger_ad.config import Config
from trigger_ad.events.readers import table as readers
from trigger_ad.scorers import table as scorers

CHECKOUT = Path(trigger_ad.__file__).parents[1]
PAGES = [CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *(CHECKOUT / "docs").glob("*.md")]
SECTIONS = {field.alias or name for name, field in Config.model_fields.items()}
FILES = (
    ".json",
    ".npz",
    ".h5",
    ".md",
    ".py",
    ".yaml",
    ".html",
    ".toml",
    ".j2",
    ".sv",
    ".csv",
    ".tcl",
)


#: Of entry points, which are no modules.
GROUPS = (readers.GROUP, scorers.GROUP)


def quoted(page):
    return re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))


def dotted_names():
    """Names that begin with the package, or with a room that is no section of the configuration."""
    for page in PAGES:
        if page.name == "run_folder.md":  # its dots are keys of records
            continue
        for text in quoted(page):
            match = re.fullmatch(r"(trigger_ad\.)?([a-z_]+)((?:\.\w+)+)(\(.*\))?", text)
            if match is None or text.endswith(FILES) or text in GROUPS:
                continue
            if match[1] or match[2] in set(rooms.ROOMS) - SECTIONS:
                yield pytest.param(match[2] + match[3], id=f"{page.name}:{text}")


def found(name):
    """Whether a name is a module, or an attribute of one; what has moved does not count."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        try:
            place = importlib.import_module(f"trigger_ad.{module}")
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if not hasattr(place, part) and part not in getattr(place, "__annotations__", {}):
                return False
            place = getattr(place, part, None)
        return True
    return False


@pytest.mark.parametrize("name", [*dotted_names()])
def test_a_dotted_name_is_there(name):
    assert found(name)


def test_old_and_invented_names_are_not():
    assert not found("rates.closure.closure")
    assert not found("abcd.closure.opening")
    assert found("abcd.closure.closure")


def test_paths_of_the_architecture_exist():
    paths = [
        text
        for text in quoted(CHECKOUT / "docs/architecture.md")
        if re.fullmatch(r"[\w./-]+/[\w./-]*", text) and "NAME" not in text
    ]
    missing = [
        path
        for path in paths
        if not any((place / path).exists() for place in (CHECKOUT, CHECKOUT / "trigger_ad"))
    ]
    assert len(paths) > 60
    assert not missing
