"""What the end of a test means for its claims, for the exit code, and for results.json."""

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

EVERY_END = """
@claim("SC-TRACK-01")
def test_good(api):
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-02")
def test_should(api):
    api.get("/tracks/999999999").expect_ok()

@claim("SC-TRACK-03")
def test_may(api):
    assert api.get("/tracks", limit=1).status == 418, "expected a teapot, found none"
"""
MUST = """
@claim("SC-TRACK-01")
def test_must(api):
    api.get("/tracks", limit=1).expect_status(202)
"""
OURS = """
@claim("SC-TRACK-02")
def test_ours(api):
    {}["nothing"]
"""
REFUSED = """
@claim("SC-TRACK-01")
def test_refused(unauthenticated):
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
    """A fault: a 401 says nothing of how to authenticate."""

    def change(mock: Mock) -> None:
        finish = mock.finish

        def without(response: Response) -> Response:
            finished = finish(response)
            finished.headers.pop("WWW-Authenticate", None)
            return finished

        mock.finish = without  # type: ignore[method-assign]  # so are faults put in

    difference = fault.MockPatch("no_challenge", "soundcloud", ("SC-AUTH-10",), "", change, is_fault=True)
    monkeypatch.setitem(fault.REGISTRY, "no_challenge", difference)
    return "no_challenge"


def deviate(checkout: Checkout, claim: str, expiry: str = "2999-12-31", target: str = "mock") -> None:
    text = DEVIATION.format(claim=claim, expiry=expiry, target=target)
    checkout.path.joinpath("deviations.toml").write_text(text)


def test_a_broken_should_warns_and_a_broken_may_is_info(checkout: Checkout) -> None:
    checkout.suite(EVERY_END)

    assert checkout.run("-x", "-p", "no:randomly").ret == 0, "-x stops at no warning"

    verdicts = checkout.verdicts()
    assert verdicts["SC-TRACK-01"] == "passed"
    assert verdicts["SC-TRACK-02"] == "warned"
    assert verdicts["SC-TRACK-03"] == "info"
    assert "found 404" in checkout.reasons()["SC-TRACK-02"]


def test_a_broken_must_fails_the_run(checkout: Checkout) -> None:
    checkout.suite(MUST)

    assert checkout.run().ret == 1
    assert checkout.verdicts()["SC-TRACK-01"] == "failed"


def test_a_failure_says_promise_source_expected_found_and_how_to_see_it_again(checkout: Checkout) -> None:
    checkout.suite(MUST)

    checkout.run().stdout.fnmatch_lines(
        [
            "SC-TRACK-01 (MUST): Tracks are listed",
            "source: * G Tracks",
            "expected: 202",
            "found: * 200 with *",
            "again: * curl */tracks?limit=1* *Authorization: OAuth $ACCESS_TOKEN*",
        ]
    )


def test_an_exception_of_ours_is_an_error_and_no_failure(checkout: Checkout) -> None:
    checkout.suite(OURS)

    assert checkout.run().ret == 3
    assert checkout.verdicts()["SC-TRACK-02"] == "error"
    assert "KeyError" in checkout.reasons()["SC-TRACK-02"]


def test_a_failure_outweighs_an_error(checkout: Checkout) -> None:
    checkout.suite(MUST + OURS)

    assert checkout.run().ret == 1


@pytest.mark.parametrize("body", ['not_verified("nothing there")', "assert False"])
def test_what_could_not_be_set_up_proves_nothing(checkout: Checkout, body: str) -> None:
    checkout.suite(
        f"import pytest\n@pytest.fixture\ndef track(api):\n    {body}\n"
        '@claim("SC-TRACK-01")\ndef test_track(track):\n    pass\n'
    )

    assert checkout.run().ret == 5
    assert checkout.verdicts()["SC-TRACK-01"] == "not verified"


@pytest.mark.parametrize(
    "suite", ["", '@claim("SC-TRACK-01")\ndef test_a(api):\n    not_verified("no track")\n']
)
def test_a_run_that_judged_nothing_is_a_failure(checkout: Checkout, suite: str) -> None:
    checkout.suite(suite)

    assert checkout.run().ret == 5
    assert set(checkout.verdicts().values()) == {"not verified"}


def test_one_failing_test_of_several_fails_the_claim(checkout: Checkout) -> None:
    checkout.suite(MUST + '\n@claim("SC-TRACK-01")\ndef test_b(api):\n    pass\n')

    checkout.run()

    assert checkout.verdicts()["SC-TRACK-01"] == "failed"


def test_what_only_an_exchange_shows_breaks_its_own_claim(checkout: Checkout, no_challenge: str) -> None:
    checkout.suite(REFUSED)

    assert checkout.run("--fault", no_challenge).ret == 0

    verdicts = checkout.verdicts()
    assert (verdicts["SC-TRACK-01"], verdicts["SC-AUTH-10"]) == ("passed", "warned")


def test_what_an_exchange_shows_at_the_end_of_a_test_counts_too(
    checkout: Checkout, no_challenge: str
) -> None:
    checkout.suite(
        "import pytest\n@pytest.fixture\ndef asked(unauthenticated):\n    yield\n"
        "    unauthenticated.get('/tracks')\n"
        '@claim("SC-TRACK-01")\ndef test_a(asked):\n    not_verified("no track")\n'
    )

    checkout.run("--fault", no_challenge)

    verdicts = checkout.verdicts()
    assert (verdicts["SC-TRACK-01"], verdicts["SC-AUTH-10"]) == ("not verified", "warned")


def test_a_setup_that_ends_early_ends_the_test_though_a_should_was_broken_in_it(
    checkout: Checkout, no_challenge: str
) -> None:
    checkout.suite(
        "import pytest\n@pytest.fixture\ndef asked(unauthenticated):\n    unauthenticated.get('/tracks')\n"
        '    not_verified("no track")\n@claim("SC-TRACK-01")\ndef test_a(asked):\n    pass\n'
    )

    checkout.run("--fault", no_challenge)

    verdicts = checkout.verdicts()
    assert (verdicts["SC-TRACK-01"], verdicts["SC-AUTH-10"]) == ("not verified", "warned")


def test_a_test_that_fails_on_another_claim_does_not_judge_its_own(checkout: Checkout) -> None:
    checkout.suite(
        '@claim("SC-TRACK-01")\ndef test_a(api):\n'
        '    raise ExpectationFailed("an envelope", "none", "SC-ERR-01")\n'
    )

    assert checkout.run().ret == 1
    verdicts = checkout.verdicts()
    assert (verdicts["SC-TRACK-01"], verdicts["SC-ERR-01"]) == ("not verified", "failed")


def test_a_known_deviation_is_waived(checkout: Checkout) -> None:
    checkout.suite(
        MUST + '@claim("SC-TRACK-03")\ndef test_next(api):\n    api.get("/tracks", limit=1).expect_ok()\n'
    )
    deviate(checkout, "SC-TRACK-01")

    assert checkout.run("-x", "-p", "no:randomly").ret == 0
    assert checkout.verdicts()["SC-TRACK-01"] == "waived"
    assert checkout.verdicts()["SC-TRACK-03"] == "passed", "-x stops at no deviation that is known"
    assert "the gateway is old" in checkout.reasons()["SC-TRACK-01"]


def test_a_deviation_of_another_target_waives_nothing(checkout: Checkout) -> None:
    checkout.suite(MUST)
    deviate(checkout, "SC-TRACK-01", target="staging")

    assert checkout.run().ret == 1


def test_a_deviation_that_has_expired_fails_the_run(checkout: Checkout) -> None:
    checkout.suite(MUST)
    deviate(checkout, "SC-TRACK-01", expiry="2001-01-01")

    assert checkout.run().ret == 1
    assert checkout.verdicts()["SC-TRACK-01"] == "failed"
    assert "expired on 2001-01-01" in checkout.results()["problems"][0]


def test_a_deviation_that_is_no_more_fails_the_run(checkout: Checkout) -> None:
    checkout.suite(EVERY_END)
    deviate(checkout, "SC-TRACK-01")

    assert checkout.run().ret == 1
    assert "passes again" in checkout.results()["problems"][0]


def test_the_results_are_whole_and_valid(checkout: Checkout) -> None:
    checkout.suite(EVERY_END)
    checkout.run()

    results = checkout.results()

    jsonschema.validate(results, json.loads(SCHEMA_FILE.read_text()))
    assert results["run"]["complete"] is True
    assert results["run"]["requests"] >= 3
    assert sum(results["totals"].values()) == len(results["claims"]) == 8
    tracks = next(one for one in results["operations"] if one["operation"] == "GET /tracks")
    assert tracks["statuses"] == {"200": 2}
    assert {"junit.xml", "summary.md"} <= {file.name for file in (checkout.path / "reports").iterdir()}


def test_what_was_not_asked_for_is_not_told(checkout: Checkout, no_challenge: str) -> None:
    claims = checkout.claims.read_text()
    checkout.claims.write_text(
        claims.replace('"SC-AUTH-10"\nlevel = "SHOULD"', '"SC-AUTH-10"\nlevel = "MUST"')
    )
    checkout.suite(REFUSED)
    told = {
        glob: "SC-AUTH-10" in str(checkout.run("--fault", no_challenge, "--claim", glob).stdout)
        for glob in ("SC-*", "SC-TRACK-01")
    }

    assert told == {"SC-*": True, "SC-TRACK-01": False}


def test_only_the_claims_that_were_asked_for_are_judged(checkout: Checkout) -> None:
    checkout.suite(EVERY_END)

    assert checkout.run("--claim", "SC-TRACK-0[13]").ret == 0
    assert checkout.verdicts() == {"SC-TRACK-01": "passed", "SC-TRACK-03": "info"}
