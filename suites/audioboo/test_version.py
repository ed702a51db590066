"""The version in the Accept header (Standard Parameters; Status, code 800)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import product

import pytest

from tuningfork import claim
from tuningfork.apis.audioboo.envelope import (
    describe_response,
    integer_property,
    is_json_response,
    is_unsupported_version_error,
    structure,
)
from tuningfork.apis.audioboo.error_assertions import assert_refused
from tuningfork.apis.audioboo.factories import create_clip
from tuningfork.apis.audioboo.lookup import NONEXISTENT_IDS, fetch_clip
from tuningfork.apis.audioboo.signing_scheme import PrivateKey
from tuningfork.checks.http_rejections import rejected_by_http_layer
from tuningfork.checks.jsonp import expect_call
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.robustness import AssignInputs, assert_no_server_error

from .support.error_scenarios import read_nonexistent_ids
from .support.operation_requests import OperationRequest
from .support.owned_resources import OwnedResources
from .support.parameter_encodings import ENCODINGS, encode_parameters
from .support.signature_tampering import EDITORS, flip_character
from .support.signed_clients import (
    REGISTER,
    STATUS,
    client_with_key,
    parse_source_key,
    registration_form,
    signing_client,
)
from .support.write_scenarios import send_successful_writes

UniqueName = Callable[[str], str]
VERSION_1 = (
    "application/json; version=1",
    "application/json;version=1",
    "application/json ; version=1",
    "Application/JSON; Version=1",
    "application/json; charset=utf-8; version=1",
    "application/json; version=1; q=0.9",
    "application/json; version=1, */*; q=0.1",
    "text/html; q=0.1, application/json; version=1",
)
"""Ways to request version 1 that HTTP allows (RFC 9110 12.5.1)."""
UNSUPPORTED = tuple(accept.replace("sion=1", "sion=999") for accept in VERSION_1[:6])
OTHER_UNSUPPORTED = tuple(f"application/json; version={version}" for version in ("998", "1000001", "9" * 40))
NON_NUMERIC = ("x", "one", "1x", "v1", "latest", "null", "%31", "1-2")
AMBIGUOUS = (
    *("", "1.0", "01", "-1", "+1", "1e0", "0x1", '"1"', '"', "'1'", "1 1", "1;2", "\xb9", "\xff", "9" * 5000),
    "\u0661".encode().decode("latin-1"),
)
"""Versions that some parsers read as a number, or that HTTP does not allow in a header."""
UNVERSIONED = (
    *("application/json", "*/*", None, "application/*"),
    "application/json, text/javascript, */*; q=0.01",
)
REPETITIONS = 20
CLIENTS = ["api", pytest.param("user", marks=claim(needs=("user",)))]


@claim("AB-VER-01")
@pytest.mark.parametrize("accept", VERSION_1)
def test_version_1_is_supported_in_every_spelling(api: Client, accept: str) -> None:
    for path in ("/audio_clips", "/audio_clips/popular"):
        api.get(path, headers={"Accept": accept}).expect_ok()


@claim("AB-VER-01")
def test_every_operation_supports_version_1(api: Client, operation_requests: list[OperationRequest]) -> None:
    for request in operation_requests:
        response = send_accepting(api, request, VERSION_1[0])

        if request.is_public and request.targets_existing:
            response.expect_ok()
        expect_other_error_than_800(response)


@claim("AB-VER-01", needs=("user",))
def test_account_supports_version_1(user: Client, operation_requests: list[OperationRequest]) -> None:
    for request in account_reads(operation_requests):
        send_accepting(user, request, VERSION_1[0]).expect_ok()


@claim("AB-VER-02")
@pytest.mark.parametrize("accept", [*UNSUPPORTED, *OTHER_UNSUPPORTED], ids=lambda accept: accept[:40])
def test_unsupported_version_returns_error_800(api: Client, accept: str) -> None:
    response = api.get("/audio_clips", headers={"Accept": accept})

    expect_error_800(response)


@claim("AB-VER-03")
def test_every_operation_returns_error_800_twice(
    api: Client, operation_requests: list[OperationRequest]
) -> None:
    """The operations that need a signature return it without one."""
    for request in versioned(operation_requests):
        first, second = (send_accepting(api, request, UNSUPPORTED[0]) for _ in range(2))

        expect_error_800(first)
        expect_error_800(second)
        expect(second.status, first.status, "status", second)


@claim("AB-VER-03")
def test_error_800_is_returned_between_successes(api: Client) -> None:
    responses = []

    for _ in range(REPETITIONS):
        responses.append(api.get("/audio_clips", headers={"Accept": UNSUPPORTED[0]}))
        api.get("/audio_clips", **{"page[items]": 1})

    for response in responses:
        expect_error_800(response)
        expect(response.status, responses[0].status, "status", response)


@claim("AB-VER-03")
def test_nonexistent_id_returns_error_800_before_404(
    api: Client, operation_requests: list[OperationRequest]
) -> None:
    responses = read_nonexistent_ids(with_unsupported_version(api), versioned(operation_requests))

    for response in at_least_one(responses, "no operation reads by an id"):
        expect_error_800(response)


@claim("AB-VER-03", needs=("user",))
def test_wrong_signature_returns_error_800_before_401(
    user: Client, unauthenticated: Client, key: PrivateKey
) -> None:
    """In the header, in the query and in the private scheme."""
    edit = flip_character("oauth_signature", 5)
    clients = [
        *(signing_client(user, change(edit), placement=way) for way, change in list(EDITORS.items())[:2]),
        client_with_key(unauthenticated, replace(key, secret="no-such-secret")),  # noqa: S106 - not one
    ]

    for client, path in product(clients, ("/account", "/audio_clips")):
        expect_error_800(client.get(path, headers={"Accept": UNSUPPORTED[0]}))


@claim("AB-VER-03")
def test_unsupported_format_returns_error_800_before_406(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    media_types = ("application/xml", "text/yaml", "text/html")

    for request, media_type in assign_inputs(versioned(operation_requests), media_types, 1):
        expect_error_800(send_accepting(api, request, f"{media_type}; version=999"))


@claim("AB-VER-03")
def test_jsonp_and_private_scheme_return_error_800(
    api: Client, service_client: Client, operation_requests: list[OperationRequest]
) -> None:
    """They may leave the version out, but an unsupported one is an error."""
    reads = public(operation_requests)
    for request in reads[:: max(1, len(reads) // 4)]:
        expect_error_800(send_accepting(api, request, UNSUPPORTED[0], callback="f"))
        expect_error_800(send_accepting(service_client, request, UNSUPPORTED[0]))


@claim("AB-VER-03")
@pytest.mark.parametrize(
    "query", ["page[number]=x", "page[items]=0", "max_time=x", "find[query]=", "no_such=1"]
)
def test_invalid_parameter_returns_error_800_before_400(api: Client, query: str) -> None:
    for path in ("/audio_clips", "/users"):
        expect_error_800(api.get(f"{path}?{query}", headers={"Accept": UNSUPPORTED[0]}))


@claim("AB-VER-03", needs=("user", "write"))
def test_unsupported_version_changes_nothing(
    user: Client, operation_requests: list[OperationRequest], unique_name: UniqueName
) -> None:
    title = unique_name("clip")
    clip_id = create_clip(user, title)["id"]
    client = with_unsupported_version(user)

    for request in versioned(operation_requests):
        expect_error_800(request.send(client))
    for encoding in ENCODINGS:
        form = encode_parameters(encoding, {"audio_clip[title]": "changed"})
        expect_error_800(client.put(f"/audio_clips/{clip_id}", **form))
    expect_error_800(client.delete(f"/audio_clips/{clip_id}"))

    expect(fetch_clip(user, clip_id)["title"], title, "title")


@claim("AB-VER-04")
@pytest.mark.parametrize("reader", CLIENTS)
def test_request_without_version_returns_version_1_or_error_800(
    request: pytest.FixtureRequest,
    operation_requests: list[OperationRequest],
    assign_inputs: AssignInputs,
    reader: str,
) -> None:
    """The bodies are compared if two responses in version 1 are alike."""
    client: Client = request.getfixturevalue(reader)
    reads = public(operation_requests) if reader == "api" else account_reads(operation_requests)

    for read, accept in assign_inputs(reads, UNVERSIONED, 2):
        response = send_accepting(client, read, accept)
        first, second = (send_accepting(client, read, VERSION_1[0]) for _ in range(2))

        if is_unsupported_version_error(response):
            assert_refused(response)
            continue
        expect(response.status, first.status, "status", response)
        if not is_json_response(first) or structure(first.json) != structure(second.json):
            continue
        expect(structure(response.json), structure(first.json), "structure of the body", response)


@claim("AB-VER-04")
def test_write_without_version_returns_the_status_of_version_1_or_error_800(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    others = [one for one in operation_requests if not (one.is_public or one.is_unversioned)]
    for request, accept in assign_inputs(at_least_one(others, "every request is public"), UNVERSIONED, 1):
        response = send_accepting(api, request, accept)
        expected = send_accepting(api, request, VERSION_1[0]).status

        is_expected = response.status == expected or is_unsupported_version_error(response)
        expect_true(is_expected, f"{expected} or error 800", describe_response(response), response)


@claim("AB-VER-04")
def test_oauth_audio_and_jsonp_need_no_version(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    exempt = at_least_one((one for one in operation_requests if one.is_unversioned), "all have a version")
    for request, accept in assign_inputs(exempt, (*UNVERSIONED, "text/html", "audio/mpeg"), 7):
        expect_other_error_than_800(send_accepting(api, request, accept))
    for request, accept in assign_inputs(public(operation_requests), UNVERSIONED, 2):
        expect_other_error_than_800(send_accepting(api, request, accept, callback="f"))


@claim("AB-VER-04")
def test_private_scheme_needs_no_version(
    service_client: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    reads = at_least_one((one for one in versioned(operation_requests) if one.only_reads), "no reads")
    for request, accept in assign_inputs(reads, UNVERSIONED, 2):
        expect_other_error_than_800(send_accepting(service_client, request, accept))


@claim("AB-VER-05")
def test_non_numeric_version_returns_4xx(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """With both error headers, for reads and for writes."""
    for version in NON_NUMERIC:
        assert_refused(api.get("/audio_clips", headers={"Accept": f"application/json; version={version}"}))
    for request, version in assign_inputs(public(operation_requests), NON_NUMERIC, 2):
        assert_refused(api.get(request.path, headers={"Accept": f"application/json; version={version}"}))
    for request in versioned(operation_requests):
        assert_refused(send_accepting(api, request, "application/json; version=x"))


@claim("AB-VER-05", needs=("user", "write"))
def test_signed_request_with_a_non_numeric_version_returns_4xx(
    owned_resources: OwnedResources, operation_requests: list[OperationRequest]
) -> None:
    """Reads of the account, and writes, which change nothing."""
    user, headers = owned_resources.user, {"Accept": "application/json; version=x"}

    for read in account_reads(operation_requests):
        assert_refused(send_accepting(user, read, headers["Accept"]))
    for write in owned_resources.write_requests():
        assert_refused(write.send(user, headers=headers))

    owned_resources.assert_unchanged()


@claim("AB-VER-05")
@pytest.mark.parametrize("version", AMBIGUOUS, ids=lambda version: ascii(version)[:20])
def test_ambiguous_version_returns_no_5xx(api: Client, version: str) -> None:
    """A 4xx has both error headers, unless the HTTP server rejects the request before the API."""
    for path in ("/audio_clips", f"/users/{NONEXISTENT_IDS[0]}"):
        response = api.send_raw("GET", path, [("Accept", f"application/json; version={version}")])

        if response.status >= 400 and not rejected_by_http_layer(response.exchange):
            assert_refused(response)
        assert_no_server_error(response)


@claim("AB-VER-06")
def test_version_of_the_envelope_is_constant(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """It does not depend on the requested version or the status."""
    accepts = (VERSION_1[0], UNSUPPORTED[0], "application/json; version=2", "application/json")
    pairs = assign_inputs(versioned(operation_requests), accepts, 3)

    responses = [send_accepting(api, request, accept) for request, accept in pairs]
    responses += [*read_nonexistent_ids(api, operation_requests[:9]), api.get("/no-such-path")]

    expect_one_version(responses)


@claim("AB-VER-06")
def test_version_of_the_envelope_is_the_same_for_jsonp_and_private_scheme(
    api: Client, service_client: Client
) -> None:
    version = integer_property(api.get("/audio_clips").expect_ok(), "version")

    called = expect_call(api.get("/audio_clips", callback="f").exchange, "f")
    signed = service_client.get("/audio_clips").expect_ok()

    expect(called.get("version") if isinstance(called, dict) else None, version, "version by JSON-P")
    expect(integer_property(signed, "version"), version, "version in the private scheme", signed)


@claim("AB-VER-06", needs=("user", "write"))
def test_version_of_the_envelope_is_the_same_for_writes(
    user: Client, operation_requests: list[OperationRequest], unique_name: UniqueName
) -> None:
    clip = f"/audio_clips/{create_clip(user, unique_name('clip'))['id']}"

    responses = [user.get("/audio_clips"), *(request.send(user) for request in versioned(operation_requests))]
    responses += [user.post(f"{clip}/favourites"), user.put(clip, form={"audio_clip[title]": "x"})]
    responses += [user.delete(f"{clip}/favourites"), user.delete(clip), user.get(clip)]

    expect_one_version(responses)


@claim("AB-VER-06", needs=("user", "user2", "write"))
def test_version_of_the_envelope_is_the_same_for_successful_writes(
    user: Client, other_user: Client, service_client: Client, unique_name: UniqueName
) -> None:
    """The registration of a device and its status among them."""
    responses = [response for _, response in send_successful_writes(user, other_user, unique_name)]
    registration = service_client.post(REGISTER, form=registration_form(unique_name("device")))
    source = client_with_key(service_client, parse_source_key(registration))

    expect_one_version([user.get("/audio_clips"), *responses, registration, source.get(STATUS)])


def with_unsupported_version(client: Client) -> Client:
    """Return a client with the same credentials that requests version 999."""
    other = client.with_auth(client.auth)
    other.session.headers["Accept"] = UNSUPPORTED[0]
    return other


def send_accepting(client: Client, request: OperationRequest, accept: str | None, **query: str) -> Response:
    """Send the request of an operation with this Accept header and additional query parameters."""
    params = {**dict(request.arguments.get("params", {})), **query}
    return request.send(client, headers={"Accept": accept}, **({"params": params} if params else {}))


def versioned(operation_requests: Iterable[OperationRequest]) -> list[OperationRequest]:
    """Return the requests of all operations but those of OAuth and audio."""
    return at_least_one((one for one in operation_requests if not one.is_unversioned), "none has a version")


def public(operation_requests: Iterable[OperationRequest]) -> list[OperationRequest]:
    """Return the requests of operations that any app may read."""
    return at_least_one((one for one in operation_requests if one.is_public), "no operation is public")


def account_reads(operation_requests: Iterable[OperationRequest]) -> list[OperationRequest]:
    """Return the requests that read /account and lists below it."""
    reads = (one for one in operation_requests if one.is_personal and one.only_reads)
    return at_least_one(reads, "no operation reads the account")


def expect_error_800(response: Response) -> None:
    """Raise ExpectationFailed unless a response is a 4xx with code 800 and a description."""
    assert_refused(response)
    found = describe_response(response)
    expect_true(is_unsupported_version_error(response), "error 800", found, response)


def expect_other_error_than_800(response: Response) -> None:
    """Raise ExpectationFailed for error 800."""
    found = describe_response(response)
    expect_true(not is_unsupported_version_error(response), "no error 800", found, response)


def expect_one_version(responses: Sequence[Response]) -> None:
    """Raise ExpectationFailed unless all envelopes have the same version, which no Accept header has."""
    envelopes = at_least_one(filter(is_json_response, responses), "no response is JSON")
    version = integer_property(envelopes[0], "version")
    for envelope in envelopes:
        expect(integer_property(envelope, "version"), version, "version", envelope)
        is_other = version not in (1, 999)
        expect_true(is_other, "a version that no Accept header has", str(version), envelope)
