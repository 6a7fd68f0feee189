"""Copies of the run folder without a fault, to plant some in."""

import shutil

import pytest


@pytest.fixture
def run(planted_run, tmp_path):
    shutil.copytree(planted_run, tmp_path / "run")
    return tmp_path / "run"
