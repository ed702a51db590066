"""What is wrong is said in one sentence, with the exit code of the design and no traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tuningfork.mock.app import Environ, StartResponse

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

GOOD = """
@claim("SC-TRACK-01")
def test_tracks(api):
    api.get("/tracks", limit=1).is_ok()
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

    assert "there is no target 'nowhere'" in checkout.refused("--target", "nowhere")
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
        (["--target", "cassette"], "no recorded target is there"),
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


@pytest.mark.parametrize("field", ["base_url", "controls", "oembed_url"])
def test_credentials_in_a_url_are_refused_and_not_repeated(
    checkout: Checkout, served: Served, field: str
) -> None:
    checkout.target({**served.settings, field: "https://me:hunter2x@api.example.test/v1"})

    said = checkout.refused("--target", "served")

    assert f"targets.served.soundcloud.{field}" in said
    assert "must not contain a user or password" in said
    assert "hunter2x" not in said
