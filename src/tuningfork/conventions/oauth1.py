"""`auth.oauth1` in conventions.yaml, and the claims of `auth` with `type: oauth1` (RFC 5849)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tuningfork.conventions.base import GenericClaim, Keys
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.scalars import Text

CONSUMER = ("given:consumer_key", "given:consumer_secret")
LOGIN = (*CONSUMER, "login", "write")


class OAuth1(Keys):
    """`oauth1`: the three endpoints of OAuth 1.0a, and how old a signature may be."""

    request_token: Text = Field(description="the path or URL that issues request tokens")
    authorize: Text = Field(description="the path or URL of the page on which a user approves the access")
    access_token: Text = Field(description="the path or URL that exchanges an approved request token")
    timestamp: list[int] | None = Field(
        None,
        min_length=2,
        max_length=2,
        description="the seconds by which an accepted timestamp may be off, and a refused one must be",
    )

    @property
    def endpoints(self) -> tuple[str, str, str]:
        """The paths or URLs of the endpoints."""
        return (self.request_token, self.authorize, self.access_token)


def oauth1_claims(wrong: Refusal | None, oauth1: OAuth1 | None) -> Iterator[GenericClaim]:
    """Yield the claims about signatures, if the refusal of wrong ones is declared, and about the login."""
    if wrong is not None:
        yield from _signature_claims(wrong)
    if wrong is not None and oauth1 is not None and oauth1.timestamp is not None:
        accepted, refused = oauth1.timestamp
        promise = (
            f"A timestamp that is {refused} seconds off is refused with {wrong}; {accepted} are accepted."
        )
        yield GenericClaim("OAUTH1-WINDOW", promise, "RFC 5849, 3.3", needs=CONSUMER, is_of_api=True)
    if oauth1 is not None:
        yield from _login_claims(has_refusal=wrong is not None)


def _signature_claims(wrong: Refusal) -> Iterator[GenericClaim]:
    """Yield the claims about signatures."""
    promise = f"A request with a signature of another request, or by another secret, is refused with {wrong}."
    yield GenericClaim("OAUTH1-SIGNATURE", promise, "RFC 5849, 3.2", needs=CONSUMER)
    promises = {
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
        yield GenericClaim(id_, promise, source, needs=CONSUMER, is_of_api=True)


def _login_claims(*, has_refusal: bool) -> Iterator[GenericClaim]:
    """Yield the claims about the three requests by which an app gets the token of a user."""
    promises = {
        "OAUTH1-LOGIN": (
            "A request token and the verifier of its approval give an access token that works.",
            "2",
        ),
        "OAUTH1-VERIFIER": (
            "A request token is refused without its own verifier, and before its approval.",
            "2.3",
        ),
        "OAUTH1-REQUEST-TOKEN": ("A request token signs no other request, approved or not.", "2.3"),
        "OAUTH1-ONCE": ("A request token that was exchanged is refused.", "2.3"),
    }
    for id_, (promise, section) in promises.items():
        if has_refusal or id_ != "OAUTH1-REQUEST-TOKEN":
            yield GenericClaim(id_, promise, f"RFC 5849, {section}", needs=LOGIN, is_of_api=True)
