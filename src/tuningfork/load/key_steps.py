"""Steps of users about idempotency keys: they repeat a key, in turn and at the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from tuningfork import not_verified
from tuningfork.client.response import Response
from tuningfork.conventions.declaration import Subject
from tuningfork.load.item_steps import RACING, disposing, find_resource, resources_of
from tuningfork.load.listed_once import expect_listed_once
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.declared_resource import DeclaredItem
from tuningfork.testing.keyed_requests import KeyedRequests, expect_one_effect, expect_replay, send_when_free
from tuningfork.testing.load_scenario import LoadUser


@dataclass(frozen=True)
class _Repeated:
    """The responses to a key that was sent several times.

    Args:
        body: the body that was sent.
        key: the key.
        responses: the responses.
        seconds: how long the key had to be remembered, at most.
    """

    body: Any
    key: str
    responses: list[Response]
    seconds: float


def repeat_key(subject: Subject, user: LoadUser) -> None:
    """Send a creation with a key again, and another one several times at the same moment."""
    keyed = _find_keyed(subject, user)
    in_turn = _send_in_turn(keyed)
    at_once = _send_at_once(keyed, user)
    items = [*_items(keyed, in_turn.body, in_turn.responses), *_items(keyed, at_once.body, at_once.responses)]
    with disposing(user, keyed.resource, items):
        if ids := subject.claims.get("IDEM-REPLAY"):
            with user.judging(*ids):
                _expect_remembered(keyed, in_turn)
                expect_replay(keyed, *in_turn.responses)
                expect_listed_once(keyed.resource, in_turn.body, at_once.body)
        if ids := subject.claims.get("IDEM-CONCURRENT"):
            with user.judging(*ids):
                _expect_remembered(keyed, at_once)
                if not expect_one_effect(keyed, at_once.responses):
                    items += _items(keyed, at_once.body, [send_when_free(keyed, at_once.body, at_once.key)])
                expect_listed_once(keyed.resource, at_once.body, in_turn.body)


def _send_in_turn(keyed: KeyedRequests) -> _Repeated:
    """Send a key, and send it again."""
    body, key = keyed.body(), keyed.key()
    first = keyed.send_first(body, key)
    began = monotonic() - first.exchange.seconds
    responses = [first, keyed.send(body, key)]
    return _Repeated(body, key, responses, monotonic() - began)


def _send_at_once(keyed: KeyedRequests, user: LoadUser) -> _Repeated:
    """Send a key several times at the same moment."""
    body, key, began = keyed.body(), keyed.key(), monotonic()
    responses = user.at_once(RACING, lambda client: keyed.send(body, key, client))
    return _Repeated(body, key, responses, monotonic() - began)


def _items(keyed: KeyedRequests, body: Any, responses: Sequence[Response]) -> list[DeclaredItem]:
    """Return the items that responses say are created."""
    successes = [each for each in responses if keyed.resource.is_success(each)]
    created = {keyed.id_of(each): keyed.resource.created(each, body) for each in successes}
    return list(created.values())


def _expect_remembered(keyed: KeyedRequests, repeated: _Repeated) -> None:
    """End the repetition as not verified if a key may have been forgotten before its last use."""
    if keyed.declared.window is not None and repeated.seconds > keyed.declared.window:
        not_verified("a key may have been forgotten while the user waited")


def _find_keyed(subject: Subject, user: LoadUser) -> KeyedRequests:
    """Return what sends the requests with a key; not verified if they create no declared resource."""
    operation, declaration = subject.operation, user.contract.declaration
    declared = DeclaredOperation(operation, declaration, resources_of(user), user.shared.get)  # type: ignore[arg-type]
    found = declared.find_action() or not_verified(f"no declared resource is created by {subject.name}")
    return KeyedRequests(find_resource(user, found[0].name), subject.model, user.unique_name)
