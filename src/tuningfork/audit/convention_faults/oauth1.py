"""Faults of `auth` with `type: oauth1`, and conforming variants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from flask import Request, Response

from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.auth import Auth
from tuningfork.mock.reference.accounts import Token
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.oauth1 import REQUEST, OAuth1Part
from tuningfork.mock.reference.server import ReferenceServer

Rule = Callable[[Request, dict[str, str]], bool]


@breaks("OAUTH1-SIGNATURE")
def signature_is_not_compared(server: ReferenceServer) -> None:
    """Any signature is accepted."""
    _replace(server, "has_signature", lambda *_: True)


@breaks("OAUTH1-SIGNATURE")
def signature_of_reads_is_not_compared(server: ReferenceServer) -> None:
    """A GET is accepted with any signature."""
    _replace(
        server, "has_signature", lambda rule, request, sent: request.method == "GET" or rule(request, sent)
    )


@breaks("OAUTH1-NONCE")
def nonce_may_be_used_again(server: ReferenceServer) -> None:
    """A nonce may be used as often as wanted."""
    _replace(server, "has_new_nonce", lambda *_: True)


@breaks("OAUTH1-NONCE")
def nonce_of_a_read_may_be_used_again(server: ReferenceServer) -> None:
    """The nonce of a GET may be used again."""
    _replace(
        server, "has_new_nonce", lambda rule, request, sent: request.method == "GET" or rule(request, sent)
    )


@breaks("OAUTH1-TIMESTAMP")
def timestamp_is_not_read(server: ReferenceServer) -> None:
    """Any timestamp is accepted."""
    _replace(server, "has_timestamp", lambda *_: True)


@breaks("OAUTH1-TIMESTAMP")
def timestamp_may_be_negative(server: ReferenceServer) -> None:
    """A negative timestamp is accepted."""
    _replace(
        server,
        "has_timestamp",
        lambda rule, request, sent: sent["oauth_timestamp"] == "-1" or rule(request, sent),
    )


@breaks("OAUTH1-METHOD")
def signature_method_is_not_read(server: ReferenceServer) -> None:
    """Any signature method is read as HMAC-SHA1."""
    _replace(server, "has_method", lambda *_: True)


@breaks("OAUTH1-METHOD")
def signature_method_is_read_in_reads_of_items_only(server: ReferenceServer) -> None:
    """A request whose path has no id may have any signature method."""
    _replace(server, "has_method", lambda rule, request, sent: not request.view_args or rule(request, sent))


@breaks("OAUTH1-CONSUMER")
def consumer_is_not_read(server: ReferenceServer) -> None:
    """Any consumer with the secret of the known one is accepted."""
    _replace(server, "has_consumer", lambda *_: True)


@breaks("OAUTH1-CONSUMER")
def unknown_consumer_may_read(server: ReferenceServer) -> None:
    """A GET of an unknown consumer is accepted."""
    _replace(
        server, "has_consumer", lambda rule, request, sent: request.method == "GET" or rule(request, sent)
    )


@breaks("OAUTH1-VERSION")
def version_is_not_read(server: ReferenceServer) -> None:
    """Any oauth_version is accepted."""
    _replace(server, "has_version", lambda *_: True)


@breaks("OAUTH1-VERSION")
def version_may_be_later(server: ReferenceServer) -> None:
    """A later oauth_version is accepted."""
    _replace(server, "has_version", lambda _, __, sent: sent.get("oauth_version", "1.0") >= "1.0")


@breaks("OAUTH1-WINDOW")
def timestamp_may_be_old(server: ReferenceServer) -> None:
    """A timestamp of any age is accepted."""
    _replace(server, "is_recent", lambda *_: True)


@breaks("OAUTH1-WINDOW")
def timestamp_may_be_in_the_future(server: ReferenceServer) -> None:
    """A timestamp in the future is accepted."""
    now = server.clock.now
    _replace(
        server,
        "is_recent",
        lambda rule, request, sent: int(sent["oauth_timestamp"]) > now() or rule(request, sent),
    )


@breaks("OAUTH1-LOGIN")
def access_token_does_not_work(server: ReferenceServer) -> None:
    """The access token of an exchange is refused."""

    def exchange(original: Callable[[Auth], Response], declared: Auth) -> Response:
        response = original(declared)
        server.get(AuthPart).tokens.revoke(parse_qs(response.get_data(as_text=True))["oauth_token"][0])
        return response

    wrap_method(server.get(OAuth1Part), "access_token", exchange)


@breaks("OAUTH1-LOGIN")
def exchange_returns_201(server: ReferenceServer) -> None:
    """An exchange returns 201."""

    def exchange(original: Callable[[Auth], Response], declared: Auth) -> Response:
        response = original(declared)
        response.status_code = 201
        return response

    wrap_method(server.get(OAuth1Part), "access_token", exchange)


@breaks("OAUTH1-VERIFIER")
def verifier_may_be_missing(server: ReferenceServer) -> None:
    """An approved request token is exchanged without its verifier."""
    part = server.get(OAuth1Part)
    wrap_method(
        part,
        "is_verified",
        lambda rule, token, sent: (sent is None and token.value in part.verifiers) or rule(token, sent),
    )


@breaks("OAUTH1-VERIFIER")
def verifier_is_compared_by_its_beginning(server: ReferenceServer) -> None:
    """The last character of a verifier is not compared."""
    part = server.get(OAuth1Part)
    wrap_method(
        part,
        "is_verified",
        lambda rule, token, sent: rule(token, (sent or "")[:-1] + part.verifiers.get(token.value, "")[-1:]),
    )


@breaks("OAUTH1-ONCE")
def request_token_works_again(server: ReferenceServer) -> None:
    """A request token can be exchanged as often as wanted."""
    wrap_method(server.get(OAuth1Part), "is_used", lambda *_: False)


@breaks("OAUTH1-ONCE")
def request_token_works_again_after_a_refusal(server: ReferenceServer) -> None:
    """A used request token is refused once, and works again then."""

    def is_used(rule: Callable[[Token], bool], token: Token) -> bool:
        found = rule(token)
        token.used = None if found else token.used
        return found

    wrap_method(server.get(OAuth1Part), "is_used", is_used)


@breaks("OAUTH1-REQUEST-TOKEN")
def request_token_signs_requests(server: ReferenceServer) -> None:
    """A request token is accepted like an access token."""
    _accept_request_tokens(server, lambda _: True)


@breaks("OAUTH1-REQUEST-TOKEN")
def approved_request_token_signs_requests(server: ReferenceServer) -> None:
    """A request token is accepted like an access token as soon as it is approved."""
    _accept_request_tokens(server, lambda token: bool(token.account))


def _accept_request_tokens(server: ReferenceServer, is_accepted: Callable[[Token], bool]) -> None:
    """Accept some request tokens in all requests."""

    def find(original: Callable[..., Token | None], value: str, kind: str = "access") -> Token | None:
        token = original(value, REQUEST) if kind == "access" else None
        return token if token is not None and is_accepted(token) else original(value, kind)

    wrap_method(server.get(AuthPart).tokens, "find", find)


@keeps("OAUTH1-VERIFIER", "OAUTH1-ONCE", "OAUTH1-LOGIN")
def wrong_verifier_ends_the_request_token(server: ReferenceServer) -> None:
    """A request token ends when a wrong verifier is sent."""
    part = server.get(OAuth1Part)

    def is_verified(rule: Callable[[Token, str | None], bool], token: Token, sent: str | None) -> bool:
        found = rule(token, sent)
        if not found:
            part.verifiers.pop(token.value, None)
        return found

    wrap_method(part, "is_verified", is_verified)


@keeps("OAUTH1-WINDOW")
def timestamp_may_be_as_old_as_declared(server: ReferenceServer) -> None:
    """Any timestamp is accepted that need not be refused."""
    signatures = server.get(AuthPart).signatures
    declared = [each.oauth1 for each in server.get(AuthPart).groups if each.oauth1 is not None]
    signatures.window = next((max(each.timestamp) for each in declared if each.timestamp is not None), None)


@keeps("OAUTH1-VERSION", "OAUTH1-METHOD", "OAUTH1-TIMESTAMP")
def nonce_is_compared_without_timestamp(server: ReferenceServer) -> None:
    """A nonce may be used once, regardless of its timestamp."""
    seen: set[str] = set()

    def has_new_nonce(_: Rule, __: Request, sent: dict[str, str]) -> bool:
        nonce = sent.get("oauth_nonce", "")
        is_new = nonce not in seen
        seen.add(nonce)
        return is_new

    _replace(server, "has_new_nonce", has_new_nonce)


def _replace(server: ReferenceServer, name: str, new: Callable[..., Any]) -> None:
    """Replace a rule about signatures."""
    wrap_method(server.get(AuthPart).signatures, name, new)
