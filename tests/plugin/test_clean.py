"""`tuningfork clean` and the next run delete what a killed job left, and nothing that only looks like it."""

from __future__ import annotations

import copy
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from tuningfork.apis.soundcloud.settings import SoundCloudSettings
from tuningfork.cli import main
from tuningfork.client.marks import Marks, mark_key
from tuningfork.mock.app import Environ, StartResponse

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

WRITES = """
from tuningfork.apis.soundcloud.factories import create_comment, create_playlist, create_track, follow, like

@claim("SC-TRACK-06")
def test_work(user, other_user, unique_name, marked_property):
    track = create_track(user, "1984", **marked_property("description"))["id"]
    user.put(f"/tracks/{track}", json={"track": {"title": unique_name("renamed", " (once)")}}).expect_ok()
    create_comment(user, track, unique_name("comment"))
    playlist = create_playlist(user, [track], unique_name("set"))["id"]
    create_playlist(other_user, [track], user.extended(unique_name("other"), after=" set"))
    like(user, "tracks", track)
    like(other_user, "playlists", playlist)
    for follower in (user, other_user):
        follower.put("/me/followings/1009").expect_status(200, 201)
    like(user, "tracks", 2021)
"""
GOOD = """
@claim("SC-TRACK-01")
def test_good(api):
    api.get("/tracks", limit=1).expect_ok()
"""
COMMAND = (sys.executable, "-c", "from tuningfork.cli import main; main()")
HOUR = 3600.0
LOGINS = ("connect", "oauth", "oauth2")
"""The first segments of the paths that log in."""


def clean(*options: str) -> Result:
    return CliRunner().invoke(main, ("clean", "--target", "served", *options))


def read_state(served: Served) -> dict[str, Any]:
    """Return what runs and look-alikes change in the mock."""
    mock: Any = served.mock
    return {
        "tracks": {key: repr(track) for key, track in mock.tracks._tracks.items()},
        "playlists": {key: repr(playlist) for key, playlist in mock.playlists._playlists.items()},
        "comments": {key: repr(comments) for key, comments in mock.comments._by_track.items() if comments},
        "relations": [
            {key: set(objects) for key, objects in association._forward.items() if objects}
            for association in (mock.users.follows, mock.tracks.likes, mock.playlists.likes)
        ],
    }


def kill_run_at(served: Served, point: int, *options: str) -> None:
    """Start a run and kill it when the server has handled its n-th writing request."""
    original, is_killed, runs = served.mock.wsgi, threading.Event(), list[subprocess.Popen[bytes]]()
    is_started, count = threading.Event(), 0

    def kill(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        nonlocal count
        count += environ["REQUEST_METHOD"] != "GET" and environ["PATH_INFO"].split("/")[1] not in LOGINS
        response = original(environ, start_response)
        if count == point and not is_killed.is_set():
            assert is_started.wait(20)
            runs[0].kill()
            is_killed.set()
        return response

    served.mock.wsgi = kill  # type: ignore[method-assign]  # as faults do
    arguments = ("run", "--target", "served", "--no-reports", "suites/soundcloud", *options)
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.DEVNULL) as run:
        runs.append(run)
        is_started.set()
    assert is_killed.is_set(), f"the run has sent only {count} writing requests"
    served.mock.wsgi = original  # type: ignore[method-assign]


def forget(checkout: Checkout) -> None:
    """Delete what the runner of a job has stored."""
    for name in (".tuningfork", ".state", "reports"):
        shutil.rmtree(checkout.path / name, ignore_errors=True)


@pytest.fixture
def marks(checkout: Checkout, served: Served) -> Marks:
    """The marks of jobs with the target's table, which the test writes to tuningfork.toml."""
    checkout.target(served.settings)
    checkout.suite(GOOD)
    return Marks(mark_key(SoundCloudSettings.model_validate(served.settings)), "a3f")


def add_track(served: Served, title: str, *, user: int = 0, age: float = 0.0, **properties: Any) -> int:
    """Store a track of a user of the mock, the first by default, and return its id."""
    mock: Any = served.mock
    owner = list(mock.users._users.values())[user]
    track = copy.copy(
        next(iter(mock.tracks.list_by_user(owner)), None) or next(iter(mock.tracks._tracks.values()))
    )
    track.id, track.owner, track.title = mock.tracks.ids.take(), owner, title
    track.created_at = int(mock.clock.now() - age)
    for name, value in properties.items():
        setattr(track, name, value)
    mock.tracks.add(track)
    return int(track.id)


@pytest.mark.parametrize(
    "point", [pytest.param(1, id="title under test"), 2, pytest.param(5, id="two users"), 6]
)
def test_clean_restores_the_target_without_the_journal(
    checkout: Checkout, served: Served, point: int
) -> None:
    checkout.target(served.settings)
    checkout.suite(WRITES)
    before = read_state(served)
    kill_run_at(served, point)
    assert read_state(served) != before
    forget(checkout)

    result = clean("--older-than", "0s")

    assert result.exit_code == 0, result.output
    assert read_state(served) == before
    assert "soundcloud: deleted: /tracks/" in result.output


@pytest.mark.parametrize("journal", ["volume", "journal.jsonl"])
def test_journal_outside_the_runner_undoes_relations_too(
    checkout: Checkout, served: Served, journal: str
) -> None:
    checkout.target(served.settings)
    checkout.suite(WRITES)
    before = read_state(served)
    kill_run_at(served, 10, "--journal", journal)
    forget(checkout)
    unjournalled = clean("--older-than", "0s", "--dry-run")

    younger = clean("--journal", journal)
    result = clean("--journal", journal, "--older-than", "0s")

    assert "may be left: /me/followings of first, if added without --journal: 1009" in unjournalled.output
    assert "deleted" not in younger.output.replace("0 deleted, 0 not deleted", "")
    assert (result.exit_code, read_state(served)) == (0, before), result.output
    assert "0 deleted" in clean("--journal", journal, "--older-than", "0s").output


def test_next_run_deletes_marked_items_older_than_two_hours(
    checkout: Checkout, served: Served, marks: Marks
) -> None:
    now = time.time()
    old = add_track(served, marks.text("one", "", "1", now - 3 * HOUR), age=3 * HOUR)
    young = add_track(served, marks.text("one", "", "2", now - HOUR), age=HOUR)

    result = checkout.run("--target", "served")

    assert f"left by a killed job: /tracks/{old} of first" in str(result.stdout)
    assert served.mock.tracks.find(old) is None  # type: ignore[attr-defined]
    assert served.mock.tracks.find(young) is not None  # type: ignore[attr-defined]


def test_list_that_is_unavailable_at_the_start_does_not_count_as_left_by_a_killed_job(
    checkout: Checkout, served: Served, marks: Marks
) -> None:
    original = served.mock.wsgi

    def respond(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/me/playlists":
            return original(environ, start_response)
        start_response("503 Service Unavailable", [("Content-Type", "application/json")])
        return [b"{}"]

    served.mock.wsgi = respond  # type: ignore[method-assign]  # as faults do

    output = str(checkout.run("--target", "served").stdout)

    assert "not searched for items of killed jobs: /me/playlists of first can't be read" in output
    assert "left by a killed job" not in output
    assert "may be left" not in output


def test_look_alikes_are_left_alone(served: Served, marks: Marks) -> None:
    """Fifty of them: of the same user with another text or time, and exact copies of another user."""
    now = time.time()
    genuine = marks.text("one", "", "1", now)
    other_key = Marks(b"other", "a3f").text("one", "", "1", now)
    texts = [
        f"Copy of {genuine}",
        f"{genuine} (copy)",
        f"Re: {genuine}",
        f"> {genuine}",
        other_key,
        genuine[:-1],
    ]
    foreign = [add_track(served, text) for text in texts for _ in range(5)]
    foreign += [add_track(served, "a song", description=f'remix of "{genuine}"') for _ in range(5)]
    foreign += [add_track(served, genuine, age=age) for age in (HOUR, 9 * HOUR, -2 * HOUR)]
    foreign += [add_track(served, genuine, user=-1) for _ in range(12)]
    assert len(foreign) == 50
    before = read_state(served)
    own = add_track(served, genuine)

    result = clean("--older-than", "0s")

    assert result.exit_code == 0, result.output
    assert f"deleted: /tracks/{own} of first" in result.output
    assert "left alone: 23 more with a mark" in result.output
    assert read_state(served) == before


@pytest.mark.parametrize(("options", "is_deleted"), [((), False), (("--older-than", "30m"), True)])
def test_item_younger_than_the_age_is_left_alone(
    served: Served, marks: Marks, options: tuple[str, ...], is_deleted: bool
) -> None:
    track = add_track(served, marks.text("one", "", "1", time.time() - HOUR), age=HOUR)

    result = clean(*options)

    assert (served.mock.tracks.find(track) is None) is is_deleted  # type: ignore[attr-defined]
    assert ("it may be of a run that is in progress" in result.output) is not is_deleted


def test_dry_run_sends_no_writing_request(served: Served, marks: Marks) -> None:
    now = time.time()
    track = add_track(served, marks.text("one", "", "1", now))

    result = clean("--older-than", "0s", "--dry-run")

    made = f"run a3f, {datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M} UTC"
    assert f"would be deleted: /tracks/{track} of first" in result.output
    assert made in result.output
    assert [path for method, path in served.requests if method not in ("GET", "POST")] == []
    assert served.mock.tracks.find(track) is not None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--target", "served"), "targets.served.writes is false, so nothing may be deleted"),
        (("--target", "mock"), "it is built in and keeps nothing"),
        (("--target", "serve"), "did you mean served?"),
        (("--target", "served", "--api", "soundclod"), "did you mean soundcloud?"),
        (("--target", "served", "--older-than", "soon"), "is not a time"),
        ((), "Missing option '--target'"),
    ],
)
def test_wrong_arguments_are_refused_in_one_sentence(
    checkout: Checkout, served: Served, options: tuple[str, ...], sentence: str
) -> None:
    checkout.target(served.settings, writes=False)

    result = CliRunner().invoke(main, ("clean", *options))

    assert result.exit_code == 4
    assert sentence in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert served.requests == []


def test_journal_that_cannot_be_written_is_refused(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    (checkout.path / "file").touch()

    assert "can't be written" in checkout.expect_error("--target", "served", "--journal", "file/journal")
    assert clean("--journal", "file/journal").exit_code == 4


def test_item_that_the_target_does_not_delete_is_a_failure(served: Served, marks: Marks) -> None:
    track = add_track(served, marks.text("one", "", "1", time.time()))
    original = served.mock.wsgi

    def refuse_delete(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "DELETE":
            return original(environ, start_response)
        start_response("409 Conflict", [("Content-Type", "application/json")])
        return [b"{}"]

    served.mock.wsgi = refuse_delete  # type: ignore[method-assign]  # as faults do

    result = clean("--older-than", "0s")

    assert result.exit_code == 1
    assert f"not deleted: /tracks/{track} of first" in result.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_clean_is_completed_by_the_next(
    served: Served, marks: Marks, number: signal.Signals
) -> None:
    before, now = read_state(served), time.time()
    for seed in "123":
        add_track(served, marks.text("one", "", seed, now))
    original, is_started, processes = served.mock.wsgi, threading.Event(), list[int]()

    def interrupt(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "DELETE":
            served.mock.wsgi = original  # type: ignore[method-assign]
            assert is_started.wait(20)
            os.kill(processes[0], number)
        return original(environ, start_response)

    served.mock.wsgi = interrupt  # type: ignore[method-assign]  # as faults do
    command = [*COMMAND, "clean", "--target", "served", "--older-than", "0s"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        processes.append(run.pid)
        is_started.set()
        output, _ = run.communicate()

    assert (run.returncode, "Traceback" in output) == (2, False), output
    assert clean("--older-than", "0s").exit_code == 0
    assert read_state(served) == before
