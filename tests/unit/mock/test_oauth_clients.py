"""OAuth libraries with their default settings against the SoundCloud mock: HTTP Basic and Bearer."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session
from tests.unit.mock.conftest import BASE
from werkzeug.test import TestResponse

from tuningfork.apis.soundcloud.mock import SoundCloud
from tuningfork.client.inprocess import WsgiAdapter

TOKEN_URL = f"{BASE}/oauth2/token"
Grant = Callable[..., TestResponse]


def mounted(session: Any, mock: SoundCloud) -> Any:
    """Mount the mock in a requests session, without a socket."""
    session.mount(BASE, WsgiAdapter(mock.wsgi))
    return session


def test_requests_oauthlib_exchanges_code_refreshes_and_reads_me(
    mock: SoundCloud, settings: dict[str, Any], code: Callable[..., str]
) -> None:
    session = mounted(OAuth2Session(settings["client_id"], redirect_uri=settings["redirect_uri"]), mock)
    secret = settings["client_secret"]

    token = session.fetch_token(TOKEN_URL, code=code(), client_secret=secret)
    app = (settings["client_id"], secret)
    session.refresh_token(TOKEN_URL, refresh_token=token["refresh_token"], auth=app)

    assert session.get(f"{BASE}/me").json()["username"] == settings["users"]["first"]["username"]
    assert session.get(f"{BASE}/me").request.headers["Authorization"].startswith("Bearer ")


def test_requests_oauthlib_gets_client_credentials_token(mock: SoundCloud, settings: dict[str, Any]) -> None:
    session = mounted(OAuth2Session(client=BackendApplicationClient(settings["client_id"])), mock)

    session.fetch_token(TOKEN_URL, client_secret=settings["client_secret"])

    assert session.get(f"{BASE}/tracks").status_code == 200


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_exchanges_code_refreshes_and_reads_me(
    method: str, mock: SoundCloud, settings: dict[str, Any], code: Callable[..., str]
) -> None:
    session = mounted(
        AuthlibSession(
            settings["client_id"],
            settings["client_secret"],
            token_endpoint_auth_method=method,
            redirect_uri=settings["redirect_uri"],
        ),
        mock,
    )

    token = session.fetch_token(TOKEN_URL, code=code())
    session.refresh_token(TOKEN_URL, refresh_token=token["refresh_token"])

    assert session.get(f"{BASE}/me").json()["username"] == settings["users"]["first"]["username"]


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{client_id}:{secret}'.encode()).decode()}"}


@pytest.mark.parametrize("name", ["client_id", "client_secret"])
def test_wrong_basic_returns_401_with_basic_challenge(
    name: str, unauthenticated: Any, settings: dict[str, Any]
) -> None:
    wrong = {"client_id": settings["client_id"], "client_secret": settings["client_secret"], name: "wrong"}

    response = unauthenticated(
        "POST",
        "/oauth2/token",
        data={"grant_type": "client_credentials"},
        headers=basic(wrong["client_id"], wrong["client_secret"]),
    )

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Basic ")
    assert response.get_json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 200),
        ({"client_id": "tuning-fork-app"}, 200),
        ({"client_id": "second-app"}, 400),
        ({"client_secret": "wrong"}, 400),
        ({"client_id": "tuning-fork-app", "client_secret": "tuning-fork-app-secret-4f1d"}, 400),
    ],
)
def test_basic_beside_credentials_in_form_returns_400(
    form: dict[str, str], status: int, unauthenticated: Any, settings: dict[str, Any]
) -> None:
    """RFC 6749, 5.2: more than one mechanism is invalid_request; the same client_id is allowed."""
    response = unauthenticated(
        "POST",
        "/oauth2/token",
        data={"grant_type": "client_credentials", **form},
        headers=basic(settings["client_id"], settings["client_secret"]),
    )

    assert response.status_code == status


def test_token_request_with_expired_bearer_token_returns_200(grant: Grant, unauthenticated: Any) -> None:
    """A client may send its expired token with the request."""
    unauthenticated.headers["Authorization"] = "Bearer expired"

    assert grant(grant_type="client_credentials").status_code == 200
