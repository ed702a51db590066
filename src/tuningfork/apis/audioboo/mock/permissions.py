"""Permissions: which user may change or delete a resource (AB-CLIP-12, AB-SOC-04, AB-LIST-01)."""

from __future__ import annotations

from tuningfork.apis.audioboo.mock.models import Attachment, Clip, Comment, Playlist, User
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError

Owned = Clip | Playlist | Attachment


class Permissions:
    """Checks the owner of a resource."""

    def owns(self, resource: Owned, user: User | None) -> bool:
        """Return True if `user` owns the resource."""
        return user is not None and resource.owner.id == user.id

    def require_owner(self, resource: Owned, context: RequestContext) -> None:
        """Raise HttpError 403 if the signing user does not own the resource."""
        if not self.owns(resource, context.user):
            raise HttpError(403, "this belongs to another user")

    def require_author_or_clip_owner(self, comment: Comment, context: RequestContext) -> None:
        """Raise HttpError 403 if the signing user is neither the comment's author nor the clip's owner."""
        if context.user.id not in (comment.author.id, comment.clip.owner.id):
            raise HttpError(403, "this is another user's comment on another user's clip")
