"""A run that is killed, wherever it is, leaves the target to the next run as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tuningfork.mock.app import Environ, StartResponse

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

LAUNCHER = """
import os, sys, pytest
pytest.main(["-p", "no:cacheprovider", "-q", "--collect-only"])  # imports what all runs need
print("ready", flush=True)
IMPORTED = "ignore::pytest.PytestAssertRewriteWarning"  # before the first run, once for all of them
OPTIONS = ["-p", "no:cacheprovider", "-q", "-W", IMPORTED, "--target", "served"]
for line in sys.stdin:
    child = os.fork()
    if not child:
        sys.stdout = sys.__stdout__ = open(os.devnull, "w")
        os.dup2(sys.stdout.fileno(), 1)
        os._exit(pytest.main([*OPTIONS, line.strip()]))
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""
WORK = """
from tuningfork.apis.soundcloud.factories import follow, like, make_comment, make_playlist, make_track

@claim("SC-TRACK-06")
def test_work(user, other_user, unique_name):
    for name in ("one", "two"):
        track = make_track(user, unique_name(name))["id"]
        user.put(f"/tracks/{track}", json={"track": {"title": unique_name("renamed")}}).expect_ok()
        make_comment(user, track, unique_name("comment"))
        playlist = make_playlist(user, [track], unique_name("set"))["id"]
        like(other_user, "tracks", track)
        like(user, "tracks", 2021)
        like(user, "playlists", playlist)
        follow(other_user, 1009)
        user.delete(f"/playlists/{playlist}").expect_ok()
        make_playlist(other_user, [], unique_name("left"))
"""
READ = """
@claim("SC-TRACK-01")
def test_read(api):
    api.get("/tracks", limit=1).expect_ok()
"""
KILLS = 25


def state(served: Served) -> dict[str, Any]:
    """All that a run may change, in the mock itself."""
    mock: Any = served.mock
    ties = (mock.users.follows, mock.tracks.likes, mock.playlists.likes)
    return {
        "tracks": {key: repr(track) for key, track in mock.tracks._tracks.items()},
        "playlists": {key: repr(playlist) for key, playlist in mock.playlists._playlists.items()},
        "comments": {key: repr(comments) for key, comments in mock.comments._of.items() if comments},
        "ties": [{key: set(all_) for key, all_ in tie._forward.items() if all_} for tie in ties],
    }


@dataclass
class Killer:
    """Kills a run when it sends its n-th request, before that is handled or before it is answered."""

    point: int = 0
    is_late: bool = False
    seen: int = 0
    run: int = 0
    killed: bool = False
    known: threading.Event = field(default_factory=threading.Event)
    handled: threading.Event = field(default_factory=threading.Event)

    def put_before(self, served: Served) -> None:
        answer = served.mock.wsgi

        def deadly(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            self.seen += 1
            if self.seen != self.point:
                return answer(environ, start_response)
            if not self.is_late:
                self._kill()
            try:
                return answer(environ, start_response)
            finally:
                if self.is_late:
                    self._kill()
                self.handled.set()

        served.mock.wsgi = deadly  # type: ignore[method-assign]  # so are faults put in

    def _kill(self) -> None:
        assert self.known.wait(20)
        os.kill(self.run, signal.SIGKILL)
        self.killed = True


@pytest.fixture
def start(checkout: Checkout, served: Served) -> Iterator[Callable[[str, Killer | None], None]]:
    """Runs a module of the suite in a process of its own: `start(name, killer)`."""
    checkout.target(served.settings)
    command = [sys.executable, "-c", LAUNCHER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdin is not None
        told = launcher.stdout
        assert told is not None

        assert any(line == "ready\n" for line in told)

        def start(name: str, killer: Killer | None = None) -> None:
            print(f"suites/soundcloud/{name}.py", file=launcher.stdin, flush=True)
            process = int(told.readline())
            if killer is not None:
                killer.run = process
                killer.known.set()
            assert told.readline() == "ended\n"

        yield start
        launcher.stdin.close()


def test_the_next_run_leaves_the_target_as_it_was(
    checkout: Checkout, served: Served, start: Callable[..., None]
) -> None:
    checkout.suite(WORK, "test_work")
    checkout.suite(READ, "test_read")
    before, answer = state(served), served.mock.wsgi
    kept = {}

    for point in range(1, KILLS + 1):
        killer = Killer(point, is_late=bool(point % 2))
        killer.put_before(served)
        start("test_work", killer)
        assert killer.killed, f"the run has sent only {killer.seen} requests"
        assert killer.handled.wait(20)
        served.mock.wsgi = answer  # type: ignore[method-assign]
        start("test_read")
        if (after := state(served)) != before:
            kept[point] = {key: value for key, value in after.items() if value != before[key]}
            break

    assert kept == {}
