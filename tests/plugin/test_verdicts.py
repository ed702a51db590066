"""How the end of a test becomes verdicts, the exit code and results.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest
from flask import Response

from tuningfork.audit import fault
from tuningfork.mock.app import Mock
from tuningfork.report.results import SCHEMA_FILE

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

SUITE = """
@claim("SC-TRACK-01")
def test_passing(api):
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-02")
def test_should(api):
    api.get("/tracks/999999999").expect_ok()

@claim("SC-TRACK-03")
def test_may(api):
    assert api.get("/tracks", limit=1).status == 418, "expected a teapot, found 200"
"""
VIOLATED_MUST = """
@claim("SC-TRACK-01")
def test_must(api):
    api.get("/tracks", limit=1).expect_status(202)
"""
ERRONEOUS = """
@claim("SC-TRACK-02")
def test_erroneous(api):
    {}["nothing"]
"""
UNAUTHENTICATED = """
@claim("SC-TRACK-01")
def test_unauthenticated(unauthenticated):
    unauthenticated.get("/tracks").expect_status(401)
"""
DEVIATION = """
[[deviations]]
claim = "{claim}"
target = "{target}"
reason = "the gateway is old"
link = "https://issues.example.com/1"
owner = "api team"
expiry = {expiry}
"""


@pytest.fixture
def no_challenge(monkeypatch: pytest.MonkeyPatch) -> str:
    """A fault: a 401 has no WWW-Authenticate header."""

    def drop_challenge(mock: Mock) -> None:
        finish = mock.finish

        def finish_without_challenge(response: Response) -> Response:
            finished = finish(response)
            finished.headers.pop("WWW-Authenticate", None)
            return finished

        mock.finish = finish_without_challenge  # type: ignore[method-assign]  # as faults do

    patch = fault.MockPatch("no_challenge", "soundcloud", ("SC-AUTH-10",), "", drop_challenge, is_fault=True)
    monkeypatch.setitem(fault.REGISTRY, "no_challenge", patch)
    return "no_challenge"


def write_deviation(checkout: Checkout, claim: str, expiry: str = "2999-12-31", target: str = "mock") -> None:
    text = DEVIATION.format(claim=claim, expiry=expiry, target=target)
    checkout.path.joinpath("deviations.toml").write_text(text)


def test_violated_should_is_a_warning_and_violated_may_is_information(checkout: Checkout) -> None:
    checkout.suite(SUITE)

    assert checkout.run("-x", "-p", "no:randomly").ret == 0, "a warning does not stop -x"

    verdicts = checkout.verdicts()
    assert verdicts["SC-TRACK-01"] == "passed"
    assert verdicts["SC-TRACK-02"] == "warned"
    assert verdicts["SC-TRACK-03"] == "info"
    assert "found 404" in checkout.reasons()["SC-TRACK-02"]


def test_violated_must_exits_1(checkout: Checkout) -> None:
    checkout.suite(VIOLATED_MUST)

    assert checkout.run().ret == 1
    assert checkout.verdicts()["SC-TRACK-01"] == "failed"


def test_failure_prints_promise_source_expected_found_and_curl(checkout: Checkout) -> None:
    checkout.suite(VIOLATED_MUST)

    checkout.run().stdout.fnmatch_lines(
        [
            "SC-TRACK-01 failed (MUST): Tracks are listed",
            "  source: * G Tracks*",
            "  expected: * 202*",
            "  found: * 200 with *",
            "  exchange: * GET */tracks?limit=1* -> 200 OK*",
            "  reproduce:",
            "    # this response breaks the claim:",
            "    curl -i *$BASE_URL/tracks?limit=1* *Authorization: OAuth $ACCESS_TOKEN*",
            "  run again: cd * && tuningfork run --seed 0 suites/soundcloud/test_small.py::test_must",
        ]
    )


def test_exception_of_a_test_exits_3(checkout: Checkout) -> None:
    checkout.suite(ERRONEOUS)

    assert checkout.run().ret == 3
    assert checkout.verdicts()["SC-TRACK-02"] == "error"
    assert "KeyError" in checkout.reasons()["SC-TRACK-02"]


def test_failure_and_error_exit_1(checkout: Checkout) -> None:
    checkout.suite(VIOLATED_MUST + ERRONEOUS)

    assert checkout.run().ret == 1


@pytest.mark.parametrize("body", ['not_verified("no track")', "assert False"])
def test_failing_setup_is_not_verified(checkout: Checkout, body: str) -> None:
    checkout.suite(
        f"import pytest\n@pytest.fixture\ndef track(api):\n    {body}\n"
        '@claim("SC-TRACK-01")\ndef test_track(track):\n    pass\n'
    )

    assert checkout.run().ret == 5
    assert checkout.verdicts()["SC-TRACK-01"] == "not verified"


@pytest.mark.parametrize(
    "suite", ["", '@claim("SC-TRACK-01")\ndef test_a(api):\n    not_verified("no track")\n']
)
def test_run_without_outcome_exits_5(checkout: Checkout, suite: str) -> None:
    checkout.suite(suite)

    assert checkout.run().ret == 5
    assert set(checkout.verdicts().values()) == {"not verified"}


def test_claim_fails_if_one_of_its_tests_fails(checkout: Checkout) -> None:
    checkout.suite(VIOLATED_MUST + '\n@claim("SC-TRACK-01")\ndef test_b(api):\n    pass\n')

    checkout.run()

    assert checkout.verdicts()["SC-TRACK-01"] == "failed"


def test_violation_in_an_exchange_counts_for_its_own_claim(checkout: Checkout, no_challenge: str) -> None:
    checkout.suite(UNAUTHENTICATED)

    assert checkout.run("--fault", no_challenge).ret == 0

    verdicts = checkout.verdicts()
    assert (verdicts["SC-TRACK-01"], verdicts["SC-AUTH-10"]) == ("passed", "warned")


def test_violation_in_a_teardown_counts(checkout: Checkout, no_challenge: str) -> None:
    checkout.suite(
        "import pytest\n@pytest.fixture\ndef fetched(unauthenticated):\n    yield\n"
        "    unauthenticated.get('/tracks')\n"
        '@claim("SC-TRACK-01")\ndef test_a(fetched):\n    not_verified("no track")\n'
    )

    checkout.run("--fault", no_challenge)

    verdicts = checkout.verdicts()
    assert (verdicts["SC-TRACK-01"], verdicts["SC-AUTH-10"]) == ("not verified", "warned")


def test_violation_in_teardowns_is_printed_once_and_apart(checkout: Checkout, no_challenge: str) -> None:
    checkout.suite(
        "import pytest\n@pytest.fixture\ndef fetched(unauthenticated):\n    yield\n"
        "    unauthenticated.get('/tracks')\n"
        '@pytest.mark.parametrize("number", range(3))\n'
        '@claim("SC-TRACK-01")\ndef test_a(fetched, api, number):\n    api.get("/tracks", limit=1)\n'
    )

    lines = checkout.run("-v", "--fault", no_challenge).outlines

    assert len([line for line in lines if "found while cleaning up" in line]) == 1
    assert len([line for line in lines if line.startswith("  reproduce:")]) == 1


def test_setup_with_a_violation_that_is_not_verified_skips_the_test(
    checkout: Checkout, no_challenge: str
) -> None:
    checkout.suite(
        "import pytest\n@pytest.fixture\ndef fetched(unauthenticated):\n    unauthenticated.get('/tracks')\n"
        '    not_verified("no track")\n@claim("SC-TRACK-01")\ndef test_a(fetched):\n    pass\n'
    )

    checkout.run("--fault", no_challenge)

    verdicts = checkout.verdicts()
    assert (verdicts["SC-TRACK-01"], verdicts["SC-AUTH-10"]) == ("not verified", "warned")


def test_failure_for_another_claim_leaves_its_own_claim_not_verified(checkout: Checkout) -> None:
    checkout.suite(
        '@claim("SC-TRACK-01")\ndef test_a(api):\n'
        '    raise ExpectationFailed("an envelope", "no envelope", "SC-ERR-01")\n'
    )

    assert checkout.run().ret == 1
    verdicts = checkout.verdicts()
    assert (verdicts["SC-TRACK-01"], verdicts["SC-ERR-01"]) == ("not verified", "failed")


def test_known_deviation_is_waived(checkout: Checkout) -> None:
    checkout.suite(
        VIOLATED_MUST
        + '@claim("SC-TRACK-03")\ndef test_next(api):\n    api.get("/tracks", limit=1).expect_ok()\n'
    )
    write_deviation(checkout, "SC-TRACK-01")

    assert checkout.run("-x", "-p", "no:randomly").ret == 0
    assert checkout.verdicts()["SC-TRACK-01"] == "waived"
    assert checkout.verdicts()["SC-TRACK-03"] == "passed", "a known deviation does not stop -x"
    assert "the gateway is old" in checkout.reasons()["SC-TRACK-01"]


def test_deviation_of_another_target_exits_1(checkout: Checkout) -> None:
    checkout.suite(VIOLATED_MUST)
    write_deviation(checkout, "SC-TRACK-01", target="staging")

    assert checkout.run().ret == 1


def test_expired_deviation_exits_1(checkout: Checkout) -> None:
    checkout.suite(VIOLATED_MUST)
    write_deviation(checkout, "SC-TRACK-01", expiry="2001-01-01")

    assert checkout.run().ret == 1
    assert checkout.verdicts()["SC-TRACK-01"] == "failed"
    assert "expired on 2001-01-01" in checkout.results()["problems"][0]


def test_deviation_whose_claim_passes_exits_1(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    write_deviation(checkout, "SC-TRACK-01")

    assert checkout.run().ret == 1
    assert "passes again" in checkout.results()["problems"][0]


def test_results_are_complete_and_match_their_schema(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    checkout.run()

    results = checkout.results()

    jsonschema.validate(results, json.loads(SCHEMA_FILE.read_text()))
    assert results["run"]["complete"] is True
    assert results["run"]["requests"] >= 3
    assert sum(results["totals"].values()) == len(results["claims"]) == 8
    tracks = next(each for each in results["operations"] if each["operation"] == "GET /tracks")
    assert tracks["statuses"] == {"200": 2}
    assert {"junit.xml", "summary.md"} <= {file.name for file in (checkout.path / "reports").iterdir()}


def test_violation_of_an_unselected_claim_is_not_printed(checkout: Checkout, no_challenge: str) -> None:
    claims = checkout.claims.read_text()
    checkout.claims.write_text(
        claims.replace('"SC-AUTH-10"\nlevel = "SHOULD"', '"SC-AUTH-10"\nlevel = "MUST"')
    )
    checkout.suite(UNAUTHENTICATED)
    is_printed = {
        glob: "SC-AUTH-10" in str(checkout.run("--fault", no_challenge, "--claim", glob).stdout)
        for glob in ("SC-*", "SC-TRACK-01")
    }

    assert is_printed == {"SC-*": True, "SC-TRACK-01": False}


def test_only_selected_claims_have_verdicts(checkout: Checkout) -> None:
    checkout.suite(SUITE)

    assert checkout.run("--claim", "SC-TRACK-0[13]").ret == 0
    assert checkout.verdicts() == {"SC-TRACK-01": "passed", "SC-TRACK-03": "info"}


def test_violation_names_each_operation_that_has_it(checkout: Checkout, no_challenge: str) -> None:
    """The other operations of one test, and those of other tests."""
    checkout.suite("""
    @claim("SC-TRACK-01")
    def test_two(unauthenticated):
        unauthenticated.get("/tracks")
        unauthenticated.get("/tracks/1")

    @claim("SC-TRACK-01")
    def test_three(unauthenticated):
        unauthenticated.get("/me")
    """)

    checkout.run("--fault", no_challenge)

    [claim] = [each for each in checkout.results()["claims"] if each["id"] == "SC-AUTH-10"]
    [violation] = claim["breaches"]
    operations = sorted([violation["operation"], *violation["also"]])
    assert operations == ["GET /me", "GET /tracks", "GET /tracks/{track_id}"]
