"""Users and the linked user's account (Audioboo's API reference, Users)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tuningfork import claim
from tuningfork.apis.audioboo.error_assertions import succeeded
from tuningfork.apis.audioboo.factories import body_of, make_clip
from tuningfork.apis.audioboo.lookup import account_of, find, newest_clips, users_of
from tuningfork.client.client import Answer, Client, JsonObject
from tuningfork.model import Unmet
from tuningfork.testing.payloads import in_brackets

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
    """The user with this id, or Unmet."""
    return body_of(client.get(f"/users/{user}").is_ok(), "user")


def texts(user: JsonObject, field: str) -> list[Any]:
    """What a user shows of a field of the profile."""
    return [user[name] for name in SHOWN[field] if user.get(name) is not None]


def write(me: Client, profile: dict[str, str]) -> Answer:
    """PUT fields of the linked user's profile."""
    return me.put("/account", form=in_brackets("user", profile))


def shows(me: Client, profile: dict[str, str]) -> None:
    """Unmet where the linked user, or what anybody sees of it, has other words."""
    user = body_of(me.get("/account").is_ok(), "user")
    for seen in (user, user_of(me, user["id"])):
        for field, text in profile.items():
            if text not in texts(seen, field):
                raise Unmet(f"{field} {text!r}", repr(texts(seen, field)))


@pytest.fixture
def profile(me: Client) -> Iterator[dict[str, str]]:
    """The linked user's words, which are put back at the end."""
    user = account_of(me)
    before = {field: str(next(iter(texts(user, field)), "")) for field in SHOWN}
    yield before
    write(me, before)


@claim("AB-USER-01")
@pytest.mark.parametrize("who", ["me", "api"])
def test_a_user_is_read(me: Client, request: pytest.FixtureRequest, who: str) -> None:
    """By its id: the same user that the account names, for itself and for anybody."""
    account = account_of(me)
    reader: Client = request.getfixturevalue(who)

    user = user_of(reader, account["id"])

    found = (user["id"], user["username"])
    assert found == (account["id"], account["username"]), f"expected {account['username']!r}, found {found}"


@claim("AB-USER-01")
def test_every_user_is_found_by_name(me: Client, api: Client) -> None:
    """The linked user and those whose clips are listed, each by its own name."""
    for user in dict.fromkeys([account_of(me)["id"], *users_of(newest_clips(api))]):
        name = user_of(api, user)["username"]

        found = find(api, "/users", JsonObject(id=user), **{"find[username]": name})

        assert found is not None, f"expected user {user} by the name {name!r}, found others or none"
        assert found["username"] == name, f"expected the name {name!r}, found {found['username']!r}"


@claim("AB-USER-01")
def test_another_name_finds_another_user(me: Client, api: Client, fresh: Fresh) -> None:
    """Who has another name is not found by this one."""
    account = account_of(me)

    for name in (fresh("nobody").replace(" ", ""), "x" * 60):
        answer = api.get("/users", **{"find[username]": name})
        has_it = answer.status == 200 and account["id"] in [one.get("id") for one in answer.items]
        assert not has_it, f"expected nobody by the name {name!r}, found {account['username']!r}"


@claim("AB-USER-01")
def test_users_are_found_by_exactly_one_of_two(me: Client, api: Client) -> None:
    """By one of find[username] and find[query]; with both of them or neither: 4xx."""
    name = account_of(me)["username"]
    by_name, by_word = {"find[username]": name}, {"find[query]": name}

    for reader in (api, me):
        assert isinstance(reader.get("/users", **by_name).is_ok().items, list), "expected a list"
        assert isinstance(reader.get("/users", **by_word).is_ok().items, list), "expected a list"
        reader.get("/users", **by_name, **by_word).is_refused()
        reader.get("/users", **by_name, **{"find[query]": "other"}).is_refused()
        reader.get("/users").is_refused()
        reader.get("/users", **{"page[number]": 1, "page[items]": 5}).is_refused()


@claim("AB-USER-02")
def test_the_account_is_the_linked_user(me: Client, api: Client) -> None:
    """It has the id and name of a user who is there."""
    account = body_of(me.get("/account").is_ok(), "user")

    user = user_of(api, account["id"])

    found = (account["id"], account["username"])
    assert found == (user["id"], user["username"]), f"expected user {user['id']}, found {found}"


@claim("AB-USER-02", needs=("user2",))
def test_each_token_is_linked_to_its_own_user(me: Client, other: Client) -> None:
    """Two users have two accounts, whoever asked last."""
    first, second = account_of(me), account_of(other)

    assert first["id"] != second["id"], f"expected two users, found {first['username']!r} twice"
    for client, user in ((me, first), (other, second), (me, first)):
        found = body_of(client.get("/account").is_ok(), "user")["id"]
        assert found == user["id"], f"expected user {user['id']}, found {found}"


@claim("AB-USER-02", needs=("write",))
def test_what_the_linked_user_makes_is_the_account_s(me: Client, api: Client, fresh: Fresh) -> None:
    """A new clip is in the list of the user whom /account names."""
    clip = make_clip(me, fresh("whose"))
    path = f"/users/{account_of(me)['id']}/audio_clips"

    def look() -> None:
        assert find(api, path, clip), f"expected {clip['id']} in {path}, found a list without it"

    api.eventually(look)


@claim("AB-USER-02")
def test_without_a_signature_nobody_is_linked(api: Client, anonymous: Client) -> None:
    """401, whatever is asked beside."""
    for client in (api, anonymous):
        client.get("/account").has_status(401)
        client.get("/account", user_id=1, username="x").has_status(401)
        client.get("/account", callback="f").has_status(401)
        head = client.head("/account").status
        assert head >= 400, f"expected no success without a signature, found {head} to HEAD"


@claim("AB-USER-03")
@pytest.mark.parametrize("field", SHOWN)
@pytest.mark.parametrize("odd", ["plain", ODD])
def test_the_profile_is_changed(
    me: Client, fresh: Fresh, profile: dict[str, str], field: str, odd: str
) -> None:
    """Each of its three fields alone, again and again, as everybody sees it."""
    for word in ("first", "second"):
        said = {field: f"{fresh(word)} {odd}"}

        succeeded(write(me, said))

        shows(me, said)


@claim("AB-USER-03")
def test_the_whole_profile_is_changed(me: Client, fresh: Fresh, profile: dict[str, str]) -> None:
    """All three fields at once, each to its own words."""
    said = {field: fresh(field) for field in SHOWN}

    succeeded(write(me, said))

    shows(me, said)


@claim("AB-USER-03", needs=("user2",))
def test_each_user_changes_the_own_profile(
    me: Client, other: Client, fresh: Fresh, profile: dict[str, str]
) -> None:
    """And nobody else's."""
    said = {"profile_location": fresh("elsewhere")}

    succeeded(write(other, said))

    shows(other, said)
    shows(me, {field: text for field, text in profile.items() if text})


@claim("AB-USER-03")
@pytest.mark.parametrize("letter", ["a", "é", "本"])
def test_a_description_has_up_to_255_characters(me: Client, profile: dict[str, str], letter: str) -> None:
    """As many are taken and kept, of whatever alphabet."""
    said = {"profile_description": letter * LONGEST}

    succeeded(write(me, said))

    shows(me, said)


@claim("AB-USER-03")
@pytest.mark.parametrize("length", [LONGEST + 1, 5000])
@pytest.mark.parametrize("letter", ["a", "é"])
def test_a_longer_description_is_refused(
    me: Client, fresh: Fresh, profile: dict[str, str], length: int, letter: str
) -> None:
    """4xx, and nothing has changed, neither it nor what was to be changed with it."""
    before = {field: fresh(field) for field in SHOWN}
    succeeded(write(me, before))
    too_long = {"profile_description": letter * length}

    for said in (too_long, {"profile_name": "Smuggled", "profile_location": "Smuggled", **too_long}):
        write(me, said).is_refused()

        shows(me, before)
