"""Comments (https://github.com/audioBoom/api: sections/comments.md)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audioboo.mock.models import Clip, Comment, User
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.apis.audioboo.mock.timestamps import format_timestamp
from tuningfork.apis.audioboo.mock.users import Users
from tuningfork.mock.clock import Clock
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import parse_id
from tuningfork.mock.state import IdSequence


class Comments:
    """Stores the comments of all clips."""

    def __init__(self, users: Users, clock: Clock) -> None:
        self.users = users
        self.clock = clock
        self.ids = IdSequence(900_001)
        self._by_clip: dict[int, dict[int, Comment]] = {}

    def add(self, comment: Comment) -> None:
        """Store a comment."""
        self._by_clip.setdefault(comment.clip.id, {})[comment.id] = comment

    def create(self, author: User, clip: Clip, body: str) -> Comment:
        """Create a comment (AB-SOC-04)."""
        comment = Comment(self.ids.take(), clip, author, body, int(self.clock.now()))
        self.add(comment)
        return comment

    def read_body(self, context: RequestContext) -> str:
        """Return the parameter comment[body]; raise HttpError 422 if it is missing or blank (AB-SOC-04)."""
        body = context.text("comment[body]")
        if body is None or not body.strip():
            raise HttpError(422, "comment[body] is missing")
        return body

    def get_or_404(self, clip: Clip, text: str) -> Comment:
        """Return the comment of `clip` whose id is `text`; raise HttpError 404 if it does not exist."""
        number = parse_id(text)
        comment = self._by_clip.get(clip.id, {}).get(number) if number is not None else None
        if comment is None:
            raise HttpError(404, "there is no such comment")
        return comment

    def list_by_clip(self, clip: Clip) -> list[Comment]:
        """Return the comments of a clip, newest first."""
        return list(self._by_clip.get(clip.id, {}).values())[::-1]

    def count(self, clip: Clip) -> int:
        """Return the number of comments of a clip."""
        return len(self._by_clip.get(clip.id, ()))

    def delete(self, comment: Comment) -> None:
        """Delete a comment."""
        del self._by_clip[comment.clip.id][comment.id]

    def delete_by_clip(self, clip: Clip) -> None:
        """Delete all comments of a clip."""
        self._by_clip.pop(clip.id, None)

    def serialize(self, comment: Comment, _context: RequestContext) -> dict[str, Any]:
        """Return the JSON of a comment."""
        return {
            "id": comment.id,
            "body": comment.body,
            "posted_at": format_timestamp(comment.posted_at),
            "audio_clip_id": comment.clip.id,
            "user": self.users.serialize_brief(comment.author),
        }

    def reset(self) -> None:
        """Delete all comments."""
        self.ids.reset()
        self._by_clip.clear()
