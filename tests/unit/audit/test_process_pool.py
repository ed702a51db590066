from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import os, threading
from tuningfork.audit.process_pool import run_forked

seen = []

def work(task):
    seen.append(task)
    if task == "die":
        os._exit(7)
    if task == "hang":
        threading.Event().wait()
    return task.upper(), len(seen)

ended = run_forked(["a", "die", "hang", "b"], work, processes=2, limit=3.0)
for done in sorted(ended, key=lambda done: done.task):
    print(done.task, done.result, done.reason)
"""


def test_each_task_has_a_process_of_its_own() -> None:
    """In a process without threads, since one with threads is not safely forked."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == [
        "a ('A', 1) ",
        "b ('B', 1) ",
        "die None its process ended by itself (7)",
        "hang None it did not come to an end",
    ]


ENDED = """
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


def test_a_task_sees_that_nobody_waits_for_it() -> None:
    done = subprocess.run([sys.executable, "-c", ENDED], capture_output=True, text=True, check=False)

    assert done.returncode == -9
    assert done.stdout.split() == ["False", "True"]
