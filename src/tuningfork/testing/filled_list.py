"""A declared list with items that the test creates, or with those that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tuningfork import not_verified
from tuningfork.checks.places import MISSING, find_value
from tuningfork.client.client import Client
from tuningfork.client.marks import in_letters
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.conventions.declaration import Declaration, Subject
from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.conventions.pagination import Pagination
from tuningfork.conventions.resource_keys import Gone
from tuningfork.model import ExpectationFailed
from tuningfork.testing.case_sender import find_list_operation
from tuningfork.testing.declared_list import DeclaredList
from tuningfork.testing.declared_request import fill_path
from tuningfork.testing.declared_resource import DeclaredItem, DeclaredResource, DeclaredResources
from tuningfork.testing.fairness import bracket, premise_holds
from tuningfork.testing.late_effects import delete_fully

OWN_ITEMS = 5
"""Items that a test creates to walk through a list."""
UNKNOWN_SIZE = 20
"""Items of a page for which neither a size nor a parameter is declared."""
MAX_CREATED = 60
"""Items that a test creates at most to make a list long."""
MAX_CREATED_IN_PROCESS = 300
"""Items that a test creates at most on a server in this process."""


@dataclass(frozen=True)
class FilledList:
    """A list, and the resource whose items it has.

    Args:
        pages: the list.
        resource: creates items of the list; None if nothing can be created.
        is_prepared: whether the target's owner has prepared the list, so that all its items count.
        unique_name: returns a new text for a word.
    """

    pages: DeclaredList
    resource: DeclaredResource | None
    is_prepared: bool
    unique_name: Callable[[str], str]

    @property
    def declared(self) -> Pagination:
        """How the list is paged."""
        return self.pages.declared

    def create(self, text: str | None = None) -> DeclaredItem:
        """Return a new item of the list; the test is not verified if none can be created."""
        if self.resource is None:
            not_verified(
                f"nothing can be added to {self.pages.path}: no resource in conventions.yaml has this list, "
                "or the run is read-only"
            )
        return self.resource.create(text)

    def create_items(self, count: int = OWN_ITEMS) -> list[DeclaredItem]:
        """Return new items of the list that it shows; empty if none can be created."""
        if self.resource is None:
            return []
        items = [self.resource.create(self.word()) for _ in range(count)]
        self.pages.client.eventually(lambda: self._expect_listed(items))
        return items

    def delete_one(self, items: Sequence[DeclaredItem]) -> None:
        """Delete the first one of some items of the list, if there are any and items can be deleted."""
        if items and self.resource is not None and self.resource.model.delete is not None:
            delete_fully(self.resource, items[0])
            if isinstance(self.resource.deletion.then, Gone):
                return  # the list may show it
            premise_holds(partial(self.resource.expect_unlisted, items[0]), "the list shows a deleted item")

    def create_alike(self, count: int) -> list[DeclaredItem]:
        """Return new items that share a word: the text of the last one is longer than that of the others.

        Where the API refuses duplicates, all texts differ.
        """
        if self.resource is None:
            return []
        word, differs = self.word(), self._refuses_alike(self.resource)
        suffixes = [f" {'abcdefgh'[number] * 3}" if differs else "" for number in range(count - 1)]
        texts = [word + suffix for suffix in [*suffixes, " more"]]
        return [self.resource.create(text) for text in texts]

    def _refuses_alike(self, resource: DeclaredResource) -> bool:
        """Return whether no two items may have the same text: it is in what no two items share."""
        unique = resource.model.unique or ([""] if resource.model.duplicate is not None else [])
        return any("{text}" in str(find_value(resource.templates[0], place)) for place in unique)

    def word(self) -> str:
        """Return a new text of small letters and spaces."""
        return in_letters(self.unique_name("Item").lower())

    def keys(self, items: Sequence[DeclaredItem]) -> list[str]:
        """Return the keys of created items as text."""
        return [str(self._key(item)) for item in items]

    def lengthen(self, count: int) -> list[DeclaredItem]:
        """Make the list longer than `count` items, and than one page if no size of a page can be chosen.

        Returns the created items. The test is not verified if that cannot be done.
        """
        size = self.declared.size
        if self.declared.is_paged and size.parameter is None:
            count = max(count, size.default or UNKNOWN_SIZE)
        missing = count + 1 - len(self.pages.read_keys(limit=count + 1))
        is_remote = self.pages.client.transport.target_health is not None
        if missing > (MAX_CREATED if is_remote else MAX_CREATED_IN_PROCESS) or (
            missing > 0 and not self.resource
        ):
            not_verified(
                f"{self.pages.path} has less than {count + 1} items; "
                "name a longer list with pagination.fill: given:NAME"
            )
        created = [self.create(self.word()) for _ in range(missing)]
        try:
            self.pages.client.eventually(lambda: self._expect_length(count + 1))
        except ExpectationFailed:
            self._expect_listed(created)
            not_verified(f"others delete items of {self.pages.path}")
        return created

    def steadily(self, case: Callable[[], None]) -> None:
        """Run a case while the list does not change; the case is repeated if others change the list."""
        bracket(self.pages.read_keys, case)

    def eventually(self, case: Callable[[], None]) -> None:
        """Run a case, and repeat it while it fails for as long as the list may lack a change (`settle`)."""
        if self.resource is None:
            self.steadily(case)
        else:
            self.pages.client.eventually(case)

    def _expect_listed(self, items: Sequence[DeclaredItem]) -> None:
        """Raise ExpectationFailed unless the list has all items."""
        listed = set(map(str, self.pages.read_keys()))
        if self.declared.reach is not None and len(listed) >= self.declared.reach:
            not_verified(f"{self.pages.path} has more items than can be reached")
        missing = [key for key in self.keys(items) if key not in listed]
        if missing:
            raise ExpectationFailed(f"item {missing[0]} in {self.pages.path}", f"{len(listed)} other items")

    def _expect_length(self, count: int) -> None:
        """Raise ExpectationFailed unless the list has so many items, as far as they can be reached."""
        found = len(self.pages.read_keys(limit=count))
        if found < min(count, self.declared.reach or count):
            raise ExpectationFailed(f"{count} items of {self.pages.path}", str(found))

    def _key(self, item: DeclaredItem) -> Any:
        """Return the key of a created item: in the response that created it, or else its id.

        Where the items of a list are texts, they are the ids.
        """
        assert self.resource is not None
        if self.declared.key == "":
            return item.id
        body = item.response.json if item.response.content else None
        segments = self.resource.id_pointer.split("/")[:-1]
        for end in range(len(segments), 0, -1):
            value = find_value(body, "/".join(segments[:end]) + self.declared.key)
            if value is not MISSING:
                return value
        return item.id


@dataclass(frozen=True)
class ListFinder:
    """Finds the list of an operation on the target.

    Args:
        contract: the contract of the API.
        client: whose requests are sent.
        resources: the declared resources.
        test_data: the test data of tuningfork.toml.
        unique_name: returns a new text for a word.
        may_write: whether the run may create items.
    """

    contract: Contract
    client: Client
    resources: DeclaredResources
    test_data: Mapping[str, Any]
    unique_name: Callable[[str], str]
    may_write: bool

    @property
    def declaration(self) -> Declaration:
        """The conventions of the API."""
        return self.contract.declaration

    def find(self, operation: Operation, declared: Pagination) -> FilledList:
        """Return the list of an operation; the test is not verified if its path cannot be filled."""
        resource = self._resource(operation, declared)
        if resource is not None and self.may_write:
            resource = resource.with_parent()
        prepared = self._prepared(declared)
        is_own = resource is not None and self.may_write
        pattern = (resource.model.list_ if resource is not None else None) or OperationPattern(operation.key)
        pattern = (
            pattern if pattern.matches(operation) and pattern.is_concrete else OperationPattern(operation.key)
        )
        ids = resource.parent_ids if is_own and resource is not None else self._ids(operation, prepared)
        path = fill_path(pattern, ids, self.declaration, self.test_data)
        pages = DeclaredList(operation, self.declaration, declared, self.client, path)
        return FilledList(pages, resource if is_own else None, prepared is not None, self.unique_name)

    def _resource(self, operation: Operation, declared: Pagination) -> DeclaredResource | None:
        """Return the resource whose items a list has: the one that names the list, or else `fill`."""
        if declared.fill is not None and declared.fill.startswith("given:"):
            return None
        named = self.declaration.named.get("resources", {})
        lists = {name: each.list_ for name, each in named.items() if each.list_ and each.create}
        for name, pattern in lists.items():
            if pattern.matches(operation):
                return self.resources[name]
        is_named = any(pattern.matches(operation) for pattern in declared.operations or ())
        return (
            self.resources[declared.fill] if declared.fill and declared.fill in named and is_named else None
        )

    def _prepared(self, declared: Pagination) -> Any:
        """Return the value of `fill: given:NAME`; None without one."""
        if declared.fill is None or not declared.fill.startswith("given:"):
            return None
        name = declared.fill.removeprefix("given:")
        return self.test_data.get(name) or not_verified(f"tuningfork.toml has no given.{name}")

    def _ids(self, operation: Operation, prepared: Any) -> list[Any]:
        """Return the ids in the path of a list: the prepared one, or those of items that exist."""
        names = [each.name for each in operation.parameters if each.location == "path"]
        if prepared is not None or not names:
            return [] if prepared is None else [prepared]
        return list(self._existing(names[-1]))

    def _existing(self, parameter: str) -> Iterator[Any]:
        """Yield the id of the first item in the list that belongs to a path parameter, if there is one."""
        listing = find_list_operation(self.contract, parameter)
        if listing is not None:
            response = self.client.get(listing.path)
            items = response.items if response.status == 200 else []
            yield from (item["id"] for item in items[:1] if isinstance(item, dict) and "id" in item)


def pagination_of(subject: Subject, declaration: Declaration) -> Pagination:
    """Return how the list of a subject is paged; a list for which nothing is declared has one page."""
    if isinstance(subject.model, Pagination):
        return subject.model
    assert subject.operation is not None
    groups = [declaration.of("pagination", subject.operation)]
    groups += declaration.with_condition("pagination", subject.operation)
    declared = [group for group in groups if isinstance(group, Pagination)]
    return next((each for each in declared if each.is_paged), next(iter(declared), Pagination()))
