"""Comments (https://developers.soundcloud.com/docs/api/guide#comments)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tuningfork.apis.soundcloud.mock.entities import Comment, Track, User
from tuningfork.apis.soundcloud.mock.inputs import Fields
from tuningfork.apis.soundcloud.mock.stamp import stamp
from tuningfork.mock.errors import Refusal
from tuningfork.mock.parsing import whole_number
from tuningfork.mock.state import Ids

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud
    from tuningfork.apis.soundcloud.mock.call import Call

Timestamp = int | float | None
LATEST = 10**12


class Comments:
    """What is said of tracks."""

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock
        self.ids = Ids(900_001)
        self._of: dict[int, list[Comment]] = {}

    def add(self, comment: Comment) -> None:
        """One more."""
        self._of.setdefault(comment.track.id, []).append(comment)

    def create(self, author: User, track: Track, body: str, timestamp: Timestamp) -> Comment:
        """A new one (SC-COMM-01)."""
        now = int(self.mock.clock.now())
        comment = Comment(self.ids.take(), track, author, body, now, timestamp)
        self.add(comment)
        return comment

    def allowed(self, track: Track) -> bool:
        """Whether its owner lets others comment (SC-COMM-04)."""
        return track.commentable

    def body(self, fields: Fields) -> str:
        """What is said; Refusal 422 for nothing (SC-COMM-05)."""
        body = fields.get("body")
        if not isinstance(body, str) or not body.strip():
            raise Refusal(422, "Parameter body is missing.")
        return body

    def timestamp(self, fields: Fields) -> Timestamp:
        """Milliseconds from the start, as a number or its text; None for the whole track (SC-COMM-02)."""
        value = fields.get("timestamp")
        if value is None:
            return None
        if isinstance(value, str):
            value = whole_number(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LATEST:
            raise Refusal(422, "timestamp is no count of milliseconds")
        return value

    def drop(self, track: Track) -> None:
        """Its track is gone."""
        self._of.pop(track.id, None)

    def count(self, track: Track) -> int:
        """How many a track has."""
        return len(self._of.get(track.id, ()))

    def of(self, track: Track) -> list[Comment]:
        """Those of a track, newest first (SC-COMM-03)."""
        return sorted(self._of.get(track.id, ()), key=self.key, reverse=True)

    def key(self, comment: Comment) -> tuple[int, int]:
        """Where it stands among the newest."""
        return (comment.created_at, comment.id)

    def show(self, comment: Comment, call: Call) -> dict[str, Any]:
        """A comment."""
        return {
            "kind": "comment",
            "id": comment.id,
            "body": comment.body,
            "timestamp": comment.timestamp,
            "created_at": stamp(comment.created_at),
            "track_id": comment.track.id,
            "user_id": comment.author.id,
            "uri": f"{call.base}/comments/{comment.id}",
            "user": self.mock.users.brief(comment.author, call),
        }

    def reset(self) -> None:
        """None."""
        self.ids.reset()
        self._of.clear()
