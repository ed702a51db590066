"""`resources`: the life of an item, from its creation to its deletion."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuningfork import not_verified
from tuningfork.checks.places import find_in_response
from tuningfork.client.client import Client
from tuningfork.client.marks import UniqueName
from tuningfork.conventions.declaration import Subject
from tuningfork.conventions.grammar.locations import ResponseLocation
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_resource import DeclaredResource
from tuningfork.testing.expect import expect, expect_no, expect_not_in, expect_true
from tuningfork.testing.item_comparison import changes, stable_differences, values_at
from tuningfork.testing.item_expectations import (
    CLIENT_ERROR,
    expect_body,
    expect_exists,
    expect_gone,
    expect_same_item,
    expect_shows,
    expect_status,
    expect_tombstone,
    expect_unchanged_or_refused,
    expect_unseen,
    require_free_id,
    unchanged_values,
)
from tuningfork.testing.late_effects import delete_fully, shown
from tuningfork.testing.listed_times import expect_listed_times
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.refusal import expect_refusal, is_refusal
from tuningfork.testing.texts import ANY_TEXT, DECOMPOSED, EXAMPLES, is_same_text, long_text
from tuningfork.testing.unchanged import expect_unchanged, read_twice

LATER_ITEMS = 3
MAX_EXISTING = 4
"""Existing items whose reads are compared with the list."""
CONCURRENT_REQUESTS = 4


@convention("RESOURCE-CREATE")
def test_creation_returns_the_declared_status(resource: DeclaredResource) -> None:
    """The response also has the id; without one the target creates nothing that could be deleted."""
    item = resource.create()

    expect_status(item.response, resource.status("create"))


@convention("RESOURCE-LIFECYCLE")
def test_created_item_is_read_and_listed(resource: DeclaredResource) -> None:
    item = resource.create()
    newer = resource.create()

    expect_exists(resource, item)
    expect_exists(resource, newer)


@convention("RESOURCE-LIFECYCLE")
def test_deleted_item_is_gone(resource: DeclaredResource) -> None:
    """Another item that was created before it remains."""
    other, item = resource.create(), resource.create()

    resource.delete(item)

    expect_gone(resource, item)
    expect_exists(resource, other)


@convention("RESOURCE-KEPT")
def test_read_shows_what_the_creation_sent(resource: DeclaredResource) -> None:
    item = shown(resource, resource.create())

    response = resource.read(item)

    for sent, (place, value) in unchanged_values(resource, item).items():
        found = find_in_response(response.exchange.response, ResponseLocation(place))
        expect(found, value, f"value of {sent}", response)


@convention("RESOURCE-LOCATION")
def test_location_is_the_url_of_the_new_item(resource: DeclaredResource) -> None:
    item = resource.create()

    location = item.response.headers.get("location")

    if location is None and resource.model.create and resource.model.create.location == "allowed":
        not_verified("the response to a creation has no Location")
    expect_true(location is not None, "a Location", "none", item.response)
    expect_same_item(resource, item, location)


@convention("RESOURCE-ANSWER")
def test_body_of_each_response_is_as_declared(resource: DeclaredResource) -> None:
    """For the creation, the read, the changes and the deletion, in this order."""
    response, _ = resource.try_create()
    item_id = resource.find_read_id(response)
    expect_body(resource, response, resource.creation.answer, item_id)

    item = shown(resource, resource.create())
    for name in ("read", "update", "replace", "delete"):
        if action := getattr(resource.model, name):
            expect_body(resource, resource.act(name, item), action.answer, item.id)


@convention("RESOURCE-SAME-IN-LIST")
def test_list_shows_an_item_as_a_read_does(resource: DeclaredResource, unique_name: UniqueName) -> None:
    """Properties that differ between two reads, counters and the queries of signed URLs may differ."""
    item = resource.create(long_text(unique_name("Listed"), resource.model.text.get("maximum")))

    listed = resource.expect_listed(shown(resource, item))

    reads = [resource.item_in(resource.read(item), listed) for _ in range(2)]
    expect_no(stable_differences(listed, reads), "differences between list and read", listed)


@convention("RESOURCE-SAME-IN-LIST")
def test_list_shows_existing_items_as_reads_do(resource: DeclaredResource) -> None:
    """The first items of the list, of any user; an item that another client deletes is left out."""
    items = at_least_one(resource.listed()[:MAX_EXISTING], "the list has no items")
    read = [(listed, [resource.read_listed(listed) for _ in range(2)]) for listed in items]

    remaining = resource.listed()
    judged = [
        (listed, reads)
        for listed, reads in read
        if all(200 <= each.status < 300 for each in reads) and listed in remaining
    ]
    for listed, reads in at_least_one(judged, "no listed item can be read"):
        read_items = [resource.item_in(each, listed) for each in reads]
        expect_no(stable_differences(listed, read_items), "differences between list and read", listed)


@convention("RESOURCE-TEXT")
@pytest.mark.parametrize("text", EXAMPLES.values(), ids=EXAMPLES)
def test_text_is_unchanged(resource: DeclaredResource, unique_name: UniqueName, text: str) -> None:
    """At the beginning of a longer text, and at its end."""
    for item_text in (unique_name(text, " z"), unique_name("a", f" {text}")):
        expect_unchanged_or_refused(resource, item_text, is_same_text)


@convention("RESOURCE-TEXT")
@given(text=ANY_TEXT, is_first=st.booleans())
def test_random_text_is_unchanged(
    resource: DeclaredResource, unique_name: UniqueName, text: str, is_first: bool
) -> None:
    """Before or after a unique text, because a text alone may be that of another item."""
    item_text = unique_name(f"z{text} a") if is_first else unique_name("a", f" {text}z")

    expect_unchanged_or_refused(resource, item_text[: resource.model.text.get("maximum")], is_same_text)


@convention("RESOURCE-TEXT")
def test_long_text_is_unchanged(resource: DeclaredResource, unique_name: UniqueName) -> None:
    item_text = long_text(unique_name("Long"), resource.model.text.get("maximum"))

    expect_unchanged_or_refused(resource, item_text, is_same_text)


@convention("RESOURCE-TEXT-EXACT")
def test_decomposed_characters_stay_decomposed(resource: DeclaredResource, unique_name: UniqueName) -> None:
    item_text = unique_name(f"{DECOMPOSED} form")

    expect_unchanged_or_refused(resource, item_text, str.__eq__)


@convention("RESOURCE-BLANK")
@pytest.mark.parametrize("text", ["", "   "], ids=["empty", "spaces"])
def test_blank_text_is_unchanged_or_refused_as_declared(resource: DeclaredResource, text: str) -> None:
    response, body = resource.try_create(text)

    if resource.model.text["blank"] == "refused":
        expect_status(response, CLIENT_ERROR)
    else:
        expect_status(response, resource.status("create"))
        expect_shows(resource, resource.created(response, body, text), text)


@convention("RESOURCE-TRIM")
def test_spaces_at_both_ends_are_unchanged(resource: DeclaredResource, unique_name: UniqueName) -> None:
    item = resource.create(f"  {unique_name('spaced')}  ")

    expect_shows(resource, item, item.text)


@convention("RESOURCE-MAXIMUM")
def test_longest_text_is_unchanged(resource: DeclaredResource, unique_name: UniqueName) -> None:
    text = unique_name("Longest").ljust(resource.model.text["maximum"], "y")

    response, body = resource.try_create(text)

    expect_status(response, resource.status("create"))
    expect_shows(resource, resource.created(response, body, text), text)


@convention("RESOURCE-MAXIMUM")
def test_longer_text_is_refused_or_cut(resource: DeclaredResource, unique_name: UniqueName) -> None:
    maximum = resource.model.text["maximum"]
    text = unique_name("Longer").ljust(maximum + 1, "y")

    expect_unchanged_or_refused(resource, text, lambda _, shown: len(shown) <= maximum, is_refusable=True)


@convention("RESOURCE-UPDATE")
def test_read_shows_each_update(resource: DeclaredResource, unique_name: UniqueName) -> None:
    item = resource.create()

    for text in (unique_name("Updated"), unique_name("Updated again")):
        response = resource.act("update", item, text)

        expect_status(response, resource.status("update"))
        expect_shows(resource, item, text, resource.body("update", item))


@convention("RESOURCE-UPDATE-ONLY-NAMED")
def test_update_keeps_what_it_does_not_name(resource: DeclaredResource, unique_name: UniqueName) -> None:
    """Of the properties that the creation sent; those that differ between two reads are not compared."""
    item, text = shown(resource, resource.create()), unique_name("Updated")
    sent, named = resource.read_pointers(item.body), resource.read_pointers(resource.body("update", item))
    others = [pointer for pointer in sent.values() if pointer not in named.values()]
    before = [values_at(resource.read(item).json, others) for _ in range(2)]

    resource.act("update", item, text)

    after = resource.read(shown(resource, item, text, resource.body("update", item)))
    at_least_one(before[-1], "the body of the creation has only properties that an update changes")
    expect_no(changes(before, values_at(after.json, others)), "other changes", after)


@convention("RESOURCE-REPLACE")
def test_read_shows_each_replacement(resource: DeclaredResource, unique_name: UniqueName) -> None:
    item = resource.create()

    for text in (unique_name("Replaced"), unique_name("Replaced again")):
        response = resource.act("replace", item, text)

        expect_status(response, resource.status("replace"))
        expect_shows(resource, item, text, resource.body("replace", item))


@convention("RESOURCE-DELETE")
def test_deletion_returns_the_declared_status(resource: DeclaredResource) -> None:
    item = resource.create()

    response = resource.delete(item)

    expect_status(response, resource.status("delete"))


@convention("RESOURCE-DELETE-TWICE")
def test_second_deletion_gets_the_declared_response(subject: Subject, resource: DeclaredResource) -> None:
    """Another client's new item may have the id by now."""
    item, again = resource.create(), subject.model.delete.again
    delete_fully(resource, item)
    require_free_id(resource, item)

    response = resource.delete(item)

    if not is_refusal(response, again, resource.declaration):
        require_free_id(resource, item)
    expect_refusal(response, again, resource.declaration)


@convention("RESOURCE-TOMBSTONE")
def test_deleted_item_is_shown_as_deleted(resource: DeclaredResource) -> None:
    item = resource.create()

    resource.delete(item)

    expect_tombstone(resource, item)


@convention("RESOURCE-ID-AGAIN")
def test_id_of_a_deleted_item_is_not_used_again(resource: DeclaredResource) -> None:
    item = resource.create()
    resource.delete(item)

    later = [resource.create() for _ in range(LATER_ITEMS)]

    expect_not_in(str(item.id), [str(each.id) for each in later], "ids of later items")


@convention("RESOURCE-FREED")
def test_item_like_a_deleted_one_is_created(resource: DeclaredResource) -> None:
    item = resource.create()
    delete_fully(resource, item)

    response = resource.create_again(item)

    expect_status(response, resource.status("create"))


@convention("RESOURCE-DUPLICATE")
def test_duplicate_is_refused_and_not_listed(subject: Subject, resource: DeclaredResource) -> None:
    """Each time that it is sent, and although another item was created after the first one."""
    item = resource.create()
    resource.create()

    responses = [resource.create_again(item) for _ in range(2)]

    for response in responses:
        expect_refusal(response, subject.model.duplicate, resource.declaration)
    expect_listed_times(resource, item.body, 1)


@convention("RESOURCE-RACE")
def test_concurrent_duplicates_create_one_item(resource: DeclaredResource) -> None:
    """The others may be refused in any way, or return the same item."""
    twin = replace(resource.create(), body=resource.similar_body(resource.create()))

    responses = send_concurrently(
        resource.client, CONCURRENT_REQUESTS, lambda client: resource.create_again(twin, client)
    )

    created = {str(resource.find_id(each)) for each in responses if resource.is_success(each)}
    expect_true(len(created) <= 1, "at most one new item", f"{sorted(created)}", responses[0])
    expect_listed_times(resource, twin.body, len(created))


@convention("RESOURCE-OWNER-ONLY")
@pytest.mark.parametrize("action", ["update", "replace", "delete"])
def test_change_by_another_user_is_refused(
    subject: Subject, resource: DeclaredResource, other_user: Client, action: str
) -> None:
    """The item stays as it was."""
    if getattr(subject.model, action) is None:
        not_verified(f"conventions.yaml has no resources.{subject.name}.{action}")
    item = shown(resource, resource.create())
    before = read_twice(resource, item)

    response = resource.as_user(other_user).act(action, item)

    expect_refusal(response, subject.model.owner, resource.declaration)
    expect_exists(resource, item)
    expect_unchanged(resource, item, before)


@convention("RESOURCE-PRIVATE")
def test_another_user_cannot_see_the_item(
    subject: Subject, resource: DeclaredResource, other_user: Client
) -> None:
    """A list that is refused shows nothing."""
    item = shown(resource, resource.create())

    response = resource.as_user(other_user).read(item)

    expect_refusal(response, subject.model.owner, resource.declaration)
    expect_unseen(resource.as_user(other_user), item)
