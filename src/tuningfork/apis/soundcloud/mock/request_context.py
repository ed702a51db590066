"""The request of a handler with its token, and JSON responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Request, Response

from tuningfork.apis.soundcloud.mock.models import User
from tuningfork.apis.soundcloud.mock.tokens import Token
from tuningfork.mock.errors import HttpError
from tuningfork.mock.json_encoding import encode_json


class RequestContext:
    """One request: its parameters, its token, and the base URL of the API in the request."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.args = request.args
        self.base = f"{request.scheme}://{request.host}{request.root_path.rstrip('/')}"
        self.token: Token | None = None

    @property
    def operation(self) -> str | None:
        """The operation as the contract names it (`GET /tracks/{track_id}`), or None for an unknown path."""
        endpoint = self.request.endpoint
        return None if endpoint == "controls" else endpoint

    @property
    def viewer(self) -> User | None:
        """The user of the token; None for a token that an app got for itself."""
        return self.token.user if self.token else None

    @property
    def user(self) -> User:
        """The user of the token.

        Raises:
            HttpError: 401 if the token has no user.
        """
        if self.viewer is None:
            raise HttpError(401, "")
        return self.viewer

    @property
    def secret(self) -> str | None:
        """The parameter `secret_token`, which opens a private track or playlist; None if it is missing."""
        return self.args.get("secret_token")


def json_response(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a response with `data` as its JSON body."""
    return Response(encode_json(data), status, headers, content_type="application/json; charset=utf-8")
