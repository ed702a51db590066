"""Kill runs, delete their folder, clean from another one, and compare the server's state before and after.

    python benchmarks/forgetful_runner.py [--kills 5] [--scenario NAME]

Each kill has a server of its own, a run that is killed at one of its writing requests (some before the
request is handled, some before its response is sent), 50 foreign items that look like those of the run,
and `tuningfork clean --older-than 0s`. Two runs in five have a --journal. Exit code 1 if the state differs by
anything that `clean` did not name, or if a foreign item was touched.
"""

from __future__ import annotations

import argparse
import copy
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from tuningfork import apis
from tuningfork.mock.app import Environ, Mock, StartResponse
from tuningfork.mock.server import Server
from tuningfork.mock.state import Association

REPOSITORY = Path(__file__).parents[1]
LOOK_ALIKES = 50
FORGOTTEN = ("api_keys", "nonces", "tokens", "codes", "rate_limits", "consent", "clock", "controls", "outage")
"""Parts of a mock that contain nothing that tests create: what logins leave behind."""


@dataclass(frozen=True)
class Scenario:
    """One way in which a run is killed.

    Args:
        api: the API.
        suites: arguments of `tuningfork run`.
        method: the method of the request at which the run is killed; empty for any that writes.
        path: what the path of this request contains.
        points: which of these requests it is, for each kill.
    """

    api: str
    suites: tuple[str, ...]
    method: str
    path: str
    points: tuple[int, ...] = (1, 2, 3, 4, 5)


SCENARIOS = {
    "follows": Scenario(
        "soundcloud", ("suites/soundcloud/test_follows_and_likes.py",), "", "/me/followings", (1, 2, 4, 6, 9)
    ),
    "chunked upload": Scenario(
        "audioboo", ("suites/audioboo/test_attachments.py",), "", "/attachments", (1, 2, 5, 12, 25)
    ),
    "titles": Scenario(
        "audioboo",
        ("suites/audioboo/test_requests.py", "-k", "title"),
        "POST",
        "/account/audio_clips",
        (1, 2, 3, 6, 11),
    ),
    "anywhere": Scenario("soundcloud", (), "", "", (3, 30, 90, 150, 400)),
}


@dataclass
class Killer:
    """Kills a run at one of its requests."""

    scenario: Scenario
    point: int
    is_late: bool
    pid: int = 0
    count: int = 0
    is_started: threading.Event = field(default_factory=threading.Event)
    is_done: threading.Event = field(default_factory=threading.Event)

    def install(self, mock: Mock) -> None:
        """Count the requests of a mock from now on."""
        original = mock.wsgi

        def count(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            self.count += self._matches(environ)
            if self.is_done.is_set() or not (self.count == self.point and self._matches(environ)):
                return original(environ, start_response)
            try:
                if not self.is_late:
                    self._kill()
                return original(environ, start_response)
            finally:
                if self.is_late:
                    self._kill()
                self.is_done.set()

        mock.wsgi = count  # type: ignore[method-assign]  # as faults do

    def _matches(self, environ: Environ) -> bool:
        """Return whether a request is one of those that are counted."""
        method = environ["REQUEST_METHOD"]
        is_write = method == self.scenario.method or (
            not self.scenario.method and method not in ("GET", "HEAD", "OPTIONS")
        )
        return (
            is_write and self.scenario.path in environ["PATH_INFO"] and "/oauth" not in environ["PATH_INFO"]
        )

    def _kill(self) -> None:
        """Kill the run and its processes."""
        assert self.is_started.wait(60)
        os.killpg(self.pid, signal.SIGKILL)


def main() -> int:
    """Run the scenarios and print a line for each kill."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=5, help="kills of each scenario")
    parser.add_argument("--scenario", choices=SCENARIOS, action="append")
    options = parser.parse_args()
    failed = 0
    for name in options.scenario or SCENARIOS:
        for number, point in enumerate(SCENARIOS[name].points[: options.kills]):
            problems, listed = try_once(
                SCENARIOS[name], point, is_late=number % 2 == 0, journals=number // 2 == 1
            )
            failed += bool(problems)
            print(f"{name}, write {point}: {'; '.join(problems) or 'restored'}", flush=True)
            for line in listed:
                print(f"    {line}", flush=True)
    return int(failed > 0)


def try_once(scenario: Scenario, point: int, *, is_late: bool, journals: bool) -> tuple[list[str], list[str]]:
    """Kill one run and clean up; return what is wrong, and the differences that `clean` has named."""
    mock = apis.mock(scenario.api)
    killer = Killer(scenario, point, is_late)
    killer.install(mock)
    with tempfile.TemporaryDirectory() as folder, Server(mock) as server:
        root = Path(folder)
        options = ["--journal", str(root / "volume")] if journals else []
        before = dump(mock)
        first = runner(root / "first", mock.settings(server.base_url), scenario.api)
        run = start(first, "run", *scenario.suites, "-n", "0", "--no-reports", *options)
        killer.pid = run.pid
        killer.is_started.set()
        run.wait()
        if not killer.is_done.wait(10):
            return [f"the run sent only {killer.count} such requests"], []
        shutil.rmtree(first)
        left = changed(before, dump(mock))
        foreign = plant(mock, before)
        expected = {name: {**values, **foreign.get(name, {})} for name, values in before.items()}
        second = runner(root / "second", mock.settings(server.base_url), scenario.api)
        clean = start(second, "clean", "--older-than", "0s", *options)
        output, _ = clean.communicate()
        after = dump(mock)
    problems = (
        [f"exit code {clean.returncode}: {output}"] if clean.returncode or "Traceback" in output else []
    )
    touched = [key for name, items in foreign.items() for key in items if after[name].get(key) != items[key]]
    problems += [f"{len(touched)} foreign items touched"] if touched else []
    named, unnamed = sort_differences(changed(expected, after), output)
    problems += [f"not restored: {line}" for line in unnamed]
    return problems, [f"the run had left {len(left)} differences; named: {len(named)}", *named]


def runner(folder: Path, table: dict[str, Any], api: str) -> Path:
    """Return a new folder with tuningfork.toml."""
    folder.mkdir()
    target = {"writes": True, "rate": "10000/s", "timeout": 30, "settle": 0, api: table}
    (folder / "tuningfork.toml").write_text(tomli_w.dumps({"targets": {"staging": target}}), encoding="utf-8")
    return folder


def start(folder: Path, command: str, *options: str) -> subprocess.Popen[str]:
    """Start a command in a folder that has nothing but its own state."""
    environment = {
        **os.environ,
        "XDG_STATE_HOME": str(folder / "state"),
        "PYTHONPATH": str(REPOSITORY / "src"),
    }
    return subprocess.Popen(  # noqa: S603 - this program
        [sys.executable, "-m", "tuningfork", command, "--target", "staging", *options],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE if command == "clean" else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def dump(mock: Mock) -> dict[str, dict[Any, str]]:
    """Return all data of a mock: by part and store, the text of each item; of associations their pairs."""
    state: dict[str, dict[Any, str]] = {}
    with mock.lock:
        for part_name, part in vars(mock).items():
            if part_name in FORGOTTEN or type(part).__module__.partition(".")[0] != "tuningfork":
                continue
            for name, store in vars(part).items():
                if isinstance(store, Association):
                    pairs = [(one, other) for one, others in store._forward.items() for other in others]
                    state[f"{part_name}.{name}"] = dict.fromkeys(pairs, "")
                elif isinstance(store, dict) and not name.startswith("_by_owner"):
                    state[f"{part_name}.{name}"] = {key: repr(item) for key, item in store.items() if item}
    return state


def changed(before: dict[str, dict[Any, str]], after: dict[str, dict[Any, str]]) -> list[str]:
    """Return a line for each difference: the store, the key, and what became of it."""
    lines = []
    for name in before:
        for key in {**before[name], **after[name]}:
            old, new = before[name].get(key), after[name].get(key)
            if old != new:
                what = "is new" if old is None else "is gone" if new is None else "has changed"
                lines.append(f"{name} {key} {what}: {(new if new is not None else old or '')[:200]}")
    return lines


def sort_differences(lines: list[str], output: str) -> tuple[list[str], list[str]]:
    """Return the differences that the output of `clean` names, and the others."""
    named: list[str] = []
    unnamed: list[str] = []
    told = [line for line in output.splitlines() if ": may be left: " in line or ": kept: " in line]
    for line in lines:
        store, _, rest = line.partition(" ")
        ids = [part.strip("(),") for part in rest.partition(" is new")[0].split()]
        words = {
            "users.follows": "followings",
            "tracks.likes": "likes/tracks",
            "playlists.likes": "likes/playlists",
        }
        word = {**words, "clips.favourites": "favourites", "attachments._attachments": "/attachments"}.get(
            store
        )
        is_named = any((word and word in each) or f"/{ids[0]}" in each for each in told)
        (named if is_named else unnamed).append(line)
    return named, unnamed


def plant(mock: Any, before: dict[str, dict[Any, str]]) -> dict[str, dict[Any, str]]:
    """Add foreign items that look like those that the run left, or like any of a run; return their dump."""
    store, name = (mock.tracks, "tracks._tracks") if hasattr(mock, "tracks") else (mock.clips, "clips._clips")
    items: dict[int, Any] = getattr(store, name.partition(".")[2])
    left = [item for id_, item in items.items() if id_ not in before[name]]
    pattern = left or list(items.values())[-1:]
    *_, owner = mock.users._users.values()  # the first two are the users of the run
    titles = iter(look_alikes([item.title for item in pattern]))
    planted = {}
    for number in range(LOOK_ALIKES):
        item = copy.copy(pattern[number % len(pattern)])
        item.id = 5_000_000 + number
        if number % 3 == 0:
            item.owner = owner  # an exact copy in another user's account
        else:
            item.title = next(titles)
        store.add(item)
        planted[item.id] = repr(item)
    return {name: planted}


def look_alikes(titles: list[str]) -> Iterator[str]:
    """Yield titles that quote those of a run, or have a mark of no run."""
    number = 0
    while True:
        for title in [title if "tf2" in title else "one tf2611291200a3f00000abcdef0" for title in titles]:
            number += 1
            yield from (
                f"Copy of {title}",
                f"{title} (copy)",
                f"Re: {title}",
                f"> {title}",
                f"{title} {number}",
                title[:-1] + ("0" if title[-1] != "0" else "1"),
                f"one tf2611291200a3f{number:05x}abcdef0",
            )


if __name__ == "__main__":
    sys.exit(main())
