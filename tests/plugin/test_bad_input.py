"""Invalid input ends a run with one sentence, the documented exit code and no traceback."""

from __future__ import annotations

import errno
import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tuningfork.apis.soundcloud.settings import SoundCloudSettings
from tuningfork.client.reservation import ReservationEntry, TargetReservation
from tuningfork.mock.app import Environ, StartResponse

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

GOOD = """
@claim("SC-TRACK-01")
def test_tracks(api):
    api.get("/tracks", limit=1).expect_ok()
"""
UNREACHABLE: dict[str, Any] = {
    "base_url": "http://127.0.0.1:1",
    "client_id": "app",
    "client_secret": "s3cret-of-the-app",
    "redirect_uri": "https://app.example.com/callback",
}
"""The settings of a target that does not respond."""


def test_target_without_configuration_file_exits_4(checkout: Checkout) -> None:
    assert "the file of target 'staging' does not exist" in checkout.expect_error("--target", "staging")


def test_mock_needs_no_configuration_file(checkout: Checkout) -> None:
    checkout.suite(GOOD)

    assert checkout.run().ret == 0


def test_unknown_target_is_reported_with_the_known_targets(checkout: Checkout) -> None:
    checkout.target(UNREACHABLE, name="staging")

    assert "target 'nowhere' is not defined" in checkout.expect_error("--target", "nowhere")
    assert "staging, mock, cassette" in checkout.expect_error("--target", "nowhere")


def test_missing_environment_variable_is_named(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_MISSING", raising=False)
    checkout.target(UNREACHABLE | {"client_secret": "${TF_MISSING}"})

    message = checkout.expect_error("--target", "served")

    assert "targets.served.soundcloud.client_secret" in message
    assert "TF_MISSING" in message


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"base_url": 7}, "base_url"),
        ({"users": {"first": "ada"}}, "users.first"),
        ({"users": {"third": {}}}, "users.third"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_setting_of_wrong_type_is_named_with_its_key(
    checkout: Checkout, settings: dict[str, Any], key: str
) -> None:
    checkout.target(UNREACHABLE | settings)

    assert f"tuningfork.toml: targets.served.soundcloud.{key}: " in checkout.expect_error(
        "--target", "served"
    )


def test_api_without_table_exits_4(checkout: Checkout) -> None:
    checkout.path.joinpath("tuningfork.toml").write_text("[targets.served]\nwrites = true\n")

    assert "[targets.served.soundcloud]" in checkout.expect_error("--target", "served", "--api", "soundcloud")
    assert "names no API" in checkout.expect_error("--target", "served")


@pytest.mark.parametrize("key", ["", ".soundcloud"])
def test_missing_ca_file_exits_4(checkout: Checkout, key: str) -> None:
    ca = {"ca": "nowhere.pem"}
    checkout.target(UNREACHABLE | (ca if key else {}), **({} if key else ca))

    message = checkout.expect_error("--target", "served")

    assert f"tuningfork.toml: targets.served{key}.ca: " in message
    assert message.endswith("nowhere.pem can't be read as PEM certificates; set it to a PEM file.")


def test_unreachable_target_exits_3(checkout: Checkout) -> None:
    checkout.suite(GOOD)
    checkout.target(UNREACHABLE)

    message = checkout.expect_error("--target", "served", code=3)

    assert "http://127.0.0.1:1 can't be reached" in message
    assert checkout.results()["run"]["complete"] is False


def test_website_at_base_url_exits_3(checkout: Checkout, served: Served) -> None:
    def page(environ: Environ, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"<h1>It works!</h1>"]

    served.mock.wsgi = page  # type: ignore[method-assign]  # another website
    checkout.suite(GOOD)
    checkout.target(served.settings)

    assert "returns HTML, not the SoundCloud API" in checkout.expect_error("--target", "served", code=3)


@pytest.mark.parametrize("text", ["openapi: 3.1.0\npaths: {", "openapi: 3.1.0\n", "[]", "\tpaths:"])
def test_invalid_openapi_document_is_named(checkout: Checkout, text: str) -> None:
    checkout.document.write_text(text)

    assert "specs/soundcloud/openapi.yaml" in checkout.expect_error()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "SC-ERR-01"\n', "", "has no id"),
        ('level = "MAY"', 'level = "MIGHT"', "MIGHT"),
        ('id = "SC-ERR-01"', 'id = "SC-ERR-09"', "SC-ERR-09 is the id of an earlier claim"),
        ("[[claims]]", "[[claims", "specs/soundcloud/claims.toml"),
    ],
)
def test_invalid_claim_is_named(checkout: Checkout, old: str, new: str, message: str) -> None:
    checkout.claims.write_text(checkout.claims.read_text().replace(old, new, 1))

    assert message in checkout.expect_error()


def test_document_with_unknown_claim_exits_4(checkout: Checkout) -> None:
    checkout.document.write_text(
        checkout.document.read_text().replace("[SC-TRACK-02]", "[SC-TRACK-02, SC-NOT-01]")
    )

    assert "SC-NOT-01" in checkout.expect_error()


@pytest.mark.parametrize(
    ("mark", "message"),
    [("", "this test names no claim"), ('@claim("SC-TRACK-01", "SC-NOT-01")', "there is no claim SC-NOT-01")],
)
def test_test_without_known_claim_exits_4(checkout: Checkout, mark: str, message: str) -> None:
    checkout.suite(f"{mark}\ndef test_unmarked(api):\n    pass\n")

    assert f"test_small.py::test_unmarked: {message}" in checkout.expect_error()


def test_test_without_claim_exits_4_with_workers(checkout: Checkout) -> None:
    checkout.suite(GOOD + "\ndef test_unmarked(api):\n    pass\n")

    result = checkout.run("-n", "1")

    assert result.ret == 4
    result.stdout.fnmatch_lines(["ERROR: *test_small.py::test_unmarked: this test names no claim*"])
    assert "Traceback" not in str(result.stdout)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--claim", "SC-NOT-*"], "--claim SC-NOT-*: no claim"),
        (["--api", "mediasocket"], "--api mediasocket: there is no such API"),
        (["--fault", "no_such_fault"], "--fault: there is no fault or variant 'no_such_fault'"),
        (["--fault", "no_such_fault", "--target", "served"], "--fault is for the mock"),
        (["--fault", "no_such_fault", "--target", "cassette"], "--fault is for the mock"),
        (["--target", "cassette"], "there is no complete cassette"),
        (["--deviations", "none.toml"], "none.toml: can't be read"),
        (["--report-dir", "pyproject.toml"], "--report-dir"),
        (["--target", "served", "-d", "--tx", "ssh=host"], "--tx ssh=host: workers on other machines"),
        (["--target", "served", "-d", "--tx", "2*popen//via=host"], "--tx 2*popen//via=host: workers"),
        (["--target", "served", "--tx=ssh=host"], "--tx ssh=host: workers on other machines"),
        (["--target", "served", "-n", "2", "--tx", "ssh=host"], "--tx ssh=host: workers on other machines"),
    ],
)
def test_invalid_option_exits_4(checkout: Checkout, options: list[str], message: str) -> None:
    checkout.suite(GOOD)
    (checkout.path / "cassettes/soundcloud").mkdir(parents=True)
    checkout.target(UNREACHABLE)

    assert message in checkout.expect_error(*options)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[deviations", "is not valid TOML"),
        ('[[deviations]]\nclaim = "SC-TRACK-01"\n', "[[deviations]] 1: target"),
        (
            '[[deviations]]\nclaim = "SC-NOT-01"\ntarget = "mock"\nreason = "a"\nlink = "b"\nowner = "c"\n'
            "expiry = 2999-01-01\n",
            "claim SC-NOT-01 does not exist",
        ),
        ("waived = 3\n", "contains more than [[deviations]] tables"),
    ],
)
def test_invalid_deviations_file_exits_4(checkout: Checkout, text: str, message: str) -> None:
    checkout.path.joinpath("deviations.toml").write_text(text)

    assert message in checkout.expect_error()


def write_toml(checkout: Checkout, text: str, encoding: str = "utf-8") -> None:
    (checkout.path / "tuningfork.toml").write_text(text, encoding=encoding)


BAD_URLS = ["ftp://a.example", "http://", "http:///x", "http://a:99999", "http://[::1", "a.example"]
BAD_URLS += ["http://a b", "http://a/?b=c", "http://a/#b"]
TABLE = '[targets.served.soundcloud]\nbase_url = "http://127.0.0.1:1"\nclient_id = "a"\nclient_secret = "b"\n'
TABLE += 'redirect_uri = "https://app.example.com/"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TABLE.replace("client_id", "client_ID"), "client_ID: the field * (did you mean client_id?)"),
        (TABLE + 'users.first = { pasword = "c" }\n', "users.first.pasword: * (did you mean password?)"),
        ("[targets.served]\nwrits = true\n" + TABLE, "targets.served.writs: * (did you mean writes?)"),
        (TABLE.replace("soundcloud", "soundclod"), "soundclod: * (did you mean soundcloud?)"),
        ("[target.served]\nwrites = true\n", "table or field 'target'; did you mean [[]targets.served]?"),
        ("[served]\nwrites = true\n", "unknown table or field 'served'; did you mean [[]targets.served]?"),
        ("targets = 3\n", "targets must be tables"),
        (TABLE + 'client_id = "twice"\n', "this is not valid TOML"),
        ("[targets.served]\nrate = 5\n" + TABLE, 'a rate reads like "10/s"'),
        ('[targets.served]\nrate = "0/s"\n' + TABLE, "served.rate: "),
        ('[targets.served]\nrate = "' + "9" * 400 + '/s"\n' + TABLE, "served.rate: "),
        ('[targets.served]\ntimeout = "x"\n' + TABLE, "served.timeout: "),
        ("[targets.served]\ntimeout = true\n" + TABLE, "served.timeout: "),
        ("[targets.served]\ntimeout = inf\n" + TABLE, "served.timeout: "),
        ("[targets.served]\nsettle = nan\n" + TABLE, "served.settle: "),
        ("[targets.served]\nsettle = -1\n" + TABLE, "served.settle: "),
        ('[targets.served]\nwrites = "yes"\n' + TABLE, "served.writes: "),
        (TABLE.replace('"b"', "5"), "client_secret: write a text in quotation marks"),
        (TABLE.replace('"b"', '"${TF_EMPTY}"'), "TF_EMPTY is not set or is empty"),
        (TABLE.replace("https://app", "//app"), "redirect_uri: a URI begins with its scheme"),
        *((TABLE.replace("http://127.0.0.1:1", url), "base_url: a URL reads like") for url in BAD_URLS),
    ],
)  # fmt: skip
def test_invalid_configuration_exits_4_with_a_remedy(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.setenv("TF_EMPTY", "")
    write_toml(checkout, text)

    error = checkout.expect_error("--target", "served")

    assert fnmatch.fnmatchcase(error, f"*tuningfork.toml: *{message}*") or message in error
    assert "^" not in error, "the message contains a regular expression"


@pytest.mark.parametrize("name", ["../../x", "a/b", "", "x" * 61, ".", "a\0b", " ", "mock", "cassette"])
def test_target_name_that_is_a_path_exits_4(checkout: Checkout, name: str) -> None:
    checkout.target(UNREACHABLE, name=name)
    outside = sorted(checkout.path.parent.iterdir())

    assert repr(name)[:60] in checkout.expect_error("--target", name)
    if name not in ("mock", "cassette"):
        checkout.expect_error("--target", "served")
    assert sorted(checkout.path.parent.iterdir()) == outside


def test_target_name_may_have_non_ascii_letters(checkout: Checkout) -> None:
    checkout.target(UNREACHABLE, name="prüfung-2.1")

    assert "can't be reached" in checkout.expect_error("--target", "prüfung-2.1", code=3)


def test_byte_order_marks_are_ignored(checkout: Checkout) -> None:
    checkout.suite(GOOD)
    write_toml(checkout, TABLE, encoding="utf-8-sig")
    checkout.claims.write_text(checkout.claims.read_text(), encoding="utf-8-sig")
    (checkout.path / "deviations.toml").write_text("\n", encoding="utf-8-sig")

    assert checkout.run().ret == 0
    assert "can't be reached" in checkout.expect_error("--target", "served", code=3)


@pytest.mark.parametrize("name", ["tuningfork.toml", "deviations.toml"])
def test_folder_with_the_name_of_a_file_exits_4(checkout: Checkout, name: str) -> None:
    checkout.target(UNREACHABLE)
    (checkout.path / name).unlink(missing_ok=True)
    (checkout.path / name).mkdir()

    assert f"{name}: can't be read (Is a directory)" in checkout.expect_error("--target", "served")


def test_configuration_file_without_permission_exits_4(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.target(UNREACHABLE)
    original = Path.read_text

    def forbidden(self: Path, *args: Any, **more: Any) -> str:
        if self.name == "tuningfork.toml":
            raise PermissionError(errno.EACCES, "Permission denied")
        return original(self, *args, **more)

    monkeypatch.setattr(Path, "read_text", forbidden)

    assert "tuningfork.toml: can't be read (Permission denied)" in checkout.expect_error("--target", "served")


DEVIATION = """
[[deviations]]
claim = "SC-TRACK-01"
target = "served"
reason = "a"
link = "b"
owner = "c"
expiry = 2999-01-01
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (DEVIATION.replace('"served"', '"servd"'), "target 'servd' does not exist (did you mean served?)"),
        (DEVIATION + 'onwer = "d"\n', "onwer: is not a known key (did you mean owner?)"),
    ],
)
def test_invalid_deviation_exits_4(checkout: Checkout, text: str, message: str) -> None:
    checkout.suite(GOOD)
    checkout.target(UNREACHABLE)
    (checkout.path / "deviations.toml").write_text(DEVIATION)
    assert checkout.run().ret == 0

    (checkout.path / "deviations.toml").write_text(text)

    assert message in checkout.expect_error()


def test_base_url_with_wrong_path_exits_3(checkout: Checkout, served: Served) -> None:
    def not_found(environ: Environ, start_response: StartResponse) -> list[bytes]:
        start_response("404 Not Found", [("Content-Type", "application/json")])
        return [b"{}"]

    served.mock.wsgi = not_found  # type: ignore[method-assign]  # the API is below another path
    checkout.target(served.settings)

    assert "returns 404 for /me" in checkout.expect_error("--target", "served", code=3)


def test_second_run_against_a_target_exits_3_and_names_the_first(checkout: Checkout, served: Served) -> None:
    checkout.suite(GOOD)
    checkout.target(served.settings, patience=0.1)
    keys = SoundCloudSettings.model_validate(served.settings).reservation_keys()
    first = TargetReservation(ReservationEntry(77, "10:00", "first", writes=True, keys=tuple(keys)))
    first.acquire(0, on_wait=pytest.fail)

    message = checkout.expect_error("--target", "served", code=3)

    assert "process 77 has been running against this target since 10:00" in message
    assert checkout.run().ret == 0, "the mock has no lock"
    first.release()
    assert checkout.run("--target", "served").ret == 0


@pytest.mark.parametrize("folder", [".tuningfork", ".tuningfork/served"])
def test_unwritable_state_folder_exits_4(checkout: Checkout, served: Served, folder: str) -> None:
    checkout.target(served.settings)
    (checkout.path / folder).parent.mkdir(exist_ok=True)
    (checkout.path / folder).touch()

    assert "can't be written" in checkout.expect_error("--target", "served")
    assert served.requests == []


@pytest.mark.parametrize("folder", ["pyproject.toml", "pyproject.toml/below", "x" * 300])
def test_unwritable_report_folder_exits_4(checkout: Checkout, folder: str) -> None:
    checkout.suite(GOOD)

    assert f"--report-dir {checkout.path / folder}: can't be written" in checkout.expect_error(
        "--report-dir", folder
    )
    assert "there is no such API" in checkout.expect_error("--report-dir", folder, "--api", "x")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--hypothesis-profile", "thorogh"], "(did you mean thorough?)"),
        (["suites/soundcloud/test_none.py"], "test_none.py: there is no such file or folder"),
        (["foo", "suites"], "foo: there is no such file or folder"),
        (["x" * 300, "suites"], "there is no such file or folder"),
    ],
)
def test_argument_that_does_not_exist_exits_4(checkout: Checkout, options: list[str], message: str) -> None:
    checkout.suite(GOOD)

    assert message in checkout.expect_error(*options)


def test_reports_unwritable_at_the_end_exit_3_after_cleanup(checkout: Checkout, served: Served) -> None:
    playlists = served.mock.playlists._playlists  # type: ignore[attr-defined]  # a part of SoundCloud's mock
    before = set(playlists)
    checkout.target(served.settings)
    checkout.suite(
        """
        import shutil
        from pathlib import Path

        @claim("SC-TRACK-06")
        def test_creating(user, unique_name):
            shutil.rmtree("reports")
            Path("reports").touch()
            user.post("/playlists", json={"playlist": {"title": unique_name("left")}}).expect_created()
        """
    )

    result = checkout.run("--target", "served")

    assert result.ret == 3
    assert "results.json: can't be written" in str(result.stdout)
    assert "SoundCloud  8 claims  1 verified" in str(result.stdout)
    assert "Traceback" not in f"{result.stdout}{result.stderr}"
    assert set(playlists) == before


@pytest.mark.parametrize("setting", ["base_url", "controls", "oembed_url"])
def test_credentials_in_a_url_exit_4_and_are_not_printed(
    checkout: Checkout, served: Served, setting: str
) -> None:
    checkout.target({**served.settings, setting: "https://me:hunter2x@api.example.test/v1"})

    message = checkout.expect_error("--target", "served")

    assert f"targets.served.soundcloud.{setting}" in message
    assert "must not contain a user or password" in message
    assert "hunter2x" not in message


def test_fixture_that_does_not_exist_is_named(checkout: Checkout) -> None:
    checkout.suite('@claim("SC-TRACK-01")\ndef test_it(apis):\n    pass\n')

    checkout.run()

    assert checkout.reasons()["SC-TRACK-01"].startswith("there is no fixture 'apis'; correct the name")


def test_line_of_a_syntax_error_is_named(checkout: Checkout) -> None:
    checkout.suite("def (\n")

    checkout.run().stdout.fnmatch_lines(["*can't be collected (line *: SyntaxError: invalid syntax).*"])
