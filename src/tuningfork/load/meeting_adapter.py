"""The connections of one user, whose requests can meet."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import requests

from tuningfork.client.network import NetworkAdapter
from tuningfork.testing.meeting import Meeting


class MeetingAdapter(NetworkAdapter):
    """Sends the requests of one user; those of a meeting wait for each other right before."""

    _meeting: Meeting | None = None

    @contextlib.contextmanager
    def meeting(self, count: int) -> Iterator[Meeting]:
        """Let the next `count` requests wait for each other."""
        meeting = self._meeting = Meeting(count)
        try:
            yield meeting
        finally:
            self._meeting = None

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        """Send a request once the others of its meeting are here; see NetworkAdapter."""
        if self._meeting is not None:
            self._meeting.wait()
        return super().send(request, *arguments, **options)
