"""How a target is reached: through which proxy, trusting whom, and what one exchange may take."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import certifi

from tuningfork.client.sockets import BudgetedTLSSocket

MAX_BODY_BYTES = 64 * 2**20
"""Bytes of an answer that are read where nothing else is said."""


class CertificateFileError(Exception):
    """A file that holds no certificates; the text says so in a phrase."""


@dataclass(frozen=True, slots=True)
class Route:
    """How a target is reached.

    Args:
        timeout: seconds for a whole exchange.
        max_body: bytes of an answer.
        ca: a file of certificates that are trusted beside the public ones.
        proxy: the URL of an HTTP proxy, with its user and password if it wants them.

    Raises:
        UntrustedError: `ca` holds no certificates.
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
    """The certificates that certifi ships, and a file of others; nothing of the environment.

    Raises:
        UntrustedError: the file holds no certificates.
    """
    context = ssl.create_default_context(cafile=certifi.where())
    context.sslsocket_class = BudgetedTLSSocket
    if ca is not None:
        try:
            context.load_verify_locations(ca)
        except OSError:
            raise CertificateFileError(f"{ca} can't be read as certificates") from None
    return context
