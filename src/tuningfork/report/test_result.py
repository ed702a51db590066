"""The result of one test and the violations it found, as a worker process sends it to the reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tuningfork.model import Exchange, Headers, Response
from tuningfork.redaction import Disclosure, printable_line
from tuningfork.report.excerpt import excerpt
from tuningfork.report.exchange import MAX_VIOLATION_BODY_CHARS, ExchangeRecord

MAX_REPORT_CHARS = 600
"""Characters of an expected or found text, and of a reason."""

MAX_EXCERPT_CHARS = 300
MAX_OPERATIONS_SHOWN = 5
MAX_PATH_CHARS = 60
"""Characters of the path in a sentence about an exchange."""
_BEFORE_PATH = re.compile(r"[A-Za-z][\w+.-]*://[^/?#]*")

PASSED_ALONE = "failed while other requests used the target, passed alone"
"""How the reason of a passed test starts that had failed before, and whose second result counts."""

NOT_JUDGED = "no response had what the claim is about"
"""The reason of a claim that the checks of every exchange judge, if they judged nothing by it."""

TestOutcome = Literal["passed", "failed", "not verified", "error"]


class Violation(BaseModel):
    """A claim that an exchange or a test found broken.

    Args:
        claim: the id of the claim.
        expected: what the claim requires.
        found: what the target did instead.
        pointer: JSON pointer into the response body or name of a header field; empty if neither applies.
        test: the pytest id of the test that found it.
        exchange: the request and response that break the claim, if there is one.
        compared: other exchanges that the failed expectation compared with `exchange`, in the order sent.
        reproduce: a command, or a block of shell commands, that sends what shows the violation.
        excerpt: the part of the response that `pointer` leads to, in one line.
        during_cleanup: whether it was found while the run deleted what a test had created.
        operation: the method of the request and the documented path; empty if the path is undocumented.
        also: the operations of other violations of the claim with the same texts.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True, defer_build=True)

    claim: str
    expected: str
    found: str
    pointer: str = Field(default="", validation_alias="place", serialization_alias="place")
    test: str = ""
    exchange: ExchangeRecord | None = None
    compared: tuple[ExchangeRecord, ...] = ()
    reproduce: str = ""
    excerpt: str = ""
    during_cleanup: bool = False
    operation: str = ""
    also: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        claim: str,
        expected: str,
        found: str,
        pointer: str = "",
        exchange: Exchange | None = None,
        disclosure: Disclosure | None = None,
        *,
        compared: Sequence[Exchange] = (),
        reproduce: str = "",
        operation: str = "",
        max_body: int = MAX_VIOLATION_BODY_CHARS,
    ) -> Self:
        """Build a violation whose texts and exchanges contain no secrets; `reproduce` must have none."""
        disclosure = disclosure or Disclosure()
        return cls(
            claim=claim,
            expected=disclosure.line(expected, MAX_REPORT_CHARS),
            found=disclosure.line(found, MAX_REPORT_CHARS),
            pointer=disclosure.line(pointer, MAX_REPORT_CHARS),
            exchange=None if exchange is None else ExchangeRecord.of(exchange, disclosure, max_body),
            excerpt="" if exchange is None else _excerpt(exchange.response, pointer, disclosure),
            compared=tuple(ExchangeRecord.of(each, disclosure) for each in compared),
            reproduce=reproduce,
            operation=disclosure.line(operation, MAX_REPORT_CHARS),
        )

    @property
    def command(self) -> str:
        """The shell commands that show the violation again; empty without any."""
        return self.reproduce or (self.exchange.curl if self.exchange is not None else "")

    @property
    def others(self) -> str:
        """The operations in `also`, of many the first ones; empty without any."""
        more = len(self.also) - MAX_OPERATIONS_SHOWN
        return ", ".join([*self.also[:MAX_OPERATIONS_SHOWN], *([f"and {more} more"] if more > 0 else [])])

    @property
    def sentence(self) -> str:
        """The method and the path of the exchange, and what was expected and found."""
        text = f"expected {self.expected}; found {self.found}"
        if self.exchange is None:
            return text
        path = printable_line(
            _BEFORE_PATH.sub("", self.exchange.url).partition("?")[0] or "/", MAX_PATH_CHARS
        )
        return f"{self.exchange.method} {path}: {text}"

    def rows(self) -> list[tuple[str, str]]:
        """Return pairs of label and text: expected, found, exchange, where else, commands that repeat it."""
        found = f"{self.found} (at {self.pointer})" if self.pointer else self.found
        rows = [("expected", self.expected), ("found", found)]
        if self.exchange is not None:
            rows.append(("exchange", self.exchange.summary(self.excerpt, self.found)))
        if self.also:
            rows.append(("also at", self.others))
        if self.command:
            rows.append(("reproduce", self.command))
        return rows

    def text(self) -> str:
        """Return the rows and the id of the test, one a line."""
        rows = [*self.rows(), *([("test", self.test)] if self.test else [])]
        return "\n".join(f"{label + ':':<10} {text}" for label, text in rows)


def _excerpt(response: Response, pointer: str, disclosure: Disclosure) -> str:
    """Return the part of a response at a pointer without secrets, truncated."""
    headers = Headers((name, disclosure.header(name, value)) for name, value in response.headers.pairs)
    body = disclosure.body(response.body, response.media_type)
    return disclosure.line(excerpt(Response(response.status, "", headers, body), pointer), MAX_EXCERPT_CHARS)


class TestResult(BaseModel):
    """How one test ended, and every violation found while it ran.

    Args:
        test: its pytest id.
        line: of its function in its file, from 1; 0 if unknown.
        api: the API that it tests.
        claims: the ids of the claims that it is marked with.
        doc: the first paragraph of its docstring, in one line.
        unjudged: further claims, of which no response had what they are about.
        outcome: how it ended; "error" means that the test itself failed, not the target.
        reason: why it ended so, in one phrase; for "passed" empty, or what it found before it ran alone.
        violations: of its own claims, if it failed, and of any claim that an exchange check found broken.
        exchanges: a few of its exchanges, as examples for the reports.
        seconds: its duration.
        requests: how many requests it sent.
    """

    __test__: ClassVar[bool] = False  # keeps pytest from collecting it
    model_config = ConfigDict(frozen=True)

    test: str
    line: int = 0
    api: str
    claims: tuple[str, ...]
    doc: str = ""
    unjudged: tuple[str, ...] = ()
    outcome: TestOutcome
    reason: str = ""
    violations: tuple[Violation, ...] = ()
    exchanges: tuple[ExchangeRecord, ...] = ()
    seconds: float = 0.0
    requests: int = 0

    @field_validator("reason")
    @classmethod
    def _without_secrets(cls, reason: str) -> str:
        return Disclosure().line(" ".join(reason.split()), MAX_REPORT_CHARS)
