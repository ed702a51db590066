from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tuningfork.client.config import Settings
from tuningfork.client.reservation import (
    RUN_ID,
    OccupiedError,
    ReservationEntry,
    TargetReservation,
    state_folder,
)


def holder(run: str, *keys: str, writes: bool = True) -> ReservationEntry:
    return ReservationEntry(
        pid=1, since="2026-01-31T10:00:00+00:00", run=run, writes=writes, keys=keys or ("a",)
    )


def is_free(mine: ReservationEntry, folder: Path, patience: float = 0.0) -> bool:
    reservation = TargetReservation(mine, folder)
    try:
        reservation.acquire(patience, on_wait=lambda _: None)
    except OccupiedError:
        return False
    reservation.release()
    return True


@pytest.fixture
def held(tmp_path: Path) -> Iterator[TargetReservation]:
    """What a run that writes has."""
    reservation = TargetReservation(holder("first", "a", "b"), tmp_path)
    reservation.acquire(0.0, on_wait=pytest.fail)
    yield reservation
    reservation.release()


def test_second_run_is_told_who_has_the_target(tmp_path: Path, held: TargetReservation) -> None:
    told: list[str] = []

    with pytest.raises(OccupiedError, match=r"process 1 has been running .* since 2026-01-31T10:00:00"):
        TargetReservation(holder("second", "b"), tmp_path).acquire(0.01, told.append)

    assert len(told) == 1
    assert "waiting for up to 0.01 s" in told[0]


@pytest.mark.parametrize(
    ("mine", "free"),
    [
        (holder("second", "c"), True),
        (holder("second", "a"), False),
        (holder("second", "a", writes=False), False),
        (holder("first", "a"), True),
    ],
)
def test_target_is_free_for_other_users_and_for_the_same_run(
    tmp_path: Path, held: TargetReservation, mine: ReservationEntry, free: bool
) -> None:
    assert is_free(mine, tmp_path) is free


def test_runs_that_only_read_share_a_target(tmp_path: Path) -> None:
    reading = TargetReservation(holder("first", writes=False), tmp_path)
    reading.acquire(0.0, on_wait=pytest.fail)

    assert is_free(holder("second", writes=False), tmp_path)
    assert not is_free(holder("third"), tmp_path)
    reading.release()


def test_released_target_is_free(tmp_path: Path, held: TargetReservation) -> None:
    held.release()

    assert is_free(holder("second"), tmp_path)


def test_file_of_a_dead_process_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "left.json").write_text(json.dumps({"pid": 1, "keys": ["a"]}))

    assert is_free(holder("second"), tmp_path)
    assert list(tmp_path.glob("*.json")) == []


def test_shards_name_their_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RUN_ID, "ci/7")
    assert ReservationEntry.for_this_process(("a",), writes=True).run == "ci/7"

    monkeypatch.delenv(RUN_ID)
    runs = {ReservationEntry.for_this_process(("a",), writes=True).run for _ in range(2)}
    assert len(runs) == 2


def test_state_lies_in_a_folder_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder() == tmp_path / "tuningfork/holders"

    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert state_folder().is_dir()
    assert not state_folder().is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ({"users": {"first": {"username": "ada"}}}, {"users": {"second": {"username": "ada"}}}, True),
        ({"users": {"first": {"username": "ada"}}}, {"users": {"first": {"username": "bela"}}}, False),
        ({"users": {"first": {"access_token": "a"}}}, {"users": {"first": {"access_token": "b"}}}, False),
        ({}, {"base_url": "https://API.example.com/"}, True),
        ({}, {"base_url": "https://api.example.org"}, False),
        ({}, {"controls": "https://api.example.com/_c", "given": {"a": 1}}, True),
    ],
)
def test_targets_are_told_apart_by_base_url_and_user(
    one: dict[str, object], other: dict[str, object], shared: bool
) -> None:
    keys = [
        set(Settings.model_validate({"base_url": "https://api.example.com", **each}).reservation_keys())
        for each in (one, other)
    ]

    assert bool(keys[0] & keys[1]) is shared
