"""Runs tasks in forked processes: each has a copy of the parent's state and cannot affect other tasks."""

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
TASK_TIMEOUT_S = 300.0
"""Default time limit of a task, in seconds."""
POLL_INTERVAL_S = 1.0
"""Longest wait for a result before the time limits are checked, in seconds."""


@dataclass(frozen=True, slots=True)
class TaskResult(Generic[T, R]):
    """A task and the result of its work; if `result` is None, `reason` says why."""

    task: T
    result: R | None
    reason: str = ""


@dataclass(slots=True)
class _Child(Generic[T]):
    """A running process; it sends its result to `receiver`."""

    task: T
    process: ForkProcess
    receiver: Connection
    deadline: float


def run_forked(
    tasks: Iterable[T],
    work: Callable[[T], R],
    processes: int | None = None,
    timeout_s: float = TASK_TIMEOUT_S,
) -> Iterator[TaskResult[T, R]]:
    """Run `work(task)` for each task in a process of its own; yield the results as the tasks end.

    Args:
        tasks: started in this order.
        work: returns a result that can be pickled.
        processes: how many processes run at a time; by default the number of cores.
        timeout_s: the time limit of each task in seconds; a process that exceeds it is killed.
    """
    pending = iter(tasks)
    max_processes = processes or len(os.sched_getaffinity(0))
    running: dict[Connection, _Child[T]] = {}
    try:
        while True:
            while len(running) < max_processes and (child := _start_next(pending, work, timeout_s)):
                running[child.receiver] = child
            if not running:
                return
            yield from _collect_ended(running)
    finally:
        for child in running.values():
            child.process.kill()


def parent_is_dead() -> bool:
    """Return whether this process runs a task and its parent has died, so that the result is not needed."""
    parent = parent_process()
    return parent is not None and parent.pid != os.getppid()


def _start_next(pending: Iterator[T], work: Callable[[T], R], timeout_s: float) -> _Child[T] | None:
    """Start a process for the next pending task and return it; None if no task is pending."""
    for task in pending:
        receiver, sender = FORK.Pipe(duplex=False)
        process = FORK.Process(target=_run_task, args=(sender, work, task))
        process.start()
        sender.close()
        return _Child(task, process, receiver, time.monotonic() + timeout_s)
    return None


def _run_task(sender: Connection, work: Callable[[T], R], task: T) -> None:
    """Send the result of `work(task)` to the parent, and exit the child process."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # the parent reports an interruption
    sender.send(work(task))
    sender.close()
    os._exit(0)  # exit handlers belong to the parent


def _collect_ended(running: dict[Connection, _Child[T]]) -> Iterator[TaskResult[T, R]]:
    """Remove the tasks that ended or exceeded their time limit from `running`, and yield their results."""
    for receiver in connection.wait(list(running), timeout=POLL_INTERVAL_S):
        assert isinstance(receiver, Connection)
        yield _receive_result(running.pop(receiver))
    now = time.monotonic()
    for child in [child for child in running.values() if now > child.deadline]:
        child.process.kill()
        child.process.join()
        del running[child.receiver]
        yield TaskResult(child.task, None, "the task exceeded its time limit")


def _receive_result(child: _Child[T]) -> TaskResult[T, R]:
    """Return the result that a process sent; without a result, the reason is its exit status."""
    try:
        result = child.receiver.recv()
    except EOFError:
        child.process.join()
        return TaskResult(child.task, None, f"the process exited with status {child.process.exitcode}")
    child.process.join()
    return TaskResult(child.task, result)
