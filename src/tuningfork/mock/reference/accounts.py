"""The accounts of the reference server and the tokens that it has issued."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from tuningfork.mock.clock import Clock

USER, SECOND_USER, PASSWORD = "reference-user", "reference-user-2", "reference-password"
ACCOUNTS = {USER: "first", SECOND_USER: "second"}
"""The account of each user name."""
LIFETIME_S = 3600


@dataclass(slots=True)
class Token:
    """A token.

    Args:
        value: its text.
        account: whose token it is.
        kind: "access", "refresh" or "code".
        family: the number of the session that it belongs to.
        expires: the time at which it expires; None if it does not.
        role: the name of the declared role that has it; empty for a token with all rights.
        used: the time of its first use, if it may be used only once.
        is_revoked: whether it was revoked.
    """

    value: str
    account: str
    kind: str = "access"
    family: int = 0
    expires: float | None = None
    role: str = ""
    used: float | None = None
    is_revoked: bool = False


class Tokens:
    """Stores tokens by their text."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.numbers = itertools.count(1)
        self.by_value: dict[str, Token] = {}

    def reset(self) -> None:
        """Delete all tokens; later ones have other texts."""
        self.by_value = {}

    def add(self, token: Token) -> Token:
        """Store and return a token."""
        self.by_value[token.value] = token
        return token

    def issue(self, account: str, kind: str, family: int, lifetime: float | None = None) -> Token:
        """Store and return a new token."""
        value = f"Reference-{kind}-{next(self.numbers)}-zyxwvu"
        return self.add(Token(value, account, kind, family, lifetime and self.clock.now() + lifetime))

    def find(self, value: str, kind: str = "access") -> Token | None:
        """Return the token of a kind with this text, expired and revoked ones included."""
        token = self.by_value.get(value)
        return token if token is not None and token.kind == kind else None

    def is_expired(self, token: Token) -> bool:
        """Return whether the lifetime of a token is over."""
        return token.expires is not None and self.clock.now() >= token.expires

    def is_active(self, token: Token) -> bool:
        """Return whether a token works."""
        return not token.is_revoked and not self.is_expired(token)

    def revoke(self, value: str) -> None:
        """Revoke a token, if there is one with this text."""
        if value in self.by_value:
            self.by_value[value].is_revoked = True

    def revoke_family(self, family: int, kind: str = "") -> None:
        """Revoke the tokens of a session: all of them, or those of a kind."""
        for token in self.by_value.values():
            if token.family == family and kind in ("", token.kind):
                token.is_revoked = True
