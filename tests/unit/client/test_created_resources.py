from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

from tuningfork.client.created_entry import RELATED, Entry
from tuningfork.client.created_resources import CreatedResources, recover

TRACK, SET = Entry("first", "/tracks/1"), Entry("first", "/playlists/2")


def test_pending_entries_are_newest_first() -> None:
    created = CreatedResources()
    created.add(TRACK)
    created.add(SET)

    assert created.pending() == [SET, TRACK]
    assert "/tracks/1" in created
    assert "/tracks/2" not in created


def test_deleted_resource_is_no_longer_pending() -> None:
    created = CreatedResources()
    created.add(TRACK)
    created.mark_deleted("/tracks/1")

    assert created.pending() == []


def test_entry_is_on_disk_after_add(tmp_path: Path) -> None:
    with contextlib.closing(CreatedResources(tmp_path)) as created:
        created.add(TRACK)

        (file,) = tmp_path.iterdir()
        assert "/tracks/1" in file.read_text()


def test_file_is_deleted_without_pending_entries(tmp_path: Path) -> None:
    created = CreatedResources(tmp_path)
    created.add(TRACK)
    created.mark_deleted("/tracks/1")
    created.close()

    assert list(tmp_path.iterdir()) == []


def test_entries_of_running_process_are_not_recovered(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from tuningfork.client.created_resources import *\n"
        "created = CreatedResources(pathlib.Path(sys.argv[1])); created.add(Entry('first', '/tracks/1'))\n"
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


def test_journals_of_same_process_id_have_separate_files(tmp_path: Path) -> None:
    first, second = CreatedResources(tmp_path), CreatedResources(tmp_path)
    first.add(TRACK)
    second.close()

    assert len(list(tmp_path.iterdir())) == 1
    first.close()
    assert [entries for _, entries in recover(tmp_path)] == [[TRACK]]


def test_journal_that_another_run_recovers_is_skipped(tmp_path: Path) -> None:
    for name in ("1", "2"):
        (tmp_path / f"{name}.jsonl").write_text('["+", {"holder": "first", "path": "/tracks/1"}]\n')
    taken = recover(tmp_path)
    file, _ = next(taken)

    assert [found for found, _ in recover(tmp_path)] == [tmp_path / "2.jsonl"]

    (tmp_path / "2.jsonl").unlink()
    assert [found for found, _ in taken] == []
    assert file == tmp_path / "1.jsonl"


def test_recover_omits_deleted_resources(tmp_path: Path) -> None:
    created = CreatedResources(tmp_path)
    for entry in (TRACK, SET):
        created.add(entry)
    created.mark_deleted(TRACK.path)
    created.close()

    assert [entries for _, entries in recover(tmp_path)] == [[SET]]


def test_clear_removes_all_entries(tmp_path: Path) -> None:
    created = CreatedResources(tmp_path)
    created.add(TRACK)
    created.clear()
    created.close()

    assert list(tmp_path.iterdir()) == []


def test_incomplete_last_line_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "1.jsonl").write_text('["+", {"holder": "first", "path": "/tracks/1"}]\n["+", {"hol')

    assert [entries for _, entries in recover(tmp_path)] == [[TRACK]]


def test_relation_with_query_is_deleted_by_its_full_path() -> None:
    created = CreatedResources()
    created.add(Entry("first", "/account/followings?following_user_id=3"))
    created.mark_deleted("/account/followings?following_user_id=4")
    still_there = created.pending()
    created.mark_deleted("/account/followings?following_user_id=3")

    assert len(still_there) == 1
    assert created.pending() == []


def test_resource_is_deleted_regardless_of_query() -> None:
    created = CreatedResources()
    created.add(TRACK)
    created.mark_deleted("/tracks/1?callback=x")

    assert created.pending() == []


def test_relations_of_two_users_to_one_item_have_an_entry_each() -> None:
    created = CreatedResources()
    for holder in ("first", "second"):
        created.add(Entry(holder, "/me/followings/3", RELATED))

    created.mark_deleted("/me/followings/3", "first")

    assert not created.has_relation("first", "/me/followings/3")
    assert created.has_relation("second", "/me/followings/3")
