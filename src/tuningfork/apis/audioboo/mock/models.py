"""The resources that the mock stores. Times are seconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class User:
    """An account; a user without a password cannot sign in."""

    id: int
    username: str
    password: str | None = None
    profile_name: str | None = None
    profile_location: str | None = None
    profile_description: str | None = None
    profile_website_url: str | None = None
    has_picture: bool = False


@dataclass(slots=True)
class Clip:
    """A recording; `duration` is in seconds, the location in degrees, its accuracy in metres."""

    id: int
    owner: User
    title: str
    duration: float
    recorded_at: int
    uploaded_at: int
    uuid: str | None = None
    description: str | None = None
    tag_list: tuple[str, ...] = ()
    public_location: bool = True
    location_latitude: float | None = None
    location_longitude: float | None = None
    location_accuracy: float = 0.0
    has_image: bool = False
    plays: int = 0


@dataclass(slots=True)
class Comment:
    """A user's comment on a clip."""

    id: int
    clip: Clip
    author: User
    body: str
    posted_at: int


@dataclass(frozen=True, slots=True)
class Membership:
    """A clip in a playlist; its index in the playlist is its position."""

    id: int
    clip_id: int


@dataclass(slots=True)
class Playlist:
    """An ordered list of clips."""

    id: int
    owner: User
    title: str
    memberships: list[Membership] = field(default_factory=list)


@dataclass(slots=True)
class Attachment:
    """A file that is uploaded in chunks; `size` is the number of bytes of the complete file."""

    id: int
    owner: User
    size: int
    filename: str | None
    data: bytearray = field(default_factory=bytearray)
