"""`idempotency` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group, Keys
from tuningfork.conventions.grammar.responses import RefusalValue, ReplayedResponses
from tuningfork.conventions.grammar.scalars import Text

SOURCE = "draft-ietf-httpapi-idempotency-key-header, 2"


class Marked(Keys):
    """`marked`: how a repeated response is recognized."""

    header: Text = Field(description="the name of the header")


class Idempotency(Group):
    """How a repeated request with the same key has one effect."""

    in_: Literal["header", "query", "body"] = Field("header", description="where the key is")
    name: Text = Field("Idempotency-Key", description="its name; a JSON pointer in a body")
    replay: Literal["same", "equal"] | None = Field(
        None, description="whether the second response is the same to the byte, or has equal properties"
    )
    marked: Marked | None = Field(None, description="how a repeated response is recognized")
    kept: Literal["all", "successes"] | None = Field(
        None, description="whether the response to a refused request is repeated as well"
    )
    mismatch: RefusalValue | None = Field(None, description="the refusal of the key with another body")
    concurrent: ReplayedResponses | None = Field(
        None,
        description="the response while the first request runs; a replay is always allowed",
    )
    missing: RefusalValue | None = Field(None, description="the refusal of a request without a key")
    scope: Literal["account"] | None = Field(None, description="whether another user's key is another key")
    window: int | None = Field(None, gt=0, description="the seconds for which a key is remembered at least")


def claims(declared: Idempotency) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of idempotency brings."""
    key = f"{declared.name} in the {declared.in_}"
    if declared.replay is not None:
        as_before = "the same response" if declared.replay == "same" else "an equal response"
        yield _claim(
            "REPLAY", f"a request that is repeated with its {key} has one effect, and gets {as_before}"
        )
    if declared.marked is not None:
        yield _claim("MARKED", f"only the response to a repetition has the header {declared.marked.header}")
    if declared.kept is not None:
        again = "is repeated" if declared.kept == "all" else "is not repeated: the key can be used again"
        yield _claim("KEPT", f"the response to a refused request {again}")
    if declared.mismatch is not None:
        yield _claim("OTHER-BODY", f"the key with another body is refused with {declared.mismatch}")
    if declared.concurrent is not None:
        yield _claim(
            "CONCURRENT", f"a repetition during the request gets {declared.concurrent}; it has one effect"
        )
    if declared.missing is not None:
        yield _claim("MISSING", f"a request without {key} is refused with {declared.missing}")
    if declared.scope == "account":
        yield _claim("OTHER-USER", "the same key of another user is another key", needs=("user2",))
    if declared.window is not None:
        promise = f"a key is remembered for {declared.window} seconds"
        yield _claim("WINDOW", promise, needs=("control:clock",))


def _claim(name: str, promise: str, needs: tuple[str, ...] = ()) -> GenericClaim:
    """Return a claim that needs a target that may be written to."""
    return GenericClaim(f"IDEM-{name}", promise, SOURCE, needs=("write", *needs))


CONVENTION = Convention("idempotency", "Idempotency", Idempotency, claims)
