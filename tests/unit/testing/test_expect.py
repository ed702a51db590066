from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from tuningfork import ExpectationFailed, model
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import EVIDENCE, Exchange, Headers, Request
from tuningfork.testing.expect import (
    expect,
    expect_each,
    expect_in,
    expect_no,
    expect_not_in,
    expect_once,
    expect_one_of,
    expect_properties,
    expect_true,
)


class Pages:
    """Finds the items of a list in its body."""

    def items(self, body: Any) -> list[Any]:
        return list(body["items"])


def response_of(body: str) -> Response:
    exchange = Exchange(
        Request("GET", "https://api.test/tracks"),
        model.Response(200, headers=Headers([("Date", "now")]), body=body.encode()),
    )
    return Response(exchange, cast("Any", Pages()))


TRACK = response_of(
    '{"id": 7, "title": "a", "user": {"id": 1}, "tags": ["x"], "items": [{"id": 3}, {"id": 4}]}'
)


@pytest.mark.parametrize(
    "fulfil",
    [
        lambda: expect(TRACK.object["title"], "a", "title"),
        lambda: expect_properties(TRACK.object, id=7, title="a"),
        lambda: expect_true(True, "a condition", "nothing"),
        lambda: expect_in("x", TRACK.object["tags"], "tags"),
        lambda: expect_not_in("y", TRACK.object["tags"], "tags"),
        lambda: expect_once(3, [3, 4], "ids"),
        lambda: expect_one_of(TRACK.status, (200, 201), "status"),
        lambda: expect_no([], "new ids"),
        lambda: expect_each(TRACK.items, lambda item: item["id"] > 2, "an id above 2"),
    ],
)
def test_expectation_that_is_met_does_not_raise(fulfil: Callable[[], None]) -> None:
    fulfil()


@pytest.mark.parametrize(
    ("violate", "message"),
    [
        (
            lambda: expect(TRACK.object["title"], "b", "title", TRACK),
            'expected title: "b"; found "a"',
        ),
        (
            lambda: expect(TRACK.object["user"], {}, "user"),
            'expected user: {}; found {"id": 1}',
        ),
        (
            lambda: expect_properties(TRACK.object, id=7, title="b"),
            'expected title: "b"; found "a"',
        ),
        (
            lambda: expect_true(False, "a condition", "nothing", TRACK.object["user"]),
            "expected a condition; found nothing",
        ),
        (
            lambda: expect_in("y", TRACK.object["tags"], "tags", TRACK.object),
            'expected "y" in tags; found ["x"]',
        ),
        (
            lambda: expect_not_in("x", TRACK.object["tags"], "tags", TRACK),
            'expected no "x" in tags; found ["x"]',
        ),
        (
            lambda: expect_one_of(TRACK.status, (400, 401), "status", TRACK),
            "expected status: 400 or 401; found 200",
        ),
        (
            lambda: expect_no({3, 1}, "new ids", TRACK),
            "expected no new ids; found [1, 3]",
        ),
        (
            lambda: expect(TRACK.object.get("bpm"), 90.5, "bpm", TRACK),
            "expected bpm: 90.5; found null",
        ),
        (
            lambda: expect_not_in("date", TRACK.headers, "the headers", TRACK),
            'expected no "date" in the headers; found {"date": "now"}',
        ),
        (
            lambda: expect_each(TRACK.items, lambda item: item.get("text") is not None, "a text"),
            "expected a text; found no text",
        ),
        (
            lambda: expect_once(3, [3, 4, 3], "ids", TRACK),
            "expected 3 once in ids; found it 2 times in [3, 4, 3]",
        ),
        (
            lambda: expect_each(TRACK.items, lambda item: item["id"] == 3, "the id 3"),
            "expected the id 3; found id: 4",
        ),
        (lambda: TRACK.object["user"]["name"], 'expected a property "name"; found an object with "id"'),
        (lambda: TRACK.expect_created(), f"expected 201; found 200 with {TRACK.text}"),
    ],
)
def test_failure_has_expected_found_and_exchange(violate: Callable[[], None], message: str) -> None:
    with pytest.raises(ExpectationFailed) as failure:
        violate()

    assert str(failure.value) == message
    assert failure.value.exchange is TRACK.exchange


def test_value_without_source_has_no_exchange_if_nothing_was_read() -> None:
    EVIDENCE.reset()

    with pytest.raises(ExpectationFailed) as failure:
        expect(1, 2, "number", JsonObject())

    assert failure.value.exchange is None


def test_each_of_no_items_is_not_verified() -> None:
    with pytest.raises(pytest.skip.Exception, match="no item in which to expect an id"):
        expect_each([], lambda _: True, "an id")
