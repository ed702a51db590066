"""The data of the mock: users, tracks, playlists and comments. Times are in seconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class User:
    """A user account; `password` is None for a user who cannot log in."""

    id: int
    username: str
    permalink: str
    created_at: int
    last_modified: int
    password: str | None = None
    first_name: str = ""
    last_name: str = ""
    city: str | None = None
    country: str | None = None
    description: str | None = None
    website: str | None = None
    plan: str = "Free"


@dataclass(slots=True)
class Track:
    """An uploaded sound and its metadata; `duration` is in milliseconds."""

    id: int
    owner: User
    title: str
    permalink: str
    duration: int
    created_at: int
    last_modified: int
    secret_token: str
    access: str = "playable"
    sharing: str = "public"
    description: str | None = None
    genre: str | None = None
    tag_list: str = ""
    bpm: int | None = None
    license: str = "all-rights-reserved"
    embeddable_by: str = "all"
    commentable: bool = True
    downloadable: bool = True
    streamable: bool = True
    label_name: str | None = None
    release: str | None = None
    release_date: tuple[int, int, int] | None = None
    isrc: str | None = None
    key_signature: str | None = None
    purchase_url: str | None = None
    purchase_title: str | None = None
    artwork_url: str | None = None
    playback_count: int = 0


@dataclass(slots=True)
class Playlist:
    """An ordered list of track ids and its metadata."""

    id: int
    owner: User
    title: str
    permalink: str
    created_at: int
    last_modified: int
    secret_token: str
    tracks: list[int] = field(default_factory=list)
    sharing: str = "public"
    description: str | None = None
    genre: str | None = None
    tag_list: str = ""
    license: str = "all-rights-reserved"
    ean: str | None = None
    label_name: str | None = None
    release: str | None = None
    release_date: tuple[int, int, int] | None = None
    purchase_url: str | None = None
    purchase_title: str | None = None
    set_type: str | None = None
    artwork_url: str | None = None


@dataclass(slots=True)
class Comment:
    """A comment on a track; `timestamp` is a position in milliseconds, None for the whole track."""

    id: int
    track: Track
    author: User
    body: str
    created_at: int
    timestamp: int | float | None = None


Item = Track | Playlist
"""A resource that is public, or private with a secret token."""
