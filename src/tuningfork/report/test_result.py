"""What a test says of its claims, as it goes from the process that ran it to the one that records."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, field_validator

from tuningfork.model import Exchange
from tuningfork.redaction import Disclosure
from tuningfork.report.exchange import ExchangeRecord

LONGEST = 600
"""Characters of what was expected or found."""

End = Literal["passed", "failed", "not verified", "error"]


class Breach(BaseModel):
    """One claim that was broken: what was promised, what was found, where, and how to see it again."""

    model_config = ConfigDict(frozen=True)

    claim: str
    expected: str
    found: str
    place: str = ""
    test: str = ""
    exchange: ExchangeRecord | None = None

    @classmethod
    def of(
        cls,
        claim: str,
        expected: str,
        found: str,
        place: str = "",
        exchange: Exchange | None = None,
        disclosure: Disclosure | None = None,
    ) -> Self:
        """A breach without its secrets."""
        told = disclosure or Disclosure()
        return cls(
            claim=claim,
            expected=told.line(expected, LONGEST),
            found=told.line(found, LONGEST),
            place=told.line(place, LONGEST),
            exchange=None if exchange is None else ExchangeRecord.of(exchange, told),
        )

    def text(self) -> str:
        """Expected, found, where, by which test, and the command that shows it again."""
        found = f"{self.found} (at {self.place})" if self.place else self.found
        lines = [f"expected: {self.expected}", f"found:    {found}"]
        lines += [f"test:     {self.test}"] if self.test else []
        lines += [f"repeat:   {self.exchange.curl}"] if self.exchange else []
        return "\n".join(lines)


class Outcome(BaseModel):
    """A test's own end, and every breach that was seen while it ran.

    Args:
        test: its pytest id.
        api: the API that it judges.
        claims: those that it is marked with.
        end: how it ended; "error" is our own fault.
        reason: a phrase, for all but "passed".
        breaches: of its own claims (if it failed) and of any claim that a check of an exchange saw broken.
        exchanges: a few, to show.
        seconds: how long it took.
        requests: how many it sent.
    """

    model_config = ConfigDict(frozen=True)

    test: str
    api: str
    claims: tuple[str, ...]
    end: End
    reason: str = ""
    breaches: tuple[Breach, ...] = ()
    exchanges: tuple[ExchangeRecord, ...] = ()
    seconds: float = 0.0
    requests: int = 0

    @field_validator("reason")
    @classmethod
    def _without_secrets(cls, reason: str) -> str:
        return Disclosure().line(" ".join(reason.split()), LONGEST)
