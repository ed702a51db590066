"""What a suite says of tracks, and what it makes of odd answers."""

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


class Shelf(Client):
    """A server's list, as its owner has it."""

    def __init__(self, listed: Any) -> None:
        self.paginator = SinglePagePaginator("data")
        self.settle = 0
        self.list_all = listed
        self.grows = True

    def request(self, method: str, path: str, **rest: Any) -> Response:
        if method == "GET":
            return answer(200, self.list_all)
        made = {"id": len(self.list_all) + 1, **rest["json"]}
        if self.grows:
            self.list_all = [*self.list_all, made]
        return answer(201, made)


def answer(status: int, data: Any) -> Response:
    body = json.dumps({"data": data}).encode()
    exchange = Exchange(Request("GET", "https://a.test/tracks"), model.Response(status, body=body))
    return Response(exchange, SinglePagePaginator("data"))


def fresh(word: str) -> str:
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
def test_a_title_is_called_as_the_list_calls_it(listed: Any, field: str) -> None:
    assert TrackClient(Shelf(listed)).title_property == field


@pytest.mark.parametrize(
    ("track", "path"), [(7, "/tracks/7"), ("a/b ?", "/tracks/a%2Fb%20%3F"), (0, "/tracks/0")]
)
def test_a_track_has_a_path(track: Any, path: str) -> None:
    assert track_path(track) == path


@pytest.mark.parametrize("track", [None, True, "", 1.5, []])
def test_what_is_no_id_has_none(track: Any) -> None:
    with pytest.raises(ExpectationFailed) as raised:
        track_path(track)

    assert raised.value.claim == "AS-TRACK-01"


def test_numbers_and_texts_name_the_same_track() -> None:
    assert expect_track(answer(200, {"id": "7"}), 7) == {"id": "7"}
    for other in (answer(200, {"id": 8}), answer(404, {"id": 7}), answer(200, [{"id": 7}])):
        with pytest.raises(ExpectationFailed):
            expect_track(other, 7)


@pytest.mark.parametrize("data", [None, [], "a", 7])
def test_only_an_object_is_a_track(data: Any) -> None:
    with pytest.raises(ExpectationFailed):
        read_track(answer(201, data))


def test_a_track_that_is_none_is_not_judged() -> None:
    shelf = Shelf([])
    shelf.list_all = []

    with pytest.raises(pytest.skip.Exception):
        TrackClient(shelf).create_or_skip("x", id=None)


def test_some_are_at_most_so_many() -> None:
    tracks = [JsonObject(id=number) for number in range(125)]

    assert len(sample(tracks, 60)) in range(40, 61)
    assert sample(tracks, 125) == tracks
    with pytest.raises(pytest.skip.Exception):
        sample([])


def test_a_list_that_stays_is_unchanged() -> None:
    with TrackClient(Shelf([{"id": 0, "title": "a"}])).expect_unchanged(fresh):
        pass


def test_a_track_more_is_a_change() -> None:
    tracks = TrackClient(Shelf([]))

    with pytest.raises(ExpectationFailed, match=r"found \['new'\] new"), tracks.expect_unchanged(fresh):
        tracks.create_or_skip("new")


def test_a_track_less_is_a_change() -> None:
    shelf = Shelf([{"id": 0, "title": "a"}])

    with (
        pytest.raises(ExpectationFailed, match=r"none new, \{0\} gone"),
        TrackClient(shelf).expect_unchanged(fresh),
    ):
        shelf.list_all = shelf.list_all[1:]


def test_a_list_that_never_shows_what_is_new_says_nothing() -> None:
    shelf = Shelf([])
    shelf.grows = False

    with pytest.raises(pytest.skip.Exception), TrackClient(shelf).expect_unchanged(fresh):
        pass
