"""The envelope of every answer (https://api-docs.audiosocket.com, "HTTP Status Codes")."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.apis.audiosocket.checks import ENVELOPE
from tuningfork.apis.audiosocket.tracks import PATH, TrackClient, read_track, track_path
from tuningfork.checks.envelope import is_http_layer_response
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import JsonObject, Response
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.listings import at_least_one, json_objects
from tuningfork.testing.operation_requests import OperationRequest

from .support.error_scenarios import READ_SCENARIOS, WRITE_SCENARIOS, ScenarioContext
from .support.operation_requests import describe_response

Fresh = Callable[[str], str]
Answers = Callable[[], list[Response]]


@pytest.fixture
def scene(
    tracks: TrackClient, operation_requests: list[OperationRequest], unique_name: Fresh
) -> ScenarioContext:
    """Who asks, for what."""
    return ScenarioContext(tracks, operation_requests, unique_name)


@pytest.fixture(
    params=[*READ_SCENARIOS, *(pytest.param(one, marks=claim(needs=("write",))) for one in WRITE_SCENARIOS)]
)
def answers(request: pytest.FixtureRequest, api_session: ApiSession, scene: ScenarioContext) -> Answers:
    """Answers of each sort, which the tests of six claims share."""

    def fetch() -> list[Response]:
        return [one for one in request.param(scene) if not is_http_layer_response(one.exchange)]

    return lambda: api_session.shared.get(("answers", request.param.__name__), fetch, lasting=True)


@pytest.fixture
def forbidden(
    test_data: dict[str, Any], api: Client, operation_requests: list[OperationRequest]
) -> list[Response]:
    """What a token is told that may not write."""
    reader = api.with_token(test_data["read_only_token"], "Bearer")
    return [probe.send(reader) for probe in operation_requests]


def is_json(answer: Response) -> None:
    """ExpectationFailed if a body is no application/json, or no object with the two members that each has."""
    kind = answer.exchange.response.media_type
    if kind != "application/json":
        raise ExpectationFailed(
            "application/json", f"{kind or 'no content type'} with {describe_response(answer)}"
        )
    said = answer.object
    if type(said["status"]) is not int or not isinstance(said["message"], str):
        raise ExpectationFailed("an integer status and a text as message", answer.text)


def says_its_status(answer: Response) -> None:
    """ExpectationFailed if the status in the body is not the HTTP status."""
    if answer.object["status"] != answer.status:
        raise ExpectationFailed(
            f"the status {answer.status}", f"{answer.object['status']!r} with {describe_response(answer)}"
        )


def says_its_phrase(answer: Response) -> None:
    """ExpectationFailed if the message is another one than is documented for the status."""
    phrase = ENVELOPE.phrases[answer.status]
    if answer.object["message"] != phrase:
        raise ExpectationFailed(phrase, f"{answer.object['message']!r} with {describe_response(answer)}")


def has_data(answer: Response) -> None:
    """ExpectationFailed if a 200 or 201 has no data, or has an error."""
    said = answer.object
    if said["data"] is None or said.get("error") is not None:
        raise ExpectationFailed("data and no error", answer.text)


def has_an_error(answer: Response) -> None:
    """ExpectationFailed if a 4xx or 5xx has no error in words, or has data."""
    error = answer.object["error"]
    if not isinstance(error, str) or not error.strip():
        raise ExpectationFailed("an error in words", f"{error!r} with {describe_response(answer)}")
    if answer.object.get("data") is not None:
        raise ExpectationFailed("no data in an error", answer.text)


def tells_that_failure(answer: Response) -> None:
    """ExpectationFailed if the error is the documented text or phrase of another status."""
    error = str(answer.object["error"]).strip().rstrip(".").lower()
    own = {ENVELOPE.texts[answer.status].lower(), ENVELOPE.phrases[answer.status].lower()}
    words = {text.lower() for table in (ENVELOPE.texts, ENVELOPE.phrases) for text in table.values()}
    if error in words - own or not any(letter.isalpha() for letter in error):
        raise ExpectationFailed(
            f"{ENVELOPE.texts[answer.status]!r}, or more", f"{error!r} with {describe_response(answer)}"
        )


def has_body(answer: Response) -> bool:
    """Whether there is a body."""
    return bool(answer.content)


def has_phrase(answer: Response) -> bool:
    """Whether there is a body that should say the phrase of its status."""
    return has_body(answer) and answer.status in ENVELOPE.phrases


def owes_an_error(answer: Response) -> bool:
    """Whether it is a 4xx or 5xx; HTTP's own refusals may have no body."""
    return answer.status >= 400 and (has_body(answer) or answer.status not in ENVELOPE.bare)


RULES: dict[str, tuple[Callable[[Response], bool], Callable[[Response], None]]] = {
    "AS-ENV-01": (has_body, is_json),
    "AS-ENV-02": (has_body, says_its_status),
    "AS-ENV-03": (has_phrase, says_its_phrase),
    "AS-ENV-04": (lambda answer: answer.status in (200, 201), has_data),
    "AS-ENV-05": (owes_an_error, has_an_error),
    "AS-ENV-09": (lambda answer: answer.status in ENVELOPE.texts, tells_that_failure),
}
"""By claim: which responses it is about, and what raises ExpectationFailed if it does not hold."""


@claim("AS-ENV-01")
def test_every_body_is_an_envelope(answers: Answers) -> None:
    """A JSON object with an integer status and a text as message, and application/json."""
    every(answers(), "AS-ENV-01")


@claim("AS-ENV-02")
def test_every_body_says_its_status(answers: Answers) -> None:
    """The one of HTTP."""
    every(answers(), "AS-ENV-02")


@claim("AS-ENV-03")
def test_every_body_says_its_phrase(answers: Answers) -> None:
    """The documented one of its status, letter for letter."""
    every(answers(), "AS-ENV-03")


@claim("AS-ENV-04")
def test_every_success_has_data(answers: Answers) -> None:
    """And no error."""
    every(answers(), "AS-ENV-04")


@claim("AS-ENV-05")
def test_every_error_is_told(answers: Answers) -> None:
    """In words, and without data."""
    every(answers(), "AS-ENV-05")


@claim("AS-ENV-09")
def test_every_error_tells_that_failure(answers: Answers) -> None:
    """By the documented text, or by more about the same."""
    every(answers(), "AS-ENV-09")


@pytest.mark.parametrize("promise", [pytest.param(name, marks=claim(name)) for name in RULES])
@claim(needs=("given:read_only_token",))
def test_a_refusal_of_rights_is_an_envelope(promise: str, forbidden: list[Response]) -> None:
    """403, like every other refusal."""
    every(forbidden, promise)


@pytest.mark.parametrize(
    "promise", [pytest.param(name, marks=claim(name)) for name in RULES if name != "AS-ENV-04"]
)
@pytest.mark.parametrize("status", [500, 503])
@claim(needs=("control:outage",))
def test_an_outage_is_an_envelope(
    promise: str,
    status: int,
    operation_requests: list[OperationRequest],
    api: Client,
    unauthenticated: Client,
    controls: ControlsClient,
) -> None:
    """500 and 503 on every operation, with a token and without."""
    controls.outage(status, 2 * len(operation_requests))

    every((probe.send(asker) for probe in operation_requests for asker in (api, unauthenticated)), promise)


@claim("AS-ENV-06")
def test_the_list_is_an_array(api: Client) -> None:
    """Of tracks, in `data`, each time."""
    for _ in range(2):
        data = api.get(PATH).expect_ok().object["data"]

        assert isinstance(data, list), f"expected an array as data, found {data!r:.80}"
        json_objects(data)


@claim("AS-ENV-06", needs=("write",))
def test_the_list_stays_an_array(tracks: TrackClient, own: JsonObject) -> None:
    """With a track more and with one less."""
    json_objects(tracks.client.get(PATH).expect_ok().items)
    tracks.delete(own["id"])

    json_objects(tracks.client.get(PATH).expect_ok().items)


@claim("AS-ENV-07", needs=("write",))
@pytest.mark.parametrize("title", ["plain", 'a "quoted" one', "ñ 🎵 עברית", "x" * 150])
def test_a_created_track_is_an_object(tracks: TrackClient, unique_name: Fresh, title: str) -> None:
    """In `data`, with an id that leads to it."""
    answer = tracks.create(unique_name(title)).expect_created()

    tracks.client.get(track_path(read_track(answer)["id"])).expect_ok()


@claim("AS-ENV-08")
@pytest.mark.live("a cassette keeps no bytes of a socket")
@pytest.mark.parametrize("accept", ["*/*", "application/json"])
def test_204_has_no_body(tracks: TrackClient, own: JsonObject, accept: str) -> None:
    """Though the document prints one: no byte, and nothing that announces any."""
    answer = tracks.client.send_raw("DELETE", track_path(own["id"]), [("Accept", accept)])
    if answer.status != 204:
        not_verified(f"removing answers {answer.status}")

    assert answer.content == b"", f"expected no byte after the header, found {answer.content!r}"
    assert "transfer-encoding" not in answer.headers, "expected no Transfer-Encoding, found one"
    length = answer.headers.get("content-length", "0").strip()
    assert length == "0", f"expected no Content-Length but 0, found {length!r}"


@claim("AS-ENV-10")
def test_an_empty_list_is_an_array(test_data: dict[str, Any], api: Client) -> None:
    """200 and no tracks, not null, nor anything left out, each time."""
    empty = api.with_token(test_data["empty_account_token"], "Bearer")

    for _ in range(2):
        data = empty.get(PATH).expect_ok().object["data"]
        assert data == [], f"expected an empty array as data, found {data!r:.80}"


def every(answers: Iterable[Response], promise: str) -> None:
    """Judge the responses that a claim is about; not verified if there is none."""
    is_about, expect_rule = RULES[promise]
    found = [answer for answer in answers if is_about(answer)]
    for answer in at_least_one(found, "no response of this sort was given"):
        expect_rule(answer)
