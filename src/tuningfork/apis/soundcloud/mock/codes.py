"""Authorization codes (https://developers.soundcloud.com/docs/api/guide#auth-code)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin

from tuningfork.apis.soundcloud.mock.apps import App
from tuningfork.apis.soundcloud.mock.models import User
from tuningfork.apis.soundcloud.mock.tokens import Tokens
from tuningfork.mock.clock import Clock


@dataclass(slots=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]  # Authlib ships no types
    """A code that an app may exchange once for tokens; `chain` is the chain of those tokens."""

    value: str
    app: App
    user: User
    redirect_uri: str
    issued_at: float
    chain: str
    spent: bool = False

    def get_redirect_uri(self) -> str:
        """Return the redirect_uri to which the code was sent."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return the empty scope: the API has no scopes."""
        return ""


class Codes:
    """The authorization codes that were issued."""

    def __init__(self, clock: Clock, tokens: Tokens) -> None:
        self._clock = clock
        self._tokens = tokens
        self._codes: dict[str, Code] = {}

    def lifetime(self) -> int:
        """Return the number of seconds for which a code is valid (SC-CODE-14)."""
        return 600

    def issue(self, app: App, user: User, redirect_uri: str) -> Code:
        """Create and store a new code."""
        value, chain = secrets.token_urlsafe(24), self._tokens.new_chain()
        code = Code(value, app, user, redirect_uri, self._clock.now(), chain)
        self._codes[code.value] = code
        return code

    def find(self, value: str) -> Code | None:
        """Return the code with this value, valid or not, or None."""
        return self._codes.get(value)

    def belongs_to(self, code: Code, app: App) -> bool:
        """Return whether the code was issued to this app (SC-CODE-07)."""
        return code.app.client_id == app.client_id

    def is_expired(self, code: Code) -> bool:
        """Return whether the lifetime of the code is over."""
        return self._clock.now() > code.issued_at + self.lifetime()

    def is_spent(self, code: Code) -> bool:
        """Return whether the code was exchanged (SC-CODE-05)."""
        return code.spent

    def spend(self, code: Code) -> None:
        """Mark the code as exchanged."""
        code.spent = True

    def revoke_tokens(self, code: Code) -> None:
        """Revoke the tokens of a code that is exchanged a second time (SC-CODE-15)."""
        self._tokens.revoke_chain(code.chain)

    def redirect_uri_matches(self, code: Code, redirect_uri: str | None) -> bool:
        """Return whether the code was issued for this redirect_uri (SC-CODE-06)."""
        return redirect_uri == code.redirect_uri

    def reset(self) -> None:
        """Delete all codes."""
        self._codes.clear()
