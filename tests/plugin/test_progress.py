"""Progress of `tuningfork run`: which API a test belongs to, and what bars and lines show."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from rich.console import Console

from tuningfork.pytest_plugin import progress
from tuningfork.pytest_plugin.progress import Bars, Lines, api_of, time_left


@pytest.mark.parametrize(
    ("node_id", "api"),
    [
        ("suites/soundcloud/test_tracks.py::test_a", "soundcloud"),
        ("suites/soundcloud/test_tracks.py::test_a[audioboo]", "soundcloud"),
        ("suites/conventions/test_generated.py::test_a[audioboo GET /users/{id}]", "audioboo"),
        ("suites/conventions/test_generated.py::test_a[soundcloud-1]", "soundcloud"),
        ("suites/conventions/test_generated.py::test_a", "conventions"),
    ],
)
def test_api_of_a_test_is_its_folder_or_parameter(node_id: str, api: str) -> None:
    assert api_of(node_id, ("audioboo", "soundcloud")) == api


@pytest.mark.parametrize(
    ("done", "seconds", "text"),
    [
        (50, 10, "about 10 s left"),
        (10, 10, "about 1 min 30 s left"),
        (100, 10, "about 0 s left"),
        (101, 10, "about 0 s left"),
    ],
)
def test_time_left_is_estimated_from_the_tests_that_have_run(done: int, seconds: float, text: str) -> None:
    assert time_left(done, 100, seconds) == text


def test_lines_are_printed_at_each_tenth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LINE_INTERVAL_S", 0.0)
    file = io.StringIO()
    lines = Lines({"A": 20, "B": 10}, Console(file=file, width=80))

    done: Counter[str] = Counter()
    for api in ["A"] * 20 + ["B"] * 10:
        done[api] += 1
        lines.update(done, "about 1 s left")
    lines.close()

    printed = file.getvalue().splitlines()
    assert printed[0] == "10 %: A 3/20, B 0/10, about 1 s left"
    assert printed[-1] == "90 %: A 20/20, B 7/10, about 1 s left"
    assert len(printed) == 9


def test_short_run_prints_no_lines() -> None:
    file = io.StringIO()

    Lines({"A": 2}, Console(file=file)).update({"A": 1}, "about 0 s left")

    assert file.getvalue() == ""


def test_bars_are_erased_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "REFRESH_INTERVAL_S", 0.0)
    file = io.StringIO()
    bars = Bars({"A": 4, "B": 2}, Console(file=file, force_terminal=True, width=80, color_system=None))

    bars.update({"A": 3, "B": 1}, "about 5 s left")
    bars.close()

    assert "3/4" in file.getvalue()
    assert "1/2 about 5 s left" in file.getvalue()
    assert file.getvalue().endswith("\x1b[1A\x1b[2K\x1b[1A\x1b[2K")
