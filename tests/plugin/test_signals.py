"""SIGTERM and SIGHUP end a command as Ctrl-C does: cleaned up, reported, exit code 2."""

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
WAITING = """
import threading

@claim("SC-TRACK-06")
def test_waiting(user, unique_name):
    user.post("/playlists", json={"playlist": {"title": unique_name("left")}}).expect_created()
    user.get("/users", q="anybody")
    threading.Event().wait()
"""
PATIENCE = 45
"""Seconds after which a process that does not do what it should fails its test."""


def playlists(served: Served) -> set[int]:
    return set(served.mock.playlists._playlists)  # type: ignore[attr-defined]  # a part of SoundCloud's mock


def notice(served: Served, method: str, path: str) -> threading.Event:
    """Set when the server has been asked this."""
    seen, answer = threading.Event(), served.mock.wsgi

    def heard(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) == (method, path):
            seen.set()
        return answer(environ, start_response)

    served.mock.wsgi = heard  # type: ignore[method-assign]  # so are faults put in
    return seen


@contextmanager
def running(checkout: Checkout, *options: str) -> Iterator[subprocess.Popen[str]]:
    """`tuningfork run` in a process group of its own."""
    command = [*COMMAND, "run", "--target", "served", *options]
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
def test_signal_ends_a_run_in_order_and_returns_2(
    checkout: Checkout,
    served: Served,
    number: signal.Signals,
    send: Callable[[subprocess.Popen[str], signal.Signals], None],
    workers: str,
) -> None:
    before = playlists(served)
    checkout.target(served.settings)
    checkout.suite(WAITING)
    is_waiting = notice(served, "GET", "/users")

    with running(checkout, "-n", workers) as run:
        assert is_waiting.wait(PATIENCE)
        assert len(playlists(served)) > len(before)
        send(run, number)
        said, _ = run.communicate(timeout=PATIENCE)

    assert run.returncode == 2, said
    assert "Traceback" not in said
    assert playlists(served) == before
    assert not list(checkout.path.rglob("ledger/*"))
    assert checkout.results()["run"]["complete"] is False
    assert {path.name for path in (checkout.path / "reports").iterdir()} == {
        "results.json", "junit.xml", "summary.md",
    }  # fmt: skip


def test_second_signal_ends_a_run_at_once_and_keeps_the_ledger(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(WAITING)
    is_waiting = notice(served, "GET", "/users")
    is_cleaning, may_go_on = threading.Event(), threading.Event()
    answer = served.mock.wsgi

    def slow(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "DELETE":
            is_cleaning.set()
            may_go_on.wait(PATIENCE)
        return answer(environ, start_response)

    served.mock.wsgi = slow  # type: ignore[method-assign]  # the clean-up takes its time

    with running(checkout, "-n", "0") as run:
        assert is_waiting.wait(PATIENCE)
        run.send_signal(signal.SIGTERM)
        assert is_cleaning.wait(PATIENCE)
        for _ in range(10 * PATIENCE):  # one that follows within a moment counts as the first
            run.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.wait(0.1)
                break
        may_go_on.set()

    assert run.returncode == 2
    assert list(checkout.path.rglob("ledger/*.jsonl"))


def test_signal_during_the_probe_returns_2(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(WAITING)
    is_asked, may_go_on = threading.Event(), threading.Event()

    def silent(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        is_asked.set()
        may_go_on.wait(PATIENCE)
        start_response("200 OK", [])
        return []

    served.mock.wsgi = silent  # type: ignore[method-assign]  # no answer for now

    with running(checkout, "-n", "0") as run:
        assert is_asked.wait(PATIENCE)
        run.send_signal(signal.SIGTERM)
        said, _ = run.communicate(timeout=PATIENCE)
        may_go_on.set()

    assert run.returncode == 2, said
    assert "Traceback" not in said
    assert checkout.results()["run"]["complete"] is False


def test_server_ends_in_order_on_sigterm() -> None:
    command = [*COMMAND, "serve", "soundcloud", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert "[targets.served]" in server.stdout.readline()
            server.send_signal(signal.SIGTERM)
            _, said = server.communicate(timeout=PATIENCE)
        finally:
            server.kill()

    assert (server.returncode, said) == (0, "")


def test_handlers_are_put_back_and_ignored_signals_stay_ignored() -> None:
    before = [signal.getsignal(number) for number in INTERRUPTS]
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        restore = handle_interrupts()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        with pytest.raises(KeyboardInterrupt, match="SIGTERM"):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)  # at the same moment: `timeout` sends it twice
        restore()
    finally:
        signal.signal(signal.SIGHUP, before[2])

    assert [signal.getsignal(number) for number in INTERRUPTS] == before


@pytest.mark.parametrize("number", INTERRUPTS)
def test_signal_during_the_imports_of_the_command_returns_2(number: signal.Signals) -> None:
    code = f"""
        import os, sys
        from tuningfork.__main__ import main

        class Finder:
            def find_spec(self, name, *rest):
                if name == "tuningfork.cli":
                    os.kill(os.getpid(), {int(number)})

        sys.meta_path.insert(0, Finder())
        main()
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True)

    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", "")
