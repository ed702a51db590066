"""Who has to sign what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuningfork.mock.errors import HttpError

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo
    from tuningfork.apis.audioboo.mock.request_context import RequestContext

BROWSERS = frozenset({"GET /oauth/authorize", "POST /oauth/authorize"})


class Authorization:
    """Judges credentials and rights."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock

    def is_for_browsers(self, operation: str | None) -> bool:
        """Whether a person opens it, who signs nothing."""
        return operation in BROWSERS

    def needs_user(self, operation: str | None) -> bool:
        """Whether it is somebody's own, or changes something (AB-SIGN-10)."""
        if operation is None:
            return False
        method, _, path = operation.partition(" ")
        if path.startswith(("/oauth/", "/sources/")):
            return False
        return method != "GET" or path == "/account" or path.startswith("/account/")

    def identify(self, call: RequestContext) -> None:
        """Tell a call who has signed it, in either scheme; HttpError 400 or 401 for a bad signature."""
        if self.is_for_browsers(call.operation):
            return
        self.mock.signatures.judge(call)
        if kind := self.mock.private.kind(call):
            if call.key is not None:
                raise HttpError(400, "The request is signed in two schemes")
            self.mock.private.judge(call, kind)
        call.parameters = [pair for pair in call.parameters if not self.mock.signatures.is_protocol(pair[0])]

    def need_rights(self, call: RequestContext) -> None:
        """HttpError 401 where a user has to sign and none did."""
        if self.needs_user(call.operation) and call.viewer is None:
            raise HttpError(401, "This needs the signature of a user")
