"""Authentication (https://api-docs.audiosocket.com, "Authentication")."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.apis.audiosocket.nonexistent_ids import INVALID_IDS
from tuningfork.apis.audiosocket.tracks import PATH, TrackClient, expect_track, track_path
from tuningfork.checks.www_authenticate import schemes
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import JsonObject, Response
from tuningfork.testing.operation_requests import OperationRequest, expect_everywhere, expect_nowhere

from .support.invalid_tokens import MALFORMED_HEADERS, OTHER_SCHEMES, similar_tokens
from .support.operation_requests import describe_response, expect_statuses, reads

Fresh = Callable[[str], str]
WriteRequests = Callable[[Any, str], list[OperationRequest]]

SCHEMES = ("bearer", "BEARER", "bEaReR")
PARAMETERS = ("token", "access_token")
JSON = {"Content-Type": "application/json"}
BAD_BODIES = (b"", b"{", b"[]", b'{"title": 7}', b"no JSON at all", b"x" * 100_000)
INTRUDERS: dict[str, Callable[[Client], Client]] = {
    "nobody": lambda api: api.with_authorization(None),
    "an unknown token": lambda api: api.with_token("no-such-token", "Bearer"),
    "a nearly good token": lambda api: api.with_token(f"{api.token}x", "Bearer"),
    "another scheme": lambda api: api.with_authorization(OTHER_SCHEMES["basic"](api.token)),
    "the bare token": lambda api: api.with_authorization(api.token),
}


@claim("AS-AUTH-01")
def test_the_token_is_accepted_for_reading(operation_requests: list[OperationRequest], api: Client) -> None:
    """By the list and by a track, each time it is shown."""
    for _ in range(3):
        expect_nowhere(reads(operation_requests), api.with_token(api.token, "Bearer"), 401, 403)


@claim("AS-AUTH-01", needs=("write",))
def test_the_token_is_accepted_for_writing(
    write_requests: WriteRequests,
    operation_requests: list[OperationRequest],
    own: JsonObject,
    unique_name: Fresh,
    api: Client,
) -> None:
    """By what creates and by what removes, good requests and wrong ones, the second time too."""
    expect_nowhere([*write_requests(own["id"], unique_name("new")), *operation_requests], api, 401, 403)
    expect_nowhere(write_requests(own["id"], unique_name("newer")), api, 401, 403)


@claim("AS-AUTH-02")
def test_nothing_answers_without_the_header(
    operation_requests: list[OperationRequest], unauthenticated: Client, api: Client
) -> None:
    """No operation, not even just after it has answered the token."""
    expect_everywhere(operation_requests, unauthenticated, 401)

    for probe in operation_requests:
        if probe.only_reads:
            probe.send(api)
        expect_everywhere([probe, probe], unauthenticated, 401)


@claim("AS-AUTH-02")
def test_a_head_tells_nothing_without_the_header(
    operation_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    """HEAD is refused like GET, if it is known."""
    for probe in reads(operation_requests):
        answer = unauthenticated.head(probe.path)
        assert answer.status >= 400, (
            f"expected no success without the header, found {describe_response(answer)}"
        )


@claim("AS-AUTH-02")
def test_a_cookie_is_no_header(operation_requests: list[OperationRequest], api: Client) -> None:
    """Whatever cookies came with good answers."""
    expect_everywhere(reads(operation_requests), api, *range(200, 600))
    later = api.with_authorization(None)
    later.session.cookies.update(api.session.cookies)

    expect_everywhere(operation_requests, later, 401)


@claim("AS-AUTH-02", needs=("write",))
def test_good_writing_is_refused_without_the_header(
    write_requests: WriteRequests, own: JsonObject, api: Client, unique_name: Fresh
) -> None:
    """What creates, and what removes a track that is there."""
    expect_everywhere(write_requests(own["id"], unique_name("nobody's")), api.with_authorization(None), 401)


@claim("AS-AUTH-03")
def test_an_unknown_token_opens_nothing(operation_requests: list[OperationRequest], api: Client) -> None:
    """On no operation, however near it is to a good one."""
    for token in similar_tokens(api.token):
        expect_everywhere(operation_requests, api.with_token(token, "Bearer"), 401)


@claim("AS-AUTH-03", needs=("write",))
def test_an_unknown_token_writes_nothing(
    write_requests: WriteRequests, own: JsonObject, api: Client, unique_name: Fresh
) -> None:
    """Neither creates nor removes, by a request that is good otherwise."""
    for token in similar_tokens(api.token):
        expect_everywhere(
            write_requests(own["id"], unique_name("unknown")), api.with_token(token, "Bearer"), 401
        )


@claim("AS-AUTH-04")
@pytest.mark.parametrize("way", OTHER_SCHEMES)
def test_another_scheme_opens_nothing(
    way: str, operation_requests: list[OperationRequest], api: Client
) -> None:
    """On no operation, though the token in it is good."""
    expect_everywhere(operation_requests, api.with_authorization(OTHER_SCHEMES[way](api.token)), 401)


@claim("AS-AUTH-04")
@pytest.mark.parametrize("way", MALFORMED_HEADERS)
def test_a_broken_header_opens_nothing(
    way: str, operation_requests: list[OperationRequest], api: Client
) -> None:
    """It is 401; or 400, as RFC 6750 3.1 has it for what is malformed."""
    expect_everywhere(operation_requests, api.with_authorization(MALFORMED_HEADERS[way](api.token)), 401, 400)


@claim("AS-AUTH-04", needs=("write",))
def test_another_scheme_writes_nothing(
    write_requests: WriteRequests, own: JsonObject, api: Client, unique_name: Fresh
) -> None:
    """In no way, by a request that is good otherwise."""
    for way in OTHER_SCHEMES.values():
        expect_everywhere(
            write_requests(own["id"], unique_name("strange")), api.with_authorization(way(api.token)), 401
        )


@claim("AS-AUTH-05")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_scheme_is_read_in_any_case(
    scheme: str, operation_requests: list[OperationRequest], api: Client
) -> None:
    """By everything that reads."""
    expect_nowhere(reads(operation_requests), api.with_token(api.token, scheme), 401, 403)


@claim("AS-AUTH-05", needs=("write",))
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_scheme_is_read_in_any_case_for_writing(
    scheme: str, write_requests: WriteRequests, own: JsonObject, api: Client, unique_name: Fresh
) -> None:
    """By what creates and by what removes."""
    expect_nowhere(
        write_requests(own["id"], unique_name("scheme")), api.with_token(api.token, scheme), 401, 403
    )


@claim("AS-AUTH-06")
def test_a_refusal_says_what_is_wanted(
    operation_requests: list[OperationRequest], unauthenticated: Client, api: Client
) -> None:
    """Every operation, where there is no header, an unknown token, another scheme, a token in the query."""
    askers = (unauthenticated, api.with_token("no-such-token", "Bearer"), *strangers(api))

    for asker in askers:
        challenged(probe.send(asker) for probe in operation_requests)
    challenged(
        probe.send(unauthenticated, params={"access_token": api.token}) for probe in operation_requests
    )


@claim("AS-AUTH-06")
def test_a_refusal_of_what_is_not_there_says_what_is_wanted(unauthenticated: Client) -> None:
    """Whatever the id is, and whatever the body."""
    challenged(unauthenticated.get(f"{PATH}/{odd}") for odd in INVALID_IDS)
    challenged(unauthenticated.post(PATH, content=body, headers=JSON) for body in BAD_BODIES)


@claim("AS-AUTH-07")
@pytest.mark.parametrize("name", PARAMETERS)
def test_the_query_opens_nothing(name: str, operation_requests: list[OperationRequest], api: Client) -> None:
    """With a good token in it; with an unknown one in the header besides, too."""
    query = {name: api.token}

    expect_everywhere(operation_requests, api.with_authorization(None), 401, params=query)
    expect_everywhere(operation_requests, api.with_token("no-such-token", "Bearer"), 401, params=query)


@claim("AS-AUTH-07")
@pytest.mark.parametrize("name", PARAMETERS)
def test_a_form_opens_nothing(name: str, operation_requests: list[OperationRequest], api: Client) -> None:
    """With a good token in it, on every operation; with an unknown one in the header besides, too."""
    for asker in (api.with_authorization(None), api.with_token("no-such-token", "Bearer")):
        expect_everywhere(operation_requests, asker, 401, form={name: api.token}, json=None)


@claim("AS-AUTH-02")
@pytest.mark.parametrize("name", PARAMETERS)
def test_json_is_no_header(
    name: str, operation_requests: list[OperationRequest], unauthenticated: Client, api: Client
) -> None:
    """Whatever token is in it."""
    expect_everywhere(operation_requests, unauthenticated, 401, json={name: api.token})


@claim("AS-AUTH-07", needs=("write",))
@pytest.mark.parametrize("name", PARAMETERS)
def test_no_parameter_writes_anything(
    name: str, tracks: TrackClient, write_requests: WriteRequests, own: JsonObject, unique_name: Fresh
) -> None:
    """Neither in the query of a good request nor in a form with a title."""
    stranger, token = tracks.client.with_authorization(None), tracks.client.token
    good = write_requests(own["id"], unique_name("query"))

    expect_everywhere(good, stranger, 401, params={name: token})
    expect_everywhere(good, stranger, 401, form={name: token, **tracks.body(unique_name("form"))}, json=None)
    expect_track(tracks.read(own["id"]), own["id"])


@claim("AS-AUTH-08")
@pytest.mark.parametrize("who", INTRUDERS)
def test_an_unauthenticated_write_changes_nothing(
    who: str, tracks: TrackClient, write_requests: WriteRequests, own: JsonObject, unique_name: Fresh
) -> None:
    """The list has no track more, and the one to be removed is there as it was."""
    intruder = INTRUDERS[who](tracks.client)
    before, title = expect_track(tracks.read(own["id"]), own["id"]), unique_name("intruder")

    with tracks.expect_unchanged(unique_name):
        for probe in write_requests(own["id"], title):
            probe.send(intruder)

    status = tracks.create(title).status
    assert status != 409, "expected the refused title to be free, found a conflict"
    after = expect_track(tracks.read(own["id"]), own["id"])
    assert after == before, f"expected the track as it was, {before}; found {after}"


@claim("AS-AUTH-08")
@pytest.mark.parametrize("name", PARAMETERS)
def test_a_token_in_the_query_changes_nothing(
    name: str, tracks: TrackClient, write_requests: WriteRequests, own: JsonObject, unique_name: Fresh
) -> None:
    """Nor does one in a form."""
    stranger = tracks.client.with_authorization(None)

    with tracks.expect_unchanged(unique_name):
        for probe in write_requests(own["id"], unique_name("query")):
            probe.send(stranger, params={name: tracks.client.token})
        form = {name: tracks.client.token, **tracks.body(unique_name("form"))}
        stranger.post(PATH, form=form)

    expect_track(tracks.read(own["id"]), own["id"])


@claim("AS-AUTH-09")
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_exists_is_not_told(
    method: str, operation_requests: list[OperationRequest], unauthenticated: Client, api: Client
) -> None:
    """401 for an id that is nobody's and for one that can be none, with an unknown token as well."""
    paths = [operation_requests[-1].path, *(f"{PATH}/{odd}" for odd in INVALID_IDS)]

    for asker in (unauthenticated, api.with_token("no-such-token", "Bearer"), *strangers(api)):
        expect_statuses((asker.request(method, path) for path in paths), (401,))


@claim("AS-AUTH-09", needs=("write",))
@pytest.mark.parametrize("who", INTRUDERS)
def test_a_conflict_is_not_told(who: str, tracks: TrackClient, unique_name: Fresh) -> None:
    """What would be a duplicate is refused for its sender, 401 and not 409; so is what could be removed."""
    title = unique_name("known")
    track = tracks.create_or_skip(title)["id"]
    intruder = INTRUDERS[who](tracks.client)

    intruder.post(PATH, json=tracks.body(title)).expect_status(401)
    intruder.delete(track_path(track)).expect_status(401)


@claim("AS-AUTH-09")
def test_a_track_that_exists_is_refused_in_the_same_words(
    operation_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    """Its id apart, the answer is that for a track that does not."""
    there, nobody = operation_requests[1].path, operation_requests[-1].path

    first, again, other = (words(unauthenticated.get(path)) for path in (nobody, nobody, there))

    if first != again:
        not_verified("each refusal has something of its own in its words")
    assert other == first, f"expected the same words, {first}; found {other}"


@claim("AS-AUTH-09")
@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_a_wrong_body_is_refused_for_its_sender(body: bytes, unauthenticated: Client, api: Client) -> None:
    """401, not 400, whatever its media type."""
    for asker in (unauthenticated, api.with_token("no-such-token", "Bearer"), *strangers(api)):
        answers = [
            asker.post(PATH, content=body, headers={"Content-Type": kind})
            for kind in ("application/json", "text/plain", None)
        ]
        expect_statuses(answers, (401, 413))  # HTTP may refuse a long body before anybody asks who sends it


@claim("AS-AUTH-10")
def test_a_revoked_token_is_refused(
    test_data: dict[str, Any],
    operation_requests: list[OperationRequest],
    api: Client,
    controls: ControlsClient,
) -> None:
    """By every operation, the second time too; another token goes on."""
    token = test_data["revocable_token"]
    revoked = api.with_token(token, "Bearer")
    if revoked.get(PATH).status != 200:
        not_verified("the token to be revoked lists no tracks before")

    controls.disable("token", token)

    for _ in range(2):
        expect_everywhere(operation_requests, revoked, 401)
    expect_everywhere(operation_requests, api.with_token(token, "bearer"), 401)
    expect_nowhere(reads(operation_requests), api, 401, 403)


def strangers(api: Client) -> list[Client]:
    """Clients with a good token in headers that are not good."""
    return [api.with_authorization(OTHER_SCHEMES[way](api.token)) for way in ("basic", "bare", "empty")]


def words(answer: Response) -> list[Any]:
    """What a refusal says, without the path that was probed for."""
    place = answer.exchange.request.path.rpartition("/")[2]
    said = answer.expect_status(401).object
    return [str(said.get(name)).replace(place, "ID") for name in ("message", "error")]


def challenged(answers: Iterable[Response]) -> None:
    """Each 401 among the answers names the Bearer scheme."""
    refused = [answer for answer in answers if answer.status == 401]
    if not refused:
        not_verified("nothing is answered 401")
    silent = [
        answer for answer in refused if "bearer" not in schemes(answer.headers.get("www-authenticate", ""))
    ]
    if silent:
        raise ExpectationFailed(
            "WWW-Authenticate with the Bearer scheme", ", ".join(map(describe_response, silent[:8]))
        )
