"""Comments (https://github.com/audioBoom/api: sections/comments.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tuningfork.apis.audioboo.mock.models import Clip, Comment, User
from tuningfork.apis.audioboo.mock.timestamps import format_timestamp
from tuningfork.mock.errors import HttpError
from tuningfork.mock.state import IdSequence

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo
    from tuningfork.apis.audioboo.mock.request_context import RequestContext


class Comments:
    """What is said of clips."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock
        self.ids = IdSequence(900_001)
        self._of: dict[int, dict[int, Comment]] = {}

    def add(self, comment: Comment) -> None:
        """One more."""
        self._of.setdefault(comment.clip.id, {})[comment.id] = comment

    def create(self, author: User, clip: Clip, body: str) -> Comment:
        """A new one (AB-SOC-04)."""
        comment = Comment(self.ids.take(), clip, author, body, int(self.mock.clock.now()))
        self.add(comment)
        return comment

    def body(self, call: RequestContext) -> str:
        """What is said; HttpError 422 for nothing (AB-SOC-04)."""
        body = call.text("comment[body]")
        if body is None or not body.strip():
            raise HttpError(422, "comment[body] is missing")
        return body

    def need(self, clip: Clip, text: str) -> Comment:
        """The comment of an id as it was written, among those of a clip; HttpError 404."""
        number = self.mock.number(text)
        comment = self._of.get(clip.id, {}).get(number) if number is not None else None
        if comment is None:
            raise HttpError(404, "there is no such comment")
        return comment

    def of(self, clip: Clip) -> list[Comment]:
        """Those of a clip, newest first."""
        return list(self._of.get(clip.id, {}).values())[::-1]

    def count(self, clip: Clip) -> int:
        """How many a clip has."""
        return len(self._of.get(clip.id, ()))

    def delete(self, comment: Comment) -> None:
        """Gone."""
        del self._of[comment.clip.id][comment.id]

    def drop(self, clip: Clip) -> None:
        """Its clip is gone."""
        self._of.pop(clip.id, None)

    def show(self, comment: Comment, _call: RequestContext) -> dict[str, Any]:
        """A comment."""
        return {
            "id": comment.id,
            "body": comment.body,
            "posted_at": format_timestamp(comment.posted_at),
            "audio_clip_id": comment.clip.id,
            "user": self.mock.users.brief(comment.author),
        }

    def reset(self) -> None:
        """None."""
        self.ids.reset()
        self._of.clear()
