"""Faults and variants of `idempotency`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response

from tuningfork.audit.concurrency import concurrent_requests_event
from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.conventions.idempotency import Idempotency
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.idempotency import IdempotencyPart, StoredResponse
from tuningfork.mock.reference.server import ReferenceServer

Find = Callable[[Call, Idempotency, str], StoredResponse | None]
HALF = 2


def replays_the_same(declaration: Declaration) -> bool:
    """Return whether a repeated response is the same to the byte."""
    return any(group.replay == "same" for group in declaration.groups.get("idempotency", ()))


def replays_equal(declaration: Declaration) -> bool:
    """Return whether a repeated response has only equal properties."""
    return any(group.replay == "equal" for group in declaration.groups.get("idempotency", ()))


def may_be_concurrent(declaration: Declaration) -> bool:
    """Return whether a concurrent repetition may be refused."""
    return any(
        each.concurrent and each.concurrent.refusal for each in declaration.groups.get("idempotency", ())
    )


def allows_duplicates(declaration: Declaration) -> bool:
    """Return whether equal items may exist."""
    return all(each.duplicate is None for each in declaration.named.get("resources", {}).values())


@breaks("IDEM-REPLAY", "IDEM-CONCURRENT", "IDEM-WINDOW", "IDEM-MARKED", "IDEM-OTHER-BODY")
def keys_are_ignored(server: ReferenceServer) -> None:
    """A key has no effect: each request creates an item."""
    wrap_method(server.get(IdempotencyPart), "find", lambda *_: None)


@breaks("IDEM-REPLAY")
def third_request_with_a_key_has_an_effect(server: ReferenceServer) -> None:
    """A key is forgotten after its first repetition."""
    part = server.get(IdempotencyPart)

    def repeat(original: Callable[..., Response], known: StoredResponse, declared: Idempotency) -> Response:
        part.stored = {key: each for key, each in part.stored.items() if each is not known}
        return original(known, declared)

    wrap_method(part, "repeat", repeat)


@breaks("IDEM-REPLAY", when=replays_the_same)
def repeated_response_has_another_status(server: ReferenceServer) -> None:
    """A repeated response has the status 200, or 201 instead of 200."""

    def repeat(original: Callable[..., Response], *arguments: Any) -> Response:
        response = original(*arguments)
        response.status_code = 201 if response.status_code == 200 else 200
        return response

    wrap_method(server.get(IdempotencyPart), "repeat", repeat)


@breaks("IDEM-MARKED")
def repetition_is_not_marked(server: ReferenceServer) -> None:
    """A repeated response is not marked."""

    def repeat(original: Callable[..., Response], known: StoredResponse, declared: Idempotency) -> Response:
        return original(known, declared.model_copy(update={"marked": None}))

    wrap_method(server.get(IdempotencyPart), "repeat", repeat)


@breaks("IDEM-MARKED")
def every_response_is_marked(server: ReferenceServer) -> None:
    """The response to the first request with a key is marked as well."""
    part = server.get(IdempotencyPart)

    def after(original: Callable[..., Response], call: Call, response: Response) -> Response:
        declared = part.declared_for(call)
        response = original(call, response)
        if declared is not None and declared.marked is not None and part.key_of(call, declared):
            response.headers[declared.marked.header] = "true"
        return response

    wrap_method(part, "after", after)


@breaks("IDEM-KEPT")
def refused_requests_are_stored_or_not(server: ReferenceServer) -> None:
    """The response to a refused request is forgotten where it is to be stored, and stored otherwise."""

    def is_stored(original: Callable[..., bool], response: Response, declared: Idempotency) -> bool:
        return 200 <= response.status_code < 300 or declared.kept == "successes"

    wrap_method(server.get(IdempotencyPart), "is_stored", is_stored)


@breaks("IDEM-KEPT")
def conflicts_are_stored_or_not(server: ReferenceServer) -> None:
    """Only the response 409 is forgotten where it is to be stored, and stored otherwise."""

    def is_stored(original: Callable[..., bool], response: Response, declared: Idempotency) -> bool:
        kept = original(response, declared)
        return not kept if response.status_code == 409 else kept

    wrap_method(server.get(IdempotencyPart), "is_stored", is_stored)


@breaks("IDEM-OTHER-BODY")
def other_body_gets_the_first_response(server: ReferenceServer) -> None:
    """A key with another body gets the response to the first request."""
    part = server.get(IdempotencyPart)

    def find(original: Find, call: Call, declared: Idempotency, key: str) -> StoredResponse | None:
        known = original(call, declared, key)
        return None if known is None else replace(known, request=call.request.get_data())

    wrap_method(part, "find", find)


@breaks("IDEM-OTHER-BODY")
def other_body_is_processed(server: ReferenceServer) -> None:
    """A key with another body is a new request."""

    def find(original: Find, call: Call, declared: Idempotency, key: str) -> StoredResponse | None:
        known = original(call, declared, key)
        return known if known is None or known.request == call.request.get_data() else None

    wrap_method(server.get(IdempotencyPart), "find", find)


@breaks("IDEM-CONCURRENT", when=allows_duplicates)
def concurrent_requests_are_all_processed(server: ReferenceServer) -> None:
    """Requests with one key that arrive in the same moment are all processed."""
    are_concurrent = concurrent_requests_event(server)

    def find(original: Find, *arguments: Any) -> StoredResponse | None:
        return None if are_concurrent.is_set() else original(*arguments)

    wrap_method(server.get(IdempotencyPart), "find", find)


@breaks("IDEM-CONCURRENT")
def concurrent_requests_fail(server: ReferenceServer) -> None:
    """A repetition in the same moment is refused with 400."""
    _refuse_concurrent(server, lambda _: Refusal(Statuses(("400",))))


@keeps("IDEM-CONCURRENT", when=may_be_concurrent)
def concurrent_requests_are_refused(server: ReferenceServer) -> None:
    """A repetition in the same moment is refused as declared."""
    _refuse_concurrent(server, _concurrent_refusal)


@keeps("IDEM-REPLAY", when=replays_equal)
def repeated_response_is_200(server: ReferenceServer) -> None:
    """A repeated response has the status 200 and a new property."""

    def repeat(original: Callable[..., Response], *arguments: Any) -> Response:
        response = original(*arguments)
        body = response.get_json(silent=True)
        return server.json({**body, "repeated": True}) if isinstance(body, dict) else response

    wrap_method(server.get(IdempotencyPart), "repeat", repeat)


@breaks("IDEM-MISSING")
def key_may_be_missing(server: ReferenceServer) -> None:
    """A request without a key is processed."""
    _without_key(server, lambda: None)


@breaks("IDEM-MISSING")
def request_without_a_key_is_refused_with_418(server: ReferenceServer) -> None:
    """A request without a key is refused with 418."""

    def fail() -> None:
        raise HttpError(418)

    _without_key(server, fail)


@breaks("IDEM-OTHER-USER")
def keys_belong_to_all_users(server: ReferenceServer) -> None:
    """A key of one user is the key of all users."""

    def scoped(original: Callable[..., tuple[str, ...]], *arguments: Any) -> tuple[str, ...]:
        method, path, _, key = original(*arguments)
        return method, path, "", key

    wrap_method(server.get(IdempotencyPart), "scoped", scoped)


@breaks("IDEM-OTHER-USER")
def second_user_is_refused(server: ReferenceServer) -> None:
    """A key that another user has used is refused with 409."""
    part = server.get(IdempotencyPart)

    def find(original: Find, call: Call, declared: Idempotency, key: str) -> StoredResponse | None:
        own = original(call, declared, key)
        if own is None and any(each[-1] == key for each in part.stored):
            raise HttpError(409)
        return own

    wrap_method(part, "find", find)


@breaks("IDEM-WINDOW")
def keys_are_forgotten_early(server: ReferenceServer) -> None:
    """A key is forgotten when half of its time is over."""
    _limit_window(server, lambda window: window // HALF)


@breaks("IDEM-WINDOW")
def keys_are_forgotten_a_minute_early(server: ReferenceServer) -> None:
    """A key is forgotten a minute before its time is over."""
    _limit_window(server, lambda window: window - 60)


@keeps("IDEM-WINDOW")
def keys_are_remembered_longer(server: ReferenceServer) -> None:
    """A key is remembered twice as long as declared."""
    _limit_window(server, lambda window: window * 2)


def _concurrent_refusal(declared: Idempotency) -> Refusal | None:
    """Return the declared refusal of a concurrent repetition."""
    return declared.concurrent.refusal if declared.concurrent is not None else None


def _limit_window(server: ReferenceServer, change: Callable[[int], int]) -> None:
    """Remember keys for another time."""

    def find(original: Find, call: Call, declared: Idempotency, key: str) -> StoredResponse | None:
        changed = declared.model_copy(update={"window": change(declared.window or 0)})
        return original(call, changed, key)

    wrap_method(server.get(IdempotencyPart), "find", find)


def _without_key(server: ReferenceServer, process: Callable[[], None]) -> None:
    """Process a request without a key in another way."""
    part = server.get(IdempotencyPart)

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        declared = part.declared_for(call)
        if declared is not None and part.key_of(call, declared) is None:
            process()
            return None
        return original(call)

    wrap_method(part, "before", before)


def _refuse_concurrent(server: ReferenceServer, refusal_of: Callable[[Idempotency], Refusal | None]) -> None:
    """Refuse a repetition that arrives while another request is processed."""
    part, are_concurrent = server.get(IdempotencyPart), concurrent_requests_event(server)

    def repeat(original: Callable[..., Response], known: StoredResponse, declared: Idempotency) -> Response:
        refusal = refusal_of(declared)
        if are_concurrent.is_set() and refusal is not None:
            raise part.refuse(refusal)
        return original(known, declared)

    wrap_method(part, "repeat", repeat)
