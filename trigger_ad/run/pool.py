"""Independent jobs on the processes of one machine or on the workers of a Dask scheduler.

A job is a function of a module and one picklable task. Results come in any order. A worker that
dies takes only its task with it, which another worker then repeats.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from trigger_ad.errors import ConfigError, EventFileError, TriggerAdError
from trigger_ad.storage.extras import require

__all__ = ["ATTEMPTS", "Job", "distributed", "local", "require_dask", "serial"]

#: Workers that a task may cost before it is given up.
ATTEMPTS = 3

#: What helps against the signal that ended a worker.
_REMEDIES: dict[int, str] = {
    signal.SIGKILL: "give the workers more memory or smaller chunks",
    **dict.fromkeys(
        (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL),
        "a library fails at this file: copy or download it again",
    ),
}

#: To reach a scheduler and its first worker, in s.
_PATIENCE = 30

Job = Callable[[Any], Any]
Results = Iterator[tuple[Any, Any]]


def serial(job: Job, tasks: Iterable[Any]) -> Results:
    """Tasks with their results, in order, in this process."""
    return ((task, job(task)) for task in tasks)


@dataclass(eq=False)
class _Worker:
    """A process with its end of a pipe, and what it works on."""

    process: SpawnProcess
    pipe: Connection
    task: Any
    lost: int = 0


def local(job: Job, tasks: Iterable[Any], workers: int) -> Results:
    """Tasks with their results from processes of this machine.

    Parameters
    ----------
    job : callable
    tasks : iterable
        Taken one by one, as workers become free.
    workers : int

    Raises
    ------
    ConfigError
        If there is not one worker at least.
    EventFileError
        If a task has cost `ATTEMPTS` workers, or does not fit into the memory of one.
    Exception
        The first that a job raises, with its traceback there as the cause.
    """
    if workers < 1:
        raise ConfigError("workers", "must be at least 1", workers, "give a larger number")
    waiting = iter(tasks)
    busy: list[_Worker] = []
    try:
        busy.extend(_start(job, task) for task in islice(waiting, workers))
        while busy:
            ready = wait([worker.pipe for worker in busy])
            for worker in [worker for worker in busy if worker.pipe in ready]:
                busy.remove(worker)
                try:
                    done, value, cause = worker.pipe.recv()
                except (EOFError, OSError):
                    busy.append(_replace(worker, job))
                    continue
                task, following = worker.task, next(waiting, None) if done else None
                if following is None:
                    _stop(worker)
                else:
                    busy.append(_give(worker, job, following))
                if not done:
                    raise value from cause
                yield task, value
    finally:
        for worker in busy:
            worker.process.terminate()
            _stop(worker)


def _start(job: Job, task: Any) -> _Worker:
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_work, args=(job, theirs), daemon=True)
    process.start()
    theirs.close()  # so that its death closes the pipe
    return _give(_Worker(process, mine, task), job, task)


def _give(worker: _Worker, job: Job, task: Any) -> _Worker:
    """Hand over a new task; another worker gets it if this one has died since its last."""
    worker.task, worker.lost = task, 0
    try:
        worker.pipe.send(task)
    except OSError:
        return _replace(worker, job)
    return worker


def _stop(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.join()


def _replace(dead: _Worker, job: Job) -> _Worker:
    _stop(dead)
    if dead.lost + 1 == ATTEMPTS:
        code = dead.process.exitcode or 0
        raise EventFileError(
            dead.task,
            "must be countable",
            f"the end of {ATTEMPTS} workers, the last by {_end(code)}",
            _REMEDIES.get(-code, "look for what ends them"),
        )
    worker = _start(job, dead.task)
    worker.lost += dead.lost + 1
    return worker


def _end(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


class WorkerError(Exception):
    """The traceback of a worker, as the cause of what it raised."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


def _work(job: Job, pipe: Connection) -> None:
    """Do tasks until nobody sends any; what a job raises is a result, with its cause."""
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        try:
            answer: tuple[bool, Any, WorkerError | None] = (True, job(task), None)
        except TriggerAdError as error:
            answer = (False, error, None)
        except MemoryError:
            answer = (False, _too_large(task), None)
        except Exception as error:  # noqa: BLE001 - it is raised again by who takes the results
            answer = (False, _copy(error), WorkerError(traceback.format_exc()))
        pipe.send(answer)


def require_dask() -> None:
    """Check that jobs can be given to a Dask scheduler.

    Raises
    ------
    MissingDependencyError
        If Dask distributed is not installed.
    """
    require("counting on a Dask scheduler", "scale", distributed="distributed")


def _too_large(task: Any) -> EventFileError:
    return EventFileError(
        task, "must fit into the memory of a worker", None, _REMEDIES[signal.SIGKILL]
    )


def _copy(error: Exception) -> Exception:
    """The error as another process can have it; some cannot be copied."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - bytes of our own
    except Exception:  # noqa: BLE001 - whatever the class of the error does when it is copied
        return RuntimeError(repr(error))
    return error


def distributed(job: Job, tasks: Iterable[Any], address: str) -> Results:
    """Tasks with their results from the workers of a Dask scheduler.

    A few tasks for each thread are under way at any time. Dask repeats what a lost worker had.

    Parameters
    ----------
    job : callable
        Of a module that the workers can import.
    tasks : iterable
    address : str
        As in ``tcp://host:8786``.

    Raises
    ------
    MissingDependencyError
        If Dask distributed is not installed.
    ConfigError
        If there is no scheduler, or it has no worker.
    EventFileError
        If a task has cost as many workers as the scheduler allows.
    TriggerAdError
        The first that a job raises.
    """
    require_dask()
    from distributed import Client, KilledWorker, as_completed

    try:
        client: Any = Client(address, timeout=_PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError):
        raise _no_scheduler(address, "nothing there") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise _no_scheduler(address, "none") from None
        waiting, known = iter(tasks), {}
        running: Any = as_completed()  # type: ignore[no-untyped-call]
        threads = sum(client.nthreads().values())
        for task in islice(waiting, 2 * threads):
            known[future := client.submit(job, task, pure=False)] = task
            running.add(future)
        for future in running:
            task = known.pop(future)
            try:
                value = future.result()
            except KilledWorker:
                raise EventFileError(
                    task,
                    "must be countable",
                    "the end of every worker that had it",
                    "give the workers more memory or smaller chunks",
                ) from None
            for more in islice(waiting, 1):
                known[future := client.submit(job, more, pure=False)] = more
                running.add(future)
            yield task, value


def _no_scheduler(address: str, found: str) -> ConfigError:
    return ConfigError(
        f"the scheduler {address}",
        "must answer and have a worker",
        found,
        "start dask scheduler and dask worker, or use --scheduler local",
    )
