"""The context of one request: what the mock's parts and handlers know about it."""

from __future__ import annotations

from flask import Request

from tuningfork.apis.audiosocket.mock.tokens import Token
from tuningfork.mock.errors import HttpError


class RequestContext:
    """A request with its token.

    Attributes:
        base: the base URL of the API, as the client addressed it.
        token: the valid token of the request, or None before it was checked.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.base = f"{request.scheme}://{request.host}{request.root_path.rstrip('/')}"
        self.token: Token | None = None

    @property
    def account(self) -> int:
        """The account of the request's token; HttpError 401 if there is no token."""
        if self.token is None:
            raise HttpError(401)
        return self.token.account
