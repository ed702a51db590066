"""Signatures: requests that were changed after they were signed, and malformed ones (RFC 5849 3.2)."""

from __future__ import annotations

from typing import Any

import pytest

from tuningfork import claim
from tuningfork.apis.audioboo.error_assertions import assert_refused
from tuningfork.apis.audioboo.lookup import NONEXISTENT_IDS
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.client.client import Client
from tuningfork.testing.operation_requests import expect_everywhere
from tuningfork.testing.payloads import multipart

from .support.operation_requests import OperationRequest
from .support.owned_resources import OwnedResources
from .support.signature_tampering import (
    EDITORS,
    Change,
    Edit,
    TamperedAuth,
    add_parameters,
    edit_value,
    flip_character,
    header,
    in_form,
    in_header,
    in_query,
    method,
    path,
    remove_parameter,
    repeat_parameter,
    replace_value,
)
from .support.signed_clients import REQUEST_TOKEN, parse_token, signing_client

PROTOCOL_EDITS: dict[str, Edit] = {
    "consumer": replace_value("oauth_consumer_key", "no-such-consumer"),
    "token": replace_value("oauth_token", "no-such-token"),
    "no token": remove_parameter("oauth_token"),
    "nonce": replace_value("oauth_nonce", "another0nonce"),
    "timestamp": edit_value("oauth_timestamp", lambda value: str(int(value) + 3)),
    "no version": remove_parameter("oauth_version"),
    "additional": add_parameters(("oauth_verifier", "1")),
    "short signature": edit_value("oauth_signature", lambda value: value[:-2]),
    "long signature": edit_value("oauth_signature", lambda value: f"{value}A"),
    "case of the signature": edit_value("oauth_signature", str.swapcase),
}
REQUIRED = ("consumer_key", "signature", "signature_method", "timestamp", "nonce")
MALFORMED_HEADERS: dict[str, Change] = {
    **{f"no {name}": in_header(remove_parameter(f"oauth_{name}")) for name in REQUIRED},
    **{f"empty {name}": in_header(replace_value(f"oauth_{name}", "")) for name in REQUIRED},
    **{
        f"{name} twice": in_header(repeat_parameter(f"oauth_{name}"))
        for name in (*REQUIRED, "token", "version")
    },
    "second nonce": in_header(add_parameters(("oauth_nonce", "another"))),
    "second token": in_header(lambda pairs: [("oauth_token", "x"), *pairs]),
    "unknown method": in_header(replace_value("oauth_signature_method", "HMAC-MD4")),
    "method in lower case": in_header(replace_value("oauth_signature_method", "hmac-sha1")),
    "unknown version": in_header(replace_value("oauth_version", "2.0")),
    "scheme alone": header(lambda _: "OAuth"),
    "no parameters": header(lambda _: "OAuth "),
    "only a token": header(lambda _: 'OAuth oauth_token="x"'),
    "no text": header(lambda _: "OAuth \xff=\xfe"),
    "token in the query too": in_query(add_parameters(("oauth_token", "x"))),
    "signature in the query too": in_query(add_parameters(("oauth_signature", "x"))),
}
MALFORMED_BUT_SIGNED: dict[str, dict[str, str | None]] = {
    "unknown method": {"oauth_signature_method": "HMAC-MD4"},
    "plain method": {"oauth_signature_method": "plaintext"},
    "no method": {"oauth_signature_method": None},
    "unknown version": {"oauth_version": "2.0"},
    "no nonce": {"oauth_nonce": None},
    "no timestamp": {"oauth_timestamp": None},
    "timestamp without digits": {"oauth_timestamp": "now"},
    "empty timestamp": {"oauth_timestamp": ""},
    "negative timestamp": {"oauth_timestamp": "-1"},
    "no consumer": {"oauth_consumer_key": None},
}
PLACEMENTS = ("header", "query")


@claim("AB-SIGN-03")
@pytest.mark.parametrize(("placement", "step"), [("header", 1), ("query", 13)])
def test_wrong_character_of_the_signature_returns_401(user: Client, placement: str, step: int) -> None:
    """At every position in the header, at three in the query."""
    for position in range(0, 27, step):
        change = EDITORS[placement](flip_character("oauth_signature", position))

        assert_refused(signing_client(user, change, placement=placement).get("/account"), 401)


@claim("AB-SIGN-03")
def test_wrong_character_of_an_app_signature_returns_401(unauthenticated: Client, consumer: Consumer) -> None:
    """In a form body."""
    auth = OAuth1(consumer, placement="body", callback="oob")
    parse_token(unauthenticated.with_auth(auth).post(REQUEST_TOKEN))

    for position in (0, 1, 13, 25, 26):
        change = in_form(flip_character("oauth_signature", position))
        response = unauthenticated.with_auth(TamperedAuth(auth, [change])).post(REQUEST_TOKEN)

        assert_refused(response, 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("placement", PLACEMENTS)
def test_read_with_a_wrong_signature_returns_401(
    readable_requests: list[OperationRequest], user: Client, placement: str
) -> None:
    """Even if the resource is public, and with JSON-P."""
    change = EDITORS[placement](flip_character("oauth_signature", 5))
    client = signing_client(user, change, placement=placement)

    for response in expect_everywhere(readable_requests, client, 401):
        assert_refused(response, 401)
    assert_refused(client.get("/account", callback="f"), 401)


@claim("AB-SIGN-03", needs=["write"])
def test_write_with_a_wrong_signature_changes_nothing(owned_resources: OwnedResources) -> None:
    """In any placement; a form is also sent as multipart."""
    for number, request in enumerate(owned_resources.write_requests()):
        placement = request.signature_placement(("header", "query", "body")[number % 3])
        edit = flip_character("oauth_signature", number)
        client = signing_client(owned_resources.user, EDITORS[placement](edit), placement=placement)

        assert_refused(request.send(client), 401)
        if form := request.arguments.get("form"):
            parts = multipart({**form, **request.arguments.get("files", {})})
            client = signing_client(owned_resources.user, in_header(edit))
            assert_refused(client.request(request.method, request.path, **parts), 401)

    owned_resources.assert_unchanged()


@claim("AB-SIGN-03")
@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("edit", PROTOCOL_EDITS.values(), ids=PROTOCOL_EDITS)
def test_edited_oauth_parameter_returns_401(user: Client, edit: Edit, placement: str) -> None:
    client = signing_client(user, EDITORS[placement](edit), placement=placement)

    assert_refused(client.get("/account"), 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize(
    ("signed", "sent"),
    [
        ("/account", "/account/audio_clips"),
        ("/account/audio_clips", "/account"),
        ("/audio_clips", "/audio_clips/popular"),
        ("/audio_clips/popular", "/audio_clips/featured"),
        ("/account/followings", "/account/audio_clips/favourites"),
    ],
)
def test_other_path_than_the_signed_one_returns_401(
    user: Client, signed: str, sent: str, placement: str
) -> None:
    client = signing_client(user, path(signed, sent), placement=placement)

    assert_refused(client.get(signed), 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("signed", ["POST", "PUT", "DELETE", "HEAD"])
def test_other_method_than_the_signed_one_returns_401(user: Client, signed: str, placement: str) -> None:
    client = signing_client(user, method("GET"), placement=placement)

    assert_refused(client.request(signed, "/account"), 401)


@claim("AB-SIGN-03", needs=("write",))
@pytest.mark.parametrize(
    ("signed", "sent"), [("GET", "PUT"), ("GET", "DELETE"), ("PUT", "DELETE"), ("DELETE", "PUT")]
)
def test_write_with_the_signature_of_another_method_returns_401(user: Client, signed: str, sent: str) -> None:
    client = signing_client(user, method(sent), placement="query")

    assert_refused(client.request(signed, f"/audio_clips/{NONEXISTENT_IDS[0]}"), 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("change", MALFORMED_HEADERS.values(), ids=MALFORMED_HEADERS)
def test_malformed_header_returns_400_or_401(user: Client, change: Change) -> None:
    assert_refused(signing_client(user, change).get("/account"), 400, 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("overrides", MALFORMED_BUT_SIGNED.values(), ids=MALFORMED_BUT_SIGNED)
def test_malformed_parameter_returns_400_or_401(user: Client, overrides: dict[str, str | None]) -> None:
    """Although it is signed."""
    assert_refused(signing_client(user, parameter_overrides=overrides).get("/account"), 400, 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("name", ["oauth_nonce", "oauth_token", "oauth_signature", "oauth_timestamp"])
def test_repeated_parameter_in_the_query_returns_400_or_401(user: Client, name: str) -> None:
    client = signing_client(user, in_query(repeat_parameter(name)), placement="query")

    assert_refused(client.get("/account"), 400, 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize(
    "options",
    [
        {"token_secret": ""},
        {"token_secret": "x"},
        {"token_secret": None},
        {"token": "no-such-token"},
        {"token": None},
        {"token": None, "token_secret": None},
    ],
    ids=str,
)
def test_wrong_token_or_secret_returns_401(user: Client, options: dict[str, Any]) -> None:
    assert_refused(signing_client(user, **options).get("/account"), 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("key", [None, "no-such-consumer"])
@pytest.mark.parametrize("secret", ["x", ""])
def test_token_of_another_consumer_returns_401(
    user: Client, consumer: Consumer, key: str | None, secret: str
) -> None:
    """An unknown consumer, or the right one with a wrong secret."""
    other = Consumer(key or consumer.key, secret)

    assert_refused(signing_client(user, consumer=other).get("/account"), 401)
