"""The envelope of a response, and its format (Response Envelope, Response Encoding)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import cycle
from typing import Any

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.audioboo.checks import envelope_timestamp
from tuningfork.apis.audioboo.envelope import (
    BODY_PROPERTIES,
    ENVELOPE_PROPERTIES,
    LISTS,
    describe_response,
    envelope_body,
    expect_check,
    integer_property,
    is_json_response,
    is_unsupported_version_error,
    iter_property_names,
    structure,
)
from tuningfork.apis.audioboo.error_assertions import assert_refused
from tuningfork.apis.audioboo.existing_ids import UNUSED_ID
from tuningfork.apis.audioboo.factories import create_clip, create_playlist
from tuningfork.apis.audioboo.lookup import fetch_clip
from tuningfork.apis.audioboo.pagination import page_query, read_totals
from tuningfork.checks.json_body import strip_jsonp
from tuningfork.checks.jsonp import (
    CALLBACK_NAMES,
    INVALID_CALLBACKS,
    SCRIPT_DELIMITERS,
    expect_call,
    expect_no_script,
)
from tuningfork.checks.timestamps import close_to_date_header
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.marks import MarkedProperty, UniqueName
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect, expect_no, expect_true
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.robustness import AssignInputs
from tuningfork.testing.state_machine import for_claim

from .support.error_scenarios import (
    read_nonexistent_ids,
    send_in_deprecated_formats,
    writes_of_another_user,
    writes_to_nonexistent_ids,
)
from .support.operation_requests import OperationRequest
from .support.write_scenarios import send_successful_writes

FetchErrors = Callable[[], list[Response]]
Reads = tuple[Client, list[OperationRequest]]
CLOCK_CHECK = close_to_date_header("AB-ENV-02", envelope_timestamp, seconds=300)
JSON_TYPES = (None, "*/*", "application/json", "application/json; charset=utf-8", "application/*")
CLOCK_ADVANCE_S = 40 * 24 * 3600


@pytest.fixture(params=["api", pytest.param("user", marks=claim(needs=("user",)))])
def reads(request: pytest.FixtureRequest, operation_requests: list[OperationRequest]) -> Reads:
    """(client, requests): the app with all public reads, and the user with those of /account."""
    client: Client = request.getfixturevalue(request.param)
    existing = (one for one in operation_requests if one.targets_existing and one.only_reads)
    is_of_app = request.param == "api"
    return client, [one for one in existing if (one.is_public if is_of_app else one.is_personal)]


@pytest.fixture
def clips_request(operation_requests: list[OperationRequest]) -> OperationRequest:
    """The request of GET /audio_clips."""
    return next(one for one in operation_requests if one.operation.key == "GET /audio_clips")


@claim("AB-ENV-01", "AB-ENV-03", "AB-ENV-04")
def test_success_has_the_envelope(reads: Reads) -> None:
    """With a documented property in the body."""
    client, requests = reads
    for response in [request.send(client) for request in requests]:
        with for_claim("AB-ENV-03"):
            has_known = bool(BODY_PROPERTIES & envelope_body(response.expect_ok()).keys())
            expected = f"one of {sorted(BODY_PROPERTIES)} in the body"
            expect_true(has_known, expected, describe_response(response), response)
        assert_envelope(response)


@claim("AB-ENV-01", "AB-ENV-03", "AB-ENV-04")
def test_error_has_the_envelope(fetch_errors: FetchErrors) -> None:
    """If the error is JSON."""
    for response in json_responses(fetch_errors()):
        assert_envelope(response)


@claim("AB-ENV-01", "AB-ENV-03", "AB-ENV-04", needs=("user", "user2", "write"))
def test_response_to_a_write_has_the_envelope(
    user: Client, other_user: Client, operation_requests: list[OperationRequest], unique_name: UniqueName
) -> None:
    """Of successful writes, and of writes to a nonexistent resource or a resource of another user."""
    responses = send_writes(user, other_user, unique_name)
    responses += writes_to_nonexistent_ids(user, operation_requests)

    for response in json_responses(responses):
        assert_envelope(response)


@claim("AB-ENV-02")
def test_timestamp_is_the_current_time(api: Client, operation_requests: list[OperationRequest]) -> None:
    """For every operation and status; it never decreases."""
    responses = [request.send(api) for request in operation_requests if not request.is_unversioned]
    responses += [
        *read_nonexistent_ids(api, operation_requests),
        *(api.get("/audio_clips") for _ in range(5)),
    ]

    expect_current_timestamps(responses)


@claim("AB-ENV-02", needs=("user", "write"))
def test_timestamp_of_a_write_is_the_current_time(
    user: Client, other_user: Client, unique_name: UniqueName
) -> None:
    expect_current_timestamps(send_writes(user, other_user, unique_name))


@claim("AB-ENV-02", needs=("control:clock",))
def test_timestamp_advances_with_the_clock(
    controls: ControlsClient, api: Client, operation_requests: list[OperationRequest]
) -> None:
    requests = [request for request in operation_requests if not request.is_unversioned]
    before = [request.send(api) for request in requests]

    controls.clock(CLOCK_ADVANCE_S)
    after = [request.send(api) for request in requests]

    expect_current_timestamps([*before, *after])
    pairs = (pair for pair in zip(before, after, strict=True) if all(map(is_json_response, pair)))
    for early, late in at_least_one(pairs, "no response is JSON both times"):
        seconds = integer_property(late, "timestamp") - integer_property(early, "timestamp")
        is_late = seconds >= CLOCK_ADVANCE_S
        expect_true(is_late, f"a timestamp {CLOCK_ADVANCE_S} s later", f"{seconds} s later", late)


@claim("AB-ENV-05")
@pytest.mark.parametrize("accept", JSON_TYPES)
def test_json_is_the_default(reads: Reads, accept: str | None) -> None:
    """For status 200 and for error 800."""
    client, requests = reads
    for request in requests:
        response = request.send(client, headers={"Accept": accept})

        is_expected = response.status == 200 or is_unsupported_version_error(response)
        expect_true(is_expected, "200 or error 800", describe_response(response), response)
        expect_json(response)


@claim("AB-ENV-05")
@pytest.mark.parametrize("version", ["1", "999"])
def test_each_version_returns_json(
    api: Client, operation_requests: list[OperationRequest], version: str
) -> None:
    accept = {"Accept": f"application/json; version={version}"}
    responses = [request.send(api, headers=accept) for request in operation_requests if request.is_public]

    judged = [one for one in responses if one.status == 200 or is_unsupported_version_error(one)]
    for response in at_least_one(judged, f"version {version} is neither supported nor error 800"):
        expect_json(response)


@claim("AB-ENV-06")
def test_deprecated_format_returns_4xx_or_json(reads: Reads, contract: Contract) -> None:
    """By Accept, by the suffix of the path and by `fmt`."""
    client, requests = reads
    for request in requests:
        for response in send_in_deprecated_formats(client, request, contract):
            if response.status == 200:
                expect_json(response)
                assert_envelope(response)
            else:
                assert_refused(response)


@claim("AB-ENV-06")
@pytest.mark.parametrize("accept", ["application/xml", "text/yaml; version=1"])
def test_unsigned_write_in_a_deprecated_format_returns_4xx(
    api: Client, operation_requests: list[OperationRequest], accept: str
) -> None:
    others = [one for one in operation_requests if not (one.is_public or one.is_unversioned)]

    for request in at_least_one(others, "every operation is public"):
        assert_refused(request.send(api, headers={"Accept": accept}))


@claim("AB-ENV-06", needs=("user", "write"))
@pytest.mark.parametrize("accept", ["application/xml", "application/x-yaml; version=1"])
def test_write_in_a_deprecated_format_returns_json_or_changes_nothing(
    user: Client, unique_name: UniqueName, marked_property: MarkedProperty, accept: str
) -> None:
    clip = create_clip(user, before := unique_name("before"), **marked_property("description"))["id"]
    form = {"audio_clip[title]": "after"}

    response = user.put(f"/audio_clips/{clip}", form=form, headers={"Accept": accept})

    if response.status == 200:
        expect_json(response)
    else:
        assert_refused(response)
    expect(fetch_clip(user, clip)["title"], "after" if response.status == 200 else before, "title")


@claim("AB-ENV-07")
def test_every_operation_supports_jsonp(reads: Reads) -> None:
    """The argument of the call is the envelope of the response without a callback."""
    client, requests = reads
    for request, name in zip(requests, cycle(CALLBACK_NAMES), strict=False):
        before = request.send(client).expect_ok()
        response = send_with_callback(client, request, name)
        after = request.send(client).expect_ok()

        expect_call_of(response, name, before, after)


@claim("AB-ENV-07")
def test_every_page_supports_jsonp(api: Client) -> None:
    """Later pages, and one past the end."""
    responses = [api.get("/audio_clips", callback="f", **page_query(number, 2)) for number in (2, 3, 9_999)]

    pages = [response for response in responses if response.status == 200]
    for page in at_least_one(pages, "no later page returns 200"):
        expect_call(page.exchange, "f")


@claim("AB-ENV-07")
@pytest.mark.parametrize("name", CALLBACK_NAMES)
def test_every_valid_callback_name_is_called(api: Client, clips_request: OperationRequest, name: str) -> None:
    """With the Accept header of a browser the status may be 4xx."""
    before = clips_request.send(api).expect_ok()
    response = send_with_callback(api, clips_request, name)
    expect_call_of(response, name, before, clips_request.send(api).expect_ok())

    of_browser = send_with_callback(api, clips_request, name, accept="*/*")
    if of_browser.status == 200:
        expect_call(of_browser.exchange, name)
    else:
        of_browser.expect_client_error()


@claim("AB-ENV-07", "AB-ENV-08")
@pytest.mark.parametrize("name", ["a.b", "jQuery.fn.done", "$.cb"])
def test_callback_name_with_dots_is_called_or_invalid(
    api: Client, clips_request: OperationRequest, name: str
) -> None:
    """The server may accept or reject it, but must not call another name."""
    response = send_with_callback(api, clips_request, name)

    if response.status != 200:
        with for_claim("AB-ENV-08"):
            assert_refused(response)
    elif is_json_response(response) and strip_jsonp(response.text) is None:
        with for_claim("AB-ENV-08"):
            expect_no_script(response.exchange, name)
    else:
        with for_claim("AB-ENV-07"):
            expect_call(response.exchange, name)


@claim("AB-ENV-07", needs=("user", "write"))
@pytest.mark.parametrize("delimiter", SCRIPT_DELIMITERS, ids=ascii)
def test_script_delimiter_in_data_stays_data(user: Client, unique_name: UniqueName, delimiter: str) -> None:
    """Characters that end a line, a string, a call or a script."""
    clip = create_clip(user, unique_name("clip", f" {delimiter} end"))["id"]
    plain = user.get(f"/audio_clips/{clip}").expect_ok()

    response = user.get(f"/audio_clips/{clip}", callback="f")

    called = expect_call(response.exchange, "f")
    expect(structure(called), structure(plain.json), "structure of the argument", response)
    title = envelope_body(plain)["audio_clip"]["title"]
    expect(called["body"]["audio_clip"]["title"], title, "title in the argument", response)
    is_harmless = "</script" not in response.text or "html" not in response.exchange.response.media_type
    expect_true(is_harmless, "no </script in a response of an HTML type", to_json(response.text), response)


@claim("AB-ENV-08")
@pytest.mark.parametrize("name", INVALID_CALLBACKS, ids=ascii)
def test_invalid_callback_name_is_not_called(
    api: Client, clips_request: OperationRequest, name: str, assign_inputs: AssignInputs
) -> None:
    """In successes and errors; the request may be rejected, or the callback ignored."""
    paths = (clips_request.path, f"/audio_clips/{UNUSED_ID}", "/no-such-path", "/account")
    accepts = (None, "application/json; version=1", "*/*", "text/javascript")

    for path, accept in assign_inputs(paths, accepts, 1):
        response = api.get(path, callback=name, headers={"Accept": accept})

        if response.status >= 400:
            assert_refused(response)
        expect_no_script(response.exchange, name)


@claim("AB-ENV-08")
@pytest.mark.parametrize("name", INVALID_CALLBACKS, ids=ascii)
@pytest.mark.parametrize("order", [1, -1], ids=["last", "first"])
def test_invalid_callback_name_beside_a_valid_one_is_not_called(
    api: Client, clips_request: OperationRequest, name: str, order: int
) -> None:
    callbacks = [("callback", "f"), ("callback", name)][::order]

    response = api.get(clips_request.path, params=callbacks)

    call = strip_jsonp(response.text) if response.status == 200 else None
    if call is None:
        expect_no_script(response.exchange, name)
    else:
        expect(call[0], "f", "called name", response)


@claim("AB-ENV-08")
def test_no_operation_calls_an_invalid_callback_name(
    reads: Reads, unauthenticated: Client, assign_inputs: AssignInputs
) -> None:
    """With credentials and without."""
    client, requests = reads
    for request, name in assign_inputs(requests, INVALID_CALLBACKS[:3], 1):
        expect_no_script(send_with_callback(client, request, name).exchange, name)
        expect_no_script(send_with_callback(unauthenticated, request, name).exchange, name)


@claim("AB-ENV-09")
def test_every_page_of_a_list_has_totals(reads: Reads) -> None:
    """The first page, a later one, and one past the end."""
    client, requests = reads
    responses = [(request, request.send(client).expect_ok()) for request in requests]
    lists = [request for request, response in responses if set(LISTS) & envelope_body(response).keys()]

    for request in at_least_one(lists, "no response is a list"):
        for page in (page_query(size=2), page_query(2, 2), page_query(100_000, 2)):
            params = {**dict(request.arguments.get("params", {})), **page}
            response = client.get(request.path, params=params).expect_ok()

            has_totals = read_totals(response) is not None
            expect_true(has_totals, "totals in the body of a list", describe_response(response), response)


def send_with_callback(
    client: Client,
    request: OperationRequest,
    callback: str,
    accept: str | None = "application/json; version=1",
) -> Response:
    """Send the request of an operation with a callback for JSON-P."""
    params = {**dict(request.arguments.get("params", {})), "callback": callback}
    return request.send(client, params=params, headers={"Accept": accept})


def send_writes(user: Client, other_user: Client, unique_name: UniqueName) -> list[Response]:
    """Send successful writes of a user, and writes of another user that are refused."""
    responses = [response for _, response in send_successful_writes(user, other_user, unique_name)]
    clip, playlist = create_clip(user, unique_name("clip")), create_playlist(user, unique_name("playlist"))
    return [*responses, *writes_of_another_user(other_user, clip["id"], playlist["id"])]


def json_responses(responses: Iterable[Response]) -> list[Response]:
    """Return the responses that are JSON, at least one."""
    return at_least_one(filter(is_json_response, responses), "no response is JSON")


def assert_envelope(response: Response) -> None:
    """Raise ExpectationFailed unless a response has the documented envelope and no other property."""
    with for_claim("AB-ENV-01"):
        envelope = response.object
        integer_property(response, "version")
        integer_property(response, "timestamp")
    others = set(envelope) - ENVELOPE_PROPERTIES
    misplaced = others & (BODY_PROPERTIES | set(iter_property_names(envelope.get("body"))))
    with for_claim("AB-ENV-03"):
        expect_no(misplaced, "properties of the body outside the body", response)
    with for_claim("AB-ENV-04"):
        expect_no(others, "undocumented properties of the envelope", response)
        window = integer_property(response, "window") if "window" in envelope else 1
        expect_true(window > 0, "a positive window", str(window), response)


def expect_json(response: Response) -> None:
    """Raise ExpectationFailed unless a response is a JSON object with a JSON media type."""
    media_type = response.headers.get("content-type")
    expect_true(is_json_response(response), "a Content-Type of JSON", to_json(media_type), response)
    response.object  # noqa: B018 - raises ExpectationFailed unless it is a JSON object


def expect_current_timestamps(responses: Sequence[Response]) -> None:
    """Raise ExpectationFailed if a timestamp decreases or differs from the Date header."""
    latest = 0
    for response in json_responses(responses):
        timestamp = integer_property(response, "timestamp")
        expect_true(timestamp >= latest, f"a timestamp of {latest} or later", str(timestamp), response)
        expect_check(response, CLOCK_CHECK)
        latest = timestamp
    if not any("date" in response.headers for response in responses):
        not_verified("no response has a Date header")


def expect_call_of(response: Response, name: str, before: Response, after: Response) -> None:
    """Raise ExpectationFailed unless a callback is called with the envelope of a response without it.

    Args:
        response: the response with the callback.
        name: the name of the callback.
        before: the response without a callback before it.
        after: the response without a callback after it; if both differ, only their structure is compared.
    """
    called = expect_call(response.exchange, name)
    is_stable = without_time(before.json) == without_time(after.json)
    comparable = without_time if is_stable else structure
    expect(comparable(called), comparable(before.json), "argument of the call", response)


def without_time(envelope: Any) -> Any:
    """Return an envelope with the type of the timestamp in place of its value."""
    if not isinstance(envelope, dict):
        return envelope
    return {name: type(value) if name == "timestamp" else value for name, value in envelope.items()}
