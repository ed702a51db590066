"""What a suite says of tracks, and what it makes of odd answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tuningfork.apis.audiosocket.tracks import Tracks, at, is_that, some, track_in
from tuningfork.client.client import Answer, Client, JsonObject
from tuningfork.client.pagination import WholePager
from tuningfork.model import Exchange, Request, Response, Unmet


class Shelf(Client):
    """A server's list, as its owner has it."""

    def __init__(self, listed: Any) -> None:
        self.pager = WholePager("data")
        self.settle = 0
        self.listed = listed
        self.grows = True

    def request(self, method: str, path: str, **rest: Any) -> Answer:
        if method == "GET":
            return answer(200, self.listed)
        made = {"id": len(self.listed) + 1, **rest["json"]}
        if self.grows:
            self.listed = [*self.listed, made]
        return answer(201, made)


def answer(status: int, data: Any) -> Answer:
    body = json.dumps({"data": data}).encode()
    exchange = Exchange(Request("GET", "https://a.test/tracks"), Response(status, body=body))
    return Answer(exchange, WholePager("data"))


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
    assert Tracks(Shelf(listed)).field == field


@pytest.mark.parametrize(
    ("track", "path"), [(7, "/tracks/7"), ("a/b ?", "/tracks/a%2Fb%20%3F"), (0, "/tracks/0")]
)
def test_a_track_has_a_path(track: Any, path: str) -> None:
    assert at(track) == path


@pytest.mark.parametrize("track", [None, True, "", 1.5, []])
def test_what_is_no_id_has_none(track: Any) -> None:
    with pytest.raises(Unmet) as raised:
        at(track)

    assert raised.value.claim == "AS-TRACK-01"


def test_numbers_and_texts_name_the_same_track() -> None:
    assert is_that(answer(200, {"id": "7"}), 7) == {"id": "7"}
    for other in (answer(200, {"id": 8}), answer(404, {"id": 7}), answer(200, [{"id": 7}])):
        with pytest.raises(Unmet):
            is_that(other, 7)


@pytest.mark.parametrize("data", [None, [], "a", 7])
def test_only_an_object_is_a_track(data: Any) -> None:
    with pytest.raises(Unmet):
        track_in(answer(201, data))


def test_a_track_that_is_none_is_not_judged() -> None:
    shelf = Shelf([])
    shelf.listed = []

    with pytest.raises(pytest.skip.Exception):
        Tracks(shelf).make("x", id=None)


def test_some_are_at_most_so_many() -> None:
    tracks = [JsonObject(id=number) for number in range(125)]

    assert len(some(tracks, 60)) in range(40, 61)
    assert some(tracks, 125) == tracks
    with pytest.raises(pytest.skip.Exception):
        some([])


def test_a_list_that_stays_is_unchanged() -> None:
    with Tracks(Shelf([{"id": 0, "title": "a"}])).unchanged(fresh):
        pass


def test_a_track_more_is_a_change() -> None:
    tracks = Tracks(Shelf([]))

    with pytest.raises(Unmet, match=r"found \['new'\] new"), tracks.unchanged(fresh):
        tracks.make("new")


def test_a_track_less_is_a_change() -> None:
    shelf = Shelf([{"id": 0, "title": "a"}])

    with pytest.raises(Unmet, match=r"none new, \{0\} gone"), Tracks(shelf).unchanged(fresh):
        shelf.listed = shelf.listed[1:]


def test_a_list_that_never_shows_what_is_new_says_nothing() -> None:
    shelf = Shelf([])
    shelf.grows = False

    with pytest.raises(pytest.skip.Exception), Tracks(shelf).unchanged(fresh):
        pass
