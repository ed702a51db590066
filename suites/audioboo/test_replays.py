"""Signatures: nonces and timestamps (RFC 5849 3.3)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tuningfork import Unmet, claim
from tuningfork.apis.audioboo.error_assertions import refused, succeeded
from tuningfork.apis.audioboo.factories import body_of, upload
from tuningfork.apis.audioboo.lookup import nothing_titled
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.client.client import Client
from tuningfork.client.controls import Controls
from tuningfork.testing.operation_requests import everywhere

from .support.operation_requests import Probe
from .support.owned_resources import Own
from .support.signed_clients import REQUEST_TOKEN, now_of, once, signing, token_of

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
def test_a_request_is_good_once(at: str, placement: str, me: Client) -> None:
    """The very same one is refused the second time and the third, when others were accepted meanwhile too."""
    again = signing(me, placement=placement, **once(me))
    again.get(at).is_ok()

    refused(again.get(at), 401)
    for _ in range(8):
        me.get("/account").is_ok()
    refused(again.get(at), 401)


@claim("AB-SIGN-04")
def test_a_nonce_is_remembered_among_many(me: Client) -> None:
    """Not only the latest ones are known."""
    again = signing(me, **once(me))
    again.get("/account").is_ok()

    for _ in range(MANY):
        me.get("/account").is_ok()

    refused(again.get("/account"), 401)


@claim("AB-SIGN-04")
def test_a_nonce_is_for_one_request(readable: list[Probe], me: Client) -> None:
    """Signed for another path or other parameters, the same nonce and timestamp are refused there."""
    used = once(me)
    signing(me, **used).get("/account").is_ok()

    for answer in everywhere(readable, signing(me, **used), 401):
        refused(answer, 401)


@claim("AB-SIGN-04")
@pytest.mark.parametrize(("first", "second"), [("header", "query"), ("query", "header")])
def test_a_nonce_is_for_one_placement(first: str, second: str, me: Client) -> None:
    """Used in one, it can't be used in the other."""
    used = once(me)
    signing(me, placement=first, **used).get("/account").is_ok()

    refused(signing(me, placement=second, **used).get("/account"), 401)


@claim("AB-SIGN-04")
@pytest.mark.parametrize(
    ("first", "second"),
    [("header", "header"), ("query", "query"), ("body", "body"), ("header", "body"), ("body", "query")],
)
def test_an_apps_nonce_is_good_once(
    first: Any, second: Any, anonymous: Client, me: Client, consumer: Consumer
) -> None:
    """Without a token as well."""
    used = OAuth1(consumer, callback="oob", **once(me))
    token_of(anonymous.with_auth(replace(used, placement=first)).post(REQUEST_TOKEN))

    refused(anonymous.with_auth(replace(used, placement=second)).post(REQUEST_TOKEN), 401)


@claim("AB-SIGN-04", needs=["write"])
@pytest.mark.parametrize("placement", ["header", "query", "body"])
def test_a_replayed_form_writes_once(placement: str, me: Client, fresh: Fresh) -> None:
    """The second time there is no second playlist, nor one with another title."""
    again = signing(me, placement=placement, **once(me))
    made = again.post("/playlists", form={"playlist[title]": fresh("once")}).is_created()

    refused(again.post("/playlists", form={"playlist[title]": fresh("twice")}), 401)
    refused(again.put("/account", form={"user[profile_location]": "x"}), 401)

    assert body_of(made, "playlist")["id"], "expected a playlist with an id, found none"


@claim("AB-SIGN-04", needs=["write"])
def test_a_nonce_of_a_request_that_failed_is_used_too(me: Client) -> None:
    """Its signature was good, if its parameters were not."""
    again = signing(me, **once(me))
    again.put("/account", form={"user[profile_description]": "x" * 256}).is_refused()

    refused(again.get("/account"), 401)


@claim("AB-SIGN-04", needs=["write"])
def test_a_replayed_upload_writes_nothing(me: Client, fresh: Fresh) -> None:
    """Nor does what is deleted come back."""
    title = fresh("twice")
    again = signing(me, **once(me))
    made = body_of(upload(again, {"title": title}).is_created(), "audio_clip")
    succeeded(me.delete(f"/audio_clips/{made['id']}"))

    refused(upload(again, {"title": title}), 401)

    nothing_titled(me, title)


@pytest.mark.live("two requests at once can't be told apart in a recording")
@claim("AB-SIGN-04")
def test_of_the_same_requests_at_once_one_is_accepted(me: Client) -> None:
    """However they meet."""
    used = once(me)
    clients = [signing(me, **used) for _ in range(6)]

    with ThreadPoolExecutor(len(clients)) as threads:
        statuses = sorted(threads.map(lambda client: client.get("/account").status, clients))

    if statuses != [200, *[401] * (len(clients) - 1)]:
        raise Unmet("one 200, and 401 for the others", str(statuses))


@claim("AB-SIGN-04")
@pytest.mark.parametrize("placement", ["header", "query"])
def test_a_timestamp_may_be_a_little_off(placement: str, me: Client) -> None:
    """By under a minute, before or after."""
    now = now_of(me)

    for off in ACCEPTED:
        signing(me, placement=placement, timestamp=now + off).get("/account").is_ok()


@claim("AB-SIGN-04")
@pytest.mark.parametrize("placement", ["header", "query"])
def test_a_timestamp_may_not_be_far_off(placement: str, me: Client) -> None:
    """By over ten minutes, before or after, wherever one reads."""
    now = now_of(me)

    for off in REFUSED:
        wrong = signing(me, placement=placement, timestamp=now + off)
        for at in ("/account", "/audio_clips"):
            refused(wrong.get(at), 401)


@claim("AB-SIGN-04", needs=["write"])
@pytest.mark.parametrize("off", [-605, 630])
def test_a_timestamp_of_what_is_written_may_not_be_far_off(off: int, own: Own) -> None:
    """Nothing is changed by an old request, nor by one of the future."""
    wrong = signing(own.me, timestamp=now_of(own.me) + off)

    for verb, at, rest in own.writes():
        refused(wrong.request(verb, at, **rest), 401)

    own.is_unchanged()


@claim("AB-SIGN-04")
@pytest.mark.parametrize("off", [-605, 630])
def test_an_apps_timestamp_may_not_be_far_off(
    off: int, me: Client, anonymous: Client, consumer: Consumer
) -> None:
    """In a body too."""
    wrong = OAuth1(consumer, placement="body", callback="oob", timestamp=now_of(me) + off)

    refused(anonymous.with_auth(wrong).post(REQUEST_TOKEN), 401)


@claim("AB-SIGN-04", needs=["control:clock"])
def test_a_nonce_is_remembered_for_as_long_as_its_timestamp_is_good(me: Client, controls: Controls) -> None:
    """One of the near future is refused minutes later, and when its time has passed."""
    now = now_of(me)
    early = signing(me, nonce="early", timestamp=now + 55)
    early.get("/account").is_ok()

    for seconds in (61, 300, 240, 120):
        controls.clock(seconds)
        now += seconds
        signing(me, timestamp=now).get("/account").is_ok()
        refused(early.get("/account"), 401)
