"""One request, as the handlers see it."""

from __future__ import annotations

from flask import Request

from tuningfork.apis.audiosocket.mock.tokens import Token
from tuningfork.mock.errors import HttpError


class RequestContext:
    """The request, its token, and the URL at which it found the API."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.base = f"{request.scheme}://{request.host}{request.root_path.rstrip('/')}"
        self.token: Token | None = None

    @property
    def account(self) -> int:
        """Whose tracks it is about.

        Raises:
            HttpError: 401, it shows no token.
        """
        if self.token is None:
            raise HttpError(401)
        return self.token.account
