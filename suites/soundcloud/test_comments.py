"""Comments (https://developers.soundcloud.com/docs/api/guide#comments)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork import claim
from tuningfork.apis.soundcloud.factories import make_comment, make_track
from tuningfork.apis.soundcloud.lookup import NOBODYS_IDS, my_id
from tuningfork.client.client import Answer, Client, JsonObject
from tuningfork.testing.listings import ids, listed, settled
from tuningfork.testing.payloads import in_brackets, multipart

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
def track(me: Client, fresh: Fresh) -> int:
    """The id of a new public track, half a second long."""
    made: int = make_track(me, fresh("to comment on"))["id"]
    return made


def say(client: Client, track: Any, comment: dict[str, Any]) -> Answer:
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
def test_a_comment_is_made(me: Client, fresh: Fresh, track: int, timestamp: int) -> None:
    """A timed comment comes back with its text, its time and its author."""
    body = fresh("well sung")

    comment = say(me, track, {"body": body, "timestamp": timestamp}).is_created().object

    assert comment["body"] == body, f"expected the body {body!r}, found {comment['body']!r}"
    is_at(comment, timestamp)
    is_by(comment, my_id(me))


@claim("SC-COMM-01")
@pytest.mark.parametrize("odd", [*ODD, "word after word " * 20 + "end"])
def test_a_comment_keeps_its_letters(me: Client, fresh: Fresh, track: int, odd: str) -> None:
    """Whatever characters a comment has, it has them afterwards."""
    body = f"{fresh('said')} {odd}"

    comment = say(me, track, {"body": body, "timestamp": 100}).is_created().object

    assert comment["body"] == body, f"expected the body {body!r}, found {comment['body']!r}"


@claim("SC-COMM-01", needs=("user2",))
def test_a_comment_is_its_author_s(other: Client, track: int) -> None:
    """The author is who wrote it, not whose track it is; a text of digits is a text."""
    comment = say(other, track, {"body": "1984", "timestamp": 100}).is_created().object

    assert comment["body"] == "1984", f"expected the body '1984', found {comment['body']!r}"
    is_by(comment, my_id(other))


@claim("SC-COMM-02")
@pytest.mark.parametrize("timestamp", [None, 0, 1, 499])
def test_a_timestamp_is_kept_or_left_out(me: Client, fresh: Fresh, track: int, timestamp: int | None) -> None:
    """Milliseconds stay milliseconds, and a comment without them has none, in the list too."""
    said = {} if timestamp is None else {"timestamp": timestamp}

    comment = say(me, track, {"body": fresh("timed or not"), **said}).is_created().object

    is_at(comment, timestamp)
    found = listed(me, f"/tracks/{track}/comments", comment["id"])
    is_at(next(each for each in found if each["id"] == comment["id"]), timestamp)


@claim("SC-COMM-03")
@pytest.mark.parametrize("who", ["me", "api"])
def test_comments_are_listed(
    me: Client, fresh: Fresh, track: int, request: pytest.FixtureRequest, who: str
) -> None:
    """Each comment is in the list, once, as it was made, two at one time too, for its author and an app."""
    bodies = [f"{fresh('listed')} {odd}" for odd in ODD]
    made = [make_comment(me, track, body, number // 2) for number, body in enumerate(bodies)]
    reader = request.getfixturevalue(who)

    found = listed(reader, f"/tracks/{track}/comments", made[-1]["id"])

    assert sorted(ids(found)) == sorted(ids(made)), f"expected the comments {ids(made)}, found {ids(found)}"
    for number, (comment, body) in enumerate(zip(made, bodies, strict=True)):
        seen = next(each for each in found if each["id"] == comment["id"])
        assert seen["body"] == body, f"expected the body {body!r}, found {seen['body']!r}"
        is_at(seen, number // 2)
        is_by(seen, my_id(me))


@claim("SC-COMM-03")
def test_comments_are_listed_with_their_track(me: Client, fresh: Fresh, track: int) -> None:
    """A comment stands below its own track, and below no other, private or not."""
    beside = make_track(me, fresh("beside"), sharing="private")["id"]
    here, there = make_comment(me, track, fresh("here")), make_comment(me, beside, fresh("there"))

    assert ids(listed(me, f"/tracks/{track}/comments", here["id"])) == [here["id"]]
    assert ids(listed(me, f"/tracks/{beside}/comments", there["id"])) == [there["id"]]


def takes_no_comment(owner: Client, writer: Client, fresh: Fresh, track: int) -> None:
    """Raise where a track with disabled comments takes one; they are enabled again to look for it."""
    body = fresh("not wanted")

    say(writer, track, {"body": body, "timestamp": 10}).is_refused()
    say(writer, track, {"body": body}).is_refused()

    owner.put(f"/tracks/{track}", json={"track": {"commentable": True}})
    later = make_comment(owner, track, fresh("wanted"))["id"]
    found = [
        comment for comment in settled(owner, f"/tracks/{track}/comments", later) if comment["body"] == body
    ]
    assert not found, f"expected that nothing is added, found {found}"


@claim("SC-COMM-04")
def test_disabled_comments_are_not_taken(me: Client, fresh: Fresh) -> None:
    """A track that was uploaded without comments takes none, of its owner neither."""
    track = make_track(me, fresh("silence"), commentable=False)["id"]

    takes_no_comment(me, me, fresh, track)


@claim("SC-COMM-04")
@pytest.mark.parametrize("said", [{"json": {"track": CLOSED}}, multipart(in_brackets("track", CLOSED))])
def test_comments_can_be_disabled_later(me: Client, fresh: Fresh, track: int, said: dict[str, Any]) -> None:
    """A track whose owner has had enough of comments takes no more, and keeps those that it has."""
    first = make_comment(me, track, fresh("the first"))["id"]
    me.put(f"/tracks/{track}", **said).is_ok()

    takes_no_comment(me, me, fresh, track)

    listed(me, f"/tracks/{track}/comments", first)


@claim("SC-COMM-04", needs=("user2",))
def test_disabled_comments_are_not_taken_from_others(me: Client, other: Client, fresh: Fresh) -> None:
    """A track that was uploaded without comments takes none of another user."""
    track = make_track(me, fresh("silence"), commentable=False)["id"]

    takes_no_comment(me, other, fresh, track)


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
def test_what_is_no_comment_is_refused(me: Client, track: int, kind: str) -> None:
    """JSON without `comment`, or without a text in it, is refused."""
    answer = me.post(f"/tracks/{track}/comments", json=NO_COMMENTS[kind])

    answer.has_status(422, 400)


@claim("SC-COMM-06")
@pytest.mark.parametrize("track", NOBODYS_IDS)
def test_comments_of_no_track_are_not_found(me: Client, track: str) -> None:
    """Nobody's track has no list of comments."""
    answer = me.get(f"/tracks/{track}/comments")

    answer.has_status(404)


@claim("SC-COMM-06", needs=("write",))
@pytest.mark.parametrize("comment", [{"body": "to nobody", "timestamp": 10}, {"body": "to nobody"}])
@pytest.mark.parametrize("track", NOBODYS_IDS)
def test_no_track_takes_no_comment(me: Client, track: str, comment: dict[str, Any]) -> None:
    """Nobody's track can't be commented on."""
    answer = say(me, track, comment)

    answer.has_status(404)


@claim("SC-COMM-06", needs=("write",))
def test_a_deleted_track_has_no_comments(me: Client, fresh: Fresh, track: int) -> None:
    """With a track its comments are gone, to read and to write."""
    make_comment(me, track, fresh("the last"))
    me.delete(f"/tracks/{track}")

    me.get(f"/tracks/{track}/comments").has_status(404)
    say(me, track, {"body": fresh("too late")}).has_status(404)
