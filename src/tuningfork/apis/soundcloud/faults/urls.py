"""Faults of permalinks (https://developers.soundcloud.com/docs/api/guide#soundcloud-urls)."""

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
    """GET /resolve of a playlist redirects to the list of its tracks."""
    wrap_method(
        mock.permalinks,
        "api_url",
        lambda original, resource, context: (
            original(resource, context)
            + ("/tracks" if isinstance(resource, Playlist) and _is_resolve(context) else "")
        ),
    )


@fault("SC-URL-01")
def resolve_has_no_location_header(mock: Any) -> None:
    """The redirect of GET /resolve has no Location header."""

    def resolve(original: Any, mock: Any, context: Any) -> Any:
        response = original(mock, context)
        del response.headers["Location"]
        return response

    wrap_handler(mock.handlers, RESOLVE, resolve)


@fault("SC-URL-02")
def missing_track_resolves_to_its_user(mock: Any) -> None:
    """GET /resolve of a missing track redirects to its user instead of returning 404."""
    wrap_method(
        mock.permalinks, "find_by_path", lambda original, parts: original(parts) or original(parts[:1])
    )


@fault("SC-URL-02")
def permalink_with_trailing_segments_resolves(mock: Any) -> None:
    """GET /resolve ignores path segments after the permalink of a track."""
    wrap_method(
        mock.permalinks, "find_by_path", lambda original, parts: original(parts) or original(parts[:2])
    )


@fault("SC-URL-03")
def url_of_another_host_is_redirected_to(mock: Any) -> None:
    """GET /resolve of a URL of another host redirects to this URL instead of returning an error."""

    def resolve(original: Any, mock: Any, context: Any) -> Any:
        try:
            return original(mock, context)
        except HttpError as error:
            url = context.args.get("url", "")
            if mock.permalinks.path_segments(url) or not url.startswith("http"):
                raise error
            return json_response(
                {"status": "302 - Found", "location": url}, status=302, headers={"Location": url}
            )

    wrap_handler(mock.handlers, RESOLVE, resolve)


@fault("SC-URL-03")
def host_with_the_same_suffix_resolves(mock: Any) -> None:
    """GET /resolve accepts every host that ends with `soundcloud.com`, such as `evilsoundcloud.com`."""
    mock.permalinks.is_site_host = lambda host: host.lower().endswith("soundcloud.com")


@fault("SC-URL-04", "SC-URL-01")
def resolve_without_url_returns_200(mock: Any) -> None:
    """GET /resolve without the parameter `url` returns 200."""

    def resolve(original: Any, mock: Any, context: Any) -> Any:
        return original(mock, context) if context.args.get("url") else json_response({"location": None})

    wrap_handler(mock.handlers, RESOLVE, resolve)


@fault("SC-URL-04")
def empty_url_redirects_to_the_api(mock: Any) -> None:
    """GET /resolve with an empty `url` redirects to the base URL of the API."""

    def resolve(original: Any, mock: Any, context: Any) -> Any:
        if context.args.get("url") != "":
            return original(mock, context)
        return json_response(
            {"status": "302 - Found", "location": context.base},
            status=302,
            headers={"Location": context.base},
        )

    wrap_handler(mock.handlers, RESOLVE, resolve)


@fault("SC-URL-02")
def resolved_permalink_is_never_forgotten(mock: Any) -> None:
    """A permalink that was resolved once still redirects after its track or playlist is deleted."""
    resolved: dict[str, Any] = {}

    def find(original: Any, url: str, context: Any) -> Any:
        resource = original(url, context) or resolved.get(url)
        if resource is not None:
            resolved[url] = resource
        return resource

    wrap_method(mock.permalinks, "find", find)


def _is_resolve(context: Any) -> bool:
    return bool(context.operation == RESOLVE)
