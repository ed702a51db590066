"""Faults of `auth` with `type: oauth1`, and a conforming variant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Request

from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.mock.reference.auth import AuthPart
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
