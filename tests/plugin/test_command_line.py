"""The output and the exit code of each command."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from click.testing import CliRunner, Result

from tuningfork.cli import claims_command, commands, main, run_command
from tuningfork.pytest_plugin.session import worker_count
from tuningfork.registry import api_home

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

COMMAND = (sys.executable, "-c", "from tuningfork.cli import main; main()")
REPOSITORY = Path(__file__).parents[2]
RECORDINGS = REPOSITORY.parent / "shared/recordings/soundcloud"
BAD_TRAFFIC = """
version: 1
interactions:
- request: {method: GET, uri: "https://api.soundcloud.com/tracks?limit=1", headers: {}, body: null}
  response:
    status: {code: 401, message: Unauthorized}
    headers: {Content-Type: [application/json]}
    body: {string: ""}
"""
VALID_TRAFFIC = BAD_TRAFFIC.replace("401", "200").replace('""', '"[]"')
ENVELOPE = '{"code": 401, "message": "no", "link": "https://a.example", "status": "401 - Unauthorized",'
MUST_ONLY_TRAFFIC = BAD_TRAFFIC.replace('""', f'\'{ENVELOPE} "errors": [], "error": null}}\'')
GOOD = """
@claim("SC-TRACK-01")
def test_good(api):
    api.get("/tracks", limit=1).expect_ok()
"""


def tuningfork(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, arguments)


def run_with_error(*arguments: str) -> str:
    """Run a command, expect exit code 4 and one line of output; return the line."""
    result = tuningfork(*arguments)
    message = [line for line in result.output.splitlines() if line.strip()]
    assert (result.exit_code, len(message)) == (4, 1), result.output
    return message[0]


def write_traffic(checkout: Checkout, text: str, name: str = "recorded.yaml") -> str:
    (checkout.path / name).write_text(text)
    return name


@contextmanager
def serve(*options: str) -> Iterator[dict[str, Any]]:
    """Run `tuningfork serve --json`; yield the tables that it prints, while it serves."""
    command = [*COMMAND, "serve", "soundcloud", "--port", "0", "--json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        lines = list(iter(server.stdout.readline, "}\n"))
        yield json.loads("".join([*lines, "}"]))
        server.send_signal(signal.SIGINT)
    assert server.returncode == 0


# run


def test_run_prints_totals_and_writes_reports(checkout: Checkout) -> None:
    checkout.suite(GOOD)

    result = checkout.pytester.run(*COMMAND, "run", "-n", "0", "suites/soundcloud")

    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "tuningfork *, target mock (in process), seed 0",
            "SoundCloud  8 claims  1 verified  7 not verified",
            "8 claims: 1 passed, 7 not verified; 1 test, 2 requests (10 announced), seed 0, * s",
            "reports: */reports/ (index.html, results.json, junit.xml, ...)",
        ]
    )
    assert checkout.verdicts()["SC-TRACK-01"] == "passed"


def test_run_with_unknown_target_exits_4_in_one_sentence(checkout: Checkout) -> None:
    result = checkout.pytester.run(*COMMAND, "run", "--target", "nowhere")

    assert result.ret == 4
    assert len([line for line in result.errlines if line]) == 1


# serve


def test_served_mock_has_the_verdicts_of_the_mock_in_process(real_checkout: Checkout) -> None:
    suite = "suites/soundcloud/test_playing.py"
    real_checkout.run("--api", "soundcloud", suite)
    expected = real_checkout.verdicts()

    with serve() as tables:
        real_checkout.target(tables["soundcloud"])
        assert real_checkout.run("--target", "served", suite).ret == 0

    assert real_checkout.verdicts() == expected
    assert list(expected.values()).count("passed") >= 5


def test_idle_server_stops() -> None:
    result = subprocess.run([*COMMAND, "serve", "--port", "0", "--idle", "0"], capture_output=True, text=True)

    assert result.returncode == 0
    assert "[targets.served.soundcloud]" in result.stdout


# cheroot leaves the socket that it could not bind to the garbage collector
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
def test_port_in_use_exits_4() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])

        assert f"port {port} can't be used" in run_with_error("serve", "soundcloud", "--port", port)


def test_unknown_api_exits_4() -> None:
    assert "there is no API 'mediasocket'" in run_with_error("serve", "mediasocket")


@pytest.mark.parametrize(
    "arguments",
    [("check",), ("serve", "--port", "99999"), ("no-such-command",), ("claims", "--no-such-option")],
)
def test_usage_error_exits_4(arguments: tuple[str, ...]) -> None:
    result = tuningfork(*arguments)

    assert result.exit_code == 4
    assert "Traceback" not in result.output


# check


def test_traffic_that_violates_a_must_exits_1(checkout: Checkout) -> None:
    result = tuningfork("check", write_traffic(checkout, BAD_TRAFFIC))

    assert result.exit_code == 1
    assert "recorded.yaml, 1: GET /tracks" in result.output
    assert "breaks SC-ERR-01 (MUST" in result.output
    assert "breaks SC-AUTH-10 (SHOULD" in result.output


@pytest.mark.parametrize("text", [VALID_TRAFFIC, MUST_ONLY_TRAFFIC])
def test_traffic_that_violates_no_must_exits_0(checkout: Checkout, text: str) -> None:
    assert tuningfork("check", write_traffic(checkout, text)).exit_code == 0


def test_json_output_has_the_violations(checkout: Checkout) -> None:
    result = tuningfork("check", "--json", write_traffic(checkout, BAD_TRAFFIC))

    output = json.loads(result.output)
    assert output["broken"] == {"SC-AUTH-10": 1, "SC-ERR-01": 1}
    assert output["exchanges"][0]["operation"] == "GET /tracks"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("torn.yaml", "version: 1\ninteractions:\n- request: {", "torn.yaml, line 4"),
        ("torn.har", '{"log": {', "torn.har, line 1"),
        ("page.har", "<html>", "page.har, line 1, column 1: is truncated or not JSON"),
        ("other.yaml", "colour: red\n", "other.yaml"),
        ("other.har", "[]", "other.har"),
        ("old.yaml", BAD_TRAFFIC.replace("version: 1", "version: 7"), "version 7"),
        (
            "half.yaml",
            BAD_TRAFFIC.replace("method: GET, ", ""),
            "half.yaml, interaction 1: has no method",
        ),
    ],
)
def test_invalid_traffic_file_is_named_with_its_line(
    checkout: Checkout, name: str, text: str, message: str
) -> None:
    assert message in run_with_error("check", write_traffic(checkout, text, name))


def test_missing_traffic_file_is_named(checkout: Checkout) -> None:
    assert "missing.yaml: can't be read" in run_with_error("check", "missing.yaml")


def test_check_with_unknown_api_or_invalid_contract_exits_4(checkout: Checkout) -> None:
    recorded = write_traffic(checkout, VALID_TRAFFIC)
    assert "there is no API 'mediasocket'" in run_with_error("check", "--api", "mediasocket", recorded)

    checkout.document.write_text("paths: {")
    assert "openapi.yaml" in run_with_error("check", recorded)


@pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason="the recordings of the real API are not beside this checkout"
)
def test_recordings_of_the_real_api_are_checked_completely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)

    result = tuningfork("check", "--json", *sorted(map(str, RECORDINGS.glob("*.yaml"))))

    output = json.loads(result.output)
    assert result.exit_code == 1
    assert len(output["exchanges"]) == 12
    assert {"SC-ERR-01", "SC-AUTH-10"} <= output["broken"].keys()
    assert output["kept"]


# claims


def test_claims_lists_each_claim_with_its_tests(checkout: Checkout) -> None:
    checkout.suite(GOOD)

    result = tuningfork("claims")

    assert result.exit_code == 0
    assert "SC-TRACK-01   MUST       1 tests" in result.output
    assert len(result.output.splitlines()) == 8


def test_claim_without_test_is_named_and_exits_1(checkout: Checkout) -> None:
    checkout.suite(GOOD)

    result = tuningfork("claims", "--check")

    assert result.exit_code == 1
    assert "no test judges SC-TRACK-02, SC-TRACK-03" in result.output


def test_claims_that_all_have_tests_exit_0(checkout: Checkout) -> None:
    ids = ["TRACK-01", "TRACK-02", "TRACK-03", "TRACK-06", "AUTH-10", "ERR-01", "ERR-09", "RATE-01"]
    marks = ", ".join(f'"SC-{name}"' for name in ids)
    checkout.suite(f"@claim({marks})\ndef test_all(api):\n    pass\n")

    assert tuningfork("claims", "--check").exit_code == 0


@pytest.mark.parametrize(
    ("suite", "message"),
    [
        ("def test_unmarked():\n    pass\n", "test_unmarked: this test names no claim"),
        ("import missing_module\n", "can't be imported"),
    ],
)
def test_claims_with_a_collection_error_exits_4(checkout: Checkout, suite: str, message: str) -> None:
    checkout.suite(suite)

    assert message in run_with_error("claims")


# errors of any command


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--no-such"], "there is no option --no-such"),
        (["--targt", "x"], "there is no option --targt (did you mean --target?)"),
        (["--seed", "abc"], "--seed: 'abc' is not a number"),
        (["-n", "abc"], "'abc' is not a number"),
        (["--target", "a", "--target=b"], "--target is given twice"),
        (["foo"], "foo: there is no such file or folder"),
        (["suites/soundcloud/test_missing.py::test_x"], "there is no such file or folder"),
    ],
)
def test_run_that_cannot_start_exits_4_and_deletes_earlier_results(
    checkout: Checkout, arguments: list[str], message: str
) -> None:
    checkout.suite(GOOD)
    assert checkout.run().ret == 0

    result = checkout.pytester.run(*COMMAND, "run", *arguments)

    assert (result.ret, len([line for line in result.errlines if line])) == (4, 1), result.errlines
    assert message in str(result.stderr)
    assert "--target is given" in message or not (checkout.path / "reports/results.json").exists()


def test_root_conftest_that_cannot_be_imported_exits_3(checkout: Checkout) -> None:
    (checkout.path / "conftest.py").write_text("import missing_module\n")

    result = checkout.pytester.run(*COMMAND, "run", "-n", "0")

    assert (result.ret, len([line for line in result.errlines if line])) == (3, 1), result.errlines
    assert "conftest.py: can't be collected (ModuleNotFoundError: " in str(result.stderr)


@pytest.mark.parametrize("hook", ["pytest_configure(config)", "pytest_sessionstart(session)"])
def test_hook_that_fails_before_the_run_exits_3_in_one_sentence(checkout: Checkout, hook: str) -> None:
    (checkout.path / "conftest.py").write_text(f"def {hook}:\n    raise ZeroDivisionError('internal')\n")

    result = checkout.pytester.run(*COMMAND, "run", "-n", "0")

    message = f"{result.stdout}{result.stderr}"
    assert result.ret == 3
    assert "tuningfork failed (ZeroDivisionError: internal); its traceback is in " in message
    assert "Traceback" not in message
    assert "ZeroDivisionError" in (checkout.path / "reports/traceback.txt").read_text()


def test_printed_id_runs_its_test_from_another_folder(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.suite(
        """
        import pytest

        @pytest.mark.parametrize("text", ["a::b/c[d]"])
        @claim("SC-TRACK-01")
        def test_good(api, text):
            api.get("/tracks", limit=1).expect_ok()
        """
        + GOOD.replace("test_good", "test_other").replace("\n", "\n        ")
    )
    homes = tuple(api_home.find_apis(checkout.path).values())
    monkeypatch.setattr(api_home, "installed_apis", lambda: homes)
    elsewhere = checkout.path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    test = "suites/soundcloud/test_small.py::test_good[a::b/c[d]]"
    assert tuningfork("run", f"{test} (teardown)", "-p", "no:randomly").exit_code == 0

    output = json.loads((elsewhere / "reports/results.json").read_text())
    assert [each["id"] for each in output["tests"]] == [test]


@pytest.mark.parametrize(
    "arguments",
    [("serve", "--port", "abc"), ("serve", "souncloud"), ("audit", "--jobs", "x"), ("claims", "--api", "x"),
     ("check", "--api"), ("chek",)],
)  # fmt: skip
def test_usage_error_of_any_command_is_one_sentence(arguments: tuple[str, ...]) -> None:
    assert run_with_error(*arguments).startswith("ERROR: ")


def test_internal_error_of_a_command_exits_3_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(claims_command, "trace_claims", lambda *_: 1 / 0)
    monkeypatch.setattr(commands, "mkdtemp", lambda: str(tmp_path))

    result = tuningfork("claims")

    assert result.exit_code == 3
    assert result.output == (
        "ERROR: tuningfork failed (ZeroDivisionError: division by zero); "
        f"its traceback is in {tmp_path}/traceback.txt.\n"
    )
    assert "ZeroDivisionError" in (tmp_path / "traceback.txt").read_text()


@pytest.mark.parametrize("output", ["| head -c 1", ">/dev/full 2>/dev/full", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    "command", ["run -n 0", "run -n 1", "claims", "check recorded.yaml", "serve --port 0 --idle 0"]
)
def test_exit_code_does_not_depend_on_the_output(checkout: Checkout, command: str, output: str) -> None:
    checkout.suite(GOOD + "    assert False\n")
    write_traffic(checkout, BAD_TRAFFIC)
    expected = {"run": 1, "check": 1}.get(command.split()[0], 0)
    python = f"{sys.executable} -c 'from tuningfork.cli import main; main()'"

    shell = f"set -o pipefail; ({python} {command}; echo $? >code) {output}"
    result = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, cwd=checkout.path)

    assert (checkout.path / "code").read_text() == f"{expected}\n", result.stderr
    assert "Traceback" not in result.stderr
    assert "Exception ignored" not in result.stderr


def test_number_of_workers_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments: list[str] = []
    monkeypatch.setattr(run_command.pytest, "main", lambda options, **_: arguments.extend(options) or 0)

    assert tuningfork("run", "-n", "99").exit_code == 0

    assert f"--maxprocesses={run_command.MAX_WORKERS}" in arguments
    assert run_command.MAX_WORKERS >= 8


@pytest.mark.parametrize(
    ("option", "dist"),
    [("-x", "load"), ("-vx", "load"), ("--exitfirst", "load"), ("--maxfail=2", "load"), ("-v", "worksteal")],
)
def test_workers_of_a_run_that_ends_at_a_failure_take_the_next_test(
    monkeypatch: pytest.MonkeyPatch, option: str, dist: str
) -> None:
    arguments: list[str] = []
    monkeypatch.setattr(run_command.pytest, "main", lambda options, **_: arguments.extend(options) or 0)

    assert tuningfork("run", option).exit_code == 0

    assert arguments[arguments.index("--dist") + 1] == dist


def test_run_without_arguments_selects_no_test(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments: list[str] = []
    monkeypatch.setattr(run_command.pytest, "main", lambda options, **_: arguments.extend(options) or 0)

    assert tuningfork("run").exit_code == 0

    assert not [option for option in arguments if "::" in option]


@pytest.mark.parametrize(
    ("wanted", "limit", "started"), [(None, 16, 0), (0, 16, 0), (4, 16, 4), (40, 16, 16), (40, None, 40)]
)
def test_number_of_workers_is_that_which_start(wanted: int | None, limit: int | None, started: int) -> None:
    config = SimpleNamespace(option=SimpleNamespace(numprocesses=wanted, maxprocesses=limit))

    assert worker_count(cast("pytest.Config", config)) == started
