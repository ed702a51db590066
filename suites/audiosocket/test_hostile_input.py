"""No request returns a 5xx (https://api-docs.audiosocket.com, "HTTP Status Codes")."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuningfork import claim
from tuningfork.apis.audiosocket.checks import is_allowed_501
from tuningfork.apis.audiosocket.tracks import PATH, TrackClient, track_path
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.contract.openapi import Contract
from tuningfork.testing.expect import expect_true
from tuningfork.testing.malformed import values
from tuningfork.testing.malformed.bodies import forms, multiparts
from tuningfork.testing.operation_requests import OperationRequest, expand_path
from tuningfork.testing.robustness import (
    AssignInputs,
    assert_no_server_error,
    expect_no_server_errors,
    replace_first_id,
)

from .support.invalid_bodies import post_track
from .support.malformed_inputs import AUTHORIZATIONS, QUERIES, bodies
from .support.operation_requests import reads, writes
from .support.optional_fields import FIELDS

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
OTHER_TYPES = ("application/json; charset=utf-16", "application/json; charset=x", "application/x+json", ";")
NONEXISTENT = "no-track"
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@claim("AS-CODE-14")
@pytest.mark.parametrize("method", ["GET", pytest.param("DELETE", marks=claim(needs=("write",)))])
def test_malformed_id_returns_no_5xx(api: Client, method: str) -> None:
    with expect_no_server_errors(api) as send:
        for segment in values.PATH_SEGMENTS:
            send(method, f"{PATH}/{segment}")


@claim("AS-CODE-14")
def test_malformed_query_or_header_returns_no_5xx(
    api: Client, operation_requests: list[OperationRequest]
) -> None:
    """Of every operation that reads."""
    with expect_no_server_errors(api) as send:
        for request in reads(operation_requests):
            for query in QUERIES:
                send("GET", f"{request.path}?{query}")
            for header in values.HEADERS:
                send("GET", request.path, [header])
        for value in values.QUERY_VALUES:
            send("GET", f"{PATH}/{NONEXISTENT}?limit={value}")


@claim("AS-CODE-14")
def test_malformed_request_without_a_token_returns_no_5xx(
    unauthenticated: Client, contract: Contract, assign_inputs: AssignInputs
) -> None:
    """The path, the query or a header of every operation."""
    with expect_no_server_errors(unauthenticated) as send:
        for operation, segment in assign_inputs(contract.operations, values.PATH_SEGMENTS, 10):
            send(operation.method, replace_first_id(operation, segment))
        for operation, query in assign_inputs(contract.operations, QUERIES, 6):
            path = f"{expand_path(operation.path, NONEXISTENT)}?{query}"
            send(operation.method, path)
        for operation, header in assign_inputs(contract.operations, values.HEADERS, 10):
            path = expand_path(operation.path, NONEXISTENT)
            send(operation.method, path, [header])


@claim("AS-CODE-14", needs=("write",))
def test_malformed_header_of_a_write_returns_no_5xx(
    tracks: TrackClient, operation_requests: list[OperationRequest]
) -> None:
    """The writes create and delete nothing."""
    with expect_no_server_errors(tracks.client) as send:
        for request, header in product(writes(operation_requests), values.HEADERS):
            send(request.operation.method, request.path, [header], b"{}")


@claim("AS-CODE-14")
def test_malformed_authorization_returns_no_5xx(
    unauthenticated: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """One Authorization header, and two."""
    with expect_no_server_errors(unauthenticated) as send:
        for request, value in assign_inputs(operation_requests, AUTHORIZATIONS, 10):
            headers = [("Authorization", value)]
            send(request.operation.method, request.path, headers)
        for value in AUTHORIZATIONS:
            headers = [("Authorization", value), ("Authorization", "Bearer x")]
            send("GET", PATH, headers)


@claim("AS-CODE-14")
def test_unusual_method_returns_no_5xx(unauthenticated: Client) -> None:
    """A method that the API need not support may return 501."""
    for path, method in product((PATH, f"{PATH}/{NONEXISTENT}"), values.METHODS):
        expect_no_5xx_but_501(unauthenticated.send_raw(method, path))


@claim("AS-CODE-14", needs=("write",))
def test_unusual_method_with_a_token_returns_no_5xx(api: Client, own_track: JsonObject) -> None:
    """On the list, on a track that may be deleted by it, and on one that does not exist."""
    paths = (PATH, track_path(own_track["id"]), f"{PATH}/{NONEXISTENT}")

    for path, method in product(paths, values.METHODS):
        expect_no_5xx_but_501(api.send_raw(method, path))


@claim("AS-CODE-14")
def test_malformed_body_returns_no_5xx(
    unauthenticated: Client,
    api: Client,
    operation_requests: list[OperationRequest],
    assign_inputs: AssignInputs,
) -> None:
    """Of every operation without a token, and of reads with one."""
    headers = [("Content-Type", JSON)]
    with expect_no_server_errors(unauthenticated) as send:
        for request, body in assign_inputs(operation_requests, bodies("title"), 25):
            send(request.operation.method, request.path, headers, body)
    with expect_no_server_errors(api) as send:
        for request, body in assign_inputs(reads(operation_requests), bodies("title"), 25):
            send("GET", request.path, headers, body)


@claim("AS-CODE-14", needs=("write",))
def test_malformed_track_returns_no_5xx(tracks: TrackClient) -> None:
    """As JSON, a form, multipart, and in other media types and encodings."""
    typed_bodies = [
        *((JSON, body) for body in bodies(tracks.title_property)),
        *((FORM, body) for body in forms(tracks.title_property)),
        *multiparts("track", "audio"),
        *((other, b"{}") for other in OTHER_TYPES),
    ]

    for media_type, body in typed_bodies:
        assert_no_server_error(tracks.client.send_raw("POST", PATH, [("Content-Type", media_type)], body))


@claim("AS-CODE-14", needs=("write",))
def test_malformed_body_of_a_deletion_returns_no_5xx(
    tracks: TrackClient, operation_requests: list[OperationRequest]
) -> None:
    """Of a track that does not exist."""
    path = operation_requests[-1].path

    with expect_no_server_errors(tracks.client) as send:
        for body in bodies(tracks.title_property):
            send("DELETE", path, [("Content-Type", JSON)], body)


@claim("AS-CODE-14")
@given(text=st.text(max_size=40))
def test_random_id_returns_no_5xx(api: Client, text: str) -> None:
    """The same text as a query parameter, too."""
    encoded = text.encode("utf-8", "surrogatepass")

    assert_no_server_error(api.get(track_path(encoded.decode("utf-8", "replace") or "-")))
    assert_no_server_error(api.get(PATH, params={"q": encoded}))


@claim("AS-CODE-14", needs=("write",))
@given(value=ANY_JSON, name=st.sampled_from(FIELDS))
def test_random_json_returns_no_5xx(
    tracks: TrackClient, unique_name: Callable[[str], str], value: Any, name: str
) -> None:
    """As a track, as its title, and as another property of a valid track."""
    for body in (value, tracks.body(value), tracks.body(unique_name("any"), **{name: value})):
        assert_no_server_error(post_track(tracks.client, json.dumps(body).encode()))


def expect_no_5xx_but_501(response: Response) -> None:
    """Raise ExpectationFailed for a 5xx, except for a 501 that HTTP allows."""
    is_allowed = response.status < 500 or is_allowed_501(response.exchange)
    expect_true(is_allowed, "a status below 500", str(response.status), response)
