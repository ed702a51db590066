"""Permalinks (https://developers.soundcloud.com/docs/api/guide#soundcloud-urls)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from tuningfork.apis.soundcloud.mock.authorization import Authorization
from tuningfork.apis.soundcloud.mock.models import Item, Track, User
from tuningfork.apis.soundcloud.mock.playlists import Playlists
from tuningfork.apis.soundcloud.mock.request_context import RequestContext
from tuningfork.apis.soundcloud.mock.tracks import Tracks
from tuningfork.apis.soundcloud.mock.users import Users
from tuningfork.mock.errors import HttpError

HOSTS = frozenset({"soundcloud.com", "www.soundcloud.com", "m.soundcloud.com"})
Resource = User | Item


class Permalinks:
    """Resolves URLs of soundcloud.com to users, tracks and playlists."""

    def __init__(
        self, authorization: Authorization, users: Users, tracks: Tracks, playlists: Playlists
    ) -> None:
        self._authorization = authorization
        self._users = users
        self._tracks = tracks
        self._playlists = playlists

    def get_or_404(self, context: RequestContext) -> Resource:
        """Return the resource of the request's parameter `url`.

        Raises:
            HttpError: 400 without `url` (SC-URL-04), 404 if it resolves to nothing (SC-URL-02, SC-URL-03).
        """
        url = context.args.get("url")
        if not url:
            raise HttpError(400, "url is missing")
        resource = self.find(url, context)
        if resource is None:
            raise HttpError(404)
        return resource

    def find(self, url: str, context: RequestContext) -> Resource | None:
        """Return the resource of a URL, or None if it does not exist or the viewer may not see it."""
        segments = self.path_segments(url)
        resource = self.find_by_path(segments) if segments else None
        if resource is None or isinstance(resource, User):
            return resource
        return resource if self.can_see(resource, segments, context) else None

    def path_segments(self, url: str) -> list[str]:
        """Return the path segments of a URL of the site, an empty list for any other URL."""
        try:
            split = urlsplit(url)
            is_of_site = split.scheme in ("http", "https") and self.is_site_host(split.netloc)
        except ValueError:
            is_of_site = False
        return split.path.strip("/").split("/") if is_of_site else []

    def is_site_host(self, host: str) -> bool:
        """Return whether a host, including its port, is a host of the site."""
        return host.lower() in HOSTS

    def find_by_path(self, segments: list[str]) -> Resource | None:
        """Return the resource at `[user]`, `[user, track]` or `[user, "sets", playlist]`, or None.

        A secret token may follow a track or a playlist.
        """
        users = (user for user in self._users.list_all() if user.permalink == segments[0])
        user = next(users, None)
        if user is None or len(segments) == 1:
            return user
        if segments[1] == "sets":
            return self.find_by_permalink(self._playlists.list_by_user(user), segments[2:])
        return self.find_by_permalink(self._tracks.list_by_user(user), segments[1:])

    def find_by_permalink(self, items: Sequence[Item], segments: list[str]) -> Item | None:
        """Return the item with the permalink `segments[0]`; only its secret token may follow."""
        for item in items:
            if segments in ([item.permalink], [item.permalink, item.secret_token]):
                return item
        return None

    def can_see(self, item: Item, segments: list[str], context: RequestContext) -> bool:
        """Return whether the URL has the item's secret token or the viewer may see the item without it."""
        return segments[-1] == item.secret_token or self._authorization.can_see(item, context)

    def api_url(self, resource: Resource, context: RequestContext) -> str:
        """Return the URL of the resource in the API, with the secret token of a private item."""
        if isinstance(resource, User):
            return f"{context.base}/users/{resource.id}"
        kind = "tracks" if isinstance(resource, Track) else "playlists"
        uri = f"{context.base}/{kind}/{resource.id}"
        return uri if resource.sharing == "public" else f"{uri}?secret_token={resource.secret_token}"
