"""The handler of every operation; operations have the names of the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response

from tuningfork.apis.soundcloud.mock.handlers import (
    activities,
    comments,
    connect,
    likes,
    lookup,
    playlists,
    reposts,
    streams,
    token,
    tracks,
    users,
)

Handler = Callable[..., Response]

ROUTES_WITHOUT_CLAIMS: Mapping[str, Handler] = {
    "GET /me/activities/tracks": activities.tracks,
    "GET /me/activities/all/own": activities.own,
    "GET /me/followers/{follower_id}": users.my_follower,
    "GET /tracks/{track_id}/reposters": reposts.reposters_of_track,
    "GET /playlists/{playlist_id}/reposters": reposts.reposters_of_playlist,
    "GET /users/{user_id}/favorites": likes.tracks_of_user,
    "GET /users/{user_id}/followings/{following_id}": users.following,
    "GET /users/{user_id}/web-profiles": users.web_profiles,
    "POST /reposts/tracks/{track_id}": reposts.repost_track,
    "DELETE /reposts/tracks/{track_id}": reposts.remove_repost_of_track,
    "POST /reposts/playlists/{playlist_id}": reposts.repost_playlist,
    "DELETE /reposts/playlists/{playlist_id}": reposts.remove_repost_of_playlist,
}
"""Operations that no claim covers: they are in the vendor's documents of 2021 and 2026, not in its guide."""

ROUTES: Mapping[str, Handler] = {
    "GET /connect": connect.show_page,
    "POST /connect/consent": connect.decide,
    "POST /oauth2/token": token.issue,
    "GET /me": users.me,
    "GET /me/tracks": tracks.mine,
    "GET /me/playlists": playlists.mine,
    "GET /me/likes/tracks": likes.my_tracks,
    "GET /me/likes/playlists": likes.my_playlists,
    "GET /me/followings": users.my_followings,
    "GET /me/followings/tracks": tracks.of_followings,
    "GET /me/followings/{user_id}": users.followed,
    "PUT /me/followings/{user_id}": users.follow,
    "DELETE /me/followings/{user_id}": users.unfollow,
    "GET /me/followers": users.my_followers,
    "GET /me/activities": activities.index,
    "GET /tracks": tracks.index,
    "POST /tracks": tracks.upload,
    "GET /tracks/{track_id}": tracks.show,
    "PUT /tracks/{track_id}": tracks.update,
    "DELETE /tracks/{track_id}": tracks.delete,
    "GET /tracks/{track_id}/streams": streams.links,
    "GET /tracks/{track_id}/stream": streams.redirect,
    "GET /tracks/{track_id}/favoriters": tracks.favoriters,
    "GET /tracks/{track_id}/related": tracks.related,
    "GET /tracks/{track_id}/comments": comments.index,
    "POST /tracks/{track_id}/comments": comments.create,
    "GET /playlists": playlists.index,
    "POST /playlists": playlists.create,
    "GET /playlists/{playlist_id}": playlists.show,
    "PUT /playlists/{playlist_id}": playlists.update,
    "DELETE /playlists/{playlist_id}": playlists.delete,
    "GET /playlists/{playlist_id}/tracks": playlists.tracks,
    "GET /users": users.index,
    "GET /users/{user_id}": users.show,
    "GET /users/{user_id}/tracks": tracks.list_by_user,
    "GET /users/{user_id}/playlists": playlists.list_by_user,
    "GET /users/{user_id}/followers": users.followers,
    "GET /users/{user_id}/followings": users.followings,
    "GET /users/{user_id}/likes/tracks": likes.tracks_of_user,
    "POST /likes/tracks/{track_id}": likes.like_track,
    "DELETE /likes/tracks/{track_id}": likes.unlike_track,
    "POST /likes/playlists/{playlist_id}": likes.like_playlist,
    "DELETE /likes/playlists/{playlist_id}": likes.unlike_playlist,
    "GET /resolve": lookup.resolve,
    "GET /oembed": lookup.oembed,
    "GET /media/{track_id}/{signature}/{file}": streams.media,
    **ROUTES_WITHOUT_CLAIMS,
}
