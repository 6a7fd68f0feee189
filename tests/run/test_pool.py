"""Every task is done once, whatever happens to the workers.

The jobs are functions that any process can import.
"""

import functools
import multiprocessing
import operator
import os
import signal
import threading
import time

import pytest

from trigger_ad import config
from trigger_ad.errors import ConfigError, EventFileError
from trigger_ad.run import pool

NEGATIVE = [(n, -n) for n in range(12)]


def test_serial():
    assert list(pool.serial(operator.neg, range(12))) == NEGATIVE


@pytest.mark.parametrize("workers", [1, 3])
def test_processes(workers):
    assert sorted(pool.local(operator.neg, iter(range(12)), workers)) == NEGATIVE
    assert not multiprocessing.active_children()


def test_fewer_tasks_than_workers():
    assert list(pool.local(operator.neg, [5], 2)) == [(5, -5)]
    assert list(pool.local(operator.neg, [], 2)) == []


def test_a_lost_worker_costs_its_task_only():
    """One dies while it works; each task still has exactly one result."""
    tasks = [0.0] + [0.3 + n / 1000 for n in range(6)]
    results = pool.local(time.sleep, iter(tasks), 2)
    first = next(results)
    multiprocessing.active_children()[0].kill()
    assert sorted([first, *results]) == [(task, None) for task in tasks]
    assert not multiprocessing.active_children()


def test_tasks_are_taken_as_workers_become_free():
    taken = []
    results = pool.local(operator.neg, (taken.append(n) or n for n in range(100)), 2)
    next(results)
    assert len(taken) == 3
    results.close()
    assert not multiprocessing.active_children()


def test_a_task_that_ends_every_worker():
    with pytest.raises(EventFileError) as caught:
        list(pool.local(signal.raise_signal, [int(signal.SIGKILL)], 2))
    assert str(caught.value) == (
        "9 must be countable, not the end of 3 workers, the last by SIGKILL: "
        "give the workers more memory or smaller chunks"
    )


def test_a_library_that_fails_in_every_worker():
    with pytest.raises(EventFileError) as caught:
        list(pool.local(signal.raise_signal, [int(signal.SIGSEGV)], 2))
    assert str(caught.value) == (
        "11 must be countable, not the end of 3 workers, the last by SIGSEGV: "
        "a library fails at this file: copy or download it again"
    )


def test_a_worker_that_ends_by_itself():
    with pytest.raises(EventFileError) as caught:
        list(pool.local(os._exit, [3], 2))
    assert str(caught.value) == (
        "3 must be countable, not the end of 3 workers, the last by exit code 3: "
        "look for what ends them"
    )


def test_a_fault_of_the_program_comes_back_with_its_traceback():
    with pytest.raises(ZeroDivisionError) as caught:
        list(pool.local(functools.partial(divmod, 1), [0], 2))
    assert "in _work" in str(caught.value.__cause__)
    assert not multiprocessing.active_children()


class StubbornError(Exception):
    """Holds what no other process can have."""

    def __init__(self):
        super().__init__("1 and 2")
        self.lock = threading.Lock()


def test_an_error_that_cannot_travel():
    """It comes back in words, not as the end of a worker."""
    copy = pool._copy(StubbornError())
    assert type(copy) is RuntimeError
    assert str(copy) == "StubbornError('1 and 2')"


def test_a_job_without_memory():
    with pytest.raises(EventFileError) as caught:
        list(pool.local(bytes, [2**62], 2))
    assert str(caught.value) == (
        f"{2**62} must fit into the memory of a worker: "
        "give the workers more memory or smaller chunks"
    )


def test_a_mistake_of_the_user_comes_back_whole(tmp_path):
    path = tmp_path / "none.yaml"
    with pytest.raises(ConfigError) as caught:
        list(pool.local(config.load, [path] * 5, 2))
    assert str(caught.value) == (
        f"{path} must be a readable YAML file, not missing: check the path"
    )
    assert caught.value.remedy == "check the path"
    assert not multiprocessing.active_children()


def test_nobody_at_the_address(monkeypatch):
    monkeypatch.setattr(pool, "_PATIENCE", 1)
    with pytest.raises(ConfigError) as caught:
        list(pool.distributed(operator.neg, [1], "tcp://127.0.0.1:9"))
    assert str(caught.value) == (
        "the scheduler tcp://127.0.0.1:9 must answer and have a worker, not nothing there: "
        "start dask scheduler and dask worker, or use --scheduler local"
    )
