"""Every operation of the API and what handles it, by the contract's keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response

from tuningfork.apis.audioboo.mock.handlers import (
    account,
    attachments,
    clips,
    comments,
    favourites,
    followings,
    oauth,
    playlists,
    sources,
    users,
)

Handler = Callable[..., Response]

ROUTES: Mapping[str, Handler] = {
    "POST /oauth/request_token": oauth.request_token,
    "GET /oauth/authorize": oauth.ask,
    "POST /oauth/authorize": oauth.decide,
    "POST /oauth/access_token": oauth.access_token,
    "POST /sources/register": sources.register,
    "GET /sources/status": sources.status,
    "GET /audio_clips": clips.index,
    "GET /audio_clips/featured": clips.featured,
    "GET /audio_clips/popular": clips.popular,
    "GET /audio_clips/{clip_id}": clips.show,
    "PUT /audio_clips/{clip_id}": clips.change,
    "DELETE /audio_clips/{clip_id}": clips.delete,
    "GET /audio_clips/{clip_id}.mp3": clips.mp3,
    "GET /boos/{name}.mp3": clips.audio,
    "GET /audio_clips/{clip_id}/comments": comments.index,
    "POST /audio_clips/{clip_id}/comments": comments.create,
    "DELETE /audio_clips/{clip_id}/comments/{comment_id}": comments.delete,
    "POST /audio_clips/{clip_id}/favourites": favourites.add,
    "DELETE /audio_clips/{clip_id}/favourites": favourites.remove,
    "GET /tag/{tag}/audio_clips": clips.of_tag,
    "GET /users": users.index,
    "GET /users/{user_id}": users.show,
    "GET /users/{user_id}/audio_clips": clips.of_user,
    "GET /users/{user_id}/audio_clips/followed": clips.followed_by_user,
    "GET /users/{user_id}/audio_clips/favourites": clips.favourites_of_user,
    "GET /users/{user_id}/followings": users.followings,
    "GET /users/{user_id}/followers": users.followers,
    "GET /users/{user_id}/playlists": playlists.of_user,
    "GET /account": account.show,
    "PUT /account": account.change,
    "GET /account/audio_clips": account.clips,
    "POST /account/audio_clips": clips.upload,
    "GET /account/audio_clips/followed": account.followed,
    "GET /account/audio_clips/favourites": account.favourites,
    "GET /account/followings": account.followings,
    "POST /account/followings": followings.follow,
    "DELETE /account/followings": followings.unfollow,
    "POST /playlists": playlists.create,
    "GET /playlists/{playlist_id}": playlists.show,
    "PUT /playlists/{playlist_id}": playlists.change,
    "DELETE /playlists/{playlist_id}": playlists.delete,
    "POST /playlists/{playlist_id}/memberships": playlists.add_member,
    "PUT /playlists/{playlist_id}/memberships/{membership_id}": playlists.move_member,
    "DELETE /playlists/{playlist_id}/memberships/{membership_id}": playlists.remove_member,
    "POST /attachments": attachments.create,
    "PUT /attachments/{attachment_id}": attachments.extend,
}
