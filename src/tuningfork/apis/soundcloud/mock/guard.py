"""Who may do what (https://developers.soundcloud.com/docs/api/guide#accessing-resources)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuningfork.apis.soundcloud.mock.entities import Shared, User
from tuningfork.apis.soundcloud.mock.tokens import Token
from tuningfork.mock.accept import leaves_room
from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud
    from tuningfork.apis.soundcloud.mock.call import Call

OPEN = frozenset(
    {
        "GET /connect",
        "POST /connect/consent",
        "POST /oauth2/token",
        "GET /oembed",
        "GET /media/{track_id}/{signature}/{file}",
    }
)


class Guard:
    """Judges credentials and rights."""

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock

    def open(self, operation: str | None) -> bool:
        """Whether it takes no token (SC-AUTH-01)."""
        return operation in OPEN

    def schemes(self) -> tuple[str, ...]:
        """Schemes of the Authorization header that are understood, in lower case."""
        return ("oauth", "bearer")

    def credential(self, header: str) -> str | None:
        """The token of `OAuth TOKEN` or `Bearer TOKEN`; None for a header of another form (SC-AUTH-05)."""
        scheme, _, token = header.partition(" ")
        return token.strip() or None if scheme.lower() in self.schemes() else None

    def token(self, call: Call) -> Token | None:
        """The token that the request shows, if it is in force (SC-AUTH-03, SC-AUTH-04)."""
        credential = self.credential(call.request.headers.get("Authorization", ""))
        token = self.mock.tokens.find(credential) if credential else None
        return token if token and self.mock.tokens.live(token) else None

    def is_users_own(self, operation: str) -> bool:
        """Whether it is about the user who is signed in (SC-AUTH-06)."""
        path = operation.partition(" ")[2]
        return path == "/me" or path.startswith("/me/")

    def is_write(self, operation: str) -> bool:
        """Whether it changes something (SC-AUTH-09)."""
        return not operation.startswith("GET ")

    def need_token(self, call: Call) -> Token:
        """The token that the request shows; Refusal 401 without a good one."""
        token = self.token(call)
        if token is None:
            raise Refusal(401, "")
        return token

    def need_rights(self, operation: str, token: Token) -> None:
        """An app's own token reads what is public; Refusal 401 or 403 for the rest."""
        if token.user is not None:
            return
        if self.is_users_own(operation):
            raise Refusal(401, "")
        if self.is_write(operation):
            raise Refusal(403, "")

    def owns(self, thing: Shared, viewer: User | None) -> bool:
        """Whether it is the viewer's."""
        return viewer is not None and thing.owner.id == viewer.id

    def sees(self, thing: Shared, call: Call) -> bool:
        """Whether the viewer may have it: public, one's own, or a user with its secret token."""
        if thing.sharing == "public" or self.owns(thing, call.viewer):
            return True
        return call.viewer is not None and self.knows_secret(thing, call)

    def knows_secret(self, thing: Shared, call: Call) -> bool:
        """Whether the request has the thing's secret token."""
        return call.secret == thing.secret_token

    def need_owner(self, thing: Shared, call: Call) -> None:
        """Refusal 403 for anybody but the owner (SC-TRACK-07, SC-LIST-09)."""
        if not self.owns(thing, call.viewer):
            raise Refusal(403, "")

    def accepts_json(self, accept: str) -> bool:
        """Whether an Accept header leaves room for JSON (SC-ERR-06; RFC 9110, 12.5.1)."""
        return leaves_room(accept, "application/json")
