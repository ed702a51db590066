"""An API without credentials, examples and makers."""

from __future__ import annotations

from typing import Any

from tuningfork.apis import Profile
from tuningfork.checks import schema, status
from tuningfork.client.config import Settings
from tuningfork.client.pagination import WholePager


class Nobody:
    """Needs no token."""

    def __init__(self, *parts: Any) -> None:
        pass

    def obtain(self, holder: str) -> dict[str, Any]:
        return {}

    def renew(self, holder: str, tokens: dict[str, Any]) -> dict[str, Any]:
        return {}

    def auth(self, holder: str, tokens: dict[str, Any]) -> None:
        return None

    def proof(self, holder: str) -> str:
        return "/api"


PROFILE = Profile(
    title="O",
    base_url="https://j.mock",
    settings=Settings,
    pager=WholePager(""),
    credentials=Nobody,
    checks=(status.no_server_error("O-AUTH"), schema.body()),
    witnesses=(),
    undo=lambda _: None,
    probes=("/api",),
    writer="app",
    conventions={"needs a token": "O-AUTH", "error envelope": "O-AUTH"},
)
