"""The handler of each operation; operations are named as in the OpenAPI document."""

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
    "GET /oauth/authorize": oauth.authorize,
    "POST /oauth/authorize": oauth.decide,
    "POST /oauth/access_token": oauth.access_token,
    "POST /sources/register": sources.register,
    "GET /sources/status": sources.get_status,
    "GET /audio_clips": clips.search,
    "GET /audio_clips/featured": clips.list_featured,
    "GET /audio_clips/popular": clips.list_popular,
    "GET /audio_clips/{clip_id}": clips.show,
    "PUT /audio_clips/{clip_id}": clips.update,
    "DELETE /audio_clips/{clip_id}": clips.delete,
    "GET /audio_clips/{clip_id}.mp3": clips.redirect_to_mp3,
    "GET /boos/{name}.mp3": clips.stream_mp3,
    "GET /audio_clips/{clip_id}/comments": comments.list_by_clip,
    "POST /audio_clips/{clip_id}/comments": comments.create,
    "DELETE /audio_clips/{clip_id}/comments/{comment_id}": comments.delete,
    "POST /audio_clips/{clip_id}/favourites": favourites.add,
    "DELETE /audio_clips/{clip_id}/favourites": favourites.remove,
    "GET /tag/{tag}/audio_clips": clips.list_by_tag,
    "GET /users": users.search,
    "GET /users/{user_id}": users.show,
    "GET /users/{user_id}/audio_clips": clips.list_by_user,
    "GET /users/{user_id}/audio_clips/followed": clips.list_followed_by_user,
    "GET /users/{user_id}/audio_clips/favourites": clips.list_favourites_of_user,
    "GET /users/{user_id}/followings": users.list_followings,
    "GET /users/{user_id}/followers": users.list_followers,
    "GET /users/{user_id}/playlists": playlists.list_by_user,
    "GET /account": account.show,
    "PUT /account": account.update,
    "GET /account/audio_clips": account.list_clips,
    "POST /account/audio_clips": clips.upload,
    "GET /account/audio_clips/followed": account.list_followed_clips,
    "GET /account/audio_clips/favourites": account.list_favourites,
    "GET /account/followings": account.list_followings,
    "POST /account/followings": followings.follow,
    "DELETE /account/followings": followings.unfollow,
    "POST /playlists": playlists.create,
    "GET /playlists/{playlist_id}": playlists.show,
    "PUT /playlists/{playlist_id}": playlists.update,
    "DELETE /playlists/{playlist_id}": playlists.delete,
    "POST /playlists/{playlist_id}/memberships": playlists.add_clip,
    "PUT /playlists/{playlist_id}/memberships/{membership_id}": playlists.move_clip,
    "DELETE /playlists/{playlist_id}/memberships/{membership_id}": playlists.remove_clip,
    "POST /attachments": attachments.create,
    "PUT /attachments/{attachment_id}": attachments.append_chunk,
}
