"""A request that got no response, and why."""

from __future__ import annotations

import ssl
from http.client import HTTPException

import requests
from urllib3.exceptions import DecodeError, HTTPError
from urllib3.exceptions import SSLError as UntrustedError

from tuningfork.client.failure_causes import refusal_of
from tuningfork.client.limits import TooLargeError
from tuningfork.model import Exchange, ExpectationFailed, Request, Response

CONNECTION_ERRORS = (HTTPError, HTTPException, OSError)
"""Raised if the server sends no valid response; `requests.RequestException` is an OSError."""


class NoResponse(ExpectationFailed):
    """A request got no response.

    Args:
        expected: the response that the test requires, as a phrase.
        reason: why no response arrived, as a phrase.
        request: the request; None for the call of a test hook.
    """

    def __init__(self, expected: str, reason: str, request: Request | None = None) -> None:
        exchange = None if request is None else Exchange(request, Response(0, "no response"))
        super().__init__(expected, reason, exchange=exchange)


def describe_failure(error: Exception, timeout: float) -> str:
    """Return a phrase that says why a request got no response."""
    if isinstance(error, TooLargeError):
        return str(error)
    if isinstance(error, (requests.Timeout, TimeoutError)):
        return f"no response within {timeout:g} s (timeout)"
    if isinstance(error, (requests.exceptions.SSLError, UntrustedError, ssl.SSLError)):
        return "a TLS connection with an untrusted certificate"
    if isinstance(error, (requests.exceptions.ContentDecodingError, DecodeError)):
        return "a content coding that can't be decoded"
    return refusal_of(error) or f"the connection broke ({type(error).__name__})"
