"""What is wrong is said in one sentence, with the exit code of the design and no traceback."""

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
NOBODY: dict[str, Any] = {
    "base_url": "http://127.0.0.1:1",
    "client_id": "app",
    "client_secret": "s3cret-of-the-app",
    "redirect_uri": "https://app.example.com/callback",
}
"""A target that nobody has to ask."""


def test_a_named_target_needs_a_configuration(checkout: Checkout) -> None:
    assert "tuningfork.toml: there is no such file" in checkout.refused("--target", "staging")


def test_the_mock_needs_none(checkout: Checkout) -> None:
    checkout.suite(GOOD)

    assert checkout.run().ret == 0


def test_an_unknown_target_is_refused_with_the_known_ones(checkout: Checkout) -> None:
    checkout.target(NOBODY, name="staging")

    assert "target 'nowhere' is not defined" in checkout.refused("--target", "nowhere")
    assert "staging, mock, cassette" in checkout.refused("--target", "nowhere")


def test_a_missing_variable_is_named(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_NOT_THERE", raising=False)
    checkout.target(NOBODY | {"client_secret": "${TF_NOT_THERE}"})

    said = checkout.refused("--target", "served")

    assert "targets.served.soundcloud.client_secret" in said
    assert "TF_NOT_THERE" in said


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"base_url": 7}, "base_url"),
        ({"users": {"first": "ada"}}, "users.first"),
        ({"users": {"third": {}}}, "users.third"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_type_is_named_with_its_place(
    checkout: Checkout, settings: dict[str, Any], place: str
) -> None:
    checkout.target(NOBODY | settings)

    assert f"tuningfork.toml: targets.served.soundcloud.{place}: " in checkout.refused("--target", "served")


def test_an_api_without_a_table_is_refused(checkout: Checkout) -> None:
    checkout.path.joinpath("tuningfork.toml").write_text("[targets.served]\nwrites = true\n")

    assert "[targets.served.soundcloud]" in checkout.refused("--target", "served", "--api", "soundcloud")
    assert "names no API" in checkout.refused("--target", "served")


@pytest.mark.parametrize("place", ["", ".soundcloud"])
def test_ca_that_is_not_there_is_refused(checkout: Checkout, place: str) -> None:
    ca = {"ca": "nowhere.pem"}
    checkout.target(NOBODY | (ca if place else {}), **({} if place else ca))

    said = checkout.refused("--target", "served")

    assert f"tuningfork.toml: targets.served{place}.ca: " in said
    assert said.endswith("nowhere.pem can't be read as PEM certificates; set it to a PEM file.")


def test_nobody_answers(checkout: Checkout) -> None:
    checkout.suite(GOOD)
    checkout.target(NOBODY)

    said = checkout.refused("--target", "served", code=3)

    assert "http://127.0.0.1:1 can't be reached" in said
    assert checkout.results()["run"]["complete"] is False


def test_somebody_else_answers(checkout: Checkout, served: Served) -> None:
    def page(environ: Environ, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"<h1>It works!</h1>"]

    served.mock.wsgi = page  # type: ignore[method-assign]  # any other server
    checkout.suite(GOOD)
    checkout.target(served.settings)

    assert "answers HTML, not the SoundCloud API" in checkout.refused("--target", "served", code=3)


@pytest.mark.parametrize("text", ["openapi: 3.1.0\npaths: {", "openapi: 3.1.0\n", "[]", "\tpaths:"])
def test_a_broken_document_is_named(checkout: Checkout, text: str) -> None:
    checkout.document.write_text(text)

    assert "specs/soundcloud/openapi.yaml" in checkout.refused()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "SC-ERR-01"\n', "", "has no id"),
        ('level = "MAY"', 'level = "MIGHT"', "MIGHT"),
        ('id = "SC-ERR-01"', 'id = "SC-ERR-09"', "SC-ERR-09 is there twice"),
        ("[[claims]]", "[[claims", "specs/soundcloud/claims.toml"),
    ],
)
def test_a_broken_claim_is_named(checkout: Checkout, old: str, new: str, said: str) -> None:
    checkout.claims.write_text(checkout.claims.read_text().replace(old, new, 1))

    assert said in checkout.refused()


def test_a_document_that_names_an_unknown_claim_is_refused(checkout: Checkout) -> None:
    checkout.document.write_text(
        checkout.document.read_text().replace("[SC-TRACK-02]", "[SC-TRACK-02, SC-NOT-01]")
    )

    assert "SC-NOT-01" in checkout.refused()


@pytest.mark.parametrize(
    ("mark", "said"),
    [("", "this test names no claim"), ('@claim("SC-TRACK-01", "SC-NOT-01")', "there is no claim SC-NOT-01")],
)
def test_every_test_names_known_claims(checkout: Checkout, mark: str, said: str) -> None:
    checkout.suite(f"{mark}\ndef test_odd(api):\n    pass\n")

    assert f"test_small.py::test_odd: {said}" in checkout.refused()


def test_workers_refuse_a_test_without_a_claim_too(checkout: Checkout) -> None:
    checkout.suite(GOOD + "\ndef test_odd(api):\n    pass\n")

    result = checkout.run("-n", "1")

    assert result.ret == 4
    result.stdout.fnmatch_lines(["ERROR: *test_small.py::test_odd: this test names no claim*"])
    assert "Traceback" not in str(result.stdout)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--claim", "SC-NOT-*"], "--claim SC-NOT-*: no claim"),
        (["--api", "mediasocket"], "--api mediasocket: there is no such API"),
        (["--fault", "no_such_fault"], "--fault: there is no fault or variant 'no_such_fault'"),
        (["--fault", "no_such_fault", "--target", "served"], "--fault is for the mock"),
        (["--fault", "no_such_fault", "--target", "cassette"], "--fault is for the mock"),
        (["--target", "cassette"], "there is no whole cassette"),
        (["--deviations", "none.toml"], "none.toml: can't be read"),
        (["--report-dir", "pyproject.toml"], "--report-dir"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(checkout: Checkout, options: list[str], said: str) -> None:
    checkout.suite(GOOD)
    checkout.target(NOBODY)

    assert said in checkout.refused(*options)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[deviations", "is no TOML"),
        ('[[deviations]]\nclaim = "SC-TRACK-01"\n', "[[deviations]] 1: target"),
        (
            '[[deviations]]\nclaim = "SC-NOT-01"\ntarget = "mock"\nreason = "a"\nlink = "b"\nowner = "c"\n'
            "expiry = 2999-01-01\n",
            "there is no claim SC-NOT-01",
        ),
        ("waived = 3\n", "other things than [[deviations]]"),
    ],
)
def test_broken_deviations_are_named(checkout: Checkout, text: str, said: str) -> None:
    checkout.path.joinpath("deviations.toml").write_text(text)

    assert said in checkout.refused()


def write_toml(checkout: Checkout, text: str, encoding: str = "utf-8") -> None:
    (checkout.path / "tuningfork.toml").write_text(text, encoding=encoding)


NO_BASE_URLS = ["ftp://a.example", "http://", "http:///x", "http://a:99999", "http://[::1", "a.example"]
NO_BASE_URLS += ["http://a b", "http://a/?b=c", "http://a/#b"]
API = '[targets.served.soundcloud]\nbase_url = "http://127.0.0.1:1"\nclient_id = "a"\nclient_secret = "b"\n'
API += 'redirect_uri = "https://app.example.com/"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (API.replace("client_id", "client_ID"), "client_ID: no such field * (did you mean client_id?)"),
        (API + 'users.first = { pasword = "c" }\n', "users.first.pasword: * (did you mean password?)"),
        ("[targets.served]\nwrits = true\n" + API, "targets.served.writs: * (did you mean writes?)"),
        (API.replace("soundcloud", "soundclod"), "soundclod: * (did you mean soundcloud?)"),
        ("[target.served]\nwrites = true\n", "no table or field 'target' * did you mean [[]targets.served]?"),
        ("[served]\nwrites = true\n", "'served' beside targets; did you mean [[]targets.served]?"),
        ("targets = 3\n", "targets must be tables"),
        (API + 'client_id = "twice"\n', "this is not valid TOML"),
        ("[targets.served]\nrate = 5\n" + API, 'a rate reads like "10/s"'),
        ('[targets.served]\nrate = "0/s"\n' + API, "served.rate: "),
        ('[targets.served]\nrate = "' + "9" * 400 + '/s"\n' + API, "served.rate: "),
        ('[targets.served]\ntimeout = "x"\n' + API, "served.timeout: "),
        ("[targets.served]\ntimeout = true\n" + API, "served.timeout: "),
        ("[targets.served]\ntimeout = inf\n" + API, "served.timeout: "),
        ("[targets.served]\nsettle = nan\n" + API, "served.settle: "),
        ("[targets.served]\nsettle = -1\n" + API, "served.settle: "),
        ('[targets.served]\nwrites = "yes"\n' + API, "served.writes: "),
        (API.replace('"b"', "5"), "client_secret: input should be a valid string"),
        (API.replace('"b"', '"${TF_EMPTY}"'), "TF_EMPTY is not set or is empty"),
        (API.replace("https://app", "//app"), "redirect_uri: a URI begins with its scheme"),
        *((API.replace("http://127.0.0.1:1", url), "base_url: a URL reads like") for url in NO_BASE_URLS),
    ],
)  # fmt: skip
def test_wrong_configuration_gets_one_sentence_with_the_remedy(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.setenv("TF_EMPTY", "")
    write_toml(checkout, text)

    told = checkout.refused("--target", "served")

    assert fnmatch.fnmatchcase(told, f"*tuningfork.toml: *{said}*") or said in told
    assert "^" not in told, "no regular expression"


@pytest.mark.parametrize("name", ["../../x", "a/b", "", "x" * 61, ".", "a\0b", " ", "mock", "cassette"])
def test_target_has_a_name_and_no_path(checkout: Checkout, name: str) -> None:
    checkout.target(NOBODY, name=name)
    outside = sorted(checkout.path.parent.iterdir())

    assert repr(name)[:60] in checkout.refused("--target", name)
    if name not in ("mock", "cassette"):
        checkout.refused("--target", "served")
    assert sorted(checkout.path.parent.iterdir()) == outside


def test_target_may_have_any_letters(checkout: Checkout) -> None:
    checkout.target(NOBODY, name="prüfung-2.1")

    assert "can't be reached" in checkout.refused("--target", "prüfung-2.1", code=3)


def test_byte_order_marks_are_read_over(checkout: Checkout) -> None:
    checkout.suite(GOOD)
    write_toml(checkout, API, encoding="utf-8-sig")
    checkout.claims.write_text(checkout.claims.read_text(), encoding="utf-8-sig")
    (checkout.path / "deviations.toml").write_text("\n", encoding="utf-8-sig")

    assert checkout.run().ret == 0
    assert "can't be reached" in checkout.refused("--target", "served", code=3)


@pytest.mark.parametrize("name", ["tuningfork.toml", "deviations.toml"])
def test_folder_in_place_of_a_file_is_named(checkout: Checkout, name: str) -> None:
    checkout.target(NOBODY)
    (checkout.path / name).unlink(missing_ok=True)
    (checkout.path / name).mkdir()

    assert f"{name}: can't be read (Is a directory)" in checkout.refused("--target", "served")


def test_unreadable_configuration_is_named(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout.target(NOBODY)
    read_as_ever = Path.read_text

    def forbidden(self: Path, *args: Any, **more: Any) -> str:
        if self.name == "tuningfork.toml":
            raise PermissionError(errno.EACCES, "Permission denied")
        return read_as_ever(self, *args, **more)

    monkeypatch.setattr(Path, "read_text", forbidden)

    assert "tuningfork.toml: can't be read (Permission denied)" in checkout.refused("--target", "served")


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
    ("text", "said"),
    [
        (DEVIATION.replace('"served"', '"servd"'), "there is no target 'servd' (did you mean served?)"),
        (DEVIATION + 'onwer = "d"\n', "onwer: no such field is known (did you mean owner?)"),
    ],
)
def test_wrong_deviation_is_named(checkout: Checkout, text: str, said: str) -> None:
    checkout.suite(GOOD)
    checkout.target(NOBODY)
    (checkout.path / "deviations.toml").write_text(DEVIATION)
    assert checkout.run().ret == 0

    (checkout.path / "deviations.toml").write_text(text)

    assert said in checkout.refused()


def test_base_url_with_a_wrong_path_returns_3(checkout: Checkout, served: Served) -> None:
    def nothing(environ: Environ, start_response: StartResponse) -> list[bytes]:
        start_response("404 Not Found", [("Content-Type", "application/json")])
        return [b"{}"]

    served.mock.wsgi = nothing  # type: ignore[method-assign]  # the API is below another path
    checkout.target(served.settings)

    assert "answers 404 at /me" in checkout.refused("--target", "served", code=3)


def test_second_run_against_a_target_says_who_has_it(checkout: Checkout, served: Served) -> None:
    checkout.suite(GOOD)
    checkout.target(served.settings, patience=0.1)
    keys = SoundCloudSettings.model_validate(served.settings).reservation_keys()
    first = TargetReservation(ReservationEntry(77, "10:00", "first", writes=True, keys=tuple(keys)))
    first.acquire(0, on_wait=pytest.fail)

    said = checkout.refused("--target", "served", code=3)

    assert "process 77 has been running against this target since 10:00" in said
    assert checkout.run().ret == 0, "the mock is nobody's"
    first.release()
    assert checkout.run("--target", "served").ret == 0


@pytest.mark.parametrize("place", [".tuningfork", ".tuningfork/served"])
def test_state_that_cannot_be_written_is_refused(checkout: Checkout, served: Served, place: str) -> None:
    checkout.target(served.settings)
    (checkout.path / place).parent.mkdir(exist_ok=True)
    (checkout.path / place).touch()

    assert "can't be written" in checkout.refused("--target", "served")
    assert served.asked == []


@pytest.mark.parametrize("folder", ["pyproject.toml", "pyproject.toml/below", "x" * 300])
def test_folder_of_reports_that_cannot_be_written_is_refused(checkout: Checkout, folder: str) -> None:
    checkout.suite(GOOD)

    assert f"--report-dir {checkout.path / folder}: can't be written" in checkout.refused(
        "--report-dir", folder
    )
    assert "there is no such API" in checkout.refused("--report-dir", folder, "--api", "x")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--hypothesis-profile", "thorogh"], "(did you mean thorough?)"),
        (["suites/soundcloud/test_none.py"], "test_none.py: there is no such file or folder"),
        (["foo", "suites"], "foo: there is no such file or folder"),
        (["x" * 300, "suites"], "there is no such file or folder"),
    ],
)
def test_word_that_names_nothing_is_refused(checkout: Checkout, options: list[str], said: str) -> None:
    checkout.suite(GOOD)

    assert said in checkout.refused(*options)


def test_reports_that_cannot_be_written_at_the_end_return_3_and_the_target_is_cleaned(
    checkout: Checkout, served: Served
) -> None:
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
    assert "SoundCloud: 8 claims, 1 verified" in str(result.stdout)
    assert "Traceback" not in f"{result.stdout}{result.stderr}"
    assert set(playlists) == before


@pytest.mark.parametrize("field", ["base_url", "controls", "oembed_url"])
def test_credentials_in_a_url_are_refused_and_not_repeated(
    checkout: Checkout, served: Served, field: str
) -> None:
    checkout.target({**served.settings, field: "https://me:hunter2x@api.example.test/v1"})

    said = checkout.refused("--target", "served")

    assert f"targets.served.soundcloud.{field}" in said
    assert "must not contain a user or password" in said
    assert "hunter2x" not in said
