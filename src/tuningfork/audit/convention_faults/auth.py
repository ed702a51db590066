"""Faults of `auth`."""

from __future__ import annotations

from collections.abc import Callable

from tuningfork.audit.convention_patch import breaks
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.auth import Auth
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.server import ReferenceServer


@breaks("AUTH-MISSING")
def requests_without_credentials_are_accepted(server: ReferenceServer) -> None:
    """A request without credentials is processed as if it had some."""

    def account_of(original: Callable[[Call, Auth], str | None], call: Call, declared: Auth) -> str | None:
        is_missing = part.credential_of(call, declared) is None
        return "first" if is_missing else original(call, declared)

    part = server.get(AuthPart)
    wrap_method(part, "account_of", account_of)
