"""Authorization codes (https://developers.soundcloud.com/docs/api/guide#auth-code)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin

from tuningfork.apis.soundcloud.mock.apps import App
from tuningfork.apis.soundcloud.mock.entities import User

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud


@dataclass(slots=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]  # Authlib ships no types
    """A user's approval, to be exchanged once."""

    text: str
    app: App
    user: User
    redirect_uri: str
    issued_at: float
    chain: str
    spent: bool = False

    def get_redirect_uri(self) -> str:
        """Where it was sent."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """No scope means anything here."""
        return ""


class Codes:
    """Codes that were issued."""

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock
        self._codes: dict[str, Code] = {}

    def lifetime(self) -> int:
        """Seconds within which a code is exchanged (SC-CODE-14)."""
        return 600

    def issue(self, app: App, user: User, redirect_uri: str) -> Code:
        """A new code, with the name of the chain that its tokens will be."""
        chain = self.mock.tokens.new_chain()
        code = Code(secrets.token_urlsafe(24), app, user, redirect_uri, self.mock.clock.now(), chain)
        self._codes[code.text] = code
        return code

    def find(self, text: str) -> Code | None:
        """The code, good or not."""
        return self._codes.get(text)

    def belongs(self, code: Code, app: App) -> bool:
        """Whether it was issued to this app (SC-CODE-07)."""
        return code.app.client_id == app.client_id

    def expired(self, code: Code) -> bool:
        """Whether it has had its time."""
        return self.mock.clock.now() > code.issued_at + self.lifetime()

    def spent(self, code: Code) -> bool:
        """Whether it has been exchanged (SC-CODE-05)."""
        return code.spent

    def spend(self, code: Code) -> None:
        """It has been exchanged."""
        code.spent = True

    def reused(self, code: Code) -> None:
        """A second exchange was tried: what the first one gave is no longer safe (SC-CODE-15)."""
        self.mock.tokens.end(code.chain)

    def redirect_agrees(self, code: Code, redirect_uri: str | None) -> bool:
        """Whether it is exchanged with the redirect_uri that it was issued for (SC-CODE-06)."""
        return redirect_uri == code.redirect_uri

    def reset(self) -> None:
        """All are gone."""
        self._codes.clear()
