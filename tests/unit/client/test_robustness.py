"""Odd things in every place: who gets which, and what counts as survived."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tuningfork import ExpectationFailed, model
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Request
from tuningfork.testing.malformed import bodies, values
from tuningfork.testing.robustness import assert_no_server_error, replace_first_id, round_robin


def operation(path: str) -> Operation:
    return cast("Operation", SimpleNamespace(path=path))


def answer(status: int) -> Response:
    return Response(Exchange(Request("GET", "https://api.test/x"), model.Response(status)), cast("Any", None))


def test_each_place_gets_its_share_and_none_is_left_out() -> None:
    shares = list(round_robin("ab", [1, 2, 3], 2))

    assert shares == [("a", 1), ("a", 2), ("b", 3), ("b", 1)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/things", "/things/odd"),
        ("/things/{id}", "/things/odd"),
        ("/things/{id}/of/{other}", "/things/odd/of/"),
    ],
)
def test_an_odd_segment_stands_where_the_first_id_would(path: str, expected: str) -> None:
    assert replace_first_id(operation(path), "odd").startswith(expected)


@pytest.mark.parametrize("status", [200, 302, 404, 499])
def test_whatever_is_below_500_is_survived(status: int) -> None:
    assert_no_server_error(answer(status))


@pytest.mark.parametrize("status", [500, 503, 599])
def test_a_5xx_is_not(status: int) -> None:
    with pytest.raises(ExpectationFailed, match=str(status)):
        assert_no_server_error(answer(status))


def test_odd_things_differ_from_each_other_and_can_be_sent() -> None:
    for texts in (
        values.PATH_SEGMENTS,
        values.QUERY_VALUES,
        values.QUERIES,
        values.queries("x"),
        values.METHODS,
    ):
        assert len(set(texts)) == len(texts)
        assert all(text.encode("latin-1").isascii() or "\xe9" in text for text in texts)


def test_bodies_are_about_the_resource_and_its_file() -> None:
    json: list[Any] = list(bodies.bodies("thing", ("title",)))
    parts = [body for _, body in bodies.multiparts("thing", "sound")]

    assert any(b'{"thing": {"title": ' in body for body in json)
    assert any(b'name="thing[title]"' in body for body in parts)
    assert any(b'name="thing[sound]"' in body for body in parts)
