"""The journal outside the runner: a folder or a file, with several writers."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tuningfork.client.config import ConfigurationError
from tuningfork.client.created_entry import Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.shared_journal import SharedJournal, writable_journal

TRACK, SET = Entry("first", "/tracks/1", texts=("one",)), Entry("second", "/playlists/2")
API = "soundcloud 1"
WRITER = """
import sys
from pathlib import Path
from tuningfork.client.created_entry import Entry
from tuningfork.client.shared_journal import SharedJournal

journal = SharedJournal(Path(sys.argv[1]), "soundcloud 1")
for number in range(50):
    journal.write("+", Entry(sys.argv[2], f"/tracks/{number}", texts=("x" * 5000,)))
"""


@pytest.fixture(params=["volume", "journal.jsonl"], ids=["folder", "file"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return writable_journal(tmp_path / request.param)


def recovered(path: Path, older_than: float = 0.0, api: str = API) -> list[list[Entry]]:
    return [entries for _, entries in SharedJournal(path, api).recover(older_than)]


def test_entries_of_a_killed_writer_are_recovered_newest_first(path: Path, tmp_path: Path) -> None:
    with closing(CreatedResources(tmp_path / "ledger", SharedJournal(path, API))) as created:
        for entry in (TRACK, SET, Entry("first", "/tracks/3")):
            created.add(entry)
        created.mark_deleted("/tracks/3")

        assert recovered(path) == [[SET, TRACK]]
        assert recovered(path, api="soundcloud 2") == []


def test_local_and_shared_journal_have_the_same_writer(path: Path, tmp_path: Path) -> None:
    with closing(CreatedResources(tmp_path / "ledger", SharedJournal(path, API))) as created:
        created.add(TRACK)

        ((writer, _),) = SharedJournal(path, API).recover(0)
    assert [file.stem for file in (tmp_path / "ledger").iterdir()] == [writer]


def test_writer_that_has_written_lately_may_be_alive(path: Path) -> None:
    SharedJournal(path, API).write("+", TRACK)

    assert recovered(path, older_than=3600) == []
    assert recovered(path) == [[TRACK]]


def test_finished_writer_has_left_nothing(path: Path, tmp_path: Path) -> None:
    created = CreatedResources(tmp_path / "ledger", SharedJournal(path, API))
    created.add(TRACK)
    created.mark_deleted(TRACK.path)
    created.close()
    killed = SharedJournal(path, API)
    killed.write("+", SET)

    SharedJournal(path, API).finish(killed.writer)

    assert recovered(path) == []


def test_line_is_on_the_volume_when_write_returns(path: Path) -> None:
    journal = SharedJournal(path, API)
    journal.write("+", TRACK)

    (file,) = path.iterdir() if path.is_dir() else [path]
    assert json.loads(file.read_text())["entry"]["path"] == "/tracks/1"


@pytest.mark.parametrize(
    "line", ["", "{", "[]", "null", '{"api": "soundcloud 1"}', '{"sign": "+", "entry": 5}', "\0"]
)
def test_other_lines_are_ignored(path: Path, line: str) -> None:
    journal = SharedJournal(path, API)
    journal.write("+", TRACK)
    with (path / "other.jsonl" if path.is_dir() else path).open("a") as file:
        file.write(line + "\n")
    journal.write("+", SET)

    assert recovered(path) == [[SET, TRACK]]


def test_several_processes_write_whole_lines(path: Path) -> None:
    commands = [[sys.executable, "-c", WRITER, str(path), holder] for holder in ("first", "second")]
    for writer in [subprocess.Popen(command) for command in commands]:
        assert writer.wait() == 0

    assert sorted(len(entries) for entries in recovered(path)) == [50, 50]


def test_missing_folder_is_created_and_a_file_in_place_of_it_is_an_error(tmp_path: Path) -> None:
    assert writable_journal(tmp_path / "a" / "volume").is_dir()
    (tmp_path / "file").touch()

    with pytest.raises(ConfigurationError, match="can't be written"):
        writable_journal(tmp_path / "file" / "volume")
    with pytest.raises(ConfigurationError, match="can't be written"):
        writable_journal(tmp_path / "missing" / "journal.jsonl")


def test_age_is_that_of_the_last_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal, now = SharedJournal(path, API), time.time()
    journal.write("+", TRACK)
    monkeypatch.setattr(time, "time", lambda: now + 3000)
    journal.write("+", SET)
    monkeypatch.setattr(time, "time", lambda: now + 4000)

    assert recovered(path, older_than=1001) == []
    assert recovered(path, older_than=999) == [[SET, TRACK]]
