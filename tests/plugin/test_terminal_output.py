"""The terminal output of a run, in a terminal and in a pipe."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

COMMAND = (sys.executable, "-m", "tuningfork", "run", "suites/soundcloud")
LINES, COLUMNS = 24, 80
CONTROL_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
GOOD = """
@claim("SC-TRACK-02")
def test_good(api):
    api.get("/tracks", limit=1).expect_ok()
"""
VIOLATED_MUST = """
@claim("SC-TRACK-01")
def test_must(api):
    api.get("/tracks", limit=1).expect_status(202)
"""
ERRONEOUS = """
@claim("SC-TRACK-03")
def test_erroneous(api):
    api.get("/tracks", limit=1)
    {}["nothing"]
"""


def run_in_terminal(checkout: Checkout, *options: str, **environment: str) -> tuple[str, int]:
    """Return the output and the exit code of a run in a terminal of 80 columns and 24 lines."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    inherited = {name: value for name, value in os.environ.items() if name not in ("CI", "COLUMNS", "LINES")}
    run = subprocess.Popen(
        [*COMMAND, *options],
        cwd=checkout.path,
        env={**inherited, "TERM": "xterm-256color", **environment},
        stdin=follower,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    output = b""
    try:
        while block := os.read(leader, 65536):
            output += block
    except OSError:  # Linux reports the end of a terminal as an error
        pass
    os.close(leader)
    return output.decode(), run.wait(timeout=60)


def run_in_pipe(checkout: Checkout, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options], cwd=checkout.path, capture_output=True, text=True, timeout=60, check=False
    )


def test_green_run_fits_a_terminal_of_80_by_24(checkout: Checkout) -> None:
    checkout.suite(GOOD)

    output, code = run_in_terminal(checkout, "-n", "0")

    lines = CONTROL_SEQUENCE.sub("", output).splitlines()
    assert code == 0
    assert len(lines) < LINES
    assert all(len(line.rpartition("\r")[2].rstrip()) <= COLUMNS for line in lines[:-1])
    assert "SoundCloud" in output
    assert "1/1" in output
    assert "\x1b[?25h" in output, "the cursor is visible again"


def test_terminal_of_ci_gets_no_bars(checkout: Checkout) -> None:
    checkout.suite(GOOD)

    output, code = run_in_terminal(checkout, "-n", "0", CI="true")

    assert code == 0
    assert "\x1b[?25l" not in output
    assert "1/1" not in output


@pytest.mark.parametrize("options", [("-n", "0"), ("-n", "0", "-v"), ("-n", "2"), ("-n", "0", "-q")])
def test_pipe_gets_no_control_sequences(checkout: Checkout, options: tuple[str, ...]) -> None:
    checkout.suite(GOOD + VIOLATED_MUST)

    result = run_in_pipe(checkout, *options)

    assert result.returncode == 1
    assert "\x1b" not in result.stdout
    assert "\r" not in result.stdout
    assert "8 claims: 1 passed, 1 failed" in result.stdout


@pytest.mark.parametrize("options", [(), ("-v",), ("-rA",)])
def test_failures_and_errors_are_printed_once(checkout: Checkout, options: tuple[str, ...]) -> None:
    checkout.suite(VIOLATED_MUST + ERRONEOUS)

    output = str(checkout.run(*options).stdout)

    assert output.count("SC-TRACK-01 failed (MUST)") == 1
    assert output.count("expected:  202") == 1
    assert output.count("reproduce:") == 1
    assert output.count('{}["nothing"]') == 1, "pytest's traceback of the error"
    assert "short test summary" not in output
    assert "error: 1 claim\n  KeyError: 'nothing': SC-TRACK-03" in output


def test_run_with_error_prints_its_traceback_once(checkout: Checkout) -> None:
    checkout.suite(ERRONEOUS)

    result = run_in_pipe(checkout, "-n", "0")

    assert result.returncode == 3
    assert result.stdout.count('{}["nothing"]') == 1


def test_notes_and_sections_are_printed_with_v_only(checkout: Checkout) -> None:
    checkout.suite(GOOD)
    claims = checkout.claims.read_text()
    checkout.claims.write_text(claims.replace('id = "SC-TRACK-02"', 'id = "SC-TRACK-02"\nnote = "A remark."'))

    brief, verbose = (run_in_pipe(checkout, "-n", "0", *options).stdout for options in ((), ("-v",)))

    assert "SC-TRACK-02: A remark." in verbose
    assert re.search(r"^section +claims +verified", verbose, re.MULTILINE)
    assert "A remark." not in brief
    assert "section " not in brief


def test_no_header_and_no_reporter_print_less(checkout: Checkout) -> None:
    checkout.suite(GOOD)

    without_header = run_in_pipe(checkout, "-n", "0", "--no-header")
    without_reporter = run_in_pipe(checkout, "-n", "0", "-p", "no:terminalreporter", "--no-header")

    assert "tuningfork 0" not in without_header.stdout
    assert "1 passed" in without_header.stdout
    assert (without_reporter.returncode, without_reporter.stdout) == (0, "")
    assert checkout.verdicts()["SC-TRACK-02"] == "passed"
