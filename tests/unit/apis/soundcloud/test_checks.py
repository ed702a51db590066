"""The checks of SoundCloud report each violation with its claim, and no allowed response."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tuningfork.apis.soundcloud.checks import CHECKS
from tuningfork.contract.openapi import Contract
from tuningfork.model import Exchange, Headers, Request, Response

SPECS = Path(__file__).parents[4] / "specs" / "soundcloud"
BASE = "https://api.soundcloud.com"
ORIGIN = {"Origin": "https://app.example.org"}
OPEN = {"Access-Control-Allow-Origin": "*"}
TRACK = {
    "id": 7,
    "kind": "track",
    "title": "Rain",
    "uri": f"{BASE}/tracks/7",
    "permalink_url": "https://soundcloud.com/a/rain",
    "duration": 1000,
    "sharing": "public",
    "user": {"id": 1, "kind": "user", "username": "a"},
    "created_at": "2021/07/01 10:00:00 +0000",
    "access": "playable",
    "stream_url": f"{BASE}/tracks/7/stream",
}
TOKENS = {"access_token": "a", "refresh_token": "b", "expires_in": 3599, "scope": ""}
NO_STORE = {"Cache-Control": "no-store"}


def error(number: int, **other: Any) -> dict[str, Any]:
    """Return the documented body of an error."""
    body = {
        "code": number,
        "message": "",
        "link": "https://a.example/",
        "status": f"{number} - No",
        "errors": [],
    }
    return {**body, "error": None, **other}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract.load(SPECS)


def broken_claims(
    contract: Contract,
    method: str,
    path: str,
    status: int,
    body: Any = b"",
    headers: Mapping[str, str] | None = None,
    sent: Mapping[str, str] | None = None,
    media_type: str = "application/json; charset=utf-8",
) -> set[str]:
    """Return the claims that an exchange breaks."""
    raw = (
        body
        if isinstance(body, bytes)
        else body.encode()
        if isinstance(body, str)
        else json.dumps(body).encode()
    )
    fields = {"Content-Type": media_type, **(headers or {})}
    request = Request(method, BASE + path, Headers((sent or {}).items()))
    exchange = Exchange(request, Response(status, "", Headers(fields.items()), raw))
    operation = contract.find(method, path.partition("?")[0])
    findings = [finding for check in CHECKS for finding in check(exchange, operation)]
    return {finding.claim for finding in findings if finding.claim and not finding.holds}


@pytest.mark.parametrize(
    ("method", "path", "status", "body", "headers", "sent", "media_type"),
    [
        ("GET", "/tracks/7", 200, TRACK, OPEN, ORIGIN, "application/json"),
        (
            "GET",
            "/tracks/7",
            200,
            {**TRACK, "extra": {}, "bpm": None, "access": None},
            {},
            {},
            "application/json",
        ),
        ("HEAD", "/tracks/7", 404, b"", {}, {}, "text/html"),
        ("GET", "/tracks/7", 304, b"", {}, {}, ""),
        (
            "GET",
            "/tracks/x",
            404,
            error(404, errors=[{"error_message": "", "more": 1}]),
            OPEN,
            ORIGIN,
            "application/json",
        ),
        (
            "GET",
            "/me",
            401,
            error(401, error_code="x"),
            {"WWW-Authenticate": "OAuth"},
            {},
            "application/json",
        ),
        ("GET", "/tracks?limit=%zz", 400, "<h1>Bad Request</h1>", {}, {}, "text/html"),
        ("GET", "/tracks", 414, "", {}, {}, "text/html"),
        ("GET", "/tracks", 431, "", {}, {}, "text/plain"),
        ("GET", "/tracks/7/stream", 429, {"errors": [{"meta": {}}]}, {}, {}, "application/json"),
        ("GET", "/connect?client_id=no", 400, "<h1>No such app</h1>", {}, {}, "text/html"),
        ("GET", "/oembed?format=json&url=x", 404, "Not Found", {}, {}, "text/plain"),
        ("GET", "/embed/oembed?format=json&url=x", 404, "Not Found", {}, {}, "text/plain"),
        ("POST", "/oauth2/token", 400, {"error": "invalid_grant"}, {}, {}, "application/json"),
        ("POST", "/oauth2/token", 200, TOKENS, NO_STORE, {}, "application/json"),
        ("GET", "/tracks?limit=2", 200, [TRACK, TRACK], {}, {}, "application/json"),
        ("GET", "/tracks?limit=0", 200, [TRACK] * 50, {}, {}, "application/json"),
        ("GET", "/tracks?cursor=abc", 200, [TRACK] * 100, {}, {}, "application/json"),
        ("GET", "/tracks?limit=500", 200, [TRACK] * 200, {}, {}, "application/json"),
        ("GET", "/users?limit=1", 200, {"collection": [], "next_href": None}, {}, {}, "application/json"),
        (
            "GET",
            "/users?limit=1",
            200,
            {"collection": [], "next_href": f"{BASE}/x"},
            {},
            {},
            "application/json",
        ),
        ("GET", "/tracks?bpm[from]=90", 200, [{**TRACK, "bpm": 90}, TRACK], {}, {}, "application/json"),
        (
            "GET",
            "/tracks?access=blocked",
            200,
            [{**TRACK, "access": "blocked", "stream_url": None}],
            {},
            {},
            "application/json",
        ),
        ("GET", "/tracks/7/stream", 302, "", {"Location": "https://cdn.example/a.mp3"}, {}, "text/plain"),
        (
            "GET",
            "/me?callback=a.b",
            200,
            '/**/a.b({"id": 1, "kind": "user", "username": "x"});',
            {},
            {"Authorization": "OAuth t"},
            "text/javascript",
        ),
        (
            "GET",
            "/tracks/x?callback=a",
            404,
            f"a({json.dumps(error(404))})",
            {},
            {"Authorization": "OAuth t"},
            "text/javascript",
        ),
        ("GET", "/tracks/x", 406, error(406), {}, {"Accept": "application/xml"}, "application/json"),
        ("GET", "/users/0", 404, error(404, message="404 - Not Found"), {}, {}, "application/json"),
        ("GET", "/nothing", 404, error(404), {}, {}, "application/json"),
        ("DELETE", "/tracks", 405, error(405), {}, {}, "application/json"),
    ],
)
def test_allowed_response_breaks_no_claim(
    contract: Contract,
    method: str,
    path: str,
    status: int,
    body: Any,
    headers: dict[str, str],
    sent: dict[str, str],
    media_type: str,
) -> None:
    assert broken_claims(contract, method, path, status, body, headers, sent, media_type) == set()


@pytest.mark.parametrize(
    ("claims", "method", "path", "status", "body", "more"),
    [
        ("SC-ERR-01", "GET", "/tracks/x", 404, {"errors": [{"error_message": "404 - Not Found"}]}, {}),
        ("SC-ERR-01 SC-AUTH-10", "GET", "/me", 401, "", {}),
        ("SC-ERR-01", "DELETE", "/tracks", 405, "unknown route", {"media_type": "text/plain"}),
        ("SC-ERR-01", "GET", "/nothing", 404, error(404), {"media_type": "text/html"}),
        ("SC-ERR-02", "GET", "/tracks/x", 404, error(404, code="404"), {}),
        ("SC-ERR-02", "GET", "/tracks/x", 404, error(404, status="Not Found"), {}),
        ("SC-ERR-03", "GET", "/tracks/x", 404, error(404, errors=["no"]), {}),
        ("SC-ERR-04", "GET", "/tracks/x", 404, error(404, message=None), {}),
        ("SC-ERR-04", "GET", "/tracks/x", 404, error(404, error={}), {}),
        ("SC-ERR-05", "GET", "/users/0", 404, error(404, errors=[{"error_message": "no"}]), {}),
        (
            "SC-ERR-06",
            "GET",
            "/me",
            200,
            {"id": 1, "kind": "user", "username": "x"},
            {"sent": {"Accept": "text/xml"}},
        ),
        ("SC-ERR-06", "GET", "/me", 406, error(406), {"sent": {"Accept": "*/*"}}),
        ("SC-ERR-07 SC-ERR-09", "GET", "/me", 500, "SELECT id FROM users", {}),
        ("SC-CORS-01", "GET", "/tracks/7", 200, TRACK, {"sent": ORIGIN}),
        ("SC-CORS-03", "GET", "/tracks/x", 404, error(404), {"sent": ORIGIN}),
        (
            "SC-CORS-04",
            "GET",
            "/tracks/7",
            200,
            TRACK,
            {
                "sent": ORIGIN,
                "headers": {
                    "Access-Control-Allow-Origin": ORIGIN["Origin"],
                    "Access-Control-Allow-Credentials": "true",
                },
            },
        ),
        ("SC-JSONP-01", "GET", "/tracks/7?callback=a", 200, TRACK, {"sent": {"Authorization": "OAuth t"}}),
        ("SC-TOKEN-03", "POST", "/oauth2/token", 200, {**TOKENS, "expires_in": 7200}, {"headers": NO_STORE}),
        ("SC-TOKEN-13", "POST", "/oauth2/token", 200, TOKENS, {}),
        ("SC-TOKEN-18", "POST", "/oauth2/token", 400, "no", {"media_type": "text/plain"}),
        ("SC-RATE-05", "GET", "/tracks/7/stream", 429, "slow down", {"media_type": "text/plain"}),
        ("SC-PAGE-01", "GET", "/tracks", 200, [TRACK] * 51, {}),
        ("SC-PAGE-02", "GET", "/tracks?limit=2", 200, [TRACK] * 3, {}),
        ("SC-PAGE-03", "GET", "/tracks?limit=300", 200, [TRACK] * 201, {}),
        ("SC-PAGE-04", "GET", "/tracks?linked_partitioning=1", 200, [TRACK], {}),
        ("SC-PAGE-07", "GET", "/users", 200, {"collection": [], "next_href": "https://b.example/users"}, {}),
        ("SC-PAGE-11", "GET", "/tracks?limit=-1", 200, [TRACK] * 51, {}),
        ("SC-LIST-06", "GET", "/playlists/3?show_tracks=false", 200, {"id": 3, "tracks": [TRACK]}, {}),
        ("SC-STREAM-01", "GET", "/tracks/7", 200, {**TRACK, "stream_url": None}, {}),
        ("SC-STREAM-06", "GET", "/tracks/7", 200, {**TRACK, "access": "blocked"}, {}),
        ("SC-ACCESS-02", "GET", "/tracks?access=preview", 200, [TRACK], {}),
        ("SC-ACCESS-03", "GET", "/tracks?access=preview,blocked", 200, [TRACK], {}),
        ("SC-FIND-02", "GET", "/tracks?ids=1,2", 200, [TRACK], {}),
        ("SC-FIND-04", "GET", "/tracks?bpm[to]=100", 200, [{**TRACK, "bpm": 101}], {}),
        ("SC-FIND-05", "GET", "/tracks?duration[from]=2000", 200, [TRACK], {}),
        (
            "SC-CODE-13",
            "GET",
            "/connect",
            302,
            "",
            {"headers": {"Location": "https://a.example/#access_token=1"}},
        ),
        ("SC-TRACK-03", "GET", "/tracks/7", 200, {**TRACK, "created_at": "2021-07-01T10:00:00Z"}, {}),
        ("SC-TRACK-05", "GET", "/tracks", 200, [TRACK, {**TRACK, "duration": -1}], {}),
    ],
)
def test_violation_is_reported_with_its_claims(
    contract: Contract, claims: str, method: str, path: str, status: int, body: Any, more: dict[str, Any]
) -> None:
    assert set(claims.split()) <= broken_claims(contract, method, path, status, body, **more)


def test_missing_property_of_a_single_track_breaks_a_claim(contract: Contract) -> None:
    track = {name: value for name, value in TRACK.items() if name != "sharing"}

    assert broken_claims(contract, "GET", "/tracks/7", 200, track) == {"SC-TRACK-01"}
    assert broken_claims(contract, "GET", "/tracks", 200, [track]) == set()


@pytest.mark.parametrize("status", [400, 501])
def test_400_or_501_in_html_for_an_undefined_method_breaks_no_claim(contract: Contract, status: int) -> None:
    assert broken_claims(contract, "FROB", "/tracks", status, "<h1>No</h1>", media_type="text/html") == set()


def test_501_for_a_standard_method_is_a_server_error(contract: Contract) -> None:
    assert broken_claims(contract, "PATCH", "/tracks", 501, "", media_type="text/html") == {"SC-ERR-09"}
