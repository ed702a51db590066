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


def make_entry(run: str, *keys: str, writes: bool = True) -> ReservationEntry:
    return ReservationEntry(
        pid=1, since="2026-01-31T10:00:00+00:00", run=run, writes=writes, keys=keys or ("a",)
    )


def is_free(entry: ReservationEntry, folder: Path, timeout: float = 0.0) -> bool:
    reservation = TargetReservation(entry, folder)
    try:
        reservation.acquire(timeout, on_wait=lambda _: None)
    except OccupiedError:
        return False
    reservation.release()
    return True


@pytest.fixture
def reserved(tmp_path: Path) -> Iterator[TargetReservation]:
    """Return the reservation of a run that writes."""
    reservation = TargetReservation(make_entry("first", "a", "b"), tmp_path)
    reservation.acquire(0.0, on_wait=pytest.fail)
    yield reservation
    reservation.release()


def test_second_run_waits_and_names_first_run(tmp_path: Path, reserved: TargetReservation) -> None:
    messages: list[str] = []

    with pytest.raises(OccupiedError, match=r"process 1 has been running .* since 2026-01-31T10:00:00"):
        TargetReservation(make_entry("second", "b"), tmp_path).acquire(0.01, messages.append)

    assert len(messages) == 1
    assert "waiting for up to 0.01 s" in messages[0]


@pytest.mark.parametrize(
    ("entry", "is_allowed"),
    [
        (make_entry("second", "c"), True),
        (make_entry("second", "a"), False),
        (make_entry("second", "a", writes=False), False),
        (make_entry("first", "a"), True),
    ],
)
def test_other_users_and_same_run_do_not_conflict(
    tmp_path: Path, reserved: TargetReservation, entry: ReservationEntry, is_allowed: bool
) -> None:
    assert is_free(entry, tmp_path) is is_allowed


def test_read_only_runs_do_not_conflict(tmp_path: Path) -> None:
    reader = TargetReservation(make_entry("first", writes=False), tmp_path)
    reader.acquire(0.0, on_wait=pytest.fail)

    assert is_free(make_entry("second", writes=False), tmp_path)
    assert not is_free(make_entry("third"), tmp_path)
    reader.release()


def test_released_target_can_be_reserved(tmp_path: Path, reserved: TargetReservation) -> None:
    reserved.release()

    assert is_free(make_entry("second"), tmp_path)


def test_entry_of_ended_process_is_deleted(tmp_path: Path) -> None:
    (tmp_path / "left.json").write_text(json.dumps({"pid": 1, "keys": ["a"]}))

    assert is_free(make_entry("second"), tmp_path)
    assert list(tmp_path.glob("*.json")) == []


def test_shards_share_run_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RUN_ID, "ci/7")
    assert ReservationEntry.for_this_process(("a",), writes=True).run == "ci/7"

    monkeypatch.delenv(RUN_ID)
    runs = {ReservationEntry.for_this_process(("a",), writes=True).run for _ in range(2)}
    assert len(runs) == 2


def test_state_folder_belongs_to_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_reservation_keys_differ_by_base_url_and_user(
    one: dict[str, object], other: dict[str, object], shared: bool
) -> None:
    keys = [
        set(Settings.model_validate({"base_url": "https://api.example.com", **each}).reservation_keys())
        for each in (one, other)
    ]

    assert bool(keys[0] & keys[1]) is shared


def test_file_that_another_run_has_just_deleted_does_not_conflict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that ends deletes its file after this one has listed the folder."""
    monkeypatch.setattr(Path, "glob", lambda folder, _: [folder / "gone.json"])

    assert is_free(make_entry("second"), tmp_path)
