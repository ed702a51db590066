"""Playlists (https://developers.soundcloud.com/docs/api/guide#playlists)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import Any

from tuningfork.apis.soundcloud.mock.authorization import Authorization
from tuningfork.apis.soundcloud.mock.models import Playlist, Track, User
from tuningfork.apis.soundcloud.mock.request_context import RequestContext
from tuningfork.apis.soundcloud.mock.request_parsing import Properties
from tuningfork.apis.soundcloud.mock.timestamps import format_timestamp
from tuningfork.apis.soundcloud.mock.tracks import Tracks
from tuningfork.apis.soundcloud.mock.users import SITE, Users
from tuningfork.mock.clock import Clock
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import slug
from tuningfork.mock.state import Association, IdSequence

Key = tuple[int, int]


class Playlists:
    """All playlists, and which users like and repost them.

    Args:
        parse_id: returns the id in a path segment, None for other text.
    """

    def __init__(
        self,
        clock: Clock,
        parse_id: Callable[[str], int | None],
        authorization: Authorization,
        users: Users,
        tracks: Tracks,
    ) -> None:
        self._clock = clock
        self._parse_id = parse_id
        self._authorization = authorization
        self._users = users
        self._tracks = tracks
        self.ids = IdSequence(900_001)
        self.likes = Association()
        self.reposts = Association()
        self._playlists: dict[int, Playlist] = {}

    def add(self, playlist: Playlist) -> None:
        """Store a playlist."""
        self._playlists[playlist.id] = playlist

    def create(self, owner: User, properties: Properties) -> Playlist:
        """Create and store a playlist with a new id (SC-LIST-01)."""
        now = int(self._clock.now())
        id_ = self.ids.take()
        name = slug(properties.pop("permalink", None) or properties["title"])
        playlist = Playlist(
            id=id_,
            owner=owner,
            permalink=self.unique_permalink(owner, name or f"set-{id_}", id_),
            created_at=now,
            last_modified=now,
            secret_token=f"s-{secrets.token_urlsafe(12)}",
            **properties,
        )
        self.add(playlist)
        return playlist

    def update(self, playlist: Playlist, properties: Properties) -> None:
        """Set these properties and leave others unchanged; `tracks` replaces all (SC-LIST-04, SC-LIST-05)."""
        if permalink := properties.pop("permalink", None):
            name = slug(permalink) or playlist.permalink
            playlist.permalink = self.unique_permalink(playlist.owner, name, playlist.id)
        for name, value in properties.items():
            setattr(playlist, name, value)
        playlist.last_modified = int(self._clock.now())

    def unique_permalink(self, owner: User, name: str, id_: int) -> str:
        """Return `name`, with the id appended if another playlist of the owner has that permalink."""
        is_taken = any(
            playlist.permalink == name and playlist.id != id_ for playlist in self.list_by_user(owner)
        )
        return f"{name}-{id_}" if is_taken else name

    def delete(self, playlist: Playlist) -> None:
        """Delete a playlist, its likes and its reposts, but not its tracks (SC-LIST-10)."""
        del self._playlists[playlist.id]
        self.likes.forget(playlist.id)
        self.reposts.forget(playlist.id)

    def remove_track(self, track: Track) -> None:
        """Remove a deleted track from every playlist (SC-TRACK-06)."""
        for playlist in self._playlists.values():
            if track.id in playlist.tracks:
                playlist.tracks = [id_ for id_ in playlist.tracks if id_ != track.id]

    def parse_tracks(self, value: Any, context: RequestContext) -> list[int]:
        """Return the track ids of `[{"id": …}]` without duplicates.

        Raises:
            HttpError: 422 for a value that is not a list or a track that does not exist (SC-LIST-11).
        """
        if not isinstance(value, list):
            raise HttpError(422, "tracks is not a list")
        return list(dict.fromkeys(self.parse_track_id(item, context) for item in value))

    def parse_track_id(self, item: Any, context: RequestContext) -> int:
        """Return the id of `{"id": …}`; HttpError 422 if the viewer can see no track with this id."""
        id_ = item.get("id") if isinstance(item, dict) else None
        if isinstance(id_, str):
            id_ = self._parse_id(id_)
        if isinstance(id_, bool) or not isinstance(id_, int):
            raise HttpError(422, "a track has no id")
        track = self._tracks.find(id_)
        if track is None or not self._authorization.can_see(track, context):
            raise HttpError(422, f"track {id_} does not exist")
        return id_

    def find(self, id_: int | None) -> Playlist | None:
        """Return the playlist with this id, or None."""
        return self._playlists.get(id_) if id_ is not None else None

    def get_or_404(self, text: str, context: RequestContext) -> Playlist:
        """Return the playlist whose id is in the path.

        Raises:
            HttpError: 404 if it does not exist or the viewer may not see it (SC-LIST-08).
        """
        playlist = self.find(self._parse_id(text))
        if playlist is None or not self._authorization.can_see(playlist, context):
            raise HttpError(404)
        return playlist

    def list_by_user(self, user: User) -> list[Playlist]:
        """Return all playlists of a user, newest first."""
        return self.sort_newest_first(
            playlist for playlist in self._playlists.values() if playlist.owner.id == user.id
        )

    def list_public(self) -> list[Playlist]:
        """Return the public playlists of all users, newest first (SC-LIST-08)."""
        return self.sort_newest_first(self.filter_public(self._playlists.values()))

    def list_public_by_user(self, user: User) -> list[Playlist]:
        """Return the public playlists of a user, newest first."""
        return self.filter_public(self.list_by_user(user))

    def filter_public(self, playlists: Iterable[Playlist]) -> list[Playlist]:
        """Return the public ones of these playlists."""
        return [playlist for playlist in playlists if playlist.sharing == "public"]

    def count(self, user: User, sharing: str) -> int:
        """Return the number of a user's playlists whose `sharing` is `public` or `private`."""
        playlists = self._playlists.values()
        return sum(it.owner.id == user.id and it.sharing == sharing for it in playlists)

    def sort_newest_first(self, playlists: Iterable[Playlist]) -> list[Playlist]:
        """Return these playlists, newest first."""
        return sorted(playlists, key=self.sort_key, reverse=True)

    def sort_key(self, playlist: Playlist) -> Key:
        """Return the key by which lists are sorted; the id orders the playlists of one second."""
        return (playlist.created_at, playlist.id)

    def liked_by(self, user: User) -> list[tuple[int, Playlist]]:
        """Return the playlists that a user likes, newest like first, each with a sequence number."""
        return [(number, self._playlists[id_]) for id_, number in self.likes.objects(user.id).items()]

    def like(self, user: User, playlist: Playlist) -> bool:
        """Store a like; return whether it is new (SC-SOC-07)."""
        return self.likes.add(user.id, playlist.id)

    def unlike(self, user: User, playlist: Playlist) -> bool:
        """Delete a like; return whether it was stored."""
        return self.likes.remove(user.id, playlist.id)

    def visible_tracks(self, playlist: Playlist, context: RequestContext) -> list[Track]:
        """Return the tracks of a playlist, in order, that the viewer may see (SC-LIST-07)."""
        tracks = (self._tracks.find(id_) for id_ in playlist.tracks)
        return [track for track in tracks if track and self.can_see_track(track, context)]

    def can_see_track(self, track: Track, context: RequestContext) -> bool:
        """Return whether the viewer may see a track of a playlist.

        The secret token of the playlist does not open a private track.
        """
        return track.sharing == "public" or self._authorization.owns(track, context.viewer)

    def total_duration(self, tracks: Iterable[Track]) -> int:
        """Return the sum of the durations in milliseconds (SC-LIST-13)."""
        return sum(track.duration for track in tracks)

    def secret_token_for(self, playlist: Playlist, context: RequestContext) -> str | None:
        """Return the secret token of a playlist if the viewer owns it, else None."""
        return playlist.secret_token if self._authorization.owns(playlist, context.viewer) else None

    def includes_tracks(self, context: RequestContext) -> bool:
        """Return whether the client wants the tracks in the response (SC-LIST-06)."""
        return context.args.get("show_tracks", "true").lower() not in ("false", "0")

    def serialize(self, playlist: Playlist, context: RequestContext) -> dict[str, Any]:
        """Return the JSON of a playlist for this viewer (SC-LIST-02)."""
        uri = f"{context.base}/playlists/{playlist.id}"
        tracks = self.visible_tracks(playlist, context)
        secret = self.secret_token_for(playlist, context)
        year, month, day = playlist.release_date or (None, None, None)
        return {
            "kind": "playlist",
            "id": playlist.id,
            "title": playlist.title,
            "description": playlist.description,
            "duration": self.total_duration(tracks),
            "track_count": len(tracks),
            "tracks": self._serialize_tracks(tracks, context),
            "tracks_uri": f"{uri}/tracks",
            "sharing": playlist.sharing,
            "secret_token": secret,
            "secret_uri": f"{uri}?secret_token={secret}" if secret else None,
            "created_at": format_timestamp(playlist.created_at),
            "last_modified": format_timestamp(playlist.last_modified),
            "permalink": playlist.permalink,
            "permalink_url": f"{SITE}/{playlist.owner.permalink}/sets/{playlist.permalink}",
            "uri": uri,
            "user_id": playlist.owner.id,
            "user": self._users.serialize_brief(playlist.owner, context),
            "genre": playlist.genre,
            "tag_list": playlist.tag_list,
            "tags": None,
            "license": playlist.license,
            "embeddable_by": "all",
            "streamable": True,
            "downloadable": None,
            "ean": playlist.ean,
            "label": None,
            "label_id": None,
            "label_name": playlist.label_name,
            "release": playlist.release,
            "release_year": year,
            "release_month": month,
            "release_day": day,
            "playlist_type": playlist.set_type,
            "type": playlist.set_type,
            "purchase_url": playlist.purchase_url,
            "purchase_title": playlist.purchase_title,
            "artwork_url": playlist.artwork_url,
            "likes_count": self.likes.count_subjects(playlist.id),
        }

    def _serialize_tracks(self, tracks: list[Track], context: RequestContext) -> list[dict[str, Any]]:
        if not self.includes_tracks(context):
            return []
        return [self._tracks.serialize(track, context) for track in tracks]

    def reset(self) -> None:
        """Delete all playlists, likes and reposts."""
        self.ids.reset()
        self.likes.reset()
        self.reposts.reset()
        self._playlists.clear()
