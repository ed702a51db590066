from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import os, threading
from tuningfork.audit.process_pool import run_forked

own_tasks = []

def work(task):
    own_tasks.append(task)
    if task == "die":
        os._exit(7)
    if task == "hang":
        threading.Event().wait()
    return task.upper(), len(own_tasks)

results = run_forked(["a", "die", "hang", "b"], work, processes=2, timeout_s=3.0)
for each in sorted(results, key=lambda each: each.task):
    print(each.task, each.result, each.reason)
"""


def test_each_task_runs_in_its_own_process() -> None:
    """The pool runs in a process without threads, because forking a process with threads is not safe."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == [
        "a ('A', 1) ",
        "b ('B', 1) ",
        "die None the process exited with status 7",
        "hang None the task exceeded its time limit",
    ]


KILLED_PARENT = """
import os, signal
from tuningfork.audit.process_pool import run_forked, parent_is_dead

def work(task):
    print(parent_is_dead())
    os.kill(os.getppid(), signal.SIGKILL)
    while not parent_is_dead():
        pass
    print(parent_is_dead(), flush=True)

list(run_forked(["a"], work))
"""


def test_task_detects_that_parent_is_dead() -> None:
    done = subprocess.run([sys.executable, "-c", KILLED_PARENT], capture_output=True, text=True, check=False)

    assert done.returncode == -9
    assert done.stdout.split() == ["False", "True"]
