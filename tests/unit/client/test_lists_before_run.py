"""What a list had before a run is the same for all workers, and None is not stored."""

from __future__ import annotations

from pathlib import Path

from tuningfork.client.lists_before_run import ListsBeforeRun


def test_list_is_fetched_once_for_all_workers(tmp_path: Path) -> None:
    """What one worker has added is not older than the run for another one."""
    one, other = ListsBeforeRun(tmp_path / "lists.json"), ListsBeforeRun(tmp_path / "lists.json")

    assert one.get("first", "/likes", lambda: ("1", "2")) == ("1", "2")
    assert other.get("first", "/likes", lambda: ("1", "2", "3")) == ("1", "2")
    assert other.get("second", "/likes", lambda: ("4",)) == ("4",)


def test_list_that_cannot_be_read_is_fetched_again(tmp_path: Path) -> None:
    lists = ListsBeforeRun(tmp_path / "lists.json")

    assert lists.get("first", "/likes", lambda: None) is None
    assert lists.get("first", "/likes", lambda: ("1",)) == ("1",)


def test_single_process_stores_nothing() -> None:
    lists = ListsBeforeRun()

    assert lists.get("first", "/likes", lambda: ("1",)) == ("1",)
    assert lists.get("first", "/likes", lambda: ("2",)) == ("2",)
