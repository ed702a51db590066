"""The envelope of every response (https://api-docs.audiosocket.com, "HTTP Status Codes")."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.audiosocket.checks import ENVELOPE
from tuningfork.apis.audiosocket.tracks import PATH, TrackClient, read_track, track_path
from tuningfork.checks.base import Check
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.expect import expect, expect_not_in, expect_true
from tuningfork.testing.listings import at_least_one, json_objects
from tuningfork.testing.operation_requests import OperationRequest

from .support.error_scenarios import READ_SCENARIOS, WRITE_SCENARIOS, ScenarioContext
from .support.optional_fields import no_values, observed_values

UniqueName = Callable[[str], str]
FetchResponses = Callable[[], list[Response]]

RULES: dict[str, Check] = {
    "AS-ENV-01": ENVELOPE.shape("AS-ENV-01"),
    "AS-ENV-02": ENVELOPE.repeats_status("AS-ENV-02"),
    "AS-ENV-03": ENVELOPE.message_text("AS-ENV-03"),
    "AS-ENV-04": ENVELOPE.data_on_success("AS-ENV-04"),
    "AS-ENV-05": ENVELOPE.error_on_failure("AS-ENV-05"),
    "AS-ENV-09": ENVELOPE.error_text("AS-ENV-09"),
}
"""By claim, the check of one response."""
ALL_RULES = [pytest.param(rule, marks=claim(rule)) for rule in RULES]
ERROR_RULES = [pytest.param(rule, marks=claim(rule)) for rule in RULES if rule != "AS-ENV-04"]


@pytest.fixture(
    params=[
        *READ_SCENARIOS,
        *(pytest.param(scenario, marks=claim(needs=("write",))) for scenario in WRITE_SCENARIOS),
    ]
)
def fetch_responses(
    request: pytest.FixtureRequest,
    api_session: ApiSession,
    tracks: TrackClient,
    operation_requests: list[OperationRequest],
    unique_name: UniqueName,
) -> FetchResponses:
    """Returns the responses of one scenario, which the tests of several claims share."""
    context, key = (
        ScenarioContext(tracks, operation_requests, unique_name),
        ("responses", request.param.__name__),
    )
    return lambda: api_session.shared.get(key, lambda: list(request.param(context)), lasting=True)


@pytest.mark.parametrize("rule", ALL_RULES)
def test_response_has_the_envelope(fetch_responses: FetchResponses, rule: str) -> None:
    responses = fetch_responses()

    expect_check(responses, RULES[rule])


@claim(needs=("given:read_only_token",))
@pytest.mark.parametrize("rule", ALL_RULES)
def test_403_has_the_envelope(
    test_data: dict[str, Any], api: Client, operation_requests: list[OperationRequest], rule: str
) -> None:
    reader = api.with_token(test_data["read_only_token"], "Bearer")

    responses = [request.send(reader) for request in operation_requests]

    expect_check(responses, RULES[rule])


@claim(needs=("control:outage",))
@pytest.mark.parametrize("rule", ERROR_RULES)
@pytest.mark.parametrize("status", [500, 503])
def test_outage_has_the_envelope(
    rule: str,
    status: int,
    operation_requests: list[OperationRequest],
    api: Client,
    unauthenticated: Client,
    controls: ControlsClient,
) -> None:
    """For every operation, with a token and without."""
    controls.outage(status, 2 * len(operation_requests))

    responses = [request.send(client) for request in operation_requests for client in (api, unauthenticated)]

    expect_check(responses, RULES[rule])


@claim("AS-ENV-06")
def test_list_is_an_array(api: Client) -> None:
    for _ in range(2):
        response = api.get(PATH).expect_ok()

        data = response.object["data"]
        expect_true(isinstance(data, list), "an array as data", f"{to_json(data)}", response)
        json_objects(data)


@claim("AS-ENV-06", needs=("write",))
def test_list_stays_an_array_after_a_deletion(tracks: TrackClient, own_track: JsonObject) -> None:
    json_objects(tracks.client.get(PATH).expect_ok().items)
    tracks.delete(own_track["id"])

    json_objects(tracks.client.get(PATH).expect_ok().items)


@claim("AS-ENV-07", needs=("write",))
@pytest.mark.parametrize("title", ["plain", 'a "quoted" one', "ñ 🎵 עברית", "x" * 150])
def test_created_track_is_an_object(tracks: TrackClient, unique_name: UniqueName, title: str) -> None:
    """In `data`, with the id by which it can be read."""
    response = tracks.create(unique_name(title)).expect_created()

    tracks.client.get(track_path(read_track(response)["id"])).expect_ok()


@claim("AS-ENV-08")
@pytest.mark.live("a cassette keeps no bytes of a socket")
@pytest.mark.parametrize("accept", ["*/*", "application/json"])
@pytest.mark.parametrize("choose_values", [no_values, observed_values])
def test_204_has_no_body(
    tracks: TrackClient,
    unique_name: UniqueName,
    accept: str,
    choose_values: Callable[[list[JsonObject]], dict[str, Any]],
) -> None:
    """Although the documentation prints one; no header announces a body."""
    track = tracks.create_or_skip(unique_name("own"), **choose_values(tracks.list_all()))

    response = tracks.client.send_raw("DELETE", track_path(track["id"]), [("Accept", accept)])

    if response.status != 204:
        not_verified(f"the deletion returns {response.status}")

    expect(response.content, b"", "body", response)
    expect_not_in("transfer-encoding", response.headers, "the headers", response)
    expect(response.headers.get("content-length", "0").strip(), "0", "Content-Length", response)


@claim("AS-ENV-10")
def test_empty_list_is_an_array(test_data: dict[str, Any], api: Client) -> None:
    """Status 200, twice."""
    client = api.with_token(test_data["empty_account_token"], "Bearer")

    for _ in range(2):
        response = client.get(PATH).expect_ok()
        expect(response.object["data"], [], "data", response)


def expect_check(responses: Iterable[Response], check: Check) -> None:
    """Raise ExpectationFailed for the first response that a check finds wrong; not verified without any."""
    findings = [(response, finding) for response in responses for finding in check(response.exchange, None)]
    for response, finding in at_least_one(findings, "the claim is about none of these responses"):
        expect_true(finding.holds, finding.expected, finding.found, response)
