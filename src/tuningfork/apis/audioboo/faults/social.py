"""What goes wrong between users: followings, favourites, comments (https://github.com/audioBoom/api)."""

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
def second_following_lists_a_user_twice(mock: Any) -> None:
    """Who is followed again stands in the list once more."""
    again: Pairs = set()

    def follow(original: Any, follower: User, followed: User) -> bool:
        new: bool = original(follower, followed)
        if not new:
            again.add((follower.id, followed.id))
        return new

    def followings(original: Any, user: User) -> list[User]:
        found: list[User] = original(user)
        return [*found, *(one for one in found if (user.id, one.id) in again)]

    wrap_method(mock.users, "follow", follow)
    wrap_method(mock.users, "followings", followings)


@fault("AB-SOC-01")
def second_following_undoes_the_first(mock: Any) -> None:
    """Who is followed again is no longer followed."""

    def follow(original: Any, follower: User, followed: User) -> bool:
        new: bool = original(follower, followed)
        if not new:
            mock.users.unfollow(follower, followed)
        return new

    wrap_method(mock.users, "follow", follow)


@fault("AB-SOC-01")
def unfollowing_says_that_it_follows(mock: Any) -> None:
    """DELETE /account/followings takes the user out, but answers that it follows."""
    _answering(mock, UNFOLLOW, {"following": True})


@fault("AB-SOC-01")
def following_is_a_text(mock: Any) -> None:
    """POST /account/followings answers `"true"`."""
    _answering(mock, FOLLOW, {"following": "true"})


@fault("AB-SOC-01", "AB-SOC-02")
def unfollowing_changes_nothing(mock: Any) -> None:
    """DELETE /account/followings answers as if the user were gone."""
    mock.users.unfollow = lambda _follower, _followed: False


@fault("AB-SOC-02")
def clips_of_the_unfollowed_stay_in_the_account(mock: Any) -> None:
    """/account/audio_clips/followed keeps the clips of whoever was ever followed."""
    unfollowed: Pairs = set()

    def unfollow(original: Any, follower: User, followed: User) -> bool:
        unfollowed.add((follower.id, followed.id))
        was: bool = original(follower, followed)
        return was

    def followed(_handle: Any, mock: Any, context: Any) -> Any:
        gone = [user for user in mock.users.list_all() if (context.user.id, user.id) in unfollowed]
        followings = {user.id: user for user in (*mock.users.followings(context.user), *gone)}.values()
        found = mock.clips.sort_newest_first(
            clip for user in followings for clip in mock.clips.list_by_user(user)
        )
        return mock.pagination.respond(context, "audio_clips", found, mock.clips.serialize)

    wrap_method(mock.users, "unfollow", unfollow)
    wrap_handler(mock.handlers, "GET /account/audio_clips/followed", followed)


@fault("AB-SOC-02")
def clips_of_one_unfollowed_of_several_stay(mock: Any) -> None:
    """Who goes on following somebody else goes on seeing the clips of whoever was unfollowed."""
    unfollowed: Pairs = set()

    def unfollow(original: Any, follower: User, followed: User) -> bool:
        unfollowed.add((follower.id, followed.id))
        was: bool = original(follower, followed)
        return was

    def list_followed_by(original: Any, user: User) -> Any:
        found = original(user)
        gone = (
            [other for other in mock.users.list_all() if (user.id, other.id) in unfollowed] if found else []
        )
        values = [clip for other in gone for clip in mock.clips.list_by_user(other) if clip not in found]
        return mock.clips.sort_newest_first([*found, *values])

    wrap_method(mock.users, "unfollow", unfollow)
    wrap_method(mock.clips, "list_followed_by", list_followed_by)


@fault("AB-SOC-02")
def newest_following_brings_no_clips(mock: Any) -> None:
    """The clips of the user who was followed last are not in /account/audio_clips/followed."""

    def followed(_handle: Any, mock: Any, context: Any) -> Any:
        followings = mock.users.followings(context.user)[1:]
        found = mock.clips.sort_newest_first(
            clip for user in followings for clip in mock.clips.list_by_user(user)
        )
        return mock.pagination.respond(context, "audio_clips", found, mock.clips.serialize)

    wrap_handler(mock.handlers, "GET /account/audio_clips/followed", followed)


@fault("AB-SOC-03")
def second_favourite_lists_a_clip_twice(mock: Any) -> None:
    """A clip that is favoured again stands in the favourites twice."""
    again: Pairs = set()

    def add_favourite(original: Any, user: User, clip: Clip) -> bool:
        new: bool = original(user, clip)
        if not new:
            again.add((user.id, clip.id))
        return new

    def list_favourites(original: Any, user: User) -> list[Clip]:
        found: list[Clip] = original(user)
        return [*found, *(clip for clip in found if (user.id, clip.id) in again)]

    wrap_method(mock.clips, "add_favourite", add_favourite)
    wrap_method(mock.clips, "list_favourites", list_favourites)


@fault("AB-SOC-03", "AB-ERR-04")
def new_favourite_is_accepted(mock: Any) -> None:
    """POST of a favourite is answered 202: it will be one sometime."""

    def add(handle: Any, *args: Any, **ids: str) -> Any:
        response = handle(*args, **ids)
        response.status_code = 202
        return response

    wrap_handler(mock.handlers, "POST /audio_clips/{clip_id}/favourites", add)


@fault("AB-SOC-03")
def repeated_favourite_is_a_conflict(mock: Any) -> None:
    """POST of what is a favourite already is refused 409."""

    def add_favourite(original: Any, user: User, clip: Clip) -> bool:
        if not original(user, clip):
            raise HttpError(409, "this is a favourite already")
        return True

    wrap_method(mock.clips, "add_favourite", add_favourite)


@fault("AB-SOC-03")
def favourite_taken_back_stays(mock: Any) -> None:
    """DELETE of a favourite is answered 200, and it is one as before."""
    mock.clips.remove_favourite = lambda _user, _clip: True


@fault("AB-SOC-04")
def comment_of_nothing_is_added(mock: Any) -> None:
    """POST without comment[body] adds an empty comment."""
    mock.comments.read_body = lambda context: context.text("comment[body]") or ""


@fault("AB-SOC-04", "AB-ERR-04")
def comment_of_nothing_is_answered_200(mock: Any) -> None:
    """POST without comment[body] adds nothing, and says that all is well."""

    def create(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        missing = context.text("comment[body]") is None
        return mock.envelope.respond({}) if missing else handle(mock, context, clip_id)

    wrap_handler(mock.handlers, "POST /audio_clips/{clip_id}/comments", create)


@fault("AB-SOC-04")
def newest_comment_is_not_listed(mock: Any) -> None:
    """The comments of a clip end before the newest one."""
    wrap_method(mock.comments, "list_by_clip", lambda original, clip: original(clip)[1:])


@fault("AB-SOC-04")
def anybody_removes_comments(mock: Any) -> None:
    """DELETE of a comment does not ask who said it."""
    mock.permissions.require_author_or_clip_owner = lambda _comment, _context: None


@fault("AB-SOC-04")
def owner_of_a_clip_cannot_remove_comments(mock: Any) -> None:
    """DELETE of a comment is for its author only."""

    def require_author_or_clip_owner(_original: Any, comment: Comment, context: Any) -> None:
        if context.user.id != comment.author.id:
            raise HttpError(403, "this was said by somebody else")

    wrap_method(mock.permissions, "require_author_or_clip_owner", require_author_or_clip_owner)


@fault("AB-SOC-04")
def author_of_a_comment_cannot_remove_it(mock: Any) -> None:
    """DELETE of a comment is for the owner of its clip only."""

    def require_author_or_clip_owner(_original: Any, comment: Comment, context: Any) -> None:
        if context.user.id != comment.clip.owner.id:
            raise HttpError(403, "this was said of a clip of somebody else")

    wrap_method(mock.permissions, "require_author_or_clip_owner", require_author_or_clip_owner)


def _answering(mock: Any, operation: str, body: dict[str, Any]) -> None:
    """Answer an operation with another body."""
    wrap_handler(
        mock.handlers,
        operation,
        lambda handle, *args: edit_json(handle(*args), lambda root: root | {"body": body}),
    )
