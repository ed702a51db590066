"""Tokens that Audiosocket has given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """What a token opens: an account, and whether it may be changed."""

    value: str
    account: int
    writes: bool = True


class Tokens:
    """Tokens by their value."""

    def __init__(self) -> None:
        self._given: dict[str, Token] = {}
        self._revoked: set[str] = set()

    def give(self, token: Token) -> None:
        """Let a token work."""
        self._given[token.value] = token

    def find(self, value: str) -> Token | None:
        """The token of that very value, in force or not."""
        return self._given.get(value)

    def live(self, token: Token) -> bool:
        """Whether it has not been revoked (AS-AUTH-10)."""
        return token.value not in self._revoked

    def revoke(self, value: str) -> None:
        """Let a token work no more."""
        self._revoked.add(value)

    def reset(self) -> None:
        """None is given, none revoked."""
        self._given.clear()
        self._revoked.clear()
