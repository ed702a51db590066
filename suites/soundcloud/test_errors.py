"""Errors (https://developers.soundcloud.com/docs/api/guide#errors)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.apis.soundcloud.lookup import NONEXISTENT_IDS
from tuningfork.checks.information_disclosure import find_internals
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response
from tuningfork.model import METHODS as HTTP_METHODS
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.expect import expect_true
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.operation_requests import METHODS, paths_without_method, unknown_paths

from .support.error_scenarios import (
    ERROR_SCENARIOS,
    ScenarioClients,
    invalid_writes,
    nonexistent_path,
    send_short,
    writes_without_user,
)
from .support.operation_requests import OperationRequest

ENVELOPE = {"code", "message", "link", "status", "errors", "error"}
BY_HTTP = (414, 417, 429, 431)
"""Statuses whose bodies the envelope does not bind."""
NO_JSON = ("application/xml", "text/html", "image/png, text/*", "application/json;q=0, application/xml")
JSON = ("*/*", None, "application/json; charset=utf-8")
LINKED: dict[str, Any] = {"linked_partitioning": True}
OUTAGES = (500, 503, 504)


@pytest.fixture
def callers(
    api: Client, unauthenticated: Client, operation_requests: list[OperationRequest]
) -> ScenarioClients:
    """Who asks for what is refused."""
    return ScenarioClients(api, unauthenticated, operation_requests)


@pytest.fixture(
    params=[
        *ERROR_SCENARIOS,
        pytest.param(writes_without_user, marks=claim(needs=("write",))),
        pytest.param(invalid_writes, marks=claim(needs=("user", "write"))),
    ]
)
def refused(
    request: pytest.FixtureRequest, api_session: ApiSession, callers: ScenarioClients
) -> Callable[[], list[Response]]:
    """Refusals of each sort, which the tests of four claims share."""
    asker = request.getfixturevalue("user") if request.param is invalid_writes else callers
    sort = request.param.__name__
    return lambda: api_session.shared.get(
        ("refusals", sort), lambda: _refusals(list(request.param(asker))), lasting=True
    )


@claim("SC-ERR-01")
def test_a_refusal_is_json_with_all_its_members(refused: Callable[[], list[Response]]) -> None:
    """code, message, link, status, errors and error, and a media type that says JSON."""
    for answer in refused():
        missing = ENVELOPE - set(answer.object)
        expect_true(
            not missing,
            f"the properties {', '.join(sorted(ENVELOPE))}",
            f"no {', '.join(sorted(missing))}",
            answer,
        )
        media_type = answer.exchange.response.media_type
        expect_true("json" in media_type, "a JSON media type", media_type or "no Content-Type", answer)


@claim("SC-ERR-02")
def test_a_refusal_says_its_status(refused: Callable[[], list[Response]]) -> None:
    """`code` is the status as a number, and `status` begins with it."""
    for answer, code in _told(refused(), "code"):
        expect_true(code == answer.status and type(code) is int, f"code {answer.status}", repr(code), answer)
    for answer, status in _told(refused(), "status"):
        begins = str(status).startswith(str(answer.status))
        expect_true(begins, f"a status that begins with {answer.status}", repr(status), answer)


@claim("SC-ERR-03")
def test_a_refusal_lists_its_errors(refused: Callable[[], list[Response]]) -> None:
    """A list of objects, each with an error_message."""
    for answer, errors in _told(refused(), "errors"):
        assert isinstance(errors, list), f"expected a list, found {errors!r} at {_place(answer)}"
        odd = [error for error in errors if not isinstance(error, dict) or "error_message" not in error]
        assert not odd, f"expected objects with error_message, found {odd[0]!r} at {_place(answer)}"


@claim("SC-ERR-04")
@pytest.mark.parametrize(("name", "form"), [("message", str), ("link", str), ("error", str | None)])
def test_a_refusal_has_members_of_their_types(
    refused: Callable[[], list[Response]], name: str, form: type
) -> None:
    """Both message and link are strings, error is a string or null."""
    for answer, value in _told(refused(), name):
        expect_true(isinstance(value, form), f"{name} of the type {form}", repr(value), answer)


@claim("SC-ERR-05")
@pytest.mark.parametrize("user_id", ["INVALID_ID", *NONEXISTENT_IDS])
def test_a_user_who_is_nobody_is_not_found(api: Client, user_id: str) -> None:
    """404, in words too: as the message, or as the first error_message."""
    answer = api.get(f"/users/{user_id}").expect_status(404)

    errors = answer.object["errors"]
    first = errors[0]["error_message"] if errors else None
    words = (answer.object["message"], first)
    assert "404 - Not Found" in words, f"expected `404 - Not Found`, found {words}"


@claim("SC-ERR-06")
@pytest.mark.parametrize("viewer", ["api", pytest.param("user", marks=claim(needs=("user",)))])
def test_who_excludes_json_gets_nothing(
    request: pytest.FixtureRequest, operation_requests: list[OperationRequest], viewer: str
) -> None:
    """406 from every operation that answers JSON to others."""
    client: Client = request.getfixturevalue(viewer)

    in_json = [
        probe for probe in _readable(operation_requests, viewer) if _answers_json(send_short(client, probe))
    ]

    for probe in at_least_one(in_json, "nothing is answered in JSON"):
        linked = probe.operation.parameter("linked_partitioning") is not None
        for accept, more in zip(NO_JSON, cycle(({}, LINKED if linked else {})), strict=False):
            answer = send_short(client, probe, headers={"Accept": accept}, **more)
            assert answer.status == 406, f"{accept}: expected 406, found {answer.status} at {_place(answer)}"


@claim("SC-ERR-06")
@pytest.mark.parametrize("viewer", ["api", pytest.param("user", marks=claim(needs=("user",)))])
def test_who_takes_json_gets_it(
    request: pytest.FixtureRequest, operation_requests: list[OperationRequest], viewer: str
) -> None:
    """Whoever takes everything, says nothing, or names JSON with a charset, is never answered 406."""
    client: Client = request.getfixturevalue(viewer)

    for probe in _readable(operation_requests, viewer):
        for accept in JSON:
            answer = send_short(client, probe, headers={"Accept": accept})
            assert answer.status != 406, f"{accept}: expected no 406, found {_place(answer)}"


@claim("SC-ERR-06", needs=("user", "write"))
@pytest.mark.parametrize("accept", ["application/xml", *JSON])
def test_writing_too_answers_in_json_alone(
    user: Client, unique_name: Callable[[str], str], accept: str | None
) -> None:
    """On a track, a comment and a playlist of one's own."""
    track = create_track(user, unique_name("song"))["id"]
    playlist = create_playlist(user, [track], unique_name("set"))["id"]
    expected = 406 if accept == "application/xml" else None

    for method, path, body in (
        ("PUT", f"/tracks/{track}", {"track": {"description": "x"}}),
        ("POST", f"/tracks/{track}/comments", {"comment": {"body": "x"}}),
        ("POST", "/playlists", {"playlist": {"title": unique_name("set"), "tracks": [{"id": track}]}}),
        ("PUT", f"/playlists/{playlist}", {"playlist": {"description": "x"}}),
        ("POST", f"/likes/tracks/{track}", None),
        ("POST", f"/likes/playlists/{playlist}", None),
        ("DELETE", f"/playlists/{playlist}", None),
        ("DELETE", f"/tracks/{track}", None),
    ):
        answer = user.request(method, path, json=body, headers={"Accept": accept})
        is_right = (answer.status == 406) == (expected == 406)
        expect_true(is_right, "406" if expected == 406 else "no 406", str(answer.status), answer)


@claim("SC-ERR-07")
@pytest.mark.parametrize("status", OUTAGES)
def test_a_server_error_keeps_its_status(
    controls: ControlsClient, callers: ScenarioClients, status: int
) -> None:
    """On reading and on writing, with a token and without; and it tells nothing of the inside."""
    for probe in callers.operation_requests:
        client = callers.api if probe.only_reads else callers.anonymous
        controls.outage(status)
        answer = probe.send(client)

        assert answer.status == status, f"expected {status}, found {answer.status} at {_place(answer)}"
        assert find_internals(answer.text) is None, (
            f"expected nothing of the inside, found {find_internals(answer.text)}"
        )


@claim("SC-ERR-07")
@pytest.mark.parametrize("status", OUTAGES)
@pytest.mark.parametrize(("method", "path"), [("GET", "/connect"), ("POST", "/oauth2/token")])
def test_a_server_error_of_signing_in_keeps_its_status(
    controls: ControlsClient, unauthenticated: Client, method: str, path: str, status: int
) -> None:
    """Where no token is needed too."""
    controls.outage(status)

    answer = unauthenticated.request(method, path)

    assert answer.status == status, f"expected {status}, found {answer.status} at {_place(answer)}"
    assert find_internals(answer.text) is None, (
        f"expected nothing of the inside, found {find_internals(answer.text)}"
    )


@claim("SC-ERR-07", needs=("user",))
@pytest.mark.parametrize("status", OUTAGES)
def test_a_server_error_tells_a_user_no_more(controls: ControlsClient, user: Client, status: int) -> None:
    """Than it tells anybody else."""
    controls.outage(status)

    answer = user.get("/me").expect_status(status)

    assert find_internals(answer.text) is None, (
        f"expected nothing of the inside, found {find_internals(answer.text)}"
    )


@claim("SC-ERR-07")
@pytest.mark.parametrize("status", OUTAGES)
def test_a_server_error_passes(controls: ControlsClient, api: Client, status: int) -> None:
    """Each of the announced requests fails, and the next one is served."""
    controls.outage(status, 3)

    statuses = [api.get("/tracks", limit=1).status for _ in range(4)]

    assert statuses == [status, status, status, 200], (
        f"expected {status} three times, then 200, found {statuses}"
    )


@claim("SC-ERR-08")
def test_an_unknown_path_is_not_found(api: Client, callers: ScenarioClients) -> None:
    """Beside and below every path that is known."""
    for path in unknown_paths(callers.public):
        answer = api.get(path)
        assert answer.status == 404, f"expected 404, found {answer.status} at {_place(answer)}"


@claim("SC-ERR-08", needs=("user",))
def test_an_unknown_path_of_a_user_is_not_found(
    user: Client, operation_requests: list[OperationRequest]
) -> None:
    """Beside and below every path at /me."""
    for path in unknown_paths(_readable(operation_requests, "me")):
        answer = user.get(path)
        assert answer.status == 404, f"expected 404, found {answer.status} at {_place(answer)}"


@claim("SC-ERR-08", needs=("user", "write"))
def test_an_unknown_method_of_a_user_is_refused(
    user: Client, operation_requests: list[OperationRequest]
) -> None:
    """On every path at /me: 404 or 405; it deletes nothing."""
    personal = [probe for probe in operation_requests if probe.is_personal]
    for method in ("PUT", "PATCH"):
        for path in paths_without_method(personal, method):
            answer = user.request(method, nonexistent_path(path))
            answer.expect_status(*_refusals_of(method))


@claim("SC-ERR-08")
def test_an_unknown_path_without_a_token_is_refused(
    unauthenticated: Client, callers: ScenarioClients
) -> None:
    """404, or 401."""
    for path in unknown_paths(callers.public):
        answer = unauthenticated.get(path)
        assert answer.status in (401, 404), f"expected 401 or 404, found {answer.status} at {_place(answer)}"


@claim("SC-ERR-08")
@pytest.mark.parametrize("method", [*METHODS, "FROB"])
def test_an_unknown_method_without_a_token_is_refused(
    unauthenticated: Client, operation_requests: list[OperationRequest], method: str
) -> None:
    """On every path that does not know it: 404 or 405, or 401; a parser's 400 or 501 too for FROB."""
    for path in paths_without_method(operation_requests, method):
        answer = unauthenticated.request(method, nonexistent_path(path))
        answer.expect_status(401, *_refusals_of(method))


@claim("SC-ERR-08")
def test_reading_what_can_only_be_written_is_refused(
    api: Client, operation_requests: list[OperationRequest]
) -> None:
    """GET on a path that does not know it: 404 or 405."""
    for path in paths_without_method(operation_requests, "GET"):
        answer = api.get(nonexistent_path(path))
        answer.expect_status(404, 405)


@claim("SC-ERR-08", needs=("write",))
@pytest.mark.parametrize("method", [*METHODS[1:], "FROB"])
def test_an_unknown_method_is_refused(
    api: Client, operation_requests: list[OperationRequest], method: str
) -> None:
    """On every path that does not know it: 404 or 405; a parser's 400 or 501 too for FROB."""
    paths = [path for path in paths_without_method(operation_requests, method) if not path.startswith("/me")]

    for path in at_least_one(paths, f"every path but the user's has {method}"):
        answer = api.request(method, nonexistent_path(path))
        answer.expect_status(*_refusals_of(method))


def _refusals_of(method: str) -> tuple[int, ...]:
    """The statuses that refuse a method (SC-ERR-08); parsers refuse one that HTTP does not define."""
    return (404, 405) if method in HTTP_METHODS else (400, 404, 405, 501)


def _refusals(answers: list[Response]) -> list[Response]:
    """Those that the envelope binds."""
    found = [answer for answer in answers if 400 <= answer.status < 500 and answer.status not in BY_HTTP]
    if not found:
        not_verified("nothing was refused")
    return found


def _told(answers: list[Response], name: str) -> list[tuple[Response, Any]]:
    """The answers that have a member, with its value; that each has all of them is another claim."""
    bodies = [(answer, json_of(answer)) for answer in answers]
    found = [(answer, body[name]) for answer, body in bodies if isinstance(body, dict) and name in body]
    if not found:
        not_verified(f"no refusal has a member {name!r}")
    return found


def json_of(answer: Response) -> Any:
    """The body as JSON; None if it is none."""
    try:
        return answer.json
    except ExpectationFailed:
        return None


def _readable(operation_requests: list[OperationRequest], viewer: str) -> list[OperationRequest]:
    reads = (
        probe for probe in operation_requests if probe.only_reads and probe.is_personal == (viewer == "user")
    )
    return at_least_one(reads, "no operation reads")


def _answers_json(answer: Response) -> bool:
    return answer.status == 200 and "json" in answer.exchange.response.media_type


def _place(answer: Response) -> str:
    request = answer.exchange.request
    return f"{request.method} {request.path}, {answer.status}: {answer.text!r}"
