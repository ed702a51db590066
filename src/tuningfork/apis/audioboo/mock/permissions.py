"""Whose things are whose (AB-CLIP-12, AB-SOC-04, AB-LIST-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuningfork.apis.audioboo.mock.models import Attachment, Clip, Comment, Playlist, User
from tuningfork.mock.errors import HttpError

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.request_context import RequestContext

Owned = Clip | Playlist | Attachment


class Permissions:
    """Judges who may change or delete a thing."""

    def owns(self, thing: Owned, user: User | None) -> bool:
        """Whether it is this user's."""
        return user is not None and thing.owner.id == user.id

    def need_owner(self, thing: Owned, call: RequestContext) -> None:
        """HttpError 403 for anybody but its owner."""
        if not self.owns(thing, call.user):
            raise HttpError(403, "this belongs to somebody else")

    def need_remover(self, comment: Comment, call: RequestContext) -> None:
        """HttpError 403 for anybody but the comment's author and the clip's owner."""
        if call.user.id not in (comment.author.id, comment.clip.owner.id):
            raise HttpError(403, "this was said by somebody else, of a clip of somebody else")
