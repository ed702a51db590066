"""How far an audit has come: a bar in a terminal, a line at each tenth where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Advance = Callable[[int], None]
"""Tell that so many more are done."""


@contextmanager
def show_progress(what: str, total: int, done: int, to: Console) -> Iterator[Advance]:
    """Show how many of `total` are done, of which `done` were before."""
    if not to.is_terminal:
        yield _lines(what, total, done, to)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=to, transient=True) as progress:
        task = progress.add_task(what, total=total, completed=done)
        yield lambda more: progress.advance(task, more)


def _lines(what: str, total: int, done: int, to: Console) -> Advance:
    shown = 10 * done // max(total, 1)

    def advance(more: int) -> None:
        nonlocal done, shown
        done += more
        if (tenth := 10 * done // total) > shown:
            shown = tenth
            to.print(f"{what}: {done} of {total}", style="dim")

    return advance
