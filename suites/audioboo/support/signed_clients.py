"""Clients that sign in other ways than the fixtures' clients."""

from __future__ import annotations

import time
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

from tuningfork import not_verified
from tuningfork.apis.audioboo.factories import object_in_body
from tuningfork.apis.audioboo.signing_scheme import PrivateKey
from tuningfork.auth.oauth1 import OAuth1, Token
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.expect import expect_true

from .signature_tampering import Change, TamperedAuth

REGISTER = "/sources/register"
STATUS = "/sources/status"
REQUEST_TOKEN = "/oauth/request_token"  # noqa: S105 - a path
ACCESS_TOKEN = "/oauth/access_token"  # noqa: S105 - a path


def signing_client(client: Client, *changes: Change, **options: Any) -> Client:
    """Return a client of the same user that signs with other options and then changes the request."""
    assert isinstance(client.auth, OAuth1), "a user's client signs with OAuth"
    return client.with_auth(TamperedAuth(replace(client.auth, **options), changes), client.token)


def client_with_key(client: Client, key: PrivateKey, *changes: Change) -> Client:
    """Return a client that signs with a private key, whose signed requests are then changed."""
    return client.with_auth(TamperedAuth(key, changes))


def registration_form(identifier: str) -> dict[str, str]:
    """Return the form that registers a device."""
    return {
        "source[unique_identifier]": identifier,
        "source[device_name]": "Bänk & Söhne + 1",
        "source[device_model]": "fork",
        "source[system_name]": "test",
        "source[system_version]": "1.0",
    }


def parse_source_key(response: Response) -> PrivateKey:
    """Return the key of a registration response; raise ExpectationFailed without it."""
    source = object_in_body(response.expect_status(200, 201), "source")
    key, secret = source["api_key"], source["api_secret"]
    are_texts = isinstance(key, str) and key != "" and isinstance(secret, str) and secret != ""
    found = f"{type(key).__name__} and {type(secret).__name__}"  # without the secret
    expect_true(are_texts, "api_key and api_secret as strings", found, response)
    return PrivateKey("source", key, secret)


def register_source(service_client: Client, identifier: str) -> PrivateKey:
    """Register a device and return its key; otherwise the test is not verified."""
    try:
        return parse_source_key(service_client.post(REGISTER, form=registration_form(identifier)))
    except ExpectationFailed as failure:
        not_verified(f"no source can be registered: {failure}")


def parse_token(response: Response) -> Token:
    """Return the token of a response of /oauth/*; raise ExpectationFailed without it."""
    try:
        token = Token.parse(response.expect_ok().text)
    except AuthError as error:
        raise ExpectationFailed("oauth_token and oauth_token_secret", str(error)) from None
    expect_true(bool(token.secret), "oauth_token and oauth_token_secret", "no secret", response)
    return token


def expect_signature_accepted(response: Response) -> None:
    """Raise ExpectationFailed if a signature is refused; an unknown parameter may be refused."""
    is_accepted = response.status not in (401, 403) and response.status < 500
    expect_true(is_accepted, "a signature that is accepted", str(response), response)


def unused_nonce(client: Client) -> dict[str, Any]:
    """Return a new nonce and the current timestamp as options of OAuth1, so that a test can reuse them."""
    return {"nonce": uuid4().hex, "timestamp": target_time(client)}


def target_time(client: Client) -> int:
    """Return the time of the target in Unix seconds, from its Date header."""
    date = client.get("/account").headers.get("date", "")
    try:
        return int(parsedate_to_datetime(date).timestamp())
    except (ValueError, TypeError, OverflowError):
        return int(time.time())
