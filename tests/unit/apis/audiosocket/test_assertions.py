"""Assertions about tracks, and the values of optional properties."""

from __future__ import annotations

from typing import Any

import pytest
from suites.audiosocket.support.optional_fields import (
    WORDS,
    observed_values,
    values_to_send,
    with_other_values,
    wrong_values,
)

from tuningfork.apis.audiosocket.assertions import assert_track, common_differences
from tuningfork.client.response import JsonObject
from tuningfork.model import ExpectationFailed

WHOLE = {
    "id": "a-1",
    "title": "Rain",
    "length": 187.5,
    "explicit": False,
    "genres": [4],
    "moods": [],
    "album": {"id": 1, "name": "Tides", "year": 2001},
    "artist": None,
}


@pytest.mark.parametrize("track", [WHOLE, {"id": 0, "name": ""}, {"id": 1, "title": "a", "length": None}])
def test_valid_track_is_accepted(track: dict[str, Any]) -> None:
    assert_track(JsonObject(track))


@pytest.mark.parametrize(
    "change",
    [
        {"id": True},
        {"id": ""},
        {"id": 1.5},
        {"title": None},
        {"title": 7},
        {"name": ["Rain"]},
        {"length": "3:07"},
        {"length": True},
        {"explicit": 0},
        {"genres": "Folk"},
        {"moods": {}},
        {"album": "Tides"},
        {"album": {"name": "Tides"}},
        {"artist": {"id": 3, "name": None}},
    ],
)
def test_property_of_wrong_type_fails(change: dict[str, Any]) -> None:
    with pytest.raises(ExpectationFailed):
        assert_track(JsonObject(WHOLE | change))


@pytest.mark.parametrize("missing", ["id", "title"])
def test_missing_property_fails(missing: str) -> None:
    with pytest.raises(ExpectationFailed):
        assert_track(JsonObject({name: value for name, value in WHOLE.items() if name != missing}))


def test_only_common_properties_are_compared() -> None:
    assert common_differences(JsonObject(id=1, a=1, b=2), JsonObject(id=1, a=3, c=4)) == {"a": (1, 3)}


def test_observed_values_come_from_any_track() -> None:
    tracks = [JsonObject(length=None, genres=[{"id": 1}]), JsonObject(WHOLE), JsonObject(length=3)]

    assert observed_values(tracks) == {"length": 187.5, "explicit": False, "genres": [4]}


def test_longest_list_is_observed() -> None:
    tracks = [JsonObject(genres=["a"]), JsonObject(genres=["a", "b"]), JsonObject(genres=[])]

    assert observed_values(tracks) == {"genres": ["a", "b"]}


def test_empty_list_counts_as_known_property() -> None:
    tracks = [JsonObject(length=3, genres=["a"]), JsonObject(moods=[])]

    assert list(values_to_send(tracks)) == [
        ("length", 3),
        ("length", 0),
        ("length", 36_000.25),
        ("genres", ["a"]),
        ("genres", WORDS),
        ("moods", ["calm"]),
        ("moods", WORDS),
    ]


def test_changed_values_have_same_types() -> None:
    fields = {"length": 3, "explicit": True, "genres": ["a", "b"]}

    assert with_other_values(fields) == {"length": 4.25, "explicit": False, "genres": ["b", "a"]}


def test_invalid_lengths_are_not_numbers() -> None:
    assert not any(isinstance(value, float) for value in wrong_values("length"))
    assert 7.5 in wrong_values("explicit")
