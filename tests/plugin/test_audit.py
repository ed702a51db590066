"""`tuningfork audit` finds weak tests, faults without effect, false alarms and broken mocks."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tuningfork.depth.matrix import Matrix

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

COMMAND = (sys.executable, "-c", "from tuningfork.cli import main; main()", "audit", "--api=soundcloud")
SUITE = """
@claim("SC-TRACK-02")
def test_unknown_track(api):
    api.get("/tracks/9007199254740991").expect_status(404)


@claim("SC-TRACK-01")
def test_another_claim(api):
    next(api.pages("/tracks", limit=100)).expect_ok()
    list(api.pages("/tracks", limit=100))
"""
READING = """
@claim("SC-TRACK-02")
def test_reading(api):
    api.get("/tracks", limit=1).expect_ok()


@claim("SC-TRACK-02")
def test_reading_then_unknown_track(api):
    api.get("/tracks", limit=1).expect_ok()
    api.get("/tracks/9007199254740991").expect_status(404)
"""
LASTING_FAULT = """
from tuningfork import apis
from tuningfork.audit.fault import REGISTRY, MockPatch
from tuningfork.audit.patching import wrap_handler
from tuningfork.mock.errors import HttpError

def unknown_track_is_forbidden_after_a_list(mock):
    read = []

    def note(original, *arguments, **ids):
        read.append(True)
        return original(*arguments, **ids)

    def forbid(original, *arguments, **ids):
        if read:
            raise HttpError(403, "")
        return original(*arguments, **ids)

    wrap_handler(mock.handlers, "GET /tracks", note)
    wrap_handler(mock.handlers, "GET /tracks/{track_id}", forbid)

apis.patches("soundcloud")
REGISTRY.clear()
change = unknown_track_is_forbidden_after_a_list
REGISTRY[change.__name__] = MockPatch(
    change.__name__, "soundcloud", ("SC-TRACK-02",), "The mock is different.", change, True
)
"""
FAILING_RESOLVE = """
from dataclasses import replace

def fail_also_to_resolve(mock):
    unknown_track_is_forbidden_after_a_list(mock)

    def fail(original, *arguments, **ids):
        raise HttpError(500, "")

    wrap_handler(mock.handlers, "GET /resolve", fail)

REGISTRY[change.__name__] = replace(REGISTRY[change.__name__], change=fail_also_to_resolve)
"""
RESOLVING = """

@claim("SC-TRACK-01")
def test_resolving(api):
    for _ in range(40):  # the cover has a cheaper test of the claim
        api.get("/resolve", url="https://soundcloud.com/nobody")
"""
TESTS = ("unknown_track", "another_claim")
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

def no_change(mock):
    pass

def shown_tracks_are_gone(mock):
    mock.handlers["GET /tracks"] = mock.handlers["GET /resolve"]

def zz_kills_the_audit(mock):
    os.kill(os.getppid(), signal.SIGKILL)

apis.patches("soundcloud")
REGISTRY.clear()
for change, claims, is_fault in (
    (unknown_track_is_forbidden, ("SC-TRACK-02",), True),
    (no_change, ("SC-TRACK-02",), True),
    (shown_tracks_are_gone, ("SC-TRACK-02",), True),
    (zz_kills_the_audit, ("SC-TRACK-02",), True),
    (lambda mock: None, ("SC-TRACK-01",), False),
    (unknown_track_is_forbidden, ("SC-TRACK-03",), False),
):
    name = change.__name__.strip("<>") + ("" if is_fault else "_variant")
    REGISTRY[name] = MockPatch(name, "soundcloud", claims, "The mock is different.", change, is_fault)
"""


BROKEN = """
from tuningfork import apis

original = apis.mock

def create_broken_mock(name):
    mock = original(name)
    unknown_track_is_forbidden(mock)
    return mock

apis.mock = create_broken_mock
"""
WITHOUT_EVIDENCE = """
from tuningfork.report.exchange import ExchangeRecord

def refuse(*_, **__):
    raise RuntimeError("an audit reads no exchange")

ExchangeRecord.of = refuse
"""
COUNTING = """def test_unknown_track(api):
    with open("ran", "a") as ran:
        ran.write("x")"""


def audit(checkout: Checkout, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options], cwd=checkout.path, capture_output=True, text=True, check=False
    )


def fault_results(checkout: Checkout) -> dict[str, dict[str, Any]]:
    audit_json = json.loads((checkout.path / "reports/audit.json").read_text(encoding="utf-8"))
    assert audit_json["schema"] == "tuningfork.audit/1"
    return {result["id"]: result for result in audit_json["faults"]}


@pytest.fixture
def audited(checkout: Checkout) -> Checkout:
    """A suite with two tests, and a few faults and variants."""
    checkout.suite(SUITE)
    checkout.path.joinpath("suites/soundcloud/conftest.py").write_text(FAULTS)
    checkout.path.joinpath("suites/conventions").mkdir()
    return checkout


def test_fault_is_killed_by_a_test_of_its_claim(audited: Checkout) -> None:
    process = audit(audited, "--fault=unknown_*")

    assert process.returncode == 0, process.stdout + process.stderr
    result = fault_results(audited)["unknown_track_is_forbidden"]
    assert (result["verdict"], result["killed_by"], result["others"]) == ("killed", ["SC-TRACK-02"], [])
    assert "1 fault, 1 killed" in process.stdout


def test_audit_renders_no_exchange(audited: Checkout) -> None:
    with audited.path.joinpath("suites/soundcloud/conftest.py").open("a") as conftest:
        conftest.write(WITHOUT_EVIDENCE)

    process = audit(audited, "--fault=*_forbidden", "--fault=*_gone")

    verdicts = {name: result["verdict"] for name, result in fault_results(audited).items()}
    assert process.returncode == 1
    assert verdicts == {"unknown_track_is_forbidden": "killed", "shown_tracks_are_gone": "survived"}


def test_shards_together_are_the_whole_audit(audited: Checkout) -> None:
    options = ("--fault=unknown_*", "--fault=no_change", "--fault=shown_*")
    shards = [f"shard-{index}" for index in (1, 2, 3, 4)]

    codes = [
        audit(audited, *options, f"--shard={index}/4", f"--report-dir={name}").returncode
        for index, name in enumerate(shards, 1)
    ]
    command = [*COMMAND[:3], "merge", "--audit", *shards]
    merged = subprocess.run(command, cwd=audited.path, capture_output=True, text=True, check=False)

    assert sorted(codes) == [0, 0, 1, 1], "two faults survive, one is killed, and one shard has none"
    assert merged.returncode == 1, merged.stdout + merged.stderr
    assert sorted(fault_results(audited)) == [
        "no_change",
        "shown_tracks_are_gone",
        "unknown_track_is_forbidden",
    ]


def test_invalid_shard_returns_4(audited: Checkout) -> None:
    process = audit(audited, "--shard=3/2")

    assert process.returncode == 4
    assert (
        "--shard 3/2: is not a shard; give its number and how many there are, such as 2/5." in process.stderr
    )


def test_fault_survives_a_test_without_assertion(audited: Checkout) -> None:
    audited.suite(SUITE.replace(".expect_status(404)", ""))

    process = audit(audited, "--fault=unknown_*")

    assert process.returncode == 1
    assert fault_results(audited)["unknown_track_is_forbidden"]["verdict"] == "survived"
    assert "unknown_track_is_forbidden survived: no test of SC-TRACK-02 fails" in process.stdout
    assert "tuningfork audit --fault unknown_track_is_forbidden" in " ".join(process.stdout.split())


def test_fault_without_effect_survives(audited: Checkout) -> None:
    process = audit(audited, "--fault=no_change")

    assert process.returncode == 1
    assert fault_results(audited)["no_change"]["verdict"] == "survived"


def test_fault_that_breaks_another_claim_is_mislabelled(audited: Checkout) -> None:
    process = audit(audited, "--fault=shown_*")

    assert process.returncode == 1
    assert fault_results(audited)["shown_tracks_are_gone"]["others"] == ["SC-TRACK-01"]
    expected = "shown_tracks_are_gone mislabelled: tests of SC-TRACK-01 fail, and none of SC-TRACK-02"
    assert expected in " ".join(process.stdout.split())


def test_matrix_has_the_cost_the_claims_and_the_kills_of_each_test(audited: Checkout) -> None:
    conftest = audited.path / "suites/soundcloud/conftest.py"
    conftest.write_text(FAULTS.replace('    (zz_kills_the_audit, ("SC-TRACK-02",), True),\n', ""))

    process = audit(audited, "--matrix")

    assert process.returncode == 0, process.stdout + process.stderr
    matrix = Matrix.load(audited.claims.parent)
    assert matrix is not None
    row, other = (matrix.rows[f"suites/soundcloud/test_small.py::test_{name}"] for name in TESTS)
    assert [matrix.faults[index] for index in row.faults] == ["unknown_track_is_forbidden"]
    assert sorted(matrix.survivors) == ["no_change", "shown_tracks_are_gone"]
    assert (row.claims, row.reading, row.exclusive, other.faults) == (
        ("SC-TRACK-02",),
        2,
        False,
        (),
    )  # a login
    assert other.lists == ("GET /tracks",)


@pytest.mark.parametrize(
    ("change", "options", "measured"),
    [
        ("", (), set()),
        ("# changed", (), {"other"}),
        ("", ("--all",), {"small", "other"}),
    ],
    ids=["nothing", "a module", "everything"],
)
def test_matrix_keeps_the_rows_of_modules_that_have_not_changed(
    audited: Checkout, change: str, options: tuple[str, ...], measured: set[str]
) -> None:
    conftest = audited.path / "suites/soundcloud/conftest.py"
    conftest.write_text(FAULTS.replace('    (zz_kills_the_audit, ("SC-TRACK-02",), True),\n', ""))
    other = audited.path / "suites/soundcloud/test_other.py"
    other.write_text((audited.path / "suites/soundcloud/test_small.py").read_text())
    audit(audited, "--matrix")
    file = audited.claims.parent / "matrix.json"
    before = Matrix.load(audited.claims.parent)
    assert before is not None
    marked = [row.model_copy(update={"seconds": 77.0}) for row in before.tests]
    file.write_text(before.model_copy(update={"tests": tuple(marked)}).to_text())
    other.write_text(other.read_text() + change)

    process = audit(audited, "--matrix", *options)

    assert process.returncode == 0, process.stdout + process.stderr
    after = Matrix.load(audited.claims.parent)
    assert after is not None
    again = {row.test.partition("::")[0] for row in after.tests if row.seconds < 77}
    assert again == {f"suites/soundcloud/test_{name}.py" for name in measured}
    assert {row.test: row.faults for row in after.tests} == {row.test: row.faults for row in before.tests}
    assert after.survivors == before.survivors


def matrix_of(checkout: Checkout) -> Matrix:
    matrix = Matrix.load(checkout.claims.parent)
    assert matrix is not None
    return matrix


def killers(checkout: Checkout, fault: str) -> set[str]:
    """Return the names of the tests that kill a fault according to the matrix."""
    return {test.partition("::test_")[2] for test in matrix_of(checkout).killers()[fault]}


def test_matrix_has_only_kills_that_a_test_makes_alone(audited: Checkout) -> None:
    """The fault shows only after a list was read, by another test of the claim."""
    conftest = audited.path / "suites/soundcloud/conftest.py"
    conftest.write_text(LASTING_FAULT)
    dear = SUITE.replace(
        "    api.get(", "    for _ in range(20):\n        api.get(", 1
    )  # it runs after the others
    audited.suite(READING + dear)

    assert audit(audited, "--matrix").returncode == 0

    assert killers(audited, "unknown_track_is_forbidden_after_a_list") == {"reading_then_unknown_track"}


def test_fault_that_no_test_of_its_claims_kills_alone_is_tried_by_the_others_alone(audited: Checkout) -> None:
    fault = LASTING_FAULT.replace('("SC-TRACK-02",)', '("SC-TRACK-02", "SC-ERR-09")')
    (audited.path / "suites/soundcloud/conftest.py").write_text(fault + FAILING_RESOLVE)
    dear = SUITE.replace("    api.get(", "    for _ in range(20):\n        api.get(", 1)
    reading, _, _ = READING.rpartition("@claim")
    audited.suite(reading + dear + RESOLVING)

    assert audit(audited, "--matrix").returncode == 0

    assert killers(audited, "unknown_track_is_forbidden_after_a_list") == {"resolving"}


def test_fault_that_lost_its_only_killer_is_tried_by_all_tests(audited: Checkout) -> None:
    conftest = audited.path / "suites/soundcloud/conftest.py"
    conftest.write_text(LASTING_FAULT)
    other = audited.path / "suites/soundcloud/test_other.py"
    other.write_text((audited.path / "suites/soundcloud/test_small.py").read_text())
    audited.suite(READING)
    audit(audited, "--matrix")
    matrix = matrix_of(audited)
    rows = [row.model_copy(update={"faults": ()}) for row in matrix.tests]
    (audited.claims.parent / "matrix.json").write_text(matrix.with_rows(rows).to_text())

    process = audit(audited, "--matrix")

    assert "0 of them measured" in process.stdout
    assert killers(audited, "unknown_track_is_forbidden_after_a_list") == {"reading_then_unknown_track"}


def test_matrix_of_a_failing_suite_is_not_written(audited: Checkout) -> None:
    conftest = audited.path / "suites/soundcloud/conftest.py"
    conftest.write_text(LASTING_FAULT)
    audited.suite(SUITE.replace("(404)", "(200)"))

    process = audit(audited, "--matrix")

    assert process.returncode == 3
    assert "the suite fails on a mock without a fault" in process.stdout
    assert not (audited.claims.parent / "matrix.json").exists()


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        ('assert api.get("/tracks/9007199254740991").status == 404 or open("nowhere")', "error"),
        ('assert "x" in {200: None, 404: "x"}[api.get("/tracks/9007199254740991").status]', "survived"),
    ],
    ids=["error", "after a violation"],
)
def test_exception_in_a_test_kills_no_fault(audited: Checkout, statement: str, verdict: str) -> None:
    """An exception is an error; after a response that violates the contract the test is not verified."""
    audited.suite(SUITE.replace('api.get("/tracks/9007199254740991").expect_status(404)', statement))

    process = audit(audited, "--fault=unknown_*")

    assert process.returncode == 1
    assert fault_results(audited)["unknown_track_is_forbidden"]["verdict"] == verdict


def test_failing_baseline_exits_3(audited: Checkout) -> None:
    with audited.path.joinpath("suites/soundcloud/conftest.py").open("a") as conftest:
        conftest.write(BROKEN)

    process = audit(audited, "--fault=*")

    assert process.returncode == 3
    assert "the suite fails on a mock without a fault" in process.stdout
    assert "test_unknown_track: SC-TRACK-02: " in " ".join(process.stdout.split())
    assert "fix it first" in " ".join(process.stdout.split())
    assert not (audited.path / "reports/audit.json").exists()


def test_killed_audit_resumes(audited: Checkout) -> None:
    audited.suite(SUITE.replace("def test_unknown_track(api):", COUNTING))
    killed = audit(audited, "--fault=unknown_*", "--fault=zz_*", "--jobs=1")
    assert (killed.returncode, (audited.path / "reports/audit.json").exists()) == (-9, False)
    ran = (audited.path / "ran").read_text()

    process = audit(audited, "--fault=unknown_*")

    assert process.returncode == 0, process.stdout + process.stderr
    assert fault_results(audited)["unknown_track_is_forbidden"]["verdict"] == "killed"
    assert (audited.path / "ran").read_text() == ran


def test_conforming_variant_raises_no_alarm(audited: Checkout) -> None:
    process = audit(audited, "--variants", "--fault=lambda*")

    assert process.returncode == 0, process.stdout + process.stderr
    assert "1 variant, 0 false alarms" in process.stdout


def test_false_alarm_is_found_in_a_group_of_variants(audited: Checkout) -> None:
    process = audit(audited, "--variants")

    assert process.returncode == 1
    assert "2 variants, 1 false alarm" in process.stdout
    assert "unknown_track_is_forbidden_variant is a conforming variant, but a test fails" in process.stdout


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("specs/soundcloud/unspecified.toml", "[[open", "unspecified.toml: [[open]] has `place`, `kind`"),
        ("cassettes/soundcloud/test_small/test_invalid.yaml", "interactions: [", "test_invalid.yaml, line 2"),
    ],
)
def test_invalid_input_of_the_response_mutants_exits_4(
    audited: Checkout, file: str, text: str, message: str
) -> None:
    path = audited.path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)

    process = audit(audited, "--wire")

    assert process.returncode == 4
    assert message in process.stdout + process.stderr
    assert "Traceback" not in process.stdout + process.stderr


def test_unknown_fault_exits_4(audited: Checkout) -> None:
    process = audit(audited, "--fault=no_such")

    assert process.returncode == 4
    assert "nothing is called no_such in soundcloud" in process.stdout + process.stderr
    assert "Traceback" not in process.stdout + process.stderr
