"""Valid requests of the operations of a declared API: with ids, parameters and the smallest valid body."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

import pytest

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.request_safety import SAFE_METHODS, UNUSED_ID
from tuningfork.client.response import JsonObject, Response
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.operation_patterns import OperationLike, OperationPattern
from tuningfork.conventions.resource_keys import Action
from tuningfork.model import ExpectationFailed
from tuningfork.testing.credential import Credential
from tuningfork.testing.declared_request import body_arguments, fill_body, path_values
from tuningfork.testing.declared_resource import DeclaredItem, DeclaredResource, DeclaredResources
from tuningfork.testing.idempotency_key import needed_key
from tuningfork.testing.operation_requests import OperationRequest
from tuningfork.testing.schema_values import smallest_value

PARAMETER = re.compile(r"\{([^}]*)\}")
UNKNOWN_ID = "no id is known that exists; declare requests.parameters.NAME.example"
NO_RESOURCE = "no declared resource is changed by it"
INVALID_BODIES: tuple[Any, ...] = ([], {})
ENCODINGS = {
    "application/x-www-form-urlencoded": "form",
    "multipart/form-data": "multipart",
}


@dataclass(frozen=True, slots=True)
class DeclaredRequest(OperationRequest):
    """A request of an operation of a declared API.

    Args:
        body: the value of the body; None without one.
        unknown: why not every id in the path is known to exist; empty if each of them is.
    """

    body: Any = None
    unknown: str = ""

    @property
    def is_about_existing(self) -> bool:
        """Whether every id in the path exists."""
        return not self.unknown


@dataclass(frozen=True)
class DeclaredOperation:
    """Makes requests of one operation.

    Args:
        operation: the operation of the document.
        declaration: the conventions of the API.
        resources: creates and lists items; their client has valid credentials.
        cached: returns what a function returns, called once in a run for a key.
    """

    operation: Operation
    declaration: Declaration
    resources: DeclaredResources
    cached: Callable[[str, Callable[[], Any]], Any] = lambda _key, read: read()

    @property
    def only_reads(self) -> bool:
        """Whether a request changes nothing: a safe method, or declared in `requests.read-only`."""
        read_only = self.declaration.requests.read_only
        return self.operation.method in SAFE_METHODS or any(
            each.matches(self.operation) for each in read_only
        )

    @property
    def has_ids(self) -> bool:
        """Whether the path has parameters."""
        return "{" in self.operation.path

    @property
    def changes_items(self) -> bool:
        """Whether the operation creates, changes or deletes items of a declared resource."""
        return not self.only_reads and self.find_action() is not None

    @cached_property
    def changed_resource(self) -> DeclaredResource | None:
        """The resource whose items the operation changes, below the parent of all its requests, if any."""
        found = self.find_action() if self.changes_items else None
        return None if found is None else found[0].with_parent()

    @property
    def creates(self) -> bool:
        """Whether the operation creates items of a declared resource."""
        found = self.find_action()
        return found is not None and found[1] is found[0].model.create

    def existing(self) -> DeclaredRequest:
        """Return a valid request about what exists: an own item if it changes something."""
        return self.request(self.existing_ids())

    def absent(self) -> DeclaredRequest:
        """Return a valid request about what does not exist."""
        return self.request({})

    def harmless(self) -> DeclaredRequest:
        """Return a valid request whose effect is only on own items.

        The test is not verified for an operation without ids that changes something undeclared.
        """
        if self.only_reads or self.changes_items:
            return self.existing()
        return self.absent() if self.has_ids else not_verified(NO_RESOURCE)

    def unauthorized(self) -> DeclaredRequest:
        """Return a valid request to send with other credentials: about an own item if it changes something.

        It is about what does not exist if no declared resource is changed, or the target creates no item.
        """
        if self.only_reads:
            return self.existing()
        try:
            return self.harmless()
        except pytest.skip.Exception as skipped:
            return replace(self.absent(), unknown=str(skipped.msg))

    @property
    def lacks_own_items(self) -> bool:
        """Whether it changes items of a resource of which no declared request creates one."""
        ends = [match.end() for match in PARAMETER.finditer(self.operation.path)]
        found = [] if self.only_reads else [self.named_item(self.operation.path[:end]) for end in ends]
        return any(each is not None and each[0].model.create is None for each in found)

    def absent_ones(self) -> Iterator[DeclaredRequest]:
        """Yield a valid request about what does not exist, if the path has ids."""
        if self.has_ids:
            yield self.absent()

    def invalid_ones(self, valid: DeclaredRequest) -> Iterator[DeclaredRequest]:
        """Yield requests with a well-formed but invalid body, if a valid one has a JSON object or a form."""
        if isinstance(valid.body, Mapping) and "content" in valid.arguments:
            for body in INVALID_BODIES:
                yield self.with_body(valid, body)
        elif isinstance(valid.body, Mapping) and valid.body:
            yield self.with_body(valid, {})

    def with_token_elsewhere(self, credential: Credential) -> Iterator[DeclaredRequest]:
        """Yield valid requests with the token in each declared location where it is not accepted."""
        valid, declared = self.unauthorized(), credential.declared
        has_body = self.operation.method in ("POST", "PUT", "PATCH")
        own = dict(valid.body) if isinstance(valid.body, Mapping) else {}
        for name in declared.names:
            token = {name: credential.token}
            if "query" in declared.not_in:
                query = {**valid.arguments["params"], **token}
                yield replace(valid, arguments={**valid.arguments, "params": query})
            if "form" in declared.not_in and has_body:
                yield self.with_body(valid, own | token, "form")
            if "body" in declared.not_in and has_body:
                yield self.with_body(valid, own | token, "json")

    def below(self, parent: DeclaredItem | None) -> DeclaredRequest:
        """Return a valid request that creates an item below a parent."""
        return self.existing() if parent is None else self.request(self.action_ids(parent.ids))

    def of_item(self, item: DeclaredItem) -> DeclaredRequest:
        """Return a valid request about an own item and its parents."""
        return self.request({**self.examples(), **self.action_ids(item.ids)})

    def with_body(self, request: DeclaredRequest, body: Any, encoding: str = "") -> DeclaredRequest:
        """Return a request with another body, encoded as the operation documents or as `encoding` says."""
        arguments = {**self.parameters(), **self.body_arguments(body, encoding)}
        return replace(request, arguments=arguments, body=body)

    def request(self, ids: Mapping[str, Any]) -> DeclaredRequest:
        """Return a valid request; a path parameter without an id gets one that does not exist."""
        names, body = PARAMETER.findall(self.operation.path), self.body()
        arguments = {**self.parameters(), **self.body_arguments(body)}
        unknown = "" if set(names) <= set(ids) else self.unknown_reason
        return DeclaredRequest(self.operation, self.path(ids), arguments, body, unknown)

    @property
    def unknown_reason(self) -> str:
        """Why a request is about an id that is not known to exist."""
        return UNKNOWN_ID if self.only_reads or self.changes_items else NO_RESOURCE

    def ids_before(self, name: str) -> dict[str, Any]:
        """Return the ids that exist of the other path parameters; without others nothing is created."""
        return self.existing_ids() if PARAMETER.findall(self.operation.path) != [name] else {}

    def path(self, ids: Mapping[str, Any]) -> str:
        """Return the path of a request."""
        parameters = self.declaration.requests.parameters

        def fill(match: re.Match[str]) -> str:
            """Return the value of a path parameter."""
            declared = parameters.get(match[1])
            absent = declared.absent if declared is not None and declared.absent is not None else UNUSED_ID
            value = str(ids.get(match[1], absent))
            return quote(value, safe="/" if declared is not None and declared.slashes else "")

        return PARAMETER.sub(fill, self.operation.path)

    def path_with(self, segment: str) -> str:
        """Return the path with a percent-encoded segment in place of its first id, or behind it."""
        first = next(iter(PARAMETER.findall(self.operation.path)), None)
        if first is None:
            return f"{self.operation.path}/{segment}"
        return self.path({first: (mark := "tuning-fork-segment")}).replace(mark, segment, 1)

    def known_ids(self) -> dict[str, Any]:
        """Return a value of each path parameter that exists, or is declared to be absent."""
        parameters = self.declaration.requests.parameters.items()
        absent = {name: each.absent for name, each in parameters if each.absent is not None}
        return {**absent, **self.existing_ids()}

    def existing_ids(self) -> dict[str, Any]:
        """Return the values of path parameters that exist, by name: of own items for a change."""
        names = PARAMETER.findall(self.operation.path)
        known = {name: value for name, value in self.examples().items() if name in names}
        return {**known, **(dict(self.listed_ids()) if self.only_reads else self.own_ids())}

    def listed_ids(self) -> Iterator[tuple[str, Any]]:
        """Yield the ids of the first items of lists, by the name of the parameter that has no example."""
        known = self.examples()
        for match in PARAMETER.finditer(self.operation.path):
            found = self.named_item(self.operation.path[: match.end()])
            listed = self.first_listed(found[0]) if match[1] not in known and found is not None else None
            if listed is not None:
                yield match[1], listed

    def own_ids(self) -> dict[str, Any]:
        """Return the ids of a new item, the innermost one that the path names, and of its own parents."""
        resource, ids = self.changed_resource, self.new_name()
        if resource is not None:
            ids = self.action_ids(resource.parent_ids if self.creates else resource.create().ids)
        for match in reversed(list(PARAMETER.finditer(self.operation.path))):
            found = self.named_item(self.operation.path[: match.end()])
            if match[1] not in ids and found is not None:
                ids = {**self.named_ids(found[1], found[0].create().ids, has_item=True), **ids}
        return ids

    def action_ids(self, ids: Sequence[Any]) -> dict[str, Any]:
        """Return the values of path parameters, of which some are the ids of an item and its parents.

        Args:
            ids: the id of the item, then those of its parents; only these for a creation.
        """
        if (found := self.find_action()) is None:
            return dict(zip(reversed(PARAMETER.findall(self.operation.path)), ids, strict=False))
        named = [*self.new_name().values(), *ids]
        return self.named_ids(found[1].request, named, has_item=not self.creates)

    def named_ids(self, pattern: OperationPattern, ids: Sequence[Any], *, has_item: bool) -> dict[str, Any]:
        """Return the ids that a declared pattern has in its path, by the names of the document."""
        values = path_values(pattern, ids, self.declaration, self.resources.given, has_item=has_item)
        names = PARAMETER.findall(self.operation.path)
        return {name: value for name, value in zip(names, values.values(), strict=False) if value is not None}

    def new_name(self) -> dict[str, str]:
        """Return the parameter with the name that the client chooses, where the operation is a creation."""
        found = self.find_action()
        if found is None or not self.creates or not found[1].has_name:
            return {}
        number = PARAMETER.findall(found[1].request.path).index("id")
        return {PARAMETER.findall(self.operation.path)[number]: found[0].new_name()[0]}

    def examples(self) -> dict[str, Any]:
        """Return the declared examples of path parameters, for reads and for actions of resources."""
        is_declared = self.only_reads or self.find_action() is not None
        examples = {name: each.example for name, each in self.declaration.requests.parameters.items()}
        values = {name: self.given(example) for name, example in examples.items() if is_declared}
        return {name: value for name, value in values.items() if value is not None}

    def given(self, example: Any) -> Any:
        """Return an example; of `given:NAME` the value in tuningfork.toml, None without one."""
        if isinstance(example, str) and example.startswith("given:"):
            return self.resources.given.get(example.removeprefix("given:"))
        return example

    def named_item(self, path: str) -> tuple[DeclaredResource, OperationPattern] | None:
        """Return the resource whose items have a path template, with its declared pattern."""
        for name, resource in self.declaration.named.get("resources", {}).items():
            for kind, action in resource.actions():
                if kind != "create" and has_path(action.request, path):
                    return self.resources[name], action.request
        return None

    def first_listed(self, resource: DeclaredResource) -> Any:
        """Return the id of the first item in the list of a resource; None without one."""
        listing = resource.model.list_
        if listing is None or resource.model.parent:
            return None

        def read() -> Any:
            """Return the id of the first item of the first page."""
            response = resource.client.get(resource.path(listing, []))
            with contextlib.suppress(ExpectationFailed):  # the list itself is judged by other tests
                items = response.items if response.status == 200 else []
                return resource.listed_id(items[0]) if items and isinstance(items[0], JsonObject) else None
            return None

        return self.cached(f"first {resource.name}", read)

    def find_action(self) -> tuple[DeclaredResource, Action] | None:
        """Return the resource and its declared action that the operation is; None for another operation."""
        for name, _, action in self.declaration.actions.find(self.operation):
            return self.resources[name], action
        return None

    def body(self) -> Any:
        """Return the body of the declared action, or the smallest one of the document; None without one."""
        found = self.find_action()
        if found is not None and (template := found[0].template(found[1])) is not None:
            return fill_body(template, found[0].values(None))
        for schema in self.operation.request_schemas.values():
            return {} if schema is None else smallest_value(schema.node)
        return None

    def body_arguments(self, body: Any, encoding: str = "") -> dict[str, Any]:
        """Return the arguments of `Client.request` that send a body."""
        found, documented = self.find_action(), next(iter(self.operation.request_schemas), "")
        declared = (found[1].media_type if found else None) or self.declaration.requests.media_type
        media_type = declared or (documented if "json" in documented else None)
        default = ENCODINGS.get(documented, self.declaration.requests.body)
        arguments = body_arguments(body, encoding or default, media_type)
        pattern = OperationPattern(self.operation.key)
        key = needed_key(pattern, self.declaration)
        if key is None or key.in_ != "header":
            return arguments
        own = {key.name: self.resources.unique_name("tuning-fork").replace(" ", "-")}
        return {**arguments, "headers": {**arguments.get("headers", {}), **own}}

    def parameters(self) -> dict[str, Any]:
        """Return the arguments of `Client.request` with the required parameters of query and header."""
        required = [each for each in self.operation.parameters if each.required and each.schema is not None]
        values = {
            location: {
                each.name: smallest_value(each.schema.node)
                for each in required
                if each.location == location and each.schema is not None
            }
            for location in ("query", "header")
        }
        headers = {name: str(value) for name, value in values["header"].items()}
        return {"params": values["query"], **({"headers": headers} if headers else {})}

    def send(self, client: Client, **arguments: Any) -> Response:
        """Send a valid request about what exists, with further arguments of `Client.request`."""
        return self.existing().send(client, **arguments)


def has_path(pattern: OperationPattern, path: str) -> bool:
    """Return whether a pattern has a path template, regardless of the names of its parameters."""
    return bool(pattern.path) and PARAMETER.sub("{}", pattern.path) == PARAMETER.sub("{}", path)


def changes_resource(declaration: Declaration, operation: OperationLike | None) -> bool:
    """Return whether an operation creates, changes or deletes items of a declared resource."""
    return operation is not None and declaration.changing_requests.matches(operation)
