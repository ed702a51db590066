"""The tokens that Audiosocket has issued."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """A token of an account, with or without write access."""

    value: str
    account: int
    can_write: bool = True


class Tokens:
    """Stores tokens by their value."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}
        self._revoked: set[str] = set()

    def add(self, token: Token) -> None:
        """Store a token."""
        self._tokens[token.value] = token

    def find(self, value: str) -> Token | None:
        """Return the token with this value, revoked or not, or None."""
        return self._tokens.get(value)

    def is_active(self, token: Token) -> bool:
        """Return True if the token was not revoked (AS-AUTH-10)."""
        return token.value not in self._revoked

    def revoke(self, value: str) -> None:
        """Revoke a token."""
        self._revoked.add(value)

    def reset(self) -> None:
        """Delete all tokens."""
        self._tokens.clear()
        self._revoked.clear()
