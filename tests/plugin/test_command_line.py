"""The command line: what it prints, and with which exit code it ends."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from tuningfork import cli
from tuningfork.cli import main

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

COMMAND = (sys.executable, "-c", "from tuningfork.cli import main; main()")
REPOSITORY = Path(__file__).parents[2]
RECORDINGS = REPOSITORY.parent / "shared/recordings/soundcloud"
REFUSED = """
version: 1
interactions:
- request: {method: GET, uri: "https://api.soundcloud.com/tracks?limit=1", headers: {}, body: null}
  response:
    status: {code: 401, message: Unauthorized}
    headers: {Content-Type: [application/json]}
    body: {string: ""}
"""
FINE = REFUSED.replace("401", "200").replace('""', '"[]"')
ENVELOPE = '{"code": 401, "message": "no", "link": "https://a.example", "status": "401 - Unauthorized",'
SILENT = REFUSED.replace('""', f'\'{ENVELOPE} "errors": [], "error": null}}\'')
GOOD = """
@claim("SC-TRACK-01")
def test_good(api):
    api.get("/tracks", limit=1).expect_ok()
"""


def tuningfork(*arguments: str) -> Result:
    """The command in this process."""
    return CliRunner().invoke(main, arguments)


def refused(*arguments: str) -> str:
    """The one sentence with which a command refuses."""
    result = tuningfork(*arguments)
    said = [line for line in result.output.splitlines() if line.strip()]
    assert (result.exit_code, len(said)) == (4, 1), result.output
    return said[0]


def recording(checkout: Checkout, text: str, name: str = "recorded.yaml") -> str:
    (checkout.path / name).write_text(text)
    return name


@contextmanager
def serving(*options: str) -> Iterator[dict[str, Any]]:
    """The table that `tuningfork serve --json` prints, while it serves."""
    command = [*COMMAND, "serve", "soundcloud", "--port", "0", "--json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        lines = list(iter(server.stdout.readline, "}\n"))
        yield json.loads("".join([*lines, "}"]))
        server.send_signal(signal.SIGINT)
    assert server.returncode == 0


# run


def test_a_run_prints_the_table_and_writes_reports(checkout: Checkout) -> None:
    checkout.suite(GOOD)

    result = checkout.pytester.run(*COMMAND, "run", "-n", "0")

    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["SoundCloud", "Tracks *4 *1 *0 *", "SoundCloud: 8 claims, 1 verified, 0 failed*"]
    )
    assert checkout.verdicts()["SC-TRACK-01"] == "passed"


def test_a_run_is_refused_in_a_sentence(checkout: Checkout) -> None:
    result = checkout.pytester.run(*COMMAND, "run", "--target", "nowhere")

    assert result.ret == 4
    assert len([line for line in result.errlines if line]) == 1


# serve


def test_what_is_served_gives_the_verdicts_of_the_mock(whole: Checkout) -> None:
    suite = "suites/soundcloud/test_playing.py"
    whole.run("--api", "soundcloud", suite)
    expected = whole.verdicts()

    with serving() as tables:
        whole.target(tables["soundcloud"])
        assert whole.run("--target", "served", suite).ret == 0

    assert whole.verdicts() == expected
    assert list(expected.values()).count("passed") >= 5


def test_a_server_that_nobody_asks_stops_by_itself() -> None:
    result = subprocess.run([*COMMAND, "serve", "--port", "0", "--idle", "0"], capture_output=True, text=True)

    assert result.returncode == 0
    assert "[targets.served.soundcloud]" in result.stdout


# cheroot leaves the socket that it could not bind to the garbage collector
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
def test_a_port_in_use_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        assert f"port {port} can't be used" in refused("serve", "soundcloud", "--port", port)


def test_an_unknown_api_is_refused() -> None:
    assert "there is no API 'mediasocket'" in refused("serve", "mediasocket")


@pytest.mark.parametrize(
    "arguments",
    [("check",), ("serve", "--port", "99999"), ("no-such-command",), ("claims", "--no-such-option")],
)
def test_a_wrong_use_has_pytests_exit_code(arguments: tuple[str, ...]) -> None:
    result = tuningfork(*arguments)

    assert result.exit_code == 4
    assert "Traceback" not in result.output


# check


def test_traffic_that_breaks_a_must_is_told_with_its_place(checkout: Checkout) -> None:
    result = tuningfork("check", recording(checkout, REFUSED))

    assert result.exit_code == 1
    assert "recorded.yaml, 1: GET /tracks" in result.output
    assert "breaks SC-ERR-01 (MUST" in result.output
    assert "breaks SC-AUTH-10 (SHOULD" in result.output


@pytest.mark.parametrize("text", [FINE, SILENT])
def test_traffic_that_breaks_no_must_is_all_right(checkout: Checkout, text: str) -> None:
    assert tuningfork("check", recording(checkout, text)).exit_code == 0


def test_findings_are_told_to_programs_too(checkout: Checkout) -> None:
    result = tuningfork("check", "--json", recording(checkout, REFUSED))

    told = json.loads(result.output)
    assert told["broken"] == {"SC-AUTH-10": 1, "SC-ERR-01": 1}
    assert told["exchanges"][0]["operation"] == "GET /tracks"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("torn.yaml", "version: 1\ninteractions:\n- request: {", "torn.yaml, line 4"),
        ("torn.har", '{"log": {', "torn.har, line 1"),
        ("page.har", "<html>", "page.har, line 1, column 1: is torn, or not JSON"),
        ("other.yaml", "colour: red\n", "other.yaml"),
        ("other.har", "[]", "other.har"),
        ("old.yaml", REFUSED.replace("version: 1", "version: 7"), "version 7"),
        ("half.yaml", REFUSED.replace("method: GET, ", ""), "half.yaml, interaction 1: has no method"),
    ],
)
def test_a_torn_file_is_named_with_its_place(checkout: Checkout, name: str, text: str, said: str) -> None:
    assert said in refused("check", recording(checkout, text, name))


def test_a_file_that_is_not_there_is_named(checkout: Checkout) -> None:
    assert "none.yaml: can't be read" in refused("check", "none.yaml")


def test_an_unknown_api_or_a_broken_contract_is_refused(checkout: Checkout) -> None:
    recorded = recording(checkout, FINE)
    assert "there is no API 'mediasocket'" in refused("check", "--api", "mediasocket", recorded)

    checkout.document.write_text("paths: {")
    assert "openapi.yaml" in refused("check", recorded)


@pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason="the recordings of the real API are not beside this checkout"
)
def test_the_recordings_of_the_real_api_are_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)

    result = tuningfork("check", "--json", *sorted(map(str, RECORDINGS.glob("*.yaml"))))

    told = json.loads(result.output)
    assert result.exit_code == 1
    assert len(told["exchanges"]) == 12
    assert {"SC-ERR-01", "SC-AUTH-10"} <= told["broken"].keys()
    assert told["kept"]


# claims


def test_claims_are_listed_with_their_tests(checkout: Checkout) -> None:
    checkout.suite(GOOD)

    result = tuningfork("claims")

    assert result.exit_code == 0
    assert "SC-TRACK-01   MUST       1 tests" in result.output
    assert len(result.output.splitlines()) == 8


def test_a_claim_without_a_test_is_named(checkout: Checkout) -> None:
    checkout.suite(GOOD)

    result = tuningfork("claims", "--check")

    assert result.exit_code == 1
    assert "no test judges SC-TRACK-02, SC-TRACK-03" in result.output


def test_claims_that_all_have_tests_pass(checkout: Checkout) -> None:
    ids = ["TRACK-01", "TRACK-02", "TRACK-03", "TRACK-06", "AUTH-10", "ERR-01", "ERR-09", "RATE-01"]
    marks = ", ".join(f'"SC-{name}"' for name in ids)
    checkout.suite(f"@claim({marks})\ndef test_all(api):\n    pass\n")

    assert tuningfork("claims", "--check").exit_code == 0


@pytest.mark.parametrize(
    ("suite", "said"),
    [
        ("def test_odd():\n    pass\n", "test_odd: this test names no claim"),
        ("import nothing_of_that_name\n", "can't be imported"),
    ],
)
def test_a_suite_that_can_not_be_collected_is_told(checkout: Checkout, suite: str, said: str) -> None:
    checkout.suite(suite)

    assert said in refused("claims")


# whatever is wrong


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--no-such"], "there is no option --no-such"),
        (["--targt", "x"], "there is no option --targt (did you mean --target?)"),
        (["--seed", "abc"], "--seed: 'abc' is no number"),
        (["-n", "abc"], "'abc' is no number"),
        (["--target", "a", "--target=b"], "--target is given twice"),
        (["foo"], "foo: there is no such file or folder"),
        (["suites/soundcloud/test_none.py::test_x"], "there is no such file or folder"),
    ],
)
def test_run_that_cannot_start_says_why_and_leaves_no_earlier_results(
    checkout: Checkout, arguments: list[str], said: str
) -> None:
    checkout.suite(GOOD)
    assert checkout.run().ret == 0

    result = checkout.pytester.run(*COMMAND, "run", *arguments)

    assert (result.ret, len([line for line in result.errlines if line])) == (4, 1), result.errlines
    assert said in str(result.stderr)
    assert "--target is given" in said or not (checkout.path / "reports/results.json").exists()


def test_root_conftest_that_cannot_be_imported_returns_3(checkout: Checkout) -> None:
    (checkout.path / "conftest.py").write_text("import nothing_of_that_name\n")

    result = checkout.pytester.run(*COMMAND, "run", "-n", "0")

    assert (result.ret, len([line for line in result.errlines if line])) == (3, 1), result.errlines
    assert "conftest.py: can't be collected (ModuleNotFoundError: " in str(result.stderr)


@pytest.mark.parametrize("hook", ["pytest_configure(config)", "pytest_sessionstart(session)"])
def test_hook_that_fails_before_the_run_returns_3_in_one_sentence(checkout: Checkout, hook: str) -> None:
    (checkout.path / "conftest.py").write_text(f"def {hook}:\n    raise ZeroDivisionError('ours')\n")

    result = checkout.pytester.run(*COMMAND, "run", "-n", "0")

    said = f"{result.stdout}{result.stderr}"
    assert result.ret == 3
    assert "tuningfork broke down (ZeroDivisionError: ours); its traceback is in " in said
    assert "Traceback" not in said
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
    monkeypatch.setattr(cli, "root", lambda: checkout.path)
    elsewhere = checkout.path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    test = "suites/soundcloud/test_small.py::test_good[a::b/c[d]]"
    assert tuningfork("run", f"{test} (teardown)", "-p", "no:randomly").exit_code == 0

    told = json.loads((elsewhere / "reports/results.json").read_text())
    assert [each["id"] for each in told["tests"]] == [test]


@pytest.mark.parametrize(
    "arguments",
    [("serve", "--port", "abc"), ("serve", "souncloud"), ("audit", "--jobs", "x"), ("claims", "--api", "x"),
     ("check", "--api"), ("chek",)],
)  # fmt: skip
def test_wrong_use_of_any_command_is_one_sentence(arguments: tuple[str, ...]) -> None:
    assert refused(*arguments).startswith("ERROR: ")


def test_error_of_ours_is_one_sentence_and_never_returns_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cli, "trace_claims", lambda *_: 1 / 0)
    monkeypatch.setattr(cli, "mkdtemp", lambda: str(tmp_path))

    result = tuningfork("claims")

    assert result.exit_code == 3
    assert result.output == (
        "ERROR: tuningfork broke down (ZeroDivisionError: division by zero); "
        f"its traceback is in {tmp_path}/traceback.txt.\n"
    )
    assert "ZeroDivisionError" in (tmp_path / "traceback.txt").read_text()


@pytest.mark.parametrize("output", ["| head -c 1", ">/dev/full 2>/dev/full", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    "command", ["run -n 0", "run -n 1", "claims", "check recorded.yaml", "serve --port 0 --idle 0"]
)
def test_exit_code_is_the_verdicts_wherever_the_output_goes(
    checkout: Checkout, command: str, output: str
) -> None:
    checkout.suite(GOOD + "    assert False\n")
    recording(checkout, REFUSED)
    expected = {"run": 1, "check": 1}.get(command.split()[0], 0)
    python = f"{sys.executable} -c 'from tuningfork.cli import main; main()'"

    shell = f"set -o pipefail; ({python} {command}; echo $? >code) {output}"
    result = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, cwd=checkout.path)

    assert (checkout.path / "code").read_text() == f"{expected}\n", result.stderr
    assert "Traceback" not in result.stderr
    assert "Exception ignored" not in result.stderr


def test_number_of_workers_is_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []
    monkeypatch.setattr(cli.pytest, "main", lambda options, **_: given.extend(options) or 0)

    assert tuningfork("run", "-n", "99").exit_code == 0

    assert f"--maxprocesses={cli.MOST_WORKERS}" in given
    assert cli.MOST_WORKERS >= 8


def test_run_without_arguments_runs_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []
    monkeypatch.setattr(cli.pytest, "main", lambda options, **_: given.extend(options) or 0)

    assert tuningfork("run").exit_code == 0

    assert not [option for option in given if "::" in option]
