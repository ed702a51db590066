"""Comments (https://developers.soundcloud.com/docs/api/guide#comments)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.soundcloud.mock.models import Comment, Track, User
from tuningfork.apis.soundcloud.mock.request_context import RequestContext
from tuningfork.apis.soundcloud.mock.request_parsing import Properties
from tuningfork.apis.soundcloud.mock.timestamps import format_timestamp
from tuningfork.apis.soundcloud.mock.users import Users
from tuningfork.mock.clock import Clock
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import whole_number
from tuningfork.mock.state import IdSequence

Timestamp = int | float | None
MAX_TIMESTAMP_MS = 10**12


class Comments:
    """The comments of all tracks."""

    def __init__(self, clock: Clock, users: Users) -> None:
        self._clock = clock
        self._users = users
        self.ids = IdSequence(900_001)
        self._by_track: dict[int, list[Comment]] = {}

    def add(self, comment: Comment) -> None:
        """Store a comment."""
        self._by_track.setdefault(comment.track.id, []).append(comment)

    def create(self, author: User, track: Track, body: str, timestamp: Timestamp) -> Comment:
        """Create and store a comment with a new id (SC-COMM-01)."""
        now = int(self._clock.now())
        comment = Comment(self.ids.take(), track, author, body, now, timestamp)
        self.add(comment)
        return comment

    def are_allowed(self, track: Track) -> bool:
        """Return whether the owner of the track allows comments (SC-COMM-04)."""
        return track.commentable

    def parse_body(self, properties: Properties) -> str:
        """Return the text of a new comment; HttpError 422 if it is missing or blank (SC-COMM-05)."""
        body = properties.get("body")
        if not isinstance(body, str) or not body.strip():
            raise HttpError(422, "Parameter body is missing.")
        return body

    def parse_timestamp(self, properties: Properties) -> Timestamp:
        """Return the timestamp of a new comment in milliseconds from the start of the track (SC-COMM-02).

        Returns:
            None if the comment has no timestamp.

        Raises:
            HttpError: 422 for a value that is not a number from 0 to MAX_TIMESTAMP_MS.
        """
        value = properties.get("timestamp")
        if value is None:
            return None
        if isinstance(value, str):
            value = whole_number(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MAX_TIMESTAMP_MS:
            return value
        raise HttpError(422, "timestamp is not a number of milliseconds")

    def remove_track(self, track: Track) -> None:
        """Delete the comments of a deleted track."""
        self._by_track.pop(track.id, None)

    def count(self, track: Track) -> int:
        """Return the number of comments of a track."""
        return len(self._by_track.get(track.id, ()))

    def list_by_track(self, track: Track) -> list[Comment]:
        """Return the comments of a track, newest first (SC-COMM-03)."""
        return sorted(self._by_track.get(track.id, ()), key=self.sort_key, reverse=True)

    def sort_key(self, comment: Comment) -> tuple[int, int]:
        """Return the key by which lists of comments are sorted, in descending order."""
        return (comment.created_at, comment.id)

    def serialize(self, comment: Comment, context: RequestContext) -> dict[str, Any]:
        """Return the JSON of a comment."""
        return {
            "kind": "comment",
            "id": comment.id,
            "body": comment.body,
            "timestamp": comment.timestamp,
            "created_at": format_timestamp(comment.created_at),
            "track_id": comment.track.id,
            "user_id": comment.author.id,
            "uri": f"{context.base}/comments/{comment.id}",
            "user": self._users.serialize_brief(comment.author, context),
        }

    def reset(self) -> None:
        """Delete all comments."""
        self.ids.reset()
        self._by_track.clear()
