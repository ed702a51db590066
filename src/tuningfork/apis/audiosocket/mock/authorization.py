"""Authorization: which token a request has, and what it permits."""

from __future__ import annotations

from tuningfork.apis.audiosocket.mock.request_context import RequestContext
from tuningfork.apis.audiosocket.mock.tokens import Token, Tokens
from tuningfork.mock.errors import HttpError


class Authorization:
    """Checks tokens and their permissions."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens

    def is_bearer(self, scheme: str) -> bool:
        """Return True for the Bearer scheme, ignoring case (AS-AUTH-04, AS-AUTH-05)."""
        return scheme.lower() == "bearer"

    def authorization_header(self, context: RequestContext) -> str:
        """Return the Authorization header; an empty string if the request has none."""
        return context.request.headers.get("Authorization", "")

    def extract_token(self, header: str) -> str | None:
        """Return the token of a header `Bearer TOKEN`; None for a header of another form (AS-AUTH-04)."""
        scheme, _, token = header.partition(" ")
        return token.strip(" ") or None if self.is_bearer(scheme) else None

    def require_token(self, context: RequestContext) -> Token:
        """Return the request's token; HttpError 401 if it has no active one (AS-AUTH-02, AS-AUTH-03)."""
        value = self.extract_token(self.authorization_header(context))
        token = self.tokens.find(value) if value else None
        if token is None or not self.tokens.is_active(token):
            raise HttpError(401)
        return token

    def is_write(self, method: str) -> bool:
        """Return True for a method that changes data."""
        return method not in ("GET", "HEAD", "OPTIONS")

    def require_write_access(self, context: RequestContext) -> None:
        """Raise HttpError 403 for a write with a read-only token (AS-CODE-08)."""
        if self.is_write(context.request.method) and not (context.token and context.token.can_write):
            raise HttpError(403)
