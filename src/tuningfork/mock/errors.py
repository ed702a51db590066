"""How a mock says no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """Ends the request with an error status; the API gives it its body.

    Args:
        status: of the answer, 4xx.
        message: what the body says, where the API says anything.
        headers: to be added to the answer.
        body: the whole JSON body, where it is not the API's usual one.
        code: the API's own number of the error, where it is not the usual one of the status.
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
