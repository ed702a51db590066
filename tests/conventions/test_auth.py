"""Declared credentials: the reference server keeps them, and each declared value is judged."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.conventions.harness import DeclaredApi

RESOURCES = {
    "thing": {
        "list": "GET /things",
        "create": {"request": "POST /things", "body": {"name": "{text}"}, "status": 201, "id": "/id"},
        "read": {"request": "GET /things/{id}", "status": 200},
        "text": {"/name": "/name"},
        "delete": {"request": "DELETE /things/{id}", "status": 204, "then": 404},
    }
}
HEAD = {"title": "Acme", "errors": {"members": {"/code": "string"}, "code": "/code"}, "resources": RESOURCES}
SESSION = {"user": "{username}", "password": "{password}"}
AUTH: dict[str, dict[str, Any]] = {
    "bearer": {
        "type": "bearer",
        "probe": "GET /things",
        "missing": {"status": 401, "code": "no_token"},
        "wrong": {"status": 401, "code": "bad_token"},
        "expired": {"status": 401, "code": "expired"},
        "revoked": {"status": 401, "code": "revoked"},
        "challenge": "Bearer",
        "case": "insensitive",
        "not-in": ["query", "form", "body"],
        "names": ["token"],
        "first": True,
        "also": ["Token"],
    },
    "exact": {"type": "bearer", "probe": "GET /things", "missing": 401, "wrong": 401},
    "basic": {"type": "basic", "probe": "GET /things", "missing": 401, "wrong": 401, "challenge": "Basic"},
    "key": {"type": "api-key", "in": "query", "name": "key", "missing": 401, "wrong": 403},
    "cookie": {"type": "api-key", "in": "cookie", "name": "sid", "missing": [401, 403], "wrong": [401, 403]},
    "optional": {"type": "bearer", "optional": True, "wrong": 401},
    "login": {
        "type": "login",
        "probe": "GET /things",
        "missing": 401,
        "wrong": 401,
        "expired": 401,
        "login": {
            "request": "POST /login",
            "body": SESSION,
            "access": "/access",
            "refresh": "/refresh",
            "expires": "/lifetime",
            "wrong": 403,
            "alike": True,
        },
        "refresh": {
            "request": "POST /refresh",
            "body": {"token": "{refresh}"},
            "wrong": 401,
            "once": True,
            "reuse": "ends-family",
        },
        "logout": {"request": "POST /logout", "ends": ["access"]},
    },
    "grace": {
        "type": "login",
        "probe": "GET /things",
        "missing": 401,
        "wrong": 401,
        "expired": 401,
        "login": {"request": "POST /login", "body": SESSION, "expires": "/ttl", "unit": "milliseconds"},
        "refresh": {
            "request": "POST /refresh",
            "body": {"token": "{refresh}"},
            "once": True,
            "grace": 100,
            "reuse": "refused",
        },
        "logout": {"request": "POST /logout", "ends": ["access", "refresh"]},
    },
    "many": {
        "type": "login",
        "probe": "GET /things",
        "missing": 401,
        "wrong": 401,
        "login": {"request": "POST /login", "body": SESSION},
        "refresh": {"request": "POST /refresh", "body": {"token": "{refresh}"}},
    },
    "oauth2": {
        "type": "oauth2",
        "probe": "GET /things",
        "missing": 401,
        "wrong": 401,
        "oauth2": {
            "authorization_endpoint": "/connect",
            "token_endpoint": "/token",
            "revocation_endpoint": "/revoke",
            "introspection_endpoint": "/introspect",
            "metadata": "/.well-known/oauth-authorization-server",
            "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "code": {"once": True, "lifetime": 600},
            "refresh": {"once": True},
            "lifetime": [3600, 3600],
            "no-store": True,
        },
    },
    "signed": {
        "type": "oauth1",
        "probe": "GET /things",
        "missing": 401,
        "wrong": 401,
        "case": "insensitive",
        "first": True,
        "oauth1": {
            "request-token": "/oauth/request_token",
            "authorize": "/oauth/authorize",
            "access-token": "/oauth/access_token",
            "timestamp": [60, 600],
        },
    },
    "lax": {
        "type": "oauth2",
        "probe": "GET /things",
        "missing": 401,
        "wrong": 401,
        "oauth2": {
            "authorization_endpoint": "/connect",
            "token_endpoint": "/token",
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code": {"once": False},
            "refresh": {"once": True, "grace": 100},
        },
    },
}
CLAIMS = {
    "login": "LOGIN-*",
    "refresh": "REFRESH-*",
    "logout": "LOGOUT",
    "oauth1": "OAUTH1-*",
    "oauth2": "OAUTH2-*",
}
"""The claims that a key of `auth` brings, beside `AUTH-*`."""


@pytest.fixture
def api(tmp_path: Path) -> DeclaredApi:
    """An API without a document."""
    return DeclaredApi(tmp_path)


def declaration(auth: str) -> dict[str, Any]:
    """Return the declaration with these credentials."""
    return {**HEAD, "auth": AUTH[auth]}


@pytest.mark.parametrize("auth", AUTH)
def test_all_claims_of_a_declaration_are_verified(auth: str, api: DeclaredApi) -> None:
    claims = ["AUTH-*", *(pattern for key, pattern in CLAIMS.items() if key in AUTH[auth])]

    verdicts = api.judge(declaration(auth), claims)

    assert set(verdicts.by_claim.values()) == {"passed"}, verdicts.reasons


def test_password_that_begins_with_the_right_one_is_sent(api: DeclaredApi) -> None:
    audit = api.audit(declaration("basic"), ["longer_tokens_are_accepted"])

    assert [fault["verdict"] for fault in audit["faults"]] == ["killed"]


def test_lenient_decoder_of_base64_is_not_accused(api: DeclaredApi) -> None:
    audit = api.audit(declaration("basic"), ["incomplete_byte_of_base64_is_ignored"], "--variants")

    assert [variant["verdict"] for variant in audit["variants"]] == ["fair"]


CHANGES: list[tuple[str, dict[str, Any], str]] = [
    ("bearer", {"type": "api-key"}, "AUTH-ACCEPTED"),
    ("bearer", {"in": "query"}, "AUTH-ACCEPTED"),
    ("bearer", {"name": "X-Token"}, "AUTH-ACCEPTED"),
    ("bearer", {"prefix": "OAuth"}, "AUTH-ACCEPTED"),
    ("bearer", {"also": ["Digest"]}, "AUTH-ALSO"),
    ("bearer", {"optional": True}, "AUTH-OPTIONAL"),
    ("bearer", {"type": "none"}, "AUTH-PUBLIC"),
    ("bearer", {"challenge": "Basic"}, "AUTH-CHALLENGE"),
    ("exact", {"case": "insensitive"}, "AUTH-SCHEME-CASE"),
    ("exact", {"challenge": "Bearer"}, "AUTH-CHALLENGE"),
    ("basic", {"challenge": "Bearer"}, "AUTH-CHALLENGE"),
    ("key", {"not-in": ["query"], "names": ["key"]}, "AUTH-NOT-IN"),
    ("bearer", {"missing": 403}, "AUTH-MISSING"),
    ("bearer", {"missing": {"status": 401, "code": "other"}}, "AUTH-MISSING"),
    ("optional", {"optional": False, "missing": 401}, "AUTH-MISSING"),
    ("bearer", {"wrong": 403}, "AUTH-WRONG"),
    ("bearer", {"wrong": {"status": 401, "code": "other"}}, "AUTH-WRONG"),
    ("bearer", {"expired": 403}, "AUTH-EXPIRED"),
    ("bearer", {"revoked": 403}, "AUTH-REVOKED"),
    ("login", {"login": {"request": "POST /things"}}, "LOGIN-WORKS"),
    ("login", {"login": {"body": {"user": "{password}"}}}, "LOGIN-WORKS"),
    ("login", {"login": {"access": "/token"}}, "LOGIN-WORKS"),
    ("login", {"login": {"refresh": "/token"}}, "LOGIN-WORKS"),
    ("login", {"login": {"expires": "/access"}}, "LOGIN-WORKS"),
    ("login", {"login": {"unit": "milliseconds"}}, "AUTH-EXPIRED"),
    ("grace", {"login": {"unit": "seconds"}}, "AUTH-LIFETIME"),
    ("login", {"login": {"wrong": 401}}, "LOGIN-WRONG"),
    ("login", {"refresh": {"request": "POST /things"}}, "REFRESH-WORKS"),
    ("login", {"refresh": {"body": {"token": "{access}"}}}, "REFRESH-WORKS"),
    ("login", {"refresh": {"access": "/token"}}, "REFRESH-WORKS"),
    ("login", {"refresh": {"refresh": "/token"}}, "REFRESH-CHAIN"),
    ("login", {"refresh": {"wrong": 403}}, "REFRESH-WRONG"),
    ("many", {"refresh": {"once": True}}, "REFRESH-ONCE"),
    ("grace", {"refresh": {"grace": 0}}, "REFRESH-ONCE"),
    ("login", {"refresh": {"reuse": "refused"}}, "REFRESH-REUSE"),
    ("grace", {"refresh": {"reuse": "ends-family"}}, "REFRESH-REUSE"),
    ("login", {"logout": {"request": "POST /things"}}, "LOGOUT"),
    ("login", {"logout": {"ends": ["access", "refresh"]}}, "LOGOUT"),
    ("oauth2", {"oauth2": {"authorization_endpoint": "/authorize"}}, "OAUTH2-METADATA"),
    ("oauth2", {"oauth2": {"token_endpoint": "/tokens"}}, "OAUTH2-GRANT"),
    ("oauth2", {"oauth2": {"revocation_endpoint": "/revocation"}}, "OAUTH2-REVOKE"),
    ("oauth2", {"oauth2": {"introspection_endpoint": "/introspection"}}, "OAUTH2-INTROSPECT"),
    ("oauth2", {"oauth2": {"metadata": "/metadata"}}, "OAUTH2-METADATA"),
    ("oauth2", {"oauth2": {"grant_types_supported": ["client_credentials", "password"]}}, "OAUTH2-TOKEN"),
    (
        "oauth2",
        {"oauth2": {"token_endpoint_auth_methods_supported": ["client_secret_basic"]}},
        "OAUTH2-CLIENT-AUTH",
    ),
    ("oauth2", {"oauth2": {"code_challenge_methods_supported": ["S256", "plain"]}}, "OAUTH2-PKCE"),
    ("signed", {"oauth1": {"request-token": "/oauth/request"}}, "OAUTH1-LOGIN"),
    ("signed", {"oauth1": {"authorize": "/oauth/page"}}, "OAUTH1-LOGIN"),
    ("signed", {"oauth1": {"access-token": "/oauth/token"}}, "OAUTH1-LOGIN"),
    ("signed", {"oauth1": {"timestamp": [400, 600]}}, "OAUTH1-WINDOW"),
    ("signed", {"oauth1": {"timestamp": [60, 300]}}, "OAUTH1-WINDOW"),
    ("signed", {"wrong": 403}, "OAUTH1-SIGNATURE"),
    ("lax", {"oauth2": {"code_challenge_methods_supported": ["S256"]}}, "OAUTH2-PKCE"),
    ("lax", {"oauth2": {"code": {"once": True}}}, "OAUTH2-CODE-ONCE"),
    ("oauth2", {"oauth2": {"code": {"lifetime": 100}}}, "OAUTH2-CODE-LIFETIME"),
    ("oauth2", {"oauth2": {"code": {"lifetime": 6000}}}, "OAUTH2-CODE-LIFETIME"),
    ("lax", {"oauth2": {"refresh": {"grace": 0}}}, "OAUTH2-REFRESH-ONCE"),
    ("oauth2", {"oauth2": {"lifetime": [1, 60]}}, "OAUTH2-LIFETIME"),
    ("lax", {"oauth2": {"no-store": True}}, "OAUTH2-NO-STORE"),
]


@pytest.mark.parametrize(
    ("auth", "change", "claim"), CHANGES, ids=[f"{claim} {change}" for _, change, claim in CHANGES]
)
def test_changed_value_is_complained_of(
    auth: str, change: dict[str, Any], claim: str, api: DeclaredApi
) -> None:
    """The server keeps the unchanged declaration."""
    kept = declaration(auth)
    changed = {**kept, "auth": merged(kept["auth"], change)}

    verdicts = api.judge(changed, [claim], served=kept)

    assert verdicts.complaints() == {claim}, verdicts.reasons


READER = {
    "credentials": "given:reader_token",
    "may": ["GET /things", "GET /things/{id}"],
    "refused": 403,
    "sees": {"list": "GET /things", "items": "some"},
}
ROLES: list[tuple[dict[str, Any], str]] = [
    ({"credentials": "given:revocable_token"}, "ROLE-REFUSED"),
    ({"may": ["GET /things"]}, "ROLE-REFUSED"),
    ({"may": ["* /things", "* /things/{id}"]}, "ROLE-MAY"),
    ({"refused": 401}, "ROLE-REFUSED"),
    ({"sees": {"items": "none"}}, "ROLE-SEES"),
]


@pytest.mark.parametrize(("change", "claim"), ROLES)
def test_changed_value_of_a_role_is_complained_of(
    change: dict[str, Any], claim: str, api: DeclaredApi
) -> None:
    kept = {**declaration("bearer"), "roles": {"reader": READER}}
    changed = {**kept, "roles": {"reader": merged(READER, change)}}

    verdicts = api.judge(changed, [claim], served=kept)

    assert verdicts.complaints() == {claim}, verdicts.reasons


def test_key_of_another_operation_is_not_judged(api: DeclaredApi) -> None:
    """A login, a refresh and the endpoints of OAuth 2.0 need no token, although no group excludes them."""
    verdicts = api.judge(declaration("login"), ["AUTH-MISSING", "AUTH-ACCEPTED"])

    assert "POST /login" not in verdicts.output
    assert verdicts.complaints() == set(), verdicts.reasons


def merged(value: Any, change: Any) -> Any:
    """Return a mapping with changed values, also in its inner mappings."""
    if not isinstance(value, Mapping) or not isinstance(change, Mapping):
        return change
    return {**value, **{name: merged(value.get(name), each) for name, each in change.items()}}
