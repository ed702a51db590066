"""Changes of the credentials of the reference server, from which faults are derived."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from tuningfork.audit.convention_patch import Condition
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.auth import Auth
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.accounts import Token
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.call import Call, DocumentOperation
from tuningfork.mock.reference.resources import ResourcePart
from tuningfork.mock.reference.server import ReferenceServer

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
OTHER_STATUSES = (401, 403, 400, 418)


def any_group(applies: Callable[[Auth], bool]) -> Condition:
    """Return the condition that a declared group with credentials is like this."""
    return lambda declaration: any(
        applies(group) for group in declaration.groups.get("auth", ()) if not group.is_public
    )


def declares_changes(declaration: Declaration) -> bool:
    """Return whether a resource declares how its items are created."""
    return any(each.create is not None for each in declaration.named.get("resources", {}).values())


def has_secured_reads(declaration: Declaration) -> bool:
    """Return whether a read or a list of a resource needs credentials."""
    resources = declaration.named.get("resources", {}).values()
    patterns = [each.list_ for each in resources] + [each.read and each.read.request for each in resources]
    reads = [DocumentOperation(each.method, each.path, {}, {}) for each in patterns if each is not None]
    groups = [declaration.of("auth", read) for read in reads]
    return any(group is not None and not group.is_public for group in groups)


has_scheme = any_group(lambda group: bool(group.scheme) and group.in_ == "header")
"""Whether credentials follow a scheme."""


def is_change(call: Call) -> bool:
    """Return whether the method of a request is not a safe one."""
    return call.request.method in CHANGING


def refuse_valid(server: ReferenceServer, applies: Callable[[Call], bool]) -> None:
    """Refuse some requests with valid credentials like those with wrong ones."""
    part = server.get(AuthPart)

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        response = original(call)
        declared: Auth | None = part.of(call)
        if declared is not None and AuthPart.key in call.notes and applies(call):
            raise part.refusal(declared, "wrong")
        return response

    wrap_method(part, "before", before)


def replace_token(server: ReferenceServer, account_of: Callable[[Call, str | None], str | None]) -> None:
    """Give a request the rights of the account that `account_of` returns for it and its credential."""
    part = server.get(AuthPart)

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        declared = part.of(call)
        if declared is None or declared.is_public or part.is_open(call, declared):
            return original(call)
        account = account_of(call, part.credential_of(call, declared))
        if account is None:
            return original(call)
        call.account = account
        return None

    wrap_method(part, "before", before)


def take_token_from(
    server: ReferenceServer, place: Callable[[Call], Mapping[str, Any]], *, beside_wrong: bool
) -> None:
    """Accept a token at another location, also beside a wrong credential or only beside none."""
    part = server.get(AuthPart)

    def token_of(original: Callable[[Call, Auth], Token | None], call: Call, declared: Auth) -> Token | None:
        found = (part.tokens.find(str(place(call).get(name, ""))) for name in declared.names)
        token = original(call, declared)
        return token or next((each for each in found if each is not None), None)

    def credential_of(original: Callable[[Call, Auth], str | None], call: Call, declared: Auth) -> str | None:
        sent = (place(call).get(name) for name in declared.names)
        credential = original(call, declared)
        return credential if credential is not None else next((str(each) for each in sent if each), None)

    if not beside_wrong:
        wrap_method(part, "credential_of", credential_of)
    wrap_method(part, "token_of", token_of)


def change_refusal(server: ReferenceServer, kind: str, change: Callable[[Auth, HttpError], object]) -> None:
    """Change the refusals of a kind: "missing", "wrong", "expired" or "revoked"."""

    def refusal(original: Callable[[Auth, str], HttpError], declared: Auth, problem: str) -> HttpError:
        error = original(declared, problem)
        if problem == kind:
            change(declared, error)
        return error

    wrap_method(server.get(AuthPart), "refusal", refusal)


def other_status(error: HttpError, declared: Refusal | None) -> None:
    """Give a refusal a status that is not declared."""
    statuses = declared.statuses if declared is not None else ()
    error.status = next(status for status in OTHER_STATUSES if status not in statuses)


def execute_refused(server: ReferenceServer, applies: Callable[[Call], bool]) -> None:
    """Process some of the requests that are refused for their credentials."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        try:
            return original(call)
        except HttpError:
            if applies(call):
                call.account = "first"
                with contextlib.suppress(HttpError):
                    server.respond(call)
            raise

    wrap_method(server.get(AuthPart), "before", before)


def find_item_first(server: ReferenceServer) -> None:
    """Refuse a request about an absent item before its credentials are judged."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        resources = server.get(ResourcePart)
        if call.ids and resources.item_of(call) is None:
            raise resources.refuse_by_table(call, "not_found", 404)
        return original(call)

    wrap_method(server.get(AuthPart), "before", before)
