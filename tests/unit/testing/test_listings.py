from __future__ import annotations

import pytest

from tuningfork import ExpectationFailed
from tuningfork.client.response import JsonObject
from tuningfork.testing.listings import at_least_one, ids, json_objects


def test_items_are_returned_as_a_list() -> None:
    assert at_least_one(iter("ab"), "no letter") == ["a", "b"]


def test_no_item_is_not_verified() -> None:
    with pytest.raises(pytest.skip.Exception, match="no letter"):
        at_least_one((), "no letter")


def test_ids_are_returned_in_order() -> None:
    assert ids([JsonObject(id=2), JsonObject(id="a")]) == [2, "a"]


@pytest.mark.parametrize("item_id", [[], {}, None])
def test_id_of_another_type_fails(item_id: object) -> None:
    with pytest.raises(ExpectationFailed, match="an id that is a number or a string"):
        ids([JsonObject(id=item_id)])


def test_item_that_is_not_an_object_fails() -> None:
    with pytest.raises(ExpectationFailed, match='expected a list of JSON objects; found "x" in it'):
        json_objects([JsonObject(), "x"])
