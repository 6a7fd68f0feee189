"""A verb that is killed and started again leaves what it leaves undisturbed."""

import numpy as np
import pytest

from tools import check_kills


@pytest.fixture
def emulate(tmp_path):
    every = {verb.name: verb for verb in check_kills.verbs(tmp_path / "none.yaml", tmp_path)}
    return every["emulate"]


def test_emulate_killed_twice(emulate, tmp_path, capsys):
    assert check_kills.check(emulate, tmp_path, 2, np.random.default_rng(1)) == []
    assert "killed 2 times" in capsys.readouterr().out
    assert (tmp_path / "emulate_killed/scores.h5").is_file()


def test_a_difference_is_found(emulate, tmp_path):
    verb = check_kills.Verb(emulate.name, emulate.command, lambda out: {"folder": out.name})
    assert check_kills.check(verb, tmp_path, 0, np.random.default_rng(1)) == ["folder"]
