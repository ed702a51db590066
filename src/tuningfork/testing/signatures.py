"""Signers of OAuth 1.0 whose signature is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from functools import partial
from urllib.parse import quote, unquote

from requests import PreparedRequest
from requests.auth import AuthBase

from tuningfork import not_verified
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.client.response import Response

SIGNATURE = re.compile(r'(oauth_signature=")([^"]+)')


@dataclass(frozen=True)
class Tampered(AuthBase):
    """Changes a request after it was signed.

    Args:
        signer: signs the request.
        change: changes the signed request.
    """

    signer: OAuth1
    change: Callable[[PreparedRequest], None]

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign a request and change it."""
        signed = self.signer(request)
        self.change(signed)
        return signed


def other_secret(signer: OAuth1) -> OAuth1:
    """Return a signer with another secret of the consumer."""
    return replace(signer, consumer=Consumer(signer.consumer.key, f"{signer.consumer.secret}x"))


def wrong_signers(signer: OAuth1, *, must_be_signed: bool) -> Iterator[AuthBase]:
    """Yield signers of another request, with another secret, and of signatures that are only similar.

    Args:
        signer: the signer that a server accepts.
        must_be_signed: whether a request is refused if a server reads no signature in the query.
    """
    yield other_secret(signer)
    if must_be_signed:
        yield replace(other_secret(signer), placement="query")
    yield Tampered(signer, lambda request: request.prepare_url(request.url, {"tuning": "fork"}))
    for change in (_change_last, str.swapcase, lambda signature: f"{signature[:8]}{signature[8:][::-1]}"):
        yield Tampered(signer, partial(_edit_signature, change))


def spelled(signer: OAuth1, scheme: str) -> Tampered:
    """Return a signer that writes the scheme of the header in another way."""

    def change(request: PreparedRequest) -> None:
        """Replace the scheme."""
        _, _, parameters = str(request.headers["Authorization"]).partition(" ")
        request.headers["Authorization"] = f"{scheme} {parameters}"

    return Tampered(signer, change)


def server_time(response: Response) -> int:
    """Return the time of the server in a response (RFC 9110 6.6.1); the test is not verified without it."""
    try:
        return int(parsedate_to_datetime(response.headers.get("Date", "")).timestamp())
    except ValueError:
        return not_verified("a response has no header Date")


def _edit_signature(change: Callable[[str], str], request: PreparedRequest) -> None:
    """Change the signature in the header of a request."""
    header = str(request.headers["Authorization"])
    request.headers["Authorization"] = SIGNATURE.sub(
        lambda found: f"{found[1]}{quote(change(unquote(found[2])), safe='')}", header
    )


def _change_last(signature: str) -> str:
    """Return a signature with another character before its padding, whose last bits may be unused."""
    return f"{signature[:-3]}{'A' if signature[-3] != 'A' else 'B'}{signature[-2:]}"
