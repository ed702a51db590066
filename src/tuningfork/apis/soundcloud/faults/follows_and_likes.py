"""What goes wrong with ties (https://developers.soundcloud.com/docs/api/guide#follow-and-like)."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.soundcloud.mock.models import Track, User
from tuningfork.apis.soundcloud.mock.request_context import json_response
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

FOLLOW = "PUT /me/followings/{user_id}"


@fault("SC-SOC-01")
def who_is_followed_twice_is_listed_twice(mock: Any) -> None:
    """A second PUT puts the user into /me/followings once more."""
    again: list[tuple[int, int]] = []

    def follow(original: Any, follower: User, followed: User) -> bool:
        new: bool = original(follower, followed)
        if not new:
            again.append((follower.id, followed.id))
        return new

    def followings(original: Any, user: User) -> list[tuple[int, User]]:
        listed: list[tuple[int, User]] = original(user)
        return [entry for entry in listed for _ in range(1 + ((user.id, entry[1].id) in again))]

    wrap_method(mock.users, "follow", follow)
    wrap_method(mock.users, "followings", followings)


@fault("SC-SOC-01")
def following_again_is_a_conflict(mock: Any) -> None:
    """A PUT for somebody who is followed already is answered 409."""

    def follow(original: Any, mock: Any, context: Any, user_id: str) -> Any:
        answer = original(mock, context, user_id)
        if answer.status_code == 200:
            raise HttpError(409, "You follow this user.")
        return answer

    wrap_handler(mock.handlers, FOLLOW, follow)


@fault("SC-SOC-01")
def following_undoes_itself(mock: Any) -> None:
    """A second PUT takes the user out again."""
    wrap_method(
        mock.users,
        "follow",
        lambda original, follower, followed: (
            original(follower, followed) or not mock.users.unfollow(follower, followed)
        ),
    )


@fault("SC-SOC-02", "SC-SOC-05")
def unfollowing_does_nothing(mock: Any) -> None:
    """DELETE is answered 200, but the user stays in /me/followings."""
    mock.users.unfollow = lambda _follower, _followed: True


@fault("SC-SOC-02")
def unfollowing_a_stranger_is_unprocessable(mock: Any) -> None:
    """DELETE of somebody who is not followed is answered 422."""

    def unfollow(original: Any, mock: Any, context: Any, user_id: str) -> Any:
        if not mock.users.follows.has(context.user.id, mock.users.require(user_id).id):
            raise HttpError(422, "You don't follow this user.")
        return original(mock, context, user_id)

    wrap_handler(mock.handlers, "DELETE /me/followings/{user_id}", unfollow)


@fault("SC-SOC-03")
def nobody_can_be_followed(mock: Any) -> None:
    """Following a user who does not exist is answered 200."""

    def follow(original: Any, mock: Any, context: Any, user_id: str) -> Any:
        if mock.users.find(mock.number(user_id)) is None:
            return json_response({"status": "200 - OK"})
        return original(mock, context, user_id)

    wrap_handler(mock.handlers, FOLLOW, follow)


@fault("SC-SOC-04")
def newest_follower_is_not_listed(mock: Any) -> None:
    """The followers of a user lack the one who came last."""
    wrap_method(mock.users, "followers", lambda original, user: original(user)[1:])


@fault("SC-SOC-05")
def tracks_of_the_unfollowed_stay(mock: Any) -> None:
    """/me/followings/tracks has the tracks of everybody whom the user has ever followed."""
    ever: list[tuple[int, User]] = []

    def follow(original: Any, follower: User, followed: User) -> bool:
        ever.append((follower.id, followed))
        new: bool = original(follower, followed)
        return new

    def followings(original: Any, user: User) -> list[tuple[int, User]]:
        listed: list[tuple[int, User]] = original(user)
        known = {followed.id for _, followed in listed}
        gone = {it.id: it for who, it in ever if who == user.id and it.id not in known}
        return listed + [(0, it) for it in gone.values()] if request.path.endswith("/tracks") else listed

    wrap_method(mock.users, "follow", follow)
    wrap_method(mock.users, "followings", followings)


@fault("SC-SOC-05")
def new_tracks_of_the_followed_are_missing(mock: Any) -> None:
    """/me/followings/tracks leaves out what was uploaded since the mock began."""
    old = {track.id for track in mock.tracks.public()}

    def public_of_user(original: Any, user: User) -> list[Track]:
        tracks: list[Track] = original(user)
        return [it for it in tracks if it.id in old] if request.path == "/me/followings/tracks" else tracks

    wrap_method(mock.tracks, "public_of_user", public_of_user)


@fault("SC-SOC-06")
def second_like_takes_the_first_away(mock: Any) -> None:
    """Liking a track that is liked already unlikes it."""
    wrap_method(
        mock.tracks,
        "like",
        lambda original, user, track: original(user, track) or not mock.tracks.unlike(user, track),
    )


@fault("SC-SOC-06")
def unliking_is_answered_204(mock: Any) -> None:
    """DELETE of a like of a track is answered 204."""

    def unlike(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        answer = original(mock, context, track_id)
        answer.status_code = 204
        answer.set_data(b"")
        return answer

    wrap_handler(mock.handlers, "DELETE /likes/tracks/{track_id}", unlike)


@fault("SC-SOC-06")
def new_like_is_not_in_the_list(mock: Any) -> None:
    """A like is in /me/likes/tracks only after the next one has come."""
    wrap_method(mock.tracks, "liked_by", lambda original, user: original(user)[1:])


@fault("SC-SOC-07")
def playlist_stays_liked(mock: Any) -> None:
    """DELETE of a like of a playlist is answered 200, and the playlist stays."""
    mock.playlists.unlike = lambda _user, _playlist: True


@fault("SC-SOC-07")
def playlist_is_liked_for_everybody(mock: Any) -> None:
    """The like of a playlist is kept for its owner instead of who likes it."""
    wrap_method(mock.playlists, "like", lambda original, _user, playlist: original(playlist.owner, playlist))


@fault("SC-SOC-08")
def playlist_that_is_not_there_is_liked(mock: Any) -> None:
    """Liking a playlist that does not exist is answered 200; a track is answered 404."""

    def like(original: Any, mock: Any, context: Any, playlist_id: str) -> Any:
        if mock.playlists.find(mock.number(playlist_id)) is None:
            return json_response({"status": "200 - OK"})
        return original(mock, context, playlist_id)

    wrap_handler(mock.handlers, "POST /likes/playlists/{playlist_id}", like)


@fault("SC-SOC-08")
def deleted_track_can_be_liked(mock: Any) -> None:
    """Liking a track that was deleted is answered 200."""
    deleted: set[str] = set()

    def delete(original: Any, track: Track) -> None:
        deleted.add(str(track.id))
        original(track)

    def like(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        return (
            json_response({"status": "200 - OK"})
            if track_id in deleted
            else original(mock, context, track_id)
        )

    wrap_method(mock.tracks, "delete", delete)
    wrap_handler(mock.handlers, "POST /likes/tracks/{track_id}", like)
