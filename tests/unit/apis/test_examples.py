"""Each request example of the OpenAPI documents succeeds on the API's mock with valid credentials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests

from tuningfork import apis
from tuningfork.apis.audioboo.mock.api_keys import CONSUMER, SERVICE
from tuningfork.apis.audioboo.signing_scheme import PrivateKey
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.client.inprocess import WsgiAdapter
from tuningfork.contract.cases import Case, Cases
from tuningfork.contract.openapi import Contract, Operation

SPECS = Path(__file__).parents[3] / "specs"
BASE = "https://api.example.mock"
Auth = Callable[[requests.PreparedRequest], requests.PreparedRequest]


@dataclass
class ExampleCredentials:
    """The credentials of an example: `fields` replace values in query and form, `auth` signs the request."""

    auth: Auth | None = None
    fields: dict[str, str] = field(default_factory=dict)


CONTRACTS = {name: Contract.load(SPECS / name) for name in apis.names()}
OPERATIONS = [
    pytest.param(name, operation, id=f"{name} {operation.key}")
    for name, contract in CONTRACTS.items()
    for operation in contract.all_operations
]


@cache
def cases(api: str) -> Cases:
    return Cases(CONTRACTS[api])


def header(value: str) -> Auth:
    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = value
        return request

    return sign


def soundcloud(mock: Any, operation: Operation, case: Case) -> ExampleCredentials:
    """Return the first user's token, or the app's credentials with a new code and a valid refresh token."""
    app, user = mock.apps.find(mock.settings(BASE)["client_id"]), mock.users.find(1001)
    token = mock.tokens.issue(app, user, "chain")
    if operation.secured:
        return ExampleCredentials(header(f"OAuth {token.access_token}"))
    fields = {"client_id": app.client_id}
    if operation.path == "/oauth2/token":
        code = mock.codes.issue(app, user, "https://app.example.com/callback")
        fields |= {
            "client_secret": app.client_secret,
            "code": code.value,
            "refresh_token": token.refresh_token,
        }
    return ExampleCredentials(None, fields)


def audiosocket(mock: Any, operation: Operation, case: Case) -> ExampleCredentials:
    """Return the token with write access."""
    return ExampleCredentials(header(f"Bearer {mock.settings(BASE)['token']}"))


def audioboo(mock: Any, operation: Operation, case: Case) -> ExampleCredentials:
    """Return the first user's signature, or the one that the step of the OAuth flow or the key requires."""
    user, consumer = mock.users.find_by_username("romney"), Consumer(*CONSUMER)
    if operation.path == "/oauth/request_token":
        return ExampleCredentials(OAuth1(consumer, callback="oob"))
    if operation.path.startswith("/oauth/"):
        request_token = mock.tokens.create_request_token(consumer.key, "oob")
        auth = OAuth1(
            consumer,
            request_token.token,
            request_token.secret,
            verifier=mock.tokens.approve(request_token, user),
        )
        is_exchange = operation.path == "/oauth/access_token"
        return ExampleCredentials(auth if is_exchange else None, {"oauth_token": request_token.token})
    if operation.path == "/sources/register":
        return ExampleCredentials(PrivateKey("service", *SERVICE))
    if operation.path == "/sources/status":
        source = mock.api_keys.register_source()
        return ExampleCredentials(PrivateKey("source", source.key, source.secret))
    token = mock.tokens.issue_access_token(consumer.key, user)
    _receive_attachment(mock, user, operation, case)
    return ExampleCredentials(OAuth1(consumer, token.token, token.secret))


def _receive_attachment(mock: Any, user: Any, operation: Operation, case: Case) -> None:
    """Create the attachment that an example refers to; PUT examples send its last byte."""
    if "attachment_id" in (case.path_parameters or {}) or "chunked_attachment_id" in str(case.body):
        whole = b"#!AMR\n(the start of a file)."
        attachment = mock.attachments.create(user, len(whole), "beach.wav")
        mock.attachments.append_chunk(attachment, whole[:-1] if operation.method == "PUT" else whole)


CREDENTIALS = {"soundcloud": soundcloud, "audiosocket": audiosocket, "audioboo": audioboo}


def send(mock: Any, case: Case, credentials: ExampleCredentials) -> requests.Response:
    arguments = case.as_transport_kwargs(base_url=BASE)
    arguments["headers"].pop("X-Schemathesis-TestCaseId", None)
    for source in ("params", "data"):
        if isinstance(values := arguments.get(source), dict):
            replaced = {name: credentials.fields.get(name, value) for name, value in values.items()}
            arguments[source] = {_unsigned(name, credentials): value for name, value in replaced.items()}
    if arguments.get("files"):
        arguments["files"] = [(_unsigned(name, credentials), file) for name, file in arguments["files"]]
    if isinstance(credentials.auth, OAuth1) and isinstance(arguments.get("data"), dict):
        arguments["data"] = {k: v for k, v in arguments["data"].items() if not k.startswith("oauth_")}
    session = requests.Session()
    session.mount(BASE, WsgiAdapter(mock.wsgi))
    return session.request(**arguments, auth=credentials.auth, allow_redirects=False)


def _unsigned(name: str, credentials: ExampleCredentials) -> str:
    """Return a parameter's name without the prefix that a private key adds."""
    return name.removeprefix("signed_") if isinstance(credentials.auth, PrivateKey) else name


@pytest.mark.parametrize(("api", "operation"), OPERATIONS)
def test_documented_examples_succeed(api: str, operation: Operation) -> None:
    for case in cases(api).examples(operation):
        mock: Any = apis.mock(api)

        response = send(mock, case, CREDENTIALS[api](mock, operation, case))

        assert 200 <= response.status_code < 400, response.text
        assert str(response.status_code) in operation.statuses
