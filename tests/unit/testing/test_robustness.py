from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tuningfork import ExpectationFailed, model
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Request
from tuningfork.testing.malformed import bodies, values
from tuningfork.testing.operation_requests import OperationRequest
from tuningfork.testing.robustness import assert_no_server_error, assign_inputs, replace_first_id


def operation(path: str) -> Operation:
    return cast("Operation", SimpleNamespace(path=path, key=f"GET {path}"))


def response_of(status: int) -> Response:
    return Response(Exchange(Request("GET", "https://api.test/x"), model.Response(status)), cast("Any", None))


def inputs_of(receivers: list[Any], inputs: list[Any], count: int, seed: int = 0) -> dict[Any, list[Any]]:
    """Return the inputs that each receiver gets."""
    pairs = list(assign_inputs(receivers, inputs, count, seed))
    return {receiver: [value for one, value in pairs if one == receiver] for receiver in receivers}


def test_each_receiver_gets_inputs_and_each_input_is_used() -> None:
    assigned = inputs_of(list("abc"), list(range(20)), 4)

    assert all(len(inputs) >= 4 for inputs in assigned.values())
    assert {number for inputs in assigned.values() for number in inputs} == set(range(20))


def test_each_receiver_gets_all_inputs_if_there_are_no_more() -> None:
    assert inputs_of(["a", "b"], [1, 2], 5) == {"a": [1, 2], "b": [1, 2]}


def test_inputs_do_not_depend_on_the_order_of_receivers() -> None:
    receivers, inputs = list("abcdefgh"), list(range(12))

    assert inputs_of(receivers, inputs, 3) == inputs_of(receivers[::-1], inputs, 3)


def test_an_additional_receiver_leaves_the_choices_of_the_others() -> None:
    receivers, inputs = [f"GET /{number}" for number in range(20)], list(range(12))
    before = inputs_of(receivers, inputs, 6)

    after = inputs_of([*receivers[:5], "GET /x", *receivers[5:]], inputs, 6)

    assert {receiver: after[receiver] for receiver in receivers} == before


def test_choice_depends_on_the_seed() -> None:
    receivers, inputs = list("abcdefgh"), list(range(12))

    assert inputs_of(receivers, inputs, 3, seed=1) != inputs_of(receivers, inputs, 3, seed=2)


def test_requests_of_one_operation_get_the_same_inputs() -> None:
    first, second = (OperationRequest(operation("/things/{id}"), path) for path in ("/things/1", "/things/2"))

    pairs = list(assign_inputs([(first, "q"), (second, "q")], list(range(9)), 9, 0))

    assert [value for _, value in pairs] == [*range(9), *range(9)]


def test_no_receiver_gives_no_pair() -> None:
    assert list(assign_inputs([], [1, 2], 2, 0)) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/things", "/things/odd"),
        ("/things/{id}", "/things/odd"),
        ("/things/{id}/of/{other}", "/things/odd/of/"),
    ],
)
def test_segment_replaces_the_first_id_or_is_appended(path: str, expected: str) -> None:
    assert replace_first_id(operation(path), "odd").startswith(expected)


@pytest.mark.parametrize("status", [200, 302, 404, 499])
def test_status_below_500_is_accepted(status: int) -> None:
    assert_no_server_error(response_of(status))


@pytest.mark.parametrize("status", [500, 503, 599])
def test_status_5xx_fails_with_its_exchange(status: int) -> None:
    response = response_of(status)

    with pytest.raises(ExpectationFailed, match=str(status)) as failure:
        assert_no_server_error(response)

    assert failure.value.exchange is response.exchange


def test_malformed_values_are_distinct_and_can_be_sent() -> None:
    for texts in (
        values.PATH_SEGMENTS,
        values.QUERY_VALUES,
        values.QUERIES,
        values.queries("x"),
        values.METHODS,
    ):
        assert len(set(texts)) == len(texts)
        assert all(text.encode("latin-1").isascii() or "\xe9" in text for text in texts)


def test_malformed_bodies_name_the_resource_and_its_file() -> None:
    json_bodies = list(bodies.bodies("thing", ("title",)))
    parts = [body for _, body in bodies.multiparts("thing", "sound")]

    assert any(b'{"thing": {"title": ' in body for body in json_bodies)
    assert any(b'name="thing[title]"' in body for body in parts)
    assert any(b'name="thing[sound]"' in body for body in parts)
