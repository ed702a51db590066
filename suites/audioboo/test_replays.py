"""Signatures: nonces and timestamps (RFC 5849 3.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tuningfork import claim
from tuningfork.apis.audioboo.error_assertions import assert_refused, assert_success
from tuningfork.apis.audioboo.factories import create_playlist, object_in_body, upload
from tuningfork.apis.audioboo.lookup import expect_no_clip_titled
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.expect import expect
from tuningfork.testing.operation_requests import expect_everywhere

from .support.operation_requests import OperationRequest
from .support.owned_resources import OwnedResources
from .support.signed_clients import REQUEST_TOKEN, parse_token, signing_client, target_time, unused_nonce

UniqueName = Callable[[str], str]
ACCEPTED_OFFSETS_S = (-45, -20, 30, 55)
"""Offsets of a timestamp below a minute, even if the request takes some seconds."""
REFUSED_OFFSETS_S = (-605, -86400, -(10**9), 630, 3600, 10**9)
"""Offsets of a timestamp above ten minutes, even if the request takes some seconds."""
REQUESTS_BETWEEN = 110
"""Requests after which a nonce must still be known."""


@claim("AB-SIGN-04")
@pytest.mark.parametrize("placement", ["header", "query"])
@pytest.mark.parametrize("path", ["/account", "/audio_clips?page%5Bitems%5D=1"])
def test_repeated_request_returns_401(user: Client, path: str, placement: str) -> None:
    """Immediately, and after other requests."""
    client = signing_client(user, placement=placement, **unused_nonce(user))
    client.get(path).expect_ok()

    assert_refused(client.get(path), 401)
    for _ in range(8):
        user.get("/account").expect_ok()
    assert_refused(client.get(path), 401)


@claim("AB-SIGN-04")
def test_nonce_returns_401_after_many_requests(user: Client) -> None:
    client = signing_client(user, **unused_nonce(user))
    client.get("/account").expect_ok()

    for _ in range(REQUESTS_BETWEEN):
        user.get("/account").expect_ok()

    assert_refused(client.get("/account"), 401)


@claim("AB-SIGN-04")
def test_nonce_of_another_request_returns_401(
    readable_requests: list[OperationRequest], user: Client
) -> None:
    """With a valid signature for another path or other parameters."""
    nonce = unused_nonce(user)
    signing_client(user, **nonce).get("/account").expect_ok()

    for response in expect_everywhere(readable_requests, signing_client(user, **nonce), 401):
        assert_refused(response, 401)


@claim("AB-SIGN-04")
@pytest.mark.parametrize(("first", "second"), [("header", "query"), ("query", "header")])
def test_nonce_of_another_placement_returns_401(user: Client, first: str, second: str) -> None:
    nonce = unused_nonce(user)
    signing_client(user, placement=first, **nonce).get("/account").expect_ok()

    assert_refused(signing_client(user, placement=second, **nonce).get("/account"), 401)


@claim("AB-SIGN-04")
@pytest.mark.parametrize(
    ("first", "second"),
    [("header", "header"), ("query", "query"), ("body", "body"), ("header", "body"), ("body", "query")],
)
def test_repeated_nonce_of_an_app_returns_401(
    unauthenticated: Client, user: Client, consumer: Consumer, first: Any, second: Any
) -> None:
    auth = OAuth1(consumer, callback="oob", **unused_nonce(user))
    parse_token(unauthenticated.with_auth(replace(auth, placement=first)).post(REQUEST_TOKEN))

    response = unauthenticated.with_auth(replace(auth, placement=second)).post(REQUEST_TOKEN)

    assert_refused(response, 401)


@claim("AB-SIGN-04", needs=["write"])
@pytest.mark.parametrize("placement", ["header", "query", "body"])
def test_repeated_nonce_of_a_write_returns_401(user: Client, unique_name: UniqueName, placement: str) -> None:
    """With another form, and with another method and path."""
    client = signing_client(user, placement=placement, **unused_nonce(user))
    client.post("/playlists", form={"playlist[title]": unique_name("once")}).expect_created()

    assert_refused(client.post("/playlists", form={"playlist[title]": unique_name("twice")}), 401)
    assert_refused(client.put("/account", form={"user[profile_location]": "x"}), 401)


@claim("AB-SIGN-04", needs=["write"])
def test_repeated_deletion_returns_401(user: Client, unique_name: UniqueName) -> None:
    """Although the playlist does not exist any more."""
    path = f"/playlists/{create_playlist(user, unique_name('once'))['id']}"
    client = signing_client(user, **unused_nonce(user))
    assert_success(client.delete(path))

    assert_refused(client.delete(path), 401)


@claim("AB-SIGN-04", needs=["write"])
def test_nonce_of_a_request_with_an_error_returns_401(user: Client) -> None:
    """The signature of the first request was valid, although its parameters were not."""
    client = signing_client(user, **unused_nonce(user))
    client.put("/account", form={"user[profile_description]": "x" * 256}).expect_client_error()

    assert_refused(client.get("/account"), 401)


@claim("AB-SIGN-04", needs=["write"])
def test_repeated_upload_creates_nothing(user: Client, unique_name: UniqueName) -> None:
    """It does not restore the clip after its deletion."""
    title = unique_name("twice")
    client = signing_client(user, **unused_nonce(user))
    clip = object_in_body(upload(client, {"title": title}).expect_created(), "audio_clip")
    assert_success(user.delete(f"/audio_clips/{clip['id']}"))

    assert_refused(upload(client, {"title": title}), 401)

    expect_no_clip_titled(user, title)


@pytest.mark.live("concurrent requests")
@claim("AB-SIGN-04")
def test_one_of_several_concurrent_requests_is_accepted(user: Client) -> None:
    client = signing_client(user, **unused_nonce(user))

    responses = send_concurrently(client, 6, lambda each: each.get("/account"))

    statuses = sorted(response.status for response in responses)
    expect(statuses, [200, *[401] * 5], "statuses", responses[0])


@claim("AB-SIGN-04")
@pytest.mark.parametrize("placement", ["header", "query"])
def test_timestamp_within_a_minute_is_accepted(user: Client, placement: str) -> None:
    now = target_time(user)

    for offset in ACCEPTED_OFFSETS_S:
        signing_client(user, placement=placement, timestamp=now + offset).get("/account").expect_ok()


@claim("AB-SIGN-04")
@pytest.mark.parametrize("placement", ["header", "query"])
def test_timestamp_beyond_ten_minutes_returns_401(user: Client, placement: str) -> None:
    now = target_time(user)

    for offset in REFUSED_OFFSETS_S:
        client = signing_client(user, placement=placement, timestamp=now + offset)
        for path in ("/account", "/audio_clips"):
            assert_refused(client.get(path), 401)


@claim("AB-SIGN-04", needs=["write"])
@pytest.mark.parametrize("offset", [-605, 630])
def test_write_with_a_timestamp_beyond_ten_minutes_changes_nothing(
    owned_resources: OwnedResources, offset: int
) -> None:
    user = owned_resources.user
    client = signing_client(user, timestamp=target_time(user) + offset)

    for request in owned_resources.write_requests():
        assert_refused(request.send(client), 401)

    owned_resources.assert_unchanged()


@claim("AB-SIGN-04")
@pytest.mark.parametrize("offset", [-605, 630])
def test_timestamp_of_an_app_beyond_ten_minutes_returns_401(
    user: Client, unauthenticated: Client, consumer: Consumer, offset: int
) -> None:
    """In a form body."""
    auth = OAuth1(consumer, placement="body", callback="oob", timestamp=target_time(user) + offset)

    assert_refused(unauthenticated.with_auth(auth).post(REQUEST_TOKEN), 401)


@claim("AB-SIGN-04", needs=["control:clock"])
def test_nonce_returns_401_while_its_timestamp_is_accepted(user: Client, controls: ControlsClient) -> None:
    """A nonce with a timestamp in the near future returns 401 minutes later, too."""
    now = target_time(user)
    client = signing_client(user, **{**unused_nonce(user), "timestamp": now + 55})
    client.get("/account").expect_ok()

    for seconds in (61, 300, 240, 120):
        controls.clock(seconds)
        now += seconds
        signing_client(user, timestamp=now).get("/account").expect_ok()
        assert_refused(client.get("/account"), 401)
