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

    def follow(follow: Any, follower: User, followed: User) -> bool:
        new: bool = follow(follower, followed)
        if not new:
            again.add((follower.id, followed.id))
        return new

    def followings(followings: Any, user: User) -> list[User]:
        found: list[User] = followings(user)
        return [*found, *(one for one in found if (user.id, one.id) in again)]

    wrap_method(mock.users, "follow", follow)
    wrap_method(mock.users, "followings", followings)


@fault("AB-SOC-01")
def second_following_undoes_the_first(mock: Any) -> None:
    """Who is followed again is no longer followed."""

    def follow(follow: Any, follower: User, followed: User) -> bool:
        new: bool = follow(follower, followed)
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

    def unfollow(unfollow: Any, follower: User, followed: User) -> bool:
        unfollowed.add((follower.id, followed.id))
        was: bool = unfollow(follower, followed)
        return was

    def followed(_handle: Any, mock: Any, call: Any) -> Any:
        gone = [user for user in mock.users.all() if (call.user.id, user.id) in unfollowed]
        followings = {user.id: user for user in (*mock.users.followings(call.user), *gone)}.values()
        found = mock.clips.newest(clip for user in followings for clip in mock.clips.of(user))
        return mock.pages.answer(call, "audio_clips", found, mock.clips.show)

    wrap_method(mock.users, "unfollow", unfollow)
    wrap_handler(mock.handlers, "GET /account/audio_clips/followed", followed)


@fault("AB-SOC-02")
def clips_of_one_unfollowed_of_several_stay(mock: Any) -> None:
    """Who goes on following somebody else goes on seeing the clips of whoever was unfollowed."""
    unfollowed: Pairs = set()

    def unfollow(unfollow: Any, follower: User, followed: User) -> bool:
        unfollowed.add((follower.id, followed.id))
        was: bool = unfollow(follower, followed)
        return was

    def followed_by(followed_by: Any, user: User) -> Any:
        found = followed_by(user)
        gone = [other for other in mock.users.all() if (user.id, other.id) in unfollowed] if found else []
        kept = [clip for other in gone for clip in mock.clips.of(other) if clip not in found]
        return mock.clips.newest([*found, *kept])

    wrap_method(mock.users, "unfollow", unfollow)
    wrap_method(mock.clips, "followed_by", followed_by)


@fault("AB-SOC-02")
def newest_following_brings_no_clips(mock: Any) -> None:
    """The clips of the user who was followed last are not in /account/audio_clips/followed."""

    def followed(_handle: Any, mock: Any, call: Any) -> Any:
        followings = mock.users.followings(call.user)[1:]
        found = mock.clips.newest(clip for user in followings for clip in mock.clips.of(user))
        return mock.pages.answer(call, "audio_clips", found, mock.clips.show)

    wrap_handler(mock.handlers, "GET /account/audio_clips/followed", followed)


@fault("AB-SOC-03")
def second_favourite_lists_a_clip_twice(mock: Any) -> None:
    """A clip that is favoured again stands in the favourites twice."""
    again: Pairs = set()

    def favour(favour: Any, user: User, clip: Clip) -> bool:
        new: bool = favour(user, clip)
        if not new:
            again.add((user.id, clip.id))
        return new

    def favourites_of(favourites_of: Any, user: User) -> list[Clip]:
        found: list[Clip] = favourites_of(user)
        return [*found, *(clip for clip in found if (user.id, clip.id) in again)]

    wrap_method(mock.clips, "favour", favour)
    wrap_method(mock.clips, "favourites_of", favourites_of)


@fault("AB-SOC-03", "AB-ERR-04")
def new_favourite_is_accepted(mock: Any) -> None:
    """POST of a favourite is answered 202: it will be one sometime."""

    def add(handle: Any, *of: Any, **ids: str) -> Any:
        answer = handle(*of, **ids)
        answer.status_code = 202
        return answer

    wrap_handler(mock.handlers, "POST /audio_clips/{clip_id}/favourites", add)


@fault("AB-SOC-03")
def repeated_favourite_is_a_conflict(mock: Any) -> None:
    """POST of what is a favourite already is refused 409."""

    def favour(favour: Any, user: User, clip: Clip) -> bool:
        if not favour(user, clip):
            raise HttpError(409, "this is a favourite already")
        return True

    wrap_method(mock.clips, "favour", favour)


@fault("AB-SOC-03")
def favourite_taken_back_stays(mock: Any) -> None:
    """DELETE of a favourite is answered 200, and it is one as before."""
    mock.clips.disfavour = lambda _user, _clip: True


@fault("AB-SOC-04")
def comment_of_nothing_is_added(mock: Any) -> None:
    """POST without comment[body] adds an empty comment."""
    mock.comments.body = lambda call: call.text("comment[body]") or ""


@fault("AB-SOC-04", "AB-ERR-04")
def comment_of_nothing_is_answered_200(mock: Any) -> None:
    """POST without comment[body] adds nothing, and says that all is well."""

    def create(handle: Any, mock: Any, call: Any, clip_id: str) -> Any:
        missing = call.text("comment[body]") is None
        return mock.envelope.answer({}) if missing else handle(mock, call, clip_id)

    wrap_handler(mock.handlers, "POST /audio_clips/{clip_id}/comments", create)


@fault("AB-SOC-04")
def newest_comment_is_not_listed(mock: Any) -> None:
    """The comments of a clip end before the newest one."""
    wrap_method(mock.comments, "of", lambda of, clip: of(clip)[1:])


@fault("AB-SOC-04")
def anybody_removes_comments(mock: Any) -> None:
    """DELETE of a comment does not ask who said it."""
    mock.rights.need_remover = lambda _comment, _call: None


@fault("AB-SOC-04")
def owner_of_a_clip_cannot_remove_comments(mock: Any) -> None:
    """DELETE of a comment is for its author only."""

    def need_remover(_need: Any, comment: Comment, call: Any) -> None:
        if call.user.id != comment.author.id:
            raise HttpError(403, "this was said by somebody else")

    wrap_method(mock.rights, "need_remover", need_remover)


@fault("AB-SOC-04")
def author_of_a_comment_cannot_remove_it(mock: Any) -> None:
    """DELETE of a comment is for the owner of its clip only."""

    def need_remover(_need: Any, comment: Comment, call: Any) -> None:
        if call.user.id != comment.clip.owner.id:
            raise HttpError(403, "this was said of a clip of somebody else")

    wrap_method(mock.rights, "need_remover", need_remover)


def _answering(mock: Any, operation: str, body: dict[str, Any]) -> None:
    """Answer an operation with another body."""
    wrap_handler(
        mock.handlers,
        operation,
        lambda handle, *of: edit_json(handle(*of), lambda root: root | {"body": body}),
    )
