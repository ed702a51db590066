"""Work on all processor cores: a process for each, which does not leave its core."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def on_all_cores(work: Callable[[Item], None], items: Sequence[Item]) -> None:
    """Call `work` with each item, in their order, on the next core that is free; return after the last.

    The processes are forks of this one: what they change in memory is not changed here.
    """
    context = multiprocessing.get_context("fork")
    next_index = context.Value("i", 0)

    def work_on(core: int) -> None:
        os.sched_setaffinity(0, {core})
        while True:
            with next_index.get_lock():
                index = next_index.value
                next_index.value += 1
            if index >= len(items):
                return
            work(items[index])

    processes = [context.Process(target=work_on, args=(core,)) for core in sorted(os.sched_getaffinity(0))]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
