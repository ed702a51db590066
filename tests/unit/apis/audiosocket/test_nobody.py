"""Ids that nothing has look like those that something has."""

from __future__ import annotations

from typing import Any

import pytest

from tuningfork.apis.audiosocket.nonexistent_ids import HIGH, HIGHER, unused_id


@pytest.mark.parametrize(
    ("taken", "found"),
    [
        ([1, 51_207], HIGH),
        ([1, HIGH], HIGHER),
        (["1", "7"], str(HIGH)),
        (["trk_51201", "trk_9"], f"trk_{HIGH}"),
        (["000041", "000107"], "999999"),
        (["trk_00041"], "trk_99999"),
        (["0", "12"], str(HIGH)),
        (["a-1-51201"], f"a-1-{HIGH}"),
        (["a-1", "b-1"], "b-2"),
        (["5f1e09ac"], "5f2f10bd"),
        (["3b241101-e2bb-4255-8caf-4136c566a962"], "3b241101-e2bb-4255-8caf-4136c577b073"),
        (["night-drive"], "nighu-esjwf"),
        (["NIGHT z9"], "NJHIU g0"),
    ],
)
def test_it_is_of_the_same_sort(taken: list[Any], found: Any) -> None:
    assert unused_id(taken) == found


@pytest.mark.parametrize("taken", [[], [None], ["ab", "bc"], ["-"], [HIGHER, HIGH]])
def test_none_may_be_surely_nobodys(taken: list[Any]) -> None:
    with pytest.raises(pytest.skip.Exception):
        unused_id(taken)
