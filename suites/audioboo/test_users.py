"""Users and the linked user's account (Audioboo's API reference, Users)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tuningfork import claim
from tuningfork.apis.audioboo.error_assertions import assert_success
from tuningfork.apis.audioboo.factories import create_clip, object_in_body
from tuningfork.apis.audioboo.lookup import fetch_account_or_skip, fetch_newest_clips, find_in_list, owner_ids
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.payloads import bracketed

from .support.clip_updates import ODD

Fresh = Callable[[str], str]

LONGEST = 255
SHOWN = {
    "profile_name": ("profile_name", "full_name"),
    "profile_location": ("profile_location",),
    "profile_description": ("profile_description",),
}
"""The fields of a profile, and the members of a user that show each."""


def user_of(client: Client, user: Any) -> JsonObject:
    """The user with this id, or ExpectationFailed."""
    return object_in_body(client.get(f"/users/{user}").expect_ok(), "user")


def texts(user: JsonObject, field: str) -> list[Any]:
    """What a user shows of a field of the profile."""
    return [user[name] for name in SHOWN[field] if user.get(name) is not None]


def write(me: Client, profile: dict[str, str]) -> Response:
    """PUT fields of the linked user's profile."""
    return me.put("/account", form=bracketed("user", profile))


def shows(me: Client, profile: dict[str, str]) -> None:
    """ExpectationFailed where the linked user, or what anybody sees of it, has other words."""
    user = object_in_body(me.get("/account").expect_ok(), "user")
    for seen in (user, user_of(me, user["id"])):
        for field, text in profile.items():
            if text not in texts(seen, field):
                raise ExpectationFailed(f"{field} {text!r}", repr(texts(seen, field)))


@pytest.fixture
def profile(user: Client) -> Iterator[dict[str, str]]:
    """The linked user's words, which are put back at the end."""
    found_user = fetch_account_or_skip(user)
    before = {field: str(next(iter(texts(found_user, field)), "")) for field in SHOWN}
    yield before
    write(user, before)


@claim("AB-USER-01")
@pytest.mark.parametrize("who", ["user", "api"])
def test_a_user_is_read(user: Client, request: pytest.FixtureRequest, who: str) -> None:
    """By its id: the same user that the account names, for itself and for anybody."""
    account = fetch_account_or_skip(user)
    reader: Client = request.getfixturevalue(who)

    found_user = user_of(reader, account["id"])

    found = (found_user["id"], found_user["username"])
    assert found == (account["id"], account["username"]), f"expected {account['username']!r}, found {found}"


@claim("AB-USER-01")
def test_every_user_is_found_by_name(user: Client, api: Client) -> None:
    """The linked user and those whose clips are listed, each by its own name."""
    for found_user in dict.fromkeys([fetch_account_or_skip(user)["id"], *owner_ids(fetch_newest_clips(api))]):
        name = user_of(api, found_user)["username"]

        found = find_in_list(api, "/users", JsonObject(id=found_user), **{"find[username]": name})

        assert found is not None, f"expected user {found_user} by the name {name!r}, found others or none"
        assert found["username"] == name, f"expected the name {name!r}, found {found['username']!r}"


@claim("AB-USER-01")
def test_another_name_finds_another_user(user: Client, api: Client, unique_name: Fresh) -> None:
    """Who has another name is not found by this one."""
    account = fetch_account_or_skip(user)

    for name in (unique_name("nobody").replace(" ", ""), "x" * 60):
        answer = api.get("/users", **{"find[username]": name})
        has_it = answer.status == 200 and account["id"] in [one.get("id") for one in answer.items]
        assert not has_it, f"expected nobody by the name {name!r}, found {account['username']!r}"


@claim("AB-USER-01")
def test_users_are_found_by_exactly_one_of_two(user: Client, api: Client) -> None:
    """By one of find[username] and find[query]; with both of them or neither: 4xx."""
    name = fetch_account_or_skip(user)["username"]
    by_name, by_word = {"find[username]": name}, {"find[query]": name}

    for reader in (api, user):
        assert isinstance(reader.get("/users", **by_name).expect_ok().items, list), "expected a list"
        assert isinstance(reader.get("/users", **by_word).expect_ok().items, list), "expected a list"
        reader.get("/users", **by_name, **by_word).expect_client_error()
        reader.get("/users", **by_name, **{"find[query]": "other"}).expect_client_error()
        reader.get("/users").expect_client_error()
        reader.get("/users", **{"page[number]": 1, "page[items]": 5}).expect_client_error()


@claim("AB-USER-02")
def test_the_account_is_the_linked_user(user: Client, api: Client) -> None:
    """It has the id and name of a user who is there."""
    account = object_in_body(user.get("/account").expect_ok(), "user")

    found_user = user_of(api, account["id"])

    found = (account["id"], account["username"])
    assert found == (found_user["id"], found_user["username"]), (
        f"expected user {found_user['id']}, found {found}"
    )


@claim("AB-USER-02", needs=("user2",))
def test_each_token_is_linked_to_its_own_user(user: Client, other_user: Client) -> None:
    """Two users have two accounts, whoever asked last."""
    first, second = fetch_account_or_skip(user), fetch_account_or_skip(other_user)

    assert first["id"] != second["id"], f"expected two users, found {first['username']!r} twice"
    for client, found_user in ((user, first), (other_user, second), (user, first)):
        found = object_in_body(client.get("/account").expect_ok(), "user")["id"]
        assert found == found_user["id"], f"expected user {found_user['id']}, found {found}"


@claim("AB-USER-02", needs=("write",))
def test_what_the_linked_user_makes_is_the_account_s(user: Client, api: Client, unique_name: Fresh) -> None:
    """A new clip is in the list of the user whom /account names."""
    clip = create_clip(user, unique_name("whose"))
    path = f"/users/{fetch_account_or_skip(user)['id']}/audio_clips"

    def look() -> None:
        assert find_in_list(api, path, clip), f"expected {clip['id']} in {path}, found a list without it"

    api.eventually(look)


@claim("AB-USER-02")
def test_without_a_signature_nobody_is_linked(api: Client, unauthenticated: Client) -> None:
    """401, whatever is asked beside."""
    for client in (api, unauthenticated):
        client.get("/account").expect_status(401)
        client.get("/account", user_id=1, username="x").expect_status(401)
        client.get("/account", callback="f").expect_status(401)
        head = client.head("/account").status
        assert head >= 400, f"expected no success without a signature, found {head} to HEAD"


@claim("AB-USER-03")
@pytest.mark.parametrize("field", SHOWN)
@pytest.mark.parametrize("odd", ["plain", ODD])
def test_the_profile_is_changed(
    user: Client, unique_name: Fresh, profile: dict[str, str], field: str, odd: str
) -> None:
    """Each of its three fields alone, again and again, as everybody sees it."""
    for word in ("first", "second"):
        said = {field: f"{unique_name(word)} {odd}"}

        assert_success(write(user, said))

        shows(user, said)


@claim("AB-USER-03")
def test_the_whole_profile_is_changed(user: Client, unique_name: Fresh, profile: dict[str, str]) -> None:
    """All three fields at once, each to its own words."""
    said = {field: unique_name(field) for field in SHOWN}

    assert_success(write(user, said))

    shows(user, said)


@claim("AB-USER-03", needs=("user2",))
def test_each_user_changes_the_own_profile(
    user: Client, other_user: Client, unique_name: Fresh, profile: dict[str, str]
) -> None:
    """And nobody else's."""
    said = {"profile_location": unique_name("elsewhere")}

    assert_success(write(other_user, said))

    shows(other_user, said)
    shows(user, {field: text for field, text in profile.items() if text})


@claim("AB-USER-03")
@pytest.mark.parametrize("letter", ["a", "é", "本"])
def test_a_description_has_up_to_255_characters(user: Client, profile: dict[str, str], letter: str) -> None:
    """As many are taken and kept, of whatever alphabet."""
    said = {"profile_description": letter * LONGEST}

    assert_success(write(user, said))

    shows(user, said)


@claim("AB-USER-03")
@pytest.mark.parametrize("length", [LONGEST + 1, 5000])
@pytest.mark.parametrize("letter", ["a", "é"])
def test_a_longer_description_is_refused(
    user: Client, unique_name: Fresh, profile: dict[str, str], length: int, letter: str
) -> None:
    """4xx, and nothing has changed, neither it nor what was to be changed with it."""
    before = {field: unique_name(field) for field in SHOWN}
    assert_success(write(user, before))
    too_long = {"profile_description": letter * length}

    for said in (too_long, {"profile_name": "Smuggled", "profile_location": "Smuggled", **too_long}):
        write(user, said).expect_client_error()

        shows(user, before)
