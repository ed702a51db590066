"""Signatures: nonces and timestamps (RFC 5849 3.3)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tuningfork import ExpectationFailed, claim
from tuningfork.apis.audioboo.error_assertions import assert_refused, assert_success
from tuningfork.apis.audioboo.factories import object_in_body, upload
from tuningfork.apis.audioboo.lookup import expect_no_clip_titled
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.testing.operation_requests import expect_everywhere

from .support.operation_requests import OperationRequest
from .support.owned_resources import OwnedResources
from .support.signed_clients import REQUEST_TOKEN, parse_token, signing_client, target_time, unused_nonce

Fresh = Callable[[str], str]
ACCEPTED = (-45, -20, 30, 55)
"""Seconds that a timestamp may be off; less than a minute, whatever time the request takes."""
REFUSED = (-605, -86400, -(10**9), 630, 3600, 10**9)
"""And that it may not; over ten minutes, likewise."""


MANY = 60
"""Requests after which a nonce must still be known."""


@claim("AB-SIGN-04")
@pytest.mark.parametrize("placement", ["header", "query"])
@pytest.mark.parametrize("at", ["/account", "/audio_clips?page%5Bitems%5D=1"])
def test_a_request_is_good_once(at: str, placement: str, user: Client) -> None:
    """The very same one is refused the second time and the third, when others were accepted meanwhile too."""
    again = signing_client(user, placement=placement, **unused_nonce(user))
    again.get(at).expect_ok()

    assert_refused(again.get(at), 401)
    for _ in range(8):
        user.get("/account").expect_ok()
    assert_refused(again.get(at), 401)


@claim("AB-SIGN-04")
def test_a_nonce_is_remembered_among_many(user: Client) -> None:
    """Not only the latest ones are known."""
    again = signing_client(user, **unused_nonce(user))
    again.get("/account").expect_ok()

    for _ in range(MANY):
        user.get("/account").expect_ok()

    assert_refused(again.get("/account"), 401)


@claim("AB-SIGN-04")
def test_a_nonce_is_for_one_request(readable_requests: list[OperationRequest], user: Client) -> None:
    """Signed for another path or other parameters, the same nonce and timestamp are refused there."""
    used = unused_nonce(user)
    signing_client(user, **used).get("/account").expect_ok()

    for answer in expect_everywhere(readable_requests, signing_client(user, **used), 401):
        assert_refused(answer, 401)


@claim("AB-SIGN-04")
@pytest.mark.parametrize(("first", "second"), [("header", "query"), ("query", "header")])
def test_a_nonce_is_for_one_placement(first: str, second: str, user: Client) -> None:
    """Used in one, it can't be used in the other."""
    used = unused_nonce(user)
    signing_client(user, placement=first, **used).get("/account").expect_ok()

    assert_refused(signing_client(user, placement=second, **used).get("/account"), 401)


@claim("AB-SIGN-04")
@pytest.mark.parametrize(
    ("first", "second"),
    [("header", "header"), ("query", "query"), ("body", "body"), ("header", "body"), ("body", "query")],
)
def test_an_apps_nonce_is_good_once(
    first: Any, second: Any, unauthenticated: Client, user: Client, consumer: Consumer
) -> None:
    """Without a token as well."""
    used = OAuth1(consumer, callback="oob", **unused_nonce(user))
    parse_token(unauthenticated.with_auth(replace(used, placement=first)).post(REQUEST_TOKEN))

    assert_refused(unauthenticated.with_auth(replace(used, placement=second)).post(REQUEST_TOKEN), 401)


@claim("AB-SIGN-04", needs=["write"])
@pytest.mark.parametrize("placement", ["header", "query", "body"])
def test_a_replayed_form_writes_once(placement: str, user: Client, unique_name: Fresh) -> None:
    """The second time there is no second playlist, nor one with another title."""
    again = signing_client(user, placement=placement, **unused_nonce(user))
    made = again.post("/playlists", form={"playlist[title]": unique_name("once")}).expect_created()

    assert_refused(again.post("/playlists", form={"playlist[title]": unique_name("twice")}), 401)
    assert_refused(again.put("/account", form={"user[profile_location]": "x"}), 401)

    assert object_in_body(made, "playlist")["id"], "expected a playlist with an id, found none"


@claim("AB-SIGN-04", needs=["write"])
def test_a_nonce_of_a_request_that_failed_is_used_too(user: Client) -> None:
    """Its signature was good, if its parameters were not."""
    again = signing_client(user, **unused_nonce(user))
    again.put("/account", form={"user[profile_description]": "x" * 256}).expect_client_error()

    assert_refused(again.get("/account"), 401)


@claim("AB-SIGN-04", needs=["write"])
def test_a_replayed_upload_writes_nothing(user: Client, unique_name: Fresh) -> None:
    """Nor does what is deleted come back."""
    title = unique_name("twice")
    again = signing_client(user, **unused_nonce(user))
    made = object_in_body(upload(again, {"title": title}).expect_created(), "audio_clip")
    assert_success(user.delete(f"/audio_clips/{made['id']}"))

    assert_refused(upload(again, {"title": title}), 401)

    expect_no_clip_titled(user, title)


@pytest.mark.live("two requests at once can't be told apart in a recording")
@claim("AB-SIGN-04")
def test_of_the_same_requests_at_once_one_is_accepted(user: Client) -> None:
    """However they meet."""
    used = unused_nonce(user)
    clients = [signing_client(user, **used) for _ in range(6)]

    with ThreadPoolExecutor(len(clients)) as threads:
        statuses = sorted(threads.map(lambda client: client.get("/account").status, clients))

    if statuses != [200, *[401] * (len(clients) - 1)]:
        raise ExpectationFailed("one 200, and 401 for the others", str(statuses))


@claim("AB-SIGN-04")
@pytest.mark.parametrize("placement", ["header", "query"])
def test_a_timestamp_may_be_a_little_off(placement: str, user: Client) -> None:
    """By under a minute, before or after."""
    now = target_time(user)

    for off in ACCEPTED:
        signing_client(user, placement=placement, timestamp=now + off).get("/account").expect_ok()


@claim("AB-SIGN-04")
@pytest.mark.parametrize("placement", ["header", "query"])
def test_a_timestamp_may_not_be_far_off(placement: str, user: Client) -> None:
    """By over ten minutes, before or after, wherever one reads."""
    now = target_time(user)

    for off in REFUSED:
        wrong = signing_client(user, placement=placement, timestamp=now + off)
        for at in ("/account", "/audio_clips"):
            assert_refused(wrong.get(at), 401)


@claim("AB-SIGN-04", needs=["write"])
@pytest.mark.parametrize("off", [-605, 630])
def test_a_timestamp_of_what_is_written_may_not_be_far_off(off: int, owned_resources: OwnedResources) -> None:
    """Nothing is changed by an old request, nor by one of the future."""
    wrong = signing_client(owned_resources.me, timestamp=target_time(owned_resources.me) + off)

    for verb, at, rest in owned_resources.write_requests():
        assert_refused(wrong.request(verb, at, **rest), 401)

    owned_resources.is_unchanged()


@claim("AB-SIGN-04")
@pytest.mark.parametrize("off", [-605, 630])
def test_an_apps_timestamp_may_not_be_far_off(
    off: int, user: Client, unauthenticated: Client, consumer: Consumer
) -> None:
    """In a body too."""
    wrong = OAuth1(consumer, placement="body", callback="oob", timestamp=target_time(user) + off)

    assert_refused(unauthenticated.with_auth(wrong).post(REQUEST_TOKEN), 401)


@claim("AB-SIGN-04", needs=["control:clock"])
def test_a_nonce_is_remembered_for_as_long_as_its_timestamp_is_good(
    user: Client, controls: ControlsClient
) -> None:
    """One of the near future is refused minutes later, and when its time has passed."""
    now = target_time(user)
    early = signing_client(user, nonce="early", timestamp=now + 55)
    early.get("/account").expect_ok()

    for seconds in (61, 300, 240, 120):
        controls.clock(seconds)
        now += seconds
        signing_client(user, timestamp=now).get("/account").expect_ok()
        assert_refused(early.get("/account"), 401)
