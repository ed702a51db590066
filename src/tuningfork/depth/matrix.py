"""The model of specs/<api>/matrix.json: for each test its cost, its claims and the faults that it kills."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    NonNegativeFloat,
    NonNegativeInt,
    ValidationError,
    model_validator,
)

FILE = "matrix.json"
REMEDY = "make it again by `tuningfork audit --matrix`"


class MatrixError(ValueError):
    """A matrix.json that can't be read; the message is one sentence with the name of the file."""


class MatrixRow(BaseModel):
    """What one test cost and found on the mock.

    Args:
        test: its pytest id.
        claims: the ids of the claims that it judged on the mock without a fault.
        requests: how many requests it sends to a server of others, with those of its setup and its clean-up,
            but without those for `shared`.
        shared: the requests for each value that it shares with other tests; the first of them sends these.
        seconds: its duration there.
        exclusive: whether it needs the target to itself.
        lists: the operations of which it reads further pages, so that its cost grows with the target's data.
        reading: how many requests it sends where nothing may be written; None if it can judge nothing there.
        faults: the faults that it kills, as positions in `Matrix.faults`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    test: str
    claims: tuple[str, ...] = ()
    requests: NonNegativeInt
    shared: dict[str, NonNegativeInt] = {}
    seconds: NonNegativeFloat
    exclusive: bool = False
    lists: tuple[str, ...] = ()
    reading: NonNegativeInt | None = None
    faults: tuple[int, ...] = ()


class Matrix(BaseModel):
    """The content of matrix.json.

    Args:
        version: of the format.
        digests: SHA-256 of what the rows of each test module depend on, by the path in its test ids.
        subject: SHA-256 of the contract, the mock and the faults with which the rows were measured.
        faults: the ids of all faults of the API.
        survivors: the ids of the faults that no test kills.
        tests: a row for each test.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    digests: dict[str, str]
    subject: str = ""
    faults: tuple[str, ...]
    survivors: tuple[str, ...] = ()
    tests: tuple[MatrixRow, ...]

    @cached_property
    def rows(self) -> Mapping[str, MatrixRow]:
        """Return the row of each test by its pytest id."""
        return {row.test: row for row in self.tests}

    def valid_rows(self, now: Matrix) -> tuple[MatrixRow, ...]:
        """Return the rows of test modules that have not changed; none for another subject or other faults.

        Args:
            now: has the digests of today.
        """
        if (self.subject, self.faults) != (now.subject, now.faults):
            return ()
        unchanged = dict(self.digests.items() & now.digests.items())
        return tuple(row for row in self.tests if row.test.partition("::")[0] in unchanged)

    @classmethod
    def load(cls, specs: Path) -> Self | None:
        """Return the matrix in a folder of specs/; None if it has none.

        Raises:
            MatrixError: the file can't be read, or is not a matrix of this version.
        """
        file = specs / FILE
        try:
            return cls.model_validate_json(file.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise MatrixError(f"{file}: can't be read ({error.strerror}); {REMEDY}.") from None
        except ValidationError as error:
            first = error.errors()[0]
            location = ".".join(map(str, first["loc"])) or "the file"
            message = first["msg"][:1].lower() + first["msg"][1:]
            raise MatrixError(f"{file}: {location}: {message}; {REMEDY}.") from None

    def with_rows(self, rows: Iterable[MatrixRow]) -> Matrix:
        """Return a matrix with these rows; its survivors are the faults that none of them kills."""
        tests = tuple(rows)
        killed = {index for row in tests for index in row.faults}
        survivors = tuple(fault for index, fault in enumerate(self.faults) if index not in killed)
        return Matrix(
            digests=self.digests, subject=self.subject, faults=self.faults, survivors=survivors, tests=tests
        )

    def killers(self) -> dict[str, frozenset[str]]:
        """Return the tests that kill each fault, by the id of the fault."""
        found: dict[str, set[str]] = {fault: set() for fault in self.faults}
        for row in self.tests:
            for index in row.faults:
                found[self.faults[index]].add(row.test)
        return {fault: frozenset(tests) for fault, tests in found.items()}

    def to_text(self) -> str:
        """Return the text of the file, with a line for each test, so that a diff shows what changed."""
        head = self.model_dump(exclude={"tests"})
        rows = ",\n".join(row.model_dump_json() for row in sorted(self.tests, key=lambda row: row.test))
        return f'{json.dumps(head)[:-1]}, "tests": [\n{rows}\n]}}\n'

    @model_validator(mode="after")
    def _has_known_faults(self) -> Self:
        """Raise ValueError if a row names a fault that the matrix does not list."""
        known = range(len(self.faults))
        if any(fault not in known for row in self.tests for fault in row.faults):
            raise ValueError("a test kills a fault that `faults` does not list")
        return self

    @model_validator(mode="after")
    def _has_one_row_for_each_test(self) -> Self:
        """Raise ValueError if a test has two rows, for example after a merge of two branches."""
        if len({row.test for row in self.tests}) < len(self.tests):
            raise ValueError("a test has two rows")
        return self
