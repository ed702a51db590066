"""Conforming variants of `auth`: what a server may do with credentials without breaking a claim."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from tuningfork.audit.convention_faults.auth_edits import (
    any_group,
    change_refusal,
    declares_changes,
    find_item_first,
    has_scheme,
)
from tuningfork.audit.convention_patch import keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.auth import Auth
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.server import ReferenceServer


def _has_choice(refusal: Refusal | None) -> bool:
    """Return whether a refusal allows several statuses."""
    return refusal is not None and len(refusal.statuses.patterns) > 1


@keeps("AUTH-MISSING", "AUTH-FIRST", "AUTH-CHALLENGE", when=any_group(lambda each: _has_choice(each.missing)))
def missing_credentials_return_the_last_declared_status(server: ReferenceServer) -> None:
    """A request without credentials is refused with the last one of the declared statuses."""
    change_refusal(server, "missing", lambda declared, error: _use_last(declared.missing, error))


@keeps("AUTH-WRONG", "AUTH-FIRST", "AUTH-CHALLENGE", when=any_group(lambda each: _has_choice(each.wrong)))
def wrong_credentials_return_the_last_declared_status(server: ReferenceServer) -> None:
    """A request with wrong credentials is refused with the last one of the declared statuses."""
    change_refusal(server, "wrong", lambda declared, error: _use_last(declared.wrong, error))


@keeps("AUTH-CHALLENGE")
def challenge_is_one_of_several(server: ReferenceServer) -> None:
    """The challenge follows another one, in lower case and with parameters."""

    def challenge(original: Callable[[Auth], dict[str, str]], declared: Auth) -> dict[str, str]:
        scheme = (declared.challenge or "").lower()
        return {"WWW-Authenticate": f'Negotiate, {scheme} realm="a, b", error="invalid_token"'}

    wrap_method(server.get(AuthPart), "challenge", challenge)


@keeps("AUTH-WRONG", "AUTH-ACCEPTED", when=has_scheme)
def scheme_is_read_in_any_case(server: ReferenceServer) -> None:
    """The scheme is compared without case, declared or not."""
    wrap_method(
        server.get(AuthPart), "is_scheme", lambda _, sent, accepted, *__: sent.lower() == accepted.lower()
    )


@keeps("AUTH-MISSING")
def head_without_credentials_returns_405(server: ReferenceServer) -> None:
    """HEAD is not implemented."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        if call.request.method == "HEAD":
            raise HttpError(405)
        return original(call)

    wrap_method(server.get(AuthPart), "before", before)


def _is_not_first(declaration: Declaration) -> bool:
    """Return whether ids and bodies may be judged before credentials, and resources have both."""
    groups = declaration.groups.get("auth", ())
    return declares_changes(declaration) and not any(group.first for group in groups)


@keeps("AUTH-MISSING", "AUTH-WRONG", when=_is_not_first)
def absent_item_may_be_refused_before_credentials(server: ReferenceServer) -> None:
    """A request about an absent item returns 404 before its credentials are judged."""
    find_item_first(server)


@keeps("AUTH-MISSING", "AUTH-WRONG", when=_is_not_first)
def invalid_body_may_be_refused_before_credentials(server: ReferenceServer) -> None:
    """A POST whose body is not an object returns 400 before its credentials are judged."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        if call.request.method == "POST" and not isinstance(call.body, dict):
            raise HttpError(400, "the body is not an object")
        return original(call)

    wrap_method(server.get(AuthPart), "before", before)


@keeps("AUTH-ACCEPTED", "AUTH-MISSING", "AUTH-WRONG")
def refused_request_sets_a_cookie(server: ReferenceServer) -> None:
    """A response sets a cookie that gives no rights."""

    def after(original: Callable[[Call, Response], Response], call: Call, response: Response) -> Response:
        response.set_cookie("visit", "1")
        return original(call, response)

    wrap_method(server.get(AuthPart), "after", after)


def _use_last(refusal: Refusal | None, error: HttpError) -> None:
    """Give an error the last one of the declared statuses."""
    if refusal is not None:
        error.status = int(refusal.statuses.patterns[-1].replace("XX", "03"))
