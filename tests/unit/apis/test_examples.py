"""Each documented example of a request succeeds on the API's own mock, sent with the right credentials."""

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
class Sending:
    """How an example is sent: `fields` replace credentials in query and form, `auth` signs."""

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


def soundcloud(mock: Any, operation: Operation, case: Case) -> Sending:
    """The first user's token; the app's credentials, a fresh code and a good refresh token."""
    app, user = mock.apps.find(mock.settings(BASE)["client_id"]), mock.users.find(1001)
    token = mock.tokens.issue(app, user, "chain")
    if operation.secured:
        return Sending(header(f"OAuth {token.access_token}"))
    fields = {"client_id": app.client_id}
    if operation.path == "/oauth2/token":
        code = mock.codes.issue(app, user, "https://app.example.com/callback")
        fields |= {
            "client_secret": app.client_secret,
            "code": code.value,
            "refresh_token": token.refresh_token,
        }
    return Sending(None, fields)


def audiosocket(mock: Any, operation: Operation, case: Case) -> Sending:
    """The full token."""
    return Sending(header(f"Bearer {mock.settings(BASE)['token']}"))


def audioboo(mock: Any, operation: Operation, case: Case) -> Sending:
    """The first user's signature; for each leg and each key the one that it needs."""
    user, consumer = mock.users.by_name("romney"), Consumer(*CONSUMER)
    if operation.path == "/oauth/request_token":
        return Sending(OAuth1(consumer, callback="oob"))
    if operation.path.startswith("/oauth/"):
        asked = mock.tokens.request(consumer.key, "oob")
        auth = OAuth1(consumer, asked.token, asked.secret, verifier=mock.tokens.approve(asked, user))
        is_exchange = operation.path == "/oauth/access_token"
        return Sending(auth if is_exchange else None, {"oauth_token": asked.token})
    if operation.path == "/sources/register":
        return Sending(PrivateKey("service", *SERVICE))
    if operation.path == "/sources/status":
        source = mock.keys.register_source()
        return Sending(PrivateKey("source", source.key, source.secret))
    token = mock.tokens.issue(consumer.key, user)
    _receive_attachment(mock, user, operation, case)
    return Sending(OAuth1(consumer, token.token, token.secret))


def _receive_attachment(mock: Any, user: Any, operation: Operation, case: Case) -> None:
    """The attachment that an example is about, of which its last byte may still be missing."""
    if "attachment_id" in (case.path_parameters or {}) or "chunked_attachment_id" in str(case.body):
        whole = b"#!AMR\n(the start of a file)."
        attachment = mock.attachments.create(user, len(whole), "beach.wav")
        mock.attachments.extend(attachment, whole[:-1] if operation.method == "PUT" else whole)


SENDINGS = {"soundcloud": soundcloud, "audiosocket": audiosocket, "audioboo": audioboo}


def send(mock: Any, case: Case, sending: Sending) -> requests.Response:
    arguments = case.as_transport_kwargs(base_url=BASE)
    arguments["headers"].pop("X-Schemathesis-TestCaseId", None)
    for place in ("params", "data"):
        if isinstance(given := arguments.get(place), dict):
            replaced = {name: sending.fields.get(name, value) for name, value in given.items()}
            arguments[place] = {_unsigned(name, sending): value for name, value in replaced.items()}
    if arguments.get("files"):
        arguments["files"] = [(_unsigned(name, sending), file) for name, file in arguments["files"]]
    if isinstance(sending.auth, OAuth1) and isinstance(arguments.get("data"), dict):
        arguments["data"] = {k: v for k, v in arguments["data"].items() if not k.startswith("oauth_")}
    session = requests.Session()
    session.mount(BASE, WsgiAdapter(mock.wsgi))
    return session.request(**arguments, auth=sending.auth, allow_redirects=False)


def _unsigned(name: str, sending: Sending) -> str:
    """The name of a parameter without the prefix that a private key adds."""
    return name.removeprefix("signed_") if isinstance(sending.auth, PrivateKey) else name


@pytest.mark.parametrize(("api", "operation"), OPERATIONS)
def test_documented_examples_succeed(api: str, operation: Operation) -> None:
    for case in cases(api).examples(operation):
        mock: Any = apis.mock(api)

        answer = send(mock, case, SENDINGS[api](mock, operation, case))

        assert 200 <= answer.status_code < 400, answer.text
        assert str(answer.status_code) in operation.statuses
