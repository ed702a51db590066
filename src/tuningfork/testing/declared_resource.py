"""Items of declared resources: created, read, listed, changed and deleted as conventions.yaml says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from tuningfork import not_verified
from tuningfork.checks.places import MISSING, find_in_response, find_value
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar import OperationPattern, Place, Statuses
from tuningfork.conventions.resources import Action, Resource
from tuningfork.model import ExpectationFailed
from tuningfork.testing.declared_request import body_arguments, fill_body, fill_path, find_placeholders

ANY_SUCCESS = Statuses(("2XX",))


@dataclass(frozen=True)
class DeclaredItem:
    """An item that this run has created.

    Args:
        id: the id.
        response: the response that had the id.
        body: the body that created it.
        texts: the sent texts by the place that a read shows them at; of several places the first one counts.
        parent: the item that it belongs to; None without one.
    """

    id: Any
    response: Response
    body: Any
    texts: Mapping[str, str]
    parent: DeclaredItem | None = None

    @property
    def ids(self) -> list[Any]:
        """The id, then those of the parents."""
        return [self.id, *(self.parent.ids if self.parent is not None else ())]


@dataclass(frozen=True)
class DeclaredResource:
    """Sends the requests of a resource with one client.

    Args:
        name: the name of the resource.
        declaration: the conventions of the API.
        client: whose requests they are.
        unique_name: returns a new text for a word.
        given: the test data of tuningfork.toml.
        parent: the item that new items belong to; None creates one where the resource has a parent.
    """

    name: str
    declaration: Declaration
    client: Client
    unique_name: Callable[[str], str]
    given: Mapping[str, Any] = field(default_factory=dict)
    parent: DeclaredItem | None = None

    @property
    def model(self) -> Resource:
        """What is declared."""
        found: Resource = self.declaration.named["resources"][self.name]
        return found

    def as_user(self, client: Client) -> DeclaredResource:
        """Return the same resource with the requests of another client."""
        return replace(self, client=client)

    def below(self, parent: DeclaredItem | None) -> DeclaredResource:
        """Return the resource of items that belong to this parent."""
        return replace(self, parent=parent)

    def with_parent(self) -> DeclaredResource:
        """Return the resource with a new parent, if it needs one and has none yet."""
        if not self.model.parent or self.parent is not None:
            return self
        return self.below(replace(self, name=self.model.parent).create())

    def create(self, text: str | None = None) -> DeclaredItem:
        """Return a new item; the test is not verified if the target creates none.

        Args:
            text: the value of `{text}`; a unique one if not given.
        """
        response, body = self.with_parent().try_create(text)
        if not self.is_success(response):
            not_verified(f"the target creates no {self.name}: {response.status}")
        return self.created(response, body)

    def try_create(self, text: str | None = None) -> tuple[Response, Any]:
        """Send the declared bodies until one is not refused; return the last response and its body."""
        action = self.model.create or self.undeclared("create")
        bodies = action.body if isinstance(action.body, list) else [action.body]
        values = self.values(text)
        for template in bodies:
            body = fill_body(template, values)
            response = self.send(action, body, self.parent_ids)
            if self.is_success(response):
                break
        return response, body

    def created(self, response: Response, body: Any) -> DeclaredItem:
        """Return the item that a successful response is about."""
        action = self.model.create or self.undeclared("create")
        item_id = self.find_id(response, action)
        if item_id is None:
            not_verified(f"the response to a create of {self.name} has no id at {action.id or '/id'}")
        return DeclaredItem(item_id, response, body, self.texts_of(body), self.parent)

    def read(self, item: DeclaredItem, **arguments: Any) -> Response:
        """Return the response to a read of an item by its id."""
        return self.act("read", item, **arguments)

    def delete(self, item: DeclaredItem, **arguments: Any) -> Response:
        """Return the response to the deletion of an item."""
        return self.act("delete", item, **arguments)

    def act(self, name: str, item: DeclaredItem, text: str | None = None, **arguments: Any) -> Response:
        """Return the response to an action on an item.

        Args:
            name: "read", "update", "replace" or "delete".
            item: the item.
            text: the value of `{text}` in the body; a unique one if not given.
            arguments: further arguments of `Client.request`.
        """
        action = getattr(self.model, name) or self.undeclared(name)
        body = fill_body(self.template(action), {**self.values(text), "id": item.id})
        return self.send(action, body, item.ids, **arguments)

    def template(self, action: Action) -> Any:
        """Return the declared body of an action: the first one; a replacement has that of a create."""
        declared = action.body
        if declared is None and action is self.model.replace and self.model.create is not None:
            declared = self.model.create.body
        return declared[0] if isinstance(declared, list) else declared

    def send(self, action: Action, body: Any, ids: list[Any], **arguments: Any) -> Response:
        """Return the response to a request of an action."""
        media_type = action.media_type or self.declaration.requests.media_type
        sent = body_arguments(body, self.declaration.requests.body, media_type)
        headers = {**sent.pop("headers", {}), **arguments.pop("headers", {})}
        return self.client.request(
            action.request.method, self.path(action.request, ids), headers=headers, **sent, **arguments
        )

    def path(self, pattern: OperationPattern, ids: list[Any]) -> str:
        """Return the path of a request with these ids."""
        return fill_path(pattern, ids, self.declaration, self.given)

    def listed(self) -> list[Any]:
        """Return all items of the list."""
        pattern = self.model.list_ or self.undeclared("list")
        return self.client.all_items(self.path(pattern, self.parent_ids))

    def find_listed(self, item: DeclaredItem) -> JsonObject | None:
        """Return an item as the list shows it; None if it does not."""
        for each in self.below(item.parent).listed():
            if isinstance(each, JsonObject) and str(self.listed_id(each)) == str(item.id):
                return each
        return None

    def expect_listed(self, item: DeclaredItem) -> JsonObject:
        """Return an item as the list shows it; raise ExpectationFailed if it is missing after `settle`."""

        def find() -> JsonObject:
            """Return the item; ExpectationFailed if the list lacks it."""
            found = self.find_listed(item)
            if found is None:
                raise ExpectationFailed(f"the {self.name} {item.id} in the list", "a list without it")
            return found

        return self.client.eventually(find)

    def expect_unlisted(self, item: DeclaredItem) -> None:
        """Raise ExpectationFailed if the list still shows an item after `settle`."""

        def search() -> None:
            """Raise ExpectationFailed if the list shows the item."""
            if (found := self.find_listed(item)) is not None:
                raise ExpectationFailed(f"a list without the {self.name} {item.id}", repr(found))

        self.client.eventually(search)

    def listed_id(self, listed: Any) -> Any:
        """Return the id of an item of a list: at the end of the declared place of the id."""
        segments = self.id_pointer.split("/")[1:]
        for start in range(len(segments)):
            value = find_value(listed, "/" + "/".join(segments[start:]))
            if value is not MISSING:
                return value
        return None

    @property
    def id_pointer(self) -> str:
        """The place of the id in a response to a create."""
        place = self.model.create.id if self.model.create is not None else None
        return place.pointer if place is not None and place.pointer is not None else "/id"

    @property
    def parent_ids(self) -> list[Any]:
        """The ids of the parents of new items."""
        return self.parent.ids if self.parent is not None else []

    def find_id(self, response: Response, action: Action) -> Any:
        """Return the id in a response; None without one."""
        value = find_in_response(response.exchange.response, action.id or Place(pointer="/id"))
        if action.id is not None and action.id.header is not None and isinstance(value, str):
            return unquote(urlsplit(value).path.rstrip("/").rpartition("/")[2])
        return value if isinstance(value, str | int) and value != "" else None

    def is_success(self, response: Response) -> bool:
        """Return whether a response has a status of success and is no error."""
        if response.status not in ANY_SUCCESS:
            return False
        errors = self.declaration.first("errors")
        when = (errors.when if errors is not None else None) or {}
        is_error = [find_in_response(response.exchange.response, Place(each)) == when[each] for each in when]
        return not (is_error and all(is_error))

    def values(self, text: str | None) -> dict[str, Any]:
        """Return the values of the names in braces of a body."""
        values: dict[str, Any] = {
            "text": self.unique_name("Text") if text is None else text,
            "name": re.sub(r"[^a-z0-9]+", "-", self.unique_name("tuning-fork").lower()),
        }
        return values | ({"parent": self.parent.id} if self.parent is not None else {})

    def texts_of(self, body: Any) -> dict[str, str]:
        """Return the texts of a body by the place of a read that shows them."""
        return {
            read: find_value(body, sent)
            for sent, read in self.shown_places(body)
            if isinstance(find_value(body, sent), str)
        }

    def shown_places(self, body: Any) -> list[tuple[str, str]]:
        """Return the places of `{text}` in the declared bodies, with those of a read.

        A body that sends the text at another place than `text` says shows it at the only declared one.
        """
        action = self.model.create
        templates = action.body if action is not None and isinstance(action.body, list) else []
        places = list(self.model.texts)
        for template in templates:
            places += [each for each in find_placeholders(template, "text") if each not in places]
        only = next(iter(self.model.texts.values())) if len(self.model.texts) == 1 else None
        shown = {place: self.model.texts.get(place, only) for place in places}
        return [(place, reads[0]) for place, reads in shown.items() if reads]

    def undeclared(self, name: str) -> NoReturn:
        """End the test as not verified: the resource lacks an action."""
        not_verified(f"conventions.yaml has no resources.{self.name}.{name}")


@dataclass(frozen=True)
class DeclaredResources:
    """The declared resources of an API by name.

    Args:
        declaration: the conventions of the API.
        client: whose requests they are.
        unique_name: returns a new text for a word.
        given: the test data of tuningfork.toml.
    """

    declaration: Declaration
    client: Client
    unique_name: Callable[[str], str]
    given: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> DeclaredResource:
        """Return a resource; the test is not verified if it is not declared."""
        if name not in self.declaration.named.get("resources", {}):
            not_verified(f"conventions.yaml has no resources.{name}")
        return DeclaredResource(name, self.declaration, self.client, self.unique_name, self.given)
