"""What goes wrong with permalinks (https://developers.soundcloud.com/docs/api/guide#soundcloud-urls)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.soundcloud.mock.models import Playlist
from tuningfork.apis.soundcloud.mock.request_context import json_response
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

RESOLVE = "GET /resolve"


@fault("SC-URL-01")
def playlist_resolves_to_its_tracks(mock: Any) -> None:
    """The permalink of a playlist leads to the list of its tracks."""
    wrap_method(
        mock.permalinks,
        "api_url",
        lambda original, found, context: (
            original(found, context)
            + ("/tracks" if isinstance(found, Playlist) and _resolves(context) else "")
        ),
    )


@fault("SC-URL-01")
def resolve_has_no_location(mock: Any) -> None:
    """302 comes without a Location header; the body has it."""

    def resolve(original: Any, mock: Any, context: Any) -> Any:
        answer = original(mock, context)
        del answer.headers["Location"]
        return answer

    wrap_handler(mock.handlers, RESOLVE, resolve)


@fault("SC-URL-02")
def unknown_track_resolves_to_its_user(mock: Any) -> None:
    """A permalink of a track that does not exist leads to the user in it."""
    wrap_method(
        mock.permalinks, "find_by_path", lambda original, parts: original(parts) or original(parts[:1])
    )


@fault("SC-URL-02")
def permalink_with_a_tail_resolves(mock: Any) -> None:
    """Whatever stands behind a track's permalink is passed over."""
    wrap_method(
        mock.permalinks, "find_by_path", lambda original, parts: original(parts) or original(parts[:2])
    )


@fault("SC-URL-03")
def foreign_url_is_redirected_to(mock: Any) -> None:
    """A URL of another host is answered by a redirect to it."""

    def resolve(original: Any, mock: Any, context: Any) -> Any:
        try:
            return original(mock, context)
        except HttpError as refusal:
            url = context.args.get("url", "")
            if mock.permalinks.path_segments(url) or not url.startswith("http"):
                raise refusal
            return json_response({"status": "302 - Found", "location": url}, 302, {"Location": url})

    wrap_handler(mock.handlers, RESOLVE, resolve)


@fault("SC-URL-03")
def host_is_known_by_its_end(mock: Any) -> None:
    """`evilsoundcloud.com` is taken for the site."""
    mock.permalinks.is_site_host = lambda host: host.lower().endswith("soundcloud.com")


@fault("SC-URL-04", "SC-URL-01")
def no_url_is_the_start_page(mock: Any) -> None:
    """Without `url` the answer is 200."""

    def resolve(original: Any, mock: Any, context: Any) -> Any:
        return original(mock, context) if context.args.get("url") else json_response({"location": None})

    wrap_handler(mock.handlers, RESOLVE, resolve)


@fault("SC-URL-04")
def empty_url_leads_to_the_api(mock: Any) -> None:
    """An empty `url` is answered by a redirect to the API itself; without any it is 400."""

    def resolve(original: Any, mock: Any, context: Any) -> Any:
        if context.args.get("url") != "":
            return original(mock, context)
        return json_response(
            {"status": "302 - Found", "location": context.base}, 302, {"Location": context.base}
        )

    wrap_handler(mock.handlers, RESOLVE, resolve)


def _resolves(context: Any) -> bool:
    return bool(context.operation == RESOLVE)
