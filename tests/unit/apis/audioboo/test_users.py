"""Users, followings, favourites and comments in the mock."""

from __future__ import annotations

from typing import Any

import pytest


def names(body: Any) -> list[str]:
    return [user["username"] for user in body["users"]]


@pytest.mark.parametrize("pattern", ["romney", "ROMNEY", "rom*", "*omn*"])
def test_username_or_pattern_finds_user(unauthenticated: Any, pattern: str) -> None:
    assert names(unauthenticated.body("/users", **{"find[username]": pattern})) == ["romney"]


@pytest.mark.parametrize("pattern", ["romne", "romne?", "[r]omney", ""])
def test_other_name_finds_no_user(unauthenticated: Any, pattern: str) -> None:
    assert names(unauthenticated.body("/users", **{"find[username]": pattern})) == []


def test_query_searches_username_and_profile_name(unauthenticated: Any) -> None:
    assert names(unauthenticated.body("/users", **{"find[query]": "ramona"})) == ["romney"]
    assert "romney" in names(unauthenticated.body("/users", **{"find[query]": "omn"}))


@pytest.mark.parametrize("query", [{}, {"find[username]": "a", "find[query]": "a"}])
def test_search_without_or_with_both_parameters_returns_400(
    unauthenticated: Any, query: dict[str, str]
) -> None:
    assert unauthenticated("GET", "/users", query_string=query).status_code == 400


def test_account_update_changes_named_properties_only(user: Any, unauthenticated: Any) -> None:
    before = user.body("/account")["user"]

    user("PUT", "/account", data={"user[profile_name]": "Ōmney", "user[profile_description]": "é" * 255})
    refused = user(
        "PUT", "/account", data={"user[profile_name]": "x", "user[profile_description]": "é" * 256}
    )

    after = user.body("/account")["user"]
    assert refused.status_code == 422
    assert (after["profile_name"], after["profile_description"]) == ("Ōmney", "é" * 255)
    assert after["profile_location"] == before["profile_location"]
    assert unauthenticated.body("/users/11")["user"].items() <= after.items()


def test_restore_restores_account(mock: Any, user: Any) -> None:
    before = user.body("/account")["user"]
    user("PUT", "/account", data={"user[profile_name]": "changed"})

    mock.restore()

    assert user.body("/account")["user"] == before


def test_repeated_following_is_listed_once(user: Any, other: Any) -> None:
    form = {"following_user_id": "14"}

    responses = [user("POST", "/account/followings", data=form) for _ in range(2)]

    assert [response.status_code for response in responses] == [201, 200]
    assert all(response.get_json()["body"] == {"following": True} for response in responses)
    assert user.ids("/account/followings", "users").count(14) == 1
    assert other.ids("/users/14/followers", "users") == [11]
    for _ in range(2):
        assert user("DELETE", "/account/followings", query_string=form).get_json()["body"] == {
            "following": False
        }
    assert 14 not in user.ids("/account/followings", "users")


@pytest.mark.parametrize(
    ("text", "status"), [(None, 422), ("11", 422), ("99", 404), ("012", 404), ("x", 404)]
)
def test_invalid_following_is_refused(user: Any, text: str | None, status: int) -> None:
    form = {} if text is None else {"following_user_id": text}

    assert user("POST", "/account/followings", data=form).status_code == status


def test_clips_of_followed_user_are_listed(user: Any, other: Any) -> None:
    user("DELETE", "/account/followings", data={"following_user_id": "12"})
    clip = other.clip("news")["id"]

    for method, there in (("POST", True), ("DELETE", False)):
        user(method, "/account/followings", data={"following_user_id": "12"})
        for path in ("/account/audio_clips/followed", "/users/11/audio_clips/followed"):
            assert (clip in user.ids(path)) is there


def test_repeated_favourite_is_listed_once(user: Any) -> None:
    path = f"/audio_clips/{user.clip('dear')['id']}/favourites"

    assert [user("POST", path).status_code for _ in range(2)] == [201, 200]
    assert user.ids("/account/audio_clips/favourites") == user.ids("/users/11/audio_clips/favourites")
    assert (
        len(set(user.ids("/account/audio_clips/favourites")))
        == user.body("/account")["user"]["counts"]["favorites"]
    )
    assert [user("DELETE", path).status_code for _ in range(2)] == [200, 200]


def test_comment_is_deleted_by_author_or_clip_owner_only(mock: Any, user: Any, other: Any) -> None:
    path = f"/audio_clips/{user.clip('quiet')['id']}/comments"
    stranger = type(user)(mock, "archive")

    said = [other("POST", path, data={"comment[body]": text}).get_json()["body"]["comment"] for text in "ab"]

    assert other.body(path)["comments"] == said[::-1]
    assert stranger("DELETE", f"{path}/{said[0]['id']}").status_code == 403
    assert other("DELETE", f"{path}/{said[0]['id']}").status_code == 200
    assert user("DELETE", f"{path}/{said[1]['id']}").status_code == 200
    assert user.body(path)["comments"] == []


@pytest.mark.parametrize("form", [{}, {"comment[body]": " "}, {"body": "bare"}])
def test_comment_without_body_returns_422(user: Any, form: dict[str, str]) -> None:
    assert user("POST", "/audio_clips/5001/comments", data=form).status_code == 422
