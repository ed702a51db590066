"""Faults of follows and likes (https://developers.soundcloud.com/docs/api/guide#follow-and-like)."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.soundcloud.mock.models import Track, User
from tuningfork.apis.soundcloud.mock.request_context import json_response
from tuningfork.audit.concurrency import concurrent_requests_event
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

FOLLOW = "PUT /me/followings/{user_id}"


@fault("SC-SOC-01")
def second_follow_lists_the_user_twice(mock: Any) -> None:
    """Following a user a second time lists the user twice in /me/followings."""
    repeated: list[tuple[int, int]] = []

    def follow(original: Any, follower: User, followed: User) -> bool:
        is_new: bool = original(follower, followed)
        if not is_new:
            repeated.append((follower.id, followed.id))
        return is_new

    def followings(original: Any, user: User) -> list[tuple[int, User]]:
        entries: list[tuple[int, User]] = original(user)
        return [entry for entry in entries for _ in range(1 + ((user.id, entry[1].id) in repeated))]

    wrap_method(mock.users, "follow", follow)
    wrap_method(mock.users, "followings", followings)


@fault("SC-SOC-01")
def second_follow_returns_409(mock: Any) -> None:
    """Following a user a second time returns 409."""

    def follow(original: Any, mock: Any, context: Any, user_id: str) -> Any:
        response = original(mock, context, user_id)
        if response.status_code == 200:
            raise HttpError(409, "You follow this user.")
        return response

    wrap_handler(mock.handlers, FOLLOW, follow)


@fault("SC-SOC-01")
def second_follow_unfollows(mock: Any) -> None:
    """Following a user a second time unfollows the user."""
    wrap_method(
        mock.users,
        "follow",
        lambda original, follower, followed: (
            original(follower, followed) or not mock.users.unfollow(follower, followed)
        ),
    )


@fault("SC-SOC-02", "SC-SOC-05")
def unfollowing_has_no_effect(mock: Any) -> None:
    """Unfollowing returns 200, but the user stays in /me/followings."""
    mock.users.unfollow = lambda _follower, _followed: True


@fault("SC-SOC-02")
def unfollowing_a_user_who_is_not_followed_returns_422(mock: Any) -> None:
    """Unfollowing a user who is not followed returns 422 instead of 404."""

    def unfollow(original: Any, mock: Any, context: Any, user_id: str) -> Any:
        if not mock.users.follows.has(context.user.id, mock.users.get_or_404(user_id).id):
            raise HttpError(422, "You don't follow this user.")
        return original(mock, context, user_id)

    wrap_handler(mock.handlers, "DELETE /me/followings/{user_id}", unfollow)


@fault("SC-SOC-03")
def following_a_missing_user_returns_200(mock: Any) -> None:
    """Following a user who does not exist returns 200 instead of 404."""

    def follow(original: Any, mock: Any, context: Any, user_id: str) -> Any:
        if mock.users.find(mock.number(user_id)) is None:
            return json_response({"status": "200 - OK"})
        return original(mock, context, user_id)

    wrap_handler(mock.handlers, FOLLOW, follow)


@fault("SC-SOC-04")
def newest_follower_is_not_listed(mock: Any) -> None:
    """The list of a user's followers omits the newest follower."""
    wrap_method(mock.users, "followers", lambda original, user: original(user)[1:])


@fault("SC-SOC-05")
def followings_tracks_contain_unfollowed_users(mock: Any) -> None:
    """/me/followings/tracks contains the tracks of users whom the user has unfollowed."""
    history: list[tuple[int, User]] = []

    def follow(original: Any, follower: User, followed: User) -> bool:
        history.append((follower.id, followed))
        is_new: bool = original(follower, followed)
        return is_new

    def followings(original: Any, user: User) -> list[tuple[int, User]]:
        entries: list[tuple[int, User]] = original(user)
        followed_ids = {followed.id for _, followed in entries}
        unfollowed = {
            it.id: it for follower_id, it in history if follower_id == user.id and it.id not in followed_ids
        }
        if request.path.endswith("/tracks"):
            return entries + [(0, it) for it in unfollowed.values()]
        return entries

    wrap_method(mock.users, "follow", follow)
    wrap_method(mock.users, "followings", followings)


@fault("SC-SOC-05")
def followings_tracks_omit_new_uploads(mock: Any) -> None:
    """/me/followings/tracks omits all tracks that were uploaded after the server started."""
    initial_ids = {track.id for track in mock.tracks.list_public()}

    def list_public_by_user(original: Any, user: User) -> list[Track]:
        tracks: list[Track] = original(user)
        if request.path == "/me/followings/tracks":
            return [it for it in tracks if it.id in initial_ids]
        return tracks

    wrap_method(mock.tracks, "list_public_by_user", list_public_by_user)


@fault("SC-SOC-06")
def second_like_unlikes_the_track(mock: Any) -> None:
    """Liking a track a second time unlikes it."""
    wrap_method(
        mock.tracks,
        "like",
        lambda original, user, track: original(user, track) or not mock.tracks.unlike(user, track),
    )


@fault("SC-SOC-06")
def unliking_returns_204(mock: Any) -> None:
    """Unliking a track returns 204 instead of 200."""

    def unlike(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        response = original(mock, context, track_id)
        response.status_code = 204
        response.set_data(b"")
        return response

    wrap_handler(mock.handlers, "DELETE /likes/tracks/{track_id}", unlike)


@fault("SC-SOC-06")
def newest_like_is_not_listed(mock: Any) -> None:
    """/me/likes/tracks omits the newest like."""
    wrap_method(mock.tracks, "liked_by", lambda original, user: original(user)[1:])


@fault("SC-SOC-07")
def unliking_a_playlist_has_no_effect(mock: Any) -> None:
    """Unliking a playlist returns 200, but the playlist stays liked."""
    mock.playlists.unlike = lambda _user, _playlist: True


@fault("SC-SOC-07")
def like_of_a_playlist_is_stored_for_its_owner(mock: Any) -> None:
    """The like of a playlist is stored for its owner instead of the user who likes it."""
    wrap_method(mock.playlists, "like", lambda original, _user, playlist: original(playlist.owner, playlist))


@fault("SC-SOC-08")
def liking_a_missing_playlist_returns_200(mock: Any) -> None:
    """Liking a playlist that does not exist returns 200 instead of 404."""

    def like(original: Any, mock: Any, context: Any, playlist_id: str) -> Any:
        if mock.playlists.find(mock.number(playlist_id)) is None:
            return json_response({"status": "200 - OK"})
        return original(mock, context, playlist_id)

    wrap_handler(mock.handlers, "POST /likes/playlists/{playlist_id}", like)


@fault("SC-SOC-08")
def liking_a_deleted_track_returns_200(mock: Any) -> None:
    """Liking a deleted track returns 200 instead of 404."""
    deleted: set[str] = set()

    def delete(original: Any, track: Track) -> None:
        deleted.add(str(track.id))
        original(track)

    def like(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if track_id in deleted:
            return json_response({"status": "200 - OK"})
        return original(mock, context, track_id)

    wrap_method(mock.tracks, "delete", delete)
    wrap_handler(mock.handlers, "POST /likes/tracks/{track_id}", like)


@fault("SC-SOC-01")
def unfollowing_ends_the_followings_of_others(mock: Any) -> None:
    """Unfollowing a user takes that user out of the followings of everyone."""

    def unfollow(original: Any, follower: User, followed: User) -> bool:
        was_followed: bool = original(follower, followed)
        mock.users.follows.forget(followed.id)
        return was_followed

    wrap_method(mock.users, "unfollow", unfollow)


@fault("SC-SOC-01")
def concurrent_followings_are_listed_twice(mock: Any) -> None:
    """Two requests to follow a user at the same moment list the user twice."""
    _repeat_concurrent(mock, "PUT", mock.users, "follow", "followings")


@fault("SC-SOC-06")
def concurrent_likes_of_a_track_are_listed_twice(mock: Any) -> None:
    """Two likes of a track at the same moment list it twice."""
    _repeat_concurrent(mock, "POST", mock.tracks, "like", "liked_by")


@fault("SC-SOC-07")
def concurrent_likes_of_a_playlist_are_listed_twice(mock: Any) -> None:
    """Two likes of a playlist at the same moment list it twice."""
    _repeat_concurrent(mock, "POST", mock.playlists, "like", "liked_by")


def _repeat_concurrent(mock: Any, method: str, part: Any, add: str, listed: str) -> None:
    """Let a list have an item twice that was added twice by concurrent requests with this method."""
    is_concurrent, repeated = concurrent_requests_event(mock, method), set[tuple[int, int]]()

    def add_item(original: Any, user: User, item: Any) -> bool:
        is_new: bool = original(user, item)
        if not is_new and is_concurrent.is_set():
            repeated.add((user.id, item.id))
        return is_new

    def list_items(original: Any, user: User) -> list[Any]:
        entries: list[Any] = original(user)
        return [entry for entry in entries for _ in range(1 + ((user.id, entry[1].id) in repeated))]

    wrap_method(part, add, add_item)
    wrap_method(part, listed, list_items)
