"""Waits for a later second of a target's clock: a version that is a time may have whole seconds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tuningfork import not_verified
from tuningfork.checks.http_dates import parse_http_date
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.fairness import premise_holds

TIME = re.compile(r"\d\d:\d\d:\d\d")
WHOLE_SECONDS = 2
"""Between two dates with whole seconds that differ by this, more than a second has passed."""


@dataclass(frozen=True)
class LaterSecond:
    """Lets a second pass by the clock of a target.

    Args:
        client: sends the requests.
        find_controls: returns the test hooks; None if the target cannot move its clock.
    """

    client: Client
    find_controls: Callable[[], ControlsClient] | None

    def after(self, version: Any, read: Callable[[], Response]) -> None:
        """Let a second pass if a version is a time; not verified if none passes within `settle`.

        Args:
            version: the version of what is changed next.
            read: returns a response with a Date.
        """
        if not isinstance(version, str) or TIME.search(version) is None:
            return
        if self.find_controls is not None:
            self.find_controls().clock(WHOLE_SECONDS)
            return
        start = _date(read())

        def check() -> None:
            """Read the clock once."""
            passed = _date(read()) - start
            if passed < WHOLE_SECONDS:
                raise ExpectationFailed(f"a Date {WHOLE_SECONDS} s later", f"{passed} s later")

        premise_holds(
            lambda: self.client.eventually(check), "the version is a time, and no second has passed"
        )


def _date(response: Response) -> float:
    """Return the Date of a response in seconds since 1970; not verified without one."""
    date = parse_http_date(response.headers.get("Date", ""))
    return not_verified("the version is a time, and a response has no Date") if date is None else date
