"""Changes of the mock's responses, for faults and variants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request

from tuningfork.audit.patching import edit_json, wrap_method
from tuningfork.mock.controls import PATH

Body = dict[str, Any]


def edit_responses(mock: Any, change: Callable[[Any], Any]) -> None:
    """Pass every response of the API through `change`, which returns the response to send."""

    def finish(original: Any, response: Any) -> Any:
        response = original(response)
        return response if request.path.startswith(PATH) else change(response)

    wrap_method(mock, "finish", finish)


def edit_bodies(
    mock: Any, change: Callable[[Body], Body], *, status: int | None = None, operation: str = ""
) -> None:
    """Replace the JSON body of responses by `change(body)`, only for this status and operation if given."""

    def rewrite(response: Any) -> Any:
        has_status = status is None or response.status_code == status
        has_operation = not operation or request.endpoint == operation
        if has_status and has_operation and response.is_json and response.get_data():
            return edit_json(response, change)
        return response

    edit_responses(mock, rewrite)


def replace_with_html(response: Any) -> Any:
    """Replace the body of a response with an HTML page, in place, and return the response."""
    response.set_data(f"<html><body><h1>{response.status}</h1></body></html>")
    response.content_type = "text/html; charset=utf-8"
    return response
