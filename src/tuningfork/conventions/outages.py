"""`outages` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, OperationGroup
from tuningfork.conventions.grammar.statuses import StatusSet


class Outages(OperationGroup):
    """What a failure of the server looks like; the test hook /outage causes one."""

    status: StatusSet = Field(
        description="the statuses of a failure; not judged by itself: the test hook causes each of them"
    )
    form: Literal["as-errors", "free"] = Field("free", description="whether a failure has the form of errors")
    after: Literal["works"] | None = Field(
        None, description="whether the server works when the failure is over"
    )


def claims(declared: Outages) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of outages brings."""
    hook = ("control:outage",)
    form = " in the form of errors" if declared.form == "as-errors" else ""
    promise = f"The response to a failure is {declared.status}{form}, and has no internals."
    yield GenericClaim("OUTAGE-FORM", promise, "RFC 9110, 15.6", needs=hook)
    if declared.after is not None:
        promise = "An outage is of every operation, and each works again after it."
        yield GenericClaim("OUTAGE-PASSES", promise, "RFC 9110, 15.6", needs=hook)


CONVENTION = Convention("outages", "Outages", Outages, claims)
