"""Items of declared resources: created, read, listed, changed and deleted as conventions.yaml says."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from tuningfork import not_verified
from tuningfork.checks.places import MISSING, find_in_response, find_value
from tuningfork.client.client import Client
from tuningfork.client.creation import last_segment
from tuningfork.client.response import Response
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.locations import ResponseLocation
from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.conventions.resource_keys import Action, Delete, Resource
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed
from tuningfork.testing.declared_request import body_arguments, fill_body, fill_path, path_pattern
from tuningfork.testing.idempotency_key import needed_key, with_key
from tuningfork.testing.item_comparison import leaves
from tuningfork.testing.item_versions import IDENTITY, Validator, is_missing, needed_validator

ANY_SUCCESS = Statuses(("2XX",))


@dataclass(frozen=True)
class DeclaredItem:
    """An item that this run has created.

    Args:
        id: the id.
        response: the response that had the id.
        body: the body that created it.
        text: the value of `{text}` in it.
        texts: the text by each location where a read shows it.
        parent: the item that it belongs to; None without one.
    """

    id: Any
    response: Response
    body: Any
    text: str
    texts: Mapping[str, str] = field(default_factory=dict)
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
        reader: reads the version that a change must repeat; the client if not given.
    """

    name: str
    declaration: Declaration
    client: Client
    unique_name: Callable[[str], str]
    given: Mapping[str, Any] = field(default_factory=dict)
    parent: DeclaredItem | None = None
    reader: Client | None = None

    @property
    def model(self) -> Resource:
        """The declared resource."""
        found: Resource = self.declaration.named["resources"][self.name]
        return found

    @property
    def creation(self) -> Action:
        """The declared `create`; the test is not verified without it."""
        return self.model.create or self.undeclared("create")

    @property
    def templates(self) -> list[Any]:
        """The declared bodies of a creation, of which the first one that is not refused counts."""
        body = self.creation.body
        return body if isinstance(body, list) else [body]

    @property
    def deletion(self) -> Delete:
        """The declared `delete`; the test is not verified without it."""
        return self.model.delete or self.undeclared("delete")

    def status(self, name: str) -> Statuses:
        """Return the declared statuses of an action; any 2xx if none are declared."""
        action: Action = getattr(self.model, name) or self.undeclared(name)
        return action.status or ANY_SUCCESS

    def as_user(self, client: Client) -> DeclaredResource:
        """Return the same resource with another client; this one still reads versions."""
        return replace(self, client=client, reader=self.reader or self.client)

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
        text = self.unique_name("Text") if text is None else text
        resource = self.with_parent()
        response, body = resource.try_create(text)
        if not self.is_success(response):
            not_verified(f"the target creates no {self.name}: {response.status}")
        return resource.created(response, body, text)

    def try_create(self, text: str | None = None) -> tuple[Response, Any]:
        """Send the declared bodies until one is not refused; return the last response and its body."""
        values = self.values(text)
        for template in self.templates:
            body = fill_body(template, values)
            response = self.submit(body, self.new_name())
            if self.is_success(response):
                break
        return response, body

    def new_name(self) -> list[str]:
        """Return the name that the client chooses for a new item; empty if the server chooses the id."""
        return [self.values(None)["name"]] if self.creation.has_name else []

    def create_again(self, item: DeclaredItem, client: Client | None = None) -> Response:
        """Return the response to the request that created an item, sent once more."""
        name = [self.find_name(item.response)] if self.creation.has_name else []
        return self.as_user(client or self.client).submit(item.body, name)

    def submit(self, body: Any, name: Sequence[str] = ()) -> Response:
        """Return the response to a creation with this body, and with a new key if it needs one.

        Args:
            body: the value of the body.
            name: the name of the item, if the client chooses one.
        """
        declared, ids = needed_key(self.creation.request, self.declaration), [*name, *self.parent_ids]
        if declared is None:
            return self.send(self.creation, body, ids)
        sent, arguments = with_key(declared, self.values(None)["name"], body)
        return self.send(self.creation, sent, ids, **arguments)

    def similar_body(self, item: DeclaredItem) -> Any:
        """Return a body for another item, created from the same one of the declared bodies."""
        places = [place for place, _ in leaves(item.body)]
        similar = (each for each in self.templates if [place for place, _ in leaves(each)] == places)
        return fill_body(next(similar, self.templates[0]), self.values(None))

    def created(self, response: Response, body: Any, text: str | None = None) -> DeclaredItem:
        """Return the item that a successful response is about."""
        item_id = self.find_id(response)
        if item_id is None:
            not_verified(f"the response to a create of {self.name} has no id at {self.creation.id or '/id'}")
        sent = [find_value(body, place) for place in self.model.texts]
        found = next((each for each in sent if isinstance(each, str)), "") if text is None else text
        texts = {reads[0]: found for reads in self.model.texts.values()}
        return DeclaredItem(item_id, response, body, found, texts, self.parent)

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
        validator = None if name == "read" else needed_validator(action, self.declaration)
        if validator is None:
            return self.send(action, self.body(name, item, text), item.ids, **arguments)
        return self.act_on(self.version(item, validator), validator, name, item, text)

    def version(self, item: DeclaredItem, validator: Validator) -> Any:
        """Return the version of an item that a read shows, as soon as one does; MISSING if none does."""
        resource = replace(self, client=self.reader or self.client)

        def find() -> Any:
            """Read the item once and return its version."""
            return validator.find(resource.read(item, headers=IDENTITY))

        if self.reads_lag:
            with contextlib.suppress(ExpectationFailed):
                resource.client.eventually(lambda: self._require_version(find()))
        return find()

    def _require_version(self, found: Any) -> None:
        """Raise ExpectationFailed if a read has no version."""
        if is_missing(found):
            raise ExpectationFailed(f"a version of the {self.name}", "a read without one")

    @property
    def reads_lag(self) -> bool:
        """Whether reads may lag behind writes for `settle` seconds."""
        return self.model.read is not None and self.model.read.indexed == "eventual"

    def act_on(
        self, version: Any, validator: Validator, name: str, item: DeclaredItem, text: str | None = None
    ) -> Response:
        """Return the response to a change that is based on a version of an item."""
        action = getattr(self.model, name) or self.undeclared(name)
        body = validator.body(self.body(name, item, text), version)
        return self.send(action, body, item.ids, headers=validator.headers(version))

    def body(self, name: str, item: DeclaredItem, text: str | None = None) -> Any:
        """Return the body of an action on an item; see `act`."""
        action = getattr(self.model, name) or self.undeclared(name)
        return fill_body(self.template(action), {**self.values(text), "id": item.id})

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
        path = self.path(action.request, ids, has_item=action is not self.model.create)
        return self.client.request(action.request.method, path, headers=headers, **sent, **arguments)

    def path(self, pattern: OperationPattern, ids: list[Any], *, has_item: bool = False) -> str:
        """Return the path of a request with these ids; of an item only with `has_item`."""
        return fill_path(pattern, ids, self.declaration, self.given, has_item=has_item)

    def listed(self) -> list[Any]:
        """Return all items of the list."""
        pattern = self.model.list_ or self.undeclared("list")
        return self.client.all_items(self.path(pattern, self.parent_ids))

    def read_listed(self, listed: Any) -> Response:
        """Return the response to a read of an item of the list, which any user created."""
        action = self.model.read or self.undeclared("read")
        return self.send(action, None, [self.listed_id(listed), *self.parent_ids])

    def find_listed(self, item: DeclaredItem) -> Any:
        """Return an item as the list shows it; None if it does not."""
        for each in self.below(item.parent).listed():
            if self.is_same(each, item):
                return each
        return None

    def is_same(self, listed: Any, item: DeclaredItem) -> bool:
        """Return whether an item of a list is this item: by its id; by its text if the list shows no ids."""
        listed_id = self.listed_id(listed)
        if listed_id is None:
            return bool(item.text) and item.text in dict(leaves(listed)).values()
        return str(listed_id) == str(item.id)

    def expect_listed(self, item: DeclaredItem) -> Any:
        """Return an item as the list shows it; raise ExpectationFailed if it is missing after `settle`."""

        def find() -> Any:
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
                raise ExpectationFailed(f"a list without the {self.name} {item.id}", to_json(found))

        self.client.eventually(search)

    def listed_id(self, listed: Any) -> Any:
        """Return the id of an item of a list: at the end of the declared location of the id, or the item."""
        if isinstance(listed, str | int):
            return listed
        segments = self.id_pointer.split("/")[1:]
        for start in range(len(segments)):
            value = find_value(listed, _pointer(segments[start:]))
            if value is not MISSING:
                return value
        return None

    @property
    def id_pointer(self) -> str:
        """The location of the id in a response to a create."""
        place = self.model.create.id if self.model.create is not None else None
        return place.pointer if place is not None and place.pointer is not None else "/id"

    @property
    def parent_ids(self) -> list[Any]:
        """The ids of the parents of new items."""
        return self.parent.ids if self.parent is not None else []

    def find_id(self, response: Response) -> Any:
        """Return the id in the response to a creation; None without one."""
        action = self.creation
        if action.has_chosen_id:
            return self.find_name(response)
        value = find_in_response(response.exchange.response, action.id or ResponseLocation(pointer="/id"))
        if action.id is not None and action.id.header is not None and isinstance(value, str):
            return last_segment(value)
        return value if isinstance(value, str | int) and value != "" else None

    @property
    def has_id_beside_body(self) -> bool:
        """Whether the id of a new item is in a header or in the path of the request, not in a body."""
        place = self.creation.id
        return self.creation.has_chosen_id or (place is not None and place.header is not None)

    def find_name(self, response: Response) -> str:
        """Return the name in the path of the request that created an item."""
        path = urlsplit(response.exchange.request.url).path
        pattern = path_pattern(self.creation.request.path)
        match = re.search(f"{pattern}/?$", path)
        return unquote(match["id"]) if match is not None else ""

    def find_read_id(self, response: Response) -> Any:
        """Return the id in the response to a read, or to another action on an item; MISSING without one."""
        read = self.model.read.id if self.model.read is not None else None
        pointer = read.pointer if read is not None and read.pointer is not None else self.id_pointer
        return find_in_response(response.exchange.response, ResponseLocation(pointer))

    def is_success(self, response: Response) -> bool:
        """Return whether a response has a status of success and not the form of an error."""
        if response.status not in ANY_SUCCESS:
            return False
        errors = self.declaration.first("errors")
        when = (errors.when if errors is not None else None) or {}
        is_error = [
            find_in_response(response.exchange.response, ResponseLocation(each)) == when[each]
            for each in when
        ]
        return not (is_error and all(is_error))

    def values(self, text: str | None) -> dict[str, Any]:
        """Return the values of the names in braces of a body."""
        values: dict[str, Any] = {
            "text": self.unique_name("Text") if text is None else text,
            "name": re.sub(r"[^a-z0-9]+", "-", self.unique_name("tuning-fork").lower()),
        }
        return values | ({"parent": self.parent.id} if self.parent is not None else {})

    def shown_texts(self, response: Response, body: Any) -> dict[str, Any]:
        """Return what a read shows of the texts of a body, by the location that sent them."""
        return {
            sent: _first(response, reads)
            for sent, reads in self.model.texts.items()
            if len(self.model.texts) == 1 or find_value(body, sent) is not MISSING
        }

    def item_in(self, response: Response, listed: Any) -> Any:
        """Return the part of the response to a read that is like an item of the list."""
        segments = self.id_pointer.split("/")[1:]
        for start in range(len(segments)):
            if find_value(listed, _pointer(segments[start:])) is not MISSING:
                return find_value(response.json, _pointer(segments[:start]))
        return MISSING

    def read_pointers(self, body: Any) -> dict[str, str]:
        """Return where a read shows the values of a body, by the location that sends each."""
        root = self.id_pointer.rpartition("/")[0]
        prefix = "" if find_value(body, root) is not MISSING else root
        shown = {place: prefix + place for place, _ in leaves(body)}
        texts = {place: reads[0] for place, reads in self.model.texts.items()}
        return {place: {**texts, **self.model.keeps}.get(place, shown[place]) for place in shown}

    def undeclared(self, name: str) -> NoReturn:
        """End the test as not verified: the resource lacks an action."""
        not_verified(f"conventions.yaml has no resources.{self.name}.{name}")


def _pointer(segments: Sequence[str]) -> str:
    """Return the JSON pointer with these segments."""
    return "".join(f"/{segment}" for segment in segments)


def _first(response: Response, pointers: Sequence[str]) -> Any:
    """Return the value at the first pointer where a body has one; MISSING without any."""
    values = (find_in_response(response.exchange.response, ResponseLocation(pointer)) for pointer in pointers)
    return next((value for value in values if value is not MISSING), MISSING)


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
