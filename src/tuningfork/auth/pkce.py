"""Proof Key for Code Exchange (RFC 7636): the challenge of an authorization request and its verifier."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Challenge:
    """A verifier and the method that makes its challenge; without a method nothing is sent.

    Args:
        method: "S256" or "plain"; empty for an app without PKCE.
        verifier: the secret of the app.
    """

    method: str = ""
    verifier: str = field(default="", repr=False)

    @classmethod
    def of(cls, methods: Collection[str]) -> Self:
        """Return a new challenge by the best of the supported methods; one that sends nothing without any."""
        method = next((each for each in ("S256", "plain") if each in methods), "")
        return cls(method, secrets.token_urlsafe(48))

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the authorization request (RFC 7636 4.3)."""
        if not self.method:
            return {}
        return {"code_challenge": self._challenge, "code_challenge_method": self.method}

    @property
    def proof(self) -> dict[str, str]:
        """The parameters of the token request (RFC 7636 4.5)."""
        return {"code_verifier": self.verifier} if self.method else {}

    @property
    def _challenge(self) -> str:
        """The challenge of the verifier (RFC 7636 4.2)."""
        if self.method == "plain":
            return self.verifier
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
