"""`tuningfork check` on files of other tools, with the contracts of this repository."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tuningfork.cli import main

REPOSITORY = Path(__file__).parents[2]
TRAFFIC = Path(__file__).parent / "traffic"
TRACK = {"SC-TRACK-01", "SC-TRACK-03", "SC-TRACK-04", "SC-TRACK-05"}


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


def check_as_json(*arguments: str | Path, code: int) -> dict[str, Any]:
    """Run `check --json`, expect this exit code; return the output."""
    result = check("--json", *arguments)
    assert result.exit_code == code, result.output
    return dict(json.loads(result.output))


@pytest.mark.parametrize("name", ["ruby.yml", "ruby-binary.yml", "betamax.json", "schemathesis.yaml"])
def test_traffic_of_other_tools_is_checked(name: str) -> None:
    output = check_as_json(TRAFFIC / name, code=1)

    assert [each["operation"] for each in output["exchanges"]] == ["GET /tracks/{track_id}"]
    assert output["broken"] == {"SC-ERR-01": 1}


def test_body_that_was_not_exported_is_not_checked() -> None:
    output = check_as_json(TRAFFIC / "omit.har", code=0)

    assert output["exchanges"][0]["body_not_judged"] == "its body was not exported"
    assert "SC-ERR-09" in output["kept"]
    assert not TRACK & output["kept"].keys()
    assert "body not judged: its body was not exported" in check(TRAFFIC / "omit.har").output


def test_attached_body_is_checked() -> None:
    assert check_as_json(TRAFFIC / "attach.har", code=0)["kept"].keys() >= TRACK


@pytest.mark.parametrize("name", ["port.yaml", "userinfo.yaml"])
def test_host_of_the_api_is_recognised_with_port_and_userinfo(name: str) -> None:
    assert check_as_json(TRAFFIC / name, code=1)["broken"] == {"SC-ERR-01": 1}


def test_oembed_is_checked_at_its_documented_host() -> None:
    output = check_as_json(TRAFFIC / "oembed.yaml", code=1)

    assert [each["operation"] for each in output["exchanges"]] == ["GET /oembed", "GET /tracks/{track_id}"]
    assert output["broken"] == {"SC-EMBED-01": 1}


def write_traffic(folder: Path, url: str) -> Path:
    request = {"method": "GET", "uri": url, "headers": {}, "body": None}
    response = {"status": {"code": 404}, "headers": {"Content-Type": "application/json"}, "body": "{}"}
    (folder / "a.json").write_text(json.dumps({"interactions": [{"request": request, "response": response}]}))
    return folder / "a.json"


def write_targets(folder: Path) -> None:
    (folder / "tuningfork.toml").write_text(
        "[targets.staging]\nrate = '${NO_SUCH_RATE}'\n"
        "[targets.staging.soundcloud]\nbase_url = 'https://staging.test/api'\nclient_secret = '${NO_SUCH}'\n"
        "[targets.staging.audioboo]\nbase_url = '${NO_SUCH}'\n"
        "[targets.bare]\nwrites = true\n"
        "[targets.odd.soundcloud]\nbase_url = 'https://staging.test:99999'\n"
    )


def test_traffic_of_a_target_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_targets(tmp_path)
    (tmp_path / "specs").symlink_to(REPOSITORY / "specs")
    (tmp_path / "suites").mkdir()
    monkeypatch.chdir(tmp_path)
    file = write_traffic(tmp_path, "https://STAGING.test:443/api/tracks/1")

    assert check_as_json("--target", "staging", file, code=1)["broken"] == {"SC-ERR-01": 1}
    assert check(file).exit_code == 5
    assert "staging.test is in no contract" in check(file).output


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere", "target 'nowhere' is not defined"),
        ("bare", "targets.bare: no API has a base_url"),
        ("mock", "--target mock has no host of its own"),
        ("odd", "targets.odd.soundcloud.base_url: a URL reads like"),
    ],
)
def test_target_without_base_url_exits_4(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    write_targets(tmp_path)
    (tmp_path / "specs").symlink_to(REPOSITORY / "specs")
    (tmp_path / "suites").mkdir()
    monkeypatch.chdir(tmp_path)

    result = check("--target", name, TRAFFIC / "port.yaml")

    assert result.exit_code == 4
    assert message in result.output


def test_unknown_host_is_checked_with_the_api_option(tmp_path: Path) -> None:
    file = write_traffic(tmp_path, "https://staging.test/tracks/1")

    assert check_as_json("--api", "soundcloud", file, code=1)["broken"] == {"SC-ERR-01": 1}


@pytest.mark.parametrize("text", ["interactions: []", "http_interactions: []", None])
def test_traffic_without_checked_exchange_exits_5(tmp_path: Path, text: str | None) -> None:
    file = TRAFFIC / "foreign.yaml"
    if text is not None:
        file = tmp_path / "a.yaml"
        file.write_text(text)

    result = check(file)

    assert result.exit_code == 5
    assert "nothing is verified" in result.output


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("url.har", 5, "1 not judged: its URL is not valid"),
        ("url6.har", 5, "1 not judged: its URL is not valid"),
        ("ansi.har", 5, "1 not judged: its URL has control characters"),
        ("bigint.har", 4, "has a number of 6,000 digits"),
        ("date.yaml", 4, "its interactions are not a list"),
        ("aliases.yaml", 4, "needs too much memory to read"),
        ("statusinf.har", 4, "its status is inf, not a number from 100 to 999"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_hostile_file_is_reported_in_printable_characters(
    options: tuple[str, ...], name: str, code: int, message: str
) -> None:
    result = check(*options, TRAFFIC / name)

    assert result.exit_code == code, result.output
    assert message in result.output or options
    assert all(each.isprintable() or each == "\n" for each in result.output)
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_control_characters_of_a_response_are_escaped(tmp_path: Path) -> None:
    file = tmp_path / "a\x1b[2J.har"
    text = (TRAFFIC / "ansi.har").read_text().replace("\\u001b]0;pwned\\u0007\\u009b2J", "?a=b\\u2028")
    file.write_text(text.replace("pwned\\u0007", "pwned\\u0007\\u009b\\ud800"))

    for options in ((), ("--json",)):
        result = check(*options, file)
        assert result.exit_code in (0, 1)
        assert all(each.isprintable() or each == "\n" for each in result.output)


def test_exchange_that_fails_to_be_checked_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tuningfork.report.checked_exchange.decode_body", fails)
    result = check(TRAFFIC / "port.yaml", TRAFFIC / "omit.har")

    assert result.exit_code == 0
    assert "1 not judged: it can't be judged (ZeroDivisionError)" in result.output


def test_track_without_access_violates_no_claim_of_tracks() -> None:
    first, second = check_as_json(TRAFFIC / "track-of-2021.yaml", code=0)["exchanges"]

    assert set(first["kept"]) >= TRACK
    assert set(second["kept"]) >= TRACK


def test_notes_do_not_mention_access() -> None:
    for each in check_as_json(TRAFFIC / "track-of-2021.yaml", code=0)["exchanges"]:
        assert not [note for note in each["notes"] if "access" in note["expected"]]


def test_json_output_has_the_notes(tmp_path: Path) -> None:
    exchanges = check_as_json(TRAFFIC / "track-with-few-members.yaml", code=0)["exchanges"]

    assert [bool(each["notes"]) for each in exchanges] == [False, True]


def test_violation_mentions_contradicting_sources() -> None:
    output = check_as_json(TRAFFIC / "non-expiring-token.yaml", code=1)
    broken = [
        each
        for exchange in output["exchanges"]
        for each in exchange["broken"]
        if each["claim"] == "SC-TOKEN-02"
    ]

    assert "contradict each other" in broken[0]["note"]
    assert "note: The sources contradict each other" in check(TRAFFIC / "non-expiring-token.yaml").output


def test_redacted_value_hides_no_violation_of_another_one() -> None:
    output = check_as_json(TRAFFIC / "redacted-first-of-many.har", code=1)

    assert output["broken"] == {"SC-ACCESS-01": 1}


def test_write_without_a_response_ends_what_is_judged_over_several_exchanges() -> None:
    assert check_as_json(TRAFFIC / "write-without-response.har", code=0)["broken"] == {}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mkdocs.yml", "emoji: !!python/name:material.emoji.twemoji"),
        ("deployment.yaml", "kind: A\n---\nkind: B\n"),
        ("tsconfig.json", '{"compilerOptions": {} // a comment\n}'),
        ("trace.zip", b"PK\x05\x06" + bytes(18)),
    ],
)
def test_other_files_in_a_folder_are_not_read(tmp_path: Path, name: str, content: str | bytes) -> None:
    shutil.copy(TRAFFIC / "write-without-response.har", tmp_path)
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    assert check(tmp_path).exit_code == 0, check(tmp_path).output
    assert check(tmp_path / name).exit_code == 4


def test_recording_that_breaks_off_is_an_error_in_a_folder_too(tmp_path: Path) -> None:
    shutil.copy(TRAFFIC / "write-without-response.har", tmp_path)
    (tmp_path / "half.json").write_text('{"interactions": [{"request": {"method": "GET"')

    assert check(tmp_path).exit_code == 4


def test_claim_of_two_apis_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / "specs" / name).mkdir(parents=True)
        (tmp_path / "specs" / name / "conventions.yaml").write_text(
            "{conventions: 1, prefix: AC, title: Acme, errors: {no-5xx: true}}"
        )
    monkeypatch.chdir(tmp_path)

    for command in (["lint"], ["run"], ["claims"], ["check", str(TRAFFIC / "oembed.yaml")]):
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 4, (command, result.output)
        assert "both have the claim AC-ERRORS-NO-5XX" in result.output
    assert CliRunner().invoke(main, ["lint", "--api", "two"]).exit_code == 0
