"""`tuningfork run` with evidence that does not know some faults, as it would not know those of a real server.

    python -m benchmarks.peers.blind_run ID,ID,… run [OPTIONS]

Exit code and reports are those of the run.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from typing import Self, TypeVar

from tuningfork.cli import main
from tuningfork.depth.matrix import Matrix
from tuningfork.pytest_plugin import prepared_run

AnyMatrix = TypeVar("AnyMatrix", bound=Matrix)


def hide(matrix: AnyMatrix, faults: Collection[str]) -> AnyMatrix:
    """Return a matrix whose tests are not known to find some faults."""
    hidden = {index for index, fault in enumerate(matrix.faults) if fault in faults}
    rows = (
        row.model_copy(update={"faults": tuple(index for index in row.faults if index not in hidden)})
        for row in matrix.tests
    )
    return matrix.model_copy(update={"tests": tuple(rows)})


def blindfold(faults: Collection[str]) -> None:
    """Hide faults from the runs of this process."""

    class BlindMatrix(Matrix):
        @classmethod
        def load(cls, specs: Path) -> Self | None:
            """Return the matrix of a folder without the hidden faults."""
            matrix = super().load(specs)
            return matrix and hide(matrix, faults)

    prepared_run.Matrix = BlindMatrix  # type: ignore[attr-defined]  # the run gets it by this name


if __name__ == "__main__":
    blindfold(sys.argv.pop(1).split(","))
    main()
