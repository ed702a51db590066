from __future__ import annotations

from typing import Any, cast

import pytest

from tuningfork import model
from tuningfork.client.response import Response
from tuningfork.evidence import MAX_COMPARED, find_property
from tuningfork.model import EVIDENCE, Exchange, ExpectationFailed, Request
from tuningfork.testing.expect import expect


@pytest.fixture(autouse=True)
def _no_evidence() -> None:
    EVIDENCE.reset()


def response_of(body: str, status: int = 200) -> Response:
    """Return a response to a GET request."""
    exchange = Exchange(Request("GET", "https://api.test/me"), model.Response(status, body=body.encode()))
    return Response(exchange, cast("Any", None))


def failure() -> ExpectationFailed:
    """Return the error of an expectation that names no exchange."""
    return ExpectationFailed("a", "b")


def test_expectation_is_about_a_response_that_was_read_not_the_one_that_was_sent_last() -> None:
    judged, other = response_of('{"id": 1}'), response_of("{}")
    other.expect_ok()
    _ = judged.object["id"]
    response_of("[]")

    assert failure().exchange is judged.exchange


def test_order_of_responses_survives_ids_of_objects_that_are_gone() -> None:
    for _ in range(50):
        EVIDENCE.reset()
        earlier = response_of("{}").expect_ok()
        for _ in range(2):
            response_of("{}").expect_ok()
        first = response_of('{"id": 1}')
        _ = first.object["id"]
        del earlier  # its id is free for the next one
        second = response_of('{"id": 2}')
        _ = second.object["id"]

        assert failure().exchange is second.exchange


def test_expectation_that_reads_two_responses_is_about_the_later_one() -> None:
    created = response_of('{"id": 1}').expect_ok().object
    listed = response_of('{"id": 2}').object

    with pytest.raises(ExpectationFailed) as raised:
        expect([listed["id"]], [created["id"]], "ids")

    assert raised.value.exchange is listed.exchange
    assert raised.value.compared == (created.exchange,)


def test_responses_read_since_the_last_expectation_are_compared() -> None:
    earlier, page, following = (response_of('{"next": "/2"}') for _ in range(3))
    earlier.expect_ok()
    _ = page.json["next"]
    _ = following.status
    error = failure()

    assert error.exchange is following.exchange
    assert error.compared == (page.exchange,)


def test_expectation_after_a_met_one_has_its_evidence_if_nothing_was_read_between() -> None:
    response = response_of('{"id": 1, "title": "a"}')
    track_id, title = response.object["id"], response.object["title"]
    expect(track_id, 1, "id")

    with pytest.raises(ExpectationFailed) as raised:
        expect(title, "b", "title")

    assert raised.value.exchange is response.exchange


def test_expectations_of_one_response_keep_what_led_to_it() -> None:
    page, following = response_of('{"next": "/2"}'), response_of('{"items": []}')
    _ = page.json["next"]
    following.expect_ok()
    expect(following.object["items"], [], "items")

    assert [read.exchange for read in EVIDENCE.judged()] == [page.exchange, following.exchange]


def test_number_of_compared_exchanges_is_limited() -> None:
    for _ in range(3 * MAX_COMPARED):
        _ = response_of("{}").status

    assert len(failure().compared) == MAX_COMPARED - 1


def test_pointer_is_that_of_the_property_that_was_read_last() -> None:
    response = response_of('{"items": [{"id": 1}, {"id": 2, "a/b": null}]}')
    _ = response.object["items"][1]["a/b"]

    assert ExpectationFailed("a text", "null").pointer == "/items/1/a~1b"


def test_missing_property_has_the_pointer_that_it_would_have() -> None:
    response = response_of('{"items": [{"id": 1}]}')

    with pytest.raises(ExpectationFailed) as raised:
        response.object["items"][0]["title"]

    assert raised.value.pointer == "/items/0/title"


def test_property_that_the_error_is_not_about_has_no_pointer() -> None:
    response = response_of('{"items": [{"id": 17}]}')
    _ = response.object["items"][0]["id"]

    assert ExpectationFailed("2 items", "1 item").pointer == ""


def test_missing_property_that_the_error_is_not_about_has_no_pointer() -> None:
    response = response_of('{"items": []}')

    assert response.object.get("playlists") is None
    assert ExpectationFailed("2 items", "null").pointer == ""


@pytest.mark.parametrize("found", ["[17, 18]", 'item {"id": 17, "title": 3}', "170 items", "17.5", "item-17"])
def test_value_that_is_a_part_of_what_was_found_has_no_pointer(found: str) -> None:
    response = response_of('{"items": [{"id": 17}]}')
    _ = response.object["items"][0]["id"]

    assert ExpectationFailed("other items", found).pointer == ""


def test_status_has_no_pointer() -> None:
    response = response_of('{"id": 1}', 500)
    _ = response.object["id"]

    with pytest.raises(ExpectationFailed) as raised:
        response.expect_ok()

    assert raised.value.pointer == ""


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 5000])
def test_property_that_is_not_in_a_body_has_no_pointer(body: bytes) -> None:
    assert find_property(body, {"id": 1}, "id") == ""


@pytest.mark.parametrize(
    ("message", "expected", "found"),
    [
        ("expected the title 'a', found 'b'", "the title 'a'", "'b'"),
        ("expected 406; found 200", "406", "200"),
        ("limit=7: expected 3 items, but found 2", "3 items", "2 (limit=7)"),
        ("found a track", "the promise to hold", "found a track"),
        ("", "the promise to hold", "the assertion does not hold"),
    ],
)
def test_message_of_an_assertion_is_split_into_expected_and_found(
    message: str, expected: str, found: str
) -> None:
    error = ExpectationFailed.of(AssertionError(message))

    assert (error.expected, error.found) == (expected, found)
