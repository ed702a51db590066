"""Cross domain requests (https://developers.soundcloud.com/docs/api/guide#cross-domain-requests)."""

from __future__ import annotations

from itertools import cycle, product
from typing import Any
from urllib.parse import urlsplit

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.soundcloud.factories import create_track
from tuningfork.apis.soundcloud.lookup import find_public_tracks
from tuningfork.checks.json_body import strip_jsonp
from tuningfork.checks.jsonp import (
    CALLBACK_NAMES,
    INVALID_CALLBACKS,
    SCRIPT_DELIMITERS,
    expect_call,
    expect_no_script,
)
from tuningfork.client.client import Client
from tuningfork.client.marks import UniqueName
from tuningfork.client.response import Response
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect, expect_in, expect_one_of, expect_true
from tuningfork.testing.listings import at_least_one

from .support.operation_requests import OperationRequest

ORIGINS = ("https://app.example.com", "http://localhost:3000", "null")
ORIGIN = ORIGINS[0]
FOREIGN_ORIGINS = (
    "https://evil.example",
    "https://soundcloud.com.evil.example",
    "https://evilsoundcloud.com",
    "null",
)


@claim("SC-CORS-01")
@pytest.mark.parametrize("origin", ORIGINS)
def test_read_allows_every_origin(
    reader: Client, readable_requests: list[OperationRequest], origin: str
) -> None:
    for request in at_least_one(readable_requests, "no operation reads"):
        expect_allowed(request.send_short(reader, headers={"Origin": origin}), origin)


@claim("SC-CORS-01")
def test_next_page_allows_every_origin(api: Client) -> None:
    next_href = api.get("/tracks", limit=1, linked_partitioning=True).expect_ok().object.get("next_href")
    if not isinstance(next_href, str):
        not_verified("the target has one track at most")

    expect_allowed(api.get(next_href, headers={"Origin": ORIGIN}), ORIGIN)


@claim("SC-CORS-02")
@pytest.mark.parametrize(
    "names", ["authorization", "Authorization, Content-Type", "content-type,authorization"]
)
def test_preflight_of_a_write_allows_method_and_authorization(
    operation_requests: list[OperationRequest], unauthenticated: Client, names: str
) -> None:
    """At every operation that writes; without a token, for every origin."""
    writes = [request for request in operation_requests if not request.only_reads]

    for write, origin in zip(at_least_one(writes, "no operation writes"), cycle(ORIGINS), strict=False):
        response = send_preflight(unauthenticated, write, origin, names)

        expect_true(200 <= response.status < 300, "status 2xx", str(response.status), response)
        expect_allowed(response, origin)
        methods = listed_in(response, "access-control-allow-methods")
        is_allowed = write.method == "POST" or not {write.method, "*"}.isdisjoint(methods)
        expect_true(is_allowed, f"{write.method} in Access-Control-Allow-Methods", to_json(methods), response)
        headers = listed_in(response, "access-control-allow-headers")
        expect_in("AUTHORIZATION", headers, "Access-Control-Allow-Headers", response)


@claim("SC-CORS-03")
def test_401_allows_every_origin(operation_requests: list[OperationRequest], unauthenticated: Client) -> None:
    """Without a token, and with an unknown one."""
    responses = [
        client.request(request.method, request.path, headers={"Origin": ORIGIN})
        for client in (unauthenticated, unauthenticated.with_token("no-such-token"))
        for request in operation_requests
    ]

    errors = [response for response in responses if response.status == 401]
    for response in at_least_one(errors, "no request returns 401"):
        expect_allowed(response, ORIGIN)


@claim("SC-CORS-03")
def test_404_of_a_read_allows_every_origin(operation_requests: list[OperationRequest], api: Client) -> None:
    """Of ids and URLs that do not exist, and of an unknown path."""
    reads = [request for request in operation_requests if request.is_public_read]
    paths = sorted({request.nonexistent_path for request in reads if "{" in request.operation.path})
    site = urlsplit(str(find_public_tracks(api)[0]["permalink_url"]))
    responses = [
        *(api.get(path, headers={"Origin": ORIGIN}) for path in (*paths, "/no-such-path")),
        api.get("/resolve", url=f"{site.scheme}://{site.netloc}/-", headers={"Origin": ORIGIN}),
    ]

    errors = [response for response in responses if response.status == 404]
    for response in at_least_one(errors, "no request returns 404"):
        expect_allowed(response, ORIGIN)


@claim("SC-CORS-03", needs=("user", "write"))
def test_404_of_a_write_allows_every_origin(operation_requests: list[OperationRequest], user: Client) -> None:
    writes = [each for each in operation_requests if not each.only_reads and "{" in each.operation.path]
    responses = [
        user.request(write.method, write.nonexistent_path, headers={"Origin": ORIGIN}) for write in writes
    ]

    errors = [response for response in responses if response.status == 404]
    for response in at_least_one(errors, "no request returns 404"):
        expect_allowed(response, ORIGIN)


@pytest.fixture
def reads_by_origin(readable_requests: list[OperationRequest]) -> list[tuple[OperationRequest, str]]:
    """Each operation that reads, with a foreign origin; the first one with all of them."""
    reads = at_least_one(readable_requests, "no operation reads")
    return [*zip(reads, cycle(FOREIGN_ORIGINS), strict=False), *product(reads[:1], FOREIGN_ORIGINS)]


@claim("SC-CORS-04")
def test_foreign_origin_may_not_read_with_credentials(
    reader: Client, reads_by_origin: list[tuple[OperationRequest, str]]
) -> None:
    """No response repeats the origin beside Allow-Credentials."""
    for request, origin in at_least_one(reads_by_origin, "no operation reads"):
        expect_no_credentials(request.send_short(reader, headers={"Origin": origin}), origin)


@claim("SC-CORS-04")
def test_foreign_origin_may_not_read_errors_with_credentials(
    reader: Client, unauthenticated: Client, reads_by_origin: list[tuple[OperationRequest, str]]
) -> None:
    """Of a request without a token, and of an id that does not exist."""
    for request, origin in at_least_one(reads_by_origin, "no operation reads"):
        headers = {"Origin": origin}
        expect_no_credentials(unauthenticated.get(request.path, headers=headers), origin)
        expect_no_credentials(reader.get(request.nonexistent_path, headers=headers), origin)


@claim("SC-CORS-04")
def test_preflight_of_a_read_allows_no_foreign_credentials(
    unauthenticated: Client, reads_by_origin: list[tuple[OperationRequest, str]]
) -> None:
    for request, origin in at_least_one(reads_by_origin, "no operation reads"):
        response = send_preflight(unauthenticated, request, origin, "authorization")
        expect_no_credentials(response, origin)


@claim("SC-CORS-04")
def test_foreign_origin_may_not_write_or_log_in_with_credentials(
    operation_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    origin = FOREIGN_ORIGINS[0]
    headers = {"Origin": origin}

    for request in operation_requests:
        expect_no_credentials(send_preflight(unauthenticated, request, origin, "authorization"), origin)
        response = unauthenticated.request(request.method, request.path, headers=headers)
        expect_no_credentials(response, origin)
    expect_no_credentials(unauthenticated.post("/oauth2/token", headers=headers), origin)
    expect_no_credentials(unauthenticated.get("/connect", headers=headers), origin)


@claim("SC-JSONP-01")
def test_callback_is_called_with_the_json_of_every_read(
    reader: Client, readable_requests: list[OperationRequest]
) -> None:
    """At every operation that documents the parameter `callback` and returns 200."""
    requests = [request for request in readable_requests if request.operation.parameter("callback")]
    plain = [(request, request.send_short(reader)) for request in requests]
    successes = [(request, response) for request, response in plain if response.status == 200]

    pairs = at_least_one(successes, "no operation with a callback returns 200")
    for (request, response), name in zip(pairs, cycle(CALLBACK_NAMES), strict=False):
        expect_same_call(request.send_short(reader, callback=name), name, response)


@claim("SC-JSONP-01")
@pytest.mark.parametrize("name", CALLBACK_NAMES)
def test_every_valid_callback_is_called(api: Client, name: str) -> None:
    plain = api.get("/tracks", limit=3)

    response = api.get("/tracks", limit=3, callback=name)

    expect_same_call(response, name, plain)


@claim("SC-JSONP-01", needs=("user", "write"))
@pytest.mark.parametrize("text", SCRIPT_DELIMITERS, ids=ascii)
def test_text_in_a_script_is_escaped(user: Client, unique_name: UniqueName, text: str) -> None:
    """Texts that could end a line, a string, a call or a script."""
    track = create_track(user, unique_name("track", f" {text} end"))
    path = f"/tracks/{track['id']}"
    plain = user.get(path).expect_ok()

    argument = expect_same_call(user.get(path, callback="f"), "f", plain)

    expect(argument["title"], plain.object["title"], "title")


@claim("SC-JSONP-02")
@pytest.mark.parametrize("name", INVALID_CALLBACKS, ids=ascii)
def test_invalid_callback_is_refused_or_ignored(api: Client, name: str) -> None:
    for path in ("/tracks", "/users/no-such-user", "/no-such-path"):
        expect_no_script(api.get(path, limit=1, callback=name).exchange, name)


@claim("SC-JSONP-02")
@pytest.mark.parametrize("name", INVALID_CALLBACKS, ids=ascii)
@pytest.mark.parametrize("order", [1, -1], ids=["last", "first"])
def test_invalid_callback_beside_a_valid_one_is_not_called(api: Client, name: str, order: int) -> None:
    callbacks = [("callback", "f"), ("callback", name)][::order]

    response = api.get("/tracks", params=[("limit", 1), *callbacks])

    if response.status != 200 or strip_jsonp(response.text) is None:
        expect_no_script(response.exchange, name)
    else:
        expect(response.text.lstrip().removeprefix("/**/")[:2], "f(", "start of the script", response)


@claim("SC-JSONP-02")
@pytest.mark.parametrize("name", INVALID_CALLBACKS[:3], ids=ascii)
def test_no_operation_calls_an_invalid_callback(
    reader: Client, readable_requests: list[OperationRequest], unauthenticated: Client, name: str
) -> None:
    """With a token, and in the error without one."""
    for request in at_least_one(readable_requests, "no operation reads"):
        for client in (reader, unauthenticated):
            expect_no_script(request.send_short(client, callback=name).exchange, name)


def send_preflight(client: Client, request: OperationRequest, origin: str, names: str) -> Response:
    """Send a preflight (Fetch standard, 3.2.2) for a request with these header names."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": request.method,
        "Access-Control-Request-Headers": names,
    }
    return client.options(request.path, headers=headers)


def expect_allowed(response: Response, origin: str) -> None:
    """Raise ExpectationFailed unless exactly one header allows this origin, or all."""
    allowed = response.headers.all("access-control-allow-origin")
    expect_one_of(allowed, (["*"], [origin]), "Access-Control-Allow-Origin", response)


def expect_no_credentials(response: Response, origin: str) -> None:
    """Raise ExpectationFailed if this origin may send credentials."""
    is_allowed = response.headers.get("access-control-allow-origin", "") == origin
    with_credentials = response.headers.get("access-control-allow-credentials", "").strip().lower() == "true"
    found = f"{origin} with Access-Control-Allow-Credentials: true"
    expect_true(not (is_allowed and with_credentials), f"no credentials for {origin}", found, response)


def listed_in(response: Response, header: str) -> list[str]:
    """Return the items of a header, in capitals."""
    return [item.strip().upper() for item in response.headers.get(header, "").split(",")]


def expect_same_call(response: Response, name: str, plain: Response) -> Any:
    """Return the argument of the call; raise ExpectationFailed unless it is the plain response's JSON."""
    plain.expect_ok()
    argument = expect_call(response.exchange, name)
    expect(stable_parts(argument), stable_parts(plain.json), "argument", response)
    return argument


def stable_parts(body: Any) -> Any:
    """Return the parts of a body that are the same a moment later: names of properties and ids of items."""
    if isinstance(body, list):
        return [stable_parts(item) for item in body]
    if not isinstance(body, dict):
        return type(body)
    names = sorted(set(body) - {"next_href", "future_href"})
    return names, body.get("id"), stable_parts(body.get("collection"))
