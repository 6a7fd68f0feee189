"""Copies of the run folder without a fault, to plant some in."""

import shutil

import pytest


@pytest.fixture
def run(planted_run, tmp_path):
    shutil.copytree(planted_run, tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture
def project(planted_run, tmp_path):
    """A copy of what is read of the HLS project as a tool would."""
    unread = shutil.ignore_patterns("ap_types", "nnet_utils", "weights")
    return shutil.copytree(planted_run / "firmware/hls", tmp_path / "hls", ignore=unread)
