"""Every task is done once, whatever happens to the workers."""

import pytest

from tests.run import jobs
from trigger_ad.errors import ConfigError, EventFileError, MissingDependencyError
from trigger_ad.run import pool

SQUARES = [(n, n * n) for n in range(12)]


def test_serial():
    assert list(pool.serial(jobs.square, range(12))) == SQUARES


@pytest.mark.parametrize("workers", [1, 3])
def test_processes(workers):
    assert sorted(pool.local(jobs.square, iter(range(12)), workers)) == SQUARES


def test_fewer_tasks_than_workers():
    assert list(pool.local(jobs.square, [5], 2)) == [(5, 25)]
    assert list(pool.local(jobs.square, [], 2)) == []


def test_a_lost_worker_costs_its_task_only(tmp_path):
    tasks = [(n, str(tmp_path / "died")) for n in range(12)]
    found = list(pool.local(jobs.kill_once, tasks, 2))
    assert (tmp_path / "died").exists()
    assert sorted((task[0], value) for task, value in found) == SQUARES


def test_a_task_that_ends_every_worker():
    with pytest.raises(EventFileError) as caught:
        list(pool.local(jobs.kill_always, ["events 0 to 5 of a.h5"], 2))
    assert str(caught.value) == (
        "events 0 to 5 of a.h5 must be countable, not the end of 3 workers: "
        "give the workers more memory or smaller chunks"
    )


def test_a_mistake_of_the_user_comes_back_whole():
    with pytest.raises(EventFileError) as caught:
        list(pool.local(jobs.refuse, range(5), 2))
    assert str(caught.value).endswith(" must be whole, not 3: copy it again")
    assert caught.value.remedy == "copy it again"


def test_nobody_at_the_address(monkeypatch):
    monkeypatch.setattr(pool, "_PATIENCE", 1)
    with pytest.raises(ConfigError) as caught:
        list(pool.distributed(jobs.square, [1], "tcp://127.0.0.1:9"))
    assert str(caught.value) == (
        "the scheduler tcp://127.0.0.1:9 must answer and have a worker, not nothing there: "
        "start dask scheduler and dask worker, or use --scheduler local"
    )


def test_without_dask(monkeypatch):
    monkeypatch.setattr(pool, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError) as caught:
        list(pool.distributed(jobs.square, [1], "tcp://127.0.0.1:9"))
    assert str(caught.value) == (
        "counting on a Dask scheduler needs distributed, not nothing: pip install trigger-ad[scale]"
    )
