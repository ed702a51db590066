"""Tests that fail while other workers use the target run again, alone, and the second result counts."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pytest

from tuningfork.client.run_budget import RESERVED_REQUESTS
from tuningfork.mock.app import Environ, StartResponse
from tuningfork.pytest_plugin.repeated_tests import NOT_CONFIRMED, NOT_REPEATED
from tuningfork.report.test_result import PASSED_ALONE

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

MEET_TIMEOUT_S = 30
MEETINGS = 3
SUITE = """
import pytest

def ids(client):
    return [item["id"] for item in client.get("/me/playlists").items]

def meet(client):
    client.get("/tracks", limit=1, meet="now")

@pytest.fixture(scope="module")
def stored():
    return {}

@claim("SC-TRACK-01")
def test_list_stays_the_same(user, stored, api_session):
    meet(user)
    before = stored.setdefault("ids", ids(user))
    shared = api_session.shared.get("ids", lambda: ids(user))
    meet(user)
    meet(user)
    after = ids(user)
    assert (before, shared) == (after, after)

@claim("SC-TRACK-06")
def test_created(user, unique_name):
    playlist = user.post("/playlists", json={"playlist": {"title": unique_name("mine")}}).object
    meet(user)
    meet(user)
    user.delete(f"/playlists/{playlist['id']}").expect_ok()
    meet(user)
"""


def have_workers_meet(served: Served) -> None:
    """Have the first requests with `meet` wait for each other in pairs; later ones do not wait."""
    respond, barrier, arrivals = served.mock.wsgi, threading.Barrier(2, timeout=MEET_TIMEOUT_S), []

    def waiting(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if "meet=now" in environ["QUERY_STRING"] and len(arrivals) < 2 * MEETINGS:
            arrivals.append(environ)
            barrier.wait()
        return respond(environ, start_response)

    served.mock.wsgi = waiting  # type: ignore[method-assign]  # as faults do


def results_by_name(checkout: Checkout) -> dict[str, dict[str, Any]]:
    """Return the tests of the last run by the names of their functions."""
    return {test["id"].rpartition("::")[2]: test for test in checkout.results()["tests"]}


@pytest.mark.parametrize("option", ["--maxfail=0", "--maxfail=1"])
def test_change_by_another_worker_breaks_no_claim(checkout: Checkout, served: Served, option: str) -> None:
    """The list that two tests compare has lost an item of the other worker; what is stored is read again."""
    checkout.suite(SUITE)
    checkout.target(served.settings)
    have_workers_meet(served)

    result = checkout.run("--target", "served", "-n", "2", option)

    assert result.ret == 0
    tests = results_by_name(checkout)
    assert [tests[name]["outcome"] for name in sorted(tests)] == ["passed", "passed"]
    assert tests["test_created"]["reason"] is None
    assert tests["test_list_stays_the_same"]["reason"].startswith(f"{PASSED_ALONE}: ")
    assert checkout.results()["claims"][0]["reason"] is None
    result.stdout.fnmatch_lines([f"1 test {PASSED_ALONE}", "*::test_list_stays_the_same"])


FAULTY = """
from pathlib import Path

import pytest

@pytest.mark.parametrize("number", range(8))
@claim("SC-TRACK-01")
def test_list(api, number):
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-02")
def test_unknown_track_is_still_unknown(api, request):
    api.get("/tracks/9007199254740991").expect_status(404)

@claim("SC-TRACK-06")
def test_created(user, unique_name):
    title = unique_name("mine")
    with Path("titles.txt").open("a") as titles:
        print(title, file=titles)
    playlist = user.post("/playlists", json={"playlist": {"title": title}}).object
    assert user.get(f"/playlists/{playlist['id']}").object["title"] == title
    raise AssertionError("a fault of the server")

@claim("SC-RATE-01")
def test_hook_without_its_fixture(api_session, api):
    api_session.controls().clock(1)
    api.get("/tracks", limit=1).expect_ok()
"""


def test_fault_is_found_with_workers_and_each_failing_test_runs_twice(
    checkout: Checkout, served: Served
) -> None:
    checkout.suite(FAULTY)
    checkout.target(served.settings)
    before = set(served.mock.playlists._playlists)  # type: ignore[attr-defined]  # a part of SoundCloud's mock

    assert checkout.run("--target", "served", "-n", "3").ret == 1

    verdicts = checkout.verdicts()
    assert {verdicts[claim] for claim in ("SC-TRACK-01", "SC-TRACK-02", "SC-RATE-01")} == {"passed"}
    (violation,) = next(each for each in checkout.results()["claims"] if each["id"] == "SC-TRACK-06")[
        "breaches"
    ]
    assert verdicts["SC-TRACK-06"] == "failed"
    assert "a fault of the server" in violation["found"]
    assert violation["exchange"] is not None
    assert violation["reproduce"]
    assert served.count("POST", "/playlists") == 2
    assert served.count("GET", "/tracks/9007199254740991") == 1
    assert len(checkout.results()["tests"]) == 11
    first, second = checkout.path.joinpath("titles.txt").read_text().splitlines()
    assert first != second
    assert set(served.mock.playlists._playlists) == before  # type: ignore[attr-defined]


INTERRUPTED = """
import pytest

@pytest.mark.parametrize("number", range(2))
@claim("SC-TRACK-01")
def test_failing(api, number):
    api.get("/tracks", limit=1)
    raise AssertionError("before the interrupt")

@claim("SC-TRACK-02")
def test_interrupted(api):
    raise KeyboardInterrupt
"""


def test_interrupted_run_counts_no_failure_that_was_not_repeated(checkout: Checkout, served: Served) -> None:
    checkout.suite(INTERRUPTED)
    checkout.target(served.settings)

    assert checkout.run("--target", "served", "-n", "2").ret == 2

    outcomes = {(test["outcome"], test["reason"]) for test in checkout.results()["tests"]}
    assert ("not verified", NOT_REPEATED) in outcomes
    assert checkout.verdicts()["SC-TRACK-01"] in ("not verified", "failed")


SWEEP = """
from tuningfork.testing.robustness import expect_no_server_errors

@claim("SC-ERR-09")
def test_sweep(api):
    with expect_no_server_errors(api) as send:
        for number in range(6):
            send("GET", f"/tracks?limit=1&sweep={number}")
"""
IN_FLIGHT = 3


def break_when_crowded(served: Served) -> list[int]:
    """Return a 500 to the first requests of a sweep, which wait for each other; return the list of all."""
    respond, barrier, arrivals = served.mock.wsgi, threading.Barrier(IN_FLIGHT, timeout=MEET_TIMEOUT_S), []

    def crowded(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if "sweep=" in environ["QUERY_STRING"]:
            arrivals.append(len(arrivals))
            if len(arrivals) <= IN_FLIGHT:
                barrier.wait()
                start_response("500 Internal Server Error", [("Content-Type", "application/json")])
                return [b"{}"]
        return respond(environ, start_response)

    served.mock.wsgi = crowded  # type: ignore[method-assign]  # as faults do
    return arrivals


def test_error_that_only_requests_in_flight_cause_breaks_no_claim(checkout: Checkout, served: Served) -> None:
    """One worker has three requests in flight; the second attempt sends one after the other."""
    checkout.suite(SWEEP)
    checkout.target(served.settings, in_flight=IN_FLIGHT)
    arrivals = break_when_crowded(served)

    result = checkout.run("--target", "served", "-n", "0")

    assert result.ret == 0
    assert len(arrivals) >= IN_FLIGHT + 6
    assert checkout.verdicts()["SC-ERR-09"] == "passed"
    assert results_by_name(checkout)["test_sweep"]["reason"].startswith(f"{PASSED_ALONE}: ")


def test_one_stall_of_all_requests_in_flight_does_not_lose_the_target(
    checkout: Checkout, served: Served
) -> None:
    """The first requests of a sweep get no response in time; the server responds to all later ones."""
    checkout.suite(SWEEP.replace("range(6)", "range(12)"))
    checkout.target(served.settings, in_flight=8, max_lost=3, timeout=0.5)
    respond, is_over, arrivals = served.mock.wsgi, threading.Event(), []

    def stall(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if "sweep=" in environ["QUERY_STRING"]:
            arrivals.append(environ["QUERY_STRING"])
            if len(arrivals) > 8:
                is_over.set()
            is_over.wait(MEET_TIMEOUT_S)
        return respond(environ, start_response)

    served.mock.wsgi = stall  # type: ignore[method-assign]  # as faults do

    result = checkout.run("--target", "served", "-n", "0")

    assert result.ret == 0, checkout.results()["run"]
    assert results_by_name(checkout)["test_sweep"]["reason"].startswith(f"{PASSED_ALONE}: ")


@pytest.mark.parametrize("options", [("--shard", "1/1"), ()], ids=["shard", "default"])
def test_one_request_is_in_flight_unless_a_test_can_run_again(
    checkout: Checkout, served: Served, options: tuple[str, ...]
) -> None:
    checkout.suite(SWEEP)
    checkout.target(served.settings, **({"in_flight": IN_FLIGHT} if options else {}))
    respond, crowd, most = served.mock.wsgi, threading.Semaphore(1), []

    def alone(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        most.append(crowd.acquire(blocking=False))
        try:
            return list(respond(environ, start_response))
        finally:
            crowd.release()

    served.mock.wsgi = alone  # type: ignore[method-assign]  # as faults do

    assert checkout.run("--target", "served", "-n", "0", *options).ret == 0
    assert most
    assert all(most)


BROKEN = """
import pytest

@claim("SC-ERR-01")
def test_broken(api):
    for _ in range(8):
        api.get("/tracks", limit=1)
    api.get("/tracks/9007199254740991").expect_status(200)

@pytest.mark.parametrize("number", range(40))
@claim("SC-TRACK-01")
def test_list(api, number):
    api.get("/tracks", limit=1).expect_ok()
"""


@pytest.mark.parametrize(
    ("requests", "verdict", "code"),
    [(RESERVED_REQUESTS + 60, "failed", 1), (RESERVED_REQUESTS + 33, "error", 3)],
)
def test_violation_is_not_lost_where_the_budget_ends(
    checkout: Checkout, served: Served, requests: int, verdict: str, code: int
) -> None:
    checkout.suite(BROKEN)
    checkout.target(served.settings, requests=requests, in_flight=4)

    result = checkout.run("--target", "served", "-n", "0", "-p", "no:randomly")

    test = results_by_name(checkout)["test_broken"]
    assert (checkout.verdicts()["SC-ERR-01"], result.ret) == (verdict, code), test
    assert "404" in test["reason"]
    assert test["reason"].startswith(NOT_CONFIRMED) == (verdict == "error")


FAILING_FINALIZER = """
import pytest

@pytest.fixture
def restored():
    yield
    raise AssertionError("the fixture can't restore the target")

@claim("SC-ERR-09")
def test_outage(restored, controls, user, unique_name):
    user.post("/playlists", json={"playlist": {"title": unique_name("mine")}}).expect_created()
    controls.outage(500, 3)

@claim("SC-TRACK-01")
def test_list(api, api_session):
    assert not api_session.created_resources.pending()
    api.get("/tracks", limit=1).expect_ok()
"""


def test_finalizer_that_fails_leaves_no_outage_and_nothing_created(
    checkout: Checkout, served: Served
) -> None:
    checkout.suite(FAILING_FINALIZER)
    checkout.target(served.settings)

    checkout.run("--target", "served", "-n", "0", "-p", "no:randomly")

    assert results_by_name(checkout)["test_list"]["outcome"] == "passed"
