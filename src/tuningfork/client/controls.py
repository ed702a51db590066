"""Client of the test hooks that a target may support (docs/controls.md)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import requests

from tuningfork import not_verified
from tuningfork.client.conversion import to_request
from tuningfork.client.no_response import CONNECTION_ERRORS, NoResponse, describe_failure
from tuningfork.model import Exchange, ExpectationFailed, Response


class ControlsClient:
    """Calls the test hooks of a target; a hook that it does not support (404) ends the test as not verified.

    Args:
        url: the URL of the hooks.
        session: sends the calls; they are not logged as exchanges of the API.
        timeout: seconds for one call.
        on_call: called with the name of a hook ("clock", "reset", …) before each call of that hook.
        on_response: called with the exchange of each call.

    `was_reset` is true once a reset of the target succeeded, so that its data is the initial data;
    `has_moved_clock` is true once the target's clock was advanced.
    """

    def __init__(
        self,
        url: str,
        session: requests.Session,
        timeout: float,
        on_call: Callable[[str], None],
        on_response: Callable[[Exchange], None] = lambda _: None,
    ) -> None:
        self._url = url.rstrip("/")
        self._session = session
        self._timeout = timeout
        self._on_call = on_call  # gets the name of each hook before its call
        self._on_response = on_response
        self.was_reset = False  # whether a reset of the target has succeeded
        self.has_moved_clock = False  # whether the clock of the target was advanced

    def clock(self, seconds: float) -> None:
        """Advance the target's clock by `seconds`."""
        self._call("clock", {"advance": seconds})
        self.has_moved_clock = True

    def outage(self, status: int, count: int = 1) -> None:
        """Have the target respond to the next `count` requests with a status of 500 or higher."""
        self._call("outage", {"status": status, "count": count})

    def quota(self, bucket: str, used: int) -> None:
        """Set the counter of a rate limit to `used`, for every app."""
        self._call("quota", {"bucket": bucket, "used": used})

    def disable(self, kind: str, value: str) -> None:
        """Revoke a credential; kind is "token", "service_key" or "source_key"."""
        self._call("disable", {"kind": kind, "value": value})

    def reset(self) -> None:
        """Reset the target to its initial state: clock, counters and data; issued tokens become invalid."""
        self._call("reset", {})
        self.was_reset = True

    def reset_after_test(self) -> None:
        """Undo the effects of the hooks that a test called; ignore a target that does not respond."""
        with contextlib.suppress(NoResponse):
            response = self._post("reset", {})
            self.was_reset = self.was_reset or response.status_code == 204

    def _call(self, hook: str, body: Mapping[str, Any]) -> None:
        """Call a hook; a 404 ends the test as not verified, any other status except 204 fails it."""
        self._on_call(hook)
        response = self._post(hook, body)
        self._on_response(Exchange(to_request(response.request), Response(response.status_code)))
        if response.status_code == 404:
            not_verified(f"the target does not support the control /{hook}")
        if response.status_code != 204:
            raise ExpectationFailed(f"204 from the control /{hook}", f"{response.status_code}")

    def _post(self, hook: str, body: Mapping[str, Any]) -> requests.Response:
        """Return the response of a hook; raise NoResponse if the target does not respond."""
        url = f"{self._url}/{hook}"
        try:
            return self._session.post(url, json=body, timeout=self._timeout, allow_redirects=False)
        except CONNECTION_ERRORS as error:
            raise NoResponse(
                f"204 from the control /{hook}", describe_failure(error, self._timeout)
            ) from None
