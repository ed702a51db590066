"""Who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuningfork.apis.audiosocket.mock.tokens import Token
from tuningfork.mock.errors import HttpError

if TYPE_CHECKING:
    from tuningfork.apis.audiosocket.mock.app import Audiosocket
    from tuningfork.apis.audiosocket.mock.request_context import RequestContext


class Authorization:
    """Judges tokens and rights."""

    def __init__(self, mock: Audiosocket) -> None:
        self.mock = mock

    def scheme(self, name: str) -> bool:
        """Whether a scheme is the one that is understood, in any case (AS-AUTH-04, AS-AUTH-05)."""
        return name.lower() == "bearer"

    def shown(self, call: RequestContext) -> str:
        """What the Authorization header says; an empty text without one."""
        return call.request.headers.get("Authorization", "")

    def credential(self, header: str) -> str | None:
        """The token of `Bearer TOKEN`; None for a header of another form (AS-AUTH-04)."""
        scheme, _, token = header.partition(" ")
        return token.strip(" ") or None if self.scheme(scheme) else None

    def need_token(self, call: RequestContext) -> Token:
        """The token that the request shows; HttpError 401 without a good one (AS-AUTH-02, AS-AUTH-03)."""
        credential = self.credential(self.shown(call))
        token = self.mock.tokens.find(credential) if credential else None
        if token is None or not self.mock.tokens.live(token):
            raise HttpError(401)
        return token

    def writes(self, method: str) -> bool:
        """Whether a method changes something."""
        return method not in ("GET", "HEAD", "OPTIONS")

    def need_rights(self, call: RequestContext) -> None:
        """HttpError 403 where the token may not write (AS-CODE-08)."""
        if self.writes(call.request.method) and not (call.token and call.token.writes):
            raise HttpError(403)
