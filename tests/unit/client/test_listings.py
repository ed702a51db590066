from __future__ import annotations

import pytest

from tuningfork.testing.listings import at_least_one


def test_items_are_returned_as_a_list() -> None:
    assert at_least_one(iter("ab"), "no letter") == ["a", "b"]


def test_no_item_is_not_verified() -> None:
    with pytest.raises(pytest.skip.Exception, match="no letter"):
        at_least_one((), "no letter")
