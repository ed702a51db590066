"""`outages` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Keys
from tuningfork.conventions.grammar import StatusSet


class Outages(Keys):
    """What a failure of the server looks like; the test hook /outage causes one."""

    status: StatusSet = Field(description="the statuses of a failure")
    form: Literal["as-errors", "free"] = Field("free", description="whether a failure has the form of errors")
    after: Literal["works"] | None = Field(
        None, description="whether the server works when the failure is over"
    )


def claims(declared: Outages) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of outages brings."""
    return iter(())


CONVENTION = Convention("outages", "Outages", Outages, claims)
