"""A copy of a marked text is not deleted where the list does not say whose an item is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tuningfork.client.creation import Creation
from tuningfork.client.marks import Marks
from tuningfork.pytest_plugin.marked_items import OF_SEVERAL, MarkedItems

MARKS = Marks(b"key")
TEXT = MARKS.text("Note", "", "seed", 1_700_000_000)
CREATION = Creation("POST /notes", item_path="/notes/{id}", list_path="/notes", marker_properties=("title",))


class Lists:
    """Has one list, and no users."""

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self._items = items

    def renew_clients(self) -> None:
        """Do nothing."""

    def pages(self, *_: Any) -> list[Any]:
        """Return one page with all items."""
        return [SimpleNamespace(items=self._items, headers={})]

    def is_owned(self, *_: Any) -> bool:
        """Return True: the items of the tests are of the user, or of an unknown one."""
        return True


def obstacles(*items: dict[str, Any]) -> list[str]:
    """Return why each of these items is not deleted."""
    settings = SimpleNamespace(given={}, users=SimpleNamespace(names=lambda: ["first"]))
    profile = SimpleNamespace(write_as="user", creations=[CREATION])
    marked = MarkedItems(*cast("Any", (profile, MARKS, Lists(list(items)), settings, None)))
    return [item.obstacle for item in marked.find(0)]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([{"id": 1, "title": TEXT}, {"id": 2, "title": "other"}], [""]),
        ([{"id": 1, "title": TEXT}, {"id": 2, "title": TEXT}], [OF_SEVERAL, OF_SEVERAL]),
        ([{"id": 1, "title": TEXT, "user_id": 7}, {"id": 2, "title": TEXT, "user_id": 7}], ["", ""]),
    ],
)
def test_copy_without_an_owner_is_left_alone(items: list[dict[str, Any]], expected: list[str]) -> None:
    assert obstacles(*items) == expected
