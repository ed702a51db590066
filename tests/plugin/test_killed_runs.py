"""After a run that was killed at any request, the next run restores the target."""

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
ALREADY_IMPORTED = "ignore::pytest.PytestAssertRewriteWarning"  # before the first run, once for all of them
OPTIONS = ["-p", "no:cacheprovider", "-q", "-W", ALREADY_IMPORTED, "--target", "served"]
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
WRITES = """
from tuningfork.apis.soundcloud.factories import create_comment, create_playlist, create_track, follow, like

@claim("SC-TRACK-06")
def test_work(user, other_user, unique_name):
    for name in ("one", "two"):
        track = create_track(user, unique_name(name))["id"]
        user.put(f"/tracks/{track}", json={"track": {"title": unique_name("renamed")}}).expect_ok()
        create_comment(user, track, unique_name("comment"))
        playlist = create_playlist(user, [track], unique_name("set"))["id"]
        like(other_user, "tracks", track)
        like(user, "tracks", 2021)
        like(user, "playlists", playlist)
        follow(other_user, 1009)
        user.delete(f"/playlists/{playlist}").expect_ok()
        create_playlist(other_user, [], unique_name("created"))
"""
READS = """
@claim("SC-TRACK-01")
def test_read(api):
    api.get("/tracks", limit=1).expect_ok()
"""
KILLS = 25


def read_state(served: Served) -> dict[str, Any]:
    """Return everything in the mock that a run may change."""
    mock: Any = served.mock
    associations = (mock.users.follows, mock.tracks.likes, mock.playlists.likes)
    return {
        "tracks": {key: repr(track) for key, track in mock.tracks._tracks.items()},
        "playlists": {key: repr(playlist) for key, playlist in mock.playlists._playlists.items()},
        "comments": {key: repr(comments) for key, comments in mock.comments._by_track.items() if comments},
        "associations": [
            {key: set(objects) for key, objects in association._forward.items() if objects}
            for association in associations
        ],
    }


@dataclass
class Killer:
    """Kills a run at its n-th request: before the request is handled, or before the response is sent."""

    point: int = 0
    is_late: bool = False
    count: int = 0
    run: int = 0
    has_killed: bool = False
    is_started: threading.Event = field(default_factory=threading.Event)
    is_handled: threading.Event = field(default_factory=threading.Event)

    def install(self, served: Served) -> None:
        original = served.mock.wsgi

        def kill_at_point(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            self.count += 1
            if self.count != self.point:
                return original(environ, start_response)
            if not self.is_late:
                self._kill()
            try:
                return original(environ, start_response)
            finally:
                if self.is_late:
                    self._kill()
                self.is_handled.set()

        served.mock.wsgi = kill_at_point  # type: ignore[method-assign]  # as faults do

    def _kill(self) -> None:
        assert self.is_started.wait(20)
        os.kill(self.run, signal.SIGKILL)
        self.has_killed = True


@pytest.fixture
def start(checkout: Checkout, served: Served) -> Iterator[Callable[[str, Killer | None], None]]:
    """Runs a module of the suite in a process of its own: `start(name, killer)`."""
    checkout.target(served.settings)
    command = [sys.executable, "-c", LAUNCHER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdin is not None
        output = launcher.stdout
        assert output is not None

        assert any(line == "ready\n" for line in output)

        def start(name: str, killer: Killer | None = None) -> None:
            print(f"suites/soundcloud/{name}.py", file=launcher.stdin, flush=True)
            process = int(output.readline())
            if killer is not None:
                killer.run = process
                killer.is_started.set()
            assert output.readline() == "ended\n"

        yield start
        launcher.stdin.close()


def test_run_after_a_killed_run_restores_the_target(
    checkout: Checkout, served: Served, start: Callable[..., None]
) -> None:
    checkout.suite(WRITES, "test_work")
    checkout.suite(READS, "test_read")
    before, original = read_state(served), served.mock.wsgi
    remains = {}

    for point in range(1, KILLS + 1):
        killer = Killer(point, is_late=bool(point % 2))
        killer.install(served)
        start("test_work", killer)
        assert killer.has_killed, f"the run has sent only {killer.count} requests"
        assert killer.is_handled.wait(20)
        served.mock.wsgi = original  # type: ignore[method-assign]
        start("test_read")
        if (after := read_state(served)) != before:
            remains[point] = {key: value for key, value in after.items() if value != before[key]}
            break

    assert remains == {}
