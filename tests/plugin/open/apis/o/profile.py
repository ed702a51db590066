"""An API without credentials, examples and factories."""

from __future__ import annotations

from typing import Any

from tuningfork.apis import Profile, Rule
from tuningfork.checks import schema, status
from tuningfork.client.config import Settings
from tuningfork.client.pagination import SinglePagePaginator


class NoCredentials:
    """Adds no credentials to a request."""

    def __init__(self, *parts: Any) -> None:
        pass

    def fetch(self, principal: str) -> dict[str, Any]:
        return {}

    def renew(self, principal: str, tokens: dict[str, Any]) -> dict[str, Any]:
        return {}

    def auth(self, principal: str, tokens: dict[str, Any]) -> None:
        return None

    def probe_path(self, principal: str) -> str:
        return "/api"


PROFILE = Profile(
    title="O",
    base_url="https://j.mock",
    settings=Settings,
    paginator=SinglePagePaginator(""),
    credentials=NoCredentials,
    checks=(status.no_server_error("O-AUTH"), schema.body()),
    reachability_paths=("/api",),
    write_as="app",
    rules={Rule.NEEDS_TOKEN: "O-AUTH", Rule.ERROR_ENVELOPE: "O-AUTH"},
)
