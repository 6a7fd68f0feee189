"""Programs of others: what they said is kept, and how they failed is one sentence."""

import re
import sys

import pytest

from trigger_ad.errors import ConversionError
from trigger_ad.storage.commands import run


def python(text):
    return [sys.executable, "-c", text]


def test_words_are_kept_and_place_and_environment_given(tmp_path):
    text = "import os, sys; print(os.getcwd(), os.environ['A']); print('b', file=sys.stderr)"
    run(python(text), "the work", tmp_path / "log", 60, tmp_path, {"A": "a"})
    assert sorted((tmp_path / "log").read_text().split("\n")) == ["", f"{tmp_path} a", "b"]


def test_failure_is_one_sentence(tmp_path):
    log = tmp_path / "log"
    sentence = f"the work must exit with 0, not 3: read {log}"
    with pytest.raises(ConversionError, match=f"^{re.escape(sentence)}$"):
        run(python("raise SystemExit(3)"), "the work", log, 60)


def test_too_long_is_one_sentence(tmp_path):
    with pytest.raises(ConversionError, match=r"^the work must end within 0\.2 s, not still"):
        run(python("import time; time.sleep(60)"), "the work", tmp_path / "log", 0.2)
