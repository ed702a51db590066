"""HTTP Status Codes (https://api-docs.audiosocket.com, "HTTP Status Codes")."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.apis.audiosocket.nonexistent_ids import INVALID_IDS, unused_id
from tuningfork.apis.audiosocket.tracks import PATH, TrackClient, expect_track, read_track, sample, track_path
from tuningfork.checks import information_disclosure
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import JsonObject, Response
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.expect import expect
from tuningfork.testing.listings import (
    at_least_one,
    expect_missing_unlisted,
    ids,
    wait_until_listed,
    wait_until_unlisted,
)
from tuningfork.testing.operation_requests import OperationRequest, expect_everywhere

from .support.invalid_bodies import WRONG_MEDIA_TYPES, invalid_json_bodies, post_track
from .support.operation_requests import describe_response, expect_statuses, reads
from .support.optional_fields import EXAMPLE_VALUES, observed_values, with_other_values, wrong_values
from .support.optional_fields import values_to_send as known_fields

Fresh = Callable[[str], str]
WriteRequests = Callable[[Any, str], list[OperationRequest]]

DOCUMENTED = (200, 201, 204, 400, 401, 403, 404, 409, 500, 503)
BY_HTTP = (304, 405, 406, *range(411, 418), 431, 501)
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "FROB")
FIELDS = (
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
)
QUERIES = ("page=0", "limit=-1", "limit=x", "sort=nothing", "id=1&id=2", "q=%F0%9F%8E%B5", "x" * 2000)


@claim("AS-CODE-01")
def test_listing_answers_200(api: Client) -> None:
    """Each time, whatever the client accepts besides JSON."""
    for accept in (None, "*/*", "application/json", "text/html, application/json;q=0.5"):
        api.get(PATH, headers={"Accept": accept}).expect_ok()


@claim("AS-CODE-01", needs=("write",))
def test_listing_answers_200_while_things_change(tracks: TrackClient, own: JsonObject) -> None:
    """With a track more and with one less."""
    tracks.client.get(PATH).expect_ok()
    tracks.delete(own["id"])

    tracks.client.get(PATH).expect_ok()


@claim("AS-CODE-02")
def test_a_listed_track_is_read(tracks: TrackClient) -> None:
    """Each of those that the list has: 200, and it is that one."""
    found = sample(tracks.list_all())

    for track in found:
        answer = tracks.read(track["id"])
        if answer.status == 404:  # somebody may have removed it, and then the list will lose it
            expect_missing_unlisted(answer, tracks.client, PATH, track["id"])
        else:
            expect_track(answer, track["id"])


@claim("AS-CODE-02", needs=("write",))
def test_each_new_track_is_read(tracks: TrackClient, unique_name: Fresh) -> None:
    """At once, the second time too, and it is that one."""
    made = [tracks.create_or_skip(unique_name(f"song {number}"))["id"] for number in range(3)]

    for track in [*made, *reversed(made)]:
        expect_track(tracks.read(track), track)


@claim("AS-CODE-03")
def test_creating_answers_201(tracks: TrackClient, unique_name: Fresh) -> None:
    """Each time another track; and reading each gives what was sent, whatever came after it."""
    titles = [unique_name("song") for _ in range(4)]
    made = [(title, read_track(tracks.create(title).expect_created())["id"]) for title in titles]

    assert len({track for _, track in made}) == len(titles), f"expected four tracks, found {made}"
    for title, track in made:
        found = expect_track(tracks.read(track), track)[tracks.title_property]
        assert found == title, f"expected {title!r}, found {found!r}"


@claim("AS-CODE-03")
@pytest.mark.parametrize("chosen", [dict, with_other_values])
def test_creating_keeps_every_field(
    tracks: TrackClient, unique_name: Fresh, chosen: Callable[..., Any]
) -> None:
    """Those of the optional ones that listed tracks show, with values of theirs and with others."""
    fields = chosen(observed_values(tracks.list_all()))
    answer = tracks.create(unique_name("whole"), **fields)
    if not fields or answer.status == 400:
        not_verified("the target takes no field but the title")

    track = read_track(answer.expect_created())["id"]

    found = expect_track(tracks.read(track), track)
    kept = {name: found.get(name) for name in fields}
    assert kept == fields, f"expected {fields}, found {kept}"


@claim("AS-CODE-03")
def test_creating_keeps_each_field(tracks: TrackClient, unique_name: Fresh) -> None:
    """One by one, nought and no too; whether a value is good is the target's to say."""
    fields = known_fields(tracks.list_all())
    answers = [(name, value, tracks.create(unique_name(name), **{name: value})) for name, value in fields]
    taken = [one for one in answers if one[2].status != 400]

    for name, value, answer in at_least_one(taken, "the target takes no field but the title"):
        track = read_track(answer.expect_created())["id"]
        found = expect_track(tracks.read(track), track).get(name)
        assert found == value, f"{name}: expected {value!r}, found {found!r}"


@claim("AS-CODE-03")
def test_what_was_removed_is_created_anew(tracks: TrackClient, unique_name: Fresh) -> None:
    """It does not exist any more, so it is no duplicate."""
    title = unique_name("again")
    tracks.delete(tracks.create_or_skip(title)["id"]).expect_status(204)

    track = read_track(tracks.create(title).expect_created())["id"]

    expect(expect_track(tracks.read(track), track)[tracks.title_property], title, "title")


@claim("AS-CODE-04")
def test_removing_answers_204(tracks: TrackClient, unique_name: Fresh) -> None:
    """Then the track can't be read, nor removed again, and is in no list; the others are there."""
    first, second, third = (tracks.create_or_skip(unique_name("song"))["id"] for _ in range(3))
    expect_track(tracks.read(second), second)

    tracks.delete(second).expect_status(204)

    for _ in range(2):
        tracks.read(second).expect_status(404)
        tracks.delete(second).expect_status(404)
    wait_until_unlisted(tracks.client, PATH, second)
    for left in (first, third):
        expect_track(tracks.read(left), left)
        wait_until_listed(tracks.client, PATH, left)


@claim("AS-CODE-04")
def test_a_removed_track_does_not_come_back(tracks: TrackClient, own: JsonObject, unique_name: Fresh) -> None:
    """Not when another one is created, nor when it is looked for later; and it alone is gone."""
    before = set(ids(wait_until_listed(tracks.client, PATH, own["id"])))
    tracks.delete(own["id"]).expect_status(204)

    later = tracks.list_when_settled(unique_name("later"))

    gone = before - set(ids(later))
    assert gone == {own["id"]}, f"expected {own['id']!r} alone to be gone, found {gone or 'nothing'}"
    tracks.read(own["id"]).expect_status(404)


@claim("AS-CODE-05")
def test_what_is_no_track_is_refused(tracks: TrackClient, unique_name: Fresh) -> None:
    """No title, a title that is no text, no JSON, nothing: 400, and nothing is created."""
    with tracks.expect_unchanged(unique_name):
        answers = [post_track(tracks.client, body) for body in invalid_json_bodies(tracks.title_property)]

    expect_statuses(answers, (400,))


@claim("AS-CODE-05")
def test_what_is_no_json_is_refused(tracks: TrackClient, unique_name: Fresh) -> None:
    """By its Content-Type, or without one: 400 or 415, and nothing is created."""
    with tracks.expect_unchanged(unique_name):
        answers = [post_track(tracks.client, body, kind) for kind, body in WRONG_MEDIA_TYPES]
        answers.append(tracks.client.post(PATH))

    expect_statuses(answers, (400, 415))


@claim("AS-CODE-05")
def test_a_field_of_the_wrong_type_is_refused(tracks: TrackClient, unique_name: Fresh) -> None:
    """Of the optional fields, those that the target takes: 400, and nothing is created."""
    taken = taken_fields(tracks, unique_name)

    with tracks.expect_unchanged(unique_name):
        answers = [
            tracks.create(unique_name("wrong"), **{name: value})
            for name in taken
            for value in wrong_values(name)
        ]

    expect_statuses(answers, (400,))


@claim("AS-CODE-06")
def test_what_does_not_exist_is_not_found(tracks: TrackClient) -> None:
    """404 for an id like the others that nothing has, the second time too."""
    nobody = unused_id(ids(tracks.list_all()))
    tracks.client.mark_unused(nobody)

    for _ in range(2):
        tracks.read(nobody).expect_status(404)


@claim("AS-CODE-06")
def test_what_can_be_no_id_is_not_found(tracks: TrackClient) -> None:
    """404 or 400; an id with a word behind it is another one too."""
    found = ids(tracks.list_all())
    odd = [*(f"{PATH}/{one}" for one in INVALID_IDS), *(track_path(f"{one}abc") for one in found[:1])]

    answers = [tracks.client.get(path) for path in odd if path not in map(track_path, found)]

    expect_statuses(answers, (404, 400))


@claim("AS-CODE-06", needs=("write",))
def test_what_does_not_exist_is_not_removed(tracks: TrackClient, unique_name: Fresh) -> None:
    """404; or 400 where it can't be an id; and every track stays."""
    nobody = unused_id(ids(tracks.list_all()))
    tracks.client.mark_unused(nobody)

    with tracks.expect_unchanged(unique_name):
        expect_statuses((tracks.delete(nobody) for _ in range(2)), (404,))
        expect_statuses((tracks.client.delete(f"{PATH}/{odd}") for odd in INVALID_IDS), (404, 400))


@claim("AS-CODE-07")
def test_the_same_body_is_a_duplicate(tracks: TrackClient, unique_name: Fresh) -> None:
    """409, as often as it comes; the list has the track once, and it is the first one."""
    title = unique_name("single")
    body = json.dumps(tracks.body(title)).encode()
    first = read_track(post_track(tracks.client, body).expect_created())["id"]
    before = expect_track(tracks.read(first), first)

    for _ in range(3):
        post_track(tracks.client, body).expect_status(409)

    once(tracks, title, unique_name)
    expect(expect_track(tracks.read(first), first), before, "track")


@claim("AS-CODE-07")
def test_an_older_track_is_no_less_a_duplicate(tracks: TrackClient, unique_name: Fresh) -> None:
    """Not only the newest one is compared, and odd letters make no difference."""
    titles = [unique_name("one"), unique_name('"Café" 🎵 ñ'), unique_name("three")]
    bodies = [json.dumps(tracks.body(title), ensure_ascii=False).encode() for title in titles]
    for body in bodies:
        post_track(tracks.client, body).expect_created()
    for number in range(12):
        tracks.create_or_skip(unique_name(f"meanwhile {number}"))

    expect_statuses([post_track(tracks.client, body) for body in bodies], (409,))

    for title in titles:
        once(tracks, title, unique_name)


@claim("AS-CODE-07")
def test_a_long_body_is_a_duplicate_too(tracks: TrackClient, unique_name: Fresh) -> None:
    """By its title, or by what it says besides, as far as the target takes that."""
    fields = observed_values(tracks.list_all())
    titles = {unique_name("long").ljust(200, "x"): {}, unique_name("whole"): fields}
    bodies = {title: json.dumps(tracks.body(title, **more)).encode() for title, more in titles.items()}
    made = [title for title, body in bodies.items() if post_track(tracks.client, body).status == 201]

    for title in at_least_one(made, "the target takes no long title, and no field but the title"):
        post_track(tracks.client, bodies[title]).expect_status(409)
        once(tracks, title, unique_name)


@claim("AS-CODE-08")
def test_a_token_that_may_not_write_is_refused(
    test_data: dict[str, Any], operation_requests: list[OperationRequest], api: Client
) -> None:
    """403 even where there is nothing to write; a refusal for that reason says nothing here."""
    reader = api.with_token(test_data["read_only_token"], "Bearer")

    answers = [probe.send(reader) for probe in operation_requests if not probe.only_reads]

    if any(answer.status in (400, 404) for answer in answers):
        not_verified("the target looks at what is asked for first; shown where writing is allowed")
    expect_statuses(answers, (403,))


@claim("AS-CODE-08", needs=("write",))
def test_a_token_that_may_not_write_changes_nothing(
    test_data: dict[str, Any], tracks: TrackClient, own: JsonObject, unique_name: Fresh
) -> None:
    """403 on creating and on removing, the second time too, and nothing has changed."""
    reader = TrackClient(tracks.client.with_token(test_data["read_only_token"], "Bearer"))
    its_own = [track for track in ids(reader.list_all())[:3] if reader.read(track).status == 200]
    before = expect_track(tracks.read(own["id"]), own["id"])

    with tracks.expect_unchanged(unique_name):
        expect_statuses((reader.create(unique_name("reader's")) for _ in range(2)), (403,))
        expect_statuses((reader.delete(track) for track in (*its_own, *its_own)), (403,))
        there = reader.read(own["id"]).status == 200
        reader.delete(own["id"]).expect_status(403, *(() if there else (404,)))  # of another account, perhaps

    expect(expect_track(tracks.read(own["id"]), own["id"]), before, "track")
    expect_statuses((reader.read(track) for track in its_own), (200,))


@claim("AS-CODE-09")
def test_an_unexpected_failure_answers_500(
    operation_requests: list[OperationRequest], api: Client, controls: ControlsClient
) -> None:
    """On every operation, in the envelope, and nothing of the inside is told."""
    for probe in operation_requests:
        controls.outage(500)
        answer = probe.send(api)

        in_envelope(answer, 500, "Internal Server Error")
        assert information_disclosure.find_internals(answer.text) is None, (
            f"expected no trace, found {information_disclosure.find_internals(answer.text)}"
        )
        assert PATH not in answer.text, f"expected no path in it, found {answer.text!r}"

    for probe in reads(operation_requests):
        probe.send(api).expect_status(200, 404)


@claim("AS-CODE-10")
def test_maintenance_answers_503(
    operation_requests: list[OperationRequest], api: Client, unauthenticated: Client, controls: ControlsClient
) -> None:
    """On every operation, in the envelope, with a token and without."""
    for asker in (api, unauthenticated):
        controls.outage(503, len(operation_requests))
        for probe in operation_requests:
            in_envelope(probe.send(asker), 503, "Service Unavailable")


@claim("AS-CODE-10")
def test_maintenance_ends(
    operation_requests: list[OperationRequest], tracks: TrackClient, controls: ControlsClient
) -> None:
    """After the announced requests everything that reads answers as before it."""
    before = [probe.send(tracks.client) for probe in reads(operation_requests)]
    controls.outage(503, 3)

    statuses = [tracks.client.get(PATH).status for _ in range(4)]

    assert statuses == [503, 503, 503, 200], f"expected 503 three times, then 200; found {statuses}"
    after = [probe.send(tracks.client).status for probe in reads(operation_requests)]
    expect(after, [one.status for one in before], "statuses")
    assert 503 not in after, f"expected the maintenance to be over, found {after}"


@claim("AS-CODE-10", needs=("write",))
def test_maintenance_changes_nothing(
    tracks: TrackClient,
    write_requests: WriteRequests,
    own: JsonObject,
    unique_name: Fresh,
    controls: ControlsClient,
) -> None:
    """What is refused meanwhile is neither created nor removed; and it works again after."""
    good = write_requests(own["id"], unique_name("refused"))

    with tracks.expect_unchanged(unique_name):
        controls.outage(503, len(good))
        expect_everywhere(good, tracks.client, 503)
        later = read_track(tracks.create(unique_name("later")).expect_created())["id"]
        tracks.delete(later).expect_status(204)

    expect_everywhere(good, tracks.client, 201, 204)


@claim("AS-CODE-11")
def test_no_other_status_for_reading(
    operation_requests: list[OperationRequest], api: Client, unauthenticated: Client
) -> None:
    """Whatever the method, the query and the fields, with a token and without."""
    for probe in reads(operation_requests):
        methods = [method for method in METHODS if not api.is_forbidden(method, probe.path)]
        fields = [one for one in FIELDS if not api.is_forbidden("GET", probe.path, headers=one)]
        known([probe.send(api, headers=one) for one in fields])
        known([api.get(f"{probe.path}?{query}") for query in QUERIES])
        known([unauthenticated.request(method, probe.path) for method in methods])
        known([api.request(method, probe.path) for method in methods if method in METHODS[:2]])
    for probe in operation_requests:
        method, path, arguments = probe.operation.method, probe.path, probe.arguments
        fields = [one for one in FIELDS if not api.is_forbidden(method, path, headers=one, **arguments)]
        known([probe.send(unauthenticated, headers=one) for one in fields])
    known([api.get(f"{PATH}/{odd}") for odd in INVALID_IDS])


@claim("AS-CODE-11", needs=("write",))
def test_no_other_status_for_writing(tracks: TrackClient, own: JsonObject, unique_name: Fresh) -> None:
    """Of creations and removals, good ones, wrong ones, and twice the same."""
    client, title = tracks.client, unique_name("twice")

    known([tracks.create(title), tracks.create(title), tracks.create(unique_name("long").ljust(3000, "x"))])
    known([tracks.create(title, **fields) for fields in ({"length": "x"}, {"explicit": 7}, {"genres": 1})])
    known([post_track(client, body) for body in invalid_json_bodies(tracks.title_property)])
    known([post_track(client, body, kind) for kind, body in WRONG_MEDIA_TYPES])
    known([client.post(PATH, json=tracks.body(unique_name("field")), headers=fields) for fields in FIELDS])
    known([client.delete(f"{PATH}/{odd}") for odd in INVALID_IDS])
    known([client.request(method, path) for method in METHODS for path in (PATH, track_path(own["id"]))])
    known([client.delete(track_path(own["id"]), headers=fields) for fields in FIELDS])


@claim("AS-CODE-12")
def test_reading_changes_nothing(tracks: TrackClient) -> None:
    """Read twice, a track is the same; listed twice, so are all."""
    tracks.client.eventually(lambda: lists_the_same_twice(tracks))

    for track in sample(tracks.list_all(), 10):
        once_, twice = (tracks.read(track["id"]) for _ in range(2))
        assert once_.status == twice.status, (
            f"expected {once_.status} again, found {describe_response(twice)}"
        )
        expect(twice.object.get("data"), once_.object.get("data"), "data", twice)


@claim("AS-CODE-12", needs=("write",))
def test_reading_ones_own_changes_nothing(tracks: TrackClient, own: JsonObject, unique_name: Fresh) -> None:
    """Nor does a GET that asks for a change by its query, by a field or by its body."""
    first = expect_track(tracks.read(own["id"]), own["id"])
    path = track_path(own["id"])

    with tracks.expect_unchanged(unique_name):
        for _ in range(2):
            tracks.client.get(path)
            tracks.client.head(path)
        tracks.client.get(path, params={"_method": "DELETE", "method": "delete"})
        tracks.client.get(path, headers={"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE"})
        tracks.client.get(path, json=tracks.body(unique_name("other")))
        tracks.client.get(PATH, json=tracks.body(unique_name("other")))

    expect(expect_track(tracks.read(own["id"]), own["id"]), first, "track")


@claim("AS-CODE-13")
@pytest.mark.live("which of two is the first is never the same")
@pytest.mark.parametrize("time", range(4))
def test_of_two_at_the_same_moment_one_is_created(tracks: TrackClient, unique_name: Fresh, time: int) -> None:
    """The other is a conflict, and the list has the track once."""
    title = unique_name("at once")
    body = json.dumps(tracks.body(title)).encode()

    answers = send_concurrently(tracks.client, 2, lambda one: post_track(one, body))

    statuses = sorted(answer.status for answer in answers)
    assert statuses == [201, 409], f"expected one 201 and one 409, found {statuses}"
    once(tracks, title, unique_name)


def once(tracks: TrackClient, title: str, fresh: Fresh) -> None:
    """ExpectationFailed if the list, once it has caught up, does not have this title exactly once."""
    count = [track.get(tracks.title_property) for track in tracks.list_when_settled(fresh("mark"))].count(
        title
    )
    if count != 1:
        raise ExpectationFailed(f"{title!r} once in the list", f"{count} times")


def taken_fields(tracks: TrackClient, fresh: Fresh) -> list[str]:
    """The optional fields that the target gives back as they were sent."""
    taken = []
    for name, value in {**EXAMPLE_VALUES, **observed_values(tracks.list_all())}.items():
        answer = tracks.create(fresh(name), **{name: value})
        if answer.status == 201 and read_track(tracks.read(read_track(answer)["id"])).get(name) == value:
            taken.append(name)
    if not taken:
        not_verified("the target takes no field but the title")
    return taken


def in_envelope(answer: Response, status: int, phrase: str) -> None:
    """ExpectationFailed if the answer is not this error, in the envelope of errors."""
    said = answer.expect_status(status).object
    expected = {"status": status, "message": phrase}
    found = {name: said[name] for name in expected}
    if found != expected or not isinstance(said["error"], str) or not said["error"]:
        raise ExpectationFailed(f"{expected} and an error", answer.text)


def known(answers: list[Response]) -> None:
    """ExpectationFailed where a status is neither documented nor one that HTTP itself asks for."""
    expect_statuses(answers, (*DOCUMENTED, *BY_HTTP))


def lists_the_same_twice(tracks: TrackClient) -> None:
    """ExpectationFailed if two lists, one after the other, differ but in their order."""
    first, second = ({track["id"]: track for track in tracks.list_all()} for _ in range(2))
    differing = [track for track in first.keys() | second.keys() if first.get(track) != second.get(track)]
    if differing:
        raise ExpectationFailed("the same list twice", f"{len(differing)} other tracks, {differing[:5]}")
