"""Idempotency keys of the reference server: a repeated request gets the stored response."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response

from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.idempotency import Idempotency
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.part import Part

UNSAFE_METHODS = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class StoredResponse:
    """A response that is repeated.

    Args:
        request: the body of the request.
        response: the response.
        at: the time of the server's clock.
    """

    request: bytes
    response: Response
    at: float


class IdempotencyPart(Part):
    """Remembers the responses to requests with a key."""

    key = "idempotency"
    order = 40

    def reset(self) -> None:
        """Forget all keys."""
        self.stored: dict[tuple[str, ...], StoredResponse] = {}

    def before(self, call: Call) -> Response | None:
        """Return the stored response to a repeated request."""
        declared = self.declared_for(call)
        if declared is None:
            return None
        key = self.key_of(call, declared)
        if key is None:
            if declared.missing is not None:
                raise self.refuse(declared.missing)
            return None
        known = self.find(call, declared, key)
        call.notes[self.key] = known
        if known is None:
            return None
        if known.request != call.request.get_data() and declared.mismatch is not None:
            raise self.refuse(declared.mismatch)
        return self.repeat(known, declared)

    def after(self, call: Call, response: Response) -> Response:
        """Store the response to the first request with a key."""
        declared = self.declared_for(call)
        key = self.key_of(call, declared) if declared is not None else None
        if declared is None or key is None or self.key not in call.notes:
            return response
        known: StoredResponse | None = call.notes[self.key]
        if known is not None:
            is_refused = response.status_code != known.response.status_code
            return response if is_refused else self.repeat(known, declared)
        if self.is_stored(response, declared):
            stored = StoredResponse(call.request.get_data(), self.copy(response), self.now())
            self.stored[self.scoped(call, declared, key)] = stored
        return response

    def declared_for(self, call: Call) -> Idempotency | None:
        """Return what is declared for a request that may have an effect."""
        found: Idempotency | None = self.of(call)
        return found if call.operation is not None and call.request.method in UNSAFE_METHODS else None

    def key_of(self, call: Call, declared: Idempotency) -> str | None:
        """Return the key of a request; None without one."""
        if declared.in_ == "header":
            return call.request.headers.get(declared.name)
        if declared.in_ == "query":
            return call.request.args.get(declared.name)
        found = places.read(call.body, declared.name)
        return None if found is None else str(found)

    def find(self, call: Call, declared: Idempotency, key: str) -> StoredResponse | None:
        """Return the stored response for a key; None if it is new or its time is over."""
        known = self.stored.get(self.scoped(call, declared, key))
        is_over = (
            known is not None and declared.window is not None and self.now() - known.at > declared.window
        )
        return None if is_over else known

    def scoped(self, call: Call, declared: Idempotency, key: str) -> tuple[str, ...]:
        """Return a key with what it belongs to: the path, and the account if that is declared."""
        account = str(call.account) if declared.scope == "account" else ""
        return call.request.method, call.request.path, account, key

    def is_stored(self, response: Response, declared: Idempotency) -> bool:
        """Return whether a response is stored."""
        return declared.kept == "all" or 200 <= response.status_code < 300

    def repeat(self, known: StoredResponse, declared: Idempotency) -> Response:
        """Return a stored response once more."""
        response = self.copy(known.response)
        if declared.marked is not None:
            response.headers[declared.marked.header] = "true"
        return response

    def copy(self, response: Response) -> Response:
        """Return an equal response."""
        return Response(response.get_data(), response.status_code, list(response.headers))

    def now(self) -> float:
        """Return the time of the server's clock."""
        return self.server.clock.now()

    def refuse(self, refusal: Refusal) -> HttpError:
        """Return the exception that refuses a request as declared."""
        return self.server.get(ErrorPart).refuse(refusal)
