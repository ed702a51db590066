"""The scenarios that the declared conventions of an API bring."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from tuningfork import not_verified
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.conventions.catalogue import catalogue
from tuningfork.conventions.declaration import Subject
from tuningfork.load.listed_once import expect_listed_once
from tuningfork.testing.declared_list import DeclaredList, ListPage
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.declared_resource import DeclaredItem, DeclaredResource, DeclaredResources
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.filled_list import FilledList, ListFinder, pagination_of
from tuningfork.testing.item_expectations import expect_shows, expect_status, expect_unreadable
from tuningfork.testing.keyed_requests import KeyedRequests, expect_one_effect
from tuningfork.testing.load_scenario import LoadUser, Scenario, Shelf, WalkedPage
from tuningfork.testing.probe import Probe
from tuningfork.testing.sessions import Sessions, SessionTokens, expect_one_refresh

RACING = 2
"""Requests that a user sends at the same moment; the other users send theirs meanwhile."""
READS = 2
"""How often a user reads a list that has one page in a repetition."""
MAX_SHELF = 60
"""Items that all users together keep in a list."""


def declared_scenarios(contract: Contract) -> Iterator[Scenario]:
    """Yield the scenarios of an API: reads, and those that its declared conventions bring."""
    yield Scenario("reads of lists", partial(read_list, _listing_operations(contract)), ())
    for key in catalogue():
        for subject in contract.declaration.subjects(key, contract.operations):
            yield from _of_subject(contract, subject)


def _of_subject(contract: Contract, subject: Subject) -> Iterator[Scenario]:
    """Yield the scenarios about one subject of a convention."""
    if subject.key == "resources" and subject.model.create is not None:
        yield _scenario("life of", live, subject, "RESOURCE-CREATE", "RESOURCE-LIFECYCLE", needs=("write",))
        if "RESOURCE-RACE" in subject.claims:
            yield _scenario("duplicates of", race_duplicates, subject, "RESOURCE-RACE", needs=("write",))
    if subject.key == "pagination" and subject.operation is not None:
        for claim_id, steps in (("PAGE-INSERT", walk), ("PAGE-WHOLE", read_whole)):
            if claim_id in subject.claims:
                yield _scenario("pages of", steps, subject, claim_id, needs=("write",))
    if subject.key == "idempotency" and subject.operation is not None and subject.operation.method == "POST":
        found = subject.claims.keys() & {"IDEM-REPLAY", "IDEM-CONCURRENT"}
        if found:
            yield _scenario("repeated keys of", repeat_key, subject, *sorted(found), needs=("write",))
    if subject.key == "auth" and "REFRESH-RACE" in subject.claims:
        yield _scenario("refreshes of", race_refreshes, subject, "REFRESH-RACE", needs=("user",))


def _scenario(
    verb: str,
    steps: Callable[[Subject, LoadUser], None],
    subject: Subject,
    *generic: str,
    needs: tuple[str, ...] = (),
) -> Scenario:
    """Return the scenario of a subject that judges these generic claims."""
    claims = tuple(own for each in generic for own in subject.claims.get(each, ()))
    return Scenario(f"{verb} {subject.name}", partial(steps, subject), claims, needs)


def _listing_operations(contract: Contract) -> list[Operation]:
    """Return the operations of the document that read without an id or another required parameter."""
    never = contract.declaration.requests.never
    return [
        each
        for each in contract.operations
        if each.method == "GET"
        and "{" not in each.path
        and not any(parameter.required for parameter in each.parameters)
        and not any(pattern.matches(each) for pattern in never)
    ]


def read_list(operations: list[Operation], user: LoadUser) -> None:
    """Read one of the operations; the checks of every exchange judge the response."""
    if not operations:
        not_verified("the document has no GET without a required parameter")
    user.client.get(user.random.choice(operations).path)


def live(subject: Subject, user: LoadUser) -> None:
    """Create an item and read it by its id; unless a user walks, delete it, and read it again."""
    resource = find_resource(user, subject.name)
    item = resource.create()
    with user.judging(*subject.claims.get("RESOURCE-CREATE", ())):
        expect_status(item.response, resource.status("create"))
    if resource.model.read is not None:
        with user.judging(*subject.claims.get("RESOURCE-LIFECYCLE", ())):
            expect_shows(resource, item, item.text)
    shelf = user.shared.shelf(resource.name)
    if resource.model.delete is None or resource.model.read is None or not shelf.may_delete:
        dispose(user, resource, [item])
        return
    with shelf.deleting():
        expect_status(resource.delete(item), resource.status("delete"))
    with user.judging(*subject.claims.get("RESOURCE-LIFECYCLE", ())):
        expect_unreadable(resource, item)


def race_duplicates(subject: Subject, user: LoadUser) -> None:
    """Create the same item twice at the same moment."""
    resource = find_resource(user, subject.name)
    first = resource.create()
    twin = replace(first, body=resource.similar_body(first))
    responses = user.at_once(RACING, partial(resource.create_again, twin))
    created = {
        str(resource.find_id(each)): resource.created(each, twin.body)
        for each in responses
        if resource.is_success(each)
    }
    with (
        disposing(user, resource, [first, *created.values()]),
        user.judging(*subject.claims["RESOURCE-RACE"]),
    ):
        expect_true(len(created) <= 1, "at most one new item", f"{sorted(created)}", responses[-1])
        expect_listed_once(resource, twin.body, first.body)


def walk(subject: Subject, user: LoadUser) -> None:
    """Walk through the pages of a list while all users add items."""
    listing = fill(subject, user)
    declared, shelf = listing.declared.size, _shelf(user, listing)

    def walk_pages(size: int) -> list[WalkedPage]:
        """Return the pages of the list; of the given size, if it can be chosen."""
        request = listing.pages.first_request(None if declared.parameter is None else size)
        return user.walk(map(_walked, listing.pages.pages(request)), partial(add, user, listing))

    with user.judging(*subject.claims["PAGE-INSERT"]):
        shelf.expect_walk(walk_pages, declared.maximum)


def read_whole(subject: Subject, user: LoadUser) -> None:
    """Read a list that has one page while this user adds an item, and others add and delete theirs."""
    listing = fill(subject, user)

    def fetch() -> WalkedPage:
        """Return the whole list."""
        return _walked(listing.pages.fetch(listing.pages.first_request()))

    def fetch_meanwhile() -> WalkedPage:
        """Return the whole list as it is read while an item is added."""
        return fetch() if user.is_alone else user.meanwhile(fetch, partial(add, user, listing))

    for _ in range(1 if user.is_alone else READS):
        with user.judging(*subject.claims["PAGE-WHOLE"]):
            _shelf(user, listing).expect_listed(fetch_meanwhile)


def repeat_key(subject: Subject, user: LoadUser) -> None:
    """Send a creation with a key again, and another one several times at the same moment."""
    keyed = _find_keyed(subject, user)
    body, other, key, other_key = keyed.body(), keyed.body(), keyed.key(), keyed.key()
    repeated = [keyed.send_first(body, key), keyed.send(body, key)]
    racing = user.at_once(RACING, lambda client: keyed.send(other, other_key, client))
    items = {
        keyed.id_of(each): keyed.resource.created(each, sent)
        for sent, responses in ((body, repeated), (other, racing))
        for each in responses
        if keyed.resource.is_success(each)
    }
    with disposing(user, keyed.resource, list(items.values())):
        if ids := subject.claims.get("IDEM-REPLAY"):
            with user.judging(*ids):
                _expect_replay(keyed, *repeated)
                expect_listed_once(keyed.resource, body, other)
        if ids := subject.claims.get("IDEM-CONCURRENT"):
            with user.judging(*ids):
                expect_one_effect(keyed, racing)
                expect_listed_once(keyed.resource, other, body)


def _find_keyed(subject: Subject, user: LoadUser) -> KeyedRequests:
    """Return what sends the requests with a key; not verified if they create no declared resource."""
    operation, declaration = subject.operation, user.contract.declaration
    declared = DeclaredOperation(operation, declaration, _resources(user), user.shared.get)  # type: ignore[arg-type]
    found = declared.find_action() or not_verified(f"no declared resource is created by {subject.name}")
    return KeyedRequests(find_resource(user, found[0].name), subject.model, user.unique_name)


def _expect_replay(keyed: KeyedRequests, first: Response, second: Response) -> None:
    """Raise ExpectationFailed unless the second response is a success about the same item."""
    expect_true(keyed.resource.is_success(second), "a success", str(second.status), second)
    expect(keyed.id_of(second), keyed.id_of(first), "id", second)


def race_refreshes(subject: Subject, user: LoadUser) -> None:
    """Use a refresh token twice at the same moment, in a session of its own.

    If all are refused, the login of another user may have ended the session: then the race is repeated while
    no other user starts a session, and judged only if the session continues.
    """
    sessions, probe = _find_sessions(subject, user)
    logins = user.shared.shelf(f"sessions of {subject.name}")
    with logins.walking():
        _, responses = _race(sessions, user)
    if not sessions.issued(responses):
        turn = user.shared.get(f"turn in {subject.name}", threading.Lock)
        with logins.deleting(), turn:
            started, responses = _race(sessions, user)
        if not sessions.issued(responses) and not probe.is_accepted(started.access):
            not_verified("the session ended before its refresh")
    with user.judging(*subject.claims["REFRESH-RACE"]):
        expect_one_refresh(sessions, responses, probe.is_accepted)


def _find_sessions(subject: Subject, user: LoadUser) -> tuple[Sessions, Probe]:
    """Return what logs in and refreshes, and what shows whether a token works."""
    settings, declaration = user.settings.users.first, user.contract.declaration
    if settings is None or settings.username is None or settings.password is None:
        not_verified("tuningfork.toml has no users.first with username and password")
    password = settings.password.get_secret_value()
    sessions = Sessions(user.unauthenticated, subject.model, declaration, settings.username, password)
    declared = subject.model.probe
    path = declared.path if declared is not None and "{" not in declared.path else user.probe_path
    return sessions, Probe(user.unauthenticated, subject.model, declaration, "GET", path)


def _race(sessions: Sessions, user: LoadUser) -> tuple[SessionTokens, list[Response]]:
    """Return the tokens of a new session, and the responses to refreshes of it at the same moment."""
    started = sessions.start()
    return started, user.at_once(
        RACING, lambda client: sessions.refresh(started.refresh, client), client=user.unauthenticated
    )


def fill(subject: Subject, user: LoadUser) -> FilledList:
    """Return a list with items of this run; those beyond MAX_SHELF are deleted."""
    listing = _find_list(subject, user)
    if listing.resource is None:
        not_verified(f"no declared resource has the list {subject.name}")
    user.stock(partial(add, user, listing))
    if listing.resource.model.delete is not None:
        dispose(user, listing.resource, _shelf(user, listing).take(MAX_SHELF))
    return listing


def add(user: LoadUser, listing: FilledList) -> None:
    """Add an item that the list must have later."""
    item = listing.create(listing.word())
    _shelf(user, listing).add(listing.keys([item])[0], item)


def _shelf(user: LoadUser, listing: FilledList) -> Shelf:
    """Return the items of this run in a list."""
    assert listing.resource is not None
    return user.shared.shelf(listing.resource.name)


def _walked(page: ListPage) -> WalkedPage:
    """Return a page with its keys as text."""
    return WalkedPage(list(map(str, page.keys)), page.response)


def _find_list(subject: Subject, user: LoadUser) -> FilledList:
    """Return the list of a subject with the requests of a user; all users share its parent."""
    operation, declaration = subject.operation, user.contract.declaration
    assert operation is not None

    def find() -> FilledList:
        """Find the list with the requests of the first user."""
        documented = user.contract.operation(subject.operation_key)
        finder = ListFinder(
            user.contract,
            user.client,
            _resources(user),
            user.settings.given,
            user.unique_name,
            user.may_write,
        )
        return finder.find(documented, pagination_of(subject, declaration))

    found = user.shared.get(f"list {subject.name}", find)
    resource = None if found.resource is None else replace(found.resource, client=user.client)
    pages: DeclaredList = replace(found.pages, client=user.client)
    return replace(found, pages=pages, resource=resource)


def find_resource(user: LoadUser, name: str) -> DeclaredResource:
    """Return a resource with the requests of a user; all users share its parent."""
    found = user.shared.get(f"resource {name}", lambda: _resources(user)[name].with_parent())
    return replace(found, client=user.client)


def dispose(user: LoadUser, resource: DeclaredResource, items: list[DeclaredItem]) -> None:
    """Delete items, where the resource can be deleted, once no user walks through its list."""
    if resource.model.delete is not None:
        user.shared.shelf(resource.name).dispose(items, resource.delete)


@contextlib.contextmanager
def disposing(user: LoadUser, resource: DeclaredResource, items: list[DeclaredItem]) -> Iterator[None]:
    """Judge items in the block; dispose of them at its end, also after a violation."""
    try:
        yield
    finally:
        dispose(user, resource, items)


def _resources(user: LoadUser) -> DeclaredResources:
    """Return the declared resources with the requests of a user."""
    return DeclaredResources(user.contract.declaration, user.client, user.unique_name, user.settings.given)
