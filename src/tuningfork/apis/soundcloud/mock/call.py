"""One request, as the handlers see it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Request, Response

from tuningfork.apis.soundcloud.mock.entities import User
from tuningfork.apis.soundcloud.mock.tokens import Token
from tuningfork.mock.errors import Refusal

to_json = json.JSONEncoder(separators=(",", ":")).encode


class Call:
    """The request, who sends it, and the URL at which it found the API."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.args = request.args
        self.base = f"{request.scheme}://{request.host}{request.root_path.rstrip('/')}"
        self.token: Token | None = None

    @property
    def operation(self) -> str | None:
        """As in the contract, `GET /tracks/{track_id}`; None where the API has none."""
        endpoint = self.request.endpoint
        return None if endpoint == "controls" else endpoint

    @property
    def viewer(self) -> User | None:
        """The user in whose name it is sent; None for an app's own token."""
        return self.token.user if self.token else None

    @property
    def user(self) -> User:
        """The user in whose name it is sent.

        Raises:
            Refusal: 401, there is none.
        """
        if self.viewer is None:
            raise Refusal(401, "")
        return self.viewer

    @property
    def secret(self) -> str | None:
        """The secret token of a private thing, where the request has one."""
        return self.args.get("secret_token")


def reply(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(to_json(data), status, headers, content_type="application/json; charset=utf-8")
