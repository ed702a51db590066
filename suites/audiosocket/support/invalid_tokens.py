"""Invalid Authorization headers derived from a valid token."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from tuningfork.testing.listings import at_least_one

OTHER_SCHEMES: dict[str, Callable[[str], str]] = {
    "basic": lambda token: f"Basic {token}",
    "basic with a password": lambda token: f"Basic {_encoded(f'bearer:{token}')}",
    "basic with a user": lambda token: f"Basic {_encoded(f'{token}:')}",
    "token": lambda token: f"Token {token}",
    "token as a parameter": lambda token: f'Token token="{token}"',
    "oauth": lambda token: f"OAuth {token}",
    "digest": lambda token: f"Digest {token}",
    "bare": lambda token: token,
    "nothing": lambda _: "",
    "empty": lambda _: "Bearer",
    "blank": lambda _: "Bearer ",
}
"""Authorization headers of other schemes, or without scheme or token."""

MALFORMED_HEADERS: dict[str, Callable[[str], str]] = {
    "no space": lambda token: f"Bearer{token}",
    "equals sign": lambda token: f"Bearer={token}",
    "colon": lambda token: f"Bearer: {token}",
    "backwards": lambda token: f"{token} Bearer",
    "twice": lambda token: f"Bearer {token} {token}",
    "scheme with a letter more": lambda token: f"XBearer {token}",
    "scheme with a tail": lambda token: f"Bearers {token}",
}
"""Authorization headers that are similar to the Bearer scheme."""


OTHER_PLACES: dict[str, Callable[[str], dict[str, Any]]] = {
    "cookie": lambda token: {"headers": {"Cookie": f"token={token}; access_token={token}"}},
    "header of the older API": lambda token: {"headers": {"X-Audiosocket-Token": token}},
    "header of API keys": lambda token: {"headers": {"X-Api-Key": token}},
    "parameter of API keys": lambda token: {"params": {"api_key": token}},
}
"""Arguments of Client.request that send a token outside of the Authorization header."""


def similar_tokens(token: str) -> list[str]:
    """Return invalid tokens that are similar to a valid one; wildcards match every token."""
    others = [
        "no-such-token",
        f"{token}x",
        token[:-1],
        token[1:],
        token[: len(token) // 2],
        token.swapcase(),
        f"{'b' if token.startswith('a') else 'a'}{token[1:]}",
        "%",
        "*",
    ]
    return at_least_one((other for other in others if other not in ("", token)), "every token is alike")


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
