"""What goes wrong with comments (https://developers.soundcloud.com/docs/api/guide#comments)."""

from __future__ import annotations

from html import escape
from typing import Any

from tuningfork.apis.soundcloud.mock.models import Comment
from tuningfork.apis.soundcloud.mock.request_context import json_response
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

INDEX = "GET /tracks/{track_id}/comments"
CREATE = "POST /tracks/{track_id}/comments"


@fault("SC-COMM-01", "SC-COMM-02", "SC-COMM-03")
def comment_is_timed_in_seconds(mock: Any) -> None:
    """The timestamp of a comment is kept in whole seconds."""

    def parse_timestamp(original: Any, fields: Any) -> Any:
        value = original(fields)
        return None if value is None else int(value) // 1000

    wrap_method(mock.comments, "parse_timestamp", parse_timestamp)


@fault("SC-COMM-01")
def comment_is_the_owners(mock: Any) -> None:
    """A comment is put down to the owner of the track."""
    wrap_method(
        mock.comments,
        "create",
        lambda original, _author, track, *said: original(track.owner, track, *said),
    )


@fault("SC-COMM-01")
def quotes_in_a_comment_are_escaped(mock: Any) -> None:
    """`&`, `<` and quotes of a comment come back as HTML has them."""
    wrap_method(mock.comments, "parse_body", lambda original, fields: escape(original(fields)))


@fault("SC-COMM-02")
def untimed_comment_is_at_the_start(mock: Any) -> None:
    """A comment without a timestamp is shown at 0."""
    wrap_method(
        mock.comments,
        "to_json",
        lambda original, comment, context: original(comment, context) | {"timestamp": comment.timestamp or 0},
    )


@fault("SC-COMM-02")
def comment_at_the_start_is_untimed(mock: Any) -> None:
    """A comment at 0 is taken for one without a timestamp."""
    wrap_method(mock.comments, "parse_timestamp", lambda original, fields: original(fields) or None)


@fault("SC-COMM-03")
def untimed_comment_is_not_listed(mock: Any) -> None:
    """Comments without a timestamp are left out of the list."""
    wrap_method(
        mock.comments,
        "of_track",
        lambda original, track: [comment for comment in original(track) if comment.timestamp is not None],
    )


@fault("SC-COMM-03")
def second_comment_replaces_the_first(mock: Any) -> None:
    """Of several comments of one author only the newest is listed."""

    def of_track(original: Any, track: Any) -> list[Comment]:
        newest: dict[int, Comment] = {}
        for comment in original(track):
            newest.setdefault(comment.author.id, comment)
        return list(newest.values())

    wrap_method(mock.comments, "of_track", of_track)


@fault("SC-COMM-04")
def refused_comment_is_added(mock: Any) -> None:
    """A comment on a track that takes none is refused, and listed all the same."""

    def create(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        track = mock.tracks.require(track_id, context)
        if not mock.comments.are_allowed(track):
            fields = mock.request_parser.read(context.request, "comment")
            mock.comments.create(context.user, track, mock.comments.parse_body(fields), None)
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, CREATE, create)


@fault("SC-COMM-04")
def comments_are_never_closed(mock: Any) -> None:
    """A track takes comments whatever its owner says."""
    mock.comments.are_allowed = lambda _track: True


@fault("SC-COMM-05")
def empty_comment_is_added(mock: Any) -> None:
    """A comment with an empty text is accepted."""
    wrap_method(
        mock.comments,
        "parse_body",
        lambda original, fields: "" if fields.get("body") == "" else original(fields),
    )


@fault("SC-COMM-05")
def comment_needs_no_name(mock: Any) -> None:
    """`{"body": "…"}` without `comment` around it is accepted."""

    def parse_json(original: Any, body: bytes, root: str) -> Any:
        try:
            return original(body, root)
        except HttpError:
            if root != "comment":
                raise
            return original(b'{"comment":' + body + b"}", root)

    wrap_method(mock.request_parser, "parse_json", parse_json)


@fault("SC-COMM-06")
def comments_of_nothing_are_none(mock: Any) -> None:
    """The comments of a track that does not exist are an empty list."""

    def index(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        try:
            return original(mock, context, track_id)
        except HttpError as refusal:
            if refusal.status != 404:
                raise
            return json_response([])

    wrap_handler(mock.handlers, INDEX, index)


@fault("SC-COMM-06")
def comment_on_nothing_is_unprocessable(mock: Any) -> None:
    """A comment on a track that does not exist is answered 422."""

    def create(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if mock.tracks.find(mock.number(track_id)) is None:
            raise HttpError(422, "there is no such track")
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, CREATE, create)


@fault("SC-COMM-03")
def comment_at_the_same_time_replaces_the_other(mock: Any) -> None:
    """Of two comments of a user at one time of a track the first is lost."""

    def create(original: Any, author: Any, track: Any, body: str, timestamp: Any) -> Comment:
        of_track = mock.comments._by_track.get(track.id, [])
        if timestamp is not None:
            of_track[:] = [one for one in of_track if (one.author, one.timestamp) != (author, timestamp)]
        made: Comment = original(author, track, body, timestamp)
        return made

    wrap_method(mock.comments, "create", create)
