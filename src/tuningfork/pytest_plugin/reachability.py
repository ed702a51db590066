"""Checks before a run that base_url leads to the API, and not to no server or to another website."""

from __future__ import annotations

import requests

from tuningfork import apis
from tuningfork.client.config import Settings
from tuningfork.client.network import NetworkAdapter
from tuningfork.client.no_response import describe_failure
from tuningfork.client.route import Route
from tuningfork.client.session import IsolatedSession


class UnreachableError(Exception):
    """The API cannot be reached at its base_url; the message says why and what to correct."""


def expect_reachable(name: str, settings: Settings, route: Route) -> None:
    """Send a request to each reachability path of an API, or to base_url if it has none.

    Raises:
        UnreachableError: there is no response, or all responses are 404 or HTML pages.
    """
    profile = apis.profile(name)
    paths = profile.reachability_paths
    with IsolatedSession(NetworkAdapter(route)) as session:
        responses = [_get(session, settings.base_url, path, route) for path in paths or ("",)]
    statuses = {response.status_code for response in responses}
    if paths and statuses == {404}:
        raise UnreachableError(
            f"{settings.base_url} returns 404 for {', '.join(paths)}, "
            f"so it is not the {profile.title} API; correct base_url."
        )
    are_pages = all("html" in response.headers.get("content-type", "") for response in responses)
    if are_pages and not statuses & {401, 429}:
        raise UnreachableError(
            f"{settings.base_url} returns HTML, not the {profile.title} API; correct base_url."
        )


def _get(session: requests.Session, base_url: str, path: str, route: Route) -> requests.Response:
    """Return the response to GET; raise UnreachableError if no response arrives."""
    try:
        return session.get(base_url.rstrip("/") + path, allow_redirects=False)
    except requests.exceptions.SSLError:
        reason = "its TLS certificate is not trusted"
        remedy = "correct base_url, or set `ca` to the certificate of its CA"
    except (requests.RequestException, OSError) as error:
        reason = f"no response: {describe_failure(error, route.timeout)}"
        remedy = "correct base_url or start the server"
    raise UnreachableError(f"{base_url} can't be reached ({reason}); {remedy}.")
