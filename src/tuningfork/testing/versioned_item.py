"""Reads and changes of what has versions, for the claims of `conditional`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.conventions.conditional import Conditional
from tuningfork.json_text import to_json
from tuningfork.testing.declared_operation import DeclaredOperation, DeclaredRequest
from tuningfork.testing.declared_resource import DeclaredItem, DeclaredResource
from tuningfork.testing.expect import expect_true
from tuningfork.testing.fairness import premise_holds, premise_succeeds
from tuningfork.testing.item_versions import IDENTITY, INVENTED, is_missing, validator_of
from tuningfork.testing.late_effects import shown
from tuningfork.testing.later_second import LaterSecond

STRONG_TAG = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"')
WEAK_TAG = re.compile(rf"(?:W/)?{STRONG_TAG.pattern}")
HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
CHANGES = ("update", "replace")


@dataclass
class VersionedRead:
    """Reads an own item, a list, or what a declared example names.

    Args:
        operation: the operation.
        declared: what is declared of its versions.
        client: sends the requests.
        later_second: lets a second pass before a change.
    """

    operation: DeclaredOperation
    declared: Conditional
    client: Client
    later_second: LaterSecond
    _request: DeclaredRequest | None = field(default=None, init=False)
    _item: tuple[DeclaredResource, DeclaredItem] | None = field(default=None, init=False)

    def read(self, known: Any = None) -> Response:
        """Return a response; `known` is the version that the client has already."""
        headers = dict(IDENTITY)
        name = validator_of(self.declared).known
        if known is not None and name:
            headers[name] = str(known)
        arguments = {**self.request.arguments, "headers": headers}
        response = self.client.request(self.operation.operation.method, self.request.path, **arguments)
        return response if known is not None else premise_succeeds(response, "the read fails")

    @property
    def request(self) -> DeclaredRequest:
        """The request: about an own item where the operation reads one and the target may be written to."""
        if self._request is None:
            self._item = self.new_item()
            item = self._item[1] if self._item else None
            self._request = self.operation.of_item(item) if item else self.operation.existing()
            if not self._request.is_about_existing:
                not_verified(f"there is nothing that {self.operation.operation.key} could read")
        return self._request

    def new_item(self) -> tuple[DeclaredResource, DeclaredItem] | None:
        """Return a new item that the operation reads, with its resource; None if it reads none."""
        found = self.operation.find_action()
        if found is None or found[0].model.create is None or self.operation.operation.method != "GET":
            return None
        resource = found[0].with_parent()
        return resource, shown(resource, resource.create())

    def change(self) -> None:
        """Change what the operation reads, and wait until it is read; not verified if nothing changes it."""
        if not self.request.is_about_existing:
            not_verified("there is nothing to change")
        self.later_second.after(validator_of(self.declared).find(self.read()), self.read)
        if self._item is not None:
            resource, item = self._item
            name = next((each for each in CHANGES if getattr(resource.model, each)), None)
            if name is None:
                not_verified(f"conventions.yaml has no resources.{resource.name}.update")
            text = resource.unique_name("Changed")
            premise_succeeds(resource.act(name, item, text), "the item cannot be changed")
            shown(resource, item, text, resource.body(name, item))
        else:
            resource = self.listed_resource()
            item = resource.create()
            if self.client.settle:
                premise_holds(lambda: resource.expect_listed(item), "the list does not show a new item yet")

    def listed_resource(self) -> DeclaredResource:
        """Return the resource whose list the operation reads; not verified if it reads none."""
        for name, resource in self.operation.declaration.named.get("resources", {}).items():
            if resource.list_ is not None and resource.list_.matches(self.operation.operation):
                return self.operation.resources[name]
        return not_verified(f"nothing that is declared changes {self.operation.operation.key}")

    def version(self, response: Response) -> Any:
        """Return the version in a response; the test is not verified without one."""
        found = validator_of(self.declared).find(response)
        return not_verified("the response has no validator") if is_missing(found) else found

    def expect_validator(self, response: Response) -> None:
        """Raise ExpectationFailed unless a response has the declared validator (RFC 9110 8.8)."""
        found = validator_of(self.declared).find(response)
        form = {
            "etag": WEAK_TAG if self.declared.strength == "weak" else STRONG_TAG,
            "last-modified": HTTP_DATE,
        }
        pattern = form.get(str(self.declared.validator))
        is_valid = not is_missing(found) and (pattern is None or pattern.fullmatch(str(found)) is not None)
        expect_true(is_valid, f"a {self.declared.strength} validator", to_json(found), response)

    @property
    def invented(self) -> str:
        """A version that nothing has."""
        return INVENTED.get(str(self.declared.validator), "")

    def lists_with(self, version: Any) -> Iterator[str]:
        """Yield what names a known version: the version alone, and a list of tags that has it."""
        yield str(version)
        if self.declared.validator == "etag":
            yield f"{self.invented}, {version}"


@dataclass(frozen=True)
class VersionedItem:
    """A new item, and a change of it.

    Args:
        resource: the resource.
        item: the item.
        action: "update", "replace" or "delete".
        declared: what is declared of its versions.
        later_second: lets a second pass before a change.
    """

    resource: DeclaredResource
    item: DeclaredItem
    action: str
    declared: Conditional
    later_second: LaterSecond

    @classmethod
    def of(cls, operation: DeclaredOperation, declared: Conditional, later_second: LaterSecond) -> Self:
        """Return a new item that an operation changes; not verified if it changes none."""
        found = operation.find_action()
        for name, action in found[0].model.actions() if found is not None else ():
            if found is not None and action is found[1] and name not in ("create", "read"):
                resource = found[0].with_parent()
                return cls(resource, shown(resource, resource.create()), name, declared, later_second)
        return not_verified(f"no item of a declared resource is changed by {operation.operation.key}")

    def version(self) -> Any:
        """Return the current version; not verified if a read has none."""
        found = validator_of(self.declared).find(self.resource.read(self.item, headers=IDENTITY))
        return not_verified("a read has no validator") if is_missing(found) else found

    def old_version(self) -> Any:
        """Return the version before a change; an invented one if no declared action changes the item."""
        old = self.version()
        for name in CHANGES:
            if getattr(self.resource.model, name):
                self.later_second.after(old, lambda: self.resource.read(self.item))
                text, what = self.resource.unique_name("Changed"), "the item cannot be changed"
                premise_succeeds(self.resource.act(name, self.item, text), what)
                shown(self.resource, self.item, text, self.resource.body(name, self.item))
                return old
        return INVENTED.get(str(self.declared.validator), "")

    def act(self, version: Any) -> Response:
        """Return the response to the change, based on a version."""
        return self.resource.act_on(version, validator_of(self.declared), self.action, self.item)

    def act_without_version(self) -> Response:
        """Return the response to the change, based on no version."""
        action = getattr(self.resource.model, self.action)
        return self.resource.send(action, self.resource.body(self.action, self.item), self.item.ids)
