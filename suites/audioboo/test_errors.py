"""Errors (Response Status Codes)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from tuningfork import claim
from tuningfork.apis.audioboo.custom_checks import ERRORS, body_error
from tuningfork.apis.audioboo.envelope import expect_check, expect_single_line_error, is_json_response
from tuningfork.apis.audioboo.error_assertions import CODE, DESCRIPTION, assert_refused
from tuningfork.apis.audioboo.factories import create_clip, create_playlist, object_in_body
from tuningfork.checks.information_disclosure import find_internals
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.marks import MarkedProperty
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.testing.expect import expect, expect_properties
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.operation_requests import query_parameters
from tuningfork.testing.robustness import AssignInputs, replace_first_id
from tuningfork.testing.state_machine import expect_status_for_claim, for_claim

from .support.error_scenarios import writes_of_another_user
from .support.malformed_inputs import LINES
from .support.operation_requests import OperationRequest
from .support.parameter_encodings import ENCODINGS, encode_parameters
from .support.write_scenarios import send_successful_writes

UniqueName = Callable[[str], str]
FetchErrors = Callable[[], list[Response]]
OUTAGES = (500, 502, 503)
HEADERS = (
    ("Accept", "application/json; version={}"),
    ("Accept", "application/{}"),
    ("Authorization", 'OAuth oauth_consumer_key="{0}", oauth_nonce="{0}"'),
    ("Content-Type", "application/{}"),
)
IN_BODY = ERRORS.repeated_in_body("AB-ERR-03", body_error, lambda *_: True)
"""The check that body.error has the code and the description of the headers."""
NO_HEADERS = ERRORS.absent("AB-ERR-02", lambda *_: True)
"""The check that a response has none of the error headers."""
CONTROL_CHARACTERS = "x\r\nX-Odd: yes\r\n\r\n<b>\x00\x0b\x1b\x85\u2028\u560a\u560d"


@claim("AB-ERR-01")
def test_error_has_each_error_header_once(fetch_errors: FetchErrors) -> None:
    for response in at_least_one(fetch_errors(), "no request returns an error"):
        assert_refused(response)
        for name in (CODE, DESCRIPTION):
            expect(len(response.headers.all(name)), 1, f"number of headers {name}", response)


@claim("AB-ERR-01", "AB-ERR-03", "AB-ERR-06", needs=("user", "user2", "write"))
def test_error_of_another_user_has_the_documented_form(
    user: Client, other_user: Client, unique_name: UniqueName
) -> None:
    clip = create_clip(other_user, unique_name("clip"))["id"]
    playlist = create_playlist(other_user, unique_name("playlist"))["id"]

    responses = list(writes_of_another_user(user, clip, playlist))

    for response in filter(is_json_response, responses):
        with for_claim("AB-ERR-03"):
            expect_check(response, IN_BODY)
    for response in responses:
        with for_claim("AB-ERR-06"):
            expect_single_line_error(response)
        with for_claim("AB-ERR-01"):
            assert_refused(response)


@claim("AB-ERR-02")
def test_success_has_no_error_header(api: Client, operation_requests: list[OperationRequest]) -> None:
    public = (one for one in operation_requests if one.is_public or one.is_unversioned)
    existing = [request for request in public if request.targets_existing]

    responses = [request.send(api) for request in existing]
    responses += [request.send(api, headers={"Accept": "*/*"}) for request in existing]

    for response in without_client_errors(responses):
        expect_check(response, NO_HEADERS)


@claim("AB-ERR-02")
def test_success_in_the_private_scheme_has_no_error_header(
    service_client: Client, operation_requests: list[OperationRequest]
) -> None:
    responses = [request.send(service_client) for request in versioned_reads(operation_requests)]

    for response in without_client_errors(responses):
        expect_check(response, NO_HEADERS)


@claim("AB-ERR-02", "AB-ERR-04", needs=("user", "user2", "write"))
def test_success_has_the_documented_status(user: Client, other_user: Client, unique_name: UniqueName) -> None:
    """201 for a creation; 200 for a read, an update or a deletion."""
    for statuses, response in send_successful_writes(user, other_user, unique_name):
        expect_status_for_claim(response, "AB-ERR-04", *statuses)
        with for_claim("AB-ERR-02"):
            expect_check(response, NO_HEADERS)


@claim("AB-ERR-02", "AB-ERR-04", needs=("user", "write"))
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_success_has_the_same_status_in_each_encoding(
    user: Client, unique_name: UniqueName, encoding: str
) -> None:
    clip = f"/audio_clips/{create_clip(user, unique_name('clip'))['id']}"

    for status, method, path, name in (
        (201, "POST", "/playlists", "playlist[title]"),
        (201, "POST", f"{clip}/comments", "comment[body]"),
        (200, "PUT", clip, "audio_clip[title]"),
    ):
        response = user.request(method, path, **encode_parameters(encoding, {name: unique_name("text")}))

        expect_status_for_claim(response, "AB-ERR-04", status)
        with for_claim("AB-ERR-02"):
            expect_check(response, NO_HEADERS)


@claim("AB-ERR-02", "AB-ERR-04", needs=("user",))
def test_read_by_a_user_returns_200(user: Client, operation_requests: list[OperationRequest]) -> None:
    """Public resources and those of the account; no response has an error header."""
    responses = [(request, request.send(user)) for request in versioned_reads(operation_requests)]

    readable = [response for request, response in responses if request.is_public or request.is_personal]
    for response in at_least_one(readable, "no operation is readable"):
        expect_status_for_claim(response, "AB-ERR-04", 200)
    for response in without_client_errors(response for _, response in responses):
        with for_claim("AB-ERR-02"):
            expect_check(response, NO_HEADERS)


@claim("AB-ERR-03")
def test_body_has_the_code_and_the_description_of_the_headers(fetch_errors: FetchErrors) -> None:
    """If the error is JSON."""
    for response in at_least_one(filter(is_json_response, fetch_errors()), "no error is JSON"):
        expect_check(response, IN_BODY)


@claim("AB-ERR-05")
def test_server_error_has_no_error_headers_and_no_internals(
    controls: ControlsClient,
    api: Client,
    operation_requests: list[OperationRequest],
    assign_inputs: AssignInputs,
) -> None:
    for request, status in assign_inputs(operation_requests, OUTAGES, 1):
        controls.outage(status)

        response = request.send(api)

        response.expect_status(status)
        expect_check(response, NO_HEADERS)
        expect(find_internals(response.text), None, "internals in the body", response)


@claim("AB-ERR-05")
@pytest.mark.parametrize("status", OUTAGES)
def test_server_errors_end_with_the_outage(controls: ControlsClient, api: Client, status: int) -> None:
    """Valid and invalid requests return the status of the outage, and afterwards their own."""
    paths = ("/audio_clips", "/no-such-path", "/account", "/users?page[items]=x")
    before = [api.get(path).status for path in paths]
    controls.outage(status, len(paths))

    during = [api.get(path) for path in paths]
    after = [api.get(path) for path in paths]

    for response in during:
        response.expect_status(status)
    for response in during:
        expect_check(response, NO_HEADERS)
    for response, status in zip(after, before, strict=True):
        expect(response.status, status, "status after the outage", response)
    after[0].expect_ok()


@claim("AB-ERR-05", needs=("user", "write"))
def test_failed_update_can_be_repeated(
    controls: ControlsClient, user: Client, unique_name: UniqueName, marked_property: MarkedProperty
) -> None:
    note = marked_property("description")
    clip = f"/audio_clips/{create_clip(user, unique_name('clip'), **note)['id']}"
    form = {"audio_clip[title]": "after"}
    controls.outage(500, 1)

    user.put(clip, form=form).expect_status(500)
    user.put(clip, form=form).expect_ok()

    expect_properties(object_in_body(user.get(clip).expect_ok(), "audio_clip"), title="after")


@claim("AB-ERR-06")
def test_error_headers_have_one_line(fetch_errors: FetchErrors) -> None:
    for response in at_least_one(fetch_errors(), "no request returns an error"):
        expect_single_line_error(response)


@claim("AB-ERR-06")
def test_path_injects_no_header(api: Client, contract: Contract, assign_inputs: AssignInputs) -> None:
    for operation, line in assign_inputs(contract.operations, LINES, 1):
        expect_single_line_error(api.send_raw(operation.method, replace_first_id(operation, line)))
    for line in LINES:
        for path in (f"/{line}", f"/users/{line}", f"/tag/{line}/audio_clips", f"/audio_clips.{line}"):
            expect_single_line_error(api.send_raw("GET", path))


@claim("AB-ERR-06")
def test_parameter_injects_no_header(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """Values of documented parameters, and names of parameters."""
    for (request, name), line in assign_inputs(query_parameters(operation_requests), LINES, 1):
        expect_single_line_error(api.send_raw(request.operation.method, f"{request.path}?{name}={line}"))
    for line in LINES:
        expect_single_line_error(api.send_raw("GET", f"/audio_clips?{line}=x&callback={line}"))
        expect_single_line_error(api.send_raw("GET", f"/audio_clips?fmt={line}"))
        expect_single_line_error(api.send_raw("GET", f"/users?find[{line}]=x"))


@claim("AB-ERR-06")
def test_request_header_injects_no_header(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """Encoded line ends, since HTTP allows no others in a header."""
    headers = [(name, value.format(line)) for line in LINES for name, value in HEADERS]

    for request, header in assign_inputs(operation_requests, headers, 1):
        expect_single_line_error(api.send_raw(request.operation.method, request.path, [header]))
    for header in headers:
        expect_single_line_error(api.send_raw("GET", "/account", [header]))


@claim("AB-ERR-06", needs=("user", "write"))
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_written_text_injects_no_header(user: Client, unique_name: UniqueName, encoding: str) -> None:
    """Where a number, a name or a title is expected."""
    playlist = f"/playlists/{create_playlist(user, unique_name('playlist'))['id']}"

    for method, path, name in (
        ("POST", f"{playlist}/memberships", "playlist_membership[audio_clip_id]"),
        ("POST", "/account/followings", "following_user_id"),
        ("POST", "/account/audio_clips", "audio_clip[title]"),
        ("POST", "/attachments", "attachment[size]"),
        ("PUT", playlist, "playlist[no_such]"),
        ("POST", "/playlists", CONTROL_CHARACTERS),
    ):
        parameters = encode_parameters(encoding, {name: CONTROL_CHARACTERS})
        expect_single_line_error(user.request(method, path, **parameters))


def versioned_reads(operation_requests: Iterable[OperationRequest]) -> list[OperationRequest]:
    """Return the requests that read existing resources and have a version."""
    existing = (one for one in operation_requests if one.only_reads and one.targets_existing)
    return [request for request in existing if not request.is_unversioned]


def without_client_errors(responses: Iterable[Response]) -> list[Response]:
    """Return the responses that are not 4xx, at least one."""
    return at_least_one((one for one in responses if not 400 <= one.status < 500), "every response is 4xx")
