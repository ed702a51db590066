"""What goes wrong with comments (https://developers.soundcloud.com/docs/api/guide#comments)."""

from __future__ import annotations

from html import escape
from typing import Any

from tuningfork.apis.soundcloud.mock.call import reply
from tuningfork.apis.soundcloud.mock.entities import Comment
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import around, around_handler
from tuningfork.mock.errors import Refusal

INDEX = "GET /tracks/{track_id}/comments"
CREATE = "POST /tracks/{track_id}/comments"


@fault("SC-COMM-01", "SC-COMM-02", "SC-COMM-03")
def comment_is_timed_in_seconds(mock: Any) -> None:
    """The timestamp of a comment is kept in whole seconds."""

    def timestamp(read: Any, fields: Any) -> Any:
        value = read(fields)
        return None if value is None else int(value) // 1000

    around(mock.comments, "timestamp", timestamp)


@fault("SC-COMM-01")
def comment_is_the_owners(mock: Any) -> None:
    """A comment is put down to the owner of the track."""
    around(
        mock.comments,
        "create",
        lambda create, _author, track, *said: create(track.owner, track, *said),
    )


@fault("SC-COMM-01")
def quotes_in_a_comment_are_escaped(mock: Any) -> None:
    """`&`, `<` and quotes of a comment come back as HTML has them."""
    around(mock.comments, "body", lambda body, fields: escape(body(fields)))


@fault("SC-COMM-02")
def untimed_comment_is_at_the_start(mock: Any) -> None:
    """A comment without a timestamp is shown at 0."""
    around(
        mock.comments,
        "show",
        lambda show, comment, call: show(comment, call) | {"timestamp": comment.timestamp or 0},
    )


@fault("SC-COMM-02")
def comment_at_the_start_is_untimed(mock: Any) -> None:
    """A comment at 0 is taken for one without a timestamp."""
    around(mock.comments, "timestamp", lambda timestamp, fields: timestamp(fields) or None)


@fault("SC-COMM-03")
def untimed_comment_is_not_listed(mock: Any) -> None:
    """Comments without a timestamp are left out of the list."""
    around(
        mock.comments,
        "of",
        lambda of, track: [comment for comment in of(track) if comment.timestamp is not None],
    )


@fault("SC-COMM-03")
def second_comment_replaces_the_first(mock: Any) -> None:
    """Of several comments of one author only the newest is listed."""

    def of(of: Any, track: Any) -> list[Comment]:
        newest: dict[int, Comment] = {}
        for comment in of(track):
            newest.setdefault(comment.author.id, comment)
        return list(newest.values())

    around(mock.comments, "of", of)


@fault("SC-COMM-04")
def refused_comment_is_added(mock: Any) -> None:
    """A comment on a track that takes none is refused, and listed all the same."""

    def create(handle: Any, mock: Any, call: Any, track_id: str) -> Any:
        track = mock.tracks.need(track_id, call)
        if not mock.comments.allowed(track):
            fields = mock.inputs.read(call.request, "comment")
            mock.comments.create(call.user, track, mock.comments.body(fields), None)
        return handle(mock, call, track_id)

    around_handler(mock.handlers, CREATE, create)


@fault("SC-COMM-04")
def comments_are_never_closed(mock: Any) -> None:
    """A track takes comments whatever its owner says."""
    mock.comments.allowed = lambda _track: True


@fault("SC-COMM-05")
def empty_comment_is_added(mock: Any) -> None:
    """A comment with an empty text is accepted."""
    around(mock.comments, "body", lambda body, fields: "" if fields.get("body") == "" else body(fields))


@fault("SC-COMM-05")
def comment_needs_no_name(mock: Any) -> None:
    """`{"body": "…"}` without `comment` around it is accepted."""

    def document(document: Any, body: bytes, root: str) -> Any:
        try:
            return document(body, root)
        except Refusal:
            if root != "comment":
                raise
            return document(b'{"comment":' + body + b"}", root)

    around(mock.inputs, "document", document)


@fault("SC-COMM-06")
def comments_of_nothing_are_none(mock: Any) -> None:
    """The comments of a track that does not exist are an empty list."""

    def index(handle: Any, mock: Any, call: Any, track_id: str) -> Any:
        try:
            return handle(mock, call, track_id)
        except Refusal as refusal:
            if refusal.status != 404:
                raise
            return reply([])

    around_handler(mock.handlers, INDEX, index)


@fault("SC-COMM-06")
def comment_on_nothing_is_unprocessable(mock: Any) -> None:
    """A comment on a track that does not exist is answered 422."""

    def create(handle: Any, mock: Any, call: Any, track_id: str) -> Any:
        if mock.tracks.find(mock.number(track_id)) is None:
            raise Refusal(422, "there is no such track")
        return handle(mock, call, track_id)

    around_handler(mock.handlers, CREATE, create)


@fault("SC-COMM-03")
def comment_at_the_same_time_replaces_the_other(mock: Any) -> None:
    """Of two comments of a user at one time of a track the first is lost."""

    def create(create: Any, author: Any, track: Any, body: str, timestamp: Any) -> Comment:
        of_track = mock.comments._of.get(track.id, [])
        if timestamp is not None:
            of_track[:] = [one for one in of_track if (one.author, one.timestamp) != (author, timestamp)]
        made: Comment = create(author, track, body, timestamp)
        return made

    around(mock.comments, "create", create)
