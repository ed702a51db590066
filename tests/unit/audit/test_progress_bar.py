from __future__ import annotations

import io

from rich.console import Console

from tuningfork.audit.progress_bar import show_progress


def shown(*steps: int, total: int, done: int = 0, is_terminal: bool = False) -> str:
    out = io.StringIO()
    with show_progress("faults", total, done, Console(file=out, force_terminal=is_terminal)) as advance:
        for step in steps:
            advance(step)
    return out.getvalue()


def test_log_has_a_line_for_each_tenth() -> None:
    lines = shown(*[1] * 40, total=40).splitlines()

    assert lines == [f"faults: {number} of 40" for number in range(4, 41, 4)]


def test_log_of_few_items_has_a_line_for_each_step() -> None:
    assert shown(1, 2, total=3).splitlines() == ["faults: 1 of 3", "faults: 3 of 3"]


def test_earlier_items_count_as_done() -> None:
    assert shown(1, total=10, done=9).splitlines() == ["faults: 10 of 10"]


def test_terminal_shows_a_bar() -> None:
    assert "faults" in shown(1, total=2, is_terminal=True)


def test_empty_total_shows_nothing() -> None:
    assert shown(total=0) == ""
