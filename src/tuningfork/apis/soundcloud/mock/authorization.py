"""Tokens and rights of requests (https://developers.soundcloud.com/docs/api/guide#accessing-resources)."""

from __future__ import annotations

from tuningfork.apis.soundcloud.mock.models import Item, User
from tuningfork.apis.soundcloud.mock.request_context import RequestContext
from tuningfork.apis.soundcloud.mock.tokens import Token, Tokens
from tuningfork.mock.accept import accepts
from tuningfork.mock.errors import HttpError

OPEN_OPERATIONS = frozenset(
    {
        "GET /connect",
        "POST /connect/consent",
        "POST /oauth2/token",
        "GET /oembed",
        "GET /media/{track_id}/{signature}/{file}",
    }
)


class Authorization:
    """Checks the token of a request and what the token allows."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def is_open(self, operation: str | None) -> bool:
        """Return whether the operation needs no token (SC-AUTH-01)."""
        return operation in OPEN_OPERATIONS

    def schemes(self) -> tuple[str, ...]:
        """Return the accepted schemes of the Authorization header, in lower case."""
        return ("oauth", "bearer")

    def parse_header(self, header: str) -> str | None:
        """Return the token of `OAuth TOKEN` or `Bearer TOKEN`, None for another format (SC-AUTH-05)."""
        scheme, _, token = header.partition(" ")
        return token.strip() or None if scheme.lower() in self.schemes() else None

    def find_token(self, context: RequestContext) -> Token | None:
        """Return the token of the request if it is valid, else None (SC-AUTH-03, SC-AUTH-04)."""
        value = self.parse_header(context.request.headers.get("Authorization", ""))
        token = self._tokens.find(value) if value else None
        return token if token and self._tokens.is_valid(token) else None

    def needs_user(self, operation: str) -> bool:
        """Return whether the path is /me or below: it needs a user's token (SC-AUTH-06)."""
        path = operation.partition(" ")[2]
        return path == "/me" or path.startswith("/me/")

    def is_write(self, operation: str) -> bool:
        """Return whether the operation changes data (SC-AUTH-09)."""
        return not operation.startswith("GET ")

    def require_token(self, context: RequestContext) -> Token:
        """Return the token of the request; HttpError 401 if it has no valid token."""
        token = self.find_token(context)
        if token is None:
            raise HttpError(401, "")
        return token

    def require_rights(self, operation: str, token: Token) -> None:
        """Raise HttpError 401 or 403 if an app's own token is used for more than reading public data."""
        if token.user is not None:
            return
        if self.needs_user(operation):
            raise HttpError(401, "")
        if self.is_write(operation):
            raise HttpError(403, "")

    def owns(self, item: Item, viewer: User | None) -> bool:
        """Return whether the viewer owns the track or playlist."""
        return viewer is not None and item.owner.id == viewer.id

    def can_see(self, item: Item, context: RequestContext) -> bool:
        """Return whether the item is public, the viewer's own, or the viewer has its secret token."""
        if item.sharing == "public" or self.owns(item, context.viewer):
            return True
        return context.viewer is not None and self.has_secret_token(item, context)

    def has_secret_token(self, item: Item, context: RequestContext) -> bool:
        """Return whether the request has the secret token of the item."""
        return context.secret == item.secret_token

    def require_owner(self, item: Item, context: RequestContext) -> None:
        """Raise HttpError 403 if the viewer does not own the item (SC-TRACK-07, SC-LIST-09)."""
        if not self.owns(item, context.viewer):
            raise HttpError(403, "")

    def accepts_json(self, accept: str) -> bool:
        """Return whether an Accept header allows JSON (SC-ERR-06; RFC 9110, 12.5.1)."""
        return accepts(accept, "application/json")
