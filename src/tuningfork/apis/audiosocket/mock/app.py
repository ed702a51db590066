"""The Audiosocket mock server: the API as its introduction of 2024 describes it."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from tuningfork.apis.audiosocket.mock.parts import Parts
from tuningfork.apis.audiosocket.mock.request_context import RequestContext
from tuningfork.apis.audiosocket.mock.routes import ROUTES
from tuningfork.apis.audiosocket.mock.seed import Seed
from tuningfork.mock.app import MEBIBYTE, Mock
from tuningfork.mock.controls import PATH
from tuningfork.mock.errors import HttpError


class Audiosocket(Mock, Parts):
    """The WSGI server. Each documented rule is a method of one of its parts (see `Parts`)."""

    body_limit = MEBIBYTE

    def __init__(self) -> None:
        Mock.__init__(self, "audiosocket")
        Parts.__init__(self)
        self.serve(ROUTES)
        self.restore()

    def settings(self, base_url: str) -> dict[str, Any]:
        """Return the table [targets.NAME.audiosocket] for this mock."""
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
        """Restore the seed tokens and tracks."""
        self.tokens.reset()
        self.tracks.reset()
        Seed(self.tokens, self.tracks).fill()

    def refuse(self, refusal: HttpError) -> Response:
        """Return the error response in its envelope (AS-ENV-05)."""
        return self.responses.error(refusal)

    def admit(self) -> Response | None:
        """Check the request's token first, then the token's permissions (AS-AUTH-09)."""
        context = g.context = RequestContext(request)
        context.token = self.authorization.require_token(context)
        self.authorization.require_write_access(context)
        return None

    def disable(self, kind: str, value: str) -> None:
        """Revoke a token (AS-AUTH-10)."""
        if kind != "token":
            raise ValueError("kind is token")
        self.tokens.revoke(value)
