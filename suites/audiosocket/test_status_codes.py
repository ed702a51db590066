"""HTTP Status Codes (https://api-docs.audiosocket.com, "HTTP Status Codes")."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.audiosocket.checks import DOCUMENTED, HTTP_LAYER_STATUSES
from tuningfork.apis.audiosocket.nonexistent_ids import (
    INVALID_IDS,
    malformed_paths,
    unused_id,
    unused_id_statuses,
)
from tuningfork.apis.audiosocket.tracks import PATH, TrackClient, expect_track, read_track, sample, track_path
from tuningfork.checks import information_disclosure
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.expect import (
    expect,
    expect_no,
    expect_not_in,
    expect_once,
    expect_properties,
    expect_true,
)
from tuningfork.testing.listings import (
    at_least_one,
    expect_missing_unlisted,
    ids,
    wait_until_listed,
    wait_until_listed_or_skip,
    wait_until_unlisted,
)
from tuningfork.testing.operation_requests import OperationRequest, expect_everywhere

from .support.invalid_bodies import WRONG_MEDIA_TYPES, invalid_json_bodies, post_track
from .support.operation_requests import reads
from .support.optional_fields import (
    EXAMPLE_VALUES,
    observed_values,
    values_to_send,
    with_other_values,
    wrong_values,
)

UniqueName = Callable[[str], str]
WriteRequests = Callable[[Any, str], list[OperationRequest]]

DAY = 86_400
UNUSUAL_METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "FROB")
HEADERS = (
    {"Accept": "*/*"},
    {"Accept": "application/xml"},
    {"Accept": "text/html, image/*;q=0.5"},
    {"Accept-Encoding": "identity;q=0"},
    {"If-None-Match": "*"},
    {"If-Match": '"nothing"'},
    {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    {"If-Unmodified-Since": "Fri, 01 Jan 1999 00:00:00 GMT"},
    {"Content-Encoding": "x-nothing"},
    {"X-HTTP-Method-Override": "PATCH"},
    {"Range": "bytes=0-0"},
    {"Prefer": "respond-async"},
)
QUERIES = ("page=0", "limit=-1", "limit=x", "sort=nothing", "id=1&id=2", "q=%F0%9F%8E%B5", "x" * 2000)
METHOD_OVERRIDES: tuple[dict[str, Any], ...] = (
    {"params": {"_method": "DELETE", "method": "delete"}},
    {"headers": {"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE"}},
)


@claim("AS-CODE-01")
@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "text/html, application/json;q=0.5"])
def test_list_returns_200(api: Client, accept: str | None) -> None:
    api.get(PATH, headers={"Accept": accept}).expect_ok()


@claim("AS-CODE-01", needs=("write",))
def test_list_returns_200_after_a_deletion(tracks: TrackClient, own_track: JsonObject) -> None:
    tracks.client.get(PATH).expect_ok()
    tracks.delete(own_track["id"])

    tracks.client.get(PATH).expect_ok()


@claim("AS-CODE-01", needs=("write",))
def test_new_track_replaces_no_other_in_the_list(tracks: TrackClient, unique_name: UniqueName) -> None:
    before = set(ids(tracks.list_when_settled(unique_name("first"))))

    after = tracks.list_when_settled(unique_name("second"))

    expect(before - set(ids(after)), set(), "ids that disappeared", after)


@claim("AS-CODE-02")
def test_listed_track_returns_200(tracks: TrackClient) -> None:
    """A listed track that returns 404 was deleted meanwhile: then the list loses it."""
    for track in sample(tracks.list_all()):
        response = tracks.read(track["id"])

        if response.status == 404:
            expect_missing_unlisted(response, tracks.client, PATH, track["id"])
        else:
            expect_track(response, track["id"])


@claim("AS-CODE-02", needs=("write",))
def test_created_track_returns_200(tracks: TrackClient, unique_name: UniqueName) -> None:
    """Immediately, and a second time."""
    track_ids = [tracks.create_or_skip(unique_name(f"song {number}"))["id"] for number in range(3)]

    for track_id in [*track_ids, *reversed(track_ids)]:
        expect_track(tracks.read(track_id), track_id)


@claim("AS-CODE-03")
def test_creation_returns_201(tracks: TrackClient, unique_name: UniqueName) -> None:
    """Each track has its own id and the title that was sent."""
    titles = [unique_name("song") for _ in range(4)]

    responses = [tracks.create(title) for title in titles]

    track_ids = [read_track(response.expect_created())["id"] for response in responses]
    expect(len(set(track_ids)), len(titles), "number of ids")
    for title, track_id in zip(titles, track_ids, strict=True):
        track = expect_track(tracks.read(track_id), track_id)
        expect_properties(track, **{tracks.title_property: title})


@claim("AS-CODE-03")
@pytest.mark.parametrize("choose_values", [dict, with_other_values])
def test_created_track_has_all_sent_properties(
    tracks: TrackClient, unique_name: UniqueName, choose_values: Callable[..., Any]
) -> None:
    """The optional properties of listed tracks, with the values of a listed track and with others."""
    properties = choose_values(observed_values(tracks.list_all()))

    response = tracks.create(unique_name("whole"), **properties)

    if not properties or response.status == 400:
        not_verified("the target accepts no property but the title")
    track_id = read_track(response.expect_created())["id"]
    expect_properties(expect_track(tracks.read(track_id), track_id), **properties)


@claim("AS-CODE-03")
def test_created_track_has_each_sent_property(tracks: TrackClient, unique_name: UniqueName) -> None:
    """One at a time, 0 and false among the values; the target decides which values it accepts."""
    values = list(values_to_send(tracks.list_all()))
    responses = [(name, value, tracks.create(unique_name(name), **{name: value})) for name, value in values]

    accepted = [one for one in responses if one[2].status != 400]
    for name, value, response in at_least_one(accepted, "the target accepts no property but the title"):
        track_id = read_track(response.expect_created())["id"]
        expect_properties(expect_track(tracks.read(track_id), track_id), **{name: value})


@claim("AS-CODE-03")
def test_title_of_a_deleted_track_can_be_used_again(tracks: TrackClient, unique_name: UniqueName) -> None:
    title = unique_name("again")
    tracks.delete(tracks.create_or_skip(title)["id"]).expect_status(204)

    response = tracks.create(title)

    track_id = read_track(response.expect_created())["id"]
    expect_properties(expect_track(tracks.read(track_id), track_id), **{tracks.title_property: title})


@claim("AS-CODE-04")
def test_deletion_returns_204(tracks: TrackClient, unique_name: UniqueName) -> None:
    """Then the track returns 404 and is not listed; other tracks are unchanged."""
    first, deleted, third = (tracks.create_or_skip(unique_name("song"))["id"] for _ in range(3))
    expect_track(tracks.read(deleted), deleted)

    tracks.delete(deleted).expect_status(204)

    for _ in range(2):
        tracks.read(deleted).expect_status(404)
        tracks.delete(deleted).expect_status(404)
    wait_until_unlisted(tracks.client, PATH, deleted)
    for other in (first, third):
        expect_track(tracks.read(other), other)
        wait_until_listed(tracks.client, PATH, other)


@claim("AS-CODE-04")
def test_only_the_deleted_track_disappears(
    tracks: TrackClient, own_track: JsonObject, unique_name: UniqueName
) -> None:
    """It does not appear again when another track is created, which may get its id."""
    before = tracks.titles(wait_until_listed(tracks.client, PATH, own_track["id"]))
    own = {pair for pair in before if pair[0] == own_track["id"]}

    tracks.delete(own_track["id"]).expect_status(204)

    after = tracks.list_when_settled(unique_name("later"))
    expect(before - tracks.titles(after), own, "tracks that disappeared", after)
    is_used_again = own_track["id"] in ids(after)
    tracks.read(own_track["id"]).expect_status(200 if is_used_again else 404)


@claim("AS-CODE-04", needs=("given:read_only_token",))
def test_deleted_track_is_in_no_list_of_another_token(
    test_data: dict[str, Any], tracks: TrackClient, own_track: JsonObject
) -> None:
    """Of the same account."""
    reader = tracks.client.with_token(test_data["read_only_token"], "Bearer")
    wait_until_listed_or_skip(reader, PATH, own_track["id"])

    tracks.delete(own_track["id"]).expect_status(204)

    wait_until_unlisted(reader, PATH, own_track["id"])


@claim("AS-CODE-05")
def test_invalid_body_returns_400(tracks: TrackClient, unique_name: UniqueName) -> None:
    """A title that is missing or not a string, malformed JSON, an empty body; nothing is created."""
    with tracks.expect_unchanged(unique_name):
        responses = [post_track(tracks.client, body) for body in invalid_json_bodies(tracks.title_property)]

    for response in responses:
        response.expect_status(400)


@claim("AS-CODE-05")
def test_body_of_another_media_type_returns_400_or_415(tracks: TrackClient, unique_name: UniqueName) -> None:
    """Or without a Content-Type; nothing is created."""
    with tracks.expect_unchanged(unique_name):
        responses = [post_track(tracks.client, body, media_type) for media_type, body in WRONG_MEDIA_TYPES]
        responses.append(tracks.client.post(PATH))

    for response in responses:
        response.expect_status(400, 415)


@claim("AS-CODE-05")
def test_property_of_a_wrong_type_returns_400(tracks: TrackClient, unique_name: UniqueName) -> None:
    """Of the optional properties that the target accepts; nothing is created."""
    accepted = accepted_properties(tracks, unique_name)

    with tracks.expect_unchanged(unique_name):
        responses = [
            tracks.create(unique_name("wrong"), **{name: value})
            for name in accepted
            for value in wrong_values(name)
        ]

    for response in at_least_one(responses, "no property has a wrong value"):
        response.expect_status(400)


@claim("AS-CODE-06")
def test_nonexistent_id_returns_404(tracks: TrackClient) -> None:
    """Twice; a string may be malformed and return 400."""
    unused = unused_id(ids(tracks.list_all()))
    tracks.client.mark_unused(unused)

    for _ in range(2):
        tracks.read(unused).expect_status(*unused_id_statuses(unused))


@claim("AS-CODE-06")
def test_malformed_id_returns_404_or_400(tracks: TrackClient) -> None:
    """Among them an existing id with trailing letters."""
    for path in at_least_one(malformed_paths(ids(tracks.list_all())), "every malformed id exists"):
        tracks.client.get(path).expect_status(404, 400)


@claim("AS-CODE-06", needs=("write",))
def test_deletion_of_a_nonexistent_id_returns_404(tracks: TrackClient, unique_name: UniqueName) -> None:
    """A malformed id may return 400; nothing is deleted."""
    unused = unused_id(ids(tracks.list_all()))
    tracks.client.mark_unused(unused)

    with tracks.expect_unchanged(unique_name):
        for _ in range(2):
            tracks.delete(unused).expect_status(*unused_id_statuses(unused))
        for invalid in INVALID_IDS:
            tracks.client.delete(f"{PATH}/{invalid}").expect_status(404, 400)


@claim("AS-CODE-07")
def test_repeated_body_returns_409(tracks: TrackClient, unique_name: UniqueName) -> None:
    """Three times; the list has the track once, unchanged."""
    title = unique_name("single")
    body = json.dumps(tracks.body(title)).encode()
    track_id = read_track(post_track(tracks.client, body).expect_created())["id"]
    before = expect_track(tracks.read(track_id), track_id)

    for _ in range(3):
        post_track(tracks.client, body).expect_status(409)

    expect_listed_once(tracks, title, unique_name)
    expect(expect_track(tracks.read(track_id), track_id), before, "track")


@claim("AS-CODE-07")
def test_body_of_an_older_track_returns_409(tracks: TrackClient, unique_name: UniqueName) -> None:
    """After other tracks were created; also with characters beyond ASCII."""
    titles = [unique_name("one"), unique_name('"Café" 🎵 ñ'), unique_name("three")]
    bodies = [json.dumps(tracks.body(title), ensure_ascii=False).encode() for title in titles]
    for body in bodies:
        post_track(tracks.client, body).expect_created()
    for number in range(12):
        tracks.create_or_skip(unique_name(f"meanwhile {number}"))

    for body in bodies:
        post_track(tracks.client, body).expect_status(409)

    for title in titles:
        expect_listed_once(tracks, title, unique_name)


@claim("AS-CODE-07", needs=("control:clock",))
def test_body_of_an_old_track_returns_409(
    tracks: TrackClient, unique_name: UniqueName, controls: ControlsClient
) -> None:
    """A day later."""
    body = json.dumps(tracks.body(unique_name("old"))).encode()
    post_track(tracks.client, body).expect_created()

    controls.clock(DAY)

    response = post_track(tracks.client, body)
    if response.status == 401:
        not_verified("the token has expired")
    response.expect_status(409)


@claim("AS-CODE-07")
def test_repeated_long_body_returns_409(tracks: TrackClient, unique_name: UniqueName) -> None:
    """A long title, or all optional properties, as far as the target accepts them."""
    properties = observed_values(tracks.list_all())
    titles = {unique_name("long").ljust(200, "x"): {}, unique_name("whole"): properties}
    bodies = {title: json.dumps(tracks.body(title, **more)).encode() for title, more in titles.items()}
    created = [title for title, body in bodies.items() if post_track(tracks.client, body).status == 201]

    for title in at_least_one(created, "the target accepts neither a long title nor another property"):
        post_track(tracks.client, bodies[title]).expect_status(409)
        expect_listed_once(tracks, title, unique_name)


@claim("AS-CODE-08")
def test_write_with_a_read_only_token_returns_403(
    test_data: dict[str, Any], operation_requests: list[OperationRequest], api: Client
) -> None:
    """An invalid write; if it returns 400 or 404, the target checks the request before the permission."""
    reader = api.with_token(test_data["read_only_token"], "Bearer")

    responses = [request.send(reader) for request in operation_requests if not request.only_reads]

    if any(response.status in (400, 404) for response in responses):
        not_verified("the target checks the request before the permission")
    for response in at_least_one(responses, "no operation writes"):
        response.expect_status(403)


@claim("AS-CODE-08", needs=("write",))
def test_write_with_a_read_only_token_changes_nothing(
    test_data: dict[str, Any], tracks: TrackClient, own_track: JsonObject, unique_name: UniqueName
) -> None:
    """The token may be of another account: then a track of this account may return 404.

    The title that was refused can still be used.
    """
    reader = TrackClient(tracks.client.with_token(test_data["read_only_token"], "Bearer"))
    readable = [track for track in ids(reader.list_all())[:3] if reader.read(track).status == 200]
    before = expect_track(tracks.read(own_track["id"]), own_track["id"])
    can_read_own = reader.read(own_track["id"]).status == 200
    title = unique_name("refused")

    with tracks.expect_unchanged(unique_name):
        for _ in range(2):
            reader.create(title).expect_status(403)
            for track in readable:
                reader.delete(track).expect_status(403)
        reader.delete(own_track["id"]).expect_status(403, *(() if can_read_own else (404,)))

    expect(expect_track(tracks.read(own_track["id"]), own_track["id"]), before, "track")
    expect([reader.read(track).status for track in readable], [200] * len(readable), "statuses of reads")
    response = tracks.create(title)
    expect_true(response.status != 409, "no conflict", "409", response)


@claim("AS-CODE-09")
def test_unexpected_error_returns_500_without_internals(
    operation_requests: list[OperationRequest], api: Client, controls: ControlsClient
) -> None:
    """For every operation; the body contains neither a trace nor a path."""
    for request in operation_requests:
        controls.outage(500)
        response = request.send(api)

        expect_error(response, 500, "Internal Server Error")
        internals = information_disclosure.find_internals(response.text)
        expect(internals, None, "internals in the body", response)
        expect_not_in(PATH, response.text, "the body", response)

    for request in reads(operation_requests):
        request.send(api).expect_status(200, 404)


@claim("AS-CODE-10")
def test_maintenance_returns_503(
    operation_requests: list[OperationRequest], api: Client, unauthenticated: Client, controls: ControlsClient
) -> None:
    """For every operation, with a token and without."""
    for client in (api, unauthenticated):
        controls.outage(503, len(operation_requests))
        for request in operation_requests:
            expect_error(request.send(client), 503, "Service Unavailable")


@claim("AS-CODE-10")
def test_maintenance_ends(
    operation_requests: list[OperationRequest], tracks: TrackClient, controls: ControlsClient
) -> None:
    """Afterwards every read returns its status from before."""
    before = [request.send(tracks.client).status for request in reads(operation_requests)]
    controls.outage(503, 3)

    responses = [tracks.client.get(PATH) for _ in range(4)]
    after = [request.send(tracks.client) for request in reads(operation_requests)]

    for response, status in zip(responses, (503, 503, 503, 200), strict=True):
        response.expect_status(status)
    for response, status in zip(after, before, strict=True):
        expect(response.status, status, "status after the maintenance", response)
        expect_true(response.status != 503, "no 503 after the maintenance", "503", response)


@claim("AS-CODE-10", needs=("write",))
def test_maintenance_changes_nothing(
    tracks: TrackClient,
    write_requests: WriteRequests,
    own_track: JsonObject,
    unique_name: UniqueName,
    controls: ControlsClient,
) -> None:
    """A write returns 503 and has no effect; afterwards it succeeds."""
    requests = write_requests(own_track["id"], unique_name("refused"))

    with tracks.expect_unchanged(unique_name):
        controls.outage(503, len(requests))
        expect_everywhere(requests, tracks.client, 503)
        created = read_track(tracks.create(unique_name("later")).expect_created())["id"]
        tracks.delete(created).expect_status(204)

    expect_everywhere(requests, tracks.client, 201, 204)


@claim("AS-CODE-11")
def test_read_returns_a_documented_status(
    operation_requests: list[OperationRequest], api: Client, unauthenticated: Client
) -> None:
    """With any method, query and header; with a token and without."""
    responses = [api.get(f"{PATH}/{invalid}") for invalid in INVALID_IDS]
    for request in operation_requests:
        method, path, arguments = request.operation.method, request.path, request.arguments
        allowed = [one for one in HEADERS if not api.is_forbidden(method, path, headers=one, **arguments)]
        responses += [request.send(unauthenticated, headers=headers) for headers in allowed]
        if request.only_reads:
            methods = [each for each in UNUSUAL_METHODS if not api.is_forbidden(each, path)]
            responses += [request.send(api, headers=headers) for headers in allowed]
            responses += [api.get(f"{path}?{query}") for query in QUERIES]
            responses += [unauthenticated.request(each, path) for each in methods]
            responses += [api.request(each, path) for each in methods if each in ("HEAD", "OPTIONS")]

    expect_documented(responses)


@claim("AS-CODE-11", needs=("write",))
def test_write_returns_a_documented_status(
    tracks: TrackClient, own_track: JsonObject, unique_name: UniqueName
) -> None:
    """Valid and invalid creations and deletions, and repeated ones."""
    client, title, path = tracks.client, unique_name("twice"), track_path(own_track["id"])
    wrong = ({"length": "x"}, {"explicit": 7}, {"genres": 1})

    responses = [tracks.create(each) for each in (title, title, unique_name("long").ljust(3000, "x"))]
    responses += [tracks.create(title, **properties) for properties in wrong]
    responses += [post_track(client, body) for body in invalid_json_bodies(tracks.title_property)]
    responses += [post_track(client, body, media_type) for media_type, body in WRONG_MEDIA_TYPES]
    for headers in HEADERS:
        responses.append(client.post(PATH, json=tracks.body(unique_name("header")), headers=headers))
    responses += [client.delete(f"{PATH}/{invalid}") for invalid in INVALID_IDS]
    responses += [client.request(method, each) for method in UNUSUAL_METHODS for each in (PATH, path)]
    responses += [client.delete(path, headers=headers) for headers in HEADERS]

    expect_documented(responses)


@claim("AS-CODE-12")
def test_get_changes_nothing(tracks: TrackClient) -> None:
    """The list and its tracks are the same when they are read twice."""
    tracks.client.eventually(lambda: expect_same_list_twice(tracks))

    for track in sample(tracks.list_all(), 10):
        first, second = (tracks.read(track["id"]) for _ in range(2))
        expect(second.status, first.status, "status", second)
        expect(second.object.get("data"), first.object.get("data"), "data", second)


@claim("AS-CODE-12", needs=("write",))
def test_get_of_an_own_track_changes_nothing(
    tracks: TrackClient, own_track: JsonObject, unique_name: UniqueName
) -> None:
    """Even if its query, a header or its body requests a change."""
    before = expect_track(tracks.read(own_track["id"]), own_track["id"])
    path, body = track_path(own_track["id"]), tracks.body(unique_name("other"))

    with tracks.expect_unchanged(unique_name):
        for _ in range(2):
            tracks.client.get(path)
            tracks.client.head(path)
        for override in METHOD_OVERRIDES:
            tracks.client.get(path, **override)
        tracks.client.get(path, json=body)
        tracks.client.get(PATH, json=body)

    expect(expect_track(tracks.read(own_track["id"]), own_track["id"]), before, "track")


@claim("AS-CODE-13")
@pytest.mark.live("concurrent requests")
@pytest.mark.parametrize("time", range(4))
def test_one_of_two_concurrent_creations_returns_201(
    tracks: TrackClient, unique_name: UniqueName, time: int
) -> None:
    """The other one returns 409, and the list has the track once."""
    title = unique_name("concurrent")
    body = json.dumps(tracks.body(title)).encode()

    responses = send_concurrently(tracks.client, 2, lambda client: post_track(client, body))

    expect(sorted(response.status for response in responses), [201, 409], "statuses", responses[0])
    expect_listed_once(tracks, title, unique_name)


def accepted_properties(tracks: TrackClient, unique_name: UniqueName) -> list[str]:
    """Return the optional properties that the target stores as they were sent, at least one."""
    accepted = []
    for name, value in {**EXAMPLE_VALUES, **observed_values(tracks.list_all())}.items():
        response = tracks.create(unique_name(name), **{name: value})
        if response.status == 201 and read_track(tracks.read(read_track(response)["id"])).get(name) == value:
            accepted.append(name)
    return at_least_one(accepted, "the target accepts no property but the title")


def expect_listed_once(tracks: TrackClient, title: str, unique_name: UniqueName) -> None:
    """Raise ExpectationFailed unless the list contains a title exactly once."""
    listed = tracks.list_when_settled(unique_name("marker"))
    expect_once(title, [track.get(tracks.title_property) for track in listed], "titles", listed)


def expect_error(response: Response, status: int, message: str) -> None:
    """Raise ExpectationFailed unless a response is this error, in the envelope of errors."""
    error = response.expect_status(status).object
    expect_properties(error, status=status, message=message)
    is_text = isinstance(error["error"], str) and error["error"] != ""
    expect_true(is_text, "a text as error", to_json(error["error"]), error)


def expect_documented(responses: list[Response]) -> None:
    """Raise ExpectationFailed for a status that neither the documentation nor HTTP itself defines."""
    for response in at_least_one(responses, "no request was sent"):
        response.expect_status(*DOCUMENTED, *HTTP_LAYER_STATUSES)


def expect_same_list_twice(tracks: TrackClient) -> None:
    """Raise ExpectationFailed if two lists, read one after the other, differ in more than their order."""
    first, second = ({track["id"]: track for track in tracks.list_all()} for _ in range(2))
    different = [track for track in first.keys() | second.keys() if first.get(track) != second.get(track)]
    expect_no(different, "tracks that differ between two lists")
