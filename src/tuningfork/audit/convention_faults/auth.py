"""Faults of `auth`: credentials that are accepted or refused wrongly."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Response

from tuningfork.audit.convention_faults.auth_edits import (
    any_group,
    change_refusal,
    declares_changes,
    execute_refused,
    find_item_first,
    has_scheme,
    has_secured_reads,
    is_change,
    other_status,
    refuse_valid,
    replace_token,
    take_token_from,
)
from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.auth import Auth
from tuningfork.conventions.declaration import Declaration
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.accounts import Token
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.server import ReferenceServer


@breaks("AUTH-ACCEPTED", when=declares_changes)
def valid_credentials_are_refused_for_writes(server: ReferenceServer) -> None:
    """A POST, PUT, PATCH or DELETE with valid credentials is refused like one with wrong ones."""
    refuse_valid(server, is_change)


@breaks("AUTH-ACCEPTED", when=has_secured_reads)
def valid_credentials_are_refused_at_every_second_read(server: ReferenceServer) -> None:
    """Every second GET of the same URL with the same valid credentials is refused."""
    seen: dict[str, int] = {}

    def is_second(call: Call) -> bool:
        url = f"{call.request.method} {call.request.url}"
        seen[url] = seen.get(url, 0) + 1
        return call.request.method == "GET" and seen[url] % 2 == 0

    refuse_valid(server, is_second)


@breaks("AUTH-MISSING")
def requests_without_credentials_are_accepted(server: ReferenceServer) -> None:
    """A request without credentials is processed as if it had some."""
    replace_token(server, lambda _, credential: "first" if credential is None else None)


@breaks("AUTH-MISSING", when=has_secured_reads)
def one_item_needs_no_credentials(server: ReferenceServer) -> None:
    """A GET of an item works without credentials."""
    replace_token(
        server,
        lambda call, credential: (
            "first" if credential is None and call.ids and call.request.method == "GET" else None
        ),
    )


def _refuses_reads_by_status(declaration: Declaration) -> bool:
    """Return whether reads without credentials are refused by their status."""
    by_status = any_group(lambda group: group.missing is not None and not group.missing.codes)
    return by_status(declaration) and has_secured_reads(declaration)


@breaks("AUTH-MISSING", when=_refuses_reads_by_status)
def head_needs_no_credentials(server: ReferenceServer) -> None:
    """HEAD works without credentials."""
    replace_token(server, lambda call, _: "first" if call.request.method == "HEAD" else None)


@breaks("AUTH-MISSING")
def missing_credentials_return_another_status(server: ReferenceServer) -> None:
    """A request without credentials is refused with a status that is not declared."""
    change_refusal(server, "missing", lambda declared, error: other_status(error, declared.missing))


@breaks("AUTH-MISSING", when=any_group(lambda group: group.missing is not None and bool(group.missing.codes)))
def missing_credentials_return_another_code(server: ReferenceServer) -> None:
    """A request without credentials is refused with a code that is not declared."""

    def change(_: Auth, error: HttpError) -> None:
        error.body = {"code": "other_code"}

    change_refusal(server, "missing", change)


@breaks("AUTH-WRONG")
def wrong_credentials_return_another_status(server: ReferenceServer) -> None:
    """A request with wrong credentials is refused with a status that is not declared."""
    change_refusal(server, "wrong", lambda declared, error: other_status(error, declared.wrong))


@breaks("AUTH-WRONG")
def tokens_are_compared_by_their_start(server: ReferenceServer) -> None:
    """A token is compared by its first eight characters only."""
    _find_tokens(server, lambda sent, known: sent[:8] == known[:8])


@breaks("AUTH-WRONG")
def longer_tokens_are_accepted(server: ReferenceServer) -> None:
    """A token with further characters behind a valid one is accepted."""
    _find_tokens(server, lambda sent, known: sent.startswith(known))


@keeps("AUTH-WRONG", when=any_group(lambda group: group.type == "basic"))
def incomplete_byte_of_base64_is_ignored(server: ReferenceServer) -> None:
    """A further character behind the base64 of Basic is ignored, as many decoders do."""

    def find(original: Callable[..., Token | None], value: str, *kind: str) -> Token | None:
        return original(value[:-1] if len(value) % 4 == 1 else value, *kind)

    wrap_method(server.get(AuthPart).tokens, "find", find)


@breaks("AUTH-WRONG", when=any_group(lambda group: group.type in ("bearer", "api-key", "login")))
def tokens_are_compared_without_case(server: ReferenceServer) -> None:
    """A token is compared without case: capitals equal small letters."""
    _find_tokens(server, lambda sent, known: sent.lower() == known.lower())


@breaks("AUTH-WRONG", when=has_scheme)
def any_scheme_is_accepted(server: ReferenceServer) -> None:
    """A token is accepted after any scheme."""
    wrap_method(server.get(AuthPart), "is_scheme", lambda _, sent, *__: sent != "")


@breaks("AUTH-WRONG", when=any_group(lambda group: bool(group.scheme) and "" not in group.also))
def token_without_scheme_is_accepted(server: ReferenceServer) -> None:
    """A token is accepted without its scheme."""
    wrap_method(
        server.get(AuthPart), "is_scheme", lambda original, sent, *rest: sent == "" or original(sent, *rest)
    )


@breaks("AUTH-WRONG", when=any_group(lambda group: group.type != "basic"))
def empty_token_is_accepted(server: ReferenceServer) -> None:
    """An empty token gives access to the account of the second user."""
    empty = {"", *(scheme for group in server.get(AuthPart).groups for scheme in (group.scheme, *group.also))}
    replace_token(
        server,
        lambda _, credential: "second" if credential is not None and credential.strip() in empty else None,
    )


@breaks("AUTH-WRONG", when=declares_changes)
def wrong_credentials_are_accepted_for_creations(server: ReferenceServer) -> None:
    """A POST accepts any credentials."""
    replace_token(
        server, lambda call, credential: "first" if credential and call.request.method == "POST" else None
    )


@breaks("AUTH-SCHEME-CASE")
def lower_case_scheme_is_refused(server: ReferenceServer) -> None:
    """A scheme in lower case is refused."""
    wrap_method(
        server.get(AuthPart),
        "is_scheme",
        lambda original, sent, *rest: original(sent, *rest) and not sent.islower(),
    )


@breaks("AUTH-SCHEME-CASE")
def upper_case_scheme_is_refused(server: ReferenceServer) -> None:
    """A scheme in upper case is refused."""
    wrap_method(
        server.get(AuthPart),
        "is_scheme",
        lambda original, sent, *rest: original(sent, *rest) and not sent.isupper(),
    )


@breaks("AUTH-SCHEME-CASE", when=declares_changes)
def lower_case_scheme_is_refused_for_writes(server: ReferenceServer) -> None:
    """A POST, PUT, PATCH or DELETE with a scheme in lower case is refused."""
    refuse_valid(server, lambda call: is_change(call) and _authorization(call)[:1].islower())


@breaks("AUTH-CHALLENGE")
def challenge_is_missing(server: ReferenceServer) -> None:
    """A 401 has no WWW-Authenticate."""
    wrap_method(server.get(AuthPart), "challenge", lambda *_: {})


@breaks("AUTH-CHALLENGE")
def challenge_has_another_scheme(server: ReferenceServer) -> None:
    """The challenge has another scheme, and the declared one as a word in its realm."""

    def challenge(original: Callable[[Auth], dict[str, str]], declared: Auth) -> dict[str, str]:
        scheme = "Digest" if declared.challenge != "Digest" else "Basic"
        return {"WWW-Authenticate": f'{scheme} realm="no, {declared.challenge}"'}

    wrap_method(server.get(AuthPart), "challenge", challenge)


@breaks(
    "AUTH-CHALLENGE", when=any_group(lambda group: group.wrong is not None and 401 in group.wrong.statuses)
)
def challenge_is_missing_for_wrong_credentials(server: ReferenceServer) -> None:
    """A 401 for wrong credentials has no WWW-Authenticate."""

    def change(_: Auth, error: HttpError) -> None:
        error.headers = {}

    change_refusal(server, "wrong", change)


@breaks("AUTH-NOT-IN", when=any_group(lambda group: "query" in group.not_in))
def token_in_query_is_accepted(server: ReferenceServer) -> None:
    """A token in the query is accepted."""
    take_token_from(server, lambda call: call.request.args, beside_wrong=False)


@breaks("AUTH-NOT-IN", when=any_group(lambda group: "query" in group.not_in and group.wrong is not None))
def token_in_query_replaces_a_wrong_one(server: ReferenceServer) -> None:
    """A token in the query is used if the token in its declared location is wrong."""
    take_token_from(server, lambda call: call.request.args, beside_wrong=True)


def _declares_not_in(place: str) -> Callable[[Declaration], bool]:
    """Return whether a declaration has a creation, and refuses tokens at a location."""
    in_place = any_group(lambda group: place in group.not_in)
    return lambda declaration: in_place(declaration) and declares_changes(declaration)


@breaks("AUTH-NOT-IN", when=_declares_not_in("form"))
def token_in_form_is_accepted(server: ReferenceServer) -> None:
    """A token in a form is accepted."""
    take_token_from(server, lambda call: call.request.form, beside_wrong=False)


@breaks("AUTH-NOT-IN", when=_declares_not_in("body"))
def token_in_json_is_accepted(server: ReferenceServer) -> None:
    """A token in a JSON body is accepted."""

    def json_object(call: Call) -> Any:
        body = call.request.get_json(silent=True)
        return body if isinstance(body, dict) else {}

    take_token_from(server, json_object, beside_wrong=False)


@breaks("AUTH-FIRST", when=declares_changes)
def absent_item_is_refused_before_credentials(server: ReferenceServer) -> None:
    """A request about an absent item returns 404 before its credentials are judged."""
    find_item_first(server)


@breaks("AUTH-FIRST", when=declares_changes)
def invalid_body_is_refused_before_credentials(server: ReferenceServer) -> None:
    """A POST whose body is not an object returns 400 before its credentials are judged."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        if call.request.method == "POST" and isinstance(call.body, list):
            raise HttpError(400, "the body is not an object")
        return original(call)

    wrap_method(server.get(AuthPart), "before", before)


@breaks("AUTH-UNCHANGED", when=declares_changes)
def refused_creation_is_executed(server: ReferenceServer) -> None:
    """A POST without valid credentials is refused, but creates the item."""
    execute_refused(server, lambda call: call.request.method == "POST")


@breaks("AUTH-UNCHANGED", when=any_group(lambda group: group.wrong is not None))
def deletion_with_wrong_credentials_is_executed(server: ReferenceServer) -> None:
    """A DELETE with wrong credentials is refused, but deletes the item."""
    part = server.get(AuthPart)

    def is_wrong(call: Call) -> bool:
        declared: Auth | None = part.of(call)
        is_sent = declared is not None and part.credential_of(call, declared) is not None
        return call.request.method == "DELETE" and is_sent

    execute_refused(server, is_wrong)


@breaks("AUTH-EXPIRED")
def expired_token_is_accepted(server: ReferenceServer) -> None:
    """A token works for ever."""
    wrap_method(server.get(AuthPart).tokens, "is_expired", lambda *_: False)


@breaks("AUTH-EXPIRED")
def expired_token_returns_another_status(server: ReferenceServer) -> None:
    """An expired token is refused with a status that is not declared."""
    change_refusal(server, "expired", lambda declared, error: other_status(error, declared.expired))


@breaks("AUTH-REVOKED")
def revoked_token_is_accepted(server: ReferenceServer) -> None:
    """A revoked token works."""
    wrap_method(server.get(AuthPart).tokens, "revoke", lambda *_: None)


@breaks("AUTH-REVOKED")
def revoked_token_is_accepted_at_its_second_use(server: ReferenceServer) -> None:
    """A revoked token is refused once and works from then on."""

    def change(_: Auth, error: HttpError) -> None:
        for token in server.get(AuthPart).tokens.by_value.values():
            token.is_revoked = False

    change_refusal(server, "revoked", change)


@breaks("AUTH-OPTIONAL")
def request_without_credentials_is_refused(server: ReferenceServer) -> None:
    """A request without credentials is refused although they are optional."""
    part = server.get(AuthPart)

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        declared = part.of(call)
        if declared is not None and declared.optional and part.credential_of(call, declared) is None:
            raise part.refusal(declared, "wrong")
        return original(call)

    wrap_method(part, "before", before)


@breaks("AUTH-OPTIONAL")
def request_without_credentials_finds_nothing(server: ReferenceServer) -> None:
    """A GET without credentials returns 404 although they are optional."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        response = original(call)
        declared = server.get(AuthPart).of(call)
        if declared is not None and declared.optional and call.account is None:
            raise HttpError(404)
        return response

    wrap_method(server.get(AuthPart), "before", before)


@breaks("AUTH-PUBLIC")
def public_operation_needs_credentials(server: ReferenceServer) -> None:
    """A public operation is refused without credentials."""
    _close_public(server, lambda operations: operations)


@breaks("AUTH-PUBLIC")
def one_public_operation_needs_credentials(server: ReferenceServer) -> None:
    """The last one of the public operations is refused without credentials."""
    _close_public(server, lambda operations: operations[-1:])


@breaks("AUTH-ALSO")
def further_scheme_is_refused(server: ReferenceServer) -> None:
    """The further schemes are refused."""
    wrap_method(server.get(AuthPart), "schemes", lambda original, declared: original(declared)[:1])


@breaks("AUTH-ALSO", when=declares_changes)
def further_scheme_is_refused_for_writes(server: ReferenceServer) -> None:
    """The further schemes are refused for POST, PUT, PATCH and DELETE."""

    def is_further(call: Call) -> bool:
        scheme = _authorization(call).partition(" ")[0].lower()
        return is_change(call) and any(scheme == each.lower() for each in further)

    further = [scheme for group in server.get(AuthPart).groups for scheme in group.also]

    refuse_valid(server, is_further)


def _authorization(call: Call) -> str:
    """Return the Authorization header of a request."""
    return str(call.request.headers.get("Authorization", ""))


def _find_tokens(server: ReferenceServer, is_same: Callable[[str, str], bool]) -> None:
    """Compare tokens in another way."""
    tokens = server.get(AuthPart).tokens

    def find(original: Callable[..., Token | None], value: str, kind: str = "access") -> Token | None:
        found = original(value, kind)
        sent, known = _plain(value), tokens.by_value.values()
        similar = (token for token in known if is_same(sent, _plain(token.value)))
        return found or next((token for token in similar if token.kind == kind), None)

    wrap_method(tokens, "find", find)


def _plain(value: str) -> str:
    """Return the name and the password of Basic; any other token unchanged."""
    with suppress(ValueError):
        text = base64.b64decode(value, validate=True).decode()
        return text if ":" in text else value
    return value


def _close_public(server: ReferenceServer, select: Callable[[list[str]], list[str]]) -> None:
    """Refuse requests without credentials at some of the public operations."""
    part = server.get(AuthPart)
    declarations = {each.key: server.declaration.of("auth", each) for each in server.operations}
    closed = select([key for key, group in declarations.items() if group is not None and group.is_public])

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        if call.operation is not None and call.operation.key in closed:
            raise HttpError(401)
        return original(call)

    wrap_method(part, "before", before)
