"""The checks of Audioboo report every violation and nothing that a claim allows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tuningfork.apis.audioboo.checks import CHECKS
from tuningfork.contract.openapi import Contract
from tuningfork.model import Exchange, Headers, Request, Response

SPECS = Path(__file__).parents[4] / "specs" / "audioboo"
BASE = "https://api.audioboom.com"
AT = 1417392000
DATE = {"Date": "Mon, 01 Dec 2014 00:00:00 GMT"}
ACCEPT = {"Accept": "application/json; version=1"}
V999 = {"Accept": "application/json; version=999"}
V_ONE = {"Accept": "application/json; version=one"}
SIGNED = {**ACCEPT, "Authorization": "OAuth oauth_consumer_key=x"}
JSON, SCRIPT, HTML = "application/json; charset=utf-8", "application/javascript", "text/html"
TAG = {"display_tag": "Beach", "normalised_tag": "beach", "url": "http://a.example/tag/beach"}
CLIP = {
    "id": 7,
    "title": "",
    "duration": 1.5,
    "recorded_at": "2014-11-30T09:00:00Z",
    "uploaded_at": "2014-11-30T09:00:12Z",
    "urls": {"high_mp3": "http://a.example/7.mp3"},
    "tags": [TAG],
}
CALL = f"/**/f({json.dumps({'version': 200, 'timestamp': AT, 'body': {'audio_clip': CLIP}})});"
OLD = {**CLIP, "uploaded_at": "2013-11-30T09:00:12Z"}
ODD_TAG = {**CLIP, "tags": [{**TAG, "normalised_tag": "É"}]}
TOLD = {"X-Audioboo-Error_code": "404", "X-Audioboo-Error_description": "No such clip"}
TWO_LINES = {**TOLD, "X-Audioboo-Error_description": "a\tb"}
OUTDATED = {"X-Audioboo-Error_code": "800", "X-Audioboo-Error_description": "Update, please"}


Answer = tuple[str, int, Any, dict[str, str], dict[str, str], str]
"""Method and path, status, body, fields of the response and of the request, media type."""


def wrapped(body: Any, **root: Any) -> dict[str, Any]:
    return {"version": 200, "timestamp": AT, "body": body, **root}


def listed(*clips: Any, offset: int = 0, count: int = 2) -> dict[str, Any]:
    return wrapped({"audio_clips": list(clips), "totals": {"offset": offset, "count": count}})


def error(code: int = 404, description: str = "No such clip") -> dict[str, Any]:
    return wrapped({"error": {"code": code, "description": description}})


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract.load(SPECS)


def violated_claims(
    contract: Contract,
    target: str,
    status: int = 200,
    body: Any = b"",
    headers: Mapping[str, str] | None = None,
    sent: Mapping[str, str] | None = None,
    media_type: str = JSON,
) -> set[str]:
    """Return the claims that an exchange violates; `target` is its method and path."""
    method, _, path = target.partition(" ")
    raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    fields = {"Content-Type": media_type, **DATE, **(headers or {})}
    request = Request(method, BASE + path, Headers((ACCEPT if sent is None else sent).items()))
    exchange = Exchange(request, Response(status, "", Headers(fields.items()), raw))
    operation = contract.find(method, path.partition("?")[0])
    findings = [finding for check in CHECKS for finding in check(exchange, operation)]
    return {finding.claim for finding in findings if finding.claim and not finding.holds}


@pytest.mark.parametrize(
    "response",
    [
        ("GET /audio_clips", 200, listed(CLIP, OLD), {}, ACCEPT, JSON),
        ("GET /audio_clips", 200, listed(CLIP, OLD), {}, {}, JSON),
        ("GET /audio_clips?find[query]=x", 200, listed(OLD, CLIP), {}, ACCEPT, JSON),
        ("GET /audio_clips?page[number]=2&page[items]=1", 200, listed(CLIP, offset=1), {}, ACCEPT, JSON),
        ("GET /audio_clips?signed_page[number]=2&service[key]=k", 200, listed(CLIP, offset=1), {}, {}, JSON),
        (f"GET /audio_clips?max_time={AT}", 200, listed(CLIP, count=900), {}, ACCEPT, JSON),
        ("GET /tag/BEACH/audio_clips", 200, listed(CLIP), {}, ACCEPT, JSON),
        ("GET /audio_clips/7", 200, wrapped({"audio_clip": CLIP}, window=60), {}, ACCEPT, JSON),
        ("GET /audio_clips/7?callback=f", 200, CALL, {}, {}, SCRIPT),
        ("HEAD /audio_clips/7", 200, b"", {}, ACCEPT, JSON),
        ("HEAD /audio_clips/8", 404, b"", TOLD, ACCEPT, JSON),
        ("GET /audio_clips/8", 404, error(), TOLD, ACCEPT, JSON),
        ("GET /audio_clips/8", 404, "<h1>No such clip</h1>", TOLD, ACCEPT, HTML),
        ("GET /audio_clips/7.mp3", 302, b"", {"Location": "/7.mp3"}, {}, HTML),
        ("GET /audio_clips", 414, "", {}, ACCEPT, HTML),
        ("GET /audio_clips?x=%zz", 400, "<h1>Bad Request</h1>", {}, ACCEPT, HTML),
        ("GET /audio_clips", 406, error(800, "Update, please"), OUTDATED, V999, JSON),
        ("GET /audio_clips", 406, error(800, "Update, please"), OUTDATED, {}, JSON),
        ("GET /users", 400, error(), TOLD, ACCEPT, JSON),
        ("GET /oauth/authorize?oauth_token=x", 401, "<h1>No such token</h1>", {}, {}, HTML),
        ("POST /login", 401, "<h1>Wrong password</h1>", {}, {}, HTML),
        ("POST /oauth/access_token", 200, "oauth_token=a&oauth_token_secret=b", {}, SIGNED, HTML),
        ("DELETE /audio_clips/7", 200, {"version": 200, "timestamp": AT}, {}, SIGNED, JSON),
        ("POST /audio_clips/7/favourites", 201, wrapped({}), {}, SIGNED, JSON),
    ],
)
def test_conforming_exchange_violates_no_claim(contract: Contract, response: Answer) -> None:
    assert violated_claims(contract, *response) == set()


@pytest.mark.parametrize(
    ("claims", "target", "body"),
    [
        ("AB-ENV-01", "GET /audio_clips/7", {**wrapped({"audio_clip": CLIP}), "timestamp": "now"}),
        ("AB-ENV-01", "GET /audio_clips/7", {**wrapped({"audio_clip": CLIP}), "version": 200.5}),
        ("AB-ENV-02", "GET /audio_clips/7", wrapped({"audio_clip": CLIP}, timestamp=AT + 301)),
        ("AB-ENV-03 AB-ENV-09", "GET /audio_clips", wrapped({})),
        ("AB-ENV-04", "GET /audio_clips/7", wrapped({"audio_clip": CLIP}, status="ok")),
        ("AB-ENV-04", "GET /audio_clips/7", wrapped({"audio_clip": CLIP}, window=0)),
        ("AB-ENV-09", "GET /audio_clips", wrapped({"audio_clips": []})),
        ("AB-CLIP-01", "GET /audio_clips/7", wrapped({"audio_clip": {**CLIP, "duration": "1:30"}})),
        ("AB-CLIP-02", "GET /audio_clips/7", wrapped({"audio_clip": {**CLIP, "uploaded_at": None}})),
        ("AB-CLIP-03", "GET /audio_clips/7", wrapped({"audio_clip": {**CLIP, "location": {}}})),
        ("AB-CLIP-04", "GET /audio_clips/7", wrapped({"audio_clip": ODD_TAG})),
        ("AB-CLIP-05", "GET /audio_clips/7", wrapped({"clip": CLIP})),
        ("AB-CLIP-07", "GET /audio_clips", listed(OLD, CLIP)),
        ("AB-CLIP-09", "GET /tag/sea/audio_clips", listed(CLIP)),
        ("AB-USER-01", "GET /users", wrapped({"users": [], "totals": {"offset": 0, "count": 0}})),
        ("AB-PAGE-02", "GET /audio_clips?page[items]=1", listed(CLIP, OLD)),
        ("AB-PAGE-03", "GET /audio_clips?page[items]=999", listed(*[CLIP] * 151, count=151)),
        ("AB-PAGE-05", "GET /audio_clips?max_time=1400000000", listed(CLIP)),
        ("AB-PAGE-07", "GET /audio_clips?page[number]=3&page[items]=1", listed(CLIP, offset=1)),
        ("AB-SIGN-10", "GET /account", wrapped({"user": {"id": 1, "username": "a"}})),
    ],
)
def test_violation_in_success_is_reported(contract: Contract, claims: str, target: str, body: Any) -> None:
    assert violated_claims(contract, target, 200, body) == set(claims.split())


@pytest.mark.parametrize(
    ("claims", "response"),
    [
        ("AB-ERR-01", ("GET /audio_clips/8", 404, error(), {}, ACCEPT, JSON)),
        ("AB-ERR-01", ("GET /nowhere", 404, "<h1>Nowhere</h1>", {}, ACCEPT, HTML)),
        ("AB-ERR-02", ("GET /audio_clips", 200, listed(CLIP), TOLD, ACCEPT, JSON)),
        ("AB-ERR-03", ("GET /audio_clips/8", 404, error(405), TOLD, ACCEPT, JSON)),
        ("AB-ERR-03", ("GET /nowhere", 404, wrapped({}), TOLD, ACCEPT, JSON)),
        ("AB-ERR-04", ("DELETE /audio_clips/7", 204, b"", {}, SIGNED, "")),
        ("AB-ERR-05 AB-ERR-07", ("GET /audio_clips", 500, b"", TOLD, ACCEPT, JSON)),
        ("AB-ERR-06", ("GET /audio_clips/8", 404, "", TWO_LINES, ACCEPT, HTML)),
        ("AB-CLIP-06", ("GET /audio_clips/7.mp3", 200, b"\xff\xfb", {}, {}, "audio/mpeg")),
        ("AB-CLIP-06", ("GET /audio_clips/7.mp3", 302, b"", {}, {}, HTML)),
        ("AB-ENV-05", ("GET /audio_clips/8", 404, error(), TOLD, ACCEPT, "text/plain")),
        ("AB-ENV-07", ("GET /audio_clips?callback=f", 200, listed(CLIP), {}, ACCEPT, JSON)),
        ("AB-ENV-08", ("GET /audio_clips?callback=f(1)", 200, "f(1)({})", {}, ACCEPT, HTML)),
        ("AB-VER-01", ("GET /audio_clips", 406, error(800, "Update, please"), OUTDATED, ACCEPT, JSON)),
        ("AB-VER-02", ("GET /audio_clips", 200, listed(CLIP), {}, V999, JSON)),
        ("AB-VER-03", ("GET /audio_clips/8", 404, error(), TOLD, V999, JSON)),
        ("AB-VER-04", ("GET /audio_clips/7.mp3", 406, "", OUTDATED, {}, HTML)),
        ("AB-VER-04", ("GET /audio_clips?callback=f", 406, "", OUTDATED, {}, HTML)),
        ("AB-VER-05", ("GET /audio_clips", 200, listed(CLIP), {}, V_ONE, JSON)),
        ("AB-SIGN-06", ("POST /oauth/request_token", 200, "oauth_token=a", {}, SIGNED, HTML)),
        ("AB-SOC-01", ("POST /account/followings", 201, wrapped({"following": 1}), {}, SIGNED, JSON)),
    ],
)
def test_violation_in_response_is_reported(contract: Contract, claims: str, response: Answer) -> None:
    assert violated_claims(contract, *response) == set(claims.split())


@pytest.mark.parametrize(
    "response",
    [
        ("GET /audio_clips?callback=f(1)", 406, "", OUTDATED, {}, HTML),
        ("GET /audio_clips?callback=a.b", 406, "", OUTDATED, {}, HTML),
        ("GET /audio_clips?callback=f&callback=g", 406, "", OUTDATED, {}, HTML),
        ("DELETE /audio_clips/7", 200, wrapped({"audio_clip": {"id": 7}}), {}, SIGNED, JSON),
        ("DELETE /audio_clips/7", 200, wrapped({"clip": None, "deleted": "yes"}), {}, SIGNED, JSON),
        ("DELETE /playlists/3", 200, wrapped({"playlist": {}}), {}, SIGNED, JSON),
        ("DELETE /playlists/3/memberships/4", 200, wrapped({"membership": []}), {}, SIGNED, JSON),
        ("FROB /audio_clips", 400, "<h1>Bad request</h1>", {}, ACCEPT, HTML),
        ("FROB /audio_clips", 501, "<h1>Not implemented</h1>", {}, ACCEPT, HTML),
    ],
)
def test_allowed_response_violates_no_claim(contract: Contract, response: Answer) -> None:
    assert violated_claims(contract, *response) == set()
