"""The network route to a target: proxy, trusted certificates and limits of an exchange."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import certifi

from tuningfork.client.sockets import BudgetedTLSSocket

MAX_BODY_BYTES = 64 * 2**20
"""Default limit of a response body."""


class CertificateFileError(Exception):
    """A file contains no certificates; the message names the file."""


@dataclass(frozen=True, slots=True)
class Route:
    """How a target is reached.

    Args:
        timeout: seconds for a whole exchange.
        max_body: maximum bytes of a response body.
        ca: a file of certificates to trust in addition to the public ones.
        proxy: the URL of an HTTP proxy, with its user and password if it requires them.

    Raises:
        CertificateFileError: `ca` contains no certificates.
    """

    timeout: float
    max_body: int = MAX_BODY_BYTES
    ca: Path | None = None
    proxy: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.ca is not None:
            tls_context(self.ca)


@cache
def tls_context(ca: Path | None = None) -> ssl.SSLContext:
    """Return a TLS context that trusts certifi's certificates and those in `ca`, and none of the environment.

    Raises:
        CertificateFileError: the file contains no certificates.
    """
    context = ssl.create_default_context(cafile=certifi.where())
    context.sslsocket_class = BudgetedTLSSocket
    if ca is not None:
        try:
            context.load_verify_locations(ca)
        except OSError:
            raise CertificateFileError(f"{ca} can't be read as PEM certificates") from None
    return context
