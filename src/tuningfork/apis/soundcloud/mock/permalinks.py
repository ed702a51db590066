"""Permalinks (https://developers.soundcloud.com/docs/api/guide#soundcloud-urls)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tuningfork.apis.soundcloud.mock.entities import Shared, Track, User
from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud
    from tuningfork.apis.soundcloud.mock.call import Call

HOSTS = frozenset({"soundcloud.com", "www.soundcloud.com", "m.soundcloud.com"})
Found = User | Shared


class Permalinks:
    """Finds what a URL of the site shows."""

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock

    def need(self, call: Call) -> Found:
        """What the request's `url` shows to this viewer.

        Raises:
            Refusal: 400 without a URL (SC-URL-04), 404 for one of nothing here (SC-URL-02, SC-URL-03).
        """
        url = call.args.get("url")
        if not url:
            raise Refusal(400, "url is missing")
        found = self.find(url, call)
        if found is None:
            raise Refusal(404)
        return found

    def find(self, url: str, call: Call) -> Found | None:
        """What a URL of the site shows to this viewer; None where it shows nothing, or is of elsewhere."""
        parts = self.parts(url)
        found = self.at(parts) if parts else None
        if found is None or isinstance(found, User):
            return found
        return found if self.may_see(found, parts, call) else None

    def parts(self, url: str) -> list[str]:
        """The path of a URL of the site, in its parts; none for any other URL."""
        try:
            split = urlsplit(url)
            ours = split.scheme in ("http", "https") and self.is_ours(split.netloc)
        except ValueError:
            ours = False
        return split.path.strip("/").split("/") if ours else []

    def is_ours(self, host: str) -> bool:
        """Whether a host, with its port and all, is the site."""
        return host.lower() in HOSTS

    def at(self, parts: list[str]) -> Found | None:
        """`[user]`, `[user, track]` or `[user, "sets", playlist]`, with a secret token behind them or not."""
        users = (user for user in self.mock.users.all() if user.permalink == parts[0])
        user = next(users, None)
        if user is None or len(parts) == 1:
            return user
        if parts[1] == "sets":
            return self.named(self.mock.playlists.of(user), parts[2:])
        return self.named(self.mock.tracks.of(user), parts[1:])

    def named(self, things: Sequence[Shared], parts: list[str]) -> Shared | None:
        """The one of this permalink, if nothing but its secret token follows."""
        for thing in things:
            if parts in ([thing.permalink], [thing.permalink, thing.secret_token]):
                return thing
        return None

    def may_see(self, thing: Shared, parts: list[str], call: Call) -> bool:
        """Whether it is public, the viewer's, or the URL has its secret token."""
        return parts[-1] == thing.secret_token or self.mock.guard.sees(thing, call)

    def location(self, found: Found, call: Call) -> str:
        """Where the API has it."""
        if isinstance(found, User):
            return f"{call.base}/users/{found.id}"
        kind = "tracks" if isinstance(found, Track) else "playlists"
        uri = f"{call.base}/{kind}/{found.id}"
        return uri if found.sharing == "public" else f"{uri}?secret_token={found.secret_token}"
