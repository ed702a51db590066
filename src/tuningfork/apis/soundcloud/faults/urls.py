"""What goes wrong with permalinks (https://developers.soundcloud.com/docs/api/guide#soundcloud-urls)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.soundcloud.mock.call import reply
from tuningfork.apis.soundcloud.mock.entities import Playlist
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import around, around_handler
from tuningfork.mock.errors import Refusal

RESOLVE = "GET /resolve"


@fault("SC-URL-01")
def playlist_resolves_to_its_tracks(mock: Any) -> None:
    """The permalink of a playlist leads to the list of its tracks."""
    around(
        mock.permalinks,
        "location",
        lambda location, found, call: (
            location(found, call) + ("/tracks" if isinstance(found, Playlist) and _resolves(call) else "")
        ),
    )


@fault("SC-URL-01")
def resolve_has_no_location(mock: Any) -> None:
    """302 comes without a Location header; the body has it."""

    def resolve(handle: Any, mock: Any, call: Any) -> Any:
        answer = handle(mock, call)
        del answer.headers["Location"]
        return answer

    around_handler(mock.handlers, RESOLVE, resolve)


@fault("SC-URL-02")
def unknown_track_resolves_to_its_user(mock: Any) -> None:
    """A permalink of a track that does not exist leads to the user in it."""
    around(mock.permalinks, "at", lambda at, parts: at(parts) or at(parts[:1]))


@fault("SC-URL-02")
def permalink_with_a_tail_resolves(mock: Any) -> None:
    """Whatever stands behind a track's permalink is passed over."""
    around(mock.permalinks, "at", lambda at, parts: at(parts) or at(parts[:2]))


@fault("SC-URL-03")
def foreign_url_is_redirected_to(mock: Any) -> None:
    """A URL of another host is answered by a redirect to it."""

    def resolve(handle: Any, mock: Any, call: Any) -> Any:
        try:
            return handle(mock, call)
        except Refusal as refusal:
            url = call.args.get("url", "")
            if mock.permalinks.parts(url) or not url.startswith("http"):
                raise refusal
            return reply({"status": "302 - Found", "location": url}, 302, {"Location": url})

    around_handler(mock.handlers, RESOLVE, resolve)


@fault("SC-URL-03")
def host_is_known_by_its_end(mock: Any) -> None:
    """`evilsoundcloud.com` is taken for the site."""
    mock.permalinks.is_ours = lambda host: host.lower().endswith("soundcloud.com")


@fault("SC-URL-04", "SC-URL-01")
def no_url_is_the_start_page(mock: Any) -> None:
    """Without `url` the answer is 200."""

    def resolve(handle: Any, mock: Any, call: Any) -> Any:
        return handle(mock, call) if call.args.get("url") else reply({"location": None})

    around_handler(mock.handlers, RESOLVE, resolve)


@fault("SC-URL-04")
def empty_url_leads_to_the_api(mock: Any) -> None:
    """An empty `url` is answered by a redirect to the API itself; without any it is 400."""

    def resolve(handle: Any, mock: Any, call: Any) -> Any:
        if call.args.get("url") != "":
            return handle(mock, call)
        return reply({"status": "302 - Found", "location": call.base}, 302, {"Location": call.base})

    around_handler(mock.handlers, RESOLVE, resolve)


def _resolves(call: Any) -> bool:
    return bool(call.operation == RESOLVE)
