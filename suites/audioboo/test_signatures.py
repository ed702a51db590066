"""Signatures: requests signed by OAuth 1.0a, and what goes unsigned (RFC 5849 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork import ExpectationFailed, claim
from tuningfork.apis.audioboo.error_assertions import assert_refused, assert_success
from tuningfork.apis.audioboo.factories import AUDIO_PARAMETER, object_in_body, upload
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.client.client import Client
from tuningfork.testing.expect import expect
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.operation_requests import expect_everywhere, expect_nowhere
from tuningfork.testing.payloads import multipart

from .support.operation_requests import OperationRequest
from .support.owned_resources import OwnedResources, signature_placement
from .support.signature_tampering import (
    Change,
    header,
    in_header,
)
from .support.signed_clients import REQUEST_TOKEN, parse_token, signing_client

Fresh = Callable[[str], str]
CLIPS = "/audio_clips"
ODD = ("a b", "a+b", "%20", "ä ö ü", "日本語 🎙️", "&=;?#/", "~-._!*'()", '"', "é e\u0301", "")
ODD_QUERIES = (
    "b5=%3D%253D&a3=a&c%40=&a2=r%20b&c2&a3=2+q",
    "x=1&x=&x=0&X=1",
    "x%5By%5D=%c3%a4+%2B&x%5by%5d=~%7E",
)
ODD_HEADERS: dict[str, Change] = {
    "realm": header(lambda text: text.replace("OAuth ", 'OAuth realm="Example, of a realm", ', 1)),
    "scheme in lower case": header(lambda text: text.replace("OAuth ", "oauth ", 1)),
    "scheme in upper case": header(lambda text: text.replace("OAuth ", "OAUTH ", 1)),
    "no spaces": header(lambda text: text.replace(", ", ",")),
    "more spaces": header(lambda text: text.replace(", ", " ,\t ")),
    "backwards": in_header(lambda pairs: pairs[::-1]),
    "escapes in lower case": header(lambda text: text.replace("%2B", "%2b").replace("%2F", "%2f")),
    "more escapes": header(lambda text: text.replace("HMAC-SHA1", "%48MAC%2DSHA1")),
}
SENSELESS: dict[str, dict[str, Any]] = {
    "form": {
        "params": {"page[number]": "-1", "max_time": "x"},
        "form": {"following_user_id": "x", "playlist[title]": "", "x": "y" * 5000},
    },
    "multipart": multipart({AUDIO_PARAMETER: ("a.wav", b"no audio", "audio/wav"), "attachment[size]": "x"}),
}


@claim("AB-SIGN-01")
def test_a_signature_in_the_header_is_accepted(
    readable_requests: list[OperationRequest], user: Client
) -> None:
    """By everything that is read: what is public and what is the user's owned_resources."""
    expect_nowhere(readable_requests, user, 400, 401, 403)


@claim("AB-SIGN-01", needs=["write"])
def test_a_signature_in_the_header_is_accepted_by_what_writes(owned_resources: OwnedResources) -> None:
    """By every operation on what is the user's owned_resources."""
    for verb, at, rest in owned_resources.write_requests():
        assert_success(owned_resources.me.request(verb, at, **rest))


@claim("AB-SIGN-01", needs=["write"])
def test_a_signature_in_the_header_is_accepted_with_a_file(user: Client, unique_name: Fresh) -> None:
    """What is sent beside it is the file and its texts, which it covers by their hash."""
    assert_success(upload(user, {"title": unique_name("signed")}))


@claim("AB-SIGN-02", needs=["write"])
def test_a_signature_in_the_query_is_accepted_with_a_file(user: Client, unique_name: Fresh) -> None:
    """A multipart body has no place for it."""
    assert_success(upload(signing_client(user, placement="query"), {"title": unique_name("signed")}))


@claim("AB-SIGN-01")
@pytest.mark.parametrize("text", ODD)
def test_odd_text_is_signed_and_accepted(text: str, user: Client) -> None:
    """As the value of a parameter, of two with one name, and as a name."""
    user.get(CLIPS, params={"find[query]": text}).expect_ok()
    accepted(user.get(CLIPS, params=[("x", text), ("x", ""), ("x", "0")]).status, text)
    accepted(user.get("/account", params={f"x{text}": "1"}).status, text)


@claim("AB-SIGN-01")
@pytest.mark.parametrize("query", ODD_QUERIES)
def test_an_odd_query_is_signed_and_accepted(query: str, user: Client) -> None:
    """However it is escaped: the example of RFC 5849 3.4.1.3.1, names repeated, small letters."""
    accepted(user.get(f"/account?{query}").status, query)


@claim("AB-SIGN-01")
@pytest.mark.parametrize("change", ODD_HEADERS.values(), ids=ODD_HEADERS)
def test_the_header_may_be_written_in_other_ways(change: Change, user: Client) -> None:
    """With a realm, other spaces, another order and case (RFC 5849 3.5.1)."""
    signing_client(user, change).get("/account").expect_ok()


@claim("AB-SIGN-01")
def test_the_version_of_oauth_may_be_left_out(user: Client) -> None:
    """It is optional (RFC 5849 3.1)."""
    signing_client(user, parameter_overrides={"oauth_version": None}).get("/account").expect_ok()


@claim("AB-SIGN-02")
def test_a_signature_in_the_query_is_accepted(
    readable_requests: list[OperationRequest], user: Client
) -> None:
    """By everything that is read."""
    expect_nowhere(readable_requests, signing_client(user, placement="query"), 400, 401, 403)


@claim("AB-SIGN-02")
@pytest.mark.parametrize("text", ODD)
def test_odd_text_is_signed_beside_a_signature_in_the_query(text: str, user: Client) -> None:
    """The same text may be in both."""
    signing_client(user, placement="query").get(CLIPS, params={"find[query]": text}).expect_ok()


@claim("AB-SIGN-02")
@pytest.mark.parametrize("placement", ["query", "body"])
def test_an_app_signs_in_the_query_and_in_a_body(
    placement: Any, unauthenticated: Client, consumer: Consumer
) -> None:
    """As it must for a request token, with nothing else or odd parameters beside."""
    app = unauthenticated.with_auth(OAuth1(consumer, placement=placement, callback="oob"))

    parse_token(app.post(REQUEST_TOKEN))
    parse_token(app.post(REQUEST_TOKEN, form=[("x", "ä +&="), ("x", ""), ("y", "~")]))


@claim("AB-SIGN-02", needs=["write"])
@pytest.mark.parametrize("placement", ["query", "body"])
def test_what_is_written_arrives_beside_a_signature(placement: str, user: Client, unique_name: Fresh) -> None:
    """A form keeps its parameters; those of the protocol are none of them."""
    title = unique_name("ä+&= %20")

    made = signing_client(user, placement=placement).post("/playlists", form={"playlist[title]": title})

    expect(object_in_body(made.expect_created(), "playlist")["title"], title, "title")


@claim("AB-SIGN-02", needs=["write"])
@pytest.mark.parametrize("placement", ["query", "body"])
def test_a_signature_elsewhere_is_accepted_by_what_writes(
    placement: str, owned_resources: OwnedResources
) -> None:
    """By every operation on what is the user's own; what has no form has it in the query."""
    for asked in owned_resources.write_requests():
        client = signing_client(owned_resources.me, placement=signature_placement(placement, asked))
        assert_success(client.request(asked[0], asked[1], **asked[2]))


@claim("AB-SIGN-10")
def test_nothing_is_written_without_a_signature(
    operation_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    """Every operation that writes, and everything at /account, is 401 with the error headers."""
    for answer in expect_everywhere(needing(operation_requests), unauthenticated, 401):
        assert_refused(answer, 401)


@claim("AB-SIGN-10")
@pytest.mark.parametrize("sent_with", SENSELESS.values(), ids=SENSELESS)
def test_a_signature_is_asked_for_before_anything_else(
    sent_with: dict[str, Any], operation_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    """Whatever the parameters are: none, wrong ones, or pages that there are not."""
    for probe in needing(operation_requests):
        assert_refused(unauthenticated.request(probe.operation.method, probe.path, **sent_with), 401)


@claim("AB-SIGN-10", needs=["user"])
def test_nothing_changes_without_a_signature(
    owned_resources: OwnedResources, unauthenticated: Client
) -> None:
    """What a user has is what it was after requests that are else good."""
    for verb, at, rest in owned_resources.write_requests():
        assert_refused(unauthenticated.request(verb, at, **rest), 401)

    owned_resources.is_unchanged()


@claim("AB-SIGN-10", needs=["user"])
def test_a_token_alone_is_no_signature(owned_resources: OwnedResources) -> None:
    """Shown in the header, in a scheme that is none or another one, it opens nothing."""
    holder, token = owned_resources.me.with_auth(None), owned_resources.me.token
    for number, (verb, at, rest) in enumerate([*owned_resources.write_requests(), ("GET", "/account", {})]):
        scheme = ("Bearer", "Basic", "OAuth")[number % 3]
        answer = holder.request(verb, at, **rest, headers={"Authorization": f"{scheme} {token}"})
        assert_refused(answer, 400, 401)

    owned_resources.is_unchanged()


def needing(operation_requests: list[OperationRequest]) -> list[OperationRequest]:
    """The operations that somebody has to sign (AB-SIGN-10)."""
    secured = (
        probe
        for probe in operation_requests
        if probe.is_personal or not (probe.only_reads or probe.operation.path.startswith("/oauth/"))
    )
    return at_least_one(secured, "nobody has to sign")


def accepted(status: int, what: str) -> None:
    """ExpectationFailed if a request was taken for one that is not well signed."""
    if status in (400, 401, 403) or status >= 500:
        raise ExpectationFailed(f"a signature that is accepted: {what}", str(status))
