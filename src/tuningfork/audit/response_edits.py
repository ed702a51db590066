"""Changes of the responses of the reference server, for faults and variants of declared conventions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Response

from tuningfork.audit.patching import wrap_method
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.http import HttpPart
from tuningfork.mock.reference.server import ReferenceServer

Condition = Callable[[Call, Response], bool]
PAGE = "<!doctype html><title>Error</title><h1>Error</h1>"


def edit_responses(server: ReferenceServer, change: Callable[[Call, Response], Response]) -> None:
    """Replace each response by the result of `change`, before it is compressed."""

    def after(original: Callable[[Call, Response], Response], call: Call, response: Response) -> Response:
        """Return the changed response."""
        return original(call, change(call, response))

    wrap_method(server.get(HttpPart), "after", after)


def edit_bodies(server: ReferenceServer, is_about: Condition, change: Callable[[Any], Any]) -> None:
    """Replace the JSON bodies of the responses that a condition is about."""

    def edit(call: Call, response: Response) -> Response:
        """Return the response with a changed body."""
        body = response.get_json(silent=True)
        if body is not None and is_about(call, response):
            response.set_data(json.dumps(change(body), ensure_ascii=False))
        return response

    edit_responses(server, edit)


def edit_headers(server: ReferenceServer, is_about: Condition, name: str, value: str | None) -> None:
    """Set a header, or remove it, of the responses that a condition is about."""

    def edit(call: Call, response: Response) -> Response:
        """Return the response with the header, or without it."""
        if is_about(call, response):
            response.headers.pop(name, None)
            if value is not None:
                response.headers[name] = value
        return response

    edit_responses(server, edit)


def replace_by_page(server: ReferenceServer, is_about: Condition) -> None:
    """Send an HTML page in place of the responses that a condition is about."""

    def edit(call: Call, response: Response) -> Response:
        """Return the page with the same status."""
        if is_about(call, response):
            response.set_data(PAGE)
            response.content_type = "text/html; charset=utf-8"
        return response

    edit_responses(server, edit)


def is_error(call: Call, response: Response) -> bool:
    """Return whether a response is an error."""
    return "errors" in call.notes


def is_documented_error(call: Call, response: Response) -> bool:
    """Return whether a response is an error of an operation of the document."""
    return is_error(call, response) and call.operation is not None


def is_success(call: Call, response: Response) -> bool:
    """Return whether a response is a success."""
    return not is_error(call, response) and 200 <= response.status_code < 300


def every_second(is_about: Condition) -> Condition:
    """Return a condition that is about each second response that `is_about` is about."""
    seen: list[int] = []

    def is_second(call: Call, response: Response) -> bool:
        """Return whether the number of responses is even."""
        if is_about(call, response):
            seen.append(response.status_code)
            return len(seen) % 2 == 0
        return False

    return is_second


def with_value(pointer: str, value: Any) -> Callable[[Any], Any]:
    """Return a change of a body that writes a value at a location."""
    return lambda body: places.write(body, pointer, value)


def without_value(pointer: str) -> Callable[[Any], Any]:
    """Return a change of a body that removes the value at a location."""
    return lambda body: places.remove(body, pointer)


def with_property(name: str, value: Any) -> Callable[[Any], Any]:
    """Return a change of a body that adds a property, if the body is an object."""
    return lambda body: {**body, name: value} if isinstance(body, dict) else body
