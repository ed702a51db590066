"""Audiosocket as its introduction of 2024 describes it."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from tuningfork.apis.audiosocket.mock.authorization import Authorization
from tuningfork.apis.audiosocket.mock.request_context import RequestContext
from tuningfork.apis.audiosocket.mock.request_parsing import RequestParser
from tuningfork.apis.audiosocket.mock.responses import Responses
from tuningfork.apis.audiosocket.mock.routes import ROUTES
from tuningfork.apis.audiosocket.mock.seed import Seed
from tuningfork.apis.audiosocket.mock.tokens import Tokens
from tuningfork.apis.audiosocket.mock.tracks import Tracks
from tuningfork.mock.app import MEBIBYTE, Mock
from tuningfork.mock.controls import PATH
from tuningfork.mock.errors import HttpError


class Audiosocket(Mock):
    """The server. Its parts are named for what they do; each rule is a method of one of them."""

    body_limit = MEBIBYTE

    def __init__(self) -> None:
        super().__init__("audiosocket")
        self.answers = Responses()
        self.inputs = RequestParser()
        self.tokens = Tokens()
        self.guard = Authorization(self)
        self.tracks = Tracks()
        self.serve(ROUTES)
        self.restore()

    def settings(self, base_url: str) -> dict[str, Any]:
        """[targets.NAME.audiosocket]."""
        return {
            "base_url": base_url,
            "controls": f"{base_url}{PATH}",
            "token": Seed.TOKEN.value,
            "given": {
                "read_only_token": Seed.READ_ONLY.value,
                "revocable_token": Seed.REVOCABLE.value,
                "empty_account_token": Seed.EMPTY.value,
            },
        }

    def restore(self) -> None:
        """The seeded tokens and tracks."""
        self.tokens.reset()
        self.tracks.reset()
        Seed(self).sow()

    def refuse(self, refusal: HttpError) -> Response:
        """The envelope of errors (AS-ENV-05)."""
        return self.answers.error(refusal)

    def admit(self) -> Response | None:
        """A token first, then its rights (AS-AUTH-09)."""
        call = g.call = RequestContext(request)
        call.token = self.guard.need_token(call)
        self.guard.need_rights(call)
        return None

    def disable(self, kind: str, value: str) -> None:
        """A token (AS-AUTH-10)."""
        if kind != "token":
            raise ValueError("kind is token")
        self.tokens.revoke(value)
