"""Comments (https://developers.soundcloud.com/docs/api/guide#comments)."""

from __future__ import annotations

from typing import Any

import pytest

from tuningfork import claim
from tuningfork.apis.soundcloud.factories import create_comment, create_track
from tuningfork.apis.soundcloud.lookup import NONEXISTENT_IDS, fetch_my_id
from tuningfork.client.client import Client
from tuningfork.client.marks import UniqueName
from tuningfork.client.response import JsonObject
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect, expect_one_of, expect_properties, expect_true
from tuningfork.testing.listings import ids, wait_until_listed, wait_until_listed_or_skip
from tuningfork.testing.payloads import bracketed, multipart

from .support.texts import UNUSUAL_TEXTS

TEXTS_WITH_TIMESTAMP = [
    *zip(UNUSUAL_TEXTS, (0, 1, 250, 499, 0, 1), strict=True),
    ("word after word " * 20 + "end", 250),
]
WITHOUT_COMMENTS = {"commentable": False}
INVALID_BODIES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "another name": {"remark": {"body": "no comment"}},
    "no envelope": {"body": "no comment", "timestamp": 10},
    "no text": {"comment": {}},
    "timestamp only": {"comment": {"timestamp": 10}},
    "empty text": {"comment": {"body": ""}},
    "empty text with timestamp": {"comment": {"body": "", "timestamp": 10}},
    "null": {"comment": None},
    "null as text": {"comment": {"body": None, "timestamp": 10}},
}


@pytest.fixture
def track_id(user: Client, unique_name: UniqueName) -> int:
    """The id of a new public track of half a second."""
    track_id: int = create_track(user, unique_name("to comment on"))["id"]
    return track_id


@claim("SC-COMM-01")
@pytest.mark.parametrize(("text", "timestamp"), TEXTS_WITH_TIMESTAMP)
def test_new_comment_has_its_body_timestamp_and_author(
    user: Client, unique_name: UniqueName, track_id: int, text: str, timestamp: int
) -> None:
    body = unique_name("a comment", f" {text}")
    comment = {"body": body, "timestamp": timestamp}

    response = user.post(f"/tracks/{track_id}/comments", json={"comment": comment})

    assert_comment(response.expect_created().object, body, timestamp, fetch_my_id(user))


@claim("SC-COMM-01", needs=("user2",))
def test_author_of_a_comment_is_not_the_owner_of_the_track(other_user: Client, track_id: int) -> None:
    """The body of digits is a string."""
    comment = {"body": "1984", "timestamp": 100}

    response = other_user.post(f"/tracks/{track_id}/comments", json={"comment": comment})

    assert_comment(response.expect_created().object, "1984", 100, fetch_my_id(other_user))


@claim("SC-COMM-02")
@pytest.mark.parametrize("timestamp", [None, 0, 1, 499])
def test_timestamp_is_stored_or_missing(
    user: Client, unique_name: UniqueName, track_id: int, timestamp: int | None
) -> None:
    """In milliseconds; in the response and in the list."""
    path = f"/tracks/{track_id}/comments"
    fields = {} if timestamp is None else {"timestamp": timestamp}

    response = user.post(path, json={"comment": {"body": unique_name("a comment"), **fields}})

    comment = response.expect_created().object
    listed = wait_until_listed(user, path, comment["id"])
    for each in (comment, *(each for each in listed if each["id"] == comment["id"])):
        assert_timestamp(each, timestamp)


@claim("SC-COMM-03")
@pytest.mark.parametrize("principal", ["user", "api"])
def test_comments_are_listed_once_and_unchanged(
    user: Client, unique_name: UniqueName, track_id: int, request: pytest.FixtureRequest, principal: str
) -> None:
    """Two of them have the same timestamp."""
    bodies = [unique_name("listed", f" {text}") for text in UNUSUAL_TEXTS]
    created = [create_comment(user, track_id, body, number // 2) for number, body in enumerate(bodies)]
    client: Client = request.getfixturevalue(principal)

    listed = wait_until_listed(client, f"/tracks/{track_id}/comments", created[-1]["id"])

    expect(sorted(ids(listed)), sorted(ids(created)), "ids of the comments", listed)
    comments = {comment["id"]: comment for comment in listed}
    for number, body in enumerate(bodies):
        assert_comment(comments[created[number]["id"]], body, number // 2, fetch_my_id(user))


@claim("SC-COMM-03", needs=("user2",))
def test_comments_of_two_users_are_listed_for_everyone(
    user: Client, other_user: Client, api: Client, unique_name: UniqueName, track_id: int
) -> None:
    created = [create_comment(client, track_id, unique_name("by"))["id"] for client in (user, other_user)]

    for client in (user, other_user, api):
        listed = wait_until_listed(client, f"/tracks/{track_id}/comments", created[-1])

        expect(sorted(ids(listed)), sorted(created), "ids of the comments", listed)


@claim("SC-COMM-03")
def test_comment_is_listed_only_for_its_track(user: Client, unique_name: UniqueName, track_id: int) -> None:
    """Of a public and of a private track."""
    private_id = create_track(user, unique_name("private"), sharing="private")["id"]
    comment_ids = {
        each: create_comment(user, each, unique_name("x"))["id"] for each in (track_id, private_id)
    }

    for each, comment_id in comment_ids.items():
        listed = wait_until_listed(user, f"/tracks/{each}/comments", comment_id)

        expect(ids(listed), [comment_id], "ids of the comments", listed)


@claim("SC-COMM-04")
@pytest.mark.parametrize("author", ["user", pytest.param("other_user", marks=claim(needs=("user2",)))])
def test_track_uploaded_without_comments_refuses_them(
    user: Client, request: pytest.FixtureRequest, unique_name: UniqueName, author: str
) -> None:
    track_id = create_track(user, unique_name("without comments"), commentable=False)["id"]
    client: Client = request.getfixturevalue(author)

    for fields in ({}, {"timestamp": 10}):
        comment = {"body": "refused", **fields}
        client.post(f"/tracks/{track_id}/comments", json={"comment": comment}).expect_client_error()

    assert_bodies(user, track_id, [], unique_name("allowed"))


@claim("SC-COMM-04")
@pytest.mark.parametrize(
    "update",
    [{"json": {"track": WITHOUT_COMMENTS}}, multipart(bracketed("track", WITHOUT_COMMENTS))],
    ids=["json", "multipart"],
)
def test_track_updated_to_no_comments_refuses_more(
    user: Client, unique_name: UniqueName, track_id: int, update: dict[str, Any]
) -> None:
    """It keeps the comments that it has."""
    create_comment(user, track_id, "the first")
    user.put(f"/tracks/{track_id}", **update).expect_ok()

    for fields in ({}, {"timestamp": 10}):
        comment = {"body": "refused", **fields}
        user.post(f"/tracks/{track_id}/comments", json={"comment": comment}).expect_client_error()

    assert_bodies(user, track_id, ["the first"], unique_name("allowed"))


@claim("SC-COMM-05")
@pytest.mark.parametrize("body", INVALID_BODIES.values(), ids=INVALID_BODIES)
def test_invalid_comment_returns_422_or_400(user: Client, track_id: int, body: dict[str, Any]) -> None:
    user.post(f"/tracks/{track_id}/comments", json=body).expect_status(422, 400)


@claim("SC-COMM-06")
@pytest.mark.parametrize("track_id", NONEXISTENT_IDS)
def test_comments_of_a_nonexistent_track_return_404(user: Client, track_id: str) -> None:
    user.get(f"/tracks/{track_id}/comments").expect_status(404)


@claim("SC-COMM-06", needs=("write",))
@pytest.mark.parametrize(
    "comment", [{"body": "lost", "timestamp": 10}, {"body": "lost"}], ids=["timed", "untimed"]
)
@pytest.mark.parametrize("track_id", NONEXISTENT_IDS)
def test_comment_on_a_nonexistent_track_returns_404(
    user: Client, track_id: str, comment: dict[str, Any]
) -> None:
    user.post(f"/tracks/{track_id}/comments", json={"comment": comment}).expect_status(404)


@claim("SC-COMM-06", needs=("write",))
def test_comments_of_a_deleted_track_return_404(user: Client, track_id: int) -> None:
    create_comment(user, track_id, "the last")
    user.delete(f"/tracks/{track_id}")

    user.get(f"/tracks/{track_id}/comments").expect_status(404)
    user.post(f"/tracks/{track_id}/comments", json={"comment": {"body": "too late"}}).expect_status(404)


def assert_comment(comment: JsonObject, body: str, timestamp: int, author_id: Any) -> None:
    """Raise ExpectationFailed unless a comment has this body and timestamp, and this author."""
    expect_properties(comment, body=body)
    assert_timestamp(comment, timestamp)
    user = comment.get("user")
    author_ids = [comment["user_id"]] if "user_id" in comment else []
    author_ids += [user["id"]] if isinstance(user, JsonObject) else []
    expect(set(author_ids), {author_id}, "ids of the author", comment)


def assert_timestamp(comment: JsonObject, timestamp: int | None) -> None:
    """Raise ExpectationFailed unless a comment has this timestamp, as a number or a string."""
    texts = () if timestamp is None else (str(timestamp), f"{timestamp}.0")
    found = comment.get("timestamp")
    is_documented = found is None or type(found) in (int, float, str)
    expect_true(is_documented, "timestamp as a number, a string or null", to_json(found), comment)
    expect_one_of(found, (timestamp, *texts), "timestamp", comment)


def assert_bodies(user: Client, track_id: int, bodies: list[str], allowed_body: str) -> None:
    """Raise ExpectationFailed unless a track has these comments, and one that is allowed again."""
    user.put(f"/tracks/{track_id}", json={"track": {"commentable": True}})
    allowed_id = create_comment(user, track_id, allowed_body)["id"]
    comments = wait_until_listed_or_skip(user, f"/tracks/{track_id}/comments", allowed_id)
    found = sorted(comment["body"] for comment in comments)
    expect(found, sorted([*bodies, allowed_body]), "bodies of the comments", comments)
