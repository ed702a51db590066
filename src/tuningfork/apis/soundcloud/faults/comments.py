"""Faults of comments (https://developers.soundcloud.com/docs/api/guide#comments)."""

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
def comment_timestamp_is_stored_in_seconds(mock: Any) -> None:
    """The `timestamp` of a comment is stored in whole seconds instead of milliseconds."""

    def parse_timestamp(original: Any, fields: Any) -> Any:
        value = original(fields)
        return None if value is None else int(value) // 1000

    wrap_method(mock.comments, "parse_timestamp", parse_timestamp)


@fault("SC-COMM-01")
def author_of_a_comment_is_the_track_owner(mock: Any) -> None:
    """The author of a new comment is the owner of the track instead of the commenting user."""
    wrap_method(
        mock.comments,
        "create",
        lambda original, _author, track, *args: original(track.owner, track, *args),
    )


@fault("SC-COMM-01")
def comment_body_is_html_escaped(mock: Any) -> None:
    """`&`, `<`, `>` and quotes in the `body` of a comment are stored as HTML entities."""
    wrap_method(mock.comments, "parse_body", lambda original, fields: escape(original(fields)))


@fault("SC-COMM-02")
def comment_without_timestamp_gets_zero(mock: Any) -> None:
    """A comment without a `timestamp` is returned with the `timestamp` 0."""
    wrap_method(
        mock.comments,
        "serialize",
        lambda original, comment, context: original(comment, context) | {"timestamp": comment.timestamp or 0},
    )


@fault("SC-COMM-02")
def timestamp_zero_is_dropped(mock: Any) -> None:
    """A comment with the `timestamp` 0 is stored without a `timestamp`."""
    wrap_method(mock.comments, "parse_timestamp", lambda original, fields: original(fields) or None)


@fault("SC-COMM-03")
def comment_without_timestamp_is_not_listed(mock: Any) -> None:
    """The list of a track's comments omits comments without a `timestamp`."""
    wrap_method(
        mock.comments,
        "list_by_track",
        lambda original, track: [comment for comment in original(track) if comment.timestamp is not None],
    )


@fault("SC-COMM-03")
def only_the_newest_comment_of_an_author_is_listed(mock: Any) -> None:
    """The list of a track's comments has only the newest comment of each author."""

    def list_by_track(original: Any, track: Any) -> list[Comment]:
        newest: dict[int, Comment] = {}
        for comment in original(track):
            newest.setdefault(comment.author.id, comment)
        return list(newest.values())

    wrap_method(mock.comments, "list_by_track", list_by_track)


@fault("SC-COMM-04")
def refused_comment_is_stored(mock: Any) -> None:
    """A comment on a track that does not allow comments returns 403, but is stored and listed."""

    def create(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        track = mock.tracks.get_or_404(track_id, context)
        if not mock.comments.are_allowed(track):
            properties = mock.request_parser.read(context.request, "comment")
            mock.comments.create(context.user, track, mock.comments.parse_body(properties), None)
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, CREATE, create)


@fault("SC-COMM-04")
def commentable_is_ignored(mock: Any) -> None:
    """A track whose property `commentable` is false accepts comments."""
    mock.comments.are_allowed = lambda _track: True


@fault("SC-COMM-05")
def empty_comment_is_accepted(mock: Any) -> None:
    """A comment with an empty `body` is accepted."""
    wrap_method(
        mock.comments,
        "parse_body",
        lambda original, fields: "" if fields.get("body") == "" else original(fields),
    )


@fault("SC-COMM-05")
def comment_without_the_root_property_is_accepted(mock: Any) -> None:
    """A comment is accepted as `{"body": "…"}`, without the enclosing property `comment`."""

    def parse_json(original: Any, body: bytes, root: str) -> Any:
        try:
            return original(body, root)
        except HttpError:
            if root != "comment":
                raise
            return original(b'{"comment":' + body + b"}", root)

    wrap_method(mock.request_parser, "parse_json", parse_json)


@fault("SC-COMM-06")
def comments_of_a_missing_track_are_an_empty_list(mock: Any) -> None:
    """GET of the comments of a missing track returns an empty list instead of 404."""

    def index(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        try:
            return original(mock, context, track_id)
        except HttpError as error:
            if error.status != 404:
                raise
            return json_response([])

    wrap_handler(mock.handlers, INDEX, index)


@fault("SC-COMM-06")
def comment_on_a_missing_track_returns_422(mock: Any) -> None:
    """POST of a comment on a missing track returns 422 instead of 404."""

    def create(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if mock.tracks.find(mock.number(track_id)) is None:
            raise HttpError(422, "there is no such track")
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, CREATE, create)


@fault("SC-COMM-03")
def comment_at_the_same_timestamp_replaces_the_first(mock: Any) -> None:
    """A comment replaces an earlier one of the same author at the same `timestamp`."""

    def create(original: Any, author: Any, track: Any, body: str, timestamp: Any) -> Comment:
        comments = mock.comments._by_track.get(track.id, [])
        if timestamp is not None:
            comments[:] = [
                comment for comment in comments if (comment.author, comment.timestamp) != (author, timestamp)
            ]
        comment: Comment = original(author, track, body, timestamp)
        return comment

    wrap_method(mock.comments, "create", create)


@fault("SC-COMM-03")
def only_the_owners_comments_are_listed(mock: Any) -> None:
    """The list of a track's comments has only those of the owner of the track, if there are any."""

    def list_by_track(original: Any, track: Any) -> list[Comment]:
        comments: list[Comment] = original(track)
        return [comment for comment in comments if comment.author == track.owner] or comments

    wrap_method(mock.comments, "list_by_track", list_by_track)
