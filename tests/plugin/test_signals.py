"""SIGTERM and SIGHUP end a command like Ctrl-C: with clean-up, reports and exit code 2."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tuningfork.mock.app import Environ, StartResponse
from tuningfork.pytest_plugin.signals import INTERRUPTS, handle_interrupts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.plugin.conftest import Checkout, Served

COMMAND = (sys.executable, "-c", "from tuningfork.cli import main; main()")
WAITS = """
import threading

@claim("SC-TRACK-06")
def test_waiting(user, unique_name):
    user.post("/playlists", json={"playlist": {"title": unique_name("created")}}).expect_created()
    user.get("/users", q="any")
    threading.Event().wait()
"""
TIMEOUT_S = 45
"""The time after which a waiting test fails."""


def playlists(served: Served) -> set[int]:
    return set(served.mock.playlists._playlists)  # type: ignore[attr-defined]  # a part of SoundCloud's mock


def watch_for(served: Served, method: str, path: str) -> threading.Event:
    """Return an event that is set when the server receives this request."""
    is_received, original = threading.Event(), served.mock.wsgi

    def notify(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) == (method, path):
            is_received.set()
        return original(environ, start_response)

    served.mock.wsgi = notify  # type: ignore[method-assign]  # as faults do
    return is_received


@contextmanager
def running(checkout: Checkout, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run SoundCloud's suite in a process group of its own; kill it at the end."""
    command = [*COMMAND, "run", "--target", "served", *options, "suites/soundcloud"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as run:
        try:
            yield run
        finally:
            run.kill()


def to_process(run: subprocess.Popen[str], number: signal.Signals) -> None:
    run.send_signal(number)


def to_group(run: subprocess.Popen[str], number: signal.Signals) -> None:
    os.killpg(run.pid, number)


@pytest.mark.parametrize(
    ("number", "send", "workers"),
    [
        (signal.SIGTERM, to_process, "0"),
        (signal.SIGHUP, to_process, "0"),
        (signal.SIGINT, to_process, "0"),
        (signal.SIGTERM, to_process, "2"),
        (signal.SIGTERM, to_group, "2"),
        (signal.SIGINT, to_group, "1"),
    ],
)
def test_signal_exits_2_after_cleanup(
    checkout: Checkout,
    served: Served,
    number: signal.Signals,
    send: Callable[[subprocess.Popen[str], signal.Signals], None],
    workers: str,
) -> None:
    before = playlists(served)
    checkout.target(served.settings)
    checkout.suite(WAITS)
    is_waiting = watch_for(served, "GET", "/users")

    with running(checkout, "-n", workers) as run:
        assert is_waiting.wait(TIMEOUT_S)
        assert len(playlists(served)) > len(before)
        send(run, number)
        output, _ = run.communicate(timeout=TIMEOUT_S)

    assert run.returncode == 2, output
    assert "Traceback" not in output
    assert playlists(served) == before
    assert not list(checkout.path.rglob("ledger/*"))
    assert checkout.results()["run"]["complete"] is False
    assert {path.name for path in (checkout.path / "reports").iterdir()} == {
        "index.html", "results.json", "junit.xml", "summary.md",
        "ctrf-report.json", "results.sarif", "metrics.txt",
    }  # fmt: skip


def test_second_signal_ends_the_run_at_once_and_keeps_the_ledger(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(WAITS)
    is_waiting = watch_for(served, "GET", "/users")
    is_deleting, is_released = threading.Event(), threading.Event()
    original = served.mock.wsgi

    def respond_slowly(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "DELETE":
            is_deleting.set()
            is_released.wait(TIMEOUT_S)
        return original(environ, start_response)

    served.mock.wsgi = respond_slowly  # type: ignore[method-assign]  # clean-up lasts until the test releases it

    with running(checkout, "-n", "0") as run:
        assert is_waiting.wait(TIMEOUT_S)
        run.send_signal(signal.SIGTERM)
        assert is_deleting.wait(TIMEOUT_S)
        for _ in range(10 * TIMEOUT_S):  # a signal within DUPLICATE_WINDOW_S is ignored
            run.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.wait(0.1)
                break
        is_released.set()

    assert run.returncode == 2
    assert list(checkout.path.rglob("ledger/*.jsonl"))


def test_signal_during_the_reachability_check_exits_2(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(WAITS)
    is_received, is_released = threading.Event(), threading.Event()

    def block(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        is_received.set()
        is_released.wait(TIMEOUT_S)
        start_response("200 OK", [])
        return []

    served.mock.wsgi = block  # type: ignore[method-assign]  # no response until the test releases it

    with running(checkout, "-n", "0") as run:
        assert is_received.wait(TIMEOUT_S)
        run.send_signal(signal.SIGTERM)
        output, _ = run.communicate(timeout=TIMEOUT_S)
        is_released.set()

    assert run.returncode == 2, output
    assert "Traceback" not in output
    assert checkout.results()["run"]["complete"] is False


def test_serve_exits_0_on_sigterm() -> None:
    command = [*COMMAND, "serve", "soundcloud", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert "[targets.served]" in server.stdout.readline()
            server.send_signal(signal.SIGTERM)
            _, output = server.communicate(timeout=TIMEOUT_S)
        finally:
            server.kill()

    assert (server.returncode, output) == (0, "")


def test_restore_resets_the_handlers_and_ignored_signals_stay_ignored() -> None:
    before = [signal.getsignal(number) for number in INTERRUPTS]
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        restore = handle_interrupts()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        with pytest.raises(KeyboardInterrupt, match="SIGTERM"):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)  # a duplicate, as `timeout` sends it
        restore()
    finally:
        signal.signal(signal.SIGHUP, before[2])

    assert [signal.getsignal(number) for number in INTERRUPTS] == before


@pytest.mark.parametrize("module", ["tuningfork.cli", "tuningfork.cli.check_command"])
@pytest.mark.parametrize("number", INTERRUPTS)
def test_signal_during_the_imports_of_the_command_exits_2(number: signal.Signals, module: str) -> None:
    code = f"""
        import os, sys
        from tuningfork.__main__ import main

        class Finder:
            def find_spec(self, name, *rest):
                if name == "{module}":
                    os.kill(os.getpid(), {int(number)})

        sys.meta_path.insert(0, Finder())
        sys.argv = ["tuningfork", "check", "-"]
        main()
    """
    process = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True)

    assert (process.returncode, process.stdout, process.stderr) == (2, "", "")
