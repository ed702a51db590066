"""Which slice of the tests a run of `smoke` takes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tuningfork.depth.choice import SLICES
from tuningfork.depth.slice_number import next_slice, slice_number

COMMIT = (
    *("git", "-c", "user.name=x", "-c", "user.email=x@example.com"),
    *("commit", "-q", "--allow-empty", "-m", "x"),
)


def test_ten_commits_take_ten_slices(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    numbers = []
    for _ in range(SLICES):
        subprocess.run(COMMIT, cwd=tmp_path, check=True)
        numbers.append(slice_number(tmp_path, {}))

    assert sorted(numbers) == list(range(1, SLICES + 1))
    assert slice_number(tmp_path, {"BUILD_NUMBER": "7"}) == numbers[-1]


def test_ten_runs_without_git_take_ten_slices(tmp_path: Path) -> None:
    numbers = [next_slice(tmp_path / "state", counts=True) for _ in range(SLICES)]

    assert slice_number(tmp_path, {}) is None
    assert numbers == list(range(1, SLICES + 1))


def test_run_that_does_not_count_leaves_its_slice_to_the_next(tmp_path: Path) -> None:
    state = tmp_path / "state"

    assert [next_slice(state, counts=counts) for counts in (True, False, False, True, True)] == [
        1,
        2,
        2,
        2,
        3,
    ]


def test_shallow_clone_takes_the_number_of_the_ci_run(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "a"], cwd=tmp_path, check=True)
    for _ in range(3):
        subprocess.run(COMMIT, cwd=tmp_path / "a", check=True)
    url = (tmp_path / "a").as_uri()
    subprocess.run(["git", "clone", "-q", "--depth", "1", url, "b"], cwd=tmp_path, check=True)

    assert slice_number(tmp_path / "b", {"GITHUB_RUN_NUMBER": "26"}) == 7
