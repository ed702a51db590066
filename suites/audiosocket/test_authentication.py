"""Authentication (https://api-docs.audiosocket.com, "Authentication")."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.audiosocket.nonexistent_ids import INVALID_IDS
from tuningfork.apis.audiosocket.tracks import PATH, TrackClient, expect_track, track_path
from tuningfork.checks.www_authenticate import schemes
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import JsonObject, Response
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.expect import expect, expect_in, expect_true
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.operation_requests import OperationRequest, expect_everywhere, expect_nowhere

from .support.invalid_tokens import MALFORMED_HEADERS, OTHER_PLACES, OTHER_SCHEMES, similar_tokens
from .support.operation_requests import reads

UniqueName = Callable[[str], str]
WriteRequests = Callable[[Any, str], list[OperationRequest]]
MakeClient = Callable[[Client], Client]
MakeClients = Callable[[Client], list[Client]]

DAY = 86_400
SCHEME_SPELLINGS = ("bearer", "BEARER", "bEaReR")
TOKEN_PARAMETERS = ("token", "access_token")
INVALID_BODIES = (b"", b"{", b"[]", b'{"title": 7}', b"no JSON at all", b"x" * 100_000)
INVALID_CREDENTIALS: dict[str, MakeClient] = {
    "none": lambda api: api.with_authorization(None),
    "unknown token": lambda api: api.with_token("no-such-token", "Bearer"),
    "similar token": lambda api: api.with_token(f"{api.token}x", "Bearer"),
    "basic": lambda api: api.with_authorization(OTHER_SCHEMES["basic"](api.token)),
    "bare": lambda api: api.with_authorization(api.token),
    "empty": lambda api: api.with_authorization(OTHER_SCHEMES["empty"](api.token)),
}
SENT_WITH: dict[str, Callable[[dict[str, str]], dict[str, Any]]] = {
    "query": lambda parameters: {"params": parameters},
    "form": lambda parameters: {"form": parameters, "json": None},
    "json": lambda parameters: {"json": parameters},
}
"""Arguments of Client.request that send parameters in the query, a form or JSON."""


def header_param(name: str, write: Callable[[str], str], *statuses: int) -> Any:
    """Return a parameter (make_clients, statuses) for an Authorization header derived from the token."""

    def make_clients(api: Client) -> list[Client]:
        return [api.with_authorization(write(api.token))]

    return pytest.param(make_clients, statuses, marks=claim("AS-AUTH-04"), id=name)


MISSING_OR_WRONG: list[Any] = [
    pytest.param(
        lambda api: [api.with_authorization(None)], (401,), marks=claim("AS-AUTH-02"), id="no header"
    ),
    pytest.param(
        lambda api: [api.with_token(token, "Bearer") for token in similar_tokens(api.token)],
        (401,),
        marks=claim("AS-AUTH-03"),
        id="unknown tokens",
    ),
    *(header_param(name, write, 401) for name, write in OTHER_SCHEMES.items()),
]
MALFORMED = [header_param(name, write, 400, 401) for name, write in MALFORMED_HEADERS.items()]
"""A malformed header may return 400 (RFC 6750 3.1)."""


@claim("AS-AUTH-01")
def test_token_is_accepted_for_reads(operation_requests: list[OperationRequest], api: Client) -> None:
    for _ in range(3):
        expect_nowhere(reads(operation_requests), api, 401, 403)


@claim("AS-AUTH-01")
@pytest.mark.live("concurrent requests")
def test_token_is_accepted_for_concurrent_requests(api: Client) -> None:
    responses = send_concurrently(api, 4, lambda client: client.get(PATH))

    for response in at_least_one(responses, "no request was sent"):
        expect_true(response.status not in (401, 403), "no 401 or 403", str(response.status), response)


@claim("AS-AUTH-01", needs=("write",))
def test_token_is_accepted_for_writes(
    write_requests: WriteRequests,
    operation_requests: list[OperationRequest],
    own_track: JsonObject,
    unique_name: UniqueName,
    api: Client,
) -> None:
    """Valid and invalid ones; the valid ones twice."""
    requests = [*write_requests(own_track["id"], unique_name("new")), *operation_requests]

    expect_nowhere(requests, api, 401, 403)
    expect_nowhere(write_requests(own_track["id"], unique_name("newer")), api, 401, 403)


@pytest.mark.parametrize(("make_clients", "statuses"), [*MISSING_OR_WRONG, *MALFORMED])
def test_every_operation_without_a_valid_header_returns_401(
    operation_requests: list[OperationRequest],
    api: Client,
    make_clients: MakeClients,
    statuses: tuple[int, ...],
) -> None:
    for client in make_clients(api):
        expect_everywhere(operation_requests, client, *statuses)


@claim(needs=("write",))
@pytest.mark.parametrize(("make_clients", "statuses"), MISSING_OR_WRONG)
def test_valid_write_without_a_valid_header_returns_401(
    write_requests: WriteRequests,
    own_track: JsonObject,
    api: Client,
    unique_name: UniqueName,
    make_clients: MakeClients,
    statuses: tuple[int, ...],
) -> None:
    for client in make_clients(api):
        expect_everywhere(write_requests(own_track["id"], unique_name("refused")), client, *statuses)


@claim("AS-AUTH-02")
def test_head_without_the_header_returns_an_error(
    operation_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    for request in reads(operation_requests):
        response = unauthenticated.head(request.path)

        expect_true(response.status >= 400, "a status from 400", str(response.status), response)


@claim("AS-AUTH-02")
def test_success_does_not_authenticate_later_requests(
    operation_requests: list[OperationRequest], api: Client
) -> None:
    """Not even with the cookies of the success."""
    client = api.with_authorization(None)
    for request in operation_requests:
        if request.only_reads:
            request.send(api)
        client.session.cookies.update(api.session.cookies)

        expect_everywhere([request, request], client, 401)


@claim("AS-AUTH-02")
@pytest.mark.parametrize("arguments", OTHER_PLACES.values(), ids=OTHER_PLACES)
def test_token_outside_of_the_header_returns_401(
    operation_requests: list[OperationRequest],
    api: Client,
    unauthenticated: Client,
    arguments: Callable[[str], dict[str, Any]],
) -> None:
    expect_everywhere(operation_requests, unauthenticated, 401, **arguments(api.token))


@pytest.mark.parametrize("name", TOKEN_PARAMETERS)
@pytest.mark.parametrize(
    "sent_with",
    [
        pytest.param("query", marks=claim("AS-AUTH-07")),
        pytest.param("form", marks=claim("AS-AUTH-07")),
        pytest.param("json", marks=claim("AS-AUTH-02")),
    ],
)
def test_token_in_a_parameter_returns_401(
    operation_requests: list[OperationRequest], api: Client, sent_with: str, name: str
) -> None:
    """Without the header, and with an unknown token in the header."""
    arguments = SENT_WITH[sent_with]({name: api.token})

    for client in (api.with_authorization(None), api.with_token("no-such-token", "Bearer")):
        expect_everywhere(operation_requests, client, 401, **arguments)


@claim("AS-AUTH-05")
@pytest.mark.parametrize("scheme", SCHEME_SPELLINGS)
def test_scheme_is_case_insensitive(
    operation_requests: list[OperationRequest], api: Client, scheme: str
) -> None:
    expect_nowhere(reads(operation_requests), api.with_token(api.token, scheme), 401, 403)


@claim("AS-AUTH-05", needs=("write",))
@pytest.mark.parametrize("scheme", SCHEME_SPELLINGS)
def test_scheme_is_case_insensitive_for_writes(
    write_requests: WriteRequests, own_track: JsonObject, api: Client, unique_name: UniqueName, scheme: str
) -> None:
    client = api.with_token(api.token, scheme)

    expect_nowhere(write_requests(own_track["id"], unique_name("scheme")), client, 401, 403)


@claim("AS-AUTH-06")
def test_401_has_a_bearer_challenge(
    operation_requests: list[OperationRequest], unauthenticated: Client, api: Client
) -> None:
    """For every operation with invalid credentials, and with the token in the query."""
    clients = [make_client(api) for make_client in INVALID_CREDENTIALS.values()]
    query = {"access_token": api.token}

    responses = [request.send(client) for client in clients for request in operation_requests]
    responses += [request.send(unauthenticated, params=query) for request in operation_requests]

    expect_challenges(responses)


@claim("AS-AUTH-06")
def test_401_for_an_invalid_id_or_body_has_a_bearer_challenge(unauthenticated: Client) -> None:
    headers = {"Content-Type": "application/json"}

    responses = [unauthenticated.get(f"{PATH}/{invalid}") for invalid in INVALID_IDS]
    responses += [unauthenticated.post(PATH, content=body, headers=headers) for body in INVALID_BODIES]

    expect_challenges(responses)


@claim("AS-AUTH-07", needs=("write",))
@pytest.mark.parametrize("name", TOKEN_PARAMETERS)
def test_valid_write_with_the_token_in_a_parameter_returns_401(
    tracks: TrackClient,
    write_requests: WriteRequests,
    own_track: JsonObject,
    unique_name: UniqueName,
    name: str,
) -> None:
    """In the query, and in a form with a title."""
    client, token = tracks.client.with_authorization(None), tracks.client.token
    requests = write_requests(own_track["id"], unique_name("query"))
    form = {name: token, **tracks.body(unique_name("form"))}

    expect_everywhere(requests, client, 401, params={name: token})
    expect_everywhere(requests, client, 401, form=form, json=None)
    expect_track(tracks.read(own_track["id"]), own_track["id"])


@claim("AS-AUTH-08")
@pytest.mark.parametrize("credentials", INVALID_CREDENTIALS)
def test_unauthenticated_write_changes_nothing(
    tracks: TrackClient,
    write_requests: WriteRequests,
    own_track: JsonObject,
    unique_name: UniqueName,
    credentials: str,
) -> None:
    """The list and the track are unchanged, and the title can still be used."""
    client, title = INVALID_CREDENTIALS[credentials](tracks.client), unique_name("refused")
    before = expect_track(tracks.read(own_track["id"]), own_track["id"])

    with tracks.expect_unchanged(unique_name):
        for request in write_requests(own_track["id"], title):
            request.send(client)

    response = tracks.create(title)
    expect_true(response.status != 409, "no conflict", "409", response)
    after = expect_track(tracks.read(own_track["id"]), own_track["id"])
    expect(after, before, "track", after)


@claim("AS-AUTH-08", needs=("given:revocable_token", "control:disable"))
def test_write_with_a_revoked_token_changes_nothing(
    test_data: dict[str, Any],
    tracks: TrackClient,
    write_requests: WriteRequests,
    own_track: JsonObject,
    unique_name: UniqueName,
    controls: ControlsClient,
) -> None:
    revoked = tracks.client.with_token(test_data["revocable_token"], "Bearer")
    if revoked.get(track_path(own_track["id"])).status != 200:
        not_verified("the revocable token is of another account")
    controls.disable("token", revoked.token)

    with tracks.expect_unchanged(unique_name):
        for request in write_requests(own_track["id"], unique_name("refused")):
            request.send(revoked)

    expect_track(tracks.read(own_track["id"]), own_track["id"])


@claim("AS-AUTH-08")
@pytest.mark.parametrize("name", TOKEN_PARAMETERS)
def test_write_with_the_token_in_a_parameter_changes_nothing(
    tracks: TrackClient,
    write_requests: WriteRequests,
    own_track: JsonObject,
    unique_name: UniqueName,
    name: str,
) -> None:
    """In the query, and in a form."""
    client, token = tracks.client.with_authorization(None), tracks.client.token

    with tracks.expect_unchanged(unique_name):
        for request in write_requests(own_track["id"], unique_name("query")):
            request.send(client, params={name: token})
        client.post(PATH, form={name: token, **tracks.body(unique_name("form"))})

    expect_track(tracks.read(own_track["id"]), own_track["id"])


@claim("AS-AUTH-09")
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_nonexistent_track_returns_401_before_404(
    operation_requests: list[OperationRequest], api: Client, method: str
) -> None:
    """For well-formed and malformed ids."""
    paths = [operation_requests[-1].path, *(f"{PATH}/{invalid}" for invalid in INVALID_IDS)]

    for make_client in INVALID_CREDENTIALS.values():
        for path in paths:
            make_client(api).request(method, path).expect_status(401)


@claim("AS-AUTH-09", needs=("write",))
@pytest.mark.parametrize("credentials", INVALID_CREDENTIALS)
def test_duplicate_returns_401_before_409(
    tracks: TrackClient, unique_name: UniqueName, credentials: str
) -> None:
    """The deletion of an existing track returns 401, too."""
    track = tracks.create_or_skip(title := unique_name("existing"))["id"]
    client = INVALID_CREDENTIALS[credentials](tracks.client)

    client.post(PATH, json=tracks.body(title)).expect_status(401)
    client.delete(track_path(track)).expect_status(401)


@claim("AS-AUTH-09")
@pytest.mark.parametrize("credentials", ["none", "unknown token"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_existing_and_nonexistent_track_return_the_same_error(
    operation_requests: list[OperationRequest], api: Client, method: str, credentials: str
) -> None:
    """Apart from the id."""
    client = INVALID_CREDENTIALS[credentials](api)

    expect_same_error(client, method, operation_requests[1].path, operation_requests[-1].path)


@claim("AS-AUTH-09", needs=("write",))
@pytest.mark.parametrize("credentials", ["none", "unknown token"])
def test_deletion_of_existing_and_nonexistent_track_returns_the_same_error(
    operation_requests: list[OperationRequest], own_track: JsonObject, api: Client, credentials: str
) -> None:
    """Apart from the id."""
    client = INVALID_CREDENTIALS[credentials](api)

    expect_same_error(client, "DELETE", track_path(own_track["id"]), operation_requests[-1].path)


@claim("AS-AUTH-09")
@pytest.mark.parametrize("body", INVALID_BODIES, ids=range(len(INVALID_BODIES)))
def test_invalid_body_returns_401_before_400(api: Client, body: bytes) -> None:
    """Of any media type; a long body may return 413."""
    for make_client in INVALID_CREDENTIALS.values():
        for media_type in ("application/json", "text/plain", None):
            headers = {"Content-Type": media_type}
            response = make_client(api).post(PATH, content=body, headers=headers)

            response.expect_status(401, 413)


@claim("AS-AUTH-10")
def test_revoked_token_returns_401(
    test_data: dict[str, Any],
    operation_requests: list[OperationRequest],
    api: Client,
    controls: ControlsClient,
) -> None:
    """For every operation, twice; another token stays valid."""
    revoked = api.with_token(test_data["revocable_token"], "Bearer")

    revoke(revoked, controls)

    for _ in range(2):
        expect_everywhere(operation_requests, revoked, 401)
    expect_everywhere(operation_requests, api.with_token(revoked.token, "bearer"), 401)
    expect_nowhere(reads(operation_requests), api, 401, 403)


@claim("AS-AUTH-10", needs=("control:clock",))
def test_revoked_token_stays_revoked(
    test_data: dict[str, Any],
    operation_requests: list[OperationRequest],
    api: Client,
    controls: ControlsClient,
) -> None:
    """A day later."""
    revoked = api.with_token(test_data["revocable_token"], "Bearer")
    revoke(revoked, controls)

    controls.clock(DAY)

    expect_everywhere(operation_requests, revoked, 401)


def revoke(client: Client, controls: ControlsClient) -> None:
    """Revoke the token of a client; not verified if it does not list tracks before."""
    if client.get(PATH).status != 200:
        not_verified("the revocable token does not list tracks")
    controls.disable("token", client.token)


def expect_same_error(client: Client, method: str, existing: str, nonexistent: str) -> None:
    """Raise ExpectationFailed if an error depends on whether the track of a path exists."""
    first, second, other = (client.request(method, path) for path in (nonexistent, nonexistent, existing))

    if error_texts(first) != error_texts(second):
        not_verified("the text of an error changes from one response to the next")
    expect(error_texts(other), error_texts(first), "texts of the error", other)


def error_texts(response: Response) -> list[str]:
    """Return the texts of a 401 without the id in the path of the request; of a HEAD only the status."""
    if response.exchange.request.method == "HEAD":
        return [str(response.status)]
    track_id = response.exchange.request.path.rpartition("/")[2]
    error = response.expect_status(401).object
    return [str(error.get(name)).replace(track_id, "ID") for name in ("message", "error")]


def expect_challenges(responses: Iterable[Response]) -> None:
    """Raise ExpectationFailed unless each 401 among the responses names the Bearer scheme."""
    for response in at_least_one((one for one in responses if one.status == 401), "no response is 401"):
        challenge = response.headers.get("www-authenticate", "")
        expect_in("bearer", schemes(challenge), "the schemes of WWW-Authenticate", response)
