"""Faults of followings, favourites and comments (https://github.com/audioBoom/api)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audioboo.mock.models import Clip, Comment, User
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

FOLLOW = "POST /account/followings"
UNFOLLOW = "DELETE /account/followings"
Pairs = set[tuple[int, int]]


@fault("AB-SOC-01")
def repeated_following_is_listed_twice(mock: Any) -> None:
    """A user who is followed twice is listed twice in the followings."""
    again: Pairs = set()

    def follow(original: Any, follower: User, followed: User) -> bool:
        new: bool = original(follower, followed)
        if not new:
            again.add((follower.id, followed.id))
        return new

    def followings(original: Any, user: User) -> list[User]:
        items: list[User] = original(user)
        return [*items, *(followed for followed in items if (user.id, followed.id) in again)]

    wrap_method(mock.users, "follow", follow)
    wrap_method(mock.users, "followings", followings)


@fault("AB-SOC-01")
def repeated_following_unfollows(mock: Any) -> None:
    """Following a user who is already followed deletes the following."""

    def follow(original: Any, follower: User, followed: User) -> bool:
        new: bool = original(follower, followed)
        if not new:
            mock.users.unfollow(follower, followed)
        return new

    wrap_method(mock.users, "follow", follow)


@fault("AB-SOC-01")
def unfollowing_returns_following_true(mock: Any) -> None:
    """Unfollowing (DELETE /account/followings) works, but returns `"following": true`."""
    _replace_body(mock, UNFOLLOW, {"following": True})


@fault("AB-SOC-01")
def following_is_string(mock: Any) -> None:
    """POST /account/followings returns the string `"true"` as `following` instead of a boolean."""
    _replace_body(mock, FOLLOW, {"following": "true"})


@fault("AB-SOC-01", "AB-SOC-02")
def unfollowing_is_not_executed(mock: Any) -> None:
    """Unfollowing (DELETE /account/followings) returns 200, but is not executed."""
    mock.users.unfollow = lambda _follower, _followed: False


@fault("AB-SOC-02")
def clips_of_unfollowed_users_stay_listed(mock: Any) -> None:
    """GET /account/audio_clips/followed also lists the clips of users who were unfollowed."""
    unfollowed: Pairs = set()

    def unfollow(original: Any, follower: User, followed: User) -> bool:
        unfollowed.add((follower.id, followed.id))
        was: bool = original(follower, followed)
        return was

    def followed(_handle: Any, mock: Any, context: Any) -> Any:
        former = [user for user in mock.users.list_all() if (context.user.id, user.id) in unfollowed]
        followings = {user.id: user for user in (*mock.users.followings(context.user), *former)}.values()
        items = mock.clips.sort_newest_first(
            clip for user in followings for clip in mock.clips.list_by_user(user)
        )
        return mock.pagination.respond(context, "audio_clips", items, mock.clips.serialize)

    wrap_method(mock.users, "unfollow", unfollow)
    wrap_handler(mock.handlers, "GET /account/audio_clips/followed", followed)


@fault("AB-SOC-02")
def clips_of_unfollowed_users_stay_listed_beside_others(mock: Any) -> None:
    """Clips of unfollowed users stay listed while the user follows another user with clips."""
    unfollowed: Pairs = set()

    def unfollow(original: Any, follower: User, followed: User) -> bool:
        unfollowed.add((follower.id, followed.id))
        was: bool = original(follower, followed)
        return was

    def list_followed_by(original: Any, user: User) -> Any:
        items = original(user)
        former = (
            [other for other in mock.users.list_all() if (user.id, other.id) in unfollowed] if items else []
        )
        values = [clip for other in former for clip in mock.clips.list_by_user(other) if clip not in items]
        return mock.clips.sort_newest_first([*items, *values])

    wrap_method(mock.users, "unfollow", unfollow)
    wrap_method(mock.clips, "list_followed_by", list_followed_by)


@fault("AB-SOC-02")
def clips_of_newest_following_are_missing(mock: Any) -> None:
    """GET /account/audio_clips/followed omits the clips of the user who was followed last."""

    def followed(_handle: Any, mock: Any, context: Any) -> Any:
        followings = mock.users.followings(context.user)[1:]
        items = mock.clips.sort_newest_first(
            clip for user in followings for clip in mock.clips.list_by_user(user)
        )
        return mock.pagination.respond(context, "audio_clips", items, mock.clips.serialize)

    wrap_handler(mock.handlers, "GET /account/audio_clips/followed", followed)


@fault("AB-SOC-03")
def repeated_favourite_is_listed_twice(mock: Any) -> None:
    """A clip that is added to the favourites twice is listed twice."""
    again: Pairs = set()

    def add_favourite(original: Any, user: User, clip: Clip) -> bool:
        new: bool = original(user, clip)
        if not new:
            again.add((user.id, clip.id))
        return new

    def list_favourites(original: Any, user: User) -> list[Clip]:
        items: list[Clip] = original(user)
        return [*items, *(clip for clip in items if (user.id, clip.id) in again)]

    wrap_method(mock.clips, "add_favourite", add_favourite)
    wrap_method(mock.clips, "list_favourites", list_favourites)


@fault("AB-SOC-03", "AB-ERR-04")
def new_favourite_returns_202(mock: Any) -> None:
    """POST of a new favourite returns 202."""

    def add(handle: Any, *args: Any, **ids: str) -> Any:
        response = handle(*args, **ids)
        response.status_code = 202
        return response

    wrap_handler(mock.handlers, "POST /audio_clips/{clip_id}/favourites", add)


@fault("AB-SOC-03")
def repeated_favourite_returns_409(mock: Any) -> None:
    """POST of an existing favourite returns 409."""

    def add_favourite(original: Any, user: User, clip: Clip) -> bool:
        if not original(user, clip):
            raise HttpError(409, "this is a favourite already")
        return True

    wrap_method(mock.clips, "add_favourite", add_favourite)


@fault("AB-SOC-03")
def favourite_is_not_deleted(mock: Any) -> None:
    """DELETE of a favourite returns 200, but deletes nothing."""
    mock.clips.remove_favourite = lambda _user, _clip: True


@fault("AB-SOC-04")
def empty_comment_is_created(mock: Any) -> None:
    """POST of a comment without `comment[body]` creates an empty comment."""
    mock.comments.read_body = lambda context: context.text("comment[body]") or ""


@fault("AB-SOC-04", "AB-ERR-04")
def comment_without_body_returns_200(mock: Any) -> None:
    """POST of a comment without `comment[body]` returns 200 and creates nothing."""

    def create(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        missing = context.text("comment[body]") is None
        return mock.envelope.respond({}) if missing else handle(mock, context, clip_id)

    wrap_handler(mock.handlers, "POST /audio_clips/{clip_id}/comments", create)


@fault("AB-SOC-04")
def newest_comment_is_not_listed(mock: Any) -> None:
    """GET /audio_clips/{id}/comments omits the newest comment."""
    wrap_method(mock.comments, "list_by_clip", lambda original, clip: original(clip)[1:])


@fault("AB-SOC-04")
def any_user_can_delete_comments(mock: Any) -> None:
    """DELETE of a comment is accepted from every user."""
    mock.permissions.require_author_or_clip_owner = lambda _comment, _context: None


@fault("AB-SOC-04")
def clip_owner_cannot_delete_comments(mock: Any) -> None:
    """DELETE of a comment returns 403 for the owner of the clip."""

    def require_author_or_clip_owner(_original: Any, comment: Comment, context: Any) -> None:
        if context.user.id != comment.author.id:
            raise HttpError(403, "this is another user's comment")

    wrap_method(mock.permissions, "require_author_or_clip_owner", require_author_or_clip_owner)


@fault("AB-SOC-04")
def comment_author_cannot_delete_comment(mock: Any) -> None:
    """DELETE of a comment returns 403 for the author of the comment."""

    def require_author_or_clip_owner(_original: Any, comment: Comment, context: Any) -> None:
        if context.user.id != comment.clip.owner.id:
            raise HttpError(403, "this is a comment on another user's clip")

    wrap_method(mock.permissions, "require_author_or_clip_owner", require_author_or_clip_owner)


def _replace_body(mock: Any, operation: str, body: dict[str, Any]) -> None:
    """Replace the body in the envelope of an operation's responses."""
    wrap_handler(
        mock.handlers,
        operation,
        lambda handle, *args: edit_json(handle(*args), lambda root: root | {"body": body}),
    )


@fault("AB-SOC-01")
def unfollowing_removes_all_followers(mock: Any) -> None:
    """Unfollowing (DELETE /account/followings) removes all followers of the user."""

    def unfollow(_original: Any, _follower: User, followed: User) -> bool:
        mock.users.follows.forget(followed.id)
        return True

    wrap_method(mock.users, "unfollow", unfollow)
