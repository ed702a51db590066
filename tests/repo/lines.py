"""Counts the lines that declare, test and judge APIs; `python tests/repo/lines.py` prints the number.

It counts src/tuningfork without the simulated servers (mocks, faults, the reference server), the suites and
the declared conventions. A line of more than 110 columns counts as several, so dense code gains nothing.

Commit 7b07e54, before conventions were declared, had 48,936 lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAX_COLUMNS = 110
SERVER_SIDE = (
    "src/tuningfork/mock/**/*.py",
    "src/tuningfork/apis/*/mock/**/*.py",
    "src/tuningfork/apis/*/faults/**/*.py",
    "src/tuningfork/audit/convention_faults/**/*.py",
)
"""Modules that are not counted: the simulated servers and their faults."""


def counted_files(root: Path = ROOT) -> Iterator[Path]:
    """Yield the files whose lines count."""
    server_side = {path for pattern in SERVER_SIDE for path in root.glob(pattern)}
    yield from sorted(set(root.glob("src/tuningfork/**/*.py")) - server_side)
    yield from sorted(root.glob("suites/**/*.py"))
    yield from sorted(root.glob("specs/*/conventions.yaml"))


def count_lines(root: Path = ROOT) -> int:
    """Return the number of lines of at most MAX_COLUMNS columns in the counted files below `root`."""
    lines = (line for path in counted_files(root) for line in path.read_text("utf-8").splitlines())
    return sum(max(1, -(-len(line) // MAX_COLUMNS)) for line in lines)


if __name__ == "__main__":
    print(count_lines())  # noqa: T201 - the number is the output of the command
