"""No request is answered 5xx (https://api-docs.audiosocket.com, "HTTP Status Codes")."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tuningfork import ExpectationFailed, claim
from tuningfork.apis.audiosocket.checks import is_allowed_501
from tuningfork.apis.audiosocket.tracks import PATH, TrackClient, track_path
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.contract.openapi import Contract
from tuningfork.testing.malformed import values
from tuningfork.testing.malformed.bodies import forms, multiparts
from tuningfork.testing.operation_requests import OperationRequest, expand_path
from tuningfork.testing.robustness import (
    AssignInputs,
    assert_no_server_error,
    assert_no_server_errors,
    replace_first_id,
)

from .support.invalid_bodies import post_track
from .support.malformed_inputs import AUTHORIZATIONS, QUERIES, bodies
from .support.operation_requests import describe_response, reads, writes
from .support.optional_fields import FIELDS

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
NOBODY = "no-track"
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@claim("AS-CODE-14")
def test_odd_ids_are_answered(api: Client) -> None:
    """Every odd text where an id belongs."""
    for segment in values.PATH_SEGMENTS:
        assert_no_server_error(api.send_raw("GET", f"{PATH}/{segment}"))


@claim("AS-CODE-14", needs=("write",))
def test_odd_ids_of_what_is_removed_are_answered(api: Client) -> None:
    """Nothing has such an id."""
    for segment in values.PATH_SEGMENTS:
        assert_no_server_error(api.send_raw("DELETE", f"{PATH}/{segment}"))


@claim("AS-CODE-14")
def test_odd_queries_are_answered(api: Client, operation_requests: list[OperationRequest]) -> None:
    """Every odd one on each operation that reads, and odd values of a parameter."""
    for probe in reads(operation_requests):
        for query in QUERIES:
            assert_no_server_error(api.send_raw("GET", f"{probe.path}?{query}"))
    for value in values.QUERY_VALUES:
        assert_no_server_error(api.send_raw("GET", f"{PATH}/{NOBODY}?limit={value}"))


@claim("AS-CODE-14")
def test_odd_fields_are_answered(api: Client, operation_requests: list[OperationRequest]) -> None:
    """Every odd header field on each operation that reads."""
    for probe in reads(operation_requests):
        for field in values.HEADERS:
            assert_no_server_error(api.send_raw("GET", probe.path, [field]))


@claim("AS-CODE-14")
def test_odd_requests_without_a_token_are_answered(
    unauthenticated: Client, contract: Contract, assign_inputs: AssignInputs
) -> None:
    """Paths, queries and fields of every operation."""
    for operation, segment in assign_inputs(contract.operations, values.PATH_SEGMENTS, 10):
        assert_no_server_error(
            unauthenticated.send_raw(operation.method, replace_first_id(operation, segment))
        )
    for operation, query in assign_inputs(contract.operations, QUERIES, 6):
        assert_no_server_error(
            unauthenticated.send_raw(operation.method, f"{expand_path(operation.path, NOBODY)}?{query}")
        )
    for operation, field in assign_inputs(contract.operations, values.HEADERS, 10):
        assert_no_server_error(
            unauthenticated.send_raw(operation.method, expand_path(operation.path, NOBODY), [field])
        )


@claim("AS-CODE-14", needs=("write",))
def test_odd_fields_of_writing_are_answered(
    tracks: TrackClient, operation_requests: list[OperationRequest]
) -> None:
    """Every odd header field with what creates nothing and what removes nothing."""
    for probe in writes(operation_requests):
        for field in values.HEADERS:
            assert_no_server_error(tracks.client.send_raw(probe.operation.method, probe.path, [field], b"{}"))


@claim("AS-CODE-14")
def test_odd_authorizations_are_answered(
    unauthenticated: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """Every odd one on some operation, and two at once."""
    for probe, value in assign_inputs(operation_requests, AUTHORIZATIONS, 10):
        assert_no_server_error(
            unauthenticated.send_raw(probe.operation.method, probe.path, [("Authorization", value)])
        )
    for value in AUTHORIZATIONS:
        fields = [("Authorization", value), ("Authorization", "Bearer x")]
        assert_no_server_error(unauthenticated.send_raw("GET", PATH, fields))


@claim("AS-CODE-14")
def test_odd_methods_are_answered(unauthenticated: Client) -> None:
    """On every path; 501 is all right for one that HTTP does not know."""
    for path in (PATH, f"{PATH}/{NOBODY}"):
        for method in values.METHODS:
            lives(unauthenticated.send_raw(method, path))


@claim("AS-CODE-14", needs=("write",))
def test_odd_methods_with_a_token_are_answered(api: Client, own: JsonObject) -> None:
    """On the list and on a track that the test may lose."""
    for path in (PATH, track_path(own["id"])):
        for method in values.METHODS:
            lives(api.send_raw(method, path))


@claim("AS-CODE-14")
def test_bodies_without_a_token_are_answered(
    unauthenticated: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """On every operation, those that take none too."""
    for probe, body in assign_inputs(operation_requests, bodies("title"), 25):
        assert_no_server_error(
            unauthenticated.send_raw(probe.operation.method, probe.path, [("Content-Type", JSON)], body)
        )


@claim("AS-CODE-14")
def test_bodies_of_reading_are_answered(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """A body where none belongs."""
    for probe, body in assign_inputs(reads(operation_requests), bodies("title"), 25):
        assert_no_server_error(api.send_raw("GET", probe.path, [("Content-Type", JSON)], body))


@claim("AS-CODE-14", needs=("write",))
def test_odd_tracks_are_answered(tracks: TrackClient) -> None:
    """Whatever JSON is sent, and what only claims to be JSON."""
    assert_no_server_errors(tracks.client, "POST", PATH, JSON, bodies(tracks.title_property))


@claim("AS-CODE-14", needs=("write",))
def test_odd_forms_are_answered(tracks: TrackClient) -> None:
    """Where JSON belongs: forms, multipart, other media types and encodings."""
    assert_no_server_errors(tracks.client, "POST", PATH, FORM, forms(tracks.title_property))
    for kind, body in multiparts("track", "audio"):
        assert_no_server_error(tracks.client.send_raw("POST", PATH, [("Content-Type", kind)], body))
    for kind in (
        "application/json; charset=utf-16",
        "application/json; charset=x",
        "application/x+json",
        ";",
    ):
        assert_no_server_error(tracks.client.send_raw("POST", PATH, [("Content-Type", kind)], b"{}"))


@claim("AS-CODE-14", needs=("write",))
def test_odd_bodies_of_what_is_removed_are_answered(
    tracks: TrackClient, operation_requests: list[OperationRequest]
) -> None:
    """A body where none belongs, of nobody's track."""
    assert_no_server_errors(
        tracks.client, "DELETE", operation_requests[-1].path, JSON, bodies(tracks.title_property)
    )


@claim("AS-CODE-14")
@given(text=st.text(max_size=40))
def test_any_id_is_answered(api: Client, text: str) -> None:
    """Whatever text stands for it, and whatever is asked besides."""
    odd = text.encode("utf-8", "surrogatepass")

    assert_no_server_error(api.get(track_path(odd.decode("utf-8", "replace") or "-")))
    assert_no_server_error(api.get(PATH, params={"q": odd}))


@claim("AS-CODE-14", needs=("write",))
@given(value=ANY_JSON, name=st.sampled_from(FIELDS))
def test_any_json_is_answered(
    tracks: TrackClient, unique_name: Callable[[str], str], value: Any, name: str
) -> None:
    """As a track, as its title, and as any other field of a good one."""
    assert_no_server_error(post_track(tracks.client, encoded(value)))
    assert_no_server_error(post_track(tracks.client, encoded(tracks.body(value))))
    assert_no_server_error(
        post_track(tracks.client, encoded(tracks.body(unique_name("any"), **{name: value})))
    )


def lives(answer: Response) -> None:
    """ExpectationFailed if the answer is a 5xx, but for a 501 to what nobody has to know."""
    if answer.status >= 500 and not is_allowed_501(answer.exchange):
        raise ExpectationFailed("an answer below 500", describe_response(answer))


def encoded(value: Any) -> bytes:
    """As JSON, or as nearly as it goes."""
    return json.dumps(value).encode()
