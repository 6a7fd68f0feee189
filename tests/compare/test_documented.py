"""Every field of the record is in its documentation."""

import re
from pathlib import Path

import trigger_ad
from tests.compare import folders
from trigger_ad.compare import record as comparison
from trigger_ad.compare.runs import read


def compare(*args):
    """Record of a comparison as its file has it."""
    return comparison.compare(*args).to_json()


def keys(record):
    """Names in a record, but for those of samples and efficiencies."""
    if isinstance(record, list):
        return {key for item in record for key in keys(item)}
    if not isinstance(record, dict):
        return set()
    free = {"sm_threshold", "sm_test", "1e-2", "1e-3", "1e-4", *folders.SIGNALS}
    return (set(record) - free) | {key for item in record.values() for key in keys(item)}


def test_fields_are_documented(tmp_path):
    record = compare([read(folders.finished_run(tmp_path / "a", models=("float",)))])
    page = (Path(trigger_ad.__file__).parents[1] / "docs/compare.md").read_text(encoding="utf-8")
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]*)`", page))))
    assert keys(record) - told == set()
