"""Unused ids have the format of existing ones."""

from __future__ import annotations

from typing import Any

import pytest

from tuningfork.apis.audiosocket.nonexistent_ids import (
    HIGH_NUMBER,
    INVALID_IDS,
    VERY_HIGH_NUMBER,
    malformed_paths,
    unused_id,
    unused_id_statuses,
)


@pytest.mark.parametrize(
    ("taken", "found"),
    [
        ([1, 51_207], HIGH_NUMBER),
        ([1, HIGH_NUMBER], VERY_HIGH_NUMBER),
        (["1", "7"], str(HIGH_NUMBER)),
        (["trk_51201", "trk_9"], f"trk_{HIGH_NUMBER}"),
        (["000041", "000107"], "999999"),
        (["trk_00041"], "trk_99999"),
        (["0", "12"], str(HIGH_NUMBER)),
        (["a-1-51201"], f"a-1-{HIGH_NUMBER}"),
        (["a-1", "b-1"], "b-2"),
        (["5f1e09ac"], "5f2f10bd"),
        (["3b241101-e2bb-4255-8caf-4136c566a962"], "3b241101-e2bb-4255-8caf-4136c577b073"),
        (["night-drive"], "nighu-esjwf"),
        (["NIGHT z9"], "NJHIU g0"),
    ],
)
def test_unused_id_has_format_of_existing_ids(taken: list[Any], found: Any) -> None:
    assert unused_id(taken) == found


@pytest.mark.parametrize("taken", [[], [None], ["ab", "bc"], ["-"], [VERY_HIGH_NUMBER, HIGH_NUMBER]])
def test_unknown_format_is_not_verified(taken: list[Any]) -> None:
    with pytest.raises(pytest.skip.Exception):
        unused_id(taken)


@pytest.mark.parametrize(
    ("unused", "statuses"),
    [(HIGH_NUMBER, (404,)), ("999999", (404,)), ("nighu-esjwf", (404, 400)), ("trk_99999", (404, 400))],
)
def test_text_may_be_no_id(unused: Any, statuses: tuple[int, ...]) -> None:
    """Such as one with a check digit."""
    assert unused_id_statuses(unused) == statuses


def test_first_number_is_not_deleted() -> None:
    """A server may count from 0: the suite deletes what it takes for no id."""
    assert "0" not in INVALID_IDS


def test_no_track_is_needed_for_malformed_ids() -> None:
    assert len(malformed_paths([])) == len(INVALID_IDS) + 1


def test_existing_id_is_not_malformed() -> None:
    paths = malformed_paths([0, "abc"])

    assert "/tracks/0abc" in paths
    assert not {"/tracks/0", "/tracks/abc"} & set(paths)
