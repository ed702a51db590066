"""What a read-only run may send: only requests without an effect on a server that checks nothing."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tuningfork import apis
from tuningfork.client.request_safety import RequestSafety
from tuningfork.contract.openapi import Contract
from tuningfork.model import Headers, Request

SPECS = Path(__file__).parents[3] / "specs"
UNUSED_ID = "999999999999999"
JSON = [("Content-Type", "application/json")]
FORM = [("Content-Type", "application/x-www-form-urlencoded")]


@cache
def safety_of(api: str) -> RequestSafety:
    profile = apis.profile(api)
    contract = Contract.load(SPECS / api)
    return RequestSafety(contract, profile.creations, profile.relations, profile.logins, profile.unknown)


def is_harmless(
    api: str,
    request: str,
    body: object = None,
    headers: list[tuple[str, str]] | None = None,
    is_browser: bool = False,
) -> bool:
    method, _, path = request.partition(" ")
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    sent = Request(method, f"https://api.example.com{path}", Headers(headers or JSON), data)
    return safety_of(api).is_harmless(sent, path.partition("?")[0], is_browser)


@pytest.mark.parametrize(
    ("api", "request_"),
    [
        ("soundcloud", "GET /tracks/2001"),
        ("soundcloud", "HEAD /me"),
        ("soundcloud", "OPTIONS /tracks"),
        ("soundcloud", "TRACE /tracks"),
        ("soundcloud", "get /me"),
        ("soundcloud", "POST /oauth2/token"),
        ("audioboo", "POST /oauth/access_token"),
        ("soundcloud", f"DELETE /tracks/{UNUSED_ID}"),
        ("soundcloud", f"PUT /tracks/{UNUSED_ID}.json"),
        ("soundcloud", "POST /likes/tracks/9007199254740991"),
        ("soundcloud", f"FROB /tracks/{UNUSED_ID}/comments"),
        ("soundcloud", "DELETE /no-such-path"),
        ("soundcloud", "POST /tracks"),
        ("soundcloud", "POST /playlists"),
        ("audioboo", f"DELETE /account/followings?following_user_id={UNUSED_ID}"),
        ("audioboo", f"PUT /playlists/{UNUSED_ID}/memberships/{UNUSED_ID}"),
        ("audioboo", "POST /account/audio_clips"),
        ("audiosocket", "POST /tracks"),
    ],
)
def test_harmless_request_is_allowed(api: str, request_: str) -> None:
    assert is_harmless(api, request_)


@pytest.mark.parametrize(
    ("api", "request_"),
    [
        ("soundcloud", "DELETE /tracks/2001"),
        ("soundcloud", "delete /tracks/2001"),
        ("soundcloud", "FROB /tracks/2001"),
        ("soundcloud", "POSTT /tracks"),
        ("soundcloud", "DELETE /tracks"),
        ("soundcloud", "DELETE /tracks/"),
        ("soundcloud", "PUT /me"),
        ("soundcloud", "DELETE /me"),
        ("soundcloud", "PATCH /me"),
        ("soundcloud", "PUT /me/followings/1002"),
        ("soundcloud", "PUT /oauth2/token"),
        ("soundcloud", f"DELETE /tracks/{UNUSED_ID}/../2001"),
        ("soundcloud", f"DELETE /tracks/{UNUSED_ID}%2F..%2F2001"),
        ("soundcloud", "DELETE /tracks/1.5"),
        ("soundcloud", "DELETE /tracks/*"),
        ("soundcloud", "DELETE /tracks/2001%00"),
        ("soundcloud", "POST /connect/consent"),
        ("audioboo", "PUT /account"),
        ("audioboo", "DELETE /account"),
        ("audioboo", "POST /account"),
        ("audioboo", "DELETE /account/followings"),
        ("audioboo", "DELETE /account/followings?following_user_id=12"),
        ("audioboo", f"DELETE /playlists/{UNUSED_ID}/memberships/901"),
        ("audioboo", f"PUT /account?user_id={UNUSED_ID}"),
    ],
)
def test_unsafe_request_is_not_harmless(api: str, request_: str) -> None:
    assert not is_harmless(api, request_)


@pytest.mark.parametrize(
    ("request_", "body", "allowed"),
    [
        ("POST /playlists", {"playlist": {"description": "x"}}, True),
        ("POST /playlists", {"playlist": {"title": "x"}}, False),
        ("POST /playlists", {"title": "x"}, False),
        ("POST /playlists", b'{"playlist": {"title": "x"', False),
        ("POST /playlists", b'{"playlist": {"t\\u0069tle": "x"}}', False),
        ("POST /playlists", json.dumps({"title": "x"}).encode("utf-16-le"), False),
        ("POST /playlists", {"playlist": {"tracks": [{"id": 2001}]}}, False),
        ("POST /playlists?playlist[title]=x", None, False),
        ("POST /playlists?playlist%5Bt%69tle%5D=x", None, False),
        ("POST /playlists", {"_method": "DELETE"}, False),
        ("POST /tracks", {"track": {"title": "x"}}, True),
        (f"PUT /tracks/{UNUSED_ID}", {"track": {"title": "x"}}, True),
        (f"PUT /tracks/{UNUSED_ID}", {"track": {"id": 2001}}, False),
        (f"PUT /playlists/{UNUSED_ID}", {"playlist": {"track_ids": [int(UNUSED_ID), 2001]}}, False),
        (f"PUT /tracks/{UNUSED_ID}?id=2001", None, False),
        (f"PUT /tracks/{UNUSED_ID}?client_id=3", None, True),
    ],
)
def test_ids_in_body_and_query_are_checked(request_: str, body: object, allowed: bool) -> None:
    assert is_harmless("soundcloud", request_, body) is allowed


@pytest.mark.parametrize(
    ("field", "allowed"),
    [(("X-HTTP-Method-Override", "DELETE"), False), (("X-HTTP-Method-Override", "HEAD"), True)],
)
def test_method_override_is_checked(field: tuple[str, str], allowed: bool) -> None:
    assert is_harmless("soundcloud", "GET /tracks/2001", headers=[field]) is allowed
    assert is_harmless("soundcloud", "GET /tracks/2001?_method=DELETE") is False
    assert is_harmless("soundcloud", f"GET /tracks/{UNUSED_ID}?_method=DELETE") is True


def test_compressed_body_is_not_harmless() -> None:
    assert not is_harmless(
        "soundcloud", "POST /playlists", b"\x1f\x8b", [*JSON, ("Content-Encoding", "gzip")]
    )


def test_consent_form_to_undocumented_path_is_allowed() -> None:
    body = urlencode({"username": "a", "approve": "1"}).encode()

    assert is_harmless("soundcloud", "POST /connect/consent", body, FORM, is_browser=True)
    assert not is_harmless("soundcloud", "PUT /connect/consent", body, FORM, is_browser=True)
    assert not is_harmless("soundcloud", "DELETE /tracks/2001", body, FORM, is_browser=True)


def test_id_marked_unused_is_harmless() -> None:
    safety = safety_of("audiosocket")
    request = Request("DELETE", "https://api.example.com/tracks/trk_9")
    before = safety.is_harmless(request, "/tracks/trk_9")

    safety.mark_unused("trk_9")

    assert (before, safety.is_harmless(request, "/tracks/trk_9")) == (False, True)


@pytest.mark.parametrize("path", ["/tracks/7", "/tracks/7.json", "/tracks/7.50"])
def test_only_the_exact_id_is_marked_unused(path: str) -> None:
    safety = RequestSafety(safety_of("audiosocket").contract)

    safety.mark_unused("7.5")

    assert safety.is_unused("7.5")
    assert safety.is_unused("7.5.json")
    assert not safety.names_only_unused(path)


@pytest.mark.parametrize("api", apis.names())
def test_required_patterns_match_documented_properties(api: str) -> None:
    text = (SPECS / api / "openapi.yaml").read_text(encoding="utf-8")
    needed = {need for one in apis.profile(api).creations for need in one.required_patterns}

    assert needed
    assert all(any(word in text for word in need.split("|")) for need in needed)
    keys = {operation.key for operation in safety_of(api).contract.operations}
    profile = apis.profile(api)
    assert {one.operation for one in profile.creations} <= keys
    assert {one.operation for one in profile.relations} <= keys
