"""Users and the linked user's account (Audioboo's API reference, Users)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tuningfork import claim
from tuningfork.apis.audioboo.error_assertions import assert_success
from tuningfork.apis.audioboo.factories import create_clip, object_in_body
from tuningfork.apis.audioboo.lookup import (
    expect_listed,
    fetch_account_or_skip,
    fetch_newest_clips,
    owner_ids,
)
from tuningfork.apis.audioboo.snapshots import PROFILE_PROPERTIES
from tuningfork.client.client import Client
from tuningfork.client.marks import UniqueName
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect_in, expect_not_in, expect_properties, expect_true
from tuningfork.testing.payloads import bracketed

from .support.clip_updates import UNUSUAL_TITLE

MAX_DESCRIPTION_LENGTH = 255


@pytest.fixture
def profile(user: Client) -> Iterator[dict[str, str]]:
    """The linked user's profile as form fields; it is restored after the test."""
    account = fetch_account_or_skip(user)
    before = {field: str(next(iter(profile_values(account, field)), "")) for field in PROFILE_PROPERTIES}
    yield before
    update_profile(user, before)


@claim("AB-USER-01")
@pytest.mark.parametrize("client", ["user", "api"], indirect=True)
def test_user_can_be_read_by_id(user: Client, client: Client) -> None:
    """By the user and by the app."""
    account = fetch_account_or_skip(user)

    found_user = fetch_user(client, account["id"])

    expect_properties(found_user, id=account["id"], username=account["username"])


@claim("AB-USER-01")
def test_user_is_found_by_username(user: Client, api: Client) -> None:
    """The linked user, and the users whose clips are listed."""
    for user_id in dict.fromkeys([fetch_account_or_skip(user)["id"], *owner_ids(fetch_newest_clips(api))]):
        username = fetch_user(api, user_id)["username"]

        found_user = expect_listed(api, "/users", JsonObject(id=user_id), **{"find[username]": username})

        expect_properties(found_user, username=username)


@claim("AB-USER-01")
def test_user_is_not_found_by_another_username(user: Client, api: Client, unique_name: UniqueName) -> None:
    account = fetch_account_or_skip(user)

    for username in (unique_name("nobody").replace(" ", ""), "x" * 60):
        response = api.get("/users", **{"find[username]": username})

        user_ids = [found.get("id") for found in response.items] if response.status == 200 else []
        expect_not_in(account["id"], user_ids, f"users named {to_json(username)}", response)


@claim("AB-USER-01")
@pytest.mark.parametrize("client", ["user", "api"], indirect=True)
@pytest.mark.parametrize("parameter", ["find[username]", "find[query]"])
def test_search_for_users_returns_a_list(user: Client, client: Client, parameter: str) -> None:
    username = fetch_account_or_skip(user)["username"]

    response = client.get("/users", **{parameter: username})

    items = response.expect_ok().items
    expect_true(isinstance(items, list), "a list of users", to_json(items), response)


@claim("AB-USER-01")
@pytest.mark.parametrize("client", ["user", "api"], indirect=True)
def test_search_by_both_or_neither_parameter_returns_4xx(user: Client, client: Client) -> None:
    username = fetch_account_or_skip(user)["username"]
    by_name = {"find[username]": username}

    for query in (
        {**by_name, "find[query]": username},
        {**by_name, "find[query]": "other"},
        {},
        {"page[number]": 1, "page[items]": 5},
    ):
        client.get("/users", params=query).expect_client_error()


@claim("AB-USER-02")
def test_account_is_an_existing_user(user: Client, api: Client) -> None:
    account = object_in_body(user.get("/account").expect_ok(), "user")

    found_user = fetch_user(api, account["id"])

    expect_properties(account, id=found_user["id"], username=found_user["username"])


@claim("AB-USER-02", needs=("user2",))
def test_each_token_has_the_account_of_its_user(user: Client, other_user: Client) -> None:
    """In any order of requests."""
    account, other_account = fetch_account_or_skip(user), fetch_account_or_skip(other_user)

    expect_true(
        account["id"] != other_account["id"], "two users", f"{to_json(account['id'])} twice", other_account
    )
    for client, user_id in ((user, account["id"]), (other_user, other_account["id"]), (user, account["id"])):
        expect_properties(object_in_body(client.get("/account").expect_ok(), "user"), id=user_id)


@claim("AB-USER-02", needs=("write",))
def test_new_clip_belongs_to_the_account(user: Client, api: Client, unique_name: UniqueName) -> None:
    clip = create_clip(user, unique_name("account"))

    expect_listed(api, f"/users/{fetch_account_or_skip(user)['id']}/audio_clips", clip)


@claim("AB-USER-02")
@pytest.mark.parametrize("client", ["api", "unauthenticated"], indirect=True)
def test_account_without_a_user_signature_returns_401(client: Client) -> None:
    """With and without parameters; HEAD returns an error status, too."""
    for query in ({}, {"user_id": 1, "username": "x"}, {"callback": "f"}):
        client.get("/account", params=query).expect_status(401)
    response = client.head("/account")

    expect_true(response.status >= 400, "an error status for HEAD", str(response.status), response)


@claim("AB-USER-03")
@pytest.mark.parametrize("field", PROFILE_PROPERTIES)
@pytest.mark.parametrize("suffix", ["plain", UNUSUAL_TITLE])
def test_profile_field_is_updated(
    user: Client, unique_name: UniqueName, profile: dict[str, str], field: str, suffix: str
) -> None:
    """Twice, to two values."""
    for word in ("first", "second"):
        fields = {field: unique_name(word, f" {suffix}")}

        response = update_profile(user, fields)

        assert_success(response)
        expect_profile(user, fields)


@claim("AB-USER-03")
def test_all_profile_fields_are_updated_together(
    user: Client, unique_name: UniqueName, profile: dict[str, str]
) -> None:
    fields = {field: unique_name(field) for field in PROFILE_PROPERTIES}

    response = update_profile(user, fields)

    assert_success(response)
    expect_profile(user, fields)


@claim("AB-USER-03", needs=("user2",))
def test_update_changes_only_the_profile_of_its_user(
    user: Client, other_user: Client, unique_name: UniqueName, profile: dict[str, str]
) -> None:
    fields = {"profile_location": unique_name("elsewhere")}

    response = update_profile(other_user, fields)

    assert_success(response)
    expect_profile(other_user, fields)
    expect_profile(user, {field: text for field, text in profile.items() if text})


@claim("AB-USER-03")
@pytest.mark.parametrize("letter", ["a", "é", "本"])
def test_description_of_255_characters_is_accepted(
    user: Client, profile: dict[str, str], letter: str
) -> None:
    """A character counts as one, however many bytes it has in UTF-8."""
    fields = {"profile_description": letter * MAX_DESCRIPTION_LENGTH}

    response = update_profile(user, fields)

    assert_success(response)
    expect_profile(user, fields)


@claim("AB-USER-03")
@pytest.mark.parametrize("length", [MAX_DESCRIPTION_LENGTH + 1, 5000])
@pytest.mark.parametrize("letter", ["a", "é"])
def test_longer_description_returns_4xx_and_changes_nothing(
    user: Client, unique_name: UniqueName, profile: dict[str, str], length: int, letter: str
) -> None:
    """Alone, and with valid values of the other fields."""
    before = {field: unique_name(field) for field in PROFILE_PROPERTIES}
    assert_success(update_profile(user, before))
    too_long = {"profile_description": letter * length}

    for fields in (too_long, {"profile_name": "Changed", "profile_location": "Changed", **too_long}):
        response = update_profile(user, fields)

        response.expect_client_error()
        expect_profile(user, before)


def fetch_user(client: Client, user_id: Any) -> JsonObject:
    """Return the user with this id; raise ExpectationFailed if the status is not 200."""
    return object_in_body(client.get(f"/users/{user_id}").expect_ok(), "user")


def profile_values(user: JsonObject, field: str) -> list[Any]:
    """Return the values that a user has for a form field of the profile."""
    return [user[name] for name in PROFILE_PROPERTIES[field] if user.get(name) is not None]


def update_profile(user: Client, fields: dict[str, str]) -> Response:
    """Send PUT /account with form fields of the profile."""
    return user.put("/account", form=bracketed("user", fields))


def expect_profile(user: Client, fields: dict[str, str]) -> None:
    """Raise ExpectationFailed unless GET /account and GET /users/{id} have these values."""
    account = object_in_body(user.get("/account").expect_ok(), "user")
    for reading in (account, fetch_user(user, account["id"])):
        for field, text in fields.items():
            expect_in(text, profile_values(reading, field), field, reading)
