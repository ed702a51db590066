"""Work in forked processes: each task sees what was there when it began, and nothing of what others did."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
FORK = get_context("fork")


@dataclass(frozen=True, slots=True)
class Done(Generic[T, R]):
    """A task and what came of it; where nothing came, why."""

    task: T
    result: R | None
    reason: str = ""


@dataclass(slots=True)
class _Child(Generic[T]):
    task: T
    process: ForkProcess
    answers: Connection
    deadline: float


def forked(
    tasks: Iterable[T], work: Callable[[T], R], processes: int | None = None, limit: float = 300.0
) -> Iterator[Done[T, R]]:
    """Each task done in a process of its own, in the order in which they end.

    Args:
        tasks: begun in this order.
        work: gives what can be pickled.
        processes: how many at a time; as many as there are cores if not given.
        limit: seconds after which a task is ended.
    """
    waiting = iter(tasks)
    most = processes or len(os.sched_getaffinity(0))
    running: dict[Connection, _Child[T]] = {}
    try:
        while True:
            while len(running) < most and (child := _next(waiting, work, limit)):
                running[child.answers] = child
            if not running:
                return
            yield from _ended(running)
    finally:
        for child in running.values():
            child.process.kill()


def is_orphan() -> bool:
    """Whether this is a task's process whose parent was ended: nobody waits for what it does."""
    parent = parent_process()
    return parent is not None and parent.pid != os.getppid()


def _next(waiting: Iterator[T], work: Callable[[T], R], limit: float) -> _Child[T] | None:
    for task in waiting:
        answers, telling = FORK.Pipe(duplex=False)
        process = FORK.Process(target=_tell, args=(telling, work, task))
        process.start()
        telling.close()
        return _Child(task, process, answers, time.monotonic() + limit)
    return None


def _tell(telling: Connection, work: Callable[[T], R], task: T) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # the parent tells that it was interrupted
    telling.send(work(task))
    telling.close()
    os._exit(0)  # what is registered for the parent's end is the parent's


def _ended(running: dict[Connection, _Child[T]]) -> Iterator[Done[T, R]]:
    for answers in connection.wait(list(running), timeout=1.0):
        assert isinstance(answers, Connection)
        yield _collected(running.pop(answers))
    now = time.monotonic()
    for child in [child for child in running.values() if now > child.deadline]:
        child.process.kill()
        child.process.join()
        del running[child.answers]
        yield Done(child.task, None, "it did not come to an end")


def _collected(child: _Child[T]) -> Done[T, R]:
    try:
        result = child.answers.recv()
    except EOFError:
        child.process.join()
        return Done(child.task, None, f"its process ended by itself ({child.process.exitcode})")
    child.process.join()
    return Done(child.task, result)
