"""The exception that ends a request with an error response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class HttpError(Exception):
    """Ends the request with an error status; the API's mock creates the body.

    Args:
        status: the status of the response.
        message: the text in the body, where the API has one.
        headers: additional headers of the response.
        body: the whole JSON body, where it is not the API's usual one.
        code: the API's error code, where it is not derived from the status.
    """

    def __init__(
        self,
        status: int,
        message: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        code: int | None = None,
    ) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message
        self.headers = headers or {}
        self.body = body
        self.code = code
