"""Requests with an idempotency key that create items of a declared resource."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.gateway import is_of_gateway
from tuningfork.client.response import Response
from tuningfork.conventions.idempotency import Idempotency
from tuningfork.testing.declared_request import fill_body
from tuningfork.testing.declared_resource import DeclaredResource
from tuningfork.testing.expect import expect, expect_no, expect_true
from tuningfork.testing.idempotency_key import with_key
from tuningfork.testing.item_comparison import common_differences
from tuningfork.testing.refusal import expect_refusal, is_refusal


@dataclass(frozen=True)
class KeyedRequests:
    """Sends the creations of a resource with a key.

    Args:
        resource: the resource whose items are created.
        declared: what is declared of keys.
        unique_name: returns a new text for a word.
    """

    resource: DeclaredResource
    declared: Idempotency
    unique_name: Callable[[str], str]

    def of_user(self, client: Client) -> KeyedRequests:
        """Return the same for another user, below a parent of that user's own."""
        own = replace(self.resource, client=client, reader=None, parent=None)
        return replace(self, resource=own.with_parent())

    def key(self) -> str:
        """Return a new key."""
        return self.unique_name("tuning-fork").replace(" ", "-")

    def body(self) -> Any:
        """Return a body for a new item."""
        return fill_body(self.resource.templates[0], self.resource.values(None))

    def send(self, body: Any, key: str | None, client: Client | None = None) -> Response:
        """Return the response to a creation with a key; None sends no key."""
        resource = self.resource.as_user(client or self.resource.client)
        if key is None:
            return resource.send(resource.creation, body, resource.parent_ids)
        sent, arguments = with_key(self.declared, key, body)
        return resource.send(resource.creation, sent, resource.parent_ids, **arguments)

    def send_first(self, body: Any, key: str, client: Client | None = None) -> Response:
        """Return the response to the first request with a key; not verified if it is refused."""
        response = self.send(body, key, client)
        if not self.resource.is_success(response):
            not_verified(f"the target creates no {self.resource.name}: {response.status}")
        return response

    def id_of(self, response: Response) -> str:
        """Return the id in the response to a creation as a text."""
        return str(self.resource.find_id(response))


def expect_replay(keyed: KeyedRequests, first: Response, response: Response) -> None:
    """Raise ExpectationFailed unless the response to a repeated key is like the first one, as declared."""
    expect_true(keyed.resource.is_success(response), "a success", str(response.status), response)
    expect(keyed.id_of(response), keyed.id_of(first), "id", response)
    if keyed.declared.replay == "same":
        expect((response.status, response.content), (first.status, first.content), "response", response)
    elif first.content and response.content:
        different = common_differences(first.json, response.json)
        expect_no(different, "differences from the first response", response)


def send_when_free(keyed: KeyedRequests, body: Any, key: str) -> Response:
    """Return the success of a key after all requests with it were refused because of each other.

    Raise ExpectationFailed if it is refused as if another request ran; any other refusal is not verified.
    """

    def send() -> Response:
        """Send the request once; ExpectationFailed if the key is in use."""
        response, declared = keyed.send(body, key), keyed.declared.concurrent
        refusal = declared.refusal if declared is not None else None
        is_busy = refusal is not None and is_refusal(response, refusal, keyed.resource.declaration)
        expect_true(not is_busy, "a success when no other request runs", str(response.status), response)
        return response

    response = keyed.resource.client.eventually(send)
    if not keyed.resource.is_success(response):
        not_verified(f"the target creates no {keyed.resource.name}: {response.status}")
    return response


def expect_one_effect(keyed: KeyedRequests, responses: Sequence[Response]) -> set[str]:
    """Return the ids that responses to concurrent requests with one key have, at most one.

    Raise ExpectationFailed for two ids, and for a refusal that is not the declared one.
    """
    created = {keyed.id_of(each) for each in responses if keyed.resource.is_success(each)}
    for each in responses:
        if not keyed.resource.is_success(each):
            _expect_refusal(keyed, each)
    expect_true(len(created) <= 1, "one new item", f"{sorted(created)}", responses[-1])
    return created


def _expect_refusal(keyed: KeyedRequests, response: Response) -> None:
    """Raise ExpectationFailed unless a response is the declared refusal of a concurrent request."""
    declared = keyed.declared.concurrent
    if declared is not None and declared.refusal is not None:
        expect_refusal(response, declared.refusal, keyed.resource.declaration)
    elif is_of_gateway(response.exchange.response):
        not_verified(f"a gateway returned {response.status}")
    else:
        expect_true(condition=False, expected="a replay", found=str(response.status), source=response)
