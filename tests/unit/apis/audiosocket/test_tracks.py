"""The track client of the suite, with valid and malformed responses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tuningfork import model
from tuningfork.apis.audiosocket.tracks import TrackClient, expect_track, read_track, sample, track_path
from tuningfork.client.client import Client
from tuningfork.client.pagination import SinglePagePaginator
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import Exchange, ExpectationFailed, Request


class FakeClient(Client):
    """A client of a server whose list of tracks is in memory."""

    def __init__(self, listed: Any) -> None:
        self.paginator = SinglePagePaginator("data")
        self.settle = 0
        self.list_all = listed
        self.grows = True

    def request(self, method: str, path: str, **rest: Any) -> Response:
        if method == "GET":
            return make_response(200, self.list_all)
        made = {"id": len(self.list_all) + 1, **rest["json"]}
        if self.grows:
            self.list_all = [*self.list_all, made]
        return make_response(201, made)


def make_response(status: int, data: Any) -> Response:
    body = json.dumps({"data": data}).encode()
    exchange = Exchange(Request("GET", "https://a.test/tracks"), model.Response(status, body=body))
    return Response(exchange, SinglePagePaginator("data"))


def unique_name(word: str) -> str:
    return f"{word} 1"


@pytest.mark.parametrize(
    ("listed", "field"),
    [
        ([{"id": 1, "name": "a"}], "name"),
        ([{"id": 1, "title": "a", "name": "b"}], "title"),
        ([{"id": 1}], "title"),
        ([], "title"),
        ({}, "title"),
        (["a"], "title"),
    ],
)
def test_title_property_is_that_of_listed_tracks(listed: Any, field: str) -> None:
    assert TrackClient(FakeClient(listed)).title_property == field


@pytest.mark.parametrize(
    ("track", "path"), [(7, "/tracks/7"), ("a/b ?", "/tracks/a%2Fb%20%3F"), (0, "/tracks/0")]
)
def test_track_path_is_escaped(track: Any, path: str) -> None:
    assert track_path(track) == path


@pytest.mark.parametrize("track", [None, True, "", 1.5, []])
def test_track_path_of_invalid_id_fails(track: Any) -> None:
    with pytest.raises(ExpectationFailed) as raised:
        track_path(track)

    assert raised.value.claim == "AS-TRACK-01"


def test_ids_are_compared_as_strings() -> None:
    assert expect_track(make_response(200, {"id": "7"}), 7) == {"id": "7"}
    for other in (
        make_response(200, {"id": 8}),
        make_response(404, {"id": 7}),
        make_response(200, [{"id": 7}]),
    ):
        with pytest.raises(ExpectationFailed):
            expect_track(other, 7)


@pytest.mark.parametrize("data", [None, [], "a", 7])
def test_data_that_is_not_object_fails(data: Any) -> None:
    with pytest.raises(ExpectationFailed):
        read_track(make_response(201, data))


def test_new_track_without_id_is_not_verified() -> None:
    shelf = FakeClient([])
    shelf.list_all = []

    with pytest.raises(pytest.skip.Exception):
        TrackClient(shelf).create_or_skip("x", id=None)


def test_sample_has_at_most_requested_size() -> None:
    tracks = [JsonObject(id=number) for number in range(125)]

    assert len(sample(tracks, 60)) in range(40, 61)
    assert sample(tracks, 125) == tracks
    with pytest.raises(pytest.skip.Exception):
        sample([])


def test_unchanged_list_passes() -> None:
    with TrackClient(FakeClient([{"id": 0, "title": "a"}])).expect_unchanged(unique_name):
        pass


def test_additional_track_fails() -> None:
    tracks = TrackClient(FakeClient([]))

    with pytest.raises(ExpectationFailed, match=r"found \['new'\] new"), tracks.expect_unchanged(unique_name):
        tracks.create_or_skip("new")


def test_missing_track_fails() -> None:
    shelf = FakeClient([{"id": 0, "title": "a"}])

    with (
        pytest.raises(ExpectationFailed, match=r"none new, \{0\} gone"),
        TrackClient(shelf).expect_unchanged(unique_name),
    ):
        shelf.list_all = shelf.list_all[1:]


def test_list_without_new_track_is_not_verified() -> None:
    shelf = FakeClient([])
    shelf.grows = False

    with pytest.raises(pytest.skip.Exception), TrackClient(shelf).expect_unchanged(unique_name):
        pass
