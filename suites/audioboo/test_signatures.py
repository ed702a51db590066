"""Signatures: requests signed by OAuth 1.0a, and requests without a signature (RFC 5849 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork import claim
from tuningfork.apis.audioboo.error_assertions import assert_refused, assert_success
from tuningfork.apis.audioboo.factories import AUDIO_PARAMETER, object_in_body, upload
from tuningfork.apis.audioboo.tags import tag_path
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.client.client import Client
from tuningfork.testing.expect import expect_properties
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.operation_requests import expect_nowhere
from tuningfork.testing.payloads import multipart

from .support.operation_requests import OperationRequest
from .support.owned_resources import OwnedResources, WriteRequest
from .support.signature_tampering import Change, header, in_header
from .support.signed_clients import REQUEST_TOKEN, expect_signature_accepted, parse_token, signing_client

UniqueName = Callable[[str], str]
HEADER = pytest.param("header", marks=claim("AB-SIGN-01"))
QUERY = pytest.param("query", marks=claim("AB-SIGN-02"))
BODY = pytest.param("body", marks=claim("AB-SIGN-02"))
UNUSUAL_QUERIES = (
    "b5=%3D%253D&a3=a&c%40=&a2=r%20b&c2&a3=2+q",
    "x=1&x=&x=0&X=1",
    "x%5By%5D=%c3%a4+%2B&x%5by%5d=~%7E",
)
"""The example of RFC 5849 3.4.1.3.1, repeated names, and percent encoding in lower case."""
HEADER_SPELLINGS: dict[str, Change] = {
    "realm": header(lambda text: text.replace("OAuth ", 'OAuth realm="Example, of a realm", ', 1)),
    "scheme in lower case": header(lambda text: text.replace("OAuth ", "oauth ", 1)),
    "scheme in upper case": header(lambda text: text.replace("OAuth ", "OAUTH ", 1)),
    "no spaces": header(lambda text: text.replace(", ", ",")),
    "more spaces": header(lambda text: text.replace(", ", " ,\t ")),
    "reverse order": in_header(lambda pairs: pairs[::-1]),
    "escapes in lower case": header(lambda text: text.replace("%2B", "%2b").replace("%2F", "%2f")),
    "more escapes": header(lambda text: text.replace("HMAC-SHA1", "%48MAC%2DSHA1")),
}
"""Equivalent Authorization headers (RFC 5849 3.5.1)."""
INVALID_PARAMETERS: dict[str, dict[str, Any]] = {
    "none": {},
    "form": {
        "params": {"page[number]": "-1", "max_time": "x"},
        "form": {"following_user_id": "x", "playlist[title]": "", "x": "y" * 5000},
    },
    "multipart": multipart({AUDIO_PARAMETER: ("a.wav", b"no audio", "audio/wav"), "attachment[size]": "x"}),
}


@pytest.mark.parametrize("placement", [HEADER, QUERY])
def test_signed_read_is_accepted(
    readable_requests: list[OperationRequest], user: Client, placement: str
) -> None:
    expect_nowhere(readable_requests, signing_client(user, placement=placement), 400, 401, 403)


@claim(needs=["write"])
@pytest.mark.parametrize("placement", [HEADER, QUERY, BODY])
def test_signed_write_is_accepted(owned_resources: OwnedResources, placement: str) -> None:
    """A write that has no form body has its signature in the query instead."""
    for request in owned_resources.write_requests():
        client = signing_client(owned_resources.user, placement=request.signature_placement(placement))
        assert_success(request.send(client))


@claim(needs=["write"])
@pytest.mark.parametrize("placement", [HEADER, QUERY])
def test_signed_upload_is_accepted(user: Client, unique_name: UniqueName, placement: str) -> None:
    """The signature covers the file by its hash."""
    response = upload(signing_client(user, placement=placement), {"title": unique_name("signed")})

    assert_success(response)


@claim("AB-SIGN-01")
@pytest.mark.parametrize("query", UNUSUAL_QUERIES)
def test_unusual_query_is_accepted(user: Client, query: str) -> None:
    expect_signature_accepted(user.get(f"/account?{query}"))


@pytest.mark.parametrize("placement", [HEADER, QUERY])
@pytest.mark.parametrize("tag", ["São Paulo", '50% "off"'])
def test_escaped_path_is_accepted(user: Client, tag: str, placement: str) -> None:
    """The path is signed as it is sent (RFC 5849 3.4.1.2)."""
    client = signing_client(user, placement=placement)

    expect_signature_accepted(client.get(tag_path(tag)))


@claim("AB-SIGN-01")
@pytest.mark.parametrize("change", HEADER_SPELLINGS.values(), ids=HEADER_SPELLINGS)
def test_each_spelling_of_the_header_is_accepted(user: Client, change: Change) -> None:
    signing_client(user, change).get("/account").expect_ok()


@claim("AB-SIGN-01")
def test_oauth_version_is_optional(user: Client) -> None:
    """RFC 5849 3.1."""
    client = signing_client(user, parameter_overrides={"oauth_version": None})

    client.get("/account").expect_ok()


@claim("AB-SIGN-02")
@pytest.mark.parametrize("placement", ["query", "body"])
def test_app_gets_a_request_token(unauthenticated: Client, consumer: Consumer, placement: Any) -> None:
    """With the signature in the query or the body; other parameters may be refused, but the signature not."""
    app = unauthenticated.with_auth(OAuth1(consumer, placement=placement, callback="oob"))

    parse_token(app.post(REQUEST_TOKEN).expect_ok())
    response = app.post(REQUEST_TOKEN, form=[("x", "ä +&="), ("x", ""), ("y", "~")])
    expect_signature_accepted(response)


@claim("AB-SIGN-02", needs=["write"])
@pytest.mark.parametrize("placement", ["query", "body"])
def test_form_is_unchanged_by_the_signature(user: Client, unique_name: UniqueName, placement: str) -> None:
    title = unique_name("ä+&= %20")

    response = signing_client(user, placement=placement).post("/playlists", form={"playlist[title]": title})

    expect_properties(object_in_body(response.expect_created(), "playlist"), title=title)


@claim("AB-SIGN-10")
@pytest.mark.parametrize("parameters", INVALID_PARAMETERS.values(), ids=INVALID_PARAMETERS)
def test_request_without_a_signature_returns_401(
    operation_requests: list[OperationRequest], unauthenticated: Client, parameters: dict[str, Any]
) -> None:
    """Every write, and every request of /account, with its own parameters or with invalid ones."""
    for request in secured(operation_requests):
        arguments = parameters or request.arguments
        response = unauthenticated.request(request.operation.method, request.path, **arguments)

        assert_refused(response, 401)


@claim("AB-SIGN-10", needs=["user"])
def test_request_without_a_signature_changes_nothing(
    owned_resources: OwnedResources, unauthenticated: Client
) -> None:
    for request in owned_resources.write_requests():
        assert_refused(request.send(unauthenticated), 401)

    owned_resources.assert_unchanged()


@claim("AB-SIGN-10", needs=["user"])
def test_token_without_a_signature_returns_4xx(owned_resources: OwnedResources) -> None:
    """In the Authorization header, with three schemes; nothing is changed."""
    client, token = owned_resources.user.with_auth(None), owned_resources.user.token

    requests = [*owned_resources.write_requests(), WriteRequest("GET", "/account", {})]
    for number, request in enumerate(requests):
        scheme = ("Bearer", "Basic", "OAuth")[number % 3]
        response = request.send(client, headers={"Authorization": f"{scheme} {token}"})
        assert_refused(response, 400, 401)

    owned_resources.assert_unchanged()


def secured(operation_requests: list[OperationRequest]) -> list[OperationRequest]:
    """Return the requests that need a signature (AB-SIGN-10)."""
    requests = (
        request
        for request in operation_requests
        if request.is_personal or not (request.only_reads or request.operation.path.startswith("/oauth/"))
    )
    return at_least_one(requests, "no operation needs a signature")
