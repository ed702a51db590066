"""Requests with an idempotency key that create items of a declared resource."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.conventions.idempotency import Idempotency
from tuningfork.testing.declared_request import fill_body
from tuningfork.testing.declared_resource import DeclaredResource
from tuningfork.testing.idempotency_key import with_key


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
