"""Comments (https://developers.soundcloud.com/docs/api/guide#comments)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork import claim
from tuningfork.apis.soundcloud.factories import create_comment, create_track
from tuningfork.apis.soundcloud.lookup import NONEXISTENT_IDS, fetch_my_id
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.testing.expect import expect
from tuningfork.testing.listings import ids, wait_until_listed, wait_until_listed_or_skip
from tuningfork.testing.payloads import bracketed, multipart

Fresh = Callable[[str], str]

CLOSED = {"commentable": False}
ODD = [
    "plain",
    "\"double\" & 'single' 100% + ; # ?",
    "<i>&amp;</i> \\ {x}",
    "שלום مرحبا 日本語",
    "🎧🏽 👩‍🎤",
]


@pytest.fixture
def track(user: Client, unique_name: Fresh) -> int:
    """The id of a new public track, half a second long."""
    made: int = create_track(user, unique_name("to comment on"))["id"]
    return made


def say(client: Client, track: Any, comment: dict[str, Any]) -> Response:
    """POST a comment."""
    return client.post(f"/tracks/{track}/comments", json={"comment": comment})


def is_at(comment: JsonObject, timestamp: int | None) -> None:
    """Raise where a comment is not at these milliseconds; None: at none."""
    found = comment.get("timestamp")

    assert not isinstance(found, bool), f"expected a timestamp, found {found}"
    wanted = {None} if timestamp is None else {timestamp, str(timestamp)}
    assert found in wanted, f"expected the timestamp {timestamp}, found {found!r}"


def is_by(comment: JsonObject, author: Any) -> None:
    """Raise where a comment does not name its author, by user_id, by user or by both."""
    user = comment.get("user")
    found = [comment["user_id"]] if "user_id" in comment else []
    found += [user["id"]] if isinstance(user, JsonObject) else []

    assert found, f"expected an author, found none in {comment}"
    assert set(found) == {author}, f"expected the author {author}, found {found}"


@claim("SC-COMM-01")
@pytest.mark.parametrize("timestamp", [0, 1, 250, 499])
def test_a_comment_is_made(user: Client, unique_name: Fresh, track: int, timestamp: int) -> None:
    """A timed comment comes back with its text, its time and its author."""
    body = unique_name("well sung")

    comment = say(user, track, {"body": body, "timestamp": timestamp}).expect_created().object

    assert comment["body"] == body, f"expected the body {body!r}, found {comment['body']!r}"
    is_at(comment, timestamp)
    is_by(comment, fetch_my_id(user))


@claim("SC-COMM-01")
@pytest.mark.parametrize("odd", [*ODD, "word after word " * 20 + "end"])
def test_a_comment_keeps_its_letters(user: Client, unique_name: Fresh, track: int, odd: str) -> None:
    """Whatever characters a comment has, it has them afterwards."""
    body = f"{unique_name('said')} {odd}"

    comment = say(user, track, {"body": body, "timestamp": 100}).expect_created().object

    assert comment["body"] == body, f"expected the body {body!r}, found {comment['body']!r}"


@claim("SC-COMM-01", needs=("user2",))
def test_a_comment_is_its_author_s(other_user: Client, track: int) -> None:
    """The author is who wrote it, not whose track it is; a text of digits is a text."""
    comment = say(other_user, track, {"body": "1984", "timestamp": 100}).expect_created().object

    assert comment["body"] == "1984", f"expected the body '1984', found {comment['body']!r}"
    is_by(comment, fetch_my_id(other_user))


@claim("SC-COMM-02")
@pytest.mark.parametrize("timestamp", [None, 0, 1, 499])
def test_a_timestamp_is_kept_or_left_out(
    user: Client, unique_name: Fresh, track: int, timestamp: int | None
) -> None:
    """Milliseconds stay milliseconds, and a comment without them has none, in the list too."""
    said = {} if timestamp is None else {"timestamp": timestamp}

    comment = say(user, track, {"body": unique_name("timed or not"), **said}).expect_created().object

    is_at(comment, timestamp)
    found = wait_until_listed(user, f"/tracks/{track}/comments", comment["id"])
    is_at(next(each for each in found if each["id"] == comment["id"]), timestamp)


@claim("SC-COMM-03")
@pytest.mark.parametrize("who", ["user", "api"])
def test_comments_are_listed(
    user: Client, unique_name: Fresh, track: int, request: pytest.FixtureRequest, who: str
) -> None:
    """Each comment is in the list, once, as it was made, two at one time too, for its author and an app."""
    bodies = [f"{unique_name('listed')} {odd}" for odd in ODD]
    made = [create_comment(user, track, body, number // 2) for number, body in enumerate(bodies)]
    reader = request.getfixturevalue(who)

    found = wait_until_listed(reader, f"/tracks/{track}/comments", made[-1]["id"])

    assert sorted(ids(found)) == sorted(ids(made)), f"expected the comments {ids(made)}, found {ids(found)}"
    for number, (comment, body) in enumerate(zip(made, bodies, strict=True)):
        seen = next(each for each in found if each["id"] == comment["id"])
        assert seen["body"] == body, f"expected the body {body!r}, found {seen['body']!r}"
        is_at(seen, number // 2)
        is_by(seen, fetch_my_id(user))


@claim("SC-COMM-03")
def test_comments_are_listed_with_their_track(user: Client, unique_name: Fresh, track: int) -> None:
    """A comment stands below its own track, and below no other, private or not."""
    beside = create_track(user, unique_name("beside"), sharing="private")["id"]
    here, there = (
        create_comment(user, track, unique_name("here")),
        create_comment(user, beside, unique_name("there")),
    )

    expect(ids(wait_until_listed(user, f"/tracks/{track}/comments", here["id"])), [here["id"]], "ids")
    expect(ids(wait_until_listed(user, f"/tracks/{beside}/comments", there["id"])), [there["id"]], "ids")


def takes_no_comment(owner: Client, writer: Client, fresh: Fresh, track: int) -> None:
    """Raise where a track with disabled comments takes one; they are enabled again to look for it."""
    body = fresh("not wanted")

    say(writer, track, {"body": body, "timestamp": 10}).expect_client_error()
    say(writer, track, {"body": body}).expect_client_error()

    owner.put(f"/tracks/{track}", json={"track": {"commentable": True}})
    later = create_comment(owner, track, fresh("wanted"))["id"]
    found = [
        comment
        for comment in wait_until_listed_or_skip(owner, f"/tracks/{track}/comments", later)
        if comment["body"] == body
    ]
    assert not found, f"expected that nothing is added, found {found}"


@claim("SC-COMM-04")
def test_disabled_comments_are_not_taken(user: Client, unique_name: Fresh) -> None:
    """A track that was uploaded without comments takes none, of its owner neither."""
    track = create_track(user, unique_name("silence"), commentable=False)["id"]

    takes_no_comment(user, user, unique_name, track)


@claim("SC-COMM-04")
@pytest.mark.parametrize("said", [{"json": {"track": CLOSED}}, multipart(bracketed("track", CLOSED))])
def test_comments_can_be_disabled_later(
    user: Client, unique_name: Fresh, track: int, said: dict[str, Any]
) -> None:
    """A track whose owner has had enough of comments takes no more, and keeps those that it has."""
    first = create_comment(user, track, unique_name("the first"))["id"]
    user.put(f"/tracks/{track}", **said).expect_ok()

    takes_no_comment(user, user, unique_name, track)

    wait_until_listed(user, f"/tracks/{track}/comments", first)


@claim("SC-COMM-04", needs=("user2",))
def test_disabled_comments_are_not_taken_from_others(
    user: Client, other_user: Client, unique_name: Fresh
) -> None:
    """A track that was uploaded without comments takes none of another user."""
    track = create_track(user, unique_name("silence"), commentable=False)["id"]

    takes_no_comment(user, other_user, unique_name, track)


NO_COMMENTS: dict[str, Any] = {
    "nothing": {},
    "another name": {"remark": {"body": "no comment"}},
    "no envelope": {"body": "no comment", "timestamp": 10},
    "no text": {"comment": {}},
    "only a time": {"comment": {"timestamp": 10}},
    "empty text": {"comment": {"body": ""}},
    "empty text in time": {"comment": {"body": "", "timestamp": 10}},
    "null": {"comment": None},
    "null for a text": {"comment": {"body": None, "timestamp": 10}},
}


@claim("SC-COMM-05")
@pytest.mark.parametrize("kind", NO_COMMENTS)
def test_what_is_no_comment_is_refused(user: Client, track: int, kind: str) -> None:
    """JSON without `comment`, or without a text in it, is refused."""
    answer = user.post(f"/tracks/{track}/comments", json=NO_COMMENTS[kind])

    answer.expect_status(422, 400)


@claim("SC-COMM-06")
@pytest.mark.parametrize("track", NONEXISTENT_IDS)
def test_comments_of_no_track_are_not_found(user: Client, track: str) -> None:
    """Nobody's track has no list of comments."""
    answer = user.get(f"/tracks/{track}/comments")

    answer.expect_status(404)


@claim("SC-COMM-06", needs=("write",))
@pytest.mark.parametrize("comment", [{"body": "to nobody", "timestamp": 10}, {"body": "to nobody"}])
@pytest.mark.parametrize("track", NONEXISTENT_IDS)
def test_no_track_takes_no_comment(user: Client, track: str, comment: dict[str, Any]) -> None:
    """Nobody's track can't be commented on."""
    answer = say(user, track, comment)

    answer.expect_status(404)


@claim("SC-COMM-06", needs=("write",))
def test_a_deleted_track_has_no_comments(user: Client, unique_name: Fresh, track: int) -> None:
    """With a track its comments are gone, to read and to write."""
    create_comment(user, track, unique_name("the last"))
    user.delete(f"/tracks/{track}")

    user.get(f"/tracks/{track}/comments").expect_status(404)
    say(user, track, {"body": unique_name("too late")}).expect_status(404)
