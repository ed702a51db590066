"""The claims of `auth` with `type: oauth1` in conventions.yaml (RFC 5849)."""

from __future__ import annotations

from collections.abc import Iterator

from tuningfork.conventions.base import GenericClaim
from tuningfork.conventions.grammar import Refusal

NEEDS = ("given:consumer_key", "given:consumer_secret")


def oauth1_claims(wrong: Refusal | None) -> Iterator[GenericClaim]:
    """Yield the claims about signatures; none without a declared refusal of wrong credentials."""
    if wrong is None:
        return
    promises = {
        "OAUTH1-SIGNATURE": ("A request with a signature over other parameters", "3.2"),
        "OAUTH1-NONCE": ("A request with a used nonce and the same timestamp", "3.3"),
        "OAUTH1-TIMESTAMP": ("A request whose timestamp is not a positive number", "3.3"),
        "OAUTH1-METHOD": ("A request with an unknown signature method", "3.4"),
        "OAUTH1-CONSUMER": ("A request of an unknown consumer", "3.2"),
        "OAUTH1-VERSION": ("A request with an oauth_version other than 1.0", "3.2"),
    }
    unsupported = ("OAUTH1-TIMESTAMP", "OAUTH1-METHOD", "OAUTH1-VERSION")
    for id_, (request, section) in promises.items():
        refused = f"{wrong} or 400" if id_ in unsupported else wrong
        promise, source = f"{request} is refused with {refused}.", f"RFC 5849, {section}"
        yield GenericClaim(id_, promise, source, needs=NEEDS, is_of_api=True)
