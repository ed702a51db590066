"""Uses up a declared rate limit, by a test hook or by requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response
from tuningfork.conventions.declaration import Declaration, Subject
from tuningfork.conventions.rate_limit import Limit, RateLimit
from tuningfork.model import ExpectationFailed
from tuningfork.testing.declared_operation import DeclaredRequest
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.refusal import is_refusal

MAX_SENT = 50
"""The greatest limit that is used up by requests."""
REFILL_TRIES = 5
"""Requests that a bucket may accept because it is refilled meanwhile."""


@dataclass(frozen=True)
class Quota:
    """The limits of an operation.

    Args:
        subject: the operation with its declared limits.
        declaration: the conventions of the API.
        client: sends the requests.
        find_controls: returns the test hooks; None if the target has none.
    """

    subject: Subject
    declaration: Declaration
    client: Client
    find_controls: Callable[[], ControlsClient | None]

    @property
    def is_alone(self) -> bool:
        """Whether no other client uses the quota: the server is in the process of the tests."""
        return self.client.transport.target_health is None

    @property
    def declared(self) -> RateLimit:
        """The declared limits of the operation."""
        model: RateLimit = self.subject.model
        return model

    @property
    def limits(self) -> list[Limit]:
        """The declared limits that count the operation; one without a number if none is declared."""
        operation = self.subject.operation
        assert operation is not None
        if not self.declared.limits:
            return [
                Limit.model_construct(
                    scope=self.subject.operation_key, count=10**9, per="365d", window="fixed", counts=None
                )
            ]
        counting = [limit for limit in self.declared.limits if limit.is_counted(operation)]
        return at_least_one(counting, "no declared limit counts the operation")

    def leave(self, limit: Limit, left: int) -> None:
        """Set the counter of a limit so that this number of requests is left, and all others to 0.

        The test is not verified if the target has no such hook, or does not know the counter.
        """
        controls = self.find_controls()
        if controls is None:
            not_verified("the target has no test hook /quota")
        try:
            for other in self.limits:
                controls.quota(other.scope, 0)
            controls.quota(limit.scope, limit.count - left)
        except ExpectationFailed as error:
            not_verified(f"the test hook /quota does not know the counter {limit.scope!r}: {error}")

    def send_above(self, limit: Limit, request: DeclaredRequest) -> Response:
        """Use up a limit and return the response to a request above it.

        Without a test hook the limit is used up by requests; a greater one is not verified.
        """
        if self.find_controls() is not None:
            self.leave(limit, 0)
        elif limit.count > MAX_SENT:
            not_verified(f"the target has no test hook /quota, and {limit.count} requests are too many")
        else:
            for _ in range(limit.count):
                request.send(self.client)
        tries = REFILL_TRIES if limit.window == "bucket" else 1
        for _ in range(tries):
            response = request.send(self.client)
            if self.is_refused(response):
                break
        return response

    def is_refused(self, response: Response) -> bool:
        """Return whether a response refuses a request as one above a limit."""
        operation = self.subject.operation
        refusal = self.declared.refusal
        assert refusal is not None
        return is_refusal(response, refusal, self.declaration, operation)  # type: ignore[arg-type]
