"""Errors (https://developers.soundcloud.com/docs/api/guide#errors)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import cycle
from typing import Any

import pytest

from tuningfork import ExpectationFailed, claim
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.apis.soundcloud.lookup import NONEXISTENT_IDS
from tuningfork.checks.information_disclosure import find_internals
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.json_text import to_json
from tuningfork.model import METHODS as HTTP_METHODS
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.expect import expect, expect_in, expect_no, expect_true
from tuningfork.testing.listings import at_least_one, json_objects
from tuningfork.testing.operation_requests import METHODS, paths_without_method, unknown_paths

from .support.error_scenarios import (
    SCENARIOS,
    WRITE_SCENARIOS,
    ErrorScenario,
    ScenarioClients,
    invalid_writes,
)
from .support.operation_requests import OperationRequest, nonexistent_path, write_requests

PROPERTIES = {"code", "message", "link", "status", "errors", "error"}
WITHOUT_JSON = ("application/xml", "text/html", "image/png, text/*", "application/json;q=0, application/xml")
WITH_JSON = ("*/*", None, "application/json; charset=utf-8")
OUTAGES = (500, 503, 504)


@pytest.fixture(
    params=[
        *SCENARIOS,
        *(pytest.param(name, marks=claim(needs=("write",))) for name in WRITE_SCENARIOS),
        pytest.param("invalid writes", marks=claim(needs=("user", "write"))),
    ]
)
def error_scenario(
    request: pytest.FixtureRequest,
    api_session: ApiSession,
    api: Client,
    unauthenticated: Client,
    operation_requests: list[OperationRequest],
) -> ErrorScenario:
    """Requests that return errors, for each reason of an error."""
    if request.param == "invalid writes":
        send = partial(invalid_writes, request.getfixturevalue("user"))
    else:
        clients = ScenarioClients(api, unauthenticated, operation_requests)
        send = partial({**SCENARIOS, **WRITE_SCENARIOS}[request.param], clients)
    return ErrorScenario(api_session, request.param, send)


@claim("SC-ERR-01")
def test_error_is_json_with_all_properties(error_scenario: ErrorScenario) -> None:
    for response in error_scenario.send_all():
        expect_no(PROPERTIES - response.object.keys(), "missing properties", response)
        expect_in("json", response.exchange.response.media_type, "the media type", response)


@claim("SC-ERR-02")
def test_error_contains_its_status(error_scenario: ErrorScenario) -> None:
    """`code` is the status as an integer; `status` starts with it."""
    responses = error_scenario.send_all()

    for response, code in with_property(responses, "code"):
        is_status = isinstance(code, int) and code == response.status
        expect_true(is_status, f"code: {response.status}", to_json(code), response)
    for response, status in with_property(responses, "status"):
        expect_true(
            str(status).startswith(str(response.status)),
            f"status {response.status} first",
            to_json(status),
            response,
        )


@claim("SC-ERR-03")
def test_errors_are_objects_with_error_message(error_scenario: ErrorScenario) -> None:
    for response, errors in with_property(error_scenario.send_all(), "errors"):
        is_expected = isinstance(errors, list) and all(map(has_error_message, errors))
        expect_true(is_expected, "a list of objects with error_message", to_json(errors), response)


@claim("SC-ERR-04")
def test_error_texts_are_strings(error_scenario: ErrorScenario) -> None:
    """The property `error` may be null."""
    responses = error_scenario.send_all()

    for name in ("message", "link", "error"):
        for response, value in with_property(responses, name):
            is_text = isinstance(value, str) or (name == "error" and value is None)
            expect_true(is_text, f"{name} as a string", to_json(value), response)


@claim("SC-ERR-05")
@pytest.mark.parametrize("user_id", ["INVALID_ID", *NONEXISTENT_IDS])
def test_nonexistent_user_returns_404_with_its_message(api: Client, user_id: str) -> None:
    """The text is the message, or the first error_message."""
    error = api.get(f"/users/{user_id}").expect_status(404).object

    messages = [error["message"], *(each["error_message"] for each in json_objects(error["errors"][:1]))]
    expect_in("404 - Not Found", messages, "message or error_message")


@claim("SC-ERR-06")
def test_accept_without_json_returns_406(reader: Client, readable_requests: list[OperationRequest]) -> None:
    """At every operation that otherwise returns JSON."""
    json_requests = [request for request in readable_requests if is_json(request.send_short(reader))]

    for request in at_least_one(json_requests, "no operation returns JSON"):
        linked = {"linked_partitioning": True} if request.operation.parameter("linked_partitioning") else {}
        for accept, query in zip(WITHOUT_JSON, cycle(({}, linked)), strict=False):
            request.send_short(reader, headers={"Accept": accept}, **query).expect_status(406)


@claim("SC-ERR-06")
def test_accept_with_json_returns_no_406(reader: Client, readable_requests: list[OperationRequest]) -> None:
    for request in at_least_one(readable_requests, "no operation reads"):
        for accept in WITH_JSON:
            response = request.send_short(reader, headers={"Accept": accept})

            expect_true(response.status != 406, f"no 406 for Accept: {accept}", "406", response)


@claim("SC-ERR-06", needs=("user", "write"))
@pytest.mark.parametrize("accept", ["application/xml", *WITH_JSON])
def test_writes_return_406_only_for_accept_without_json(
    user: Client, contract: Contract, unique_name: Callable[[str], str], accept: str | None
) -> None:
    track_id = create_track(user, unique_name("track"))["id"]
    playlist_id = create_playlist(user, [track_id], unique_name("playlist"))["id"]
    requests = write_requests(contract, track_id, playlist_id, unique_name("changed"))

    for request in at_least_one(requests, "no operation writes"):
        response = request.send(user, headers={"Accept": accept})

        is_expected = (response.status == 406) is (accept == "application/xml")
        expected = "406" if accept == "application/xml" else "no 406"
        expect_true(is_expected, f"{expected} for Accept: {accept}", str(response.status), response)


@claim("SC-ERR-07")
@pytest.mark.parametrize("status", OUTAGES)
def test_outage_returns_its_status_without_internals(
    controls: ControlsClient,
    api: Client,
    unauthenticated: Client,
    operation_requests: list[OperationRequest],
    status: int,
) -> None:
    """Reads have a token, writes have none."""
    for request in operation_requests:
        controls.outage(status)

        response = request.send(api if request.only_reads else unauthenticated).expect_status(status)

        expect(find_internals(response.text), None, "internals in the body", response)


@claim("SC-ERR-07")
@pytest.mark.parametrize("status", OUTAGES)
@pytest.mark.parametrize(
    ("principal", "method", "path"),
    [
        ("unauthenticated", "GET", "/connect"),
        ("unauthenticated", "POST", "/oauth2/token"),
        pytest.param("user", "GET", "/me", marks=claim(needs=("user",))),
    ],
)
def test_outage_of_login_or_me_returns_its_status_without_internals(
    controls: ControlsClient,
    request: pytest.FixtureRequest,
    principal: str,
    method: str,
    path: str,
    status: int,
) -> None:
    client: Client = request.getfixturevalue(principal)
    controls.outage(status)

    response = client.request(method, path).expect_status(status)

    expect(find_internals(response.text), None, "internals in the body", response)


@claim("SC-ERR-07")
@pytest.mark.parametrize("status", OUTAGES)
def test_request_after_an_outage_succeeds(controls: ControlsClient, api: Client, status: int) -> None:
    controls.outage(status, 3)

    responses = [api.get("/tracks", limit=1) for _ in range(4)]

    for response, expected in zip(responses, (status, status, status, 200), strict=True):
        response.expect_status(expected)


@claim("SC-ERR-08")
def test_unknown_path_returns_404(
    reader: Client, unauthenticated: Client, readable_requests: list[OperationRequest]
) -> None:
    """Beside and below each documented path; without a token the status may be 401."""
    for path in unknown_paths(readable_requests):
        reader.get(path).expect_status(404)
        unauthenticated.get(path).expect_status(401, 404)


@claim("SC-ERR-08")
@pytest.mark.parametrize("method", [*METHODS, "FROB"])
def test_unknown_method_without_token_is_refused(
    unauthenticated: Client, operation_requests: list[OperationRequest], method: str
) -> None:
    for path in paths_without_method(operation_requests, method):
        response = unauthenticated.request(method, nonexistent_path(path))

        response.expect_status(401, *method_errors(method))


@claim("SC-ERR-08")
@pytest.mark.parametrize(
    "method",
    ["GET", *(pytest.param(method, marks=claim(needs=("write",))) for method in [*METHODS[1:], "FROB"])],
)
def test_unknown_method_of_an_app_is_refused(
    api: Client, operation_requests: list[OperationRequest], method: str
) -> None:
    paths = [path for path in paths_without_method(operation_requests, method) if not path.startswith("/me")]

    for path in at_least_one(paths, f"every public path has {method}"):
        api.request(method, nonexistent_path(path)).expect_status(*method_errors(method))


@claim("SC-ERR-08", needs=("user", "write"))
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_unknown_method_of_a_user_is_refused(
    user: Client, personal_requests: list[OperationRequest], method: str
) -> None:
    for path in paths_without_method(personal_requests, method):
        user.request(method, nonexistent_path(path)).expect_status(*method_errors(method))


def method_errors(method: str) -> tuple[int, ...]:
    """Return the statuses for an unknown method; a server may not parse one that HTTP does not define."""
    return (404, 405) if method in HTTP_METHODS else (400, 404, 405, 501)


def with_property(responses: list[Response], name: str) -> list[tuple[Response, Any]]:
    """Return the responses that have a property, with its value; not verified without any."""
    bodies = [(response, json_of(response)) for response in responses]
    found = [(response, body[name]) for response, body in bodies if isinstance(body, dict) and name in body]
    return at_least_one(found, f"no error has a property {name!r}")


def has_error_message(error: Any) -> bool:
    """Return whether a value is an object with error_message."""
    return isinstance(error, dict) and "error_message" in error


def json_of(response: Response) -> Any:
    """Return the parsed JSON body; None if the body is not JSON."""
    try:
        return response.json
    except ExpectationFailed:
        return None


def is_json(response: Response) -> bool:
    """Return whether a response is a 200 with a JSON media type."""
    return response.status == 200 and "json" in response.exchange.response.media_type
