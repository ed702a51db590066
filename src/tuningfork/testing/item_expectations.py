"""Expectations about items of declared resources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from tuningfork import not_verified
from tuningfork.checks.places import MISSING, find_in_response, find_value, has_form
from tuningfork.client.response import Response
from tuningfork.conventions.grammar.locations import ResponseLocation
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.conventions.resource_keys import Gone
from tuningfork.json_text import to_json
from tuningfork.testing.declared_resource import DeclaredItem, DeclaredResource
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.refusal import expect_refusal, is_refusal

CLIENT_ERROR = Statuses(("4XX",))
OF_CREDENTIALS = (401, 403)
"""The statuses that refuse a client, not the text that it sends."""
UNSEEN = (*OF_CREDENTIALS, 404)
"""The statuses that hide a list."""


def expect_status(response: Response, statuses: Statuses) -> None:
    """Raise ExpectationFailed unless a response has one of these statuses."""
    expect_true(response.status in statuses, f"status {statuses}", str(response.status), response)


def expect_exists(resource: DeclaredResource, item: DeclaredItem) -> None:
    """Raise ExpectationFailed unless an item is read by its id, as far as declared, and is in the list."""
    if resource.model.read is not None:
        expect_shows(resource, item, item.text)
    if resource.model.list_ is not None:
        resource.expect_listed(item)


def expect_shows(resource: DeclaredResource, item: DeclaredItem, text: str, body: Any = None) -> None:
    """Raise ExpectationFailed unless a read shows an item with a text.

    Args:
        resource: the resource with the client that reads.
        item: the item.
        text: the text that it must have.
        body: the body that sent the text; that of the creation if not given.
    """

    def check() -> None:
        """Read the item once and judge it."""
        response = resource.read(item)
        expect_status(response, resource.status("read"))
        found = resource.find_read_id(response)
        if found is not MISSING:
            expect(str(found), str(item.id), "id", response)
        for sent, shown in resource.shown_texts(response, item.body if body is None else body).items():
            expect(shown, text, f"text of {sent}", response)

    settled(resource, check)


def expect_gone(resource: DeclaredResource, item: DeclaredItem) -> None:
    """Raise ExpectationFailed unless a deleted item is read as `then` says, and not listed any more."""
    if resource.model.read is not None:
        expect_unreadable(resource, item)
    if resource.model.list_ is not None and not isinstance(resource.deletion.then, Gone):
        resource.expect_unlisted(item)


def expect_unseen(resource: DeclaredResource, item: DeclaredItem) -> None:
    """Raise ExpectationFailed if the list, where one is declared, shows an item of another user.

    A list that is refused shows nothing: its parent may belong to the other user, too.
    """
    if resource.model.list_ is None:
        return
    response = resource.client.get(resource.path(resource.model.list_, item.ids[1:]))
    owner = resource.model.owner
    is_refused = owner is not None and is_refusal(response, owner, resource.declaration)
    if response.status not in UNSEEN and not is_refused:
        expect(resource.find_listed(item), None, "item in the other user's list")


def expect_unreadable(resource: DeclaredResource, item: DeclaredItem) -> None:
    """Raise ExpectationFailed unless the read of a deleted item is refused, if `then` is a refusal.

    The claim is not verified if the read shows another item, and ids may return.
    """
    then = resource.deletion.then
    if not isinstance(then, Refusal):
        return

    def check() -> None:
        """Read the item once and judge the refusal."""
        response = resource.read(item)
        if resource.deletion.ids == "may-return" and _shows_another(resource, response, item):
            not_verified(f"the id of a deleted item of {resource.name} was given to another one")
        expect_refusal(response, then, resource.declaration)

    settled(resource, check, is_late=resource.deletion.async_)


def require_free_id(resource: DeclaredResource, item: DeclaredItem) -> None:
    """End the test as not verified if the id of a deleted item is that of another one by now."""
    may_return = resource.deletion.ids == "may-return" and resource.model.read is not None
    if may_return and _shows_another(resource, resource.read(item), item):
        not_verified(f"the id of a deleted item of {resource.name} was given to another one")


def _shows_another(resource: DeclaredResource, response: Response, item: DeclaredItem) -> bool:
    """Return whether a response shows the texts of another item."""
    texts = resource.shown_texts(response, item.body).values() if resource.is_success(response) else ()
    shown = [text for text in texts if text is not MISSING]
    return bool(shown) and item.text not in shown


def expect_tombstone(resource: DeclaredResource, item: DeclaredItem) -> None:
    """Raise ExpectationFailed unless a read of a deleted item has the declared status and properties."""
    then = resource.deletion.then
    assert isinstance(then, Gone), "the claim is brought by `then` with properties"

    def check() -> None:
        """Read the item once and judge it."""
        response = resource.read(item)
        expect_status(response, then.status)
        for pointer, form in then.members.items():
            value = find_in_response(response.exchange.response, ResponseLocation(pointer))
            is_shown = value is not MISSING and has_form(value, form)
            expect_true(is_shown, f"{form} at {pointer}", to_json(value), response)

    settled(resource, check, is_late=resource.deletion.async_)


def expect_same_item(resource: DeclaredResource, item: DeclaredItem, location: str | None) -> None:
    """Raise ExpectationFailed unless a Location is the URL of an item, recognized by its id or its texts."""
    url = urljoin(item.response.exchange.request.url, location or "")

    def check() -> None:
        """Read the URL once and judge it."""
        response = resource.client.get(url)
        expect_status(response, resource.status("read"))
        found = resource.find_read_id(response)
        if found is not MISSING or not resource.has_id_beside_body:
            expect(str(found), str(item.id), f"id at {to_json(location)}", response)
        for sent, shown in resource.shown_texts(response, item.body).items():
            expect(shown, item.text, f"text of {sent} at {to_json(location)}", response)

    settled(resource, check)


def expect_body(resource: DeclaredResource, response: Response, answer: str | None, item_id: Any) -> None:
    """Raise ExpectationFailed unless a body is what `answer` says: the item, or nothing."""
    if answer == "none":
        expect_true(not response.content, "no body", f"{len(response.content)} bytes", response)
    elif answer == "item":
        found = resource.find_read_id(response)
        is_item = found is not MISSING and str(found) == str(item_id)
        expect_true(is_item, "the item with its id", response.text, response)


def settled(resource: DeclaredResource, check: Callable[[], None], *, is_late: bool = False) -> None:
    """Run a check; repeat it for `settle` seconds where reads may lag behind writes."""
    if is_late or resource.reads_lag:
        resource.client.eventually(check)
    else:
        check()


def unchanged_values(resource: DeclaredResource, item: DeclaredItem) -> dict[str, tuple[str, Any]]:
    """Return the read location and the sent value of each property in `keeps`, by its location in the body.

    Without any property in the body the test is not verified.
    """
    sent = {place: find_value(item.body, place) for place in resource.model.keeps}
    found = {
        place: (resource.model.keeps[place], value) for place, value in sent.items() if value is not MISSING
    }
    return found or not_verified(f"the body of resources.{resource.name}.create has none of `keeps`")


def expect_unchanged_or_refused(
    resource: DeclaredResource, text: str, kept: Callable[[str, str], bool], *, is_refusable: bool = False
) -> None:
    """Create an item with a text, and delete it; raise ExpectationFailed unless a read shows the text.

    A refusal with 4xx, but for those of credentials, is allowed unless `text.refused` is never.

    Args:
        resource: the resource.
        text: the value of `{text}`.
        kept: returns whether the second text is the first one as the API keeps it.
        is_refusable: whether the text may be refused even if `text.refused` is never.
    """
    response, body = resource.try_create(text)
    if not resource.is_success(response):
        is_of_text = response.status in CLIENT_ERROR and response.status not in OF_CREDENTIALS
        is_allowed = is_of_text and (is_refusable or "refused" not in resource.model.text)
        expect_true(is_allowed, "a new item", str(response.status), response)
        return
    item = resource.created(response, body, text)

    def check() -> None:
        """Read the item once and judge it."""
        read = resource.read(item)
        for sent, shown in resource.shown_texts(read, body).items():
            expect_true(
                isinstance(shown, str) and kept(text, shown), f"{sent} {to_json(text)}", to_json(shown), read
            )

    settled(resource, check)
    if resource.model.delete is not None:
        resource.delete(item)
