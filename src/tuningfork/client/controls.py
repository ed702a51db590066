"""The test hooks that a target may offer (docs/controls.md)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import requests

from tuningfork import not_verified
from tuningfork.client.transport import CONNECTION_ERRORS, NoResponse, describe_failure
from tuningfork.model import ExpectationFailed


class ControlsClient:
    """Moves the clock, breaks things, sets counters.

    A hook that the target does not offer (404) ends the test as not verified.

    Args:
        url: where the hooks are.
        session: sends; what it sends is no exchange of the API.
        timeout: seconds for one call.
        announce: hears the name of each hook before it is called.
    """

    def __init__(
        self, url: str, session: requests.Session, timeout: float, announce: Callable[[str], None]
    ) -> None:
        self._url = url.rstrip("/")
        self._session = session
        self._timeout = timeout
        self._announce = announce
        self.was_reset = False
        self.has_moved_clock = False

    def clock(self, seconds: float) -> None:
        """Let the target's clock go on by so many seconds."""
        self._call("clock", {"advance": seconds})
        self.has_moved_clock = True

    def outage(self, status: int, count: int = 1) -> None:
        """Have the next `count` requests answered with a status of 500 and over."""
        self._call("outage", {"status": status, "count": count})

    def quota(self, bucket: str, used: int) -> None:
        """Set the counter of a rate limit, for every app."""
        self._call("quota", {"bucket": bucket, "used": used})

    def disable(self, kind: str, value: str) -> None:
        """Make a credential stop working; kind is "token", "service_key" or "source_key"."""
        self._call("disable", {"kind": kind, "value": value})

    def reset(self) -> None:
        """Back to the initial state: clock, counters, data; tokens that were issued are gone."""
        self._call("reset", {})
        self.was_reset = True

    def reset_after_test(self) -> None:
        """Undo what a test's hooks did, as far as the target can."""
        with contextlib.suppress(NoResponse):
            answer = self._post("reset", {})
            self.was_reset = self.was_reset or answer.status_code == 204

    def _call(self, hook: str, body: Mapping[str, Any]) -> None:
        self._announce(hook)
        answer = self._post(hook, body)
        if answer.status_code == 404:
            not_verified(f"the target offers no control /{hook}")
        if answer.status_code != 204:
            raise ExpectationFailed(f"204 from the control /{hook}", f"{answer.status_code}")

    def _post(self, hook: str, body: Mapping[str, Any]) -> requests.Response:
        url = f"{self._url}/{hook}"
        try:
            return self._session.post(url, json=body, timeout=self._timeout, allow_redirects=False)
        except CONNECTION_ERRORS as failed:
            raise NoResponse(
                f"204 from the control /{hook}", describe_failure(failed, self._timeout)
            ) from None
