"""Shows the progress of an audit: a bar in a terminal, or a line for each tenth in a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Advance = Callable[[int], None]
"""Reports that a number of further items are done."""


@contextmanager
def show_progress(what: str, total: int, done: int, to: Console) -> Iterator[Advance]:
    """Show how many items are done; the context value is a function that reports further ones.

    Args:
        what: what the items are, in the plural.
        total: the number of all items.
        done: the number of items that are done already.
        to: where the progress is shown.
    """
    if not to.is_terminal:
        yield _log_tenths(what, total, done, to)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=to, transient=True) as progress:
        task = progress.add_task(what, total=total, completed=done)
        yield lambda count: progress.advance(task, count)


def _log_tenths(what: str, total: int, done: int, to: Console) -> Advance:
    """Return a function that prints a line each time a further tenth of `total` is done."""
    last_tenth = 10 * done // max(total, 1)

    def advance(count: int) -> None:
        """Add `count` done items; print a line if they complete a further tenth."""
        nonlocal done, last_tenth
        done += count
        if (tenth := 10 * done // total) > last_tenth:
            last_tenth = tenth
            to.print(f"{what}: {done} of {total}", style="dim")

    return advance
