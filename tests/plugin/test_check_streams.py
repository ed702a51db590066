"""`tuningfork check` on folders, on lines of standard input, and on files that break off."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tuningfork.cli import main

REPOSITORY = Path(__file__).parents[2]
TRAFFIC = Path(__file__).parent / "traffic"
LONG_TRAFFIC = REPOSITORY / "benchmarks/long_traffic.py"


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)


def check(*arguments: str | Path, stdin: str = "") -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)], input=stdin)


def entry(number: int = 1, body: str = "{}", host: str = "api.soundcloud.com") -> dict[str, Any]:
    """Return a 404 that breaks SC-ERR-01 unless the body has what an error needs."""
    content = {"size": len(body), "text": base64.b64encode(body.encode()).decode(), "encoding": "base64"}
    headers = [{"name": "Content-Type", "value": "application/json"}]
    return {
        "request": {"method": "GET", "url": f"https://{host}/tracks/{number}", "headers": []},
        "response": {"status": 404, "statusText": "", "headers": headers, "content": content},
    }


def archive(*entries: dict[str, Any]) -> str:
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


@pytest.mark.parametrize("cut", [1, 3, 40, 150, 300])
def test_har_that_breaks_off_exits_4_with_what_was_found(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "a.har"
    file.write_text(archive(entry(1), entry(2), entry(3, "x" * 200))[:-cut])

    result = check(file)
    report = json.loads(check("--json", file).stdout)

    assert result.exit_code == 4
    read = 3 if cut < 4 else 2
    assert f"{read} exchanges in 1 file" in result.output
    assert f"failed (MUST): SC-ERR-01 x{read}" in result.output
    assert str(file) in result.stderr
    assert (
        cut < 4
        or "entry 3: is not complete, because the file breaks off; 2 entries were read" in result.stderr
    )
    assert [each["number"] for each in report["exchanges"]] == list(range(1, read + 1))
    assert report["broken"] == {"SC-ERR-01": read}
    assert str(file) in report["errors"][0]


def test_other_files_are_checked_after_one_that_breaks_off(tmp_path: Path) -> None:
    (tmp_path / "a.har").write_text(archive(entry(1))[:-9])
    (tmp_path / "b.har").write_text(archive(entry(2)))

    result = check(tmp_path)

    assert result.exit_code == 4
    assert "/tracks/2  404" in result.output


def test_folder_stands_for_its_recordings(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "b/a.har").write_text(archive(entry(1)))
    (tmp_path / "b/c.jsonl").write_text(json.dumps(entry(2)))
    (tmp_path / "a.yaml").write_bytes((TRAFFIC / "ruby.yml").read_bytes())
    for name in ("package.json", "b/settings.yaml"):
        (tmp_path / name).write_text("{}")
    for name in ("README.md", ".git/a.har", ".b.har"):
        (tmp_path / name).write_text("not traffic")
    (tmp_path / "b/loop").symlink_to(tmp_path)

    result = check(tmp_path)

    assert result.exit_code == 1
    assert "3 exchanges in 3 files\n  2 files of other formats" in result.output


def test_folder_without_traffic_exits_5(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")

    result = check(tmp_path)

    assert result.exit_code == 5
    assert "nothing is verified" in result.output


def test_lines_of_standard_input_are_checked() -> None:
    flat = {
        "method": "get",
        "url": "https://api.soundcloud.com/tracks/2?client_secret=PLANTED-SECRET",
        "request_headers": {"Accept": "*/*"},
        "status": 404,
        "headers": {"Content-Type": "application/json"},
        "body": "{}",
    }
    coded = {**flat, "body": None, "body_base64": base64.b64encode(b"{}").decode()}
    without_body = {name: value for name, value in flat.items() if name != "body"}
    lines = "\n".join(map(json.dumps, [entry(1), flat, coded, without_body, entry(9, host="cdn.test")]))

    result = check("-", "--json", stdin=f"{lines}\n\n")

    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [bool(each["broken"]) for each in report["exchanges"]] == [True, True, True, False, False]
    assert report["exchanges"][3]["body_not_judged"] == "its body was not exported"
    assert report["exchanges"][4]["not_judged"] == "cdn.test is not the API"
    assert "PLANTED" not in result.output


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"method": "GET"}', "GET /tracks", '{"method": "GET", "url": "x", "status": "y"}']
)
def test_line_that_is_not_an_exchange_exits_4_with_what_was_found(line: str) -> None:
    result = check("-", stdin=f"{json.dumps(entry())}\n{line}\n")

    assert result.exit_code == 4
    assert "1 exchange in 1 file" in result.output
    assert "-, line 2" in result.stderr


def test_stream_of_other_hosts_exits_5() -> None:
    result = check("-", stdin=json.dumps(entry(host="cdn.test")))

    assert result.exit_code == 5
    assert "1 not judged: cdn.test is in no contract" in result.output


def test_exchange_of_a_stream_is_reported_at_once_and_an_interrupt_ends_the_stream() -> None:
    command = [sys.executable, "-m", "tuningfork", "check", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{json.dumps(entry())}\n")
        process.stdin.flush()
        first = [process.stdout.readline() for _ in range(4)]
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        process.stdin.close()

    assert "breaks SC-ERR-01" in "".join(first)
    assert "1 exchange in 1 file" in rest
    assert process.returncode == 1


def test_only_the_first_exchanges_that_break_nothing_are_listed(tmp_path: Path) -> None:
    error = {
        "code": 404,
        "message": "404",
        "link": "https://a.test",
        "status": "404",
        "errors": [],
        "error": None,
    }
    fine = json.dumps({**error, "errors": [{"error_message": "404 - Not Found"}]})
    (tmp_path / "a.har").write_text(archive(*(entry(number, fine) for number in range(1, 211)), entry(211)))

    result = check(tmp_path)

    assert result.output.count("satisfies: ") == 201
    assert "/tracks/211  404" in result.output
    assert "10 that break no claim are not listed" in result.output


def test_item_on_two_pages_is_found_over_the_whole_traffic() -> None:
    url = "https://api.soundcloud.com/me/followers?linked_partitioning=true&limit=2"
    cassette = next((REPOSITORY / "cassettes/soundcloud").glob("*/*.yaml"))
    assert cassette.is_file()
    pages = {
        url: {"collection": [{"id": 1}, {"id": 2}], "next_href": f"{url}&cursor=3"},
        f"{url}&cursor=3": {"collection": [{"id": 3}, {"id": 1}]},
    }
    lines = [
        {
            "method": "GET",
            "url": address,
            "request_headers": {"Authorization": "Bearer abc"},
            "status": 200,
            "headers": {"Content-Type": "application/json"},
            "body": json.dumps(body),
        }
        for address, body in pages.items()
    ]

    report = json.loads(check("-", "--json", stdin="\n".join(map(json.dumps, lines))).stdout)

    first, second = ({each["claim"] for each in exchange["broken"]} for exchange in report["exchanges"])
    assert "SC-PAGE-06" not in first
    assert "SC-PAGE-06" in second
    assert "item 1 also on the page of -, 1" in json.dumps(report)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")  # of fork, under pytest-xdist
def test_large_file_is_checked_in_several_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.har"
    file.write_text(archive(*(entry(number) for number in range(1, 451)))[:-2])
    alone = json.loads(check("--json", file).stdout)
    monkeypatch.setattr("tuningfork.report.traffic_judge._processes_for", lambda _: 2)

    together = json.loads(check("--json", file).stdout)

    assert together == alone
    assert len(together["exchanges"]) == 450


def test_long_traffic_has_exactly_the_planned_violations() -> None:
    command = [sys.executable, str(LONG_TRAFFIC), "--exchanges", "2000", "--only-correctness"]

    result = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))

    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 wrong" in result.stdout


class Fields(dict[str, str]):
    """Headers as mitmproxy has them."""

    def items(self, multi: bool = False) -> Any:
        return super().items()


def test_lines_of_the_documented_proxy_addon_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    text = (REPOSITORY / "docs/traffic.md").read_text()
    addon: dict[str, Any] = {}
    exec(text.partition("```python\n")[2].partition("```")[0], addon)  # the code that the page shows
    request = SimpleNamespace(
        method="GET",
        pretty_url="https://api.soundcloud.com/tracks/1",
        headers=Fields(),
        get_text=lambda **_: None,
    )
    headers = Fields({"Content-Type": "application/json"})
    addon["response"](
        SimpleNamespace(
            request=request, response=SimpleNamespace(status_code=404, headers=headers, content=b"{}")
        )
    )

    report = json.loads(check("-", "--json", stdin=capsys.readouterr().out).stdout)

    assert report["broken"] == {"SC-ERR-01": 1}
