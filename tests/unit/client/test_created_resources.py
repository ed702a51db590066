from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

from tuningfork.client.created_resources import CreatedResources, Entry, recover

TRACK, SET = Entry("first", "/tracks/1"), Entry("first", "/playlists/2")


def test_what_was_created_is_open_newest_first() -> None:
    ledger = CreatedResources()
    ledger.add(TRACK)
    ledger.add(SET)

    assert ledger.pending() == [SET, TRACK]
    assert "/tracks/1" in ledger
    assert "/tracks/2" not in ledger


def test_what_was_removed_is_struck() -> None:
    ledger = CreatedResources()
    ledger.add(TRACK)
    ledger.mark_deleted("/tracks/1")

    assert ledger.pending() == []


def test_an_entry_is_on_disk_before_it_is_used(tmp_path: Path) -> None:
    with contextlib.closing(CreatedResources(tmp_path)) as ledger:
        ledger.add(TRACK)

        (file,) = tmp_path.iterdir()
        assert "/tracks/1" in file.read_text()


def test_a_run_that_ended_well_leaves_no_file(tmp_path: Path) -> None:
    ledger = CreatedResources(tmp_path)
    ledger.add(TRACK)
    ledger.mark_deleted("/tracks/1")
    ledger.close()

    assert list(tmp_path.iterdir()) == []


def test_a_living_run_keeps_its_entries_to_itself(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from tuningfork.client.created_resources import *\n"
        "ledger = CreatedResources(pathlib.Path(sys.argv[1])); ledger.add(Entry('first', '/tracks/1'))\n"
        "print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        run.stdout.readline()

        assert list(recover(tmp_path)) == []

        run.kill()
    assert [entries for _, entries in recover(tmp_path)] == [[TRACK]]


def test_two_ledgers_of_one_process_id_are_kept_apart(tmp_path: Path) -> None:
    first, second = CreatedResources(tmp_path), CreatedResources(tmp_path)
    first.add(TRACK)
    second.close()

    assert len(list(tmp_path.iterdir())) == 1
    first.close()
    assert [entries for _, entries in recover(tmp_path)] == [[TRACK]]


def test_what_another_run_is_taking_care_of_is_left_to_it(tmp_path: Path) -> None:
    for name in ("1", "2"):
        (tmp_path / f"{name}.jsonl").write_text('["+", {"holder": "first", "path": "/tracks/1"}]\n')
    taken = recover(tmp_path)
    file, _ = next(taken)

    assert [found for found, _ in recover(tmp_path)] == [tmp_path / "2.jsonl"]

    (tmp_path / "2.jsonl").unlink()
    assert [found for found, _ in taken] == []
    assert file == tmp_path / "1.jsonl"


def test_what_was_struck_in_a_killed_run_is_gone(tmp_path: Path) -> None:
    ledger = CreatedResources(tmp_path)
    for entry in (TRACK, SET):
        ledger.add(entry)
    ledger.mark_deleted(TRACK.path)
    ledger.close()

    assert [entries for _, entries in recover(tmp_path)] == [[SET]]


def test_a_reset_empties_it(tmp_path: Path) -> None:
    ledger = CreatedResources(tmp_path)
    ledger.add(TRACK)
    ledger.clear()
    ledger.close()

    assert list(tmp_path.iterdir()) == []


def test_a_torn_last_line_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "1.jsonl").write_text('["+", {"holder": "first", "path": "/tracks/1"}]\n["+", {"hol')

    assert [entries for _, entries in recover(tmp_path)] == [[TRACK]]


def test_what_is_removed_by_a_query_is_struck_by_that_query() -> None:
    ledger = CreatedResources()
    ledger.add(Entry("first", "/account/followings?following_user_id=3"))
    ledger.mark_deleted("/account/followings?following_user_id=4")
    still_there = ledger.pending()
    ledger.mark_deleted("/account/followings?following_user_id=3")

    assert len(still_there) == 1
    assert ledger.pending() == []


def test_what_stands_at_a_path_is_struck_whatever_its_query_says() -> None:
    ledger = CreatedResources()
    ledger.add(TRACK)
    ledger.mark_deleted("/tracks/1?callback=x")

    assert ledger.pending() == []
