"""The audit finds what it should: tests that do not bite, faults that are none, mocks that are broken."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

COMMAND = (sys.executable, "-c", "from tuningfork.cli import main; main()", "audit", "--api=soundcloud")
BITES = """
@claim("SC-TRACK-02")
def test_an_unknown_track(api):
    api.get("/tracks/9007199254740991").expect_status(404)


@claim("SC-TRACK-01")
def test_another_claim(api):
    api.get("/tracks", limit=1).expect_ok()
"""
FAULTS = """
import os
import signal

from tuningfork import apis
from tuningfork.audit.fault import REGISTRY, MockPatch
from tuningfork.mock.errors import HttpError

def forbid(mock, call, track_id):
    raise HttpError(403, "")

def unknown_track_is_forbidden(mock):
    mock.handlers["GET /tracks/{track_id}"] = forbid

def nothing(mock):
    pass

def shown_tracks_are_gone(mock):
    mock.handlers["GET /tracks"] = mock.handlers["GET /resolve"]

def zz_ends_the_audit(mock):
    os.kill(os.getppid(), signal.SIGKILL)

apis.patches("soundcloud")
REGISTRY.clear()
for change, claims, is_fault in (
    (unknown_track_is_forbidden, ("SC-TRACK-02",), True),
    (nothing, ("SC-TRACK-02",), True),
    (shown_tracks_are_gone, ("SC-TRACK-02",), True),
    (zz_ends_the_audit, ("SC-TRACK-02",), True),
    (lambda mock: None, ("SC-TRACK-01",), False),
    (unknown_track_is_forbidden, ("SC-TRACK-03",), False),
):
    name = change.__name__.strip("<>") + ("" if is_fault else "_variant")
    REGISTRY[name] = MockPatch(name, "soundcloud", claims, "It is another.", change, is_fault)
"""


BROKEN = """
from tuningfork import apis

whole = apis.mock

def broken(name):
    mock = whole(name)
    unknown_track_is_forbidden(mock)
    return mock

apis.mock = broken
"""
COUNTED = """def test_an_unknown_track(api):
    with open("ran", "a") as ran:
        ran.write("x")"""


def audit(checkout: Checkout, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options], cwd=checkout.path, capture_output=True, text=True, check=False
    )


def trials(checkout: Checkout) -> dict[str, dict[str, Any]]:
    found = json.loads((checkout.path / "reports/audit.json").read_text(encoding="utf-8"))
    assert found["schema"] == "tuningfork.audit/1"
    return {trial["id"]: trial for trial in found["faults"]}


@pytest.fixture
def audited(checkout: Checkout) -> Checkout:
    """A suite with two tests, and a few differences of its own."""
    checkout.suite(BITES)
    checkout.path.joinpath("suites/conftest.py").write_text(FAULTS)
    checkout.path.joinpath("suites/conventions").mkdir()
    return checkout


def test_a_fault_is_killed_by_a_test_of_its_claim(audited: Checkout) -> None:
    done = audit(audited, "--fault=unknown_*")

    assert done.returncode == 0, done.stdout + done.stderr
    trial = trials(audited)["unknown_track_is_forbidden"]
    assert (trial["verdict"], trial["killed_by"], trial["others"]) == ("killed", ["SC-TRACK-02"], [])
    assert "1 fault, 1 killed" in done.stdout


def test_a_test_without_its_assertion_lets_a_fault_survive(audited: Checkout) -> None:
    audited.suite(BITES.replace(".expect_status(404)", ""))

    done = audit(audited, "--fault=unknown_*")

    assert done.returncode == 1
    assert trials(audited)["unknown_track_is_forbidden"]["verdict"] == "survived"
    assert "unknown_track_is_forbidden survived: breaks nothing of SC-TRACK-02" in done.stdout
    assert "tuningfork audit --fault unknown_track_is_forbidden" in " ".join(done.stdout.split())


def test_a_fault_that_does_nothing_is_reported(audited: Checkout) -> None:
    done = audit(audited, "--fault=nothing")

    assert done.returncode == 1
    assert trials(audited)["nothing"]["verdict"] == "survived"


def test_a_fault_that_breaks_another_claim_is_misnamed(audited: Checkout) -> None:
    done = audit(audited, "--fault=shown_*")

    assert done.returncode == 1
    assert trials(audited)["shown_tracks_are_gone"]["others"] == ["SC-TRACK-01"]
    assert "shown_tracks_are_gone misnamed: breaks SC-TRACK-01 and none of SC-TRACK-02" in " ".join(
        done.stdout.split()
    )


@pytest.mark.parametrize(
    ("judged", "verdict"),
    [
        ('assert api.get("/tracks/9007199254740991").status == 404 or open("nowhere")', "error"),
        ('assert "x" in {200: None, 404: "x"}[api.get("/tracks/9007199254740991").status]', "survived"),
    ],
    ids=["error", "misled"],
)
def test_a_test_that_raises_is_no_kill(audited: Checkout, judged: str, verdict: str) -> None:
    """An exception of its own is an error; where an answer broke the contract, nothing is verified."""
    audited.suite(BITES.replace('api.get("/tracks/9007199254740991").expect_status(404)', judged))

    done = audit(audited, "--fault=unknown_*")

    assert done.returncode == 1
    assert trials(audited)["unknown_track_is_forbidden"]["verdict"] == verdict


def test_a_mock_that_is_broken_from_the_start_is_not_audited(audited: Checkout) -> None:
    with audited.path.joinpath("suites/conftest.py").open("a") as conftest:
        conftest.write(BROKEN)

    done = audit(audited, "--fault=*")

    assert done.returncode == 3
    assert "a mock without any fault breaks the suite" in done.stdout
    assert "test_an_unknown_track: SC-TRACK-02: " in " ".join(done.stdout.split())
    assert "fix it first" in " ".join(done.stdout.split())
    assert not (audited.path / "reports/audit.json").exists()


def test_an_audit_that_was_ended_goes_on_where_it_was(audited: Checkout) -> None:
    audited.suite(BITES.replace("def test_an_unknown_track(api):", COUNTED))
    ended = audit(audited, "--fault=unknown_*", "--fault=zz_*", "--jobs=1")
    assert (ended.returncode, (audited.path / "reports/audit.json").exists()) == (-9, False)
    ran = (audited.path / "ran").read_text()

    done = audit(audited, "--fault=unknown_*")

    assert done.returncode == 0, done.stdout + done.stderr
    assert trials(audited)["unknown_track_is_forbidden"]["verdict"] == "killed"
    assert (audited.path / "ran").read_text() == ran


def test_what_is_fair_is_not_complained_of(audited: Checkout) -> None:
    done = audit(audited, "--variants", "--fault=lambda*")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 variant, 0 complained of" in done.stdout


def test_a_false_alarm_is_told_though_others_share_the_mock(audited: Checkout) -> None:
    done = audit(audited, "--variants")

    assert done.returncode == 1
    assert "2 variants, 1 complained of" in done.stdout
    assert "unknown_track_is_forbidden_variant is no fault, and is complained of" in done.stdout


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("specs/soundcloud/unspecified.toml", "[[open", "unspecified.toml: [[open]] has place, kind"),
        ("cassettes/soundcloud/test_small/test_torn.yaml", "interactions: [", "test_torn.yaml, line 2"),
    ],
)
def test_what_mutants_are_made_of_may_be_broken(audited: Checkout, file: str, text: str, said: str) -> None:
    broken = audited.path / file
    broken.parent.mkdir(parents=True, exist_ok=True)
    broken.write_text(text)

    done = audit(audited, "--wire")

    assert done.returncode == 4
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_name_that_no_fault_has_is_refused(audited: Checkout) -> None:
    done = audit(audited, "--fault=no_such")

    assert done.returncode == 4
    assert "nothing is called no_such in soundcloud" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
