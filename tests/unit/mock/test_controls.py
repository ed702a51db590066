"""The test hooks of a mock."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from werkzeug.test import TestResponse


def hook(client: Any, name: str, body: Any) -> TestResponse:
    response: TestResponse = client("POST", f"/_controls/{name}", json=body)
    return response


def test_clock_hook_advances_tokens_and_date_header(app: Any, unauthenticated: Any) -> None:
    before = app("GET", "/tracks/2003")

    hook(unauthenticated, "clock", {"advance": 3600})

    after = app("GET", "/tracks/2003")
    moved = parsedate_to_datetime(after.headers["Date"]) - parsedate_to_datetime(before.headers["Date"])
    assert (before.status_code, after.status_code) == (200, 401)
    assert 3599 <= moved.total_seconds() <= 3605


def test_outage_hook_affects_counted_requests_except_preflights(app: Any, unauthenticated: Any) -> None:
    hook(unauthenticated, "outage", {"status": 504, "count": 2})
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "PUT"}

    preflight = unauthenticated("OPTIONS", "/me", headers=asked)
    statuses = [app("GET", "/tracks/2003").status_code for _ in range(3)]

    assert preflight.status_code == 204
    assert statuses == [504, 504, 200]


def test_exhausted_quota_returns_429_until_window_ends(
    app: Any, unauthenticated: Any, grant: Callable[..., TestResponse]
) -> None:
    hook(unauthenticated, "quota", {"bucket": "plays", "used": 15_000})

    refused = app("GET", "/tracks/2003/stream")
    hook(unauthenticated, "clock", {"advance": 24 * 3600})
    app.headers = {
        "Authorization": f"OAuth {grant(grant_type='client_credentials').get_json()['access_token']}"
    }

    assert refused.status_code == 429
    assert app("GET", "/tracks/2003/stream").status_code == 302


def test_disabled_token_returns_401(app: Any, unauthenticated: Any) -> None:
    token = app.headers["Authorization"].partition(" ")[2]

    hook(unauthenticated, "disable", {"kind": "token", "value": token})

    assert app("GET", "/tracks/2003").status_code == 401


def test_reset_hook_restores_initial_state(
    user: Any, unauthenticated: Any, login: Callable[[str], Any]
) -> None:
    tracks = user("GET", "/me/tracks").get_json()
    user("DELETE", f"/tracks/{tracks[0]['id']}")
    hook(unauthenticated, "clock", {"advance": 100_000})

    hook(unauthenticated, "reset", {})

    assert user("GET", "/me").status_code == 401
    assert login("first")("GET", "/me/tracks").get_json() == tracks


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("nothing", {}, 404),
        ("clock", {"advance": -1}, 400),
        ("clock", {"advance": "soon"}, 400),
        ("clock", {"advance": 1e308}, 400),
        ("clock", [], 400),
        ("outage", {"status": 404, "count": 1}, 400),
        ("outage", {"status": 503}, 400),
        ("quota", {"bucket": "hugs", "used": 1}, 400),
        ("disable", {"kind": "service_key", "value": "x"}, 400),
        ("reset", {"hard": True}, 400),
    ],
)
def test_invalid_hook_or_body_is_refused(unauthenticated: Any, name: str, body: Any, status: int) -> None:
    assert hook(unauthenticated, name, body).status_code == status
