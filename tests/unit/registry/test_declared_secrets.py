"""Secrets whose locations only conventions.yaml declares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tuningfork.client.cassette_filters import redact_cassette
from tuningfork.contract.openapi import Contract
from tuningfork.model import Exchange, Headers, Request, Response
from tuningfork.redaction import (
    Disclosure,
    KnownSecrets,
    SecretFinder,
    SecretLocations,
    collect_secrets,
)
from tuningfork.registry.declared_secrets import declared_secret_locations

BASE = "https://api.example.com/v1"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
CONVENTIONS = """
conventions: 1
prefix: SHOP
auth:
  - type: login
    name: X-Card
    prefix: Card
    login:
      request: POST /sessions
      body: {user: '{username}', credentials: {phrase: '{password}'}}
      access: /data/id
      refresh: /data/more/0/renewal
    refresh: {request: renew, body: {again: ['{refresh}']}, access: /entry}
    logout: {request: 'DELETE /sessions', body: {both: '{access} {refresh}'}}
"""
DOCUMENT = """
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /sessions:
    post: {responses: {'200': {description: ok}}}
    delete: {responses: {'200': {description: ok}}}
  /renewals:
    post: {operationId: renew, responses: {'200': {description: ok}}}
  /books:
    get:
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}
components:
  schemas:
    Book: {properties: {id: {type: string}, next: {$ref: '#/components/schemas/Book'}}}
"""
ACCESS, REFRESH, PASSWORD = "zq7-Access-55ab", "zr9-Refresh-77cd", "pw-First-71c2"


@pytest.fixture
def locations(tmp_path: Path) -> SecretLocations:
    """The locations of secrets of an API with unusual names."""
    folder = tmp_path / "specs" / "shop"
    folder.mkdir(parents=True)
    (folder / "conventions.yaml").write_text(CONVENTIONS)
    (folder / "openapi.yaml").write_text(DOCUMENT)
    return declared_secret_locations(Contract.load(folder))


def make_exchange(operation: str, sent: Any, received: Any, media_type: str = JSON) -> Exchange:
    """Return an exchange with a JSON body or a form, and a JSON response."""
    method, path = operation.split()
    body = json.dumps(sent) if media_type == JSON else urlencode(sent)
    request = Request(method, f"{BASE}{path}", Headers([("Content-Type", media_type)]), body.encode())
    response = Response(200, "OK", Headers([("Content-Type", JSON)]), json.dumps(received).encode())
    return Exchange(request, response)


LOGIN = make_exchange(
    "POST /sessions",
    {"user": "ada", "credentials": {"phrase": PASSWORD}},
    {"data": {"id": ACCESS, "more": [{"renewal": REFRESH}]}},
)
LOGIN_BY_FORM = make_exchange(
    "POST /sessions",
    {"user": "ada", "credentials[phrase]": PASSWORD},
    {"data": {"id": ACCESS, "more": [{"renewal": REFRESH}]}},
    FORM,
)
RENEWAL = make_exchange("POST /renewals", {"again": [REFRESH]}, {"entry": ACCESS})
LOGOUT = make_exchange("DELETE /sessions", {"both": f"{ACCESS} {REFRESH}"}, {})
EXCHANGES = {"login": LOGIN, "form": LOGIN_BY_FORM, "renewal": RENEWAL, "logout": LOGOUT}


def found_in(exchange: Exchange, locations: SecretLocations) -> set[str]:
    """Return which of the secrets are replaced in any text after an exchange was searched."""
    known = KnownSecrets()
    collect_secrets(exchange, locations, known)
    disclosure = Disclosure(SecretLocations(), known)
    return {
        secret for secret in (ACCESS, REFRESH, PASSWORD) if secret not in disclosure.text(f"x {secret} y")
    }


@pytest.mark.parametrize(
    ("name", "secrets"),
    [
        ("login", {ACCESS, REFRESH, PASSWORD}),
        ("form", {ACCESS, REFRESH, PASSWORD}),
        ("renewal", {ACCESS, REFRESH}),
        ("logout", {ACCESS, REFRESH}),
    ],
)
def test_declared_secrets_are_replaced_by_value(
    name: str, secrets: set[str], locations: SecretLocations
) -> None:
    assert found_in(EXCHANGES[name], locations) == secrets


@pytest.mark.parametrize("name", EXCHANGES)
def test_search_of_recorded_traffic_finds_the_same(name: str, locations: SecretLocations) -> None:
    added: dict[tuple[str, str], None] = {}

    class Added:
        def add(self, name: str, secret: str) -> None:
            added[name, secret] = None

    collect_secrets(EXCHANGES[name], locations, Added())

    assert SecretFinder(locations).find(EXCHANGES[name]) == tuple(added)


def test_declared_names_are_redacted_by_location(locations: SecretLocations) -> None:
    disclosure = Disclosure(locations)
    texts = (
        '{"phrase": "abc"}',
        '{"renewal": "abc"}',
        '{"entry": 123}',
        "?again=abc",
        "credentials[phrase]=abc",
    )

    assert [text for text in texts if "abc" in disclosure.text(text) or "123" in disclosure.text(text)] == []
    assert "abc" not in disclosure.header("X-Card", "Card abc")


def test_name_that_other_operations_use_is_not_redacted(locations: SecretLocations) -> None:
    assert Disclosure(locations).text('{"id": "book-1"}') == '{"id": "book-1"}'


@pytest.mark.parametrize("scheme", ["Card ", "card ", "Other ", ""])
def test_credentials_in_declared_header_are_replaced_without_their_scheme(
    scheme: str, locations: SecretLocations
) -> None:
    request = Request("GET", f"{BASE}/books", Headers([("X-Card", f"{scheme}{ACCESS}")]))
    known = KnownSecrets()

    collect_secrets(Exchange(request, Response(200)), locations, known)

    text = f"x {scheme}{ACCESS} y"
    assert Disclosure(SecretLocations(), known).text(text) == f"x {scheme}$ACCESS_TOKEN y"


def test_header_named_refresh_is_redacted_only_if_it_is_declared() -> None:
    declared = Disclosure(SecretLocations().plus(headers=["Refresh"]))

    assert Disclosure(SecretLocations()).header("Refresh", "5; url=/next") == "5; url=/next"
    assert "zr9" not in declared.header("Refresh", REFRESH)


def test_cassette_has_no_declared_secret(locations: SecretLocations) -> None:
    """The secret at /data/id has a name that is not redacted by location."""
    from vcr.request import Request as VcrRequest

    headers = {"Content-Type": [JSON]}
    request = VcrRequest("POST", LOGIN.request.url, LOGIN.request.body, dict(LOGIN.request.headers.pairs))
    response = {
        "status": {"code": 200, "message": "OK"},
        "headers": headers,
        "body": {"string": LOGIN.response.body},
    }

    redacted = redact_cassette(
        {"requests": [request], "responses": [response]}, Disclosure(locations, KnownSecrets())
    )

    written = str(redacted["requests"][0].body) + str(redacted["responses"][0]["body"])
    assert [secret for secret in (ACCESS, REFRESH, PASSWORD) if secret in written] == []
