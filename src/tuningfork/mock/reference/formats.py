"""The forms of times and ids in the responses of the reference server."""

from __future__ import annotations

import re
import time
from email.utils import formatdate
from typing import Any

from flask import Response

from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.part import Part
from tuningfork.mock.reference.samples import sample_of_pattern

TIME_NAME = re.compile(r".*(?:_at|[a-z]At)", re.DOTALL)


class FormatPart(Part):
    """Gives the times of every success the declared form."""

    key = "formats"
    order = 46

    def after(self, call: Call, response: Response) -> Response:
        """Write the times of a success in the declared form."""
        declared, body = self.of(call), response.get_json(silent=True)
        is_success = 200 <= response.status_code < 300 and "errors" not in call.notes
        if declared is None or declared.timestamps is None or not is_success or body is None:
            return response
        formatted = self.formatted(body, [pointer.split("/")[1:] for pointer in declared.at], declared)
        response.set_data(self.server.json(formatted).get_data())
        return response

    def formatted(self, value: Any, places: list[list[str]], declared: Any, name: str = "") -> Any:
        """Return a value with times of the declared form at its locations, or by their names."""
        is_time = [] in places if declared.at else TIME_NAME.fullmatch(name) is not None
        if is_time and isinstance(value, str | int | float):
            return self.time(declared.timestamps)
        if isinstance(value, list):
            return [
                self.formatted(each, _below(places, ("*", str(at))), declared)
                for at, each in enumerate(value)
            ]
        if isinstance(value, dict):
            return {
                key: self.formatted(each, _below(places, (key,)), declared, key)
                for key, each in value.items()
            }
        return value

    def time(self, form: str) -> Any:
        """Return the time of the server in a form."""
        now = self.server.clock.now()
        match form:
            case "rfc3339":
                return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
            case "http-date":
                return formatdate(now, usegmt=True)
            case "epoch":
                return int(now)
        return sample_of_pattern(form)


def _below(places: list[list[str]], names: tuple[str, ...]) -> list[list[str]]:
    """Return the rest of those locations that begin with one of these names."""
    return [rest for first, *rest in filter(None, places) if first in names]
