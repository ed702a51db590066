"""Users, who follows whom, favourites and comments."""

from __future__ import annotations

from typing import Any

import pytest


def names(body: Any) -> list[str]:
    return [user["username"] for user in body["users"]]


@pytest.mark.parametrize("pattern", ["romney", "ROMNEY", "rom*", "*omn*"])
def test_a_name_finds_its_user(anybody: Any, pattern: str) -> None:
    assert names(anybody.body("/users", **{"find[username]": pattern})) == ["romney"]


@pytest.mark.parametrize("pattern", ["romne", "romne?", "[r]omney", ""])
def test_no_other_name_does(anybody: Any, pattern: str) -> None:
    assert names(anybody.body("/users", **{"find[username]": pattern})) == []


def test_a_query_is_looked_for_in_both_names(anybody: Any) -> None:
    assert names(anybody.body("/users", **{"find[query]": "ramona"})) == ["romney"]
    assert "romney" in names(anybody.body("/users", **{"find[query]": "omn"}))


@pytest.mark.parametrize("query", [{}, {"find[username]": "a", "find[query]": "a"}])
def test_users_are_found_in_one_way(anybody: Any, query: dict[str, str]) -> None:
    assert anybody("GET", "/users", query_string=query).status_code == 400


def test_the_account_is_changed_in_what_is_named(user: Any, anybody: Any) -> None:
    before = user.body("/account")["user"]

    user("PUT", "/account", data={"user[profile_name]": "Ōmney", "user[profile_description]": "é" * 255})
    refused = user(
        "PUT", "/account", data={"user[profile_name]": "x", "user[profile_description]": "é" * 256}
    )

    after = user.body("/account")["user"]
    assert refused.status_code == 422
    assert (after["profile_name"], after["profile_description"]) == ("Ōmney", "é" * 255)
    assert after["profile_location"] == before["profile_location"]
    assert anybody.body("/users/11")["user"].items() <= after.items()


def test_restoring_gives_the_first_account_back(mock: Any, user: Any) -> None:
    before = user.body("/account")["user"]
    user("PUT", "/account", data={"user[profile_name]": "changed"})

    mock.restore()

    assert user.body("/account")["user"] == before


def test_following_is_counted_once_and_undone(user: Any, other: Any) -> None:
    form = {"following_user_id": "14"}

    answers = [user("POST", "/account/followings", data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert all(answer.get_json()["body"] == {"following": True} for answer in answers)
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
def test_nobody_can_follow_that(user: Any, text: str | None, status: int) -> None:
    form = {} if text is None else {"following_user_id": text}

    assert user("POST", "/account/followings", data=form).status_code == status


def test_clips_of_the_followed_come_and_go(user: Any, other: Any) -> None:
    user("DELETE", "/account/followings", data={"following_user_id": "12"})
    clip = other.clip("news")["id"]

    for method, there in (("POST", True), ("DELETE", False)):
        user(method, "/account/followings", data={"following_user_id": "12"})
        for path in ("/account/audio_clips/followed", "/users/11/audio_clips/followed"):
            assert (clip in user.ids(path)) is there


def test_a_favourite_is_there_once(user: Any) -> None:
    path = f"/audio_clips/{user.clip('dear')['id']}/favourites"

    assert [user("POST", path).status_code for _ in range(2)] == [201, 200]
    assert user.ids("/account/audio_clips/favourites") == user.ids("/users/11/audio_clips/favourites")
    assert (
        len(set(user.ids("/account/audio_clips/favourites")))
        == user.body("/account")["user"]["counts"]["favorites"]
    )
    assert [user("DELETE", path).status_code for _ in range(2)] == [200, 200]


def test_a_comment_is_removed_by_two_people_only(mock: Any, user: Any, other: Any) -> None:
    path = f"/audio_clips/{user.clip('quiet')['id']}/comments"
    stranger = type(user)(mock, "archive")

    said = [other("POST", path, data={"comment[body]": text}).get_json()["body"]["comment"] for text in "ab"]

    assert other.body(path)["comments"] == said[::-1]
    assert stranger("DELETE", f"{path}/{said[0]['id']}").status_code == 403
    assert other("DELETE", f"{path}/{said[0]['id']}").status_code == 200
    assert user("DELETE", f"{path}/{said[1]['id']}").status_code == 200
    assert user.body(path)["comments"] == []


@pytest.mark.parametrize("form", [{}, {"comment[body]": " "}, {"body": "bare"}])
def test_a_comment_says_something(user: Any, form: dict[str, str]) -> None:
    assert user("POST", "/audio_clips/5001/comments", data=form).status_code == 422
